"""Choosing by runs that have ended: which of them no other one beats in everything, and which to take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rrn.spec import Settings

NEAR = 0.1  # where a task has no value that solves it: so close to the best one, as a part of it, is as good


@dataclass(frozen=True, kw_only=True)
class Selection(Settings):
    task: Literal[
        "adding", "copy_memory", "temporal_order", "reber", "counting", "language_model", "recall", "mixture"
    ] = "adding"


def front(costs: Sequence[tuple[float, ...]]) -> list[int]:
    """The places of those that no other one dominates: is no worse than in everything, and better in something.

    Args:
        costs: less is better, in every place.
    """

    def dominates(one, other):
        return all(a <= b for a, b in zip(one, other, strict=True)) and one != other

    return [n for n, cost in enumerate(costs) if not any(dominates(other, cost) for other in costs)]


def good_enough(values: Sequence[float], *, less: bool, solved: float | None) -> list[int]:
    """The places of those that solve the task; where nothing does, or nothing is called solved, of those NEAR the best.

    Args:
        less: less is better.
        solved: from this value on, the task is solved.
    """
    if solved is not None:
        found = [n for n, value in enumerate(values) if (value <= solved if less else value >= solved)]
        if found:
            return found
    best = min(values) if less else max(values)
    return [n for n, value in enumerate(values) if abs(value - best) <= NEAR * abs(best)]


def leaves(costs: Sequence[tuple[float, ...]], among: Sequence[int]) -> list[int]:
    """For each thing that may matter most, the place of the one to take: the least of it among those, ties by the rest.

    Args:
        costs: less is better, in every place.
        among: the places to choose from.
    """
    return [min(among, key=lambda n: (costs[n][k], costs[n])) for k in range(len(costs[0]))]
