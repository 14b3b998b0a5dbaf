"""Runs that belong together: one spec, varied in the one thing that is to be compared."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

from rrn import tasks
from rrn.spec import CELLS, Between, Cost, Settings, Spec, choices


@dataclass(frozen=True, kw_only=True)
class Depths(Settings):
    deepest: Annotated[int, Between(2, 4)] = 3


def cells(spec: Spec) -> list[Spec]:
    """One of each kind."""
    return [replace(spec, cell=cell) for cell in CELLS]


def stacks(spec: Spec, deepest: int) -> list[Spec]:
    """From one layer to so many, each stack with about as many parameters as the one layer has."""
    one = replace(spec, layers=1)  # type: ignore[call-arg]
    deep = (replace(spec, layers=depth) for depth in range(1, deepest + 1))  # type: ignore[call-arg]
    return [matched(each, one, tasks.of(spec).cost) for each in deep]


def attentions(spec: Spec) -> list[Spec]:
    """With attention and without."""
    ways: list[dict] = [{"attention": score} for score in ("general", "none")]
    return [replace(spec, **way) for way in ways]


def masks(spec: Spec) -> list[Spec]:
    """Without a disguise while training, and with it."""
    return list(dict.fromkeys((replace(spec, masked="none"), spec)))  # type: ignore[call-arg]


def beginnings(spec: Spec) -> list[Spec]:
    """Ways to begin that are usual for the cell: recurrent matrices, and biases where there are gates."""
    ways: list[dict]
    match spec.cell:
        case "rnn":
            ways = [{"initial": name} for name in ("zeros", "normal", "glorot", "orthogonal", "identity")]
        case "gru":
            ways = [{"initial": name} for name in ("zeros", "normal", "glorot", "orthogonal", "chrono")]
        case "lstm":
            ways = [{"initial": "orthogonal", "forget_bias": bias} for bias in (0.0, 1.0, 3.0)]
            ways.append({"initial": "chrono"})
    return [replace(spec, **way) for way in ways]


def matched(spec: Spec, like: Spec, cost: Callable[[Spec], Cost]) -> Spec:
    """The spec with as many units as it takes to come nearest to the parameters of another.

    Args:
        cost: the task's formula.
    """
    target, allowed = cost(like).parameters, choices(type(spec))["units"]
    found = (replace(spec, units=units) for units in range(int(allowed.low), int(allowed.high) + 1))
    return min(found, key=lambda made: abs(cost(made).parameters - target))
