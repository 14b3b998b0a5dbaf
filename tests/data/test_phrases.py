"""Of every set that is made by rules: what is held out is never learned from, and nothing is unknown."""

from functools import cache
from itertools import product

import numpy as np
import pytest

from rrn.data import grammar, phrases
from rrn.data.phrase import Phrase
from rrn.data.vocabulary import END, UNKNOWN
from tests.data.test_numerals import heard

ALL = list(product(phrases.NAMES, ("es-en", "en-es")))
MADE, HELD_OUT = 1500, 400


@cache
def made(name, direction, unseen) -> list[Phrase]:
    rng = np.random.default_rng([0, unseen])
    return phrases.several(name, direction, HELD_OUT if unseen else MADE, rng, unseen=unseen)


def combinations(name, direction, phrase: Phrase) -> set:
    """What must not be met before, found in the words themselves."""
    match name:
        case "numbers":
            return {heard(phrase.read, direction)} - set(range(10))
        case "sums":
            return {frozenset("".join(phrase.read).split("+"))}
        case "reversal" | "copy":
            return {phrase.read} if len(phrase.read) > phrases.SHORTEST else set()
        case "dialogue":
            return {phrase.read}
    english = phrase.written if direction == "es-en" else phrase.read
    found, before = set(), []
    for word in english:
        if word in NOUNS:
            found |= {(NOUNS[word], adjective) for adjective in before}
        before = [*before, word] if word in ADJECTIVES else []
    return found


NOUNS = {form: noun[3] for noun in grammar.BEINGS + grammar.THINGS for form in noun[3:]}
ADJECTIVES = {"red", "small", "old", "new", "white", "black", "beautiful", "big", "green", "blue"}


@pytest.mark.parametrize(("name", "direction"), ALL)
def test_what_is_held_out_never_occurs_in_what_is_learned_from(name, direction):
    seen, unseen = (
        [combinations(name, direction, phrase) for phrase in made(name, direction, kind)] for kind in (False, True)
    )
    known = set().union(*seen)
    assert all(combined - known for combined in unseen)
    held = set().union(*(combined - known for combined in unseen))
    assert known and held
    if name == "grammar":
        assert len(known) + len(held) == len(set(NOUNS.values())) * len(ADJECTIVES)
        assert 0.1 < len(held) / (len(known) + len(held)) < 0.25


@pytest.mark.parametrize(("name", "letters"), [("reversal", 10), ("copy", 8)])
def test_of_three_letters_every_combination_is_on_one_side_and_on_one_only(name, letters):
    """Longer ones are too many to be met twice, so there nothing would be noticed."""
    rng = np.random.default_rng(0)
    seen, unseen = (
        {phrases.draw(name, "es-en", rng, unseen=kind, size=3).read for _ in range(8 * letters**3)}
        for kind in (False, True)
    )
    assert not seen & unseen
    assert len(seen) + len(unseen) >= 0.99 * letters**3 and len(unseen) == pytest.approx(letters**3 / 6, rel=0.2)


@pytest.mark.parametrize(("name", "direction"), ALL)
def test_pairs_are_as_many_as_asked_for_and_no_two_alike(name, direction):
    for unseen in (False, True):
        found = made(name, direction, unseen)
        assert len(set(found)) == len(found) or (name == "dialogue" and not unseen)
        assert len(found) == (HELD_OUT if unseen else MADE)


@pytest.mark.parametrize(("name", "direction"), ALL)
def test_every_word_has_its_number_and_comes_back(name, direction):
    source, target = phrases.vocabularies(name, direction)
    for phrase in made(name, direction, False)[:600] + made(name, direction, True):
        for words, vocabulary in ((phrase.read, source), (phrase.written, target)):
            ids = vocabulary.encode(vocabulary.joined(words))
            assert ids[-1] == END and UNKNOWN not in ids
            assert tuple(vocabulary.pieces(ids[:-1])) == words
            assert vocabulary.decode(ids) == vocabulary.joined(words)


@pytest.mark.parametrize(("name", "direction"), ALL)
def test_the_longest_is_the_longest_that_is_learned_from(name, direction):
    steps = max(max(len(p.read), len(p.written)) + 1 for p in made(name, direction, False))
    room = phrases.longest(name, direction)
    assert room - (name in ("grammar", "dialogue")) <= steps <= room


@pytest.mark.parametrize(("name", "direction"), ALL)
def test_what_is_learned_from_goes_up_to_a_size_and_what_is_measured_beyond(name, direction):
    known = phrases.known_to(name)
    if known is None:
        return
    assert max(p.size for p in made(name, direction, False)) == known
    assert {p.size for p in made(name, direction, True)} == set(phrases.TESTED[name])
    assert max(phrases.TESTED[name]) > known


@pytest.mark.parametrize("direction", ["es-en", "en-es"])
def test_sequences_are_turned_round_copied_and_added_up(direction):
    for phrase in made("reversal", direction, True):
        assert "".join(phrase.written) == "".join(reversed(phrase.read))
    for phrase in made("copy", direction, True):
        assert phrase.written == phrase.read
    for phrase in made("sums", direction, True):
        a, b = map(int, "".join(phrase.read).split("+"))
        assert int("".join(phrase.written)) == a + b and set(phrase.aligned) == {-1}
    for name in ("reversal", "copy"):
        for phrase in made(name, direction, True):
            assert [phrase.read[place] for place in phrase.aligned] == list(phrase.written)


def test_the_same_seed_draws_the_same():
    for name, direction in ALL:
        one, two = (phrases.several(name, direction, 20, np.random.default_rng(4), unseen=True) for _ in range(2))
        assert one == two
