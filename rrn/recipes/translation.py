"""Translation in Keras: an encoder reads, a decoder writes, attention between them.

Sentences of about one length learn together, so that little of a batch is padding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import keras
import numpy as np

from rrn.data import pairs as table
from rrn.data.vocabulary import PAD, START, Vocabulary, subwords
from rrn.events import Emit, Kept, Measured
from rrn.nn import weights as named
from rrn.nn.beam import EncoderDecoder, search
from rrn.nn.fit import fit_shapes
from rrn.nn.seq2seq import Shape, Surprise, Translator
from rrn.spec import Refused
from rrn.tasks import translation as task
from rrn.tasks.translation import Translation

SHAPES = (8, 10, 12, 15, 20, 28, 40, 60, 100, 200)  # steps that batches are padded to
MANY = 20_000  # pairs; fewer are padded to two lengths only, for every length costs seconds of compiling
TESTED = 400  # sentences translated at the end of every epoch
TOGETHER = 64  # of them at once

Encoded = tuple[list[int], list[int]]


@dataclass(frozen=True, eq=False)
class Material:
    """What a run learns from and is measured on; `tested` are sentences with all their right translations."""

    source: Vocabulary
    target: Vocabulary
    seen: list[table.Pair]
    tested: dict[str, list[str]]


def material(spec: Translation, given) -> Material:
    """Read the pairs and make the vocabularies, of what is learned from alone."""
    found = table.rows(given.bytes(spec.pairs).decode())
    if len(found) != spec.lines:
        raise Refused("wrong_size", symbols=spec.lines, characters=len(found))
    if spec.direction == "es-en":
        found = [(second, first) for first, second in found]
    seen, unseen = table.split(found, spec.hold_out, spec.seed)
    source, target = (subwords(side, spec.pieces) for side in zip(*seen, strict=True))
    return Material(source, target, seen, table.references(unseen))


def build(spec: Translation) -> keras.Model:
    """The model for sentences of the longest length."""
    source, target, _, steps = task.sizes(spec)
    return Translator(spec, source, target).model(Shape(steps, steps))


class Batches:
    """Every pair once an epoch, in batches of one shape each; the last of a shape is filled up with pairs of it."""

    def __init__(self, what: Material, spec: Translation):
        self.what, self.spec = what, spec
        encoded = [self._encoded(n) for n in range(len(what.seen))]
        fits = [n for n, pair in enumerate(encoded) if max(map(len, pair)) <= spec.longest]
        self.encoded = {n: encoded[n] for n in fits}
        shapes = [s for s in SHAPES if s < spec.longest] if len(fits) >= MANY else [-(-spec.longest // 2)]
        self.of: dict[int, list[int]] = {steps: [] for steps in (*shapes, spec.longest)}
        for n in fits:
            self.of[next(steps for steps in self.of if max(map(len, encoded[n])) <= steps)].append(n)
        self.rng = np.random.default_rng(spec.seed)

    def __len__(self) -> int:
        return sum(-(-len(members) // self.spec.batch) for members in self.of.values())

    def __iter__(self) -> Iterator[tuple[Shape, list[np.ndarray], np.ndarray]]:
        plan = []
        for steps, members in self.of.items():
            count = -(-len(members) // self.spec.batch) * self.spec.batch
            order = np.resize(self.rng.permutation(members), count).astype(int)
            plan += [(steps, rows) for rows in order.reshape(-1, self.spec.batch)]
        for n in self.rng.permutation(len(plan)):
            steps, rows = plan[n]
            read, wanted = (
                padded(side, steps) for side in zip(*(self._again(int(r), steps) for r in rows), strict=True)
            )
            begun = np.concatenate([np.full((len(rows), 1), START, np.int32), wanted[:, :-1]], axis=1)
            yield Shape(steps, steps), [read, np.where(wanted == PAD, PAD, begun)], wanted

    def _encoded(self, n: int, sampling: float = 0.0) -> Encoded:
        read, written = self.what.seen[n]
        return self.what.source.encode(read, sampling), self.what.target.encode(written)

    def _again(self, n: int, steps: int) -> Encoded:
        """The pair, what is read perhaps cut in another way. Source: subword regularisation, Kudo 2018."""
        if not self.spec.sampling:
            return self.encoded[n]
        pair = self._encoded(n, self.spec.sampling)
        return pair if len(pair[0]) <= steps else self.encoded[n]


def padded(ids: Sequence[Sequence[int]], steps: int) -> np.ndarray:
    """(sentences, steps) numbers, PAD behind each."""
    found = np.full((len(ids), steps), PAD, np.int32)
    for row, one in zip(found, ids, strict=True):
        row[: len(one)] = one
    return found


def run(spec: Translation, emit: Emit, given) -> keras.Model:
    """Train, telling at every epoch how sentences that were not learned from are translated."""
    what = material(spec, given)
    emit(Kept("source", what.source.to_bytes()))
    emit(Kept("target", what.target.to_bytes()))
    translator = Translator(spec, *task.sizes(spec)[:2])
    model = translator.model(Shape(spec.longest, spec.longest))
    if given.weights:
        named.put(model, given.weights)
    given.began(model)

    def look(_, epoch: int) -> None:
        network = EncoderDecoder(spec, named.take(model))
        emit(Measured(epoch, scored(network, what, spec)))

    batches = Batches(what, spec)
    fit_shapes(translator.model, batches, Surprise(spec.smoothing), spec, emit, given, clip=spec.clip, each_epoch=look)
    return model


def translated(network: EncoderDecoder, what: Material, lines: Sequence[str], *, beam: int = 1, normal: float = 1.0):
    """The lines in the other language, those of about one length together."""
    ids = [what.source.encode(line) for line in lines]
    order = sorted(range(len(ids)), key=lambda n: len(ids[n]))
    written = [""] * len(lines)
    for start in range(0, len(order), TOGETHER):
        here = order[start : start + TOGETHER]
        steps = max(len(ids[n]) for n in here)
        found = search(
            network, padded([ids[n] for n in here], steps), beam=beam, normal=normal, most=2 * steps + task.ROOM
        )
        for n, best in zip(here, found.best, strict=True):
            written[n] = what.target.decode(best[0].ids)
    return written


def scored(network: EncoderDecoder, what: Material, spec: Translation) -> dict[str, float]:
    """BLEU and chrF of greedy translations, lower-cased, against all right ones."""
    from sacrebleu.metrics import BLEU, CHRF

    lines = list(what.tested)[:: max(1, len(what.tested) // TESTED)][:TESTED]
    written = translated(network, what, lines)
    right = [what.tested[line] for line in lines]
    most = max(map(len, right))
    columns = [[r[n] if n < len(r) else None for r in right] for n in range(most)]
    return {
        "bleu": BLEU(lowercase=True).corpus_score(written, columns).score,
        "chrf": CHRF(lowercase=True).corpus_score(written, columns).score,
    }
