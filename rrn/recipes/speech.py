"""Speech in Keras: frames in, symbols out, and no one tells where each of them stands."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

import keras
import numpy as np

from rrn.data import clips as packs
from rrn.data import frames as framing
from rrn.data import sound, spoil
from rrn.data.composed import Composer
from rrn.data.frames import BLANK, MARGIN
from rrn.events import Captured, Emit, Event, Kept, Listed, Measured, Wrote
from rrn.nn import weights as named
from rrn.nn.ctc import Alignments, Ear, Spelled
from rrn.nn.fit import fit_shapes
from rrn.nn.hearer import Hearer
from rrn.nn.listener import Listener, Said
from rrn.nn.speller import Speller
from rrn.nn.sureness import Calibration, Weighed, calibrated, from_bytes, to_bytes
from rrn.recipes import spoken
from rrn.recipes.spoken import Clip, Heard, Material, material
from rrn.scratch import decoding
from rrn.spec import Refused
from rrn.tasks import speech as task
from rrn.tasks.speech import Listen, Speech, Transcribe

LEAST = 0.1  # probability below which a word is not told, where anything may be heard
# Shares of sayings without a digit in which one may be heard: of those that could be one, most of a single word, where
# fewer would cost people their single digits; and of those that are too long to be.
FALSE, FALSE_LONG = 0.07, 0.03
LONGER = 1.5  # times as long as in nearly all of the clips a word may be loud, for whoever speaks slowly


def _ear(spec):
    return Ear(spec, task.outputs(spec), spec.phones if task.spells(spec) else 0)


def build(spec: Speech) -> keras.Model:
    """The model for clips of a second."""
    return _ear(spec).model(sound.frames(sound.RATE, spec.window, spec.hop) + 2 * MARGIN)


def run(spec: Speech, emit: Emit, given) -> keras.Model:
    """Train, telling at every epoch what is heard in clips that were not learned from."""
    what = material(spec, given)
    emit(Kept("symbols", json.dumps(what.symbols).encode()))
    if task.spells(spec):
        emit(Kept("phones", json.dumps(what.phones).encode()))
        emit(Kept("accents", json.dumps(what.accents).encode()))
    emit(Listed(0, "symbol", what.symbols))
    ear, heard = _ear(spec), Heard(spec, what.symbols, what.seen, what.phones)
    model = ear.model(heard.frames[0])
    loss = Spelled(task.outputs(spec), heard.most, spec.spelling) if task.spells(spec) else Alignments()
    begun = _known(given, what.phones) if given.weights else {}
    blends = bool(begun) and spec.blend > 0
    if begun:
        if json.loads(given.kept("symbols")) != list(what.symbols):  # its outputs would mean something else
            raise Refused("other_symbols")
        named.put(model, named.take(model) | begun)
    given.began(model)
    frames = [task.features(spec, clip.sound) for clip in what.tested]

    def listener() -> Listener:
        return Listener(Hearer(spec, named.take(model)), what.symbols, spec.hop / 1000, Calibration())

    def look(_, epoch: int) -> None:
        for event in looked_at(listener(), frames, what, epoch):
            emit(event)

    def each_epoch(model, epoch: int) -> None:
        if not (blends and epoch == spec.epochs):  # then the mean is looked at instead
            look(model, epoch)

    look(model, 0)
    fit_shapes(ear.model, heard, loss, spec, emit, given, clip=spec.clip, average=spec.average, each_epoch=each_epoch)
    if blends:
        named.put(model, blended(named.take(model), begun, spec.blend))
        look(model, spec.epochs)
    emit(Kept("calibration", to_bytes(sureness(listener(), spec, what))))
    return model


def _known(given, phones):
    """The weights that it goes on from, without those that tell other phones."""
    try:
        same = json.loads(given.kept("phones")) == list(phones)
    except KeyError:
        same = False
    return {name: w for name, w in given.weights.items() if same or not name.startswith("phones/")}


def blended(learned: dict[str, np.ndarray], begun: dict[str, np.ndarray], share: float) -> dict[str, np.ndarray]:
    """A mean of the weights: `share` of those that the run began with, the rest of those that it learned, or of their
    running mean where there is one. What it did not begin with stays as it was learned.

    Source: before and after further training, Wortsman et al. 2022 (Robust fine-tuning of zero-shot models); points of
    one training at a constant or cyclical rate, Izmailov et al. 2018.
    """
    both = {name: w + share * (begun[name] - w) for name, w in learned.items() if name in begun}
    return learned | both


def sureness(listener: Listener, spec: Speech, what: Material) -> Calibration:
    """How sure a word is from its log-odds, after clips of the held-out speakers; where anything may happen to a
    recording, after the same clips when it has, and after sounds that nobody made by speaking.
    """
    if what.seen is None or spec.life == "off":
        return calibrated(*_judged(weighed(listener, spec, what.tested), what.tested, what.symbols))
    rng = np.random.default_rng([spec.seed, 3])
    composer = Composer(what.seen, rng)

    def roughly(clips):
        return [*clips, *(replace(clip, sound=spoil.life(clip.sound, composer.behind, rng)) for clip in clips)]

    clips = [*roughly(what.tested), *(Clip(composer.nothing(), ()) for _ in range(spoken.MEASURED // 2))]
    heard = weighed(listener, spec, clips, doubted=True)
    found = replace(calibrated(*_judged(heard, clips, what.symbols)), least=LEAST)
    long = [loud / len(clip.said) for (_, loud), clip in zip(heard, clips, strict=True) if clip.said]
    found = replace(found, longest=LONGER * float(np.quantile(long, 0.98)))
    # Of the sayings without a word, in how few one may be heard: the surest word of each tells how sure is sure enough.
    sayings = weighed(listener, spec, roughly(what.sayings), doubted=True)
    tops: dict[bool, list[float]] = {False: [], True: []}
    for one, loud in sayings:
        tops[found.is_long(one, loud)].append(one.there[found.told(one)].max(initial=-np.inf))
    surest, surer = (float(np.quantile(tops[is_long] or [-np.inf], 1 - share, method="higher"))
                     for is_long, share in ((False, FALSE), (True, FALSE_LONG)))  # fmt: skip
    return replace(found, surest=surest, surer=max(surest, surer))


def weighed(
    listener: Listener, spec: Speech, clips: Sequence[Clip], *, doubted: bool = False
) -> list[tuple[Weighed, float]]:
    """What is heard in every clip, with nothing left out, and how many of its seconds are loud."""
    views, frames = hearings(listener, spec, [clip.sound for clip in clips])
    return [
        (listener.weighed(one, doubted=doubted), listener.loud(each)) for one, each in zip(views, frames, strict=True)
    ]


def hearings(
    listener: Listener, spec: Speech, sounds: Sequence[np.ndarray]
) -> tuple[list[list[np.ndarray]], list[np.ndarray]]:
    """Every sound at all speeds at which it is heard, 1 first, and its frames as it is."""
    speeds = [task.speeds(spec, len(sound)) for sound in sounds]
    frames = [task.features(spec, sound if speed == 1 else spoil.faster(sound, speed))
              for sound, each in zip(sounds, speeds, strict=True) for speed in each]  # fmt: skip
    log_p, firsts = listener.log_p(frames), np.cumsum([0, *map(len, speeds)]).tolist()
    return [log_p[a:b] for a, b in itertools.pairwise(firsts)], [frames[n] for n in firsts[:-1]]


def _judged(heard: Sequence[tuple[Weighed, float]], clips: Sequence[Clip], symbols) -> tuple[np.ndarray, np.ndarray]:
    """The log-odds of all words that are heard, and whether each is right."""
    right: list[bool] = []
    for (one, _), clip in zip(heard, clips, strict=True):
        words = [symbols[label - 1] for label in one.labels]
        right += [a == b for a, b in task.aligned(words, clip.said) if a is not None]
    return np.concatenate([np.zeros(0), *(one.odds for one, _ in heard)]), np.array(right, bool)


def looked_at(listener: Listener, frames: list[np.ndarray], what: Material, epoch: float) -> Iterator[Event]:
    """What is heard in the held-out clips, how many steps are silent, and one of the clips step by step."""
    found = listener.log_p(frames)
    said = [tuple(what.symbols[n - 1] for n in decoding.greedy(one)) for one in found]
    right = [clip.said for clip in what.tested]
    blanks = float(np.mean(np.concatenate([one.argmax(axis=1) for one in found]) == BLANK))
    scores = task.score(said, right)
    false = [len(a) for a, b in zip(said, right, strict=True) if not b]
    scores |= {"false": float(np.mean([n > 0 for n in false]))} if false else {}
    yield Measured(epoch, scores | {"blanks": blanks})
    yield Captured(epoch, "confusion", ("is", "said"), confusion(said, right, what.symbols))
    if what.seen is not None:
        yield from by_speaker(said, what, epoch)
    watched = int(np.argmax([len(clip.said) for clip in what.tested]))
    yield Listed(epoch, "right", what.tested[watched].said)
    yield Wrote(epoch, " ".join(said[watched]))
    yield Captured(epoch, "posterior", ("step", "symbol"), np.exp(found[watched]).astype(np.float16))


def by_speaker(said, what, epoch):
    """The label error rate of every held-out speaker."""
    names = sorted({clip.speaker for clip in what.tested})
    pairs = {name: [(s, c.said) for s, c in zip(said, what.tested, strict=True) if c.speaker == name] for name in names}
    rates = [task.score(*zip(*pairs[name], strict=True))["ler"] for name in names]
    yield Listed(epoch, "speaker", tuple(names))
    yield Captured(epoch, "ler_by_speaker", ("speaker",), np.array(rates, np.float32))


def confusion(said, right, symbols: Sequence[str]) -> np.ndarray:
    """(is, said) counts; the last of each is nothing: symbols that were left out, and invented ones."""
    place = {symbol: n for n, symbol in enumerate(symbols)} | {None: len(symbols)}
    found = np.zeros((len(place), len(place)), np.float32)
    for a, b in zip(said, right, strict=True):
        for one, other in task.aligned(a, b):
            found[place[other], place[one]] += 1
    return found


def opened(spec: Speech, weights: dict[str, np.ndarray], kept) -> Listener:
    """What answers: the network out of its weights, with its symbols.

    Args:
        kept: gives what was kept by its name.
    """
    try:
        calibration = from_bytes(kept("calibration"))
    except KeyError:  # a run that was stopped
        calibration = Calibration()
    hearer, speller = Hearer(spec, weights), None
    try:
        phones, accents = kept("phones"), kept("accents")
    except KeyError:  # it tells no phones, or was made before accents were kept
        pass
    else:
        speller = Speller(hearer, json.loads(phones), json.loads(accents))
    return Listener(hearer, json.loads(kept("symbols")), spec.hop / 1000, calibration, speller)


def answer(question: Transcribe | Listen, listener: Listener, given, data: bytes, emit: Emit) -> None:
    """Write down what is said in clips, or take one apart; they travel in `data` as `rrn.data.clips` packs them."""
    try:
        sounds = packs.unpacked(data)
    except ValueError as why:
        raise Refused("sound_unreadable") from why
    if not sounds:
        return
    match question:
        case Transcribe():
            for n, heard in enumerate(zip(*hearings(listener, given.spec, sounds), strict=True)):
                for event in told(n, listener, listener.said(*heard, question.language, question.width)):
                    emit(event)
        case Listen():
            (views,), (frames,) = hearings(listener, given.spec, sounds[:1])
            said = listener.said(views, frames)
            apart = taken_apart(listener, views[0], given.spec)
            for event in (*told(0, listener, said), *apart, *spelled(listener, frames, said)):
                emit(event)


def told(n: int, listener: Listener, said: Said) -> Iterator[Event]:
    """The symbols of clip n without their language, how sure each is, and its start and end in seconds."""
    for name, labels in (("said", said.labels), ("unsure", said.unsure)):
        yield Listed(n, name, tuple(listener.symbols[label - 1].rpartition(":")[2] for label in labels))
    yield Listed(n, "language", (said.language,))
    yield Captured(n, "confidence", ("word",), said.confidence.astype(np.float32))
    yield Captured(n, "span", ("word", "edge"), said.spans.astype(np.float32))


def taken_apart(listener: Listener, log_p: np.ndarray, spec: Speech) -> Iterator[Event]:
    """How probable every symbol is at each step, the blank first, and where in the clip the steps lie, in seconds."""
    yield Listed(0, "symbol", listener.symbols)
    yield Captured(0, "log_p", ("step", "symbol"), log_p.astype(np.float32))
    first, second = (framing.centre(step, spec.stride) * listener.hop for step in (0, 1))
    yield Measured(0, {"first": first, "each": second - first})


def spelled(listener: Listener, frames: np.ndarray, said: Said) -> Iterator[Event]:
    """Of a network that tells phones those that it hears, and those of each symbol that is told."""
    if speller := listener.speller:
        log_p = speller.log_p(frames)
        pronounced = speller.pronounced(log_p, [listener.symbols[label - 1] for label in said.labels])
        yield Listed(0, "phones", tuple(speller.heard(log_p)))
        yield Listed(0, "pronounced", tuple(" ".join(one) for one in pronounced))
