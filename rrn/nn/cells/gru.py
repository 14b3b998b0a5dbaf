"""GRU: update and reset gate, no separate cell state.

Source: Cho et al. 2014. Keras applies the reset gate after the product and keeps two bias vectors.
"""

import keras

from rrn.nn import backend
from rrn.nn.cells.fused import Fused


class GRU(Fused, keras.layers.GRU):
    """Keras' GRU, by our own loop when nothing but the plain gates is asked for."""

    def inner_loop(self, sequences, initial_state, mask, training=False):
        if not self.covered(sequences):
            return super().inner_loop(sequences, initial_state, mask, training)
        b_input, b_recurrent = self.cell.bias[0], self.cell.bias[1]
        z = self.project(sequences, b_input)
        h = backend.gru(z, initial_state[0], self.recurrent_kernel(training), b_recurrent, self.kept(mask))
        return h[-1], keras.ops.transpose(h, (1, 0, 2)), [h[-1]]
