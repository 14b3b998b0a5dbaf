"""Simple RNN: the whole state goes back in through one matrix.

Source: Elman 1990.
"""

import keras

from rrn.nn import backend
from rrn.nn.cells.fused import Fused


class SimpleRNN(Fused, keras.layers.SimpleRNN):
    """Keras' SimpleRNN, by our own loop for the plain tanh cell."""

    def inner_loop(self, sequences, initial_state, mask, training=False):
        if not self.covered(sequences):
            return super().inner_loop(sequences, initial_state, mask, training)
        z = self.project(sequences, self.cell.bias)
        h = backend.simple(z, initial_state[0], self.recurrent_kernel(training), self.kept(mask))
        return h[-1], keras.ops.transpose(h, (1, 0, 2)), [h[-1]]
