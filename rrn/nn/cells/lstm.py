"""LSTM: input, forget and output gate around a cell state.

Source: Hochreiter & Schmidhuber 1997; forget gate, Gers et al. 2000.
"""

import keras

from rrn.nn import backend
from rrn.nn.cells.fused import covered, project, recurrent_kernel


class LSTM(keras.layers.LSTM):
    """Keras' LSTM, by our own loop when nothing but the plain gates is asked for."""

    def __init__(self, units, weight_drop=0.0, **settings):
        super().__init__(units, **settings)
        self.weight_drop = weight_drop
        self.drop_seed = keras.random.SeedGenerator()

    def inner_loop(self, sequences, initial_state, mask, training=False):
        if not covered(self, sequences, mask):
            return super().inner_loop(sequences, initial_state, mask, training)
        z = project(sequences, self.cell.kernel, self.cell.bias)
        h, c = backend.lstm(z, initial_state[0], initial_state[1], recurrent_kernel(self, training))
        return h[-1], keras.ops.transpose(h, (1, 0, 2)), [h[-1], c]
