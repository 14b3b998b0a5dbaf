"""A trained reader of texts outside Keras, in NumPy from its weights: what it thinks after every word, for a batch.

A graph would have to be built for every length.
"""

import numpy as np
from numpy.typing import ArrayLike

from rrn.data.wording import PAD, vectors
from rrn.nn.stepper import STEPS
from rrn.scratch.activations import sigmoid


class Reader:
    """The layers that `rrn.recipes.sentiment` builds, forward.

    Args:
        cell: "rnn", "gru" or "lstm".
        weights: by LAYER/WEIGHT: embed, cell_1 …, out.
    """

    def __init__(self, cell: str, weights: dict[str, np.ndarray]):
        w = {name: np.ascontiguousarray(value, np.float32) for name, value in weights.items()}
        self.step, self.kept = STEPS[cell]
        self.table = w["embed/embeddings"]
        self.out, self.b_out = w["out/kernel"], w["out/bias"]
        self.layers: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        while (at := f"cell_{len(self.layers) + 1}") + "/kernel" in w:
            self.layers.append((w[f"{at}/kernel"], w[f"{at}/recurrent_kernel"], np.atleast_2d(w[f"{at}/bias"])))

    def vectors(self, numbers: np.ndarray) -> np.ndarray:
        """(texts, steps, parts) numbers to (texts, steps, width): what the lowest layer reads."""
        return vectors(numbers, self.table)

    def read(self, numbers: np.ndarray) -> np.ndarray:
        """(texts, steps, 2) logits after every word; padding leaves them as they are."""
        keep = (numbers != PAD).any(axis=2)
        x = self.vectors(numbers)
        for kernel, recurrent, bias in self.layers:
            z = x @ kernel + bias[0]
            state = tuple(np.zeros((len(x), recurrent.shape[0]), np.float32) for _ in range(self.kept))
            x = np.empty((*z.shape[:2], recurrent.shape[0]), np.float32)
            for t in range(z.shape[1]):
                new = self.step(z[:, t], state, recurrent, bias)
                state = tuple(np.where(keep[:, t, None], a, b) for a, b in zip(new, state, strict=True))
                x[:, t] = state[0]
        return x @ self.out + self.b_out


def odds(logits: np.ndarray) -> np.ndarray:
    """Log-odds of the positive class from (…, 2) logits."""
    return logits[..., 1] - logits[..., 0]


def chance(log_odds: ArrayLike) -> np.ndarray:
    """The probability of log-odds."""
    return sigmoid(np.asarray(log_odds, np.float64))
