import numpy as np
import pytest

from rrn.figures import drawing
from rrn.figures.style import COLOUR, STONE
from tests.figures.words import t

SHOWN = {
    "rnn": ("h0", "h", "Wx", "Wh"),
    "gru": ("h0", "h", "z", "r", "g"),
    "lstm": ("c0", "c", "h", "f", "i", "g", "o"),
}
MARKED = {"rnn": ("h",), "gru": ("h",), "lstm": ("c", "h")}


def values(kind, seed=0):
    rng = np.random.default_rng(seed)
    return {name: float(v) for name, v in zip((*SHOWN[kind], "h0"), rng.uniform(0.05, 0.95, 8), strict=False)}


def texts(fig):
    return [note.text for note in fig.layout.annotations if note.text]


def arrows(fig):
    return [note for note in fig.layout.annotations if note.showarrow]


def number(value):
    return f"<b>fig_number {round(value, 3)}</b>"


@pytest.mark.parametrize("kind", SHOWN)
def test_a_cell_carries_the_numbers_it_was_given(kind):
    given = values(kind)
    written = texts(drawing.cell(kind, given, "ñ", "title", t))
    for name in SHOWN[kind]:
        assert any(text.endswith(number(given[name])) for text in written), name
    assert "x<br><b>ñ</b>" in written


def test_what_is_between_is_written_too():
    v = values("rnn")
    assert f"z<br>{number(v['Wx'] + v['Wh'])}" in texts(drawing.cell("rnn", v, "a", "", t))
    v = values("gru")
    assert f"(1 − z)·g<br>{number((1 - v['z']) * v['g'])}" in texts(drawing.cell("gru", v, "a", "", t))
    v = values("lstm")
    assert f"i·g<br>{number(v['i'] * v['g'])}" in texts(drawing.cell("lstm", v, "a", "", t))


@pytest.mark.parametrize("kind", SHOWN)
def test_a_cell_has_a_title_and_its_colour_and_what_it_hands_on_is_marked(kind):
    fig = drawing.cell(kind, values(kind), "a", "unit 3", t)
    assert fig.layout.title.text == "unit 3"
    marked = [box for box in fig.layout.shapes if box.line.color == COLOUR[kind]]
    assert len(marked) == len(MARKED[kind])
    assert {arrow.arrowcolor for arrow in arrows(fig)} <= {COLOUR[kind], STONE}


@pytest.mark.parametrize("kind", SHOWN)
def test_every_box_and_every_arrow_lies_in_the_picture(kind):
    fig = drawing.cell(kind, values(kind), "a", "", t)
    (left, right), (low, high) = fig.layout.xaxis.range, fig.layout.yaxis.range
    for box in fig.layout.shapes:
        assert left <= box.x0 < box.x1 <= right and low <= box.y0 < box.y1 <= high
    for arrow in arrows(fig):
        assert (
            left <= min(arrow.x, arrow.ax)
            and max(arrow.x, arrow.ax) <= right
            and (arrow.x, arrow.y) != (arrow.ax, arrow.ay)
        )


@pytest.mark.parametrize(("kind", "gate"), [("gru", "z"), ("gru", "r"), ("lstm", "f"), ("lstm", "i"), ("lstm", "o")])
def test_the_wider_a_gate_is_open_the_thicker_its_line(kind, gate):
    widths = []
    for open_ in (0.0, 0.5, 1.0):
        fig = drawing.cell(kind, values(kind) | {gate: open_}, "a", "", t)
        widths.append([arrow.arrowwidth for arrow in arrows(fig)])
    steps = np.diff(np.array(widths), axis=0)
    grows = (steps > 0).all(axis=0)
    assert grows.any() and (steps[:, grows] == pytest.approx(drawing.THICK / 2))


def test_a_number_that_is_no_gate_breaks_no_line():
    fig = drawing.cell("lstm", dict.fromkeys(values("lstm"), -3.0) | {"f": 7.0}, "a", "", t)
    widths = [arrow.arrowwidth for arrow in arrows(fig)]
    assert min(widths) > 0 and max(widths) <= 0.8 + drawing.THICK


# The network unrolled

MARKS = "abcdefghijklmnopqrst"
STATES = np.linspace(-1, 1, 20)
GRADIENT = 10.0 ** np.arange(-19, 1)


def unrolled(at, steps=20, gradient=GRADIENT):
    return drawing.unrolled(STATES[:steps], gradient[:steps], MARKS[:steps], at, "gru", "title", t)


@pytest.mark.parametrize(("at", "first"), [(0, 0), (2, 0), (10, 7), (18, 13), (19, 13)])
def test_a_few_steps_around_one_are_unrolled(at, first):
    fig = unrolled(at)
    shown = range(first, first + drawing.STEPS)
    states = [f"h {step + 1}<br>{number(STATES[step])}" for step in shown]
    assert [text for text in texts(fig) if text.startswith("h ")] == states
    assert [text for text in texts(fig) if len(text) == 1] == [MARKS[step] for step in shown]


def test_the_step_that_was_asked_for_is_marked():
    for at in (0, 9, 19):
        fig = unrolled(at)
        (box,) = [box for box in fig.layout.shapes if box.line.color == COLOUR["gru"]]
        (name,) = [note for note in fig.layout.annotations if (note.text or "").startswith(f"h {at + 1}<")]
        assert box.x0 < name.x < box.x1 and box.y0 < name.y < box.y1


def test_the_line_is_the_thicker_the_more_of_the_gradient_comes_back_along_it():
    back = [arrow for arrow in arrows(unrolled(10)) if arrow.arrowcolor == COLOUR["gru"]]
    widths = [arrow.arrowwidth for arrow in sorted(back, key=lambda arrow: arrow.x)]
    assert len(widths) == drawing.STEPS - 1 and (np.diff(widths) > 0).all()


@pytest.mark.parametrize("gradient", [np.ones(20), np.zeros(20)], ids=["even", "none"])
def test_an_even_gradient_and_none_at_all_give_lines_that_are_alike(gradient):
    widths = {a.arrowwidth for a in arrows(unrolled(10, gradient=gradient)) if a.arrowcolor == COLOUR["gru"]}
    assert len(widths) == 1 and np.isfinite(list(widths)).all()


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_a_short_sequence_is_unrolled_whole(steps):
    fig = unrolled(steps - 1, steps)
    assert len([text for text in texts(fig) if text.startswith("h ")]) == steps and fig.layout.title.text == "title"
