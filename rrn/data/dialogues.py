"""Small talk with a name in it: somebody says who they are, and some turns later asks for it.

Spanish and English say the same things.
"""

from typing import NamedTuple

import numpy as np

from rrn.data.phrase import Phrase, held

LEARNED = 2  # turns of small talk between name and question are learned from, at most
TESTED = (1, 2, 4, 8, 12, 16, 20)  # those that are measured
NAMES = tuple(
    "ana luis marta pedro elena jorge lucía pablo carmen diego sofía andrés "
    "rosa juan laura miguel julia carlos inés raúl clara iván nora hugo".split()
)


class Talk(NamedTuple):
    """What is said in a language; {} is the name. The small talk never names a person."""

    name: str
    small: tuple[str, ...]
    question: str
    answer: str


TALKS = {
    "es": Talk(
        "me llamo {} .",
        (
            "hoy hace sol .",
            "me gusta el pan .",
            "tengo dos gatos .",
            "ayer llovió mucho .",
            "el tren llegó tarde .",
            "mañana trabajo .",
            "leo un libro largo .",
            "no tengo hambre .",
            "mi casa es pequeña .",
            "hace mucho frío .",
            "no sé nadar .",
            "compré una mesa .",
        ),
        "¿ cómo me llamo ?",
        "te llamas {}",
    ),
    "en": Talk(
        "my name is {} .",
        (
            "it is sunny today .",
            "i like bread .",
            "i have two cats .",
            "it rained a lot yesterday .",
            "the train was late .",
            "i work tomorrow .",
            "i am reading a book .",
            "i am not hungry .",
            "my house is small .",
            "it is very cold .",
            "i cannot swim .",
            "i bought a table .",
        ),
        "what is my name ?",
        "your name is {}",
    ),
}


def draw(language: str, rng: np.random.Generator, *, unseen: bool, turns: int | None = None) -> Phrase:
    """A dialogue and its answer; `size` is the number of turns of small talk.

    Args:
        language: "es" or "en".
        unseen: this dialogue, word for word, is held out.
        turns: of small talk; None draws as many as are learned from.
    """
    talk = TALKS[language]
    while True:
        name = NAMES[int(rng.integers(len(NAMES)))]
        count = int(rng.integers(LEARNED + 1)) if turns is None else turns
        small = [talk.small[int(n)] for n in rng.integers(len(talk.small), size=count)]
        line = " ".join([talk.name.format(name), *small, talk.question])
        if held(line) == unseen:
            break
    read, written = tuple(line.split()), tuple(talk.answer.format(name).split())
    return Phrase(read, written, (*(-1 for _ in written[:-1]), read.index(name)), count)


def words(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All that is read, all that is written."""
    talk = TALKS[language]
    read = " ".join([talk.name, *talk.small, talk.question]).replace("{}", "").split()
    written = talk.answer.replace("{}", "").split()
    return tuple(sorted({*read, *NAMES})), tuple(sorted({*written, *NAMES}))


def longest(language: str) -> int:
    """Words of the longest dialogue that is learned from, its end included."""
    talk = TALKS[language]
    small = max(len(turn.split()) for turn in talk.small)
    return len(talk.name.split()) + LEARNED * small + len(talk.question.split()) + 1
