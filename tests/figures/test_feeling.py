import numpy as np

from rrn import figures
from rrn.events import Captured, Listed
from rrn.figures.chart import Line, plotly
from rrn.figures.feeling import lexicon, running
from rrn.tasks.sentiment import Sentiment
from tests.figures.words import pictured, t, texts

WORDS = ("no", "es", "<b>malo</b>")
EVENTS = [
    Listed(0, "word", WORDS),
    Captured(0, "running", ("word",), np.array([0.5, 0.5, 0.4], np.float32)),
    Listed(1, "word", WORDS),
    Captured(1, "running", ("word",), np.array([0.4, 0.3, 0.9], np.float32)),
]


def test_the_running_score_is_the_newest_one_and_the_older_ones_are_fainter():
    fig = figures.score_by_word({Sentiment(): EVENTS}, t)
    newest = next(trace for trace in fig.data if trace.name == "field_cell_gru")
    assert np.allclose(newest.y, [0.4, 0.3, 0.9])
    older = [trace for trace in fig.data if not trace.name]
    assert [round(float(trace.y[2]), 1) for trace in older] == [0.4] and older[0].opacity < newest.opacity


def test_the_words_themselves_stand_under_the_axis_and_are_never_markup():
    assert list(figures.score_by_word({Sentiment(): EVENTS}, t).layout.xaxis.ticktext) == [
        "no",
        "es",
        "&lt;b>malo&lt;/b>",
    ]


def test_without_events_the_figure_has_its_axes():
    fig = figures.score_by_word({}, t)
    assert fig.layout.xaxis.title.text == "fig_running_words" and fig.layout.yaxis.title.text


def test_both_ways_to_draw_it_name_the_same_words():
    words = ('"quoted"', "\\", "á", "'", "😀")
    chart = running(words, [Line("red", [1.0, 2.0], [0.1, 0.9], "#000")], "title", t)
    assert [word for word in texts(pictured(chart)) if word in words] == list(words)
    assert list(plotly(chart).layout.xaxis.ticktext) == list(words)


def test_of_many_words_every_second_one_is_named():
    chart = running(tuple("abcdefgh" * 5), [], "title", t)
    assert chart.x_ticks == list(range(1, 41, 2))


def test_the_bars_of_a_lexicon_are_in_order_and_what_was_changed_has_a_colour():
    fig = lexicon(["malo", "bueno", "es"], [-1.0, 1.0, 0.0], [-1.0, 2.0, 0.0], t)
    assert list(fig.data[0].y) == ["malo", "es", "bueno"] and list(fig.data[0].x) == [-1, 0, 2]
    colours = fig.data[0].marker.color
    assert colours[0] == colours[1] != colours[2]


def test_a_word_without_end_leaves_room_for_the_figure():
    chart = running(("no", "a" * 2000), [], "title", t)
    assert chart.x_names == ("no", "a" * 23 + "…")
