"""Translation in Keras: an encoder reads, a decoder writes, attention between them.

Sentences of about one length learn together, so that little of a batch is padding.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import keras
import numpy as np

from rrn.data import pairs as table
from rrn.data import phrases
from rrn.data.phrase import Phrase
from rrn.data.vocabulary import END, PAD, START, Vocabulary, from_bytes, subwords
from rrn.events import Captured, Emit, Event, Kept, Listed, Measured, Wrote
from rrn.nn import weights as named
from rrn.nn.beam import Found, Search
from rrn.nn.encoder_decoder import EncoderDecoder, forced, padded
from rrn.nn.fit import fit_shapes
from rrn.nn.interpreter import Interpreter, Line
from rrn.nn.seq2seq import Shape, Surprise, Translator
from rrn.spec import Refused
from rrn.tasks import translation as task
from rrn.tasks.translation import Grow, Translate, Translation

SHAPES = (8, 10, 12, 15, 20, 28, 40, 60, 100, 200)  # steps that batches are padded to
MANY = 20_000  # pairs; fewer are padded to two lengths only, for every length costs seconds of compiling
AT_ONCE = 256  # lines that are answered before the next are read

Encoded = tuple[list[int], list[int]]


@dataclass(frozen=True, eq=False)
class Material:
    """What a run learns from and is measured on.

    Args:
        tested: sentences that are held out, with all their right translations.
        made: of sentences that are made by rules, where every word of the translation comes from, and their size.
        rivals: what those come to who do without a network, as MEASURE/RIVAL.
    """

    source: Vocabulary
    target: Vocabulary
    seen: list[table.Pair]
    tested: dict[str, list[str]]
    made: dict[str, Phrase]
    rivals: dict[str, float]


def material(spec: Translation, given) -> Material:
    """Make or read the pairs, and the vocabularies of what is learned from alone."""
    return _made(spec) if task.generated(spec) else _read(spec, given)


def _made(spec):
    source, target = phrases.vocabularies(spec.pairs, spec.direction)
    seen = phrases.several(spec.pairs, spec.direction, task.EXAMPLES, np.random.default_rng(spec.seed), unseen=False)
    rng = np.random.default_rng([spec.seed, 1])
    unseen = phrases.several(spec.pairs, spec.direction, task.UNSEEN, rng, unseen=True)
    tested = {source.joined(p.read): [target.joined(p.written)] for p in unseen}
    learned = [(source.joined(p.read), target.joined(p.written)) for p in seen]
    replies = spec.pairs == "dialogue"  # which are no translations, word by word or along a diagonal
    rivals = task.chance(seen) if replies else task.rivals(seen, unseen, attends=spec.attention != "none")
    return Material(source, target, learned, tested, {source.joined(p.read): p for p in unseen}, rivals)


def _read(spec, given):
    found = table.rows(given.bytes(spec.pairs).decode())
    if len(found) != spec.lines:
        raise Refused("wrong_size", symbols=spec.lines, characters=len(found))
    seen, unseen = table.split(table.directed(found, spec.direction), spec.hold_out, spec.seed)
    if not seen:  # no table that went through the gate: pairs of one sentence are all held out
        raise Refused("wrong_size", symbols=spec.lines, characters=0)
    source, target = (subwords(side, spec.pieces) for side in zip(*seen, strict=True))
    right = table.references(unseen)
    lines = list(right)  # of the whole table, which may be sorted by length
    some = [lines[int(n)] for n in np.linspace(0, len(lines) - 1, min(len(lines), task.UNSEEN)).round()]
    rivals = overlap(some, [right[line] for line in some])
    return Material(source, target, seen, {line: right[line] for line in some}, {},
                    {f"{name}/copied": value for name, value in rivals.items()})  # fmt: skip


def build(spec: Translation) -> keras.Model:
    """The model for sentences of the longest length."""
    source, target, _, steps = task.sizes(spec)
    return Translator(spec, source, target).model(Shape(steps, steps))


class Batches:
    """Every pair once an epoch, in batches of one shape each; the last of a shape is filled up with pairs of it."""

    def __init__(self, what: Material, spec: Translation):
        self.what, self.spec = what, spec
        longest = task.sizes(spec)[3]
        encoded = [self._encoded(n) for n in range(len(what.seen))]
        fits = [n for n, pair in enumerate(encoded) if max(map(len, pair)) <= longest]
        if not fits:
            raise Refused("pairs_too_long")
        self.encoded = {n: encoded[n] for n in fits}
        self.of: dict[int, list[int]] = {steps: [] for steps in (*_shapes(spec, len(fits)), longest)}
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


def _shapes(spec, pairs):
    """Shorter shapes than the longest; none for sentences made by rules: each costs seconds of compiling."""
    if task.generated(spec):
        return []
    return [s for s in SHAPES if s < spec.longest] if pairs >= MANY else [-(-spec.longest // 2)]


def run(spec: Translation, emit: Emit, given) -> keras.Model:
    """Train, telling at every epoch how sentences that were not learned from are translated."""
    what = material(spec, given)
    emit(Kept("source", what.source.to_bytes()))
    emit(Kept("target", what.target.to_bytes()))
    translator = Translator(spec, *task.sizes(spec)[:2])
    steps = task.sizes(spec)[3]
    model = translator.model(Shape(steps, steps))
    if given.weights:
        named.put(model, given.weights)
    given.began(model)
    emit(Measured(0, what.rivals))

    def look(_, epoch: int) -> None:
        for event in looked_at(EncoderDecoder(spec, named.take(model)), what, spec, epoch):
            emit(event)

    batches = Batches(what, spec)
    fit_shapes(translator.model, batches, Surprise(spec.smoothing), spec, emit, given, clip=spec.clip, each_epoch=look)
    return model


def looked_at(network: EncoderDecoder, what: Material, spec: Translation, epoch: int) -> Iterator[Event]:
    """What the held-out sentences come to, translated greedily, and the first of them with its attention."""
    lines, right = list(what.tested), list(what.tested.values())
    longest = task.sizes(spec)[3]
    found = Interpreter(network, what.source, what.target, longest).translate(lines, beam=1, normal=0.0)
    said = [line.text for line in found]
    if not task.generated(spec):
        yield Measured(epoch, {"exact": exact(said, right)} | overlap(said, right))
    else:
        hits = [one in good for one, good in zip(said, right, strict=True)]
        yield Captured(epoch, "exact_by_size", ("size",), task.by_size(hits, [what.made[n].size for n in lines]))
        yield Measured(epoch, {"exact": exact(said, right)} | pointing(network, what, spec))
    yield from shown(lines[0], found[0], what, epoch)


def exact(said: Sequence[str], right: Sequence[Sequence[str]]) -> float:
    """The share of sentences that are one of their right translations, letter by letter."""
    return sum(one in good for one, good in zip(said, right, strict=True)) / len(said)


def overlap(said: Sequence[str], right: Sequence[Sequence[str]]) -> dict[str, float]:
    """BLEU and chrF, lower-cased, against all right translations. Source: Papineni et al. 2002; Popović 2015."""
    from sacrebleu.metrics import BLEU, CHRF

    columns: list = [[good[n] if n < len(good) else None for good in right] for n in range(max(map(len, right)))]
    scores = {"bleu": BLEU(lowercase=True), "chrf": CHRF(lowercase=True)}
    return {name: metric.corpus_score(said, columns).score for name, metric in scores.items()}


def pointing(network: EncoderDecoder, what: Material, spec: Translation) -> dict[str, float]:
    """{"aligned": of the words that come from a certain one, how many attend to it most}; the right words are given."""
    known = {line: made.aligned for line, made in what.made.items() if max(made.aligned) >= 0}
    if spec.attention == "none" or not known:
        return {}
    read = [what.source.encode(line) for line in known]
    written = [what.target.encode(what.tested[line][0]) for line in known]
    weights = forced(network, padded(read, max(map(len, read))), padded(written, max(map(len, written)))).weights
    assert weights is not None
    counts = np.array([task.pointed(w, places) for w, places in zip(weights, known.values(), strict=True)])
    hits, of = counts.sum(axis=0)
    return {"aligned": float(hits / of)}


def shown(line: str, said: Line, what: Material | Interpreter, step: float) -> Iterator[Event]:
    """A translation; of a line in one part also the words read and written, and the attention between them."""
    yield Wrote(step, said.text)
    if len(said.found) != 1:
        return
    yield from _pieces(said.ids, said.found[0], what, step)


def _pieces(ids: Sequence[int], found: Found, what: Material | Interpreter, step: float) -> Iterator[Event]:
    yield Listed(step, "read", tuple(what.source.pieces(ids)))
    yield Listed(step, "written", tuple(what.target.pieces([*found.ids, END] if found.ended else found.ids)))
    if found.weights is not None:
        yield Captured(step, "attention", ("written", "read"), found.weights[:, : len(ids)].astype(np.float32))


def opened(spec: Translation, weights: dict[str, np.ndarray], kept) -> Interpreter:
    """What answers: the network out of its weights, with its vocabularies.

    Args:
        kept: gives what was kept by its name.
    """
    source, target = from_bytes(kept("source")), from_bytes(kept("target"))
    return Interpreter(EncoderDecoder(spec, weights), source, target, task.sizes(spec)[3])


def answer(question: Translate | Grow, interpreter: Interpreter, given, data: bytes, emit: Emit) -> None:
    """Translate lines, which travel as UTF-8 in `data`; or show how one of them grows from a beginning."""
    match question:
        case Grow():  # the narrower kind first
            line, begun = json.loads(data)
            ids, found = interpreter.grow(line, begun, beam=question.beam, normal=question.normal)
            for event in grown(ids, found, interpreter):
                emit(event)
        case Translate():
            lines = data.decode().split("\n")
            for start in range(0, len(lines), AT_ONCE):
                here = lines[start : start + AT_ONCE]
                said = interpreter.translate(here, beam=question.beam, normal=question.normal)
                for n, (line, one) in enumerate(zip(here, said, strict=True), start):
                    for event in (*shown(line, one, interpreter, n), *_noticed(n, one)):
                        emit(event)


def _noticed(n, line):
    yield Measured(n, {"score": line.score, "parts": float(len(line.parts)), "strange": float(line.strange)})
    yield Listed(n, "copied", tuple(line.copied))
    yield Listed(n, "unknown", tuple(line.unknown))


def grown(ids: list[int], found: Search, interpreter: Interpreter) -> Iterator[Event]:
    """The tree of a beam: at every step (counted from 0) the words that it kept, their parents and their scores."""
    yield Measured(0, {"begun": float(len(found.begun))})
    for n, step in enumerate(found.steps):
        alive = np.isfinite(step.score[0])
        yield Listed(n, "word", tuple(interpreter.target.pieces(step.word[0][alive])))
        yield Captured(n, "parent", ("beam",), step.parent[0][alive].astype(np.int16))
        yield Captured(n, "score", ("beam",), step.score[0][alive].astype(np.float32))
    for rank, one in enumerate(found.best[0]):
        yield Wrote(rank, interpreter.target.decode(one.ids))
        yield Measured(rank, {"score": one.score, "ranked": one.ranked, "ended": float(one.ended)})
    yield from _pieces(ids, found.best[0][0], interpreter, 0)
