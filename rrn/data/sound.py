"""What of a sound a network reads: how loud each band of pitches is, every few milliseconds.

Edges and centres of the bands are evenly spaced in mel; between them a band rises and falls evenly in hertz, as in
librosa. TensorFlow's bands have the same edges and rise evenly in mel.

Source: Davis & Mermelstein 1980; the mel scale in this form, O'Shaughnessy 1987.
"""

from functools import lru_cache

import numpy as np

RATE = 8000  # samples per second at which everything is heard
LOWEST = 60.0  # hertz; below it mains hum and breath
FLOOR = 60.0  # decibels below the loudest at which everything counts as silence
QUIET = 1e-10  # power below which there is nothing


def mel(hertz):
    """Pitch as it is heard: equal steps sound equally far apart."""
    return 2595.0 * np.log10(1.0 + np.asarray(hertz) / 700.0)


def hertz(mel):
    """The frequency of a pitch in mel."""
    return 700.0 * (10.0 ** (np.asarray(mel) / 2595.0) - 1.0)


def size(window: float) -> int:
    """Points of the Fourier transform of a window of so many milliseconds: the next power of two."""
    return 1 << (length(window) - 1).bit_length()


def length(milliseconds: float) -> int:
    """Samples in so many milliseconds."""
    return max(1, round(milliseconds * RATE / 1000))


def edges(bands: int) -> np.ndarray:
    """(bands + 2,) hertz: a band rises from one edge to its centre at the next, and falls to the one after."""
    return hertz(np.linspace(mel(LOWEST), mel(RATE / 2), bands + 2))


@lru_cache(maxsize=32)
def filters(bands: int, points: int) -> np.ndarray:
    """(bands, points // 2 + 1) weights of the frequencies in each band: triangles, evenly spaced in mel."""
    at = np.arange(points // 2 + 1) * RATE / points
    low, centre, high = (edges(bands)[n : n + bands, None] for n in range(3))
    found = np.maximum(0.0, np.minimum((at - low) / (centre - low), (high - at) / (high - centre)))
    # Where windows are short, a narrow band lies between two frequencies: it then takes the nearer one.
    for band in np.flatnonzero(found.max(axis=1) == 0):
        found[band, np.abs(at - centre[band]).argmin()] = 1.0
    return found.astype(np.float32)


@lru_cache(maxsize=32)
def _hann(samples):
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(samples) / samples)).astype(np.float32)


def frames(samples: int, window: float, hop: float) -> int:
    """How many windows fit into so many samples, the last one filled up with silence."""
    return 1 + max(0, -(-(samples - length(window)) // length(hop)))


def spectrum(sound: np.ndarray, window: float, hop: float) -> np.ndarray:
    """(frames, points // 2 + 1) power at every frequency.

    Args:
        sound: (samples,) at RATE.
        window: milliseconds that are looked at together.
        hop: milliseconds from one window to the next.
    """
    width, step = length(window), length(hop)
    count = frames(len(sound), window, hop)
    padded = np.zeros((count - 1) * step + width, np.float32)
    padded[: min(len(sound), len(padded))] = sound[: len(padded)]
    cut = np.lib.stride_tricks.sliding_window_view(padded, width)[::step]
    return np.abs(np.fft.rfft(cut * _hann(width), size(window))).astype(np.float32) ** 2


def log_mel(sound: np.ndarray, window: float, hop: float, bands: int) -> np.ndarray:
    """(frames, bands) decibels below the loudest band of the whole sound, 0 down to -FLOOR.

    A louder recording of the same is the same. Where there is no sound, all is at -FLOOR.
    """
    power = spectrum(sound, window, hop) @ filters(bands, size(window)).T
    most = float(power.max(initial=0.0))
    if most <= QUIET:
        return np.full(power.shape, -FLOOR, np.float32)
    return np.maximum(10.0 * np.log10(np.maximum(power, QUIET) / most), -FLOOR).astype(np.float32)


def scaled(decibels: np.ndarray) -> np.ndarray:
    """Decibels as numbers that suit a network, -1.5 (silence) to 1.5."""
    return decibels / (FLOOR / 3) + 1.5
