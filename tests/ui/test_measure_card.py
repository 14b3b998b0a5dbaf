"""The card of a number: names of rivals that are near each other."""

import pytest

from rrn import i18n, measures
from rrn.ui import measure_card
from rrn.ui.measure_card import LETTER, NARROW, against, apart


def spans(named):
    """(start, end) of each name on a phone, as the browser lays it: moved left by its own share of its width."""
    return [(p * NARROW - p * LETTER * len(w), p * NARROW - p * LETTER * len(w) + LETTER * len(w)) for p, w in named]


@pytest.mark.parametrize(
    "places", [(0.1, 0.9), (0.84, 0.38, 0.75), (0.5, 0.5, 0.5), (0.0, 0.02, 1.0, 0.98), (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)]
)
def test_no_two_names_of_one_row_cover_each_other(places):
    named = [(place, "someone: 0.123") for place in places]
    rows, where = apart(named), spans(named)
    for one in range(len(named)):
        for other in range(one):
            if rows[one] == rows[other]:
                assert where[one][1] <= where[other][0] + 1e-9 or where[other][1] <= where[one][0] + 1e-9


def test_names_that_have_room_stay_in_one_row():
    assert apart([(0.1, "chance: 0.1"), (0.9, "ceiling: 0.9")]) == [0, 0] and apart([]) == []


def test_a_place_beyond_the_ruler_is_at_its_end():
    assert apart([(1.4, "a: 1.4"), (1.0, "b: 1.0")]) == apart([(1.0, "a: 1.4"), (1.0, "b: 1.0")]) == [0, 1]


@pytest.mark.parametrize(
    ("value", "measure", "key"),
    [
        (1.0, measures.accuracy, "measure_tie"),
        (0.9999999, measures.accuracy, "measure_tie"),  # as float32 has it
        (0.98, measures.accuracy, "measure_not_better"),
        (1.02, measures.calibration, "measure_not_better"),
        (0.98, measures.calibration, "measure_better"),
    ],
)
def test_level_with_the_best_rival_is_neither_ahead_nor_behind(monkeypatch, value, measure, key):
    t = i18n.words("en")
    monkeypatch.setattr(measure_card, "t", t)
    best = measures.Rival("bag", 1.0)
    said = against(value, best, measure)
    assert said == t(key, rival=t("rivals_bag"), gain=measure.gain(value, best.value))
