"""The formulas of the cells, one gate at a time: each has (W, U, b) of its own, split off in Keras' order."""

import numpy as np

WORDS = ("kernel", "recurrent_kernel", "bias")
GATES = {"rnn": 1, "gru": 3, "lstm": 4}


def gates_of(weights, name, cell):
    """(W, U, b) of every gate of a layer."""
    parts = (np.split(weights[f"{name}/{word}"], GATES[cell], axis=-1) for word in WORDS)
    return list(zip(*parts, strict=True))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def rnn(gates, x, h, c, activation="tanh"):
    ((W, U, b),) = gates
    z = x @ W + h @ U + b
    return {"h": z * (z > 0) if activation == "relu" else np.tanh(z)}


def gru(gates, x, h, c, activation="tanh"):
    (Wz, Uz, bz), (Wr, Ur, br), (Wg, Ug, bg) = gates  # in Keras' words: z, r, h; two biases in b
    z = sigmoid(x @ Wz + bz[0] + h @ Uz + bz[1])
    r = sigmoid(x @ Wr + br[0] + h @ Ur + br[1])
    g = np.tanh(x @ Wg + bg[0] + r * (h @ Ug + bg[1]))
    return {"z": z, "r": r, "g": g, "h": z * h + (1 - z) * g}


def lstm(gates, x, h, c, activation="tanh"):
    (Wi, Ui, bi), (Wf, Uf, bf), (Wg, Ug, bg), (Wo, Uo, bo) = gates  # in Keras' words: i, f, c, o
    i = sigmoid(x @ Wi + h @ Ui + bi)
    f = sigmoid(x @ Wf + h @ Uf + bf)
    g = np.tanh(x @ Wg + h @ Ug + bg)
    o = sigmoid(x @ Wo + h @ Uo + bo)
    c = f * c + i * g
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": o * np.tanh(c)}


STEP = {"rnn": rnn, "gru": gru, "lstm": lstm}
