"""From frames to the steps of a network: margins, padding, and how many frames become one step."""

from collections.abc import Sequence

import numpy as np

from rrn.data.sound import FLOOR, log_mel, scaled

BLANK = 0  # the output that stands for no symbol; the others count from 1
KERNEL = 5  # frames, or steps, that a convolution looks at
STRIDES = {1: (1, 1), 2: (2, 1), 3: (3, 1), 4: (2, 2)}  # of the two convolutions, by their product
MARGIN = 10  # frames of silence before and behind every clip
SILENCE = float(scaled(np.array(-FLOOR)))


def steps(frames: int, stride: int) -> int:
    """Steps that so many frames become, margins included."""
    for each in STRIDES[stride]:
        frames = max(0, frames - KERNEL) // each + 1
    return frames


def centre(step: float, stride: int) -> float:
    """The frame, counted from the clip's first, in the middle of what a step's convolutions look at."""
    first, second = STRIDES[stride]
    half = (KERNEL - 1) / 2
    return (step * second + half) * first + half - MARGIN


def of_sound(sound: np.ndarray, window: float, hop: float, bands: int) -> np.ndarray:
    """(frames, bands) as a network reads them, with silence at both ends."""
    found = scaled(log_mel(sound, window, hop, bands))
    return np.pad(found, ((MARGIN, MARGIN), (0, 0)), constant_values=SILENCE)


def stretched(frames: np.ndarray, times: float) -> np.ndarray:
    """The same spoken slower, at the same pitch: `times` as many frames, each between two that there were."""
    at = np.linspace(0, len(frames) - 1, max(2, round(len(frames) * times)))
    low = np.minimum(at.astype(int), len(frames) - 2)
    part = (at - low)[:, None].astype(np.float32)
    return frames[low] * (1 - part) + frames[low + 1] * part


def padded(clips: Sequence[np.ndarray], frames: int) -> np.ndarray:
    """(clips, frames, bands) with silence behind the shorter ones."""
    found = np.full((len(clips), frames, clips[0].shape[1]), SILENCE, np.float32)
    for row, clip in zip(found, clips, strict=True):
        row[: len(clip)] = clip
    return found
