"""Sentences that a translator did not learn from, and what it has on them by hand: as it is, and after surgery."""

from collections.abc import Callable, Sequence

import numpy as np

from rrn.data import pairs as table
from rrn.data import phrases
from rrn.scratch import seq2seq
from rrn.scratch.surgery import Surgery
from rrn.tasks.translation import generated
from rrn.xray.pace import autocorrelation_time
from rrn.xray.pair import Languages, Pair, known

MANY = 40
LINES = 20_000  # of a table; a longer one is not parted again while somebody waits

Operations = Callable[[Pair], dict[str, Surgery]]


def unseen(run, words: Languages, text: str = "") -> list[Pair]:
    """Up to MANY sentences with a right translation each; none of a table without its text.

    Args:
        text: the table, where whoever looks may read it.
    """
    spec = run.spec
    if generated(spec):
        source, target = phrases.vocabularies(spec.pairs, spec.direction)
        rng = np.random.default_rng([spec.seed, 3])
        drawn = phrases.several(spec.pairs, spec.direction, MANY, rng, unseen=True)
        return [known(words, source.joined(p.read), target.joined(p.written)) for p in drawn]
    rows = table.rows(text)
    if not rows or len(rows) > LINES:
        return []
    held = table.references(table.split(table.directed(rows, spec.direction), spec.hold_out, spec.seed)[1])
    found = (known(words, read, written[0]) for read, written in held.items())
    fit = [pair for pair in found if max(pair.x.shape[1], pair.steps) <= spec.longest]
    return fit[:: max(1, len(fit) // MANY)][:MANY]


def untouched(pair: Pair) -> dict[str, Surgery]:
    return {}


def score(network: seq2seq.Translator, pairs: Sequence[Pair], surgery: Operations = untouched) -> dict[str, float]:
    """{"words": the share of words that are likeliest where they are right, when those before them are given}."""
    hits, of = 0, 0
    for pair in pairs:
        said = seq2seq.forward(network, *pair.reads, surgery(pair)).said[0].argmax(axis=1)
        hits, of = hits + int((said == pair.written[0]).sum()), of + pair.steps
    return {"words": hits / of}


def paces(network: seq2seq.Translator, pairs: Sequence[Pair], surgery: Operations = untouched) -> list[float]:
    """The autocorrelation time of every layer, as a mean over sentences."""
    passes = [seq2seq.forward(network, *pair.reads, surgery(pair)).traces for pair in pairs]
    times = [[autocorrelation_time(traces[part].kept["h"]) for part in network.parts] for traces in passes]
    return np.mean(times, axis=0).tolist()
