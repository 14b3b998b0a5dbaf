"""What the layers share: when they may take the fast loop, and what goes into it."""

import keras

from rrn.nn import backend


class Fused(keras.layers.RNN):
    """Stands before a recurrent layer of Keras among the bases of ours.

    Args:
        weight_drop: share of the recurrent weights that is dropped for a whole batch while training. Source: Merity
            et al. 2018.
    """

    def __init__(self, units: int, weight_drop: float = 0.0, **settings):
        super().__init__(units, **settings)
        self.weight_drop = weight_drop
        self.drop_seed = keras.random.SeedGenerator()

    def covered(self, sequences) -> bool:
        """True where the fast loop computes what Keras would: fixed length, no dropout inside, usual gates."""
        cell = self.cell
        if self.weight_drop and not backend.FUSED:
            raise ValueError("weight_drop needs the fused loop, which this backend does not have")
        gates = getattr(cell, "recurrent_activation", keras.activations.sigmoid)
        return (
            backend.FUSED
            and not self.zero_output_for_mask
            and sequences.shape[1] is not None
            and not (self.go_backwards or self.unroll or cell.dropout or cell.recurrent_dropout)
            and cell.use_bias
            and cell.activation is keras.activations.tanh
            and gates is keras.activations.sigmoid
            and getattr(cell, "reset_after", True)
        )

    def project(self, sequences, bias):
        """(batch, steps, features) to the time-major (steps, batch, wide) projections of all steps at once."""
        return keras.ops.matmul(keras.ops.transpose(sequences, (1, 0, 2)), self.cell.kernel) + bias

    def kept(self, mask):
        """A mask of (batch, steps), True where there is something to read, as the loop takes it: (steps, batch, 1)."""
        return None if mask is None else keras.ops.expand_dims(keras.ops.transpose(mask), -1)

    def recurrent_kernel(self, training: bool):
        """The recurrent weights, some of them dropped while training."""
        kernel = self.cell.recurrent_kernel
        if training and self.weight_drop:
            kernel = keras.random.dropout(kernel, self.weight_drop, seed=self.drop_seed)
        return kernel
