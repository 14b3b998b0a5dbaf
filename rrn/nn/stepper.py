"""A character model outside Keras, in NumPy from its weights: one step at a time, or along a text with the state kept.

A graph call for every single character would cost more than the arithmetic does.
"""

import numpy as np


def _sigmoid(z):
    return 0.5 * np.tanh(0.5 * z) + 0.5  # no overflow, whatever z is


def _rnn(z, state, recurrent, bias):
    (h,) = state
    return (np.tanh(z + h @ recurrent),)


def _gru(z, state, recurrent, bias):
    (h,) = state
    n = h.shape[-1]
    inner = h @ recurrent + bias[1]  # Keras keeps a second bias vector inside the reset gate's reach
    gates = _sigmoid(z[..., : 2 * n] + inner[..., : 2 * n])
    u, r = gates[..., :n], gates[..., n:]
    return (u * h + (1 - u) * np.tanh(z[..., 2 * n :] + r * inner[..., 2 * n :]),)


def _lstm(z, state, recurrent, bias):
    h, c = state
    n = h.shape[-1]
    z = z + h @ recurrent
    gates = _sigmoid(z)
    i, f, o = gates[..., :n], gates[..., n : 2 * n], gates[..., 3 * n :]
    c = f * c + i * np.tanh(z[..., 2 * n : 3 * n])
    return o * np.tanh(c), c


STEPS = {"rnn": (_rnn, 1), "gru": (_gru, 1), "lstm": (_lstm, 2)}


class Stepper:
    """Embedding, recurrent layers and output of a trained model, and the state between two steps.

    Args:
        cell: "rnn", "gru" or "lstm".
        weights: by the names that `build` gives: embed, cell_1 …, out.
    """

    def __init__(self, cell: str, weights: dict[str, np.ndarray]):
        w = {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in weights.items()}
        self.cell, states = STEPS[cell]
        self.out, self.b_out = w["out/kernel"], w["out/bias"]
        self.layers: list[tuple[np.ndarray, ...]] = []
        while (at := f"cell_{len(self.layers) + 1}") + "/kernel" in w:
            bias = np.atleast_2d(w[f"{at}/bias"])
            self.layers.append((w[f"{at}/kernel"], w[f"{at}/recurrent_kernel"], bias))
        kernel, _, bias = self.layers[0]
        # What the first layer makes of every symbol, once and for all: a look-up in place of a product.
        self.first = w["embed/embeddings"] @ kernel + bias[0]
        self.still = tuple(np.zeros(len(self.out), np.float32) for _ in range(states))
        self.reset()

    def reset(self) -> None:
        self.states = [self.still for _ in self.layers]

    def read(self, symbols: np.ndarray) -> np.ndarray:
        """(steps,) symbols to (steps, symbols) logits of what follows each; the state stays for the next call."""
        z = self.first[symbols]
        for n, (_, recurrent, bias) in enumerate(self.layers):
            h = np.empty((len(symbols), len(self.out)), np.float32)
            state = self.states[n]
            for t in range(len(symbols)):
                state = self.cell(z[t], state, recurrent, bias)
                h[t] = state[0]
            self.states[n] = state
            if n + 1 < len(self.layers):
                kernel, _, bias = self.layers[n + 1]
                z = h @ kernel + bias[0]  # a layer does not wait for the one above: all its inputs in one product
        return h @ self.out + self.b_out
