"""GRU: update and reset gate, no separate cell state.

Source: Cho et al. 2014. Keras applies the reset gate after the product and keeps two bias vectors.
"""

import keras

from rrn.nn import backend
from rrn.nn.cells.fused import covered, project, recurrent_kernel


class GRU(keras.layers.GRU):
    """Keras' GRU, by our own loop when nothing but the plain gates is asked for."""

    def __init__(self, units, weight_drop=0.0, **settings):
        super().__init__(units, **settings)
        self.weight_drop = weight_drop
        self.drop_seed = keras.random.SeedGenerator()

    def inner_loop(self, sequences, initial_state, mask, training=False):
        if not (self.reset_after and covered(self, sequences, mask)):
            return super().inner_loop(sequences, initial_state, mask, training)
        b_input, b_recurrent = self.cell.bias[0], self.cell.bias[1]
        z = project(sequences, self.cell.kernel, b_input)
        h = backend.gru(z, initial_state[0], recurrent_kernel(self, training), b_recurrent)
        return h[-1], keras.ops.transpose(h, (1, 0, 2)), [h[-1]]
