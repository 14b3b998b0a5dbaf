"""A run that reads a text and puts it in one of two classes after its last word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from rrn.data.labelled import NAMES
from rrn.measures import Measure
from rrn.scratch.surgery import Surgery
from rrn.ui.words import t
from rrn.ui.xray.patient import Layered
from rrn.ui.xray.surgery import Operation
from rrn.xray import texts, units
from rrn.xray.look import Look, Part
from rrn.xray.specimen import Specimen
from rrn.xray.texts import Language, Text


@dataclass(frozen=True, eq=False)
class Texts(Layered):
    """`data` are texts that it did not learn from; none where they may not be read."""

    data: list[Text]
    language: Language

    box: ClassVar[str] = "xray_text"
    only_typed: ClassVar[str] = "xray_only_typed_texts"

    @property
    def hint(self) -> str:
        return "xray_typed_review"

    @property
    def has_examples(self) -> bool:
        return bool(self.data)

    def example(self, number: int) -> Specimen:
        return _named(self.data[number % len(self.data)].specimen)

    def typed(self, text: str) -> Specimen:
        return _named(texts.typed(self.language, text))

    def spelled(self, specimen: Specimen) -> str:
        return texts.spelled(self.language, specimen)

    def start(self) -> str:
        return t("xray_text_default")

    @property
    def left_out(self) -> set[str]:
        deep = len(self.network.layers) > 1 and self.data
        return {"attention"} if deep else {"attention", "pace"}

    def rules(self, look: Look, part: Part) -> dict[str, np.ndarray]:
        if self.language.words.spelled:
            return units.text_rules("".join(mark[0] for mark in look.specimen.marks))
        return units.review_rules(look.specimen.marks)

    def paces(self, part: Part, operation: Operation | None) -> Sequence[float]:
        return texts.paces(self.network, self.data, _surgery(part, operation))

    def measured_in(self, measure: Measure) -> list[tuple[str, str]]:
        """What the lab measures, and how many are right, at all and where order decides."""
        keys = dict.fromkeys((measure.key, "accuracy", "ordered"))
        return [(key, t(f"measure_{key}")) for key in keys if key in self.score]

    def scored(self, part: Part, operation: Operation) -> dict[str, float]:
        return texts.score(self.network, self.data, _surgery(part, operation))


def _named(specimen: Specimen) -> Specimen:
    """With its classes in words, where nobody called them anything."""
    if specimen.answers != NAMES:
        return specimen
    return replace(specimen, answers=(t("class_negative"), t("class_positive")))


def _surgery(part, operation) -> texts.Operations:
    def over(steps) -> dict[int, Surgery]:
        return {part: operation.over(steps)} if operation else {}

    return over
