"""A chart drawn within the page: what lies where, and that no word is markup."""

import itertools
import math
import re
from xml.etree import ElementTree

import pytest

from rrn.figures.chart import TURNED, Chart, Line, named, plotly
from rrn.figures.picture import SHAPES, WIDE, plain_html, steps, svg
from rrn.figures.style import BOTTOM, LEFT, TOP
from tests.figures.words import pictured, texts

LINE = Line("red", [0.0, 1.0, 4.0], [0.0, 1.0, 0.5], "#6485f0", dash="dot", width=1.5, marker="circle")


def chart(*lines, **more):
    return Chart("title", "across", "up", **({"x_range": (0.0, 4.0), "y_range": (0.0, 1.0), "lines": [*lines]} | more))


def curves(root):
    return [path for path in root.iter("path") if path.get("fill") == "none" and "L" in path.get("d")]


def dots(root):
    """(units across, pixels down) of every dot."""
    found = [path.get("d") for path in root.iter("path") if path.get("stroke-linecap") == "round"]
    return [tuple(map(float, dot.removesuffix("h0").split())) for d in found for dot in d[1:].split("M")]


def places(root, of):
    """(percent across, pixels down) of everything that is of this shape."""
    found = [one for one in root.iter("svg") if any(path.get("d") == of for path in one.findall("path"))]
    return [(float(one.get("x").rstrip("%")), float(one.get("y"))) for one in found]


def test_a_line_goes_through_its_points():
    (curve,) = curves(pictured(chart(LINE)))
    tall = 280 - TOP - BOTTOM
    points = [tuple(map(float, pair.split())) for pair in curve.get("d")[1:].split("L")]
    assert points == [(0, tall), (WIDE / 4, 0), (WIDE, tall / 2)]
    assert (curve.get("stroke"), curve.get("stroke-width"), curve.get("stroke-dasharray")) == ("#6485f0", "1.5", "3 3")
    # Stretched, it is as thick as it was.
    assert curve.get("vector-effect") == "non-scaling-stroke"


def test_marks_lie_on_the_points_and_a_line_without_width_has_them_alone():
    root = pictured(chart(Line("", [1.0], [0.25], "#000", width=0.0, marker="diamond"), LINE))
    tall = 280 - TOP - BOTTOM
    assert places(root, SHAPES["diamond"]) == [(25.0, 0.75 * tall)]
    assert dots(root) == [(0.0, tall), (WIDE / 4, 0.0), (WIDE, tall / 2)]
    assert len(curves(root)) == 1


def test_the_first_line_is_drawn_last_over_the_others():
    lines = [Line("", [0.0, 1.0], [0.0, n], colour) for n, colour in ((1.0, "#111111"), (0.5, "#222222"))]
    assert [curve.get("stroke") for curve in curves(pictured(chart(*lines)))] == ["#222222", "#111111"]


def test_names_stand_at_the_lines_ends_and_those_that_leave_take_their_line_along():
    rivals = [Line(f"rival {y}", [0.0, 4.0], [y, y], "#86837d", rank=y) for y in (0.51, 0.52, 0.9)]
    drawn = chart(LINE, *rivals)
    root = pictured(drawn)
    kept = [line.name for line, _ in named(drawn)]
    assert sorted(kept) == ["red", "rival 0.9"]
    assert {word for word in texts(root) if word == "red" or word.startswith("rival")} == set(kept)
    assert len(curves(root)) == len(kept) == len(plotly(drawn).data)
    (name,) = (one for one in root.iter("svg") if texts(one) == ["red"])
    assert name.get("x") == "100.00%"


def test_on_a_logarithmic_axis_every_power_takes_as_much_room():
    root = pictured(chart(Line("", [0, 1, 2], [1e-4, 1e-2, 1.0], "#000"), y_range=(1e-4, 1.0), log=True))
    downs = [float(pair.split()[1]) for pair in curves(root)[0].get("d")[1:].split("L")]
    assert downs[0] - downs[1] == pytest.approx(downs[1] - downs[2])
    assert [word for word in texts(root) if word[0] in "01"][:5] == ["0.0001", "0.001", "0.01", "0.1", "1"]


def test_what_lies_beyond_an_axis_is_drawn_at_its_end():
    (curve,) = curves(pictured(chart(Line("", [0.0, 4.0], [-5.0, 5.0], "#000"))))
    assert [float(pair.split()[1]) for pair in curve.get("d")[1:].split("L")] == [280 - TOP - BOTTOM, 0]


def test_words_are_no_markup():
    hostile = "<b>&\"'$x$ :red[a]</b>"
    drawn = chart(Line(hostile, [0.0, 4.0], [0.0, 1.0], "#000"), x_names=("a", hostile, "c", "d"))
    assert texts(pictured(drawn)).count(hostile) == 2


