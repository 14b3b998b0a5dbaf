"""Pairs that are made by rules: what is learned from, and what is held out, never share a combination."""

from functools import cache

import numpy as np

from rrn.data import dialogues, grammar, numerals
from rrn.data.phrase import Phrase, held
from rrn.data.vocabulary import Words

DIGITS = tuple("0123456789")
SHORTEST, LEARNED, LONGEST = (
    2,
    8,
    12,
)  # digits or letters that are turned round or copied: learned up to 8, tested to 12
LETTERS = tuple("abcdefgh")
TESTED = {  # sizes that are measured, also such as were never learned from
    "reversal": range(SHORTEST + 1, LONGEST + 1),
    "copy": range(SHORTEST + 1, LONGEST + 1),
    "dialogue": dialogues.TESTED,
}
NAMES = ("grammar", "numbers", "reversal", "copy", "sums", "dialogue")


def draw(name: str, direction: str, rng: np.random.Generator, *, unseen: bool, size: int | None = None) -> Phrase:
    """One pair.

    Args:
        name: one of NAMES.
        direction: "es-en" or "en-es", for the grammar and for numbers; the language of a dialogue comes first in it.
        unseen: one that is held out.
        size: of a sequence that is turned round or copied, or of a dialogue; None draws one that is learned from.
    """
    match name:
        case "grammar":
            return grammar.draw(direction, rng, unseen=unseen)
        case "numbers":
            return numerals.draw(direction, rng, unseen=unseen)
        case "sums":
            return _sum(rng, unseen)
        case "dialogue":
            return dialogues.draw(direction[:2], rng, unseen=unseen, turns=size)
    while True:
        symbols = DIGITS if name == "reversal" else LETTERS
        steps = size or int(rng.integers(SHORTEST, LEARNED + 1))
        read = tuple(symbols[int(n)] for n in rng.integers(len(symbols), size=steps))
        if steps <= SHORTEST or held("".join(read)) == unseen:  # of the shortest there are too few to hold any out
            turned = name == "reversal"
            return Phrase(read, read[::-1] if turned else read, tuple(range(steps))[:: -1 if turned else 1])


def _sum(rng, unseen):
    """Two numbers of one or two digits. Source: the addition of Zaremba & Sutskever 2014, as in Keras' examples."""
    while True:
        a, b = (int(n) for n in rng.integers(0, 100, size=2))
        if held(f"{min(a, b)}+{max(a, b)}") == unseen:
            return Phrase(tuple(f"{a}+{b}"), tuple(str(a + b)), (-1,) * len(str(a + b)))


def several(name: str, direction: str, count: int, rng: np.random.Generator, *, unseen: bool) -> list[Phrase]:
    """So many pairs, each at most once where there are enough; those held out of every size in turn.

    Dialogues that are learned from come again and again: the short ones are few, and met once each they would hardly
    be met at all.
    """
    if name == "dialogue" and not unseen:
        return [draw(name, direction, rng, unseen=False) for _ in range(count)]
    found: dict[Phrase, None] = {}
    sizes = TESTED.get(name, (None,)) if unseen else (None,)
    for n in range(20 * count):
        if len(found) == count:
            break
        found[draw(name, direction, rng, unseen=unseen, size=sizes[n % len(sizes)])] = None
    return list(found)


@cache
def vocabularies(name: str, direction: str) -> tuple[Words, Words]:
    """What is read and what is written."""
    match name:
        case "grammar":
            spanish, english = (Words(words) for words in grammar.words())
            return (spanish, english) if direction == "es-en" else (english, spanish)
        case "numbers":
            return Words(numerals.words(direction)), Words(DIGITS, letters=True)
        case "sums":
            return Words((*DIGITS, "+"), letters=True), Words(DIGITS, letters=True)
        case "dialogue":
            read, written = dialogues.words(direction[:2])
            return Words(read), Words(written)
    same = Words(DIGITS if name == "reversal" else LETTERS, letters=True)
    return same, same


def longest(name: str, direction: str) -> int:
    """Steps of the longest sequence that is learned from, on either side, its end included."""
    if name == "dialogue":
        return dialogues.longest(direction[:2])
    return {"grammar": grammar.LONGEST, "numbers": numerals.LONGEST, "sums": 6}.get(name, LEARNED + 1)


def known_to(name: str) -> int | None:
    """The largest size that is learned from; None where all sizes are."""
    return {"reversal": LEARNED, "copy": LEARNED, "dialogue": dialogues.LEARNED}.get(name)
