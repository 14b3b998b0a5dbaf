"""Character n-grams with Witten-Bell smoothing: the rival that any language model must beat.

A context that was followed by many different symbols trusts its counts less and its shorter context more.
Source: Witten & Bell 1991, method C, interpolated.
"""

import numpy as np


def bits(train: np.ndarray, test: np.ndarray, symbols: int, most: int = 5) -> list[float]:
    """Bits per character of `test` for 0, 1, … `most` characters of context, counted in `train`.

    Args:
        train: (characters,) ids from 1 to `symbols`.
        test: (characters,) ids of the part held out; its first characters see the end of `train`.
        symbols: size of the alphabet; with no count at all every symbol has probability 1 / symbols.
    """
    test = np.asarray(test)
    lead = train[len(train) - most :] if len(train) >= most else train
    seen, new = train.astype(np.int64), np.concatenate([lead, test]).astype(np.int64)
    p = np.full(len(test), 1.0 / symbols)
    found = []
    context_seen, context_new = np.zeros(len(seen), np.int64), np.zeros(len(new), np.int64)
    for n in range(most + 1):
        # The pair (context, next symbol) as one number; contexts are renumbered at every length, so nothing overflows.
        wide = symbols + 1
        pairs, counts = np.unique(context_seen[n:] * wide + seen[n:], return_counts=True)
        contexts, starts = np.unique(pairs // wide, return_index=True)
        kinds = np.diff(np.append(starts, len(pairs)))
        totals = np.add.reduceat(counts, starts) if len(starts) else counts
        asked = context_new[len(new) - len(test) :]
        count = _look(pairs, counts, asked * wide + test)
        total, kind = _look(contexts, totals, asked), _look(contexts, kinds, asked)
        p = np.where(total > 0, (count + kind * p) / np.maximum(total + kind, 1), p)
        found.append(float(-np.log2(p).mean()))
        context_seen, context_new = _longer(context_seen, seen, context_new, new, wide)
    return found


def _look(keys, values, wanted):
    """values at the keys that are wanted, 0 where a key is not there."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0)


def _longer(context_seen, seen, context_new, new, wide):
    """Contexts one character longer, renumbered from 1: that of position t is made from those of t-1.

    A context reads backwards in time, so what precedes position t is the context of t-1 with symbol t-1 added.
    """
    raw_seen = np.concatenate([[-1], context_seen[:-1] * wide + seen[:-1]])
    raw_new = np.concatenate([[-1], context_new[:-1] * wide + new[:-1]])
    names, numbered = np.unique(raw_seen, return_inverse=True)
    at = np.minimum(np.searchsorted(names, raw_new), len(names) - 1)
    return numbered + 1, np.where(names[at] == raw_new, at + 1, 0)
