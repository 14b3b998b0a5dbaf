"""Vowels, digits and tones spoken by a made-up voice: resonances of a tract, excited by a hum or by noise.

These are Klatt's resonators, computed in frequency: the hum is a sum of harmonics, each as strong as the resonators let
it through, which needs no loop over samples, and what lies above 4 kHz is never made.

Source: Klatt 1980.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rrn.data.phonemes import MURMUR, SOUNDS, VOWELS, WORDS
from rrn.data.sound import RATE

Kind = Literal["tones", "vowels", "digits"]
TONES = {"A": 400.0, "B": 700.0, "C": 1150.0, "D": 1800.0}  # hertz, evenly spaced to the ear
SYMBOLS: dict[Kind, tuple[str, ...]] = {"tones": tuple(TONES), "vowels": tuple(VOWELS), "digits": tuple(WORDS)}

FRAME = RATE // 200  # samples: the tract moves on every 5 ms
CLOCK = 10_000.0  # hertz: Klatt's, so that five formants fit below half of it
WIDTHS = np.array([60, 90, 130, 250, 250], np.float32)  # hertz of the five formants
NOSE = np.float32(100)  # hertz, width of the murmur and of its zero
HIGHEST = 3900.0  # hertz; harmonics fade out over the 200 below
EDGE = 60.0  # milliseconds of silence before and after, at least
TONE, GAP, PAUSE = 80.0, 60.0, 140.0  # milliseconds of a tone; between vowels; between words
REPEATED = 40.0  # milliseconds of silence that stay between twice the same, however much they overlap
WITHIN = 0.45  # share of the time that the tract moves in a word, at least
HURRY = 15.0  # milliseconds in which it gets anywhere
ATTACK = 10.0  # milliseconds that a sound takes to come and go
PEAK = 0.8


@dataclass(frozen=True)
class Speaker:
    """A voice.

    Args:
        pitch: hertz, on average; it falls by a fifth.
        tract: what all formants are multiplied by; a shorter tract has higher ones.
        breath: noise in the voice; 0.02 is a tenth of the usual vowel.
        bright: hertz, Klatt's width of the folds' own low pass: more of it, more of the high harmonics.
        rate: how fast, 1 as usual.
    """

    pitch: float = 120.0
    tract: float = 1.0
    breath: float = 0.01
    bright: float = 200.0
    rate: float = 1.0


def speaker(rng: np.random.Generator) -> Speaker:
    """Anyone: pitch and tract do not hang together, so that a network must learn to do without either."""
    return Speaker(
        pitch=float(np.exp(rng.uniform(np.log(90), np.log(260)))),
        tract=float(np.exp(rng.uniform(np.log(0.8), np.log(1.25)))),
        breath=float(rng.uniform(0.002, 0.03)),
        bright=float(rng.uniform(100, 500)),
        rate=float(rng.uniform(0.85, 1.2)),
    )


def speak(
    kind: Kind, symbols: str | Sequence[str], rng: np.random.Generator, *, speed: float = 1.0, overlap: float = 0.2
) -> np.ndarray:
    """(samples,) in [-PEAK, PEAK] at RATE: these symbols of SYMBOLS[kind], at least one, by anyone.

    Args:
        speed: 2 lasts half as long.
        overlap: 0 to 1, how far neighbours run into each other.
    """
    match kind:
        case "tones":
            return tones(symbols, rng, speed=speed, overlap=overlap)
        case "vowels":
            return vowels(symbols, speaker(rng), rng, speed=speed, overlap=overlap)
        case "digits":
            return digits(symbols, speaker(rng), rng, speed=speed, overlap=overlap)


def tones(
    symbols: str | Sequence[str], rng: np.random.Generator, *, speed: float = 1.0, overlap: float = 0.2
) -> np.ndarray:
    """Short bumps of pure tones, a little out of tune: of all that can be heard, the easiest to tell apart."""
    one = TONE / speed * RATE / 1000
    apart = np.array([
        one * (1.0 if a == b else 1.0 - 0.6 * overlap) * rng.uniform(1.0, 1.3)
        for a, b in zip(symbols, symbols[1:], strict=False)
    ])  # fmt: skip
    begin = one * rng.uniform(0.1, 0.6, 2)
    starts = begin[0] + np.concatenate([[0.0], np.cumsum(apart)])
    t = np.arange(int(starts[-1] + one + begin[1]))
    found = np.zeros(len(t))
    for symbol, start in zip(symbols, starts, strict=True):
        through = np.clip((t - start) / one, 0, 1)
        pitch = TONES[symbol] * rng.uniform(0.96, 1.04)
        found += np.sin(np.pi * through) ** 2 * np.sin(2 * np.pi * (pitch * t / RATE + rng.random()))
    return _levelled(found)


def vowels(
    symbols: str | Sequence[str],
    speaker: Speaker,
    rng: np.random.Generator,
    *,
    speed: float = 1.0,
    overlap: float = 0.2,
) -> np.ndarray:
    """Vowels one after the other: with overlap 0 apart, with 1 the mouth never stands still."""
    gaps = _gaps(symbols, symbols, GAP, overlap, rng)
    return _spoken([VOWELS[symbol] for symbol in symbols], gaps, overlap, speaker, rng, speed)


def digits(
    symbols: str | Sequence[str],
    speaker: Speaker,
    rng: np.random.Generator,
    *,
    speed: float = 1.0,
    overlap: float = 0.2,
) -> np.ndarray:
    """The Spanish words for these digits, as in most of America: cero and cinco begin like seis."""
    return words([WORDS[symbol] for symbol in symbols], speaker, rng, speed=speed, overlap=overlap)


def words(
    spelt: Sequence[Sequence[str]],
    speaker: Speaker,
    rng: np.random.Generator,
    *,
    speed: float = 1.0,
    overlap: float = 0.2,
) -> np.ndarray:
    """Any words, each spelt by names of `rrn.data.phonemes.SOUNDS`."""
    between = _gaps([word[0] for word in spelt], [word[-1] for word in spelt], PAUSE, overlap, rng)
    gaps = [between[0]]
    for word, gap in zip(spelt, between[1:], strict=True):
        gaps += [0.0] * (len(word) - 1) + [gap]
    sounds = [SOUNDS[name] for word in spelt for name in word]
    return _spoken(sounds, np.array(gaps), max(WITHIN, overlap), speaker, rng, speed)


def _gaps(begins, ends, usual, overlap, rng):
    """(n + 1,) milliseconds of silence before each and after the last, by what each begins and ends with."""
    least = [REPEATED if before == after else 0.0 for before, after in zip(ends, begins[1:], strict=False)]
    inner = np.maximum(usual * (1 - overlap) * rng.uniform(0.7, 1.3, len(least)), least)
    first, last = EDGE * rng.uniform(1, 2, 2)
    return np.array([first, *inner, last])


def _spoken(sounds, gaps, moving, speaker, rng, speed):
    """(samples,) of these sounds.

    Args:
        gaps: (sounds + 1,) milliseconds of silence before each and after the last.
        moving: share of its time during which the tract is on its way, 0 to 1.
    """
    slower = 1 / (speed * speaker.rate)
    lengths = np.array([sound.lasts for sound in sounds]) * rng.uniform(0.85, 1.2, len(sounds)) * slower
    gaps = gaps * slower
    starts = np.cumsum(gaps[:-1]) + np.concatenate([[0.0], np.cumsum(lengths[:-1])])
    ends = starts + lengths
    frames = max(2, round((ends[-1] + gaps[-1]) * RATE / 1000 / FRAME))
    t = np.arange(frames + 1)[:, None] * FRAME * 1000 / RATE

    # The way takes as long as the shorter neighbour allows, and begins when the sound before has been reached.
    way = np.maximum(HURRY, moving * 2 * np.minimum(lengths[:-1], lengths[1:]))
    arrived = np.minimum.accumulate(_risen((t - (ends[:-1] + starts[1:]) / 2) / way), axis=1)
    held = np.hstack([np.ones_like(t), arrived]) - np.hstack([arrived, np.zeros_like(t)])
    heard = _risen((t - starts) / ATTACK) - _risen((t - ends) / ATTACK)

    formants = (held @ np.array([sound.formants for sound in sounds]) * speaker.tract).astype(np.float32)
    zero = (held @ np.array([sound.zero for sound in sounds])).astype(np.float32)
    voice = (heard @ np.array([sound.voice for sound in sounds])).astype(np.float32)
    hum = _hum(_pitch(frames, speaker, rng), formants, zero, voice, speaker.bright)
    hiss = heard @ np.array([_hissed(sound, speaker) for sound in sounds])
    breath = _even(np.abs((1 - BINS) / _tract(BINS, formants))) * speaker.breath * voice[:, None]
    return _levelled(hum / np.abs(hum).max() + _noise(hiss + breath, rng))


def _risen(x):
    """From 0 to 1 while x goes from -1/2 to 1/2."""
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(x + 0.5, 0, 1))


def _pitch(frames, speaker, rng):
    """(frames + 1,) hertz: falls through what is said, wavers, trembles."""
    at = np.arange(frames + 1)
    falls, trembles = np.linspace(1.1, 0.9, frames + 1), rng.normal(0, 0.005, frames + 1)
    wavers = np.interp(at, at[::20], rng.normal(0, 0.02, len(at[::20])))
    return speaker.pitch * falls * (1 + wavers + trembles)


def _circle(turns):
    """The points of the unit circle after so many turns."""
    angle = (2 * np.pi * turns).astype(np.float32)
    found = np.empty(angle.shape, np.complex64)
    found.real, found.imag = np.cos(angle), np.sin(angle)
    return found


def _held_back(delay, hertz, width):
    """What a resonator divides by, Klatt's antiresonator, at z⁻¹ = delay; 1 at 0 Hz."""
    radius = np.exp(-np.pi * width / CLOCK)
    b, c = 2 * radius * np.cos(2 * np.pi * hertz / CLOCK), -(radius**2)
    return (1 - delay * (b + c * delay)) / (1 - b - c)


