"""LSTM: input, forget and output gate around a cell state.

Source: Hochreiter & Schmidhuber 1997; forget gate, Gers et al. 2000.
"""

import keras

from rrn.nn import backend
from rrn.nn.cells.fused import Fused


class LSTM(Fused, keras.layers.LSTM):
    """Keras' LSTM, by our own loop when nothing but the plain gates is asked for."""

    def inner_loop(self, sequences, initial_state, mask, training=False):
        if not self.covered(sequences):
            return super().inner_loop(sequences, initial_state, mask, training)
        z = self.project(sequences, self.cell.bias)
        h, c = backend.lstm(z, initial_state[0], initial_state[1], self.recurrent_kernel(training), self.kept(mask))
        return h[-1], keras.ops.transpose(h, (1, 0, 2)), [h[-1], c]
