"""Keywords in Keras: one small network for every fold of takes and one for all, trained side by side."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import keras
import numpy as np
from safetensors.numpy import load, save

from rrn.data import frames as framing
from rrn.data import recordings, spoil
from rrn.data import takes as own
from rrn.data.composed import Composer
from rrn.data.frames import BLANK, SILENCE, padded, steps
from rrn.data.recordings import Recording
from rrn.data.sound import RATE
from rrn.events import Captured, Emit, Event, Kept, Listed, Measured, Wrote
from rrn.nn import weights as named
from rrn.nn.ctc import Alignments, Ear
from rrn.nn.fit import Curve, Watched
from rrn.nn.hearer import Hearer
from rrn.nn.listener import Listener
from rrn.nn.sureness import Calibration, calibrated, to_bytes
from rrn.recipes import speech
from rrn.recipes.speech import answer, confusion
from rrn.scratch import decoding
from rrn.spec import Refused
from rrn.tasks import keywords as task
from rrn.tasks import speech as hearing
from rrn.tasks.keywords import EMPTY, ROWS, TRUNK, UNKNOWN, Keywords

__all__ = ["answer", "build", "opened", "run"]

ALWAYS = -1  # the fold of what is never left out
SHIFT = 0.3  # seconds of silence that a copy may have before it and behind it
WORDS = 2  # of a clip with several: longer ones would make all clips longer
AT_ONCE = 64  # clips that the trunk hears at once
TIMED = 12  # takes by which the latency is told
HEARD = 0.9  # share of the left-out takes by whose probability a word is judged: so many are as sure
NEARLY = 0.9  # of that probability a word has to have, or it is not told
Weights = dict[str, np.ndarray]


class Top(Ear):
    """The last recurrent layer of an ear and its outputs, over what the layers below have made of a clip."""

    def __init__(self, spec: Keywords, outputs: int):
        super().__init__(spec, outputs)
        self.convolutions = []
        self.forth, self.back = self.forth[1:], self.back[1:]

    def model(self, frames: int) -> keras.Model:
        """From (batch, steps, channels) and how many steps of each clip are sound, to logits, as an ear's."""
        if frames not in self.models:
            heard = keras.Input((frames, 2 * task.EAR[1]), name="heard")
            lasts = keras.Input((1,), dtype="int32", name="lasts")
            self.models[frames] = keras.Model([heard, lasts], self._said(heard, lasts, frames))
        return self.models[frames]


def layers(spec: Keywords) -> Ear:
    """What learns: all layers, or those above the trunk."""
    return (Top if spec.start == "ear" else Ear)(spec, 1 + task.sizes(spec)[0])


def build(spec: Keywords) -> keras.Model:
    """The model for clips of 100 steps, or 100 frames where it learns from nothing."""
    return layers(spec).model(100)


@dataclass(frozen=True, eq=False)
class Clip:
    """One clip to learn from.

    Args:
        frames: (frames, bands).
        said: numbers of the words, from 1.
        fold: in which it is left out; ALWAYS there: never.
    """

    frames: np.ndarray
    said: tuple[int, ...]
    fold: int


@dataclass(frozen=True, eq=False)
class Material:
    """What a run learns from.

    Args:
        symbols: in the order of the outputs, without the blank.
        takes: as recorded.
        folds: (takes,) in which each is left out.
        frames: of every take.
    """

    symbols: tuple[str, ...]
    takes: Sequence[Recording]
    folds: np.ndarray
    frames: list[np.ndarray]


def material(spec: Keywords, given) -> Material:
    """Make or read the takes."""
    found: Sequence[Recording] = own.example()
    if spec.recordings != "example":
        try:
            found = recordings.from_bytes(given.bytes(spec.recordings))
        except (KeyError, ValueError) as why:  # it is gone, or no pack
            raise Refused("recordings_changed") from why
        if (len(found), len(own.words(found)), own.most(found)) != (spec.clips, spec.symbols, spec.takes):
            raise Refused("recordings_changed")
        if any(len(one.said) != 1 for one in found) or spec.symbols < 2 or spec.takes < 2:
            raise Refused("too_few_takes")
    frames = [features(spec, one.sound) for one in found]
    return Material(own.words(found), found, own.folds(found), frames)