BINS = _circle(-np.fft.rfftfreq(2 * FRAME, 1 / RATE) / CLOCK)  # z⁻¹ of what noise is made of


def _tract(delay, formants):
    """(frames, frequencies) what all formants divide by.

    Args:
        delay: (frames or 1, frequencies) z⁻¹ of each frequency.
        formants: (frames, 5) in hertz.
    """
    found = np.ones((), np.complex64)
    for formant, width in zip(formants.T[..., None], WIDTHS, strict=True):
        found = found * _held_back(delay, formant, width)
    return found


def _hum(pitch, formants, zero, voice, bright):
    """(samples,) of the folds through the tract: harmonics of a pitch, at each frame as strong as they get through."""
    hertz = pitch[:, None] * np.arange(1, int(HIGHEST / pitch.min()) + 1)
    delay = _circle(-hertz / CLOCK)
    heard = (np.clip((HIGHEST - hertz) / 200, 0, 1) * voice[:, None]).astype(np.float32)
    # A pulse of the folds without edges, and how lips radiate what is left of it.
    strength = heard * (1 - delay) / (_held_back(delay, np.float32(0), np.float32(bright)) * _tract(delay, formants))
    if (zero != MURMUR).any():
        strength *= _held_back(delay, zero[:, None], NOSE) / _held_back(delay, np.float32(MURMUR), NOSE)

    share = np.arange(FRAME, dtype=np.float32) / FRAME
    each = pitch[:-1, None] * (1 - share) + pitch[1:, None] * share
    turn = _circle(np.cumsum(each) / RATE % 1).reshape(-1, FRAME)
    turns = np.empty((strength.shape[1], *turn.shape), np.complex64)
    turns[0] = turn
    for harmonic in range(1, len(turns)):
        np.multiply(turns[harmonic - 1], turn, out=turns[harmonic])
    # Between two frames, what the one lets through fades into what the other does.
    ends = np.stack([strength[:-1], strength[1:]], axis=1) @ turns.transpose(1, 0, 2)
    return (ends[:, 0].real * (1 - share) + ends[:, 1].real * share).ravel()


def _hissed(sound, speaker):
    """(FRAME + 1,) the noise of a sound at each frequency."""
    around = min(sound.around * speaker.tract, CLOCK / 2 - 500)
    return sound.hiss * _even(np.abs((1 - BINS) / _held_back(BINS, around, sound.wide)))


def _even(shape):
    """Noise of this shape with a root mean square of 1."""
    return shape * FRAME / np.sqrt((shape**2).sum(axis=-1, keepdims=True))


def _noise(shape, rng):
    """(samples,) of noise.

    Args:
        shape: (frames + 1, FRAME + 1) how strong at each frame and frequency.
    """
    drawn = rng.standard_normal((len(shape), 2 * shape.shape[1]), dtype=np.float32).view(np.complex64)
    # Windows whose squares sum to 1: what is drawn anew at every frame adds in power.
    cut = np.fft.irfft(drawn * shape, 2 * FRAME) * np.sin(np.pi * (np.arange(2 * FRAME) + 0.5) / (2 * FRAME))
    return (cut[:-1, FRAME:] + cut[1:, :FRAME]).ravel()


def _levelled(sound):
    return (sound * (PEAK / np.abs(sound).max())).astype(np.float32)
