"""A run that reads a sentence and writes another: an encoder, a decoder, and perhaps attention between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import streamlit as st

from rrn.measures import Measure
from rrn.scratch import seq2seq
from rrn.scratch.encoder import BACK
from rrn.scratch.surgery import Surgery
from rrn.ui import controls, screen
from rrn.ui.words import t
from rrn.ui.xray.marks import seen
from rrn.ui.xray.patient import Patient
from rrn.ui.xray.surgery import Operation
from rrn.xray import pair as pairs
from rrn.xray import sentences, units
from rrn.xray.look import Look, Part
from rrn.xray.pair import Languages, Pair


@dataclass(frozen=True, eq=False)
class Sentences(Patient):
    """`data` are sentences that it did not learn from, with a right translation each; none where they
    may not be read.
    """

    network: seq2seq.Translator
    data: list[Pair]
    words: Languages

    box: ClassVar[str] = "xray_sentence"
    only_typed: ClassVar[str] = "xray_only_typed_pairs"

    @property
    def hint(self) -> str:
        return "xray_typed_sentence"

    @property
    def has_examples(self) -> bool:
        return bool(self.data)

    def example(self, number: int) -> Pair:
        return self.data[number % len(self.data)]

    def typed(self, text: str) -> Pair:
        return pairs.typed(self.words, self.network, text)

    def spelled(self, specimen: Pair) -> str:
        return pairs.spelled(self.words, specimen)

    def start(self) -> str:
        direction = getattr(self.run.spec, "direction", "es-en")
        return t(f"translating_example_{direction[:2]}")

    def follow(self, key: str, specimen: Pair) -> Pair:
        if specimen.steps == 1:
            return specimen
        words = [f"{place}. {seen(word)}" for place, word in enumerate(specimen.words, 1)]
        at = st.select_slider(
            t("xray_follow"),
            range(specimen.steps),
            specimen.at,
            format_func=words.__getitem__,
            key=f"{key}.follow.{specimen.steps}",
        )
        return screen.remembered(f"{key}.followed", (specimen, at), lambda: replace(specimen, at=at))

    def part(self, key: str) -> str:
        names, key = {part: self.named(part) for part in self.network.parts}, f"{key}.part"
        controls.say_again(key)
        return st.selectbox(t("xray_part"), tuple(names), len(names) - 1, format_func=names.__getitem__, key=key)

    def named(self, part: Part) -> str:
        name, *way = str(part).removesuffix(BACK).split("_")
        kind = "decoder" if name == "decoder" else "back" if str(part).endswith(BACK) else "encoder"
        return t(f"xray_part_{kind}", n=int(way[0]))

    @property
    def left_out(self) -> set[str]:
        without = {"running"} if self.network.attends else {"running", "attention"}
        return without if self.data else without | {"pace"}

    def rules(self, look: Look, part: Part) -> dict[str, np.ndarray]:
        attention = look.attention if str(part).startswith("decoder") else None
        return units.sentence_rules(look.specimen.marks_of(part), attention)

    def paces(self, part: Part, operation: Operation | None) -> Sequence[float]:
        return sentences.paces(self.network, self.data, lambda pair: self._surgery(pair, part, operation))

    def measured_in(self, measure: Measure) -> list[tuple[str, str]]:
        return [("words", t("xray_words"))]

    def scored(self, part: Part, operation: Operation) -> dict[str, float]:
        return sentences.score(self.network, self.data, lambda pair: self._surgery(pair, part, operation))

    def also(self, look: Look) -> list[tuple[str, float]]:
        return [(t("xray_log_p"), look.log_p)]

    def alone(self, specimen: Pair, part: Part, operation: Operation | None) -> str:
        steps = len(specimen.marks_of(part)) if not str(part).startswith("decoder") else pairs.most(len(specimen.marks))
        surgery = {str(part): operation.over(steps)} if operation else None
        return self.words.target.decode(pairs.written_alone(self.network, specimen.x, surgery))

    def _surgery(self, pair, part, operation) -> dict[str, Surgery]:
        return {part: operation.over(len(pair.marks_of(part)))} if operation else {}
