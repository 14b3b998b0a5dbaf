"""Speech in Keras: frames in, symbols out, and no one tells where each of them stands."""

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import keras
import numpy as np

from rrn.data import clips as packs
from rrn.data import frames as framing
from rrn.data import recordings, sound, spoil, voice
from rrn.data.composed import MOST, Composer
from rrn.data.frames import BLANK, MARGIN, SILENCE, padded, steps
from rrn.data.recordings import Recording
from rrn.events import Captured, Emit, Event, Kept, Listed, Measured, Wrote
from rrn.nn import weights as named
from rrn.nn.ctc import UNKNOWN, Alignments, Ear, Spelled
from rrn.nn.fit import fit_shapes
from rrn.nn.hearer import Hearer
from rrn.nn.listener import Calibration, Listener, Views, Weighed, calibrated, from_bytes, to_bytes
from rrn.scratch import ctc, decoding
from rrn.spec import Refused
from rrn.tasks import speech as task
from rrn.tasks.speech import Listen, Speech, Transcribe

FRAMES = (80, 120, 170, 230, 300, 400, 540, 800, 1200)  # that clips of a pack are padded to
LEAST = 0.1  # probability below which a word is not told, where anything may be heard
# Shares of sayings without a digit in which one may be heard: of those that could be one, most of a single word, where
# fewer would cost people their single digits; and of those that are too long to be.
FALSE, FALSE_LONG = 0.12, 0.03
LONGER = 1.5  # times as long as in nearly all of the clips a word may be loud, for whoever speaks slowly
MEASURED = 400  # clips of a pack that are measured on after an epoch


@dataclass(frozen=True, eq=False)
class Clip:
    """What is heard and what is said in it, its phones and the speaker where they are known."""

    sound: np.ndarray
    said: tuple[str, ...]
    phones: tuple[str, ...] | None = None
    speaker: str = ""


