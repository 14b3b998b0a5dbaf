"""The gate for a take: one word out of a recording, without the silence around it, and what is to be said of it."""

from dataclasses import dataclass

import numpy as np

from rrn.data.sound import RATE
from rrn.intake.audio import Sound
from rrn.spec import Refused

LONGEST, SHORTEST = 2.5, 0.1  # seconds of a word
FRAME = RATE // 100  # samples
SILENT = -55.0  # decibels of full scale; nobody who speaks to a microphone is so faint
ABOVE, BELOW, NEAR = 9.0, 30.0, 12.0  # decibels: over the noise, under the loudest, and in any case under it
STEADY, ENDLESS = 6.0, 1.2  # decibels within which all is one noise, and seconds from which that is no word
CLICK = 3  # frames; what is shorter is no speech
APART = 50  # frames of silence that part two sayings
BEFORE, BEHIND = 6, 10  # frames that are kept around a word: it may begin and end softly
CLIPPED = 0.003  # of the samples, that are at the end of the scale
FAINT = 0.02  # amplitude
NOISY = 12.0  # decibels by which a word should be louder than what is around it


@dataclass(frozen=True, eq=False)
class Take:
    """One word, (samples,) at RATE.

    `notes` are codes of what was mended or is to be done better: those of the sound, and take_parted, take_clipped,
    take_faint, take_noisy.
    """

    samples: np.ndarray
    notes: tuple[str, ...] = ()


def read(sound: Sound) -> Take:
    """The word in a recording: its loudest part, where there are several.

    Raises:
        Refused: take_nothing, take_short, take_long.
    """
    loud = levels(sound.samples)
    peak, floor = float(loud.max(initial=-120)), float(np.percentile(loud, 10)) if len(loud) else -120.0
    steady = peak - floor < STEADY and len(loud) * FRAME > ENDLESS * RATE
    if peak < SILENT or steady:
        raise Refused("take_nothing")
    parts = sayings(loud > min(max(floor + ABOVE, peak - BELOW), peak - NEAR))
    if not parts:
        raise Refused("take_nothing")
    start, end = max(parts, key=lambda part: float((10 ** (loud[part[0] : part[1]] / 10)).sum()))
    seconds = (end - start) * FRAME / RATE
    if seconds < SHORTEST:
        raise Refused("take_short")
    if seconds > LONGEST:
        raise Refused("take_long", seconds=round(seconds, 1), most=LONGEST)
    word = sound.samples[max(0, start - BEFORE) * FRAME : (end + BEHIND) * FRAME]
    around = np.delete(loud, np.s_[max(0, start - BEFORE) : end + BEHIND])
    notes = [note for note in sound.notes if note != "audio_silent"]
    notes += ["take_parted"] * (len(parts) > 1)
    notes += ["take_clipped"] * bool(np.mean(np.abs(word) > 0.98) > CLIPPED)
    notes += ["take_faint"] * bool(np.abs(word).max() < FAINT)
    if len(around) >= 2 * CLICK:
        notes += ["take_noisy"] * bool(np.mean(loud[start:end]) - np.median(around) < NOISY)
    return Take(word, tuple(notes))


def levels(samples: np.ndarray) -> np.ndarray:
    """(frames,) decibels of full scale, 100 of them a second."""
    whole = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    return 10 * np.log10(np.mean(np.square(whole, dtype=np.float64), axis=1) + 1e-12)


def sayings(heard: np.ndarray) -> list[tuple[int, int]]:
    """(first frame, behind the last) of every stretch that is heard, those with a short gap in between as one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], heard.astype(int), [0]])))
    runs = [(int(a), int(b)) for a, b in edges.reshape(-1, 2) if b - a >= CLICK]
    found: list[tuple[int, int]] = []
    for start, end in runs:
        if found and start - found[-1][1] < APART:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
