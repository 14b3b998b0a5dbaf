"""Every figure that there is: axes whatever has happened, and a sentence in every language."""

import inspect
from types import SimpleNamespace

import numpy as np
import pytest

from rrn import figures, i18n, measures, tasks
from rrn.events import Captured, Ended, Measured
from rrn.experiments import forgetting, gain, singular
from rrn.figures.chart import Curves, plotly
from rrn.figures.style import COLOUR, MARKER, STONE
from rrn.spec import CELLS
from tests.experiments.corners import corners
from tests.figures.words import pictured, t, texts, titled

FOUND = {name: getattr(figures, name) for name in figures.__all__}
CURVES = {name: figure for name, figure in FOUND.items() if isinstance(figure, Curves)}
MEASURES = [*measures.ALL, measures.clipped]
CURVES |= {f"learning {measure.name}": figures.learning(measure) for measure in MEASURES}
TRIALS = {name: figure for name, figure in FOUND.items() if "seen" in inspect.signature(figure).parameters}
TRIED = {
    "forgetting": (forgetting, forgetting.Forgetting),
    "gain": (gain, gain.Gain),
    "repeated": (singular, singular.Beginnings),
    "singular": (singular, singular.Beginnings),
}
SPEC = tasks.module("adding").SPEC(epochs=3)
EVENTS = [
    Measured(0, {"error": 0.2, "error/always_one": 0.17}),
    Captured(0, "gradient", ("back",), np.array([1.0, 0.1, 0.01])),
    *(Measured(n, {"error": 0.2 / n, "loss": 0.2 / n, "gradient_norm": 1.0 / n, "clipped": 0.5}) for n in (1, 2, 3)),
    Captured(3, "gradient", ("back",), np.array([1.0, 0.5, 0.2])),
    Ended("done", training=2.0),
]


def test_no_figure_is_left_out():
    others = {"attention_matrix", "beam_tree", "candidates", "certainty", "learning", "pareto", "score_by_word"}
    others |= {"confusion", "ler_by_speaker", "spikes_by_epoch"}
    assert set(FOUND) == others | set(TRIALS) | (set(CURVES) & set(FOUND))


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("runs", [{}, {SPEC: []}, {SPEC: EVENTS[:1]}, {SPEC: EVENTS}], ids=["", "new", "begun", "done"])
def test_curves_have_axes_whatever_has_happened(name, runs):
    chart = CURVES[name].chart(runs, t)
    assert titled(CURVES[name](runs, t)) and chart.finding
    assert chart.x_range[0] < chart.x_range[1] and chart.y_range[0] < chart.y_range[1]
    assert all(np.isfinite(line.y).all() for line in chart.lines) and chart.title in texts(pictured(chart))


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("runs", [{}, {SPEC: []}], ids=["", "new"])
def test_where_nothing_has_happened_nothing_is_drawn_of_a_run(name, runs):
    fig = CURVES[name](runs, t)
    assert {trace.line.color for trace in fig.data} <= {STONE}  # where clipping begins is known before


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("name", CURVES)
def test_what_curves_show_is_said_in_every_language(name, language):
    words = i18n.words(language)
    for runs in ({}, {SPEC: []}, {SPEC: EVENTS}):
        assert titled(plotly(CURVES[name].chart(runs, words)))
        assert "{" not in CURVES[name].chart(runs, words).finding


@pytest.mark.parametrize("name", TRIALS)
def test_what_is_tried_is_drawn_at_the_ends_of_all_ranges(name):
    experiment, kind = TRIED[name.split("_")[0]]
    for settings in [kind(), *corners(kind)]:
        drawn = TRIALS[name](experiment.run(settings), t)
        chart = drawn.fig
        assert drawn.name and drawn.alt and titled(plotly(chart)) and chart.lines
        for line in chart.lines:
            assert len(line.x) == len(line.y) and np.isfinite(line.y).all()
            assert chart.y_range[0] <= min(line.y) and max(line.y) <= chart.y_range[1] * (1 + 1e-9)
        assert chart.title in texts(pictured(chart))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("name", TRIALS)
