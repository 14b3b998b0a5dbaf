"""The embedded Reber grammar: strings of a small automaton between two letters that must be the same.

The letter after the first B comes back as the last but one, and nothing in between tells which it was.
Source: Cleeremans et al. 1989; Hochreiter & Schmidhuber 1997, experiment 1.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from rrn.spec import Between, Cost, Spec
from rrn.tasks import _cost

LETTERS = "BTPSXVE"
NAMES = ANSWERS = LETTERS
INPUTS = OUTPUTS = len(LETTERS)
EACH = True  # answer at every step
PAD = -1  # no letter: nothing is read and nothing is asked
LONGEST = 30  # letters; longer strings are drawn again
EXAMPLES = 1280  # drawn anew for every epoch

# Reber's automaton: by state, (letter, next state); both ways are equally likely. State 5 ends.
WAYS = {
    0: (("T", 1), ("P", 2)),
    1: (("S", 1), ("X", 3)),
    2: (("T", 2), ("V", 4)),
    3: (("X", 2), ("S", 5)),
    4: (("P", 3), ("V", 5)),
}
PROBLEM = ()  # what makes it another problem


@dataclass(frozen=True, kw_only=True)
class Reber(Spec):
    units: Annotated[int, Between(4, 64, step=4)] = 12
    clip: Annotated[float, Between(0.0, 10.0, step=0.25)] = 1.0
    epochs: Annotated[int, Between(1, 60)] = 30
    rate: Annotated[float, Between(1e-5, 1.0, log=True)] = 1e-2


def draw(rng: np.random.Generator) -> str:
    """One string: B, T or P, a Reber string from B to E, the same T or P, E."""
    while True:
        inside, state = "B", 0
        while state != 5:
            letter, state = WAYS[state][rng.integers(2)]
            inside += letter
        ring = "TP"[rng.integers(2)]
        string = f"B{ring}{inside}E{ring}E"
        if len(string) <= LONGEST:
            return string


def legal(string: str) -> list[str]:
    """What may follow each letter of a string but the last: one letter or two, by the automaton."""
    inside, state = string[2:-2], 0
    may = ["TP", "B"]
    for letter in inside[:-1]:
        if letter != "B":
            state = dict(WAYS[state])[letter]
        may.append("E" if state == 5 else "".join(each for each, _ in WAYS[state]))
    return [*may, string[1], "E"]


def steps(spec: Reber) -> int:
    """Of a sequence."""
    return LONGEST - 1


def examples(spec: Reber, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw strings.

    Returns:
        x: (count, LONGEST - 1) letters as their places in LETTERS, PAD after the last.
        y: the same shape: the letter that follows each.
    """
    strings = np.full((count, LONGEST), PAD)
    for row in strings:
        string = draw(rng)
        row[: len(string)] = [LETTERS.index(letter) for letter in string]
    return np.where(strings[:, 1:] == PAD, PAD, strings[:, :-1]), strings[:, 1:]


def score(said: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """{"letter": fraction in [0, 1] of strings whose last letter but one was named; "strings": of those in which every
    letter that may follow was more likely than every one that may not}. Chance is 0.5 for the letter.

    Args:
        said: (count, LONGEST - 1, OUTPUTS) logits.
    """
    letter, whole = [], []
    t, p = LETTERS.index("T"), LETTERS.index("P")
    for logits, read, follows in zip(said, x, y, strict=True):
        steps = int((read != PAD).sum())
        asked = logits[steps - 2]  # E is read, and the letter that closes the ring comes next
        letter.append((asked[t] > asked[p]) == (follows[steps - 2] == t))
        string = "".join(LETTERS[n] for n in (*read[:steps], follows[steps - 1]))
        may = np.array([[each in letters for each in LETTERS] for letters in legal(string)])
        worst = np.where(may, logits[:steps], np.inf).min(axis=-1)
        whole.append((worst > np.where(may, -np.inf, logits[:steps]).max(axis=-1)).all())
    return {"letter": float(np.mean(letter)), "strings": float(np.mean(whole))}


def asked(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(count,) the step after which the letter that closes the ring comes: the one that only memory tells."""
    return (x != PAD).sum(axis=1) - 2


def remembers(x: np.ndarray) -> dict[str, np.ndarray]:
    """What a network has to keep, at every step of (count, steps): rule_NAME is its word."""
    t, p = LETTERS.index("T"), LETTERS.index("P")
    ring = np.zeros(x.shape)
    ring[:, 1:] = np.where(x[:, 1:2] == t, 1.0, -1.0)
    return {"ring": ring, "letter_t": (x == t).astype(float), "letter_p": (x == p).astype(float)}


def rivals(spec: Reber) -> dict[str, float]:
    """Whom a run must beat, as MEASURE/RIVAL."""
    return {"letter/chance": 0.5}


SPEC = Reber
QUESTIONS = ()


def cost(spec: Reber) -> Cost:
    return _cost.sequences(spec, steps=steps(spec), inputs=INPUTS, outputs=OUTPUTS, examples=EXAMPLES)
