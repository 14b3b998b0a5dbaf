"""Simple RNN: the whole state goes back in through one matrix.

Source: Elman 1990.
"""

import keras

from rrn.nn import backend
from rrn.nn.cells.fused import covered, project, recurrent_kernel


class SimpleRNN(keras.layers.SimpleRNN):
    """Keras' SimpleRNN, by our own loop for the plain tanh cell."""

    def __init__(self, units, weight_drop=0.0, **settings):
        super().__init__(units, **settings)
        self.weight_drop = weight_drop
        self.drop_seed = keras.random.SeedGenerator()

    def inner_loop(self, sequences, initial_state, mask, training=False):
        if not covered(self, sequences, mask):
            return super().inner_loop(sequences, initial_state, mask, training)
        z = project(sequences, self.cell.kernel, self.cell.bias)
        h = backend.simple(z, initial_state[0], recurrent_kernel(self, training))
        return h[-1], keras.ops.transpose(h, (1, 0, 2)), [h[-1]]
