"""A run that reads a sequence and answers along it, or at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rrn import tasks
from rrn.measures import Measure
from rrn.scratch import network as net
from rrn.scratch.surgery import Surgery
from rrn.ui.words import t
from rrn.ui.xray.marks import in_words
from rrn.ui.xray.patient import Layered
from rrn.ui.xray.surgery import Operation
from rrn.xray import pace, units
from rrn.xray import score as scores
from rrn.xray.look import Look, Part
from rrn.xray.specimen import Specimen, example, in_letters, reads_text, typed, written


@dataclass(frozen=True, eq=False)
class Sequences(Layered):
    """`data` are sequences that it did not learn from; `text` is what a language model learned from, where whoever
    looks may read it.
    """

    data: tuple[np.ndarray, np.ndarray] | None
    text: str

    @property
    def hint(self) -> str:
        if reads_text(self.run.spec):
            return "xray_typed_text"
        task = tasks.of(self.run.spec)
        if getattr(task, "NUMBERS", False):
            return "xray_typed_numbers"
        return "xray_typed_symbols" if in_letters(task) else "xray_typed_names"

    @property
    def has_examples(self) -> bool:
        return bool(self.text) or not reads_text(self.run.spec)

    def example(self, number: int) -> Specimen:
        return in_words(example(self.run, number, self.text))

    def typed(self, text: str) -> Specimen:
        return in_words(typed(self.run, text))

    def spelled(self, specimen: Specimen) -> str:
        return written(self.run, specimen)

    def start(self) -> str:
        return t("writing_prompt_default")

    @property
    def left_out(self) -> set[str]:
        deep = len(self.network.layers) > 1 and self.data is not None
        return {"running", "attention"} if deep else {"running", "attention", "pace"}

    def rules(self, look: Look, part: Part) -> dict[str, np.ndarray]:
        specimen = look.specimen
        if reads_text(self.run.spec):
            return units.text_rules("".join(specimen.marks))
        return {name: rule[0] for name, rule in tasks.of(self.run.spec).remembers(specimen.x).items()}

    def paces(self, part: Part, operation: Operation | None) -> Sequence[float]:
        assert self.data is not None
        x = self.data[0][: pace.FEW]
        return pace.of_layers(net.forward(self.network, x, self._surgery(part, operation)))

    def measured_in(self, measure: Measure) -> list[tuple[str, str]]:
        # A text is cut into pieces here, each read from an empty state: not the number that the lab measured.
        return [(measure.key, t("xray_bits") if reads_text(self.run.spec) else t(f"measure_{measure.name}"))]

    def scored(self, part: Part, operation: Operation) -> dict[str, float]:
        assert self.data is not None
        return scores.score(self.run, self.network, self.data, self._surgery(part, operation))

    def _surgery(self, part, operation) -> dict[int, Surgery]:
        assert self.data is not None
        return {part: operation.over(self.data[0].shape[1])} if operation else {}
