"""A network that hears outside Keras, in NumPy from its weights: what it makes of clips of any length.

A graph would have to be built for every length.
"""

from collections.abc import Sequence

import numpy as np

from rrn.data.frames import STRIDES, padded, steps
from rrn.nn.stepper import STEPS
from rrn.scratch.ctc import log_softmax


class Hearer:
    """The layers of `rrn.nn.ctc`, forward.

    Args:
        spec: with stride, cell, layers and reading.
        weights: by LAYER/WEIGHT: conv_1, conv_2, cell_1, cell_1_back …, out; phones where it has learned them.
    """

    def __init__(self, spec, weights: dict[str, np.ndarray]):
        self.spec = spec
        self.w = {name: np.ascontiguousarray(value, np.float32) for name, value in weights.items()}
        self.step, self.kept = STEPS[spec.cell]

    def log_p(self, clips: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Of every clip, (frames, bands) as `rrn.data.frames.of_sound` makes them, (steps, 1 + symbols)."""
        return self.said(self.heard(clips, 0), 0)

    def phones(self, clips: Sequence[np.ndarray]) -> list[np.ndarray]:
        """(steps, 1 + phones) of every clip, of a network that has learned phones besides."""
        return [self._out(one, "phones") for one in self.heard(clips, 1)]  # its first recurrent layer tells them

    def heard(self, clips: Sequence[np.ndarray], layers: int) -> list[np.ndarray]:
        """Of every clip, (steps, channels) as the convolutions and so many recurrent layers leave it."""
        lasts = np.array([steps(len(clip), self.spec.stride) for clip in clips])
        x = padded(clips, max(map(len, clips)))
        for n, stride in enumerate(STRIDES[self.spec.stride], 1):
            x = self._convolved(x, f"conv_{n}", stride)
        x = self._read(x[:, : lasts.max()], lasts, range(1, layers + 1))
        return [one[:last] for one, last in zip(x, lasts, strict=True)]

    def said(self, heard: Sequence[np.ndarray], layers: int) -> list[np.ndarray]:
        """(steps, 1 + symbols) of every clip, from what so many recurrent layers have left of it."""
        lasts = np.array([len(one) for one in heard])
        x = np.zeros((len(heard), lasts.max(), heard[0].shape[1]), np.float32)
        for row, one in zip(x, heard, strict=True):
            row[: len(one)] = one
        x = self._read(x, lasts, range(layers + 1, self.spec.layers + 1))
        return [one[:last] for one, last in zip(self._out(x, "out"), lasts, strict=True)]

    def _out(self, x, name):
        return log_softmax(x @ self.w[f"{name}/kernel"] + self.w[f"{name}/bias"])

    def _read(self, x, lasts, layers):
        keep = np.arange(x.shape[1]) < lasts[:, None]
        for n in layers:
            ways = [self._through(x, keep, f"cell_{n}")]
            if self.spec.reading == "both":
                ways.append(self._through(x[:, ::-1], keep[:, ::-1], f"cell_{n}_back")[:, ::-1])
            x = np.concatenate(ways, axis=-1)
        return x

    def _convolved(self, x, name, stride):
        kernel, bias = self.w[f"{name}/kernel"], self.w[f"{name}/bias"]
        cut = np.lib.stride_tricks.sliding_window_view(x, len(kernel), axis=1)[:, ::stride]  # (…, bands, kernel)
        flat = cut.swapaxes(2, 3).reshape(*cut.shape[:2], -1)
        return np.maximum(flat @ kernel.reshape(-1, kernel.shape[-1]) + bias, 0)

    def _through(self, x, keep, name):
        recurrent, bias = self.w[f"{name}/recurrent_kernel"], np.atleast_2d(self.w[f"{name}/bias"])
        z = x @ self.w[f"{name}/kernel"] + bias[0]
        state = tuple(np.zeros((len(x), len(recurrent)), np.float32) for _ in range(self.kept))
        found = np.empty((*z.shape[:2], len(recurrent)), np.float32)
        for t in range(z.shape[1]):
            new = self.step(z[:, t], state, recurrent, bias)
            state = tuple(np.where(keep[:, t, None], a, b) for a, b in zip(new, state, strict=True))
            found[:, t] = state[0]
        return found
