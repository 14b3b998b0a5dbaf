"""A trained network, opened: its weights by the letters of this package.

Weights of a run or of a model that ships are named LAYER/WEIGHT: embed/embeddings, cell_1/kernel, out/kernel. A layer
that reads backwards is cell_1_back. The columns are in Keras' order, which is ours: i, f, g, o and z, r, g.
"""

import numpy as np

from rrn.scratch.trace import Weights

LETTERS = {"kernel": "Wx", "recurrent_kernel": "Wh", "bias": "b"}


def layer(weights: dict[str, np.ndarray], name: str) -> Weights:
    """Wx, Wh and b of one recurrent layer.

    Raises:
        KeyError: no layer of this name.
    """
    return {letter: weights[f"{name}/{word}"] for word, letter in LETTERS.items()}


def layers(weights: dict[str, np.ndarray]) -> list[Weights]:
    """The recurrent layers cell_1, cell_2, …, the lowest first."""
    found: list[Weights] = []
    while f"cell_{len(found) + 1}/kernel" in weights:
        found.append(layer(weights, f"cell_{len(found) + 1}"))
    return found


def dense(weights: dict[str, np.ndarray], name: str = "out") -> Weights:
    """W and b of a dense layer."""
    return {"W": weights[f"{name}/kernel"], "b": weights[f"{name}/bias"]}


def embedded(weights: dict[str, np.ndarray], symbols: np.ndarray, name: str = "embed") -> np.ndarray:
    """(batch, time, embedding): the row of every symbol.

    Args:
        symbols: (batch, time) whole numbers.
    """
    return weights[f"{name}/embeddings"][symbols]