def test_what_is_tried_is_said_in_every_language(name, language):
    experiment, kind = TRIED[name.split("_")[0]]
    drawn = TRIALS[name](experiment.run(kind()), i18n.words(language))
    assert drawn.alt.endswith(".") and "{" not in drawn.alt and "<" not in drawn.alt


def test_the_gradient_of_a_trial_is_drawn_as_it_was_seen():
    seen = gain.run(gain.Gain())
    (line,) = figures.gain_gradient(seen, t).fig.lines
    assert np.array_equal(line.y, seen.gradient) and line.x == list(range(1, 51))
    assert line.colour == COLOUR["rnn"]
    seen = forgetting.run(forgetting.Forgetting())
    cell, hidden = figures.forgetting_gradient(seen, t).fig.lines
    assert np.array_equal(cell.y, seen.cell) and np.array_equal(hidden.y, seen.hidden)
    assert cell.colour == hidden.colour == COLOUR["lstm"] and cell.dash != hidden.dash


def test_states_and_eigenvalues_are_drawn_as_they_were_seen():
    seen = gain.run(gain.Gain(gain=1.5))
    lines = figures.gain_states(seen, t).fig.lines
    assert all(np.array_equal(line.y, seen.states[:, n]) for n, line in enumerate(lines)) and len(lines) == 4
    assert len(figures.gain_states(gain.run(gain.Gain(units=2)), t).fig.lines) == 2
    dots, circle = figures.gain_eigenvalues(seen, t).fig.lines
    assert np.hypot(circle.x, circle.y) == pytest.approx(1) and np.hypot(dots.x, dots.y) == pytest.approx(1.5)


def test_ways_to_begin_are_told_apart():
    seen = singular.run(singular.Beginnings())
    for figure, values in ((figures.singular_values, seen.singular), (figures.repeated_lengths, seen.lengths)):
        lines = figure(seen, t).fig.lines
        # The identity comes without the ReLU that goes with it in a network.
        names = ["initial_matrix_identity" if name == "identity" else f"field_initial_{name}" for name in values]
        assert [line.name for line in lines] == names
        assert len({(line.colour, line.dash) for line in lines}) == len(lines)
        for line, found in zip(lines, values.values(), strict=True):
            assert np.array_equal(line.y, np.maximum(found, 1e-12 if figure is figures.repeated_lengths else 0))


def some_runs():
    cells = zip(CELLS, (0.3, 0.1, 0.2), (1.0, 4.0, 6.0), strict=True)
    return [
        SimpleNamespace(name=cell.upper(), cell=cell, value=value, seconds=seconds) for cell, value, seconds in cells
    ]


def test_of_runs_that_ended_the_best_are_joined_by_a_line():
    runs = some_runs()
    drawn = figures.pareto(runs, [1, 0], measures.error, t)
    line, *dots = drawn.fig.data
    assert titled(drawn.fig) and list(line.x) == [1.0, 4.0] and list(line.y) == [0.3, 0.1]  # in the order of seconds
    assert [(dot.x[0], dot.y[0]) for dot in dots] == [(run.seconds, run.value) for run in runs]
    assert [dot.marker.symbol for dot in dots] == [MARKER[cell] for cell in CELLS]
    assert [dot.marker.opacity for dot in dots] == [1.0, 1.0, 0.5]
    assert "RNN" in drawn.alt and "LSTM" not in drawn.alt


def test_of_no_runs_there_is_an_empty_figure_with_its_axes():
    drawn = figures.pareto([], [], measures.error, t)
    assert titled(drawn.fig) and not any(len(trace.x or ()) for trace in drawn.fig.data)


def test_an_axis_stays_while_a_slider_moves():
    """Where an axis moves with the curve, nobody sees which of the two it was."""
    ranges = {figures.gain_gradient(gain.run(gain.Gain(gain=g)), t).fig.y_range for g in np.arange(1.0, 1.5, 0.05)}
    assert len(ranges) <= 3
