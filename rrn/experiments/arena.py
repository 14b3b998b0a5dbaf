"""The arena: which task, what the cells have in common, and with how many seeds each of them runs."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from rrn import tasks
from rrn.experiments.line_ups import cells, matched
from rrn.spec import Between, Settings, Spec


@dataclass(frozen=True, kw_only=True)
class Arena(Settings):
    task: Literal["adding", "copy_memory", "temporal_order", "reber", "counting", "language_model"] = "adding"
    equal: Literal["units", "parameters"] = "units"
    seeds: Annotated[int, Between(1, 5)] = 1


def line_up(arena: Arena, spec: Spec) -> list[Spec]:
    """The runs: every cell with every seed, from the spec's own seed on. With equal parameters, each cell has as many
    units as it takes to come nearest to the parameters of an LSTM with the spec's units.
    """
    fighters = cells(spec)
    if arena.equal == "parameters":
        fighters = [matched(each, replace(spec, cell="lstm"), tasks.of(spec).cost) for each in fighters]
    return [replace(each, seed=(spec.seed + more) % 10_000) for each in fighters for more in range(arena.seeds)]
