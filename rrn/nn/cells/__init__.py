"""The recurrent layers of the course: Keras' own, with a faster loop where their settings allow it."""

import keras

from rrn.nn.cells.gru import GRU
from rrn.nn.cells.lstm import LSTM
from rrn.nn.cells.simple import SimpleRNN
from rrn.spec import Cell

CELLS = {"rnn": SimpleRNN, "gru": GRU, "lstm": LSTM}


def recurrent(cell: Cell, units: int, **settings) -> keras.layers.RNN:
    """A recurrent layer that returns its state at every step, (batch, time, units)."""
    return CELLS[cell](units, return_sequences=True, **settings)
