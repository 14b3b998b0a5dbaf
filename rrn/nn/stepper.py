"""A character model one step at a time, in NumPy from its weights: a graph call per character would cost far more."""

import numpy as np


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Stepper:
    """Holds the state between steps.

    Args:
        cell: "rnn", "gru" or "lstm".
        weights: names as `build` of the recipe gives them: embed, cell_1 …, out.
    """

    def __init__(self, cell: str, weights: dict[str, np.ndarray]):
        w = {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in weights.items()}
        self.cell, self.out, self.b_out = cell, w["out/kernel"], w["out/bias"]
        self.layers = []
        while f"cell_{len(self.layers) + 1}/kernel" in w:
            at = f"cell_{len(self.layers) + 1}"
            kernel, recurrent, bias = (w[f"{at}/{part}"] for part in ("kernel", "recurrent_kernel", "bias"))
            self.layers.append((kernel, recurrent, np.atleast_2d(bias)))
        # What the first layer makes of each symbol, once and for all: a look-up in place of two products.
        self.first = w["embed/embeddings"] @ self.layers[0][0] + self.layers[0][2][0]
        self.reset()

    def reset(self) -> None:
        units = self.out.shape[0]
        self.state = [np.zeros((2, units), np.float32) for _ in self.layers]

    def step(self, symbol: int) -> np.ndarray:
        """Read one symbol; (symbols,) logits of the next."""
        x = None
        for n, (kernel, recurrent, bias) in enumerate(self.layers):
            z = self.first[symbol] if n == 0 else x @ kernel + bias[0]
            x = self._cell(z, self.state[n], recurrent, bias)
        return x @ self.out + self.b_out

    def _cell(self, z, state, recurrent, bias):
        h, c = state
        with np.errstate(over="ignore"):
            match self.cell:
                case "rnn":
                    h = np.tanh(z + h @ recurrent)
                case "gru":
                    u = len(h)
                    inner = h @ recurrent + bias[1]
                    gates = _sigmoid(z[: 2 * u] + inner[: 2 * u])
                    g = np.tanh(z[2 * u :] + gates[u:] * inner[2 * u :])
                    h = gates[:u] * h + (1 - gates[:u]) * g
                case "lstm":
                    u = len(h)
                    z = z + h @ recurrent
                    gates = _sigmoid(z)
                    c = gates[u : 2 * u] * c + gates[:u] * np.tanh(z[2 * u : 3 * u])
                    h = gates[3 * u :] * np.tanh(c)
        state[0], state[1] = h, c
        return h
