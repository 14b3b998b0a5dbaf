"""Choosing by one's own runs: which of them no other one beats in everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rrn.spec import Settings


@dataclass(frozen=True, kw_only=True)
class Selection(Settings):
    task: Literal["adding", "copy_memory", "reber", "counting", "language_model", "recall", "mixture"] = "adding"


def front(costs: Sequence[tuple[float, ...]]) -> list[int]:
    """The places of those that no other one dominates: is no worse than in everything, and better in something.

    Args:
        costs: less is better, in every place.
    """

    def dominates(one, other):
        return all(a <= b for a, b in zip(one, other, strict=True)) and one != other

    return [n for n, cost in enumerate(costs) if not any(dominates(other, cost) for other in costs)]
