"""Small talk with two facts in it: who speaks and where they live; some turns later one of them is asked for.

Spanish and English say the same things.
"""

from typing import NamedTuple

import numpy as np

from rrn.data.phrase import Phrase, held

LEARNED, LONGEST = 3, 8  # turns of small talk between fact and question: learned up to 3, tested to 8
NAMES = tuple("ana luis marta pedro elena jorge lucía pablo carmen diego sofía andrés".split())
CITIES = tuple("lima quito bogotá madrid sevilla montevideo caracas santiago".split())


class Talk(NamedTuple):
    """What is said in a language; {} is the fact. The small talk never names a person or a place."""

    name: str
    city: str
    small: tuple[str, ...]
    asks: dict[str, tuple[str, str]]  # question and answer, by "name" and "city"


TALKS = {
    "es": Talk(
        "me llamo {} .",
        "vivo en {} .",
        (
            "hoy hace sol .",
            "me gusta el pan .",
            "tengo dos gatos .",
            "ayer llovió mucho .",
            "el tren llegó tarde .",
            "mañana trabajo .",
            "leo un libro largo .",
            "no tengo hambre .",
        ),
        {"name": ("¿ cómo me llamo ?", "te llamas {}"), "city": ("¿ dónde vivo ?", "vives en {}")},
    ),
    "en": Talk(
        "my name is {} .",
        "i live in {} .",
        (
            "it is sunny today .",
            "i like bread .",
            "i have two cats .",
            "it rained a lot yesterday .",
            "the train was late .",
            "i work tomorrow .",
            "i am reading a book .",
            "i am not hungry .",
        ),
        {"name": ("what is my name ?", "your name is {}"), "city": ("where do i live ?", "you live in {}")},
    ),
}


def draw(language: str, rng: np.random.Generator, *, unseen: bool, turns: int | None = None) -> Phrase:
    """A dialogue and its answer; `size` is the number of turns of small talk.

    Args:
        language: "es" or "en".
        unseen: this person in this city, with the question that is asked, is held out.
        turns: of small talk; None draws as many as are learned from.
    """
    talk = TALKS[language]
    while True:
        facts = {"name": NAMES[int(rng.integers(len(NAMES)))], "city": CITIES[int(rng.integers(len(CITIES)))]}
        asked = ("name", "city")[int(rng.integers(2))]
        if held(f"{facts['name']} {facts['city']} {asked}") == unseen:
            break
    count = int(rng.integers(LEARNED + 1)) if turns is None else turns
    small = [talk.small[int(n)] for n in rng.integers(len(talk.small), size=count)]
    said = [talk.name.format(facts["name"]), talk.city.format(facts["city"])]
    if rng.random() < 0.5:
        said.reverse()
    question, answer = talk.asks[asked]
    read = tuple(" ".join([*said, *small, question]).split())
    written = tuple(answer.format(facts[asked]).split())
    place = read.index(facts[asked])
    return Phrase(read, written, (*(-1 for _ in written[:-1]), place), count)


def words(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All that is read, all that is written."""
    talk = TALKS[language]
    facts = " ".join([*NAMES, *CITIES]).split()
    questions, answers = zip(*talk.asks.values(), strict=True)
    read = " ".join([talk.name, talk.city, *talk.small, *questions]).replace("{}", "").split()
    written = " ".join(answers).replace("{}", "").split()
    return tuple(sorted({*read, *facts})), tuple(sorted({*written, *facts}))


def longest(language: str) -> int:
    """Words of the longest dialogue that is learned from, its end included."""
    talk = TALKS[language]
    small = max(len(turn.split()) for turn in talk.small)
    question = max(len(asks.split()) for asks, _ in talk.asks.values())
    return len(talk.name.split()) + len(talk.city.split()) + LEARNED * small + question + 1
