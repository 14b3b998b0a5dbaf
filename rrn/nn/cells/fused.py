"""When a layer may take the fast loop, and what all cells share: projecting the inputs of all steps at once."""

import keras

from rrn.nn import backend


def covered(layer: keras.layers.RNN, sequences, mask) -> bool:
    """True where the fast loop computes what Keras would: fixed length, no mask, no dropout inside, default shapes."""
    cell = layer.cell
    if layer.weight_drop and not backend.FUSED:
        raise ValueError("weight_drop needs the fused loop, which this backend does not have")
    gates = getattr(cell, "recurrent_activation", keras.activations.sigmoid)
    return (
        backend.FUSED
        and mask is None
        and None not in sequences.shape[:2]
        and not (layer.go_backwards or layer.unroll or cell.dropout or cell.recurrent_dropout)
        and cell.use_bias
        and cell.activation is keras.activations.tanh
        and gates is keras.activations.sigmoid
    )


def project(sequences, kernel, bias):
    """(batch, steps, features) to time-major (steps, batch, wide) projections with their bias."""
    return keras.ops.matmul(keras.ops.transpose(sequences, (1, 0, 2)), kernel) + bias


def recurrent_kernel(layer: keras.layers.RNN, training: bool):
    """The recurrent weights; while training, some of them are dropped for the whole batch (Merity et al. 2018)."""
    kernel = layer.cell.recurrent_kernel
    if training and layer.weight_drop:
        kernel = keras.random.dropout(kernel, layer.weight_drop, seed=layer.drop_seed)
    return kernel
