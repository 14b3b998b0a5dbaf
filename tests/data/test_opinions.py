"""Reviews by rules, read back by a second grammar: who wins, what is held out, and what a swap of clauses does."""

import re
from collections import Counter
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from rrn.data import opinions, wording

GOOD = {
    "es": "buena bueno rica rico fresca fresco casera casero rápida rápido atenta atento "
    "simpática simpático limpia limpio cómoda cómodo bonita bonito nueva nuevo divertida divertido",
    "en": "good tasty fresh homemade fast attentive friendly clean comfortable pretty new funny",
}
BAD = {
    "es": "mala malo sosa soso salada salado fría seca seco lenta lento desatenta desatento "
    "antipática antipático sucia sucio incómoda incómodo fea vieja viejo aburrida aburrido",
    "en": "bad bland salty cold dry slow careless rude dirty uncomfortable ugly old boring",
}
# noun, perhaps a no, verb, how much, adjective
CLAUSE = {
    "es": re.compile(r"(?P<noun>\w+ \w+) (?P<no>no )?(?P<verb>es|era) (?:muy |nada )?(?P<how>\w+)"),
    "en": re.compile(r"(?P<noun>the \w+) (?P<verb>is|was) (?P<no>not )?(?:very )?(?P<how>\w+?)(?: at all)?"),
}
# joined clauses, and which of them is right
FORMS = {
    "es": [(r"antes (.+) , ahora (.+)", "antes {} , ahora {}", 1), (r"aunque (.+) , (.+)", "aunque {} , {}", 1),
           (r"(.+) , pero (.+)", "{} , pero {}", 1), (r"(.+) , aunque (.+)", "{} , aunque {}", 0)],
    "en": [(r"(.+) before , now (.+)", "{} before , now {}", 1), (r"although (.+) , (.+)", "although {} , {}", 1),
           (r"(.+) , but (.+)", "{} , but {}", 1), (r"(.+) , although (.+)", "{} , although {}", 0)],
}  # fmt: skip
AND = {"es": " y ", "en": " and "}
TENSES = {"es": (" es ", " era "), "en": (" is ", " was ")}
BOTH = pytest.mark.parametrize("language", opinions.LANGUAGES)


class Parsed(NamedTuple):
    positive: bool
    kind: str
    combination: object  # of which no other review may be learned from
    clauses: tuple[str, ...]


def clause(language, text):
    """(what is said of what, whether it is praise)."""
    found = CLAUSE[language].fullmatch(text)
    assert found, text
    good = found["how"] in GOOD[language].split()
    assert good or found["how"] in BAD[language].split()
    return (found["noun"], found["how"]), good != bool(found["no"])


def parsed(language, text) -> Parsed:
    for form, _, wins in FORMS[language]:
        if joined := re.fullmatch(form, text):
            clauses = joined.groups()
            (one, a), (other, b) = (clause(language, said) for said in clauses)
            assert a != b
            return Parsed((a, b)[wins], "contrast", frozenset((one, other)), clauses)
    clauses = tuple(text.split(AND[language]))
    found = [clause(language, said) for said in clauses]
    assert len({praise for _, praise in found}) == 1
    what = (*(of for of, _ in found),) if len(found) > 1 else text
    return Parsed(found[0][1], "and" if len(found) > 1 else "single", what, clauses)


def swapped(language, text):
    """The clauses of a contrast the other way round, each in the tense of its place."""
    now, past = TENSES[language]
    for form, again, _ in FORMS[language]:
        if joined := re.fullmatch(form, text):
            a, b = joined.groups()
            if past in a:
                a, b = a.replace(past, now), b.replace(now, past)
            return again.format(b, a)
    raise AssertionError(text)


@cache
def made(language, unseen):
    if unseen:
        return opinions.unseen(language, 400, 0)
    return opinions.several(language, 3000, np.random.default_rng(0), unseen=False)


@BOTH
@pytest.mark.parametrize("unseen", [False, True])
def test_a_grammar_of_its_own_reads_the_same_verdict(language, unseen):
    for one in made(language, unseen):
        found = parsed(language, one.text)
        assert found.positive == one.positive and (found.kind == "contrast") == one.ordered


@BOTH
def test_with_its_clauses_the_other_way_round_an_ordered_review_says_the_opposite_in_the_same_words(language):
    for one in made(language, True):
        if one.ordered:
            other = swapped(language, one.text)
            assert parsed(language, other).positive != one.positive
            assert Counter(other.split()) == Counter(one.text.split())


@BOTH
def test_held_out_combinations_are_never_learned_from(language):
    seen, held = ({(p.kind, p.combination) for p in (parsed(language, o.text) for o in made(language, unseen))}
                  for unseen in (False, True))  # fmt: skip
    assert not seen & held
    assert {kind for kind, _ in held} == {"contrast", "and", "single"} and len(held) > 100
    assert not {one.text for one in made(language, False)} & {one.text for one in made(language, True)}


@BOTH
@pytest.mark.parametrize("unseen", [False, True])
def test_both_verdicts_are_as_frequent_and_no_two_reviews_alike(language, unseen):
    found = made(language, unseen)
    assert len(found) == (400 if unseen else 3000) == len({one.text for one in found})
    assert sum(one.positive for one in found) * 2 == len(found)


@BOTH
def test_half_of_what_is_held_out_is_ordered_and_both_halves_are_balanced(language):
    found = made(language, True)
    ordered = [one for one in found if one.ordered]
    assert len(ordered) == 200 and sum(one.positive for one in ordered) == 100
    assert found == opinions.unseen(language, 400, 0) != opinions.unseen(language, 400, 1)


@BOTH
def test_no_single_word_of_an_ordered_review_gives_it_away(language):
    """Every word stands about as often in praise as in blame, but for those of which there are few."""
    counts = {positive: Counter(word for one in made(language, False) if one.ordered and one.positive == positive
                                for word in one.text.split()) for positive in (True, False)}  # fmt: skip
    for word in counts[True] | counts[False]:
        total = counts[True][word] + counts[False][word]
        if total > 300:
            assert 0.4 < counts[True][word] / total < 0.6, word


@BOTH
def test_all_words_are_known_and_none_is_never_said(language):
    known = set(opinions.words(language))
    said = {word for unseen in (False, True) for one in made(language, unseen) for word in one.text.split()}
    assert said <= known and len(known - said) <= 2
    assert (
        opinions.LONGEST[language] - 2
        <= max(len(one.text.split()) for one in made(language, False))
        <= opinions.LONGEST[language]
    )
    for one in made(language, True):
        assert [word.read for word in wording.words(one.text)] == one.text.split()


@BOTH
def test_a_no_turns_a_review_of_one_clause_round(language):
    pairs = opinions.negated(made(language, True), language)
    assert len(pairs) > 5
    for plain, denied in pairs:
        one, other = parsed(language, plain), parsed(language, denied)
        assert one.kind == other.kind == "single" and one.positive != other.positive
        assert len(denied.split()) == len(plain.split()) + 1