def clips(spec: Keywords, what: Material, rng: np.random.Generator) -> Iterator[Clip]:
    """All that is learned from: takes, spoiled copies of them, rows of takes; and what no word is to be heard in: takes
    played backwards, words that mean nothing, silence, noise and music.

    A row is made of takes of one fold, and is left out with them, as is what is played backwards.
    """
    number = {symbol: n for n, symbol in enumerate(what.symbols, 1)}
    for one, fold, frames in zip(what.takes, what.folds, what.frames, strict=True):
        said = (number[one.said[0]],)
        yield Clip(frames, said, int(fold))
        for _ in range(spec.copies):
            yield Clip(spoiled(one.sound, spec, rng), said, int(fold))
        if (turned := own.backwards(one, what.symbols)) is not None:
            yield Clip(spoiled(turned, spec, rng), (), int(fold))
    for fold in np.unique(what.folds):
        here = [one for one, of in zip(what.takes, what.folds, strict=True) if of == fold]
        for _ in range(ROWS * (1 + spec.copies)):
            chosen = [here[n] for n in rng.integers(len(here), size=WORDS)]
            row = np.concatenate([part for one in chosen for part in (evened(one.sound), silence(rng))])
            yield Clip(spoiled(row, spec, rng), tuple(number[one.said[0]] for one in chosen), int(fold))
    nothing = Composer([], rng)
    for _ in range(EMPTY):
        yield Clip(features(spec, nothing.nothing()[:RATE]), (), ALWAYS)
    for _ in range(UNKNOWN):
        yield Clip(spoiled(own.unknown(rng)[:RATE], spec, rng), (), ALWAYS)


def features(spec: Keywords, sound: np.ndarray) -> np.ndarray:
    return framing.of_sound(sound, spec.window, spec.hop, spec.bands)


def spoiled(sound: np.ndarray, spec: Keywords, rng: np.random.Generator) -> np.ndarray:
    """(frames, bands) of a copy: faster or slower, later, with noise behind it and with gaps."""
    times = float(np.exp(rng.uniform(-1, 1) * np.log1p(spec.speed)))
    later = np.concatenate([silence(rng), spoil.faster(sound, times), silence(rng)])
    noise = spoil.noise(len(later), rng, str(rng.choice(list(spoil.COLOURS))))
    heard = spoil.with_noise(later, noise, float(rng.uniform(spec.snr, spec.snr + 20)))
    return spoil.masked(features(spec, heard), spec.masks, rng, SILENCE)


def silence(rng: np.random.Generator) -> np.ndarray:
    return np.zeros(round(float(rng.uniform(0, SHIFT)) * RATE), np.float32)


def evened(sound: np.ndarray) -> np.ndarray:
    """As loud as others of a row."""
    return 0.1 * sound / max(spoil.loudness(sound), spoil.QUIETEST)


class Mind:
    """One of several networks that take turns in one graph: to build and trace one for each would take longer than to
    train them. It has its own weights and its own Adam.

    Args:
        model: as it is now, it begins.
    """

    def __init__(self, model: keras.Model):
        self.model = model
        self.take()

    def put(self) -> None:
        for variable, value in zip(self._variables(), self.values, strict=True):
            variable.assign(value)

    def take(self) -> None:
        self.values = [np.asarray(variable).copy() for variable in self._variables()]
        self.weights = {name: w.copy() for name, w in named.take(self.model).items()}

    def _variables(self):
        optimizer = self.model.optimizer
        return [*self.model.trainable_variables, *(v for v in optimizer.variables if v is not optimizer.clipped)]


