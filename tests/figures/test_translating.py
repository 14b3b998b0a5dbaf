import numpy as np

from rrn import figures
from rrn.events import Captured, Listed, Measured
from rrn.figures.chart import LABEL, named
from rrn.figures.style import STONE
from rrn.figures.translating import matrix, tree
from rrn.tasks.translation import Translation
from tests.figures.words import t

WEIGHTS = np.array([[0.9, 0.1, 0.0], [0.2, 0.1, 0.7]], np.float32)
READ, WRITTEN = ("▁casa", "▁roj", "a"), ("▁red", "▁house")

# Two places, three steps: "a" and "b"; then "a c" and "a d"; "a d" ends and wins.
BEAM = [
    Measured(0, {"begun": 0.0}),
    Listed(0, "word", ("a", "b")),
    Captured(0, "parent", ("beam",), np.array([0, 0])),
    Captured(0, "score", ("beam",), np.array([-0.5, -1.0])),
    Listed(1, "word", ("c", "d")),
    Captured(1, "parent", ("beam",), np.array([0, 0])),
    Captured(1, "score", ("beam",), np.array([-1.5, -1.6])),
    Listed(2, "word", ("⊣", "e")),
    Captured(2, "parent", ("beam",), np.array([1, 0])),
    Captured(2, "score", ("beam",), np.array([-1.7, -3.0])),
    Listed(0, "written", ("a", "d", "⊣")),
]


def test_a_row_of_the_matrix_is_a_written_word_and_a_column_a_word_that_was_read():
    fig = matrix(WEIGHTS, READ, WRITTEN, "title", t)
    heat = fig.data[0]
    assert np.allclose(heat.z, WEIGHTS)
    assert heat.customdata[1][2] == "house ← a"
    assert list(fig.layout.xaxis.ticktext) == ["casa", "roj", "a"]
    assert fig.layout.yaxis.autorange == "reversed"  # the first written word stands on top


def test_words_of_a_matrix_are_never_markup():
    fig = matrix(WEIGHTS, ("<b>x</b>", "b", "c"), WRITTEN, "title", t)
    assert fig.layout.xaxis.ticktext[0] == "&lt;b>x&lt;/b>"


def test_the_live_matrix_is_the_newest_one():
    events = [
        Listed(1, "read", ("x",)),
        Listed(1, "written", ("y",)),
        Captured(1, "attention", ("written", "read"), np.ones((1, 1))),
        Listed(2, "read", READ),
        Listed(2, "written", WRITTEN),
        Captured(2, "attention", ("written", "read"), WEIGHTS),
    ]
    assert np.allclose(figures.attention_matrix({Translation(): events}, t).data[0].z, WEIGHTS)
    assert figures.attention_matrix({Translation(): []}, t).layout.xaxis.title.text == "fig_read_words"


def test_the_tree_knows_who_goes_on_from_whom():
    nodes = tree(BEAM)
    assert [node.beginning(nodes) for node in nodes] == [
        ["a"],
        ["b"],
        ["a", "c"],
        ["a", "d"],
        ["a", "d", "⊣"],
        ["a", "c", "e"],
    ]


def test_the_way_that_won_is_drawn_from_the_first_word_to_the_end():
    lines, best, dots = figures.beam_tree(BEAM, t).data
    assert (list(best.x), list(best.y)) == ([0, 1, 0], [1, 2, 3])
    assert sum(x is None for x in lines.x) == 4  # every node but the two first has one line
    assert len(dots.x) == 6


def test_what_was_given_is_no_part_of_the_tree():
    given = [Measured(0, {"begun": 2.0}), *BEAM[1:-1], Listed(0, "written", ("x", "y", "a", "d", "⊣"))]
    assert len(figures.beam_tree(given, t).data[1].x) == 3


def test_sizes_that_were_never_read_stand_behind_a_line():
    shares = np.array([np.nan, np.nan, np.nan, 1.0, 0.9, 0.5])
    run = {Translation(pairs="reversal"): [Captured(3, "exact_by_size", ("size",), shares)]}
    lines = figures.exact_by_size.chart(run, t).lines
    assert (lines[0].x, lines[0].y) == ([3.0, 4.0, 5.0], [1.0, 0.9, 0.5])
    assert set(lines[1].x) == {8.5}
    grammar = {Translation(pairs="grammar"): run[Translation(pairs="reversal")]}
    assert len(figures.exact_by_size.chart(grammar, t).lines) == 1  # of a grammar every length was read


def test_of_dialogues_chance_is_drawn_and_no_name_hides_another():
    shares = np.full(21, np.nan)
    shares[[1, 2, 4, 20]] = 0.9, 0.5, 0.06, 0.05
    spec = Translation(pairs="dialogue", attention="none", cell="lstm")
    told = [Measured(0, {"exact/chance": 0.04}), Captured(3, "exact_by_size", ("size",), shares)]
    chart = figures.exact_by_size.chart({spec: told}, t)
    by_name = {line.name: line for line in chart.lines}
    guessed = by_name["rival_chance"]
    assert (guessed.dash, guessed.colour, guessed.x, guessed.y) == ("dash", STONE, [1.0, 20.0], [0.04, 0.04])
    heights = sorted(y for line, y in named(chart) if line.x[-1] == 20)
    assert len(heights) == 2 and heights[1] - heights[0] >= 0.99 * LABEL * chart.pixel
    # The name of the border stands where no curve is; half way up, this one goes through.
    border = by_name["fig_by_size_new"]
    assert border.x == [2.5] * 3 and border.y[-1] == 0.75
