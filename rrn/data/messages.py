"""Short messages made by rules, in Spanish or English: spam among those of friends, shops and banks that are none.

Both kinds speak of prizes, banks, links and what is free, so no single word gives a message away. Which body comes with
which ending is held out for one combination in six.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rrn.data.phrase import held

FOLDER = Path(__file__).with_name("message_texts")
LANGUAGES = ("es", "en")
KINDS = ("ham", "spam")
SPAM = 0.13  # share of the messages, about as in the SMS Spam Collection
LONGEST = 64  # characters


class Message(NamedTuple):
    text: str
    spam: bool
    made: str  # body and ending, of which combinations are held out


@cache
def parts(language: str) -> dict[str, dict[str, list[str]]]:
    """Openings, bodies and endings of ham and spam, and what the slots in them are filled with."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def draw(language: str, rng: np.random.Generator, *, spam: bool, unseen: bool) -> Message:
    """One message.

    Args:
        unseen: of a combination that is held out.
    """
    of, slots = parts(language)[KINDS[spam]], parts(language)["slots"]
    while True:
        opening, body, ending = (_one(of[name], rng) for name in ("openings", "bodies", "endings"))
        if body.endswith("?") and ending.startswith((",", ":")):
            continue
        ending = ending.removeprefix(".") if body.endswith("?") else ending
        text = _filled(opening + body + ending, slots, rng)
        text = text[0].upper() + text[1:] if rng.random() < 0.6 else text
        if held(f"{body}+{ending}") == unseen and len(text) <= LONGEST:
            return Message(text, spam, f"{body}+{ending}")


def several(language: str, count: int, rng: np.random.Generator, *, unseen: bool) -> list[Message]:
    """So many different messages, the share SPAM of them spam."""
    found: list[Message] = []
    for spam in (False, True):
        here: dict[str, Message] = {}
        want = round(count * SPAM) if spam else count - round(count * SPAM)
        while len(here) < want:
            one = draw(language, rng, spam=spam, unseen=unseen)
            here[one.text.lower()] = one
        found += here.values()
    return [found[n] for n in rng.permutation(len(found))]


def _one(of: list[str], rng: np.random.Generator) -> str:
    return of[int(rng.integers(len(of)))]


def _filled(text: str, slots: dict[str, list[str]], rng: np.random.Generator) -> str:
    """The slots in braces, each filled on its own, then a digit for every #; the first of a number is no zero."""
    pieces = text.split("{")
    for n, piece in enumerate(pieces[1:], 1):
        name, _, rest = piece.partition("}")
        pieces[n] = _one(slots[name], rng) + rest
    text, found = "".join(pieces).replace(" de el ", " del ").replace(" a el ", " al "), ""
    for sign in text:
        low = 0 if found[-1:].isdigit() else 1
        found += str(rng.integers(low, 10)) if sign == "#" else sign
    return found
