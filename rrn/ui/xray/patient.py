"""An opened run: its network, what it can read, and what it is measured on. Three kinds do this: one reads sequences,
one a sentence and writes another, one a text and says of which class it is.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import streamlit as st

from rrn.jobs import Run
from rrn.measures import Measure
from rrn.scratch import network as net
from rrn.shipped import Shipped
from rrn.ui.words import t
from rrn.xray.look import Look, Network, Part

if TYPE_CHECKING:
    from rrn.ui.xray.surgery import Operation


@dataclass(frozen=True, eq=False)
class Opened:
    """A network that can be looked into."""

    network: Network

    @property
    def cell(self) -> str:
        return self.network.cell


@dataclass(frozen=True, eq=False)
class Patient(Opened, ABC):
    """A run's network; `score` is what it has on what it did not learn from, empty where nobody may read that."""

    run: Run | Shipped
    score: dict[str, float]

    # What it reads

    box: ClassVar[str] = "xray_typed"  # the word above the box where a learner types
    only_typed: ClassVar[str] = "xray_only_typed"  # why there are no examples

    @property
    @abstractmethod
    def hint(self) -> str:
        """The word of help beside that box."""

    @property
    @abstractmethod
    def has_examples(self) -> bool: ...

    @abstractmethod
    def example(self, number: int) -> Any:
        """One of its own sequences; the same number is the same one."""

    @abstractmethod
    def typed(self, text: str) -> Any:
        """What a learner typed. Raises Refused."""

    @abstractmethod
    def spelled(self, specimen: Any) -> str:
        """A specimen as it would be typed."""

    @abstractmethod
    def start(self) -> str:
        """What stands in the box first, where there are no examples."""

    def follow(self, key: str, specimen: Any) -> Any:
        """The specimen with the answer that is to be followed, where a learner may choose."""
        return specimen

    # What is seen of it

    @abstractmethod
    def part(self, key: str) -> Part:
        """The layer to look into, as a learner chooses it."""

    @abstractmethod
    def named(self, part: Part) -> str:
        """What a layer is called."""

    @property
    @abstractmethod
    def left_out(self) -> set[str]:
        """Views that show nothing of it."""

    @abstractmethod
    def rules(self, look: Look, part: Part) -> dict[str, np.ndarray]:
        """(steps,) what could be kept in mind at every step of a layer, by rule; rule_NAME is its word."""

    @abstractmethod
    def paces(self, part: Part, operation: "Operation | None") -> Sequence[float]:
        """The autocorrelation time of every layer, after an operation on one of them."""

    # What it comes to

    @abstractmethod
    def measured_in(self, measure: Measure) -> list[tuple[str, str]]:
        """(key in the score, what it is called) of all that is compared before and after surgery."""

    @abstractmethod
    def scored(self, part: Part, operation: "Operation") -> dict[str, float]:
        """The score after an operation."""

    def also(self, look: Look) -> list[tuple[str, float]]:
        """(what it is called, number) of what else a look comes to."""
        return []

    def alone(self, specimen: Any, part: Part, operation: "Operation | None") -> str | None:
        """What it writes by itself; None where it does not write."""
        return None


@dataclass(frozen=True, eq=False)
class Layered(Patient):
    """One whose layers lie on each other, counted from 0."""

    network: net.Network

    def part(self, key: str) -> int:
        count = len(self.network.layers)
        return st.slider(t("xray_layer"), 1, count, count, key=f"{key}.layer") - 1 if count > 1 else 0

    def named(self, part: Part) -> str:
        return t("xray_layer_named", n=int(part) + 1)
