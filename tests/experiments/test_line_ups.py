"""Who is lined up beside whom: what differs, what is equal, and that all of it can be trained."""

from dataclasses import fields, replace

import pytest

from rrn import tasks
from rrn.experiments import arena, line_ups
from rrn.spec import CELLS, check, choices
from rrn.tasks.adding import Adding
from rrn.tasks.mixture import Mixture
from rrn.tasks.sentiment import Sentiment

SPECS = [tasks.module(name).SPEC() for name in tasks.names() if name != "keywords"]  # stands on a trunk of one cell
each_task = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: type(spec).__name__)


def parameters(spec):
    return tasks.of(spec).cost(spec).parameters


def differing(specs):
    return {f.name for f in fields(specs[0]) if len({getattr(spec, f.name) for spec in specs}) > 1}


@each_task
def test_every_cell_once_and_nothing_else_differs(spec):
    found = line_ups.cells(spec)
    assert [each.cell for each in found] == list(CELLS) and differing(found) == {"cell"}


@each_task
def test_equal_parameters_are_as_near_as_whole_units_come(spec):
    found = arena.line_up(arena.Arena(equal="parameters"), spec)
    target = parameters(replace(spec, cell="lstm"))
    allowed = choices(type(spec))["units"]
    for each in found:
        check(each)
        nearest = min(
            abs(parameters(replace(each, units=units)) - target)
            for units in range(int(allowed.low), int(allowed.high) + 1)
        )
        assert abs(parameters(each) - target) == nearest


def test_equal_units_leave_units_alone_and_every_seed_runs_with_every_cell():
    found = arena.line_up(arena.Arena(seeds=3), replace(Adding(), seed=9998))
    assert [(each.cell, each.seed) for each in found] == [(cell, s) for cell in CELLS for s in (9998, 9999, 0)]
    assert differing(found) == {"cell", "seed"}


@pytest.mark.parametrize("deepest", [2, 3, 4])
def test_stacks_have_about_the_parameters_of_one_layer(deepest):
    found = line_ups.stacks(Mixture(), deepest)
    assert [each.layers for each in found] == list(range(1, deepest + 1))
    one = parameters(found[0])
    assert found[0] == Mixture() and all(abs(parameters(each) - one) < 0.08 * one for each in found)
    for each in found:
        check(each)


@pytest.mark.parametrize(
    ("cell", "ways", "differ"),
    [("rnn", 5, {"initial"}), ("gru", 5, {"initial"}), ("lstm", 4, {"initial", "forget_bias"})],
)
def test_beginnings_are_those_of_the_cell(cell, ways, differ):
    found = line_ups.beginnings(Adding(cell=cell))
    assert len(set(found)) == ways and differing(found) == differ
    assert {each.initial for each in found} & {"identity", "chrono"} == ({"identity"} if cell == "rnn" else {"chrono"})
    for each in found:
        check(each)


def test_disguise_is_compared_with_none():
    spec = Sentiment(texts="messages-es", masked="all", seed=3)
    assert line_ups.masks(spec) == [replace(spec, masked="none"), spec]
    assert line_ups.masks(replace(spec, masked="none")) == [replace(spec, masked="none")]
