"""Templates: how far apart two sounds are when one may be spoken slower than the other here and faster there.

Source: dynamic time warping, Sakoe & Chiba 1978.
"""

from collections.abc import Sequence

import numpy as np


def distances(some: Sequence[np.ndarray], others: Sequence[np.ndarray]) -> np.ndarray:
    """(some, others) mean distance of frames along the best way to lay one clip, (frames, bands), over the other."""
    found = np.zeros((len(some), len(others)))
    lengths = np.array([len(one) for one in others])
    filled = np.zeros((len(others), lengths.max(initial=1), others[0].shape[1] if others else 0))
    for row, one in zip(filled, others, strict=True):
        row[: len(one)] = one
    for n, clip in enumerate(some):
        found[n] = _warped(clip, filled)[np.arange(len(others)), lengths - 1] / (len(clip) + lengths)
    return found


def _warped(clip, others):
    """(others, frames) what it costs to have laid the whole clip over so many frames of each."""
    apart = np.sqrt(np.maximum(_squares(clip, others), 0))  # (others, clip, frames)
    before = np.cumsum(apart[:, 0], axis=1)
    for here in apart.swapaxes(0, 1)[1:]:
        now = np.empty_like(before)
        now[:, 0] = before[:, 0] + here[:, 0]
        # A step along both counts twice, as Sakoe and Chiba have it: no way is cheaper for being shorter.
        from_before = np.minimum(before[:, 1:] + here[:, 1:], before[:, :-1] + 2 * here[:, 1:])
        for frame in range(1, now.shape[1]):
            now[:, frame] = np.minimum(from_before[:, frame - 1], now[:, frame - 1] + here[:, frame])
        before = now
    return before


def _squares(clip, others):
    return (clip**2).sum(axis=1)[None, :, None] + (others**2).sum(axis=2)[:, None] - 2 * clip @ others.swapaxes(1, 2)
