"""The clips that a recogniser of speech learns from and is measured on, drawn and spoiled anew for every epoch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from rrn.data import frames as framing
from rrn.data import recordings, sound, spoil, voice
from rrn.data.composed import MOST, Composer
from rrn.data.frames import BLANK, MARGIN, SILENCE, padded, steps
from rrn.data.recordings import Recording
from rrn.nn.ctc import UNKNOWN
from rrn.scratch import ctc
from rrn.spec import Refused
from rrn.tasks import speech as task
from rrn.tasks.speech import Speech

FRAMES = (80, 120, 170, 230, 300, 400, 540, 800, 1200)  # that clips of a pack are padded to
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


@dataclass(frozen=True, eq=False)
class Material:
    """What a run learns from and is measured on.

    Args:
        symbols: in the order of the outputs, without the blank.
        seen: recordings to learn from; None where clips are made by rules.
        sayings: of the held-out speakers, all without a symbol in them.
        phones: that are told of the recordings, in the order of their outputs, without the blank.
        accents: how the symbols are pronounced by those who are learned from, of whom their phones are known.
    """

    symbols: tuple[str, ...]
    seen: list[Recording] | None
    tested: list[Clip]
    sayings: list[Clip] = field(default_factory=list)
    phones: tuple[str, ...] = ()
    accents: Sequence[recordings.Accent] = ()


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
    return Material(symbols, seen, tests(others, rng), sayings, phones, recordings.accents(seen))


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
