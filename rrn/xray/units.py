"""Which unit knows what: states beside what a good network would have to keep in mind."""

from collections.abc import Sequence

import numpy as np

from rrn.data.vocabulary import SPACE

VOWELS = "aeiouáéíóúüAEIOUÁÉÍÓÚÜ"
QUOTES = {"«": 1, "»": -1, "“": 1, "”": -1}
DENIALS = ("no", "not")
SPAN = 1e-9  # less than this a unit does not move at all


def text_rules(text: str) -> dict[str, np.ndarray]:
    """(characters,) values of what can be known of a text at each character. rule_NAME is its word."""
    inside, line, toggled = 0, 0, False
    quotes, position = [], []
    for character in text:
        inside = max(0, inside + QUOTES.get(character, 0))
        toggled = toggled != (character == '"')
        line = 0 if character == "\n" else line + 1
        quotes.append(float(inside > 0 or toggled))
        position.append(float(line))
    return {
        "vowel": np.array([float(c in VOWELS) for c in text]),
        "space": np.array([float(c.isspace()) for c in text]),
        "capital": np.array([float(c.isupper()) for c in text]),
        "quotes": np.array(quotes),
        "line": np.array(position),
    }


def sentence_rules(words: Sequence[str], attention: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """(words,) values of what can be known at each word that a layer reads.

    How far it has come is what a translator must keep to end in time. Source: Shi et al. 2016.

    Args:
        attention: (words, read) weights, in a decoder.
    """
    found = {
        "place": np.arange(len(words), dtype=float),
        "begins": np.array([float(word.startswith(SPACE)) for word in words]),
    }
    if attention is not None:
        found["looked"] = attention @ np.arange(attention.shape[1], dtype=float)
    return found


def review_rules(words: Sequence[str]) -> dict[str, np.ndarray]:
    """(words,) values of what can be known at each word of a review. A "no" is kept until the word that it turns."""
    return {
        "place": np.arange(len(words), dtype=float),
        "denials": np.cumsum([float(word.lower() in DENIALS) for word in words]),
    }


def correlations(states: np.ndarray, rule: np.ndarray) -> np.ndarray:
    """(units,) Pearson's r of every unit with a rule, 0 where one of the two never changes.

    Args:
        states: (steps, units).
        rule: (steps,).
    """
    h, r = states - states.mean(axis=0), rule - rule.mean()
    size = np.sqrt((h * h).sum(axis=0)) * np.sqrt((r * r).sum())
    moves = size > SPAN
    return np.where(moves, (h * r[:, None]).sum(axis=0) / np.where(moves, size, 1), 0.0)


def best(states: np.ndarray, rule: np.ndarray) -> tuple[int, float]:
    """(unit, r): the one that follows the rule best, for or against it."""
    r = correlations(states, rule)
    unit = int(np.abs(r).argmax())
    return unit, float(r[unit])


def beside(unit: np.ndarray, rule: np.ndarray, r: float) -> np.ndarray:
    """The rule in the unit's own scale, turned over where the unit is against it: both fit one axis."""
    sign = -1.0 if r < 0 else 1.0
    return (rule - rule.mean()) / rule.std() * unit.std() * sign + unit.mean()
