from dataclasses import replace

import numpy as np
import pytest

from rrn import figures
from rrn.events import Captured, Ended
from rrn.figures.reach import SHALLOWEST
from rrn.figures.style import COLOUR, DASH
from rrn.tasks.adding import Adding
from tests.figures.words import t

SPEC = Adding(cell="lstm", epochs=4)


def seen(epoch, *values):
    """The gradient, from the answer back."""
    return Captured(epoch, "gradient", ("back",), np.array(values))


LOOKS = [seen(0, 1.0, 0.1, 0.001), seen(1, 2.0, 1.0, 0.5), seen(2, 3.0, 1.5, 0.6), seen(4, 4.0, 2.0, 1.0)]
DONE = [*LOOKS, Ended("done")]


def lines(figure, runs):
    return {line.name: line for line in figure.chart(runs, t).lines}


def test_of_one_run_there_is_before_half_way_and_at_the_end():
    found = lines(figures.gradient_reach, {SPEC: DONE})
    assert list(found) == ["fig_reach_before", "fig_reach_during", "fig_reach_after"]
    before, during, after = found.values()
    assert before.opacity < during.opacity < after.opacity == 1 and during.dash == "dot"
    assert before.x == [-2, -1, 0] and before.y == [0.001, 0.1, 1.0] and after.y == [1.0, 2.0, 4.0]
    assert during.y == [0.6, 1.5, 3.0] and {line.colour for line in found.values()} == {COLOUR["lstm"]}


def test_of_a_run_that_is_training_there_is_before_and_now():
    assert list(lines(figures.gradient_reach, {SPEC: LOOKS})) == ["fig_reach_before", "fig_reach_now"]
    assert list(lines(figures.gradient_reach, {SPEC: LOOKS[:1]})) == ["fig_reach_before"]


def test_of_several_runs_each_is_drawn_at_its_end_in_its_own_look():
    runs = {SPEC: DONE, replace(SPEC, cell="rnn"): DONE[:2], replace(SPEC, cell="gru"): []}
    found = lines(figures.gradient_reach, runs)
    assert list(found) == ["field_cell_lstm", "field_cell_rnn"]
    assert found["field_cell_lstm"].y == [1.0, 2.0, 4.0] and found["field_cell_rnn"].y == [0.5, 1.0, 2.0]
    assert [(line.colour, line.dash) for line in found.values()] == [(COLOUR[c], DASH[c]) for c in ("lstm", "rnn")]


@pytest.mark.parametrize("figure", [figures.gradient_reach, figures.reach_by_epoch])
def test_of_several_seeds_one_is_drawn(figure):
    runs = {SPEC: DONE, replace(SPEC, cell="gru"): DONE}
    more = runs | {replace(SPEC, seed=1): [seen(0, 9.0, 9.0)]}
    assert lines(figure, more) == lines(figure, runs)


def test_the_ratio_is_the_first_step_over_the_answer_at_every_epoch():
    (line,) = figures.reach_by_epoch.chart({SPEC: DONE}, t).lines
    assert line.x == [0, 1, 2, 4] and line.y == pytest.approx([0.001, 0.25, 0.2, 0.25])


def test_what_vanished_lies_on_the_lower_edge():
    gone = [seen(0, 1.0, 1e-40, 0.0)]
    (line,) = figures.gradient_reach.chart({SPEC: gone}, t).lines
    assert line.y == [SHALLOWEST, SHALLOWEST, 1.0]
    chart = figures.reach_by_epoch.chart({SPEC: gone}, t)
    assert chart.lines[0].y == [SHALLOWEST] and chart.y_range[0] == pytest.approx(SHALLOWEST)


def test_the_axis_holds_all_that_is_drawn():
    for figure in (figures.gradient_reach, figures.reach_by_epoch):
        chart = figure.chart({SPEC: DONE}, t)
        for line in chart.lines:
            assert chart.x_range[0] <= min(line.x) and max(line.x) <= chart.x_range[1]
            assert chart.y_range[0] <= min(line.y) and max(line.y) <= chart.y_range[1]


def test_the_sentence_tells_the_ratio_before_and_after():
    assert figures.gradient_reach.chart({SPEC: DONE}, t).finding == "fig_reach_alt field_cell_lstm 2 0.001 0.25"


@pytest.mark.parametrize("wrong", [[np.nan, 1.0, 1.0], [1.0, np.inf, 1.0], [0.0, 1.0, 1.0]])
@pytest.mark.parametrize("figure", [figures.gradient_reach, figures.reach_by_epoch])
def test_the_gradient_of_a_run_that_was_about_to_fail_is_left_out(figure, wrong):
    told = [*LOOKS, seen(5, *wrong), Ended("failed", "not_a_number")]
    assert lines(figure, {SPEC: told}).keys() == lines(figure, {SPEC: [*LOOKS, Ended("failed", "not_a_number")]}).keys()
    assert figure({SPEC: [seen(0, *wrong)]}, t).layout.xaxis.title.text
