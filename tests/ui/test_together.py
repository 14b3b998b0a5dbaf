"""Several runs of one thing: what their table says, and above all what it does not say."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest

from rrn import i18n, jobs, measures
from rrn.events import Ended, Measured
from rrn.tasks.adding import Adding
from rrn.ui import measure_card, together
from rrn.ui.lab import Lab
from rrn.ui.lesson import Choice

SPEC = Adding()


def run(value, seconds=2.0, first=0.2):
    return [Measured(1, {"error": first}), Measured(2, {"error": value}), Ended("done", "", 1.0, seconds)]


def told(**values):
    """Runs by cell, one seed each value."""
    return {
        replace(SPEC, cell=cell, seed=seed): run(value)
        for cell, found in values.items()
        for seed, value in enumerate(found)
    }


def rows(**values):
    return together.rows(told(**values), measures.error)


def test_the_best_median_comes_first():
    found = rows(rnn=[0.17, 0.16, 0.18], gru=[0.01, 0.02, 0.09], lstm=[0.03, 0.04, 0.05])
    assert [(row.spec.cell, row.middle) for row in found] == [("gru", 0.02), ("lstm", 0.04), ("rnn", 0.17)]
    assert together.best(found) == 0.02 and together.gap(found) == pytest.approx(0.02)


def test_more_is_better_where_the_measure_says_so():
    values = {
        replace(SPEC, cell=cell): [Measured(1, {"letter": value}), Ended("done")]
        for cell, value in (("rnn", 0.5), ("gru", 1.0))
    }
    assert [row.spec.cell for row in together.rows(values, measures.letter)] == ["gru", "rnn"]


def test_ranges_that_meet_show_no_difference():
    assert together.winner(rows(gru=[0.01, 0.06, 0.02], lstm=[0.06, 0.08, 0.07])) is None
    assert together.winner(rows(gru=[0.01, 0.05, 0.02], lstm=[0.06, 0.08, 0.07])).spec.cell == "gru"


def test_the_second_best_is_not_all_that_must_lie_apart():
    found = rows(gru=[0.01, 0.05, 0.02], lstm=[0.06, 0.08, 0.07], rnn=[0.04, 0.3, 0.2])
    assert together.winner(found) is None


def test_one_seed_each_shows_nothing():
    assert together.winner(rows(gru=[0.01], lstm=[0.5])) is None


def test_the_bet_on_a_cell_is_judged_by_who_wins():
    assert together.place_of_winner(rows(rnn=[0.1, 0.1], lstm=[0.01, 0.02])) == 2.0
    assert together.place_of_winner(rows(rnn=[0.1, 0.1], lstm=[0.01, 0.2])) == 3.0
    assert together.place_of_winner(rows(rnn=[0.1], lstm=[0.01])) == 2.0  # with one seed, by who is ahead
    assert together.place_of_winner(rows(rnn=[0.1], lstm=[0.1])) == 3.0


def test_a_guess_may_be_about_one_variant():
    found = rows(rnn=[0.1], gru=[0.02])
    assert together.of(cell="gru")(found) == 0.02
    assert together.of(cell="lstm")(found) is None


def test_a_quotient_is_of_the_largest_over_the_smallest():
    values = {replace(SPEC, steps=steps): run(value) for steps, value in ((30, 0.1), (50, 0.15), (100, 0.2))}
    assert together.quotient("steps")(together.rows(values, measures.error)) == pytest.approx(2.0)
    assert together.quotient("steps")(rows(rnn=[0.1], gru=[0.2])) is None  # one value only


@pytest.mark.parametrize("end", [[Ended("failed", "not_a_number")], [Ended("failed", "lost")], []])
def test_whoever_failed_or_goes_on_is_not_ranked(end):
    """Also with a number that it had on its way, the best of all."""
    values = told(gru=[0.1]) | {
        replace(SPEC, cell="lstm"): [Measured(0, {"error": 1.0}), Measured(1, {"error": 0.0}), *end]
    }
    assert [row.spec.cell for row in together.rows(values, measures.error)] == ["gru"]


def test_what_was_stopped_before_its_first_epoch_is_not_ranked():
    values = told(gru=[0.1]) | {replace(SPEC, cell="lstm"): [Measured(0, {"error": 0.0}), Ended("stopped")]}
    assert [row.spec.cell for row in together.rows(values, measures.error)] == ["gru"]


def test_one_lost_seed_names_no_winner():
    found = rows(gru=[0.01, 0.05, 0.02], lstm=[0.04])
    assert together.winner(found) is None and together.place_of_winner(found) == 3.0


def test_a_row_reads_what_else_was_measured():
    (row,) = rows(gru=[0.005, 0.2])
    assert row.read(measures.training) == [2.0, 2.0]
    assert row.read(measures.error.first_solved) == [2]


def test_every_combination_with_every_seed():
    made = together.specs(replace(SPEC, seed=9999), 2, cell=("rnn", "gru"), steps=(30, 50))
    assert len(made) == len(set(made)) == 8
    assert {spec.seed for spec in made} == {9999, 0}


def test_a_tie_is_called_one(monkeypatch):
    monkeypatch.setattr(together, "t", lambda key, **values: f"{key} {values}")
    found = rows(gru=[0.1], lstm=[0.1], rnn=[0.2])
    said = together._finding(found, [row.spec for row in found])
    assert said.startswith("Together_tie") and "rnn" not in said
    assert together._finding(found[1:], [row.spec for row in found[1:]]).startswith("Together_one_seed")


def judged(monkeypatch, verdict, guess):
    """What is said of a guess about two runs, 0.1 with GRU and 0.02 with LSTM."""
    heard = []
    for place in (together.st, measure_card.st):
        for kind in ("success", "info"):
            monkeypatch.setattr(place, kind, lambda words, kind=kind, **_: heard.append((kind, words)))
    group = SimpleNamespace(runs=[], alive=False)
    monkeypatch.setattr(together, "read", lambda *_: told(gru=[0.1], lstm=[0.02]))
    for module in (together, measure_card):
        monkeypatch.setattr(module, "t", i18n.words("en"))
    together.card("key", group, measures.error, guess, verdict)
    return heard


def test_the_verdict_on_several_runs_tells_the_number_that_decides(monkeypatch):
    guess = Choice("less than 0.05", -math.inf, 0.05)
    ((kind, words),) = judged(monkeypatch, together.of(cell="gru"), guess)
    assert kind == "info" and "0.1" in words and "table" not in words
    ((kind, words),) = judged(monkeypatch, together.of(cell="lstm"), guess)
    assert kind == "success" and "0.02" in words


def test_who_wins_is_no_number_to_be_told(monkeypatch):
    ((kind, words),) = judged(monkeypatch, together.place_of_winner, Choice("the GRU", 1.0, 1.0))
    assert kind == "info" and "table" in words and "2" not in words


def test_of_one_network_with_several_seeds_it_is_told_how_much_chance_changes(monkeypatch):
    monkeypatch.setattr(together, "t", i18n.words("es"))
    found = rows(gru=[0.01, 0.06, 0.02])
    said = together._finding(found, [row.spec for row in found])
    assert "3 semillas" in said and "hay 0,05:" in said
    alike = rows(gru=[0.01, 0.01])
    assert together._finding(alike, [row.spec for row in alike]).startswith("Las 2 semillas dan lo mismo")
    alone = rows(gru=[0.01])
    assert together._finding(alone, [row.spec for row in alone]) == i18n.words("es")("together_one")


def test_of_several_the_best_is_told_and_what_else_that_one_measured():
    group = jobs.Group.__new__(jobs.Group)
    lab = SimpleNamespace(_rows=lambda run, measure: rows(rnn=[0.2, 0.1], gru=[0.01, 0.03], lstm=[0.5, 0.4]))
    assert Lab.best(lab, group, measures.error) == pytest.approx(0.02)
    twice = {0.01: 7.0, 0.03: 9.0}
    assert Lab.best(lab, group, measures.error, of=lambda events: twice.get(measures.error(events))) == 8.0
    assert Lab.best(lab, group, measures.error, of=lambda events: None) is None
    assert Lab.best(SimpleNamespace(_rows=lambda run, measure: []), group, measures.error) is None


@pytest.mark.parametrize(
    ("values", "said"), [((4.35, 5.1), "4,35 – 5,1"), ((4.348, 4.3529), "4,348 – 4,353"), ((0.5, 0.5), "0,5 – 0,5")]
)
def test_the_ends_of_a_range_are_told_apart(values, said, monkeypatch):
    monkeypatch.setattr(together, "n", lambda value, digits=3: i18n.number(value, "es", digits))
    assert together._range(list(values)) == said