class Lesson:
    """Clips to learn from, in batches of two lengths: those of one word, and those of several.

    Args:
        read: (steps, channels) of each as the model reads them, or (frames, bands).
        lasts: steps of each.
    """

    def __init__(self, clips: Sequence[Clip], read: Sequence[np.ndarray], lasts: Sequence[int], batch: int):
        self.batch, self.read, self.lasts = batch, read, np.array(lasts, np.int32)[:, None]
        self.folds = np.array([clip.fold for clip in clips])
        self.said = np.full((len(clips), WORDS), BLANK, np.int32)
        for row, clip in zip(self.said, clips, strict=True):
            row[: len(clip.said)] = clip.said
        several = np.array([len(clip.said) > 1 for clip in clips])
        alike = [np.flatnonzero(several == kind) for kind in (False, True)]
        self.shapes = [(max(len(read[row]) for row in rows.tolist()), rows) for rows in alike]

    def __len__(self) -> int:
        return sum(self._batches(rows) for _, rows in self.shapes)

    def _batches(self, rows) -> int:
        return -(-len(rows) // self.batch)

    def without(self, fold: int | None, rng: np.random.Generator) -> Iterator[tuple[int, list[np.ndarray], np.ndarray]]:
        """(length, x, y): as many batches whatever is left out; None: nothing is."""
        plan = []
        for length, rows in self.shapes:
            seen = rows[self.folds[rows] != fold] if fold is not None else rows
            drawn = np.resize(rng.permutation(seen), self._batches(rows) * self.batch)
            plan += [(length, part) for part in drawn.reshape(-1, self.batch)]
        for n in rng.permutation(len(plan)):
            length, part = plan[n]
            yield length, [padded([self.read[row] for row in part.tolist()], length), self.lasts[part]], self.said[part]


def run(spec: Keywords, emit: Emit, given) -> keras.Model:
    """Train as many networks as there are folds, each without one of them, and one with all; tell after every epoch
    what they hear in the takes that they have not learned from. What is kept is the one with all.
    """
    what = material(spec, given)
    emit(Kept("symbols", json.dumps(what.symbols).encode()))
    emit(Listed(0, "symbol", what.symbols))
    said = [one.said[0] for one in what.takes]
    emit(Measured(0, {f"accuracy/{name}": value for name, value in task.rivals(said, what.frames, what.folds).items()}))
    trunk: Weights = {}
    if spec.start == "ear":
        trunk = load(given.kept("trunk")) if given.weights else taken_over(given.strong(TRUNK))
        if len(trunk["cell_1/recurrent_kernel"]) != task.EAR[1]:  # of a run on top of an earlier recogniser
            raise Refused("other_trunk")
        emit(Kept("trunk", save(trunk)))
    rng = np.random.default_rng([spec.seed, 1])
    all_clips = list(clips(spec, what, rng))
    lasts = [steps(len(clip.frames), spec.stride) for clip in all_clips]
    lesson = Lesson(all_clips, lowered(spec, trunk, [clip.frames for clip in all_clips]), lasts, spec.batch)
    ear = layers(spec)
    optimizer = Watched(
        keras.optimizers.schedules.CosineDecay(spec.rate, spec.epochs * len(lesson)), global_clipnorm=spec.clip
    )
    for length, _ in lesson.shapes:
        model = ear.model(length)
        model.compile(optimizer=optimizer, loss=Alignments(), jit_compile=False)
    optimizer.build(model.trainable_variables)
    # Where a run goes on from another one, folds begin anew: the other has learned from what they leave out.
    minds = {int(fold): Mind(model) for fold in np.unique(what.folds)}
    if given.weights:
        named.put(model, given.weights)
    whole = Mind(model)
    given.began(model)
    exam = Exam(spec, what, trunk, minds)
    try:
        train(spec, ear, lesson, {**minds, None: whole}, exam, emit, given, rng)
    finally:
        whole.put()  # also where it was stopped while another one had its turn
    calibration, shares = exam.sureness()
    emit(Kept("calibration", to_bytes(calibration)))
    emit(Measured(spec.epochs, shares | {"latency": latency(exam.listener(whole), spec, what)}))
    return model


def train(spec, ear: Ear, lesson: Lesson, minds: dict, exam, emit: Emit, given, rng) -> None:
    """Every network in turn, epoch by epoch.

    Args:
        minds: by the fold that each leaves out.
    """

    def look(_, epoch: int) -> None:
        for event in exam.told(epoch):
            emit(event)

    curve = Curve(spec, emit, len(minds) * len(lesson), given, look)
    curve.set_model(minds[None].model)
    look(None, 0)
    for epoch in range(spec.epochs):
        curve.on_epoch_begin(epoch)
        n, total = 0, 0.0
        for fold, mind in minds.items():
            mind.put()
            for length, x, y in lesson.without(fold, rng):
                model = ear.model(length)
                model.reset_metrics()
                total += float(model.train_on_batch(x, y))
                curve.on_train_batch_end(n, {"loss": total / (n + 1)})
                n += 1
            mind.take()
        curve.on_epoch_end(epoch)


class Exam:
    """What each network hears in the takes that were left out for it, and in what is no word: those takes backwards,
    and words that mean nothing and that it has not learned from.
    """

    def __init__(self, spec: Keywords, what: Material, trunk: Weights, minds: dict[int, Mind]):
        self.spec, self.what, self.trunk, self.minds = spec, what, trunk, minds
        self.heard = lowered(spec, trunk, what.frames)
        self.right = [one.said for one in what.takes]
        rng = np.random.default_rng([spec.seed, 2])
        turned = [(own.backwards(one, what.symbols), fold) for one, fold in zip(what.takes, what.folds, strict=True)]
        strange = [(sound, fold) for sound, fold in turned if sound is not None]
        strange += [(own.recorded(own.unknown(rng), rng)[:RATE], list(minds)[n % len(minds)]) for n in range(UNKNOWN)]
        self.strange = lowered(spec, trunk, [features(spec, sound) for sound, _ in strange])
        self.strange_folds = np.array([fold for _, fold in strange])

    def listener(self, mind: Mind) -> Listener:
        hearer = Hearer(self.spec, self.trunk | mind.weights)
        return Listener(hearer, self.what.symbols, self.spec.hop / 1000, Calibration())

    def log_p(self, everything: Sequence[np.ndarray], folds: np.ndarray) -> list[np.ndarray]:
        """(steps, 1 + symbols) of every clip, by the network that left it out."""
        found: list[np.ndarray] = [np.zeros(0)] * len(everything)
        for fold, mind in self.minds.items():
            rows = np.flatnonzero(folds == fold).tolist()
            hearer, heard = self.listener(mind).hearer, [everything[row] for row in rows]
            said = hearer.said(heard, self.spec.layers - 1) if self.trunk else hearer.log_p(heard)
            for row, one in zip(rows, said, strict=True):
                found[row] = one
        return found

    def told(self, epoch: int) -> Iterator[Event]:
        """How many takes are right, what was heard in each, and the first one step by step."""
        log_p = self.log_p(self.heard, self.what.folds)
        said = [tuple(self.what.symbols[n - 1] for n in decoding.greedy(one)) for one in log_p]
        hits = np.array([a == b for a, b in zip(said, self.right, strict=True)])
        blanks = float(np.mean(np.concatenate([one.argmax(axis=1) for one in log_p]) == BLANK))
        yield Measured(epoch, {"accuracy": float(hits.mean()), "blanks": blanks})
        yield Captured(epoch, "confusion", ("is", "said"), confusion(said, self.right, self.what.symbols))
        by_fold = [hits[self.what.folds == fold].mean() for fold in self.minds]
        yield Captured(epoch, "accuracy_by_fold", ("fold",), np.array(by_fold, np.float32))
        yield Listed(epoch, "left_out", tuple(" ".join(one) for one in said))
        yield Listed(epoch, "right", self.right[0])
        yield Wrote(epoch, " ".join(said[0]))
        yield Captured(epoch, "posterior", ("step", "symbol"), np.exp(log_p[0]).astype(np.float16))

    def sureness(self) -> tuple[Calibration, dict[str, float]]:
        """How sure a word is from its log-odds, after the takes that were left out and what is no word, and how sure is
        sure enough: nearly as sure as those takes. With it, the share of them that is then told right, and of what is
        no word the share in which one is told.
        """
        listener = self.listener(next(iter(self.minds.values())))
        takes = [listener.weighed([one]) for one in self.log_p(self.heard, self.what.folds)]
        strange = [listener.weighed([one]) for one in self.log_p(self.strange, self.strange_folds)]
        said = [tuple(self.what.symbols[label - 1] for label in one.labels) for one in takes]
        right = [
            a == b
            for one, wanted in zip(said, self.right, strict=True)
            for a, b in hearing.aligned(one, wanted)
            if a is not None
        ]
        right += [False] * sum(len(one.labels) for one in strange)
        odds = np.concatenate([one.odds for one in takes + strange])
        found = calibrated(odds, np.array(right, bool)) if len(odds) else Calibration()
        hits = [one == wanted for one, wanted in zip(said, self.right, strict=True)]
        heard = [float(found.probability(one.odds)[0]) for one, is_right in zip(takes, hits, strict=True) if is_right]
        # Not by what is heard in what is no word: everyday words sound more like words than what is made up here.
        found = replace(found, least=NEARLY * float(np.quantile(heard, 1 - HEARD)) if heard else 0.0)
        told = [is_right and bool(found.told(one).all()) for one, is_right in zip(takes, hits, strict=True)]
        taken = [bool(found.told(one).any()) for one in strange]
        return found, {"told": float(np.mean(told)), "taken": float(np.mean(taken))}


def taken_over(ear) -> Weights:
    """Of a shipped recogniser, the convolutions and the first recurrent layer; in 16 bits, as it ships."""
    names = ("conv_1", "conv_2", "cell_1", "cell_1_back")
    return {name: w.astype(np.float16) for name, w in ear.weights().items() if name.split("/")[0] in names}


def lowered(spec: Keywords, trunk: Weights, frames: Sequence[np.ndarray]) -> list[np.ndarray]:
    """What the model reads of these clips: what the trunk makes of each, or the frames as they are."""
    if not trunk:
        return list(frames)
    hearer = Hearer(spec, trunk)
    parts = [frames[at : at + AT_ONCE] for at in range(0, len(frames), AT_ONCE)]
    return [one for part in parts for one in hearer.heard(part, spec.layers - 1)]


def latency(listener: Listener, spec: Keywords, what: Material) -> float:
    """Seconds of computing for a second of sound, one take after the other as on a page."""
    began = time.perf_counter()
    for one in what.takes[:TIMED]:
        frames = features(spec, one.sound)
        listener.said(listener.log_p([frames]), frames)
    return (time.perf_counter() - began) / (sum(len(one.sound) for one in what.takes[:TIMED]) / RATE)


def opened(spec: Keywords, weights: Weights, kept) -> Listener:
    """What answers: the network out of its weights, on top of what it took over.

    Args:
        kept: gives what was kept by its name.
    """
    trunk = load(kept("trunk")) if spec.start == "ear" else {}
    return speech.opened(spec, trunk | weights, kept)  # type: ignore[arg-type]
