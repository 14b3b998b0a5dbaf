"""The tasks whose sequences are drawn: what they show, what they want, and how those score who know the answer."""

import re

import numpy as np
import pytest

from rrn import tasks
from rrn.tasks import adding, copy_memory, counting, reber, recall, temporal_order

DRAWN = [name for name in tasks.names() if hasattr(tasks.module(name), "examples")]
SURE = 9.0  # a logit


def drawn(task, count=500, **fields):
    return task.examples(task.SPEC(**fields), count, np.random.default_rng(3))


def sure(classes, many):
    """Logits of whoever is sure of these classes."""
    return SURE * np.eye(many)[classes]


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_seed_draws_the_same_and_another_seed_others(name):
    task = tasks.module(name)
    one, same, other = (task.examples(task.SPEC(), 20, np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert one.shape[:2] == (20, task.steps(task.SPEC()))


@pytest.mark.parametrize("name", DRAWN)
def test_symbols_are_those_that_the_network_can_read_and_say(name):
    task = tasks.module(name)
    x, y = drawn(task)
    if x.ndim == 2:
        assert x.min() >= -1 and set(range(task.INPUTS)) >= set(np.unique(x)) - {-1}
        never = {counting.START} if name == "counting" else set()
        assert set(np.unique(y)) - {-1} == set(range(task.OUTPUTS)) - never


def test_recall_shows_a_symbol_then_noise_then_asks():
    x, y = drawn(recall, gap=7)
    assert x.shape == (500, 9) and np.array_equal(x[:, :1], y)
    assert (x[:, 1:-1] >= recall.SYMBOLS).all() and (x[:, 1:-1] < recall.ASK).all() and (x[:, -1] == recall.ASK).all()
    assert recall.score(sure(y, recall.OUTPUTS), x, y) == {"recall": 1.0}
    blind = recall.score(sure(np.zeros_like(y), recall.OUTPUTS), x, y)["recall"]
    assert blind == pytest.approx(1 / recall.SYMBOLS, abs=0.06)


def test_adding_marks_one_number_in_each_half_and_wants_their_sum():
    x, y = drawn(adding, count=4000, steps=30)
    numbers, marks = x[..., 0], x[..., 1]
    assert (marks[:, :15].sum(axis=1) == 1).all() and (marks[:, 15:].sum(axis=1) == 1).all()
    assert (numbers * marks).sum(axis=1) == pytest.approx(y[:, 0, 0], abs=1e-6)
    assert adding.score(y, x, y) == {"error": 0.0, "right": 1.0}
    assert adding.score(np.ones_like(y), x, y)["error"] == pytest.approx(adding.BASELINE, rel=0.05)


def test_copy_memory_writes_back_what_was_told_after_the_mark():
    spec = copy_memory.SPEC(items=3, delay=5)
    x, y = drawn(copy_memory, items=3, delay=5)
    assert x.shape == y.shape == (500, copy_memory.steps(spec)) and np.array_equal(x[:, :3], y[:, -3:])
    assert (x[:, 7] == copy_memory.GO).all() and (x[:, 8:] == copy_memory.BLANK).all()
    assert (y[:, :-3] == copy_memory.BLANK).all()
    assert copy_memory.score(sure(y, copy_memory.OUTPUTS), x, y) == {"recall": 1.0}
    assert copy_memory.baseline(copy_memory.SPEC(items=5, delay=20)) == pytest.approx(0.347, abs=5e-4)


def test_temporal_order_names_the_pair_in_its_order():
    x, y = drawn(temporal_order, steps=50)
    for row, (name,) in zip(x, y, strict=True):
        shown = np.flatnonzero(row < temporal_order.NOISE)
        assert len(shown) == 2 and 5 <= shown[0] < 10 and 25 <= shown[1] < 30
        assert name == 2 * row[shown[0]] + row[shown[1]]
    assert temporal_order.score(sure(y, 4), x, y) == {"accuracy": 1.0}


def strings(count=300):
    rng = np.random.default_rng(5)
    return [reber.draw(rng) for _ in range(count)]


def test_reber_strings_close_with_the_letter_they_opened_with():
    found = strings()
    assert all(s[0] == "B" and s[-1] == "E" and s[1] == s[-2] in "TP" and s[2] == "B" and s[-3] == "E" for s in found)
    assert 0.4 < np.mean([s[1] == "T" for s in found]) < 0.6
    assert max(map(len, found)) <= reber.LONGEST and len(set(found)) > 30


def test_what_may_follow_in_a_reber_string_holds_what_does():
    for string in strings():
        assert len(reber.legal(string)) == len(string) - 1
        assert all(after in may for after, may in zip(string[1:], reber.legal(string), strict=True))


def test_reber_s_shortest_strings_are_those_of_the_graph():
    inside = {s[2:-2] for s in strings(2000) if len(s) == 9}
    assert inside == {"BTXSE", "BPVVE"}


def known(x, y, *, ring: bool):
    """Logits of whoever knows the automaton, and with `ring` also which letter closes the string."""
    logits = np.zeros((*y.shape, reber.OUTPUTS))
    for row, read, follows in zip(logits, x, y, strict=True):
        steps = int((read != reber.PAD).sum())
        string = "".join(reber.LETTERS[n] for n in (*read[:steps], follows[steps - 1]))
        may = reber.legal(string)
        if not ring:
            may[-2] = "T"
        for step, letters in enumerate(may):
            row[step, [reber.LETTERS.index(each) for each in letters]] = SURE
    return logits


def test_reber_is_solved_by_whoever_remembers_the_second_letter_and_by_nobody_else():
    x, y = drawn(reber)
    assert reber.score(known(x, y, ring=True), x, y) == {"letter": 1.0, "strings": 1.0}
    blind = reber.score(known(x, y, ring=False), x, y)
    assert 0.4 < blind["letter"] < 0.6 and blind["strings"] == blind["letter"]


def test_counting_wants_as_many_b_as_there_were_a_and_then_the_end():
    x, y = counting.examples(counting.SPEC(longest=4), 50, np.random.default_rng(0))
    for row in y:
        word = "".join("Sab."[n] for n in row if n != counting.PAD)
        assert re.fullmatch(r"(a+)(b+)\.", word) and word.count("a") == word.count("b") <= 4


def test_counting_scores_how_many_lengths_are_right():
    x, y = counting.test(counting.SPEC(longest=5), np.random.default_rng(0))
    assert len(x) == 15
    perfect = sure(y, counting.OUTPUTS)
    assert counting.score(perfect, x, y) == {"counted": 15.0}
    broken = perfect.copy()
    broken[7, 2 * 8] = SURE * np.eye(4)[counting.B]  # n = 8: one b too many where the end should be
    assert counting.score(broken, x, y) == {"counted": 14.0}
    unsure = np.where((x == counting.A)[..., None], 0.0, perfect)  # before the first b nothing can be known
    assert counting.score(unsure, x, y) == {"counted": 15.0}
