"""A model's weights by the names that its `build` gave: LAYER/WEIGHT, never Keras' own numbering."""

import keras
import numpy as np


def take(model: keras.Model) -> dict[str, np.ndarray]:
    return {f"{layer.name}/{w.name}": np.asarray(w) for layer in model.layers for w in layer.trainable_weights}


def put(model: keras.Model, weights: dict[str, np.ndarray]) -> None:
    """Raises KeyError or ValueError where names or shapes differ."""
    for layer in model.layers:
        for w in layer.trainable_weights:
            w.assign(weights[f"{layer.name}/{w.name}"].astype("float32"))
