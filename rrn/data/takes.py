"""Takes: recordings of single words, several of each, to teach a recogniser words of one's own."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from rrn.data import phonemes, spoil, voice
from rrn.data.recordings import Recording

LETTERS = 20  # of a word's name
FOLDS = 8  # times that takes are left out, at most
# What the example says, spelt for our synthesiser. Two of them differ in a vowel alone.
EXAMPLE = {
    "sí": ("s", "i"),
    "no": ("n", "o"),
    "casa": ("k-", "k+", "a", "s", "a"),
    "cosa": ("k-", "k+", "o", "s", "a"),
}
TAKES = 6  # of each word of the example
ONSETS: tuple[tuple[str, ...], ...] = (
    (), ("s",), ("n",), ("β",), ("k-", "k+"), ("t-", "t+"), ("d-", "d+"), ("tʃ-", "tʃ+"),
)  # fmt: skip
WHO = voice.Speaker(pitch=175.0, tract=1.12, breath=0.012, bright=250.0)  # says the example
ROOM = spoil.Room(echo=0.15, wet=0.3, low=100.0)  # and where


def symbol(name: str) -> str:
    """A word as it stands in a pack and in what is heard: small letters, numbers and hyphens; "" where none is left.

    A space parts symbols there, and a colon parts a language from one.
    """
    small = unicodedata.normalize("NFC", name).lower()
    return re.sub(r"[\W_]+", "-", small).strip("-")[:LETTERS].strip("-")


@cache
def example() -> tuple[Recording, ...]:
    """TAKES recordings of each word of EXAMPLE by one made-up voice, which never says a word twice alike."""
    rng = np.random.default_rng(7)
    return tuple(Recording((word,), "", "example", said(word, rng)) for _ in range(TAKES) for word in EXAMPLE)


def said(word: str, rng: np.random.Generator) -> np.ndarray:
    """(samples,) one more take of a word of the example."""
    who = replace(WHO, pitch=WHO.pitch * float(np.exp(rng.normal(0, 0.08))), tract=WHO.tract * rng.uniform(0.98, 1.02))
    heard = voice.words([EXAMPLE[word]], who, rng, speed=float(np.exp(rng.normal(0, 0.15))))
    return recorded(heard, rng)


def recorded(heard: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(samples,) what was said, as it is recorded in ROOM, with noise behind it."""
    heard = spoil.heard_in(heard, ROOM, rng)
    colour = str(rng.choice(list(spoil.COLOURS)))
    noisy = spoil.with_noise(heard, spoil.noise(len(heard), rng, colour), float(rng.uniform(18, 28)))
    return (noisy * rng.uniform(0.2, 0.7) / np.abs(noisy).max()).astype(np.float32)


def unknown(rng: np.random.Generator) -> np.ndarray:
    """(samples,) a word of two or three syllables that means nothing, by any speaker that can be made up."""
    spelt: tuple[str, ...] = ()
    while not spelt or spelt in EXAMPLE.values():
        spelt = ()
        for _ in range(rng.integers(2, 4)):
            spelt += (*ONSETS[rng.integers(len(ONSETS))], str(rng.choice(list(phonemes.VOWELS))))
    return voice.words([spelt], voice.speaker(rng), rng, speed=float(np.exp(rng.normal(0, 0.15))))


def backwards(one: Recording, words: Sequence[str]) -> np.ndarray | None:
    """(samples,) a take played backwards: the same voice, and none of these words; None where it reads like one."""
    return None if _bare(one.said[0])[::-1] in map(_bare, words) else one.sound[::-1]


def _bare(word):
    """Its letters without accents."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFD", word)))


def words(takes: Sequence[Recording]) -> tuple[str, ...]:
    """The symbols that are said, in order."""
    return tuple(sorted({symbol for one in takes for symbol in one.said}))


def most(takes: Sequence[Recording]) -> int:
    """Takes of the word that has most."""
    return max(Counter(one.said for one in takes).values(), default=0)


def folds(takes: Sequence[Recording]) -> np.ndarray:
    """(takes,) the number of the fold in which each is left out: the n-th of every word together, from 0."""
    seen: Counter = Counter()
    found = []
    for one in takes:
        found.append(seen[one.said] % FOLDS)
        seen[one.said] += 1
    return np.array(found, int)
