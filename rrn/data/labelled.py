"""Texts in two classes: read from a table, and parted so that no text is on both sides."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rrn.data import pairs

# Of two labels that are known the negative one; the other, whatever it is called, is the positive one.
NEGATIVE = tuple("- − 0 -1 neg negativo negativa negative malo mala bad no false falso ham".split())
NAMES = ("-", "+")  # of the classes where labels are shares


class Labelled(NamedTuple):
    """`share` is how positive the text is: 0 or 1, or what a teacher said of it."""

    share: float
    text: str


def rows(table: str) -> list[tuple[str, str]]:
    """(label, text) of every line with a tab between them; further columns are not read."""
    found = []
    for line in table.split("\n"):
        label, tab, rest = line.partition("\t")
        text = rest.partition("\t")[0]
        if tab and label.strip() and text.strip():
            found.append((label.strip(), text.strip()))
    return found


def names(labels: Sequence[str]) -> tuple[str, str] | None:
    """(negative, positive) as the labels call them; "-" and "+" where they are shares; None where they are neither."""
    kinds = sorted(set(labels))
    if kinds and all(map(_share, kinds)):
        return NAMES
    if len(kinds) != 2:
        return None
    first = next((kind for kind in kinds if kind.lower() in NEGATIVE), kinds[0])
    return first, kinds[1 - kinds.index(first)]


def _share(label: str) -> bool:
    try:
        return "." in label and 0 <= float(label) <= 1
    except ValueError:
        return False


def labelled(found: Sequence[tuple[str, str]]) -> list[Labelled]:
    """The rows of a table as shares.

    Raises:
        ValueError: the labels are neither two nor shares.
    """
    called = names([label for label, _ in found])
    if called is None:
        raise ValueError("labels are neither two nor shares between 0.0 and 1.0")
    if called == NAMES and not set(NAMES) & {label for label, _ in found}:
        return [Labelled(float(label), text) for label, text in found]
    return [Labelled(float(label == called[1]), text) for label, text in found]


def documents(table: str) -> list[str]:
    """Of every row, what stands in a third column: texts of one document are held out together."""
    kept = [line.split("\t") for line in table.split("\n")]
    return [
        row[2].strip() if len(row) > 2 else "" for row in kept if len(row) > 1 and row[0].strip() and row[1].strip()
    ]


def split(
    texts: Sequence[Labelled], share: float, seed: int, documents: Sequence[str] = ()
) -> tuple[list[Labelled], list[Labelled]]:
    """What to learn from, and about a share to be measured on; equal texts and those of one document stay together."""
    whose = documents or [""] * len(texts)
    numbers: dict[str, int] = {}
    text_of = [f"t{numbers.setdefault(pairs.bare(one.text) or one.text, len(numbers))}" for one in texts]
    of = pairs.groups([(text, f"d{d}" if d else text) for text, d in zip(text_of, whose, strict=True)])
    kinds, group = np.unique(of, return_inverse=True)
    held = np.random.default_rng([seed, 5]).permutation(len(kinds))[: max(1, round(share * len(kinds)))]
    out = np.isin(group, held)
    return [t for t, o in zip(texts, out, strict=True) if not o], [t for t, o in zip(texts, out, strict=True) if o]
