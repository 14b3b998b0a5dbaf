"""Sentences of the small grammar, against dictionaries written here."""

import re

import numpy as np
import pytest

from rrn.data import grammar
from rrn.data.vocabulary import Words

DICTIONARY = {
    "perro": {"dog"},
    "perros": {"dogs"},
    "flor": {"flower"},
    "flores": {"flowers"},
    "niñas": {"girls"},
    "árbol": {"tree"},
    "ciudades": {"cities"},
    "mujer": {"woman"},
    "rojo": {"red"},
    "roja": {"red"},
    "rojos": {"red"},
    "rojas": {"red"},
    "grande": {"big"},
    "grandes": {"big"},
    "azul": {"blue"},
    "azules": {"blue"},
    "viejas": {"old"},
    "el": {"the"},
    "las": {"the"},
    "un": {"a", "an"},
    "una": {"a", "an"},
    "esta": {"this"},
    "estos": {"these"},
    "dos": {"two"},
    "ve": {"sees", "see"},
    "ven": {"see"},
    "compra": {"buys", "buy"},
    "no": {"does", "do", "not"},
    "siempre": {"always"},
    "hoy": {"today"},
}
FEMININE = {"niña", "amiga", "mujer", "casa", "mesa", "flor", "manzana", "puerta", "ciudad"}
ARTICLES = {  # masculine and feminine, then both plurals
    "el": "m",
    "la": "f",
    "un": "m",
    "una": "f",
    "este": "m",
    "esta": "f",
    "los": "M",
    "las": "F",
    "estos": "M",
    "estas": "F",
    "dos": "MF",
    "tres": "MF",
}
STEMS = {"roj", "pequeñ", "viej", "nuev", "blanc", "negr", "hermos", "grand", "verd", "azul"}
ENDINGS = {"o": "m", "a": "f", "os": "M", "as": "F", "e": "mf", "es": "MF", "l": "mf"}
VERBS = {"see", "buy", "want", "paint", "draw", "touch"} | {"sees", "buys", "wants", "paints", "draws", "touches"}
SEVERAL = {"the", "a", "an", "this", "these", "see", "buy", "sees", "buys", "old"}  # of more words than stand above


def nouns():
    """{a Spanish noun: its form among m f M F}."""
    found = {}
    for single, plural, *_ in grammar.BEINGS + grammar.THINGS:
        found[single] = "f" if single in FEMININE else "m"
        found[plural] = found[single].upper()
    return found


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(0)
    return [grammar.draw("es-en", rng, unseen=bool(n % 2)) for n in range(2000)]


@pytest.mark.parametrize(
    ("spanish", "english"),
    [
        ("las flores rojas", "the red flowers"),
        ("una manzana vieja", "an old apple"),
        ("los árboles verdes", "the green trees"),
        ("tres flores rojas", "three red flowers"),
        ("esta ciudad", "this city"),
        ("la casa pequeña", "the small house"),
    ],
)
def test_phrases_as_one_says_them(spanish, english, drawn):
    """Wherever the grammar says it and no other adjective follows."""
    adjective = rf"({'|'.join(STEMS)})(o|a|os|as|e|es|) "
    sentences = [(" ".join((*made.read, "")), " ".join((*made.written, ""))) for made in drawn]
    found = [said for read, said in sentences if re.search(rf"\b{spanish} (?!{adjective})", read)]
    assert found and all(re.search(rf"\b{english} ", said) for said in found)


def test_articles_and_adjectives_agree_with_their_noun(drawn):
    forms, seen = nouns(), set()
    for made in drawn:
        for at, word in enumerate(made.read):
            if word not in forms:
                continue
            assert forms[word] in ARTICLES[made.read[at - 1]], made.read
            for adjective in made.read[at + 1 :]:
                ending = next((e for e in ("os", "as", "es", "o", "a", "e", "l") if adjective.endswith(e)), "")
                stem = adjective.removesuffix(ending) if ending != "l" else adjective
                if stem not in STEMS:
                    break
                assert forms[word] in ENDINGS[ending], made.read
                seen.add((forms[word], ending))
    assert len(seen) == 4 + 2 + 2 + 2  # o a os as; e, l and es after both genders


def test_verbs_agree_and_english_says_no_with_do(drawn):
    for made in drawn:
        words = [w for w in made.written if w in {"do", "does", "not", "always"} | VERBS]
        if not words:
            continue
        verb = words[-1]
        several_do = made.read[0] in {"los", "las", "estos", "estas", "dos", "tres"}
        if "not" in words:
            assert words[:2] == ["do" if several_do else "does", "not"] and not verb.endswith("s")
        else:
            assert verb.endswith("s") != several_do
        assert ("siempre" in made.read) == ("always" in words) and ("no" in made.read) == ("not" in words)


def test_english_says_an_before_a_vowel_and_only_there(drawn):
    pairs = [pair for made in drawn for pair in zip(made.written, made.written[1:], strict=False)]
    after = {article: {word for one, word in pairs if one == article} for article in ("a", "an")}
    assert after["an"] == {"old", "apple"} and not after["an"] & after["a"]


@pytest.mark.parametrize("direction", ["es-en", "en-es"])
def test_every_word_comes_from_the_one_that_it_translates(direction):
    rng = np.random.default_rng(2)
    met = set()
    for n in range(600):
        made = grammar.draw(direction, rng, unseen=bool(n % 2))
        assert len(made.aligned) == len(made.written)
        for word, place in zip(made.written, made.aligned, strict=True):
            spanish, english = (made.read[place], word) if direction == "es-en" else (word, made.read[place])
            if spanish in DICTIONARY:
                assert english in DICTIONARY[spanish]
                met.add((spanish, english))
            else:
                assert not any(english in known for known in DICTIONARY.values() if english not in SEVERAL)
    assert {spanish for spanish, _ in met} == set(DICTIONARY)
    # "no" is read off "not" and never off "does", which stands before it.
    assert (("no", "does") in met) == (direction == "es-en")


def test_two_words_of_a_sentence_come_from_two_words(drawn):
    """But "does not", which one word says."""
    for made in drawn:
        places = [p for p, word in zip(made.aligned, made.written, strict=True) if word not in ("do", "does")]
        assert sorted(places) == list(range(len(made.read)))


def test_words_are_all_that_is_said(drawn):
    spanish, english = map(Words, grammar.words())
    assert set(spanish.symbols) == {word for made in drawn for word in made.read}
    assert set(english.symbols) == {word for made in drawn for word in made.written}


def test_no_sentence_is_longer_than_it_says(drawn):
    longest = max(max(len(made.read), len(made.written)) for made in drawn)
    assert grammar.LONGEST - 1 <= longest + 1 <= grammar.LONGEST
