"""How a recurrent layer begins: its recurrent weights, and the biases that say how long it remembers at first."""

import keras
import numpy as np

from rrn.scratch.initializers import DEVIATION, chrono


def start(spec, longest: int) -> dict:
    """What a layer of ours takes besides its units; nothing where the spec does not say how to begin.

    Args:
        spec: with cell, seed and, perhaps, initial, forget_bias and activation.
        longest: steps that chrono biases reach over.
    """
    if not hasattr(spec, "initial"):
        return {}
    recurrent = {
        "orthogonal": keras.initializers.Orthogonal(seed=spec.seed),
        "glorot": keras.initializers.GlorotUniform(seed=spec.seed),
        "normal": keras.initializers.RandomNormal(stddev=DEVIATION, seed=spec.seed),
        "zeros": "zeros",
        "identity": Blocks(),
        "chrono": keras.initializers.Orthogonal(seed=spec.seed),
    }
    settings = {"recurrent_initializer": recurrent[spec.initial]}
    if spec.cell == "rnn":
        return settings | {"activation": spec.activation}
    forget = np.full(spec.units, spec.forget_bias if spec.cell == "lstm" else 0.0)
    enter = np.zeros(spec.units)
    if spec.initial == "chrono":
        enter, forget = chrono(np.random.default_rng(spec.seed), spec.units, max(longest, 2.1))
    none = np.zeros(spec.units)
    if spec.cell == "lstm":
        return settings | {"unit_forget_bias": False, "bias_initializer": Given([enter, forget, none, none])}
    return settings | {"bias_initializer": Given([[forget, none, none], [none, none, none]])}


class Blocks(keras.initializers.Initializer):
    """An identity matrix for every gate."""

    def __call__(self, shape, dtype=None):
        return keras.ops.tile(keras.ops.eye(shape[0], dtype=dtype), (1, shape[1] // shape[0]))


class Given(keras.initializers.Initializer):
    """These numbers, gate after gate, in the order of Keras: i, f, g, o of an LSTM; z, r, g of a GRU, twice over.

    Source: chrono biases, Tallec & Ollivier 2018.
    """

    def __init__(self, values):
        self.values = np.array(values)

    def __call__(self, shape, dtype=None):
        return keras.ops.convert_to_tensor(self.values.reshape(shape), dtype=dtype)
