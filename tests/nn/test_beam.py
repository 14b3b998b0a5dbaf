"""Beam search against looking at every sentence that there is."""

from itertools import product

import numpy as np
import pytest

from rrn.data.vocabulary import END, NEVER, START
from rrn.nn.beam import search
from rrn.nn.encoder_decoder import forced
from rrn.tasks.translation import Translation
from tests.nn.translators import drawn

WORDS, MOST = 7, 4  # numbers of the vocabulary, of which 4, 5, 6 and END are written
READ = np.array([[4, 5, 6, 2], [6, 4, 2, 0], [2, 0, 0, 0]])


def network(seed=0, attention="general", cell="gru"):
    return drawn(Translation(cell=cell, attention=attention, units=8, embedding=4), WORDS, WORDS, seed, spread=1.2)


def every(net, row, begun=()):
    """{ids without END: log-probability with END} of all sentences of up to MOST words, END included."""
    can = [n for n in range(WORDS) if n not in NEVER and n != END]
    found = {}
    for length in range(MOST):
        for rest in product(can, repeat=length):
            ids = (*begun, *rest)
            found[ids] = float(forced(net, READ[row : row + 1], np.array([[*ids, END]])).log_p.sum())
    return found


def ranked(score, ids, normal):
    return score / ((5 + len(ids) + 1) / 6) ** normal


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("attention", "normal"), [("general", 0.0), ("general", 1.0), ("none", 0.6), ("additive", 2.0)]
)
def test_a_beam_with_room_for_all_finds_the_best_sentence(attention, normal, seed):
    net = network(seed, attention)
    wrote = search(net, READ, beam=100, normal=normal, most=MOST)
    for row, found in enumerate(wrote.best):
        known = every(net, row)
        best = max(known, key=lambda ids: ranked(known[ids], ids, normal))
        assert tuple(found[0].ids) == best and found[0].ended
        assert found[0].score == pytest.approx(known[best], abs=1e-4)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_with_a_beam_of_one_it_is_greedy(cell):
    net = network(1, cell=cell)
    wrote = search(net, READ, beam=1, normal=1.0, most=12)
    for row, (found,) in enumerate(wrote.best):
        memory = net.read(READ[row : row + 1])
        states, last, ids = memory.states, np.array([START]), []
        while len(ids) < 12 and (not ids or ids[-1] != END):
            log_p, states, _ = net.write(last, states, memory)
            log_p[:, NEVER] = -np.inf
            last = log_p.argmax(axis=1)
            ids.append(int(last[0]))
        assert found.ids == [n for n in ids if n != END] and found.ended == (ids[-1] == END)


@pytest.mark.parametrize("beam", [1, 2, 4, 8, 32])
@pytest.mark.parametrize("begun", [(), (5,), (6, 6, 4)])
def test_scores_are_the_sum_of_what_every_word_costs(beam, begun):
    """Also with more in the beam than there are words, and of what it was told to begin with."""
    net = network(2)
    wrote = search(net, READ, beam=beam, normal=0.7, most=10, begun=begun)
    for row, best in enumerate(wrote.best):
        for found in best:
            ids = [*found.ids, *([END] if found.ended else [])]
            assert found.score == pytest.approx(forced(net, READ[row : row + 1], np.array([ids])).log_p.sum(), abs=1e-4)
            assert found.ranked == pytest.approx(found.score / ((5 + len(ids)) / 6) ** 0.7, rel=1e-5)
            assert not {*NEVER, END} & set(found.ids)
        assert [f.ranked for f in best] == sorted((f.ranked for f in best), reverse=True)
        assert len({tuple(f.ids) for f in best}) == len(best)


@pytest.mark.parametrize("beam", [1, 3])
def test_a_translation_begins_as_it_is_told_and_shows_where_it_looked(beam):
    net = network(3)
    wrote = search(net, READ, beam=beam, normal=1.0, most=6, begun=(6, 4))
    for row, best in enumerate(wrote.best):
        for found in best:
            assert found.ids[:2] == [6, 4]
            ids = [*found.ids, *([END] if found.ended else [])]
            right = forced(net, READ[row : row + 1], np.array([ids])).weights[0]
            assert found.weights == pytest.approx(right, abs=1e-5)


@pytest.mark.parametrize("normal", [0.0, 1.0])
def test_what_it_is_told_to_begin_with_is_gone_on_with_in_the_best_way(normal):
    net = network(4)
    wrote = search(net, READ, beam=100, normal=normal, most=MOST, begun=(5, 5))
    for row, found in enumerate(wrote.best):
        known = every(net, row, (5, 5))
        assert tuple(found[0].ids) == max(known, key=lambda ids: ranked(known[ids], ids, normal))


def test_a_sentence_is_written_as_if_it_were_alone():
    net = network(5)
    together = search(net, READ, beam=3, normal=1.0, most=8)
    for row, ids in enumerate(READ):
        (alone,) = search(net, ids[ids > 0][None], beam=3, normal=1.0, most=8).best
        assert [f.ids for f in alone] == [f.ids for f in together.best[row]]


def test_where_the_room_is_used_up_the_best_beginning_stands(monkeypatch):
    net = network(0)
    write = net.write

    def endless(*given):
        log_p, *rest = write(*given)
        log_p[:, END] = -np.inf
        return log_p, *rest

    monkeypatch.setattr(net, "write", endless)
    for room in (5, (5, 9, 1)):
        wrote = search(net, READ, beam=2, normal=1.0, most=room).best
        for (found, *_), most in zip(wrote, np.broadcast_to(room, 3), strict=True):
            assert len(found.ids) == most == len(found.weights) and not found.ended


@pytest.mark.parametrize("seed", range(6))
def test_the_room_of_one_sentence_is_no_matter_to_another(seed):
    net, room = network(seed), (3, 11, 6)
    together = search(net, READ, beam=3, normal=1.5, most=room).best
    for row, most in enumerate(room):
        (alone,) = search(net, READ[row : row + 1], beam=3, normal=1.5, most=most).best
        assert [f.ids for f in alone] == [f.ids for f in together[row]]


def test_the_steps_are_the_tree_that_led_there():
    """Walking back along the parents gives the words; scores fall by the log-probability of each."""
    net = network(4)
    wrote = search(net, READ[:1], beam=3, normal=1.0, most=6)
    ended = {}
    for n, step in enumerate(wrote.steps):
        assert (np.diff(step.score[0]) <= 0).all()
        for place in np.flatnonzero(np.isfinite(step.score[0])):
            ids, at = [], place
            for before in reversed(wrote.steps[: n + 1]):
                ids.append(int(before.word[0, at]))
                at = before.parent[0, at]
            ids.reverse()
            assert step.score[0, place] == pytest.approx(forced(net, READ[:1], np.array([ids])).log_p.sum(), abs=1e-4)
            if ids[-1] == END:
                ended[tuple(ids[:-1])] = float(step.score[0, place])
    assert {tuple(f.ids): f.score for f in wrote.best[0]} == pytest.approx(ended)