class Heard:
    """Clips to learn from, drawn anew or spoiled anew for every epoch, in batches of one length each.

    Args:
        symbols, phones: in the order of the outputs, without the blank.
        seen: recordings of a pack to learn from; None where clips are made by rules.
    """

    def __init__(self, spec: Speech, symbols: Sequence[str], seen: list[Recording] | None, phones: Sequence[str] = ()):
        self.spec, self.number = spec, {symbol: n for n, symbol in enumerate(symbols, 1)}
        self.phone = {phone: n for n, phone in enumerate(phones, 1)}
        self.rng = np.random.default_rng(spec.seed)
        self.clips = made(spec, spec.examples, self.rng) if seen is None else []
        self.composer = Composer(seen, self.rng, spec.others) if seen is not None else None
        # As wide for every batch, or each width would be another graph.
        self.most = max([spec.most] if seen is None else [MOST, *(len(one.said) for one in seen)])
        longest = max((len(clip.sound) for clip in self.clips), default=0)
        stretched = round(longest * 1.02) + sound.RATE // 20  # a codec may add a little
        self.frames = (sound.frames(stretched, spec.window, spec.hop) + 2 * MARGIN,) if seen is None else FRAMES
        self._draw()
        self.count = len(self.plan)  # of every epoch, though others may be drawn
        self.heard = False

    def _draw(self):
        if self.composer:
            self.clips = [Clip(*self.composer.draw()) for _ in range(self.spec.examples)]
        self.read = [self._features(clip) for clip in self.clips]
        self.of: dict[int, list[int]] = {frames: [] for frames in self.frames}
        for n, frames in enumerate(self.read):
            fits = [most for most in self.frames if len(frames) <= most]
            # One that is longer than all is left out, and one of too few steps for what is said: no path gives it.
            count = steps(len(frames), self.spec.stride)
            if fits and ctc.fits(count, self._symbols(n)) and ctc.fits(count, self._phones(n)):
                self.of[fits[0]].append(n)
        self.plan = [(frames, rows) for frames, members in self.of.items() for rows in self._batches(members)]

    def _features(self, clip):
        behind = self.composer.behind if self.composer else None
        heard = disturbed(clip.sound, self.spec, self.rng, behind)
        found = task.features(self.spec, heard)
        if self.composer and self.spec.life == "on" and self.rng.random() < 0.6:
            found = framing.stretched(found, float(self.rng.uniform(0.8, 1.3)))
        return spoil.masked(found, self.spec.masks, self.rng, SILENCE) if self.spec.masks else found

    def _batches(self, members):
        if not members:
            return []
        count = -(-len(members) // self.spec.batch) * self.spec.batch
        return np.resize(self.rng.permutation(members), count).astype(int).reshape(-1, self.spec.batch)

    def __len__(self) -> int:
        return self.count

    def __iter__(self):
        if self.heard:  # drawn when they are wanted: after the last epoch none are
            self._draw()
        self.heard = True
        for n in np.resize(self.rng.permutation(len(self.plan)), self.count):
            frames, rows = self.plan[n]
            clips = [self.read[row] for row in rows]
            lasts = np.array([[steps(len(clip), self.spec.stride)] for clip in clips], np.int32)
            yield frames, [padded(clips, frames), lasts], self._wanted(rows, frames)

    def _wanted(self, rows, frames):
        """(batch, most) symbols, and behind them as many phones as there are steps, where they are learned."""
        most = steps(frames, self.spec.stride) if task.spells(self.spec) else 0
        found = np.full((len(rows), self.most + most), BLANK, np.int32)
        for row, n in zip(found, rows, strict=True):
            for at, labels in ((0, self._symbols(n)), (self.most, self._phones(n))):
                row[at : at + len(labels)] = labels
        return found

    def _symbols(self, n):
        return [self.number[symbol] for symbol in self.clips[n].said]

    def _phones(self, n):
        if not task.spells(self.spec):
            return []
        phones = self.clips[n].phones
        return [UNKNOWN] if phones is None else [self.phone[phone] for phone in phones]


def made(spec: Speech, count: int, rng: np.random.Generator) -> list[Clip]:
    """Clips by rules: one to `most` symbols, any speaker."""
    kind = task.kind(spec)
    symbols = voice.SYMBOLS[kind]
    found = []
    for _ in range(count):
        said = tuple(str(s) for s in rng.choice(symbols, size=rng.integers(1, spec.most + 1)))
        speed = float(np.exp(rng.uniform(-1, 1) * np.log1p(spec.speed)))
        found.append(Clip(voice.speak(kind, said, rng, speed=speed, overlap=spec.overlap), said))
    return found


def disturbed(
    heard: np.ndarray,
    spec: Speech,
    rng: np.random.Generator,
    behind: Callable[[int], np.ndarray] | None = None,
) -> np.ndarray:
    """A clip with noise behind it, and through the codec; or after anything that may happen to a recording.

    Args:
        behind: gives so many samples of other sounds, where there are any.
    """
    if spec.life == "on":
        return spoil.life(heard, behind or (lambda samples: spoil.noise(samples, rng, "pink")), rng)
    colour = str(rng.choice(list(spoil.COLOURS)))
    noisy = spoil.with_noise(heard, spoil.noise(len(heard), rng, colour), float(rng.uniform(spec.snr, spec.snr + 20)))
    return spoil.coded(noisy, spec.codec)


def _ear(spec):
    return Ear(spec, task.outputs(spec), spec.phones if task.spells(spec) else 0)


def build(spec: Speech) -> keras.Model:
    """The model for clips of a second."""
    return _ear(spec).model(sound.frames(sound.RATE, spec.window, spec.hop) + 2 * MARGIN)


@dataclass(frozen=True, eq=False)
class Material:
    """What a run learns from and is measured on.

    Args:
        symbols: in the order of the outputs, without the blank.
        seen: recordings to learn from; None where clips are made by rules.
        sayings: of the held-out speakers, all without a symbol in them.
        phones: that are told of the recordings, in the order of their outputs, without the blank.
    """

    symbols: tuple[str, ...]
    seen: list[Recording] | None
    tested: list[Clip]
    sayings: list[Clip] = field(default_factory=list)
    phones: tuple[str, ...] = ()


def material(spec: Speech, given) -> Material:
    """Make or read the clips; of a pack, speakers are held out."""
    rng = np.random.default_rng([spec.seed, 1])
    if task.generated(spec):
        tested = made(spec, task.UNSEEN, rng)
        tested = [Clip(disturbed(clip.sound, spec, rng), clip.said) for clip in tested]
        return Material(voice.SYMBOLS[task.kind(spec)], None, tested)
    try:
        pack = recordings.from_bytes(given.bytes(spec.sounds))
    except (KeyError, ValueError) as why:  # it is gone, or no pack
        raise Refused("recordings_changed") from why
    symbols = tuple(sorted({symbol for one in pack for symbol in one.said}))
    phones = tuple(sorted({phone for one in pack for phone in one.phones}))
    if (len(pack), len(symbols), len(phones)) != (spec.clips, spec.symbols, spec.phones):
        raise Refused("recordings_changed")
    held = held_out(spec, recordings.speakers(pack))
    if not held:
        raise Refused("pack_one_speaker")
    seen = [one for one in pack if one.speaker not in held]
    others = [one for one in pack if one.speaker in held]
    sayings = [Clip(one.sound, (), speaker=one.speaker) for one in others if not one.said]
    return Material(symbols, seen, tests(others, rng), sayings, phones)


def held_out(spec: Speech, speakers: Sequence[str]) -> set[str]:
    """The speakers that are measured on: a share of the machines', and of the people where there are several.

    None where no speaker would be left to learn from.
    """
    rng = np.random.default_rng([spec.apart, 2])
    found: set[str] = set()
    for real in (True, False):
        group = [name for name in speakers if name.startswith("real/") == real]
        least = 0 if real and len(speakers) - len(group) > 1 else 1  # where no machine can be held out, a person is
        some = min(len(group) - 1, max(least, round(spec.hold_out * len(group)))) if group else 0
        found |= {str(name) for name in rng.permutation(group)[:some]}
    return found


def tests(pack: list[Recording], rng: np.random.Generator) -> list[Clip]:
    """Clips of held-out speakers, as recorded and joined to rows."""
    found = [Clip(one.sound, one.said, speaker=one.speaker) for one in pack]
    some = [found[n] for n in rng.permutation(len(found))[: MEASURED // 2]]
    for speaker in sorted({one.speaker for one in pack}):
        composer = Composer([one for one in pack if one.speaker == speaker], rng)
        many = max(1, MEASURED // 2 // len({one.speaker for one in pack}))
        some += [Clip(*composer.draw("joined"), speaker) for _ in range(many)]
    return some


def run(spec: Speech, emit: Emit, given) -> keras.Model:
    """Train, telling at every epoch what is heard in clips that were not learned from."""
    what = material(spec, given)
    emit(Kept("symbols", json.dumps(what.symbols).encode()))
    if task.spells(spec):
        emit(Kept("phones", json.dumps(what.phones).encode()))
    emit(Listed(0, "symbol", what.symbols))
    ear, heard = _ear(spec), Heard(spec, what.symbols, what.seen, what.phones)
    model = ear.model(heard.frames[0])
    loss = Spelled(task.outputs(spec), heard.most, spec.spelling) if task.spells(spec) else Alignments()
    if given.weights:
        if json.loads(given.kept("symbols")) != list(what.symbols):  # its outputs would mean something else
            raise Refused("other_symbols")
        named.put(model, named.take(model) | _known(given, what.phones))
    given.began(model)
    frames = [task.features(spec, clip.sound) for clip in what.tested]

    def listener() -> Listener:
        return Listener(Hearer(spec, named.take(model)), what.symbols, spec.hop / 1000, Calibration())

    def look(_, epoch: int) -> None:
        for event in looked_at(listener(), frames, what, epoch):
            emit(event)

    look(model, 0)
    fit_shapes(ear.model, heard, loss, spec, emit, given, clip=spec.clip, average=spec.average, each_epoch=look)
    emit(Kept("calibration", to_bytes(sureness(listener(), spec, what))))
    return model


def _known(given, phones):
    """The weights that it goes on from, without those that tell other phones."""
    try:
        same = json.loads(given.kept("phones")) == list(phones)
    except KeyError:
        same = False
    return {name: w for name, w in given.weights.items() if same or not name.startswith("phones/")}


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

    clips = [*roughly(what.tested), *(Clip(composer.nothing(), ()) for _ in range(MEASURED // 2))]
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
    return Listener(Hearer(spec, weights), json.loads(kept("symbols")), spec.hop / 1000, calibration)


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
                for event in told(n, listener, *heard, question):
                    emit(event)
        case Listen():
            (views,), (frames,) = hearings(listener, given.spec, sounds[:1])
            first = taken_apart(listener, views[0], given.spec)
            for event in (*told(0, listener, views, frames, Transcribe()), *first):
                emit(event)


def told(n: int, listener: Listener, views: Views, frames: np.ndarray, question: Transcribe) -> Iterator[Event]:
    """The symbols of clip n without their language, how sure each is, and its start and end in seconds."""
    said = listener.said(views, frames, question.language, question.width)
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
