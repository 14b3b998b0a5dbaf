"""What happens to a voice on its way to a microphone and through a wire: rooms, noises, bands, codecs.

Learned from clean voices alone, a network knows no other. Source: Ko et al. 2015 (speed), 2017 (rooms); Park et al.
2019 (masks).
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rrn.data.sound import RATE

CODECS = ("none", "mu-law", "8-bit", "mp3", "ogg")
COLOURS = {"white": 0.0, "pink": -1.0, "brown": -2.0}  # power of the frequency that the noise's power goes with
HUM = (50.0, 60.0)  # hertz of the mains
QUIETEST = 1e-4  # of a voice that noise is measured against: below it there is none


def loudness(sound: np.ndarray) -> float:
    """Root mean square of the half of the sound that is loudest: pauses make a voice no softer."""
    squares = np.sort(np.square(sound, dtype=np.float32))
    return float(np.sqrt(squares[len(squares) // 2 :].mean())) if len(squares) else 0.0


def noise(samples: int, rng: np.random.Generator, colour: str = "white") -> np.ndarray:
    """(samples,) of noise with loudness 1."""
    points = 1 << max(4, (samples - 1).bit_length())  # other lengths take the transform many times as long
    wave = np.fft.rfft(rng.standard_normal(points, np.float32))
    found = np.fft.irfft(wave * _shape(points, colour), points)[:samples].astype(np.float32)
    return found / max(float(np.sqrt(np.mean(found**2))), 1e-9)


@lru_cache(maxsize=64)
def _shape(points, colour):
    at = np.arange(points // 2 + 1) / (points // 2 + 1)
    return (np.maximum(at, 1e-3) ** (COLOURS[colour] / 2)).astype(np.float32)


def with_noise(sound: np.ndarray, other: np.ndarray, ratio: float) -> np.ndarray:
    """The sound with another one behind it.

    Args:
        other: (samples,) at least as long, of any loudness.
        ratio: how much louder the sound is, in decibels.
    """
    other = other[: len(sound)]
    level = max(loudness(sound), QUIETEST) / max(loudness(other), QUIETEST)
    return sound + other * (level * 10 ** (-ratio / 20))


def faster(sound: np.ndarray, times: float) -> np.ndarray:
    """Played faster: shorter, higher, and as from a smaller throat."""
    at = np.arange(0, len(sound) - 1, times)
    return np.interp(at, np.arange(len(sound)), sound).astype(np.float32)


@dataclass(frozen=True)
class Room:
    """What a voice passes before it is recorded.

    Args:
        echo: seconds until an echo is 60 dB down; 0: none.
        wet: how loud the echo is beside the voice.
        low, high: hertz that get through.
        tilt: decibels by which frequencies are lifted or lowered, at `tilt` points evenly spread over the band.
    """

    echo: float = 0.0
    wet: float = 0.5
    low: float = 0.0
    high: float = RATE / 2
    tilt: Sequence[float] | np.ndarray = ()


def heard_in(sound: np.ndarray, room: Room, rng: np.random.Generator) -> np.ndarray:
    """(samples,) the sound as it comes out of a room; it ends when the sound does."""
    tail = round(room.echo * RATE)
    points = 1 << (len(sound) + tail).bit_length()
    wave = np.fft.rfft(sound, points)
    at = np.arange(len(wave)) * RATE / points
    gain = 1 / np.sqrt(1 + (room.low / np.maximum(at, 1.0)) ** 6) / np.sqrt(1 + (at / room.high) ** 16)
    if len(room.tilt):
        gain *= 10 ** (np.interp(at, np.linspace(0, RATE / 2, len(room.tilt)), room.tilt) / 20)
    if tail:
        falls = np.exp(-6.9 * np.arange(tail) / tail) * rng.standard_normal(tail)
        falls *= room.wet / max(float(np.sqrt(np.sum(falls**2))), 1e-9)
        falls[0] += 1.0
        wave = wave * np.fft.rfft(falls, points)
    return np.fft.irfft(wave * gain, points)[: len(sound)].astype(np.float32)


def coded(sound: np.ndarray, codec: str) -> np.ndarray:
    """The sound after it was packed by a codec and unpacked again; its length may change by a little."""
    if codec == "none" or len(sound) < RATE // 40:
        return sound
    sound = sound / max(1.0, float(np.abs(sound).max()))
    if codec == "8-bit":
        return (np.round(sound * 127) / 127).astype(np.float32)
    import soundfile

    kind, sub = {"mu-law": ("WAV", "ULAW"), "mp3": ("MP3", "MPEG_LAYER_III"), "ogg": ("OGG", "VORBIS")}[codec]
    packed = io.BytesIO()
    more = {"compression_level": 0.9} if codec in ("mp3", "ogg") else {}
    soundfile.write(packed, sound, RATE, format=kind, subtype=sub, **more)
    packed.seek(0)
    return soundfile.read(packed, dtype="float32")[0]


def breathy(sound: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """The same voice with less buzz in it: phases are disturbed, the loudness of every pitch stays.

    Args:
        share: 0 nothing, 1 a whisper.
    """
    points, step = 256, 64
    window = np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(points) / points)).astype(np.float32)
    filled = np.pad(sound, (points, points + -len(sound) % step))
    wave = np.fft.rfft(np.lib.stride_tricks.sliding_window_view(filled, points)[::step] * window)
    wave *= np.exp(1j * np.pi * share * rng.uniform(-1, 1, wave.shape))
    parts = (np.fft.irfft(wave, points) * window).astype(np.float32)
    found = np.zeros(len(filled), np.float32)
    for k in range(points // step):  # stretches that do not touch one another are put down at once
        some = parts[k :: points // step].ravel()
        found[k * step : k * step + len(some)] += some
    return found[points : points + len(sound)] * (2 * step / points)


def clipped(sound: np.ndarray, share: float) -> np.ndarray:
    """Too loud for whoever recorded it: what lies above a share of the peak is cut off."""
    most = share * float(np.abs(sound).max(initial=0.0))
    return np.clip(sound, -most, most)


def masked(frames: np.ndarray, count: int, rng: np.random.Generator, silence: float) -> np.ndarray:
    """(frames, bands) with so many stretches of time, and as many of pitch, put to silence."""
    found = frames.copy()
    for _ in range(count):
        width = int(rng.integers(1, max(2, min(12, len(frames) // 12))))
        at = rng.integers(0, max(1, len(frames) - width))
        found[at : at + width] = silence
        width = int(rng.integers(1, max(2, frames.shape[1] // 6)))
        at = rng.integers(0, frames.shape[1] - width)
        found[:, at : at + width] = silence
    return found


def life(sound: np.ndarray, behind: Callable[[int], np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Anything that may happen to a recording, each thing by chance.

    Args:
        behind: gives so many samples of other sounds that go on meanwhile.
    """
    if rng.random() < 0.25:
        sound = breathy(sound, float(rng.uniform(0.1, 1.0)), rng)
    if rng.random() < 0.6:
        echo = float(rng.uniform(0.05, 0.7)) if rng.random() < 0.5 else 0.0
        low = float(rng.choice([0.0, 100.0, 200.0, 300.0]))
        high = float(rng.uniform(2600, 4000)) if rng.random() < 0.5 else RATE / 2
        room = Room(echo, float(rng.uniform(0.1, 1.0)), low, high, rng.normal(0, 4, size=6))
        sound = heard_in(sound, room, rng)
    chance = rng.random()
    if chance < 0.55:
        sound = with_noise(sound, noise(len(sound), rng, str(rng.choice(list(COLOURS)))), float(rng.uniform(3, 40)))
    elif chance < 0.75:
        sound = with_noise(sound, behind(len(sound)), float(rng.uniform(8, 35)))
    if rng.random() < 0.05:
        hum = np.sin(2 * np.pi * float(rng.choice(HUM)) * np.arange(len(sound)) / RATE).astype(np.float32)
        sound = with_noise(sound, hum, float(rng.uniform(5, 30)))
    if rng.random() < 0.1:
        sound = clipped(sound, float(rng.uniform(0.2, 0.9)))
    if rng.random() < 0.12:
        sound = coded(sound, str(rng.choice(CODECS[1:])))
    return sound
