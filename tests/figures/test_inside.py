import numpy as np
import pytest

from rrn.figures import inside
from rrn.figures.style import COLOUR, STONE
from tests.figures.words import t, titled

MARKS = ("a", " ", "\n", "<", "&")
VALUES = np.random.default_rng(2).normal(size=(5, 3))
GATE = 1 / (1 + np.exp(-VALUES))
CURVE = {"one": (VALUES[:, 0], COLOUR["gru"], "solid")}
TWO = CURVE | {"other": (VALUES[:, 1], STONE, "dash")}
FIGURES = {
    "heat": lambda: inside.heat(VALUES, MARKS, "title", t, share=False),
    "lines": lambda: inside.lines(CURVE, MARKS, "title", "y", t),
    "shares": lambda: inside.shares(CURVE, MARKS, "title", "y", t),
    "bars": lambda: inside.bars(VALUES[:, 0], MARKS, "title", "y", STONE, t),
    "plane": lambda: inside.plane(VALUES[:, :2], MARKS, "title", "lstm", t),
    "histogram": lambda: inside.histogram({"gate": GATE}, "title", "lstm", t),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_its_axes(name):
    assert titled(FIGURES[name]()) and FIGURES[name]().layout.title.text == "title"


@pytest.mark.parametrize("name", ["heat", "lines", "bars"])
def test_what_was_read_is_written_under_its_step_and_is_no_markup(name):
    axis = FIGURES[name]().layout.xaxis
    assert list(axis.tickvals) == [1, 2, 3, 4, 5] and list(axis.ticktext) == ["a", "␣", "↵", "&lt;", "&amp;"]
    assert axis.title.text == "fig_read"


def test_long_marks_stand_upright_and_not_all_of_them_are_written():
    axis = inside.bars(np.ones(40), ["0.25*"] * 40, "", "", STONE, t).layout.xaxis
    assert axis.tickangle == -90 and len(axis.ticktext) <= 16 and axis.tickvals[0] == 1


def test_under_many_steps_there_are_numbers():
    axis = inside.bars(np.ones(inside.FEW + 1), "a" * (inside.FEW + 1), "", "", STONE, t).layout.xaxis
    assert axis.ticktext is None and axis.title.text == "fig_step"


def test_a_map_shows_units_over_steps():
    (drawn,) = inside.heat(VALUES, MARKS, "", t, share=False).data
    assert np.allclose(drawn.z, VALUES.T) and drawn.z.shape == (3, 5)
    assert list(drawn.x) == [1, 2, 3, 4, 5] and list(drawn.y) == [1, 2, 3]


def test_a_gate_runs_from_nought_to_one_and_a_state_as_far_on_both_sides():
    (gate,) = inside.heat(GATE, MARKS, "", t, share=True).data
    (state,) = inside.heat(VALUES, MARKS, "", t, share=False).data
    assert (gate.zmin, gate.zmax) == (0, 1)
    assert state.zmax == -state.zmin == np.abs(VALUES).max() and state.zmid == 0
    (still,) = inside.heat(0 * VALUES, MARKS, "", t, share=False).data
    assert still.zmin < still.zmax


def test_the_followed_step_is_marked():
    for fig in (inside.heat(VALUES, MARKS, "", t, share=False, at=3), inside.lines(CURVE, MARKS, "", "", t, at=3)):
        (line,) = fig.layout.shapes
        assert line.x0 == line.x1 == 4
    assert not inside.lines(CURVE, MARKS, "", "", t).layout.shapes


def test_a_map_of_many_units_is_no_higher_than_the_screen():
    heights = [inside.heat(np.zeros((4, units)), "abcd", "", t, share=False).layout.height for units in (1, 16, 400)]
    assert heights == sorted(heights) and heights[-1] == inside.MOST


def test_lines_are_drawn_as_they_are_and_named_where_there_are_several():
    one, two = (inside.lines(curves, MARKS, "", "", t) for curves in (CURVE, TWO))
    assert np.array_equal(one.data[0].y, VALUES[:, 0]) and one.data[0].line.color == COLOUR["gru"]
    assert not one.layout.showlegend and two.layout.showlegend
    assert [line.name for line in two.data] == ["one", "other"] and two.data[1].line.dash == "dash"


def test_shares_run_from_nought_to_one_and_a_half_is_marked():
    fig = inside.shares(CURVE, MARKS, "", "", t)
    assert fig.layout.yaxis.range == (0, 1) and [shape.y0 for shape in fig.layout.shapes] == [0.5]


def test_on_a_logarithmic_axis_nought_has_a_place():
    fig = inside.lines({"": (np.array([0.0, 1e-30, 1.0]), STONE, "solid")}, "abc", "", "", t, log=True)
    assert fig.layout.yaxis.type == "log" and (np.array(fig.data[0].y) > 0).all()


def test_bars_are_as_high_as_the_numbers():
    (bars,) = FIGURES["bars"]().data
    assert np.array_equal(bars.y, VALUES[:, 0]) and list(bars.x) == [1, 2, 3, 4, 5]


def test_a_way_through_the_plane_passes_every_step_and_a_ring_is_where_it_ends():
    way, end = FIGURES["plane"]().data
    assert np.array_equal(np.stack([way.x, way.y], axis=1), VALUES[:, :2])
    assert (end.x[0], end.y[0]) == tuple(VALUES[-1, :2]) and len(end.x) == 1
    assert list(way.text) == list(MARKS) and way.customdata[0].startswith("1 ")
    many = inside.FEW + 1
    assert inside.plane(np.zeros((many, 2)), "a" * many, "", "rnn", t).data[0].text is None
    assert titled(inside.plane(np.zeros((1, 2)), "a", "title", "rnn", t))


def test_a_histogram_shares_out_all_values():
    fig = inside.histogram({name: GATE for name in "rzf"}, "", "gru", t)
    for drawn in fig.data:
        assert sum(drawn.y) == pytest.approx(1) and len(drawn.x) == inside.BINS
    assert len({drawn.line.dash for drawn in fig.data}) == 3 and {d.line.color for d in fig.data} == {COLOUR["gru"]}
    assert sorted(shape.x0 for shape in fig.layout.shapes) == pytest.approx([inside.EDGE, 1 - inside.EDGE])


def test_the_ends_belong_to_the_histogram():
    (drawn,) = inside.histogram({"": np.array([[0.0, 1.0]])}, "", "lstm", t).data
    assert drawn.y[0] == drawn.y[-1] == 0.5


def test_what_is_saturated_is_near_an_end():
    values = np.array([[0.0, 0.05, 0.5, 0.5, 0.5], [0.99, 0.5, 0.5, 0.5, 0.5]])
    assert inside.saturated(values) == pytest.approx((0.2, 0.1))


@pytest.mark.parametrize("draw", [inside.lines, inside.shares])
def test_what_a_visitor_calls_a_class_is_no_markup_in_titles_and_names(draw):
    fig = draw({"<a href='x'>": CURVE["one"]}, MARKS, "<b>&", "y", t)
    assert fig.layout.title.text == "&lt;b>&amp;" and fig.data[0].name == "&lt;a href='x'>"
    assert inside.bars(VALUES[:, 0], MARKS, "<b>&", "y", STONE, t).layout.title.text == "&lt;b>&amp;"
