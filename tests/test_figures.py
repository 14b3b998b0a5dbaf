from dataclasses import replace

import numpy as np
import pytest

from rrn import figures, i18n, measures
from rrn.events import Captured, Measured, Wrote
from rrn.figures.chart import LABEL, Chart, Line, named, spread, thin
from rrn.figures.style import COLOUR, STONE
from rrn.tasks.language_model import LanguageModel


def t(key, **values):
    """Words that say which they are."""
    return " ".join([key, *map(str, values.values())])


BITS_CURVE = figures.learning(measures.bits_per_character)
SPEC = LanguageModel(epochs=4, cell="gru")
RIVALS = Measured(0, {"uniform": 6.0} | {f"ngram_{n}": bits for n, bits in enumerate([4.4, 3.4, 2.7, 2.45, 2.4, 2.5])})
CURVE = [Measured(n / 4, {"loss": 4 - n / 8, "gradient_norm": 0.1 + n / 50}) for n in range(1, 17)]
BITS = [Measured(n, {"bits": 5.0 - n / 2}) for n in range(1, 5)]
RUN = {SPEC: [RIVALS, *CURVE, *BITS]}


@pytest.mark.parametrize("figure", [BITS_CURVE, figures.gradient_norm])
@pytest.mark.parametrize("runs", [{}, {SPEC: []}, {SPEC: [RIVALS]}, RUN])
def test_every_figure_has_axes_whatever_has_happened(figure, runs):
    fig = figure(runs, t)
    assert fig.layout.xaxis.title.text and fig.layout.yaxis.title.text
    assert fig.layout.title.text


def test_the_curve_has_the_colour_of_its_cell_and_rivals_are_dashed_stone():
    drawn = {trace.name: trace.line for trace in BITS_CURVE(RUN, t).data}
    assert drawn["field_cell_gru"].color == drawn["fig_reading"].color == COLOUR["gru"]
    assert (drawn["rival_uniform"].color, drawn["rival_uniform"].dash) == (STONE, "dash")


def test_loss_in_nats_is_drawn_in_bits():
    reading = next(trace for trace in BITS_CURVE(RUN, t).data if trace.name == "fig_reading")
    assert reading.y[0] == pytest.approx(CURVE[0].values["loss"] / np.log(2))


def test_the_sentence_tells_what_there_is_so_far():
    def said(*runs):
        return BITS_CURVE.chart({spec: [RIVALS, *events] for spec, events in runs}, i18n.words("es")).finding

    start, other = Measured(0, {"bits": 6.4}), replace(SPEC, cell="lstm")
    assert "6,4 en la época 0" in said((SPEC, [start])) and "en lo que lee" in said((SPEC, [start, CURVE[0]]))
    assert "pasa de 6,4 a 4 al llegar a la época 2" in said((SPEC, [start, CURVE[0], *BITS[:2]]))
    assert "GRU" in (two := said((SPEC, [start, *BITS]), (other, [start]))) and "al llegar a la época 4" in two
    assert "LSTM" in said((SPEC, [start, *BITS]), (other, [start, *BITS]))
    assert "4,5 en la época 1" in said((SPEC, BITS[:1]))


def test_the_best_ngram_is_always_drawn_and_no_two_names_collide():
    chart = BITS_CURVE.chart(RUN, t)
    placed = named(chart)
    assert "rival_ngram 4" in [line.name for line, _ in placed]
    at_end = sorted(y for line, y in placed if line.x[-1] == 4)
    assert min(np.diff(at_end)) >= LABEL * chart.pixel * 0.999


def test_spread_moves_only_what_is_too_close():
    assert spread([1.0, 5.0], 2.0) == [1.0, 5.0]
    assert spread([3.0, 2.0], 2.0) == [3.5, 1.5]
    assert np.diff(spread([0.0, 0.1, 0.2, 0.3], 1.0)) == pytest.approx([1, 1, 1])


def test_no_name_is_pushed_off_the_axis():
    assert spread([0.0, 0.0, 0.1, 5.0], 1.0, 0.0, 9.0) == [0.0, 1.0, 2.0, 5.0]
    assert spread([9.0, 8.8, 8.0], 1.0, 0.0, 9.0) == [9.0, 8.0, 7.0]
    assert spread([0.0, 0.0, 1.5], 1.0, 0.0, 9.0) == [0.0, 1.0, 2.0]


def test_the_axes_are_the_same_before_the_first_point_and_while_points_come_in():
    charts = [BITS_CURVE.chart({SPEC: [RIVALS, *CURVE[:n]]}, t) for n in (0, 3, 9)]
    assert len({(chart.x_range, chart.y_range, chart.height, chart.gutter) for chart in charts}) == 1


def test_thin_keeps_few_points_and_the_last_one():
    points = [(float(n), 0.0) for n in range(1000)]
    assert len(thin(points)) <= 300 and thin(points)[-1] == points[-1]


def test_numbers_that_are_none_leave_a_gap():
    fig = BITS_CURVE({SPEC: [Measured(1, {"bits": float("nan")})]}, t)
    assert all(trace.name != "field_cell_gru" for trace in fig.data)


def test_a_logarithmic_axis_names_round_numbers():
    chart = Chart("", "", "", (0, 1), (0.1, 10), [Line("", [0], [1], STONE)], log=True)
    assert chart.ticks == [0.1, 0.2, 0.5, 1, 2, 5, 10]


ANSWER = [
    Wrote(0, "<b"),
    Captured(0, "chosen", ("time",), np.array([0.5, 0.01], np.float32)),
    Captured(0, "candidate", ("time", "rank"), np.array([[ord("<"), ord(" ")], [ord("\n"), ord("a")]], np.int32)),
    Captured(0, "probability", ("time", "rank"), np.array([[0.5, 0.2], [0.6, 0.1]], np.float32)),
]


def test_written_characters_are_no_markup():
    assert figures.certainty(ANSWER, t).data[0].text[0][0] == "&lt;"


def test_candidates_are_those_that_could_be_drawn():
    assert [c for c, _ in figures.candidates(ANSWER, 0)] == ["<", " "]


def test_a_character_drawn_against_the_odds_joins_its_rivals():
    letters, chances = zip(*figures.candidates(ANSWER, 1), strict=True)
    assert letters == ("\n", "a", "b")
    assert chances == pytest.approx([0.6, 0.1, 0.01])


def test_certainty_runs_from_nought_to_one():
    fig = figures.certainty(ANSWER, t)
    assert (fig.data[0].zmin, fig.data[0].zmax) == (0, 1)


def test_an_empty_answer_gives_an_empty_figure():
    assert figures.certainty([], t).layout.title.text