def test_names_under_the_axis_stand_under_their_points_and_have_room():
    short, long = (chart(LINE, x_range=(1, 3), x_names=("a", "b", word)) for word in ("c", "c" * 12))
    places_of = {texts(one)[0]: one.get("x") for one in pictured(short).iter("svg") if len(texts(one)) == 1}
    assert (places_of["a"], places_of["b"], places_of["c"]) == ("0.00%", "50.00%", "100.00%")
    assert len({pictured(one).find("div/svg").get("height") for one in (short, long)}) == 1, "the plot stays"
    heights = [int(re.match(r"height:(\d+)px", pictured(one).get("style")).group(1)) for one in (short, long)]
    assert heights[1] - heights[0] == 11 * TURNED


def test_it_is_as_high_as_plotly_s_and_has_the_same_margins():
    root, layout = pictured(chart(LINE, height=300, gutter=90)), plotly(chart(LINE, height=300, gutter=90)).layout
    margin = layout.margin
    assert root.get("style") == f"height:{layout.height}px;margin-bottom:1rem"
    assert root.find("div").get("style") == f"padding:{margin.t}px {margin.r}px 0 {margin.l}px" and margin.l == LEFT
    assert float(root.find("div/svg").get("height")) == layout.height - margin.t - margin.b


def test_it_says_what_it_shows():
    root = pictured(chart())
    assert (root.get("role"), root.get("aria-label")) == ("img", "what it shows")
    assert root.find("div/svg").get("aria-hidden") == "true"


def test_without_a_line_there_are_the_axes():
    assert {"title", "across", "up", "0", "0.5", "1", "4"} <= {*texts(pictured(chart(y_range=(0.0, 2.0))))}


@pytest.mark.parametrize(
    ("low", "high", "count", "least", "found"),
    [
        (0, 1, 5, 0.0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-1.7, 1.7, 5, 0.0, [-1.5, -1, -0.5, 0, 0.5, 1, 1.5]),
        (0, 3, 8, 1.0, [0, 1, 2, 3]),
        (1, 50, 8, 1.0, list(range(5, 51, 5))),
        (0, 2e-7, 5, 0.0, [0, 5e-8, 1e-7, 1.5e-7, 2e-7]),
    ],
)
def test_steps_are_round_numbers(low, high, count, least, found):
    assert steps(low, high, count, least) == pytest.approx(found)


def test_a_number_is_not_parted_within():
    assert plain_html("10\u202f000\n\n  m") == "10\u202f000 m"


def test_neither_lines_nor_markdown_get_out_of_a_word():
    """Streamlit ends HTML at an empty line, and reads `:material/home:` within it."""
    drawn = chart(Line(":material/home: a\n\n# big", [0.0, 4.0], [0.0, 1.0], "#000"), x_names=("a", "b\n\nc", "d", "e"))
    found = svg(drawn, "#123456", str, "one\n\ntwo :red[x]")
    assert "\n" not in found and ":material" not in found and ":red" not in found
    assert {":material/home: a # big", "b c"} <= {*texts(ElementTree.fromstring(found))}


@pytest.mark.parametrize(
    ("lines", "more"),
    [
        ([LINE], {"x_range": (1.0, 1.0)}),
        ([LINE], {"y_range": (0.5, 0.5)}),
        ([LINE], {"y_range": (0.0, 5e-324)}),
        ([Line("a", [0.0, 1.0], [-1.0, 0.0], "#000")], {"log": True, "y_range": (1e-3, 1.0)}),
        ([Line("", [0.0, 1.0, 2.0], [math.nan, math.inf, 0.5], "#000", marker="circle")], {}),
        ([Line("", [1.0], [0.5], "#000")], {}),
    ],
    ids=["no width", "no height", "hardly any height", "below a logarithm", "not finite", "one point"],
)
def test_there_is_a_picture_of_everything(lines, more):
    found = svg(chart(*lines, **more), "#123456", str, "")
    assert "nan" not in found and "inf" not in found and ElementTree.fromstring(found).tag == "div"


@pytest.mark.parametrize("decades", [2, 3, 8, 16, 31])
def test_the_words_beside_a_logarithmic_axis_do_not_run_into_each_other(decades):
    drawn = chart(y_range=(10.0**-decades, 1.0), log=True, height=260)
    root = pictured(drawn)
    downs = sorted(float(word.get("y")) for word in root.iter("text") if word.get("x") == "-8")
    (rules,) = (path.get("d") for path in root.iter("path") if path.get("d").endswith(f"h{WIDE}"))
    assert sorted(float(rule.split()[1]) + 4 for rule in rules.split(f"h{WIDE}")[:-1]) == pytest.approx(downs)
    assert len(downs) >= 3 and min(b - a for a, b in itertools.pairwise(downs)) >= 12
