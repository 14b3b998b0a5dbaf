"""Pairs of sentences: read from a table, and held out by groups that share no sentence with what is learned from."""

import unicodedata
from collections.abc import Sequence

import numpy as np

Pair = tuple[str, str]


def rows(text: str) -> list[Pair]:
    """The pairs of a table: one a line, two columns with a tab between them; more columns are not read."""
    found = []
    for line in text.split("\n"):
        first, tab, rest = line.partition("\t")
        second = rest.partition("\t")[0]
        if tab and first.strip() and second.strip():
            found.append((first.strip(), second.strip()))
    return found


def directed(pairs: Sequence[Pair], direction: str) -> list[Pair]:
    """The pairs with what is read first: "en-es" reads a table's first column, "es-en" its second."""
    return [(second, first) for first, second in pairs] if direction == "es-en" else list(pairs)


def bare(sentence: str) -> str:
    """The letters and digits of a sentence, small: two that differ in nothing else are the same sentence."""
    return "".join(c for c in unicodedata.normalize("NFKC", sentence).lower() if c.isalnum())


def groups(pairs: Sequence[Pair]) -> np.ndarray:
    """(pairs,) a number for each: equal where pairs hang together by a sentence on either side."""
    parent = list(range(len(pairs)))

    def root(n):
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    first: dict[tuple[int, str], int] = {}
    for n, pair in enumerate(pairs):
        for side, sentence in enumerate(pair):
            parent[root(n)] = root(first.setdefault((side, bare(sentence)), n))
    return np.array([root(n) for n in range(len(pairs))])


def split(pairs: Sequence[Pair], share: float, seed: int) -> tuple[list[Pair], list[Pair]]:
    """What to learn from, and about a share of the pairs to be measured on: whole groups, drawn by the seed."""
    group = groups(pairs)
    wanted = max(1, round(share * len(pairs)))
    kinds, counts = np.unique(group, return_counts=True)
    # The largest groups (“Thank you” and all its kin) stay with what is learned from: one of them would be the test.
    small = counts <= max(counts.min(), wanted // 20)
    order = np.random.default_rng([seed, 5]).permutation(np.flatnonzero(small))
    held = set(kinds[order[: np.searchsorted(np.cumsum(counts[order]), wanted) + 1]].tolist())
    seen = [pair for pair, g in zip(pairs, group, strict=True) if g not in held]
    return seen, [pair for pair, g in zip(pairs, group, strict=True) if g in held]


def references(pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """Every different sentence of the first column, with all that stands beside it in the second."""
    found: dict[str, list[str]] = {}
    for first, second in pairs:
        known = found.setdefault(first, [])
        if second not in known:
            known.append(second)
    return found
