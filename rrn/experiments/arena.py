"""The arena: which task, what the cells have in common, and with how many seeds each of them runs."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from rrn import tasks
from rrn.spec import CELLS, Between, Settings, Spec
from rrn.tasks._cost import matched


@dataclass(frozen=True, kw_only=True)
class Arena(Settings):
    task: Literal["adding", "copy_memory", "reber", "counting", "language_model"] = "adding"
    equal: Literal["units", "parameters"] = "units"
    seeds: Annotated[int, Between(1, 5)] = 1


def line_up(arena: Arena, spec: Spec) -> list[Spec]:
    """The runs: every cell with every seed, from the spec's own seed on. With equal parameters, each cell has as many
    units as it takes to come nearest to the parameters of an LSTM with the spec's units.
    """
    like = replace(spec, cell="lstm")
    cells = [replace(spec, cell=cell) for cell in CELLS]
    if arena.equal == "parameters":
        cells = [matched(each, like, tasks.of(spec).cost) for each in cells]
    return [replace(each, seed=(spec.seed + more) % 10_000) for each in cells for more in range(arena.seeds)]


def stacks(spec: Spec, depths: tuple[int, ...]) -> list[Spec]:
    """The spec with so many layers each, and about as many parameters as it has with one."""
    one = replace(spec, layers=1)  # type: ignore[call-arg]
    return [matched(replace(spec, layers=depth), one, tasks.of(spec).cost) for depth in depths]  # type: ignore[call-arg]
