"""Disguises in figures: one line for each network, one for the bag that learned from the same texts."""

from dataclasses import replace

import numpy as np
import pytest

from rrn import figures
from rrn.data.disguise import SHARES
from rrn.events import Captured
from rrn.figures.style import COLOUR, STONE
from rrn.tasks.sentiment import Sentiment
from tests.figures.words import t

PLAIN = Sentiment(texts="messages-es", reads="letters")
MASKED = replace(PLAIN, masked="all")
FIGURES = {"f1_by_disguise": figures.f1_by_disguise, "alarms_by_disguise": figures.alarms_by_disguise}


def told(name, start):
    falling = np.linspace(start, start / 2, len(SHARES)).astype(np.float32)
    return [
        Captured(0, f"bag_{name}", ("disguise",), falling / 2),
        Captured(0, name, ("disguise",), falling * 0),
        Captured(3, name, ("disguise",), falling),
    ]


@pytest.mark.parametrize("name", FIGURES)
def test_the_newest_values_of_every_network_stand_beside_its_bag(name):
    chart = FIGURES[name].chart({PLAIN: told(name, 0.8), MASKED: told(name, 0.6)}, t)
    assert [line.y[0] for line in chart.lines] == pytest.approx([0.8, 0.4, 0.6, 0.3])
    assert [line.colour for line in chart.lines] == [COLOUR["gru"], STONE] * 2
    assert len({line.name for line in chart.lines}) == 4
    assert len({(line.colour, line.dash) for line in chart.lines}) == 4
    assert all(line.x == pytest.approx([0, 10, 20, 30, 40, 50, 60]) for line in chart.lines)


def test_of_one_network_the_bag_needs_no_further_name():
    chart = figures.f1_by_disguise.chart({PLAIN: told("f1_by_disguise", 0.8)}, t)
    assert [line.name for line in chart.lines] == ["field_cell_gru", "rival_bag"]


def test_what_was_told_of_the_one_figure_is_not_drawn_in_the_other():
    assert not figures.alarms_by_disguise.chart({PLAIN: told("f1_by_disguise", 0.8)}, t).lines
