"""Trained networks, opened: by hand they say what the app's own writer says."""

from types import SimpleNamespace

import numpy as np
import pytest

from rrn import shipped
from rrn.nn.stepper import Stepper
from rrn.scratch import dense, opened, wiring
from tests.scratch.slopes import same


def by_hand(cell, weights, symbols):
    """(batch, time, symbols) logits."""
    traces = wiring.stack_forward(opened.embedded(weights, symbols), cell, opened.layers(weights))
    return dense.forward(traces[-1].kept["h"], opened.dense(weights)).a


def untrained(cell):
    rng = np.random.default_rng(0)
    shapes = {
        "embed/embeddings": (9, 4),
        "cell_1/kernel": (4, 6),
        "cell_1/recurrent_kernel": (6, 6),
        "cell_1/bias": (6,),
    }
    shapes |= {"out/kernel": (6, 9), "out/bias": (9,)}
    weights = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    return SimpleNamespace(spec=SimpleNamespace(cell=cell), weights=lambda: weights)


WRITERS = [name for name in shipped.names() if hasattr(shipped.open(name).spec, "text")]


@pytest.mark.parametrize("name", ["rnn", *WRITERS])
def test_an_opened_network_says_what_the_writer_says(name):
    run = untrained("rnn") if name == "rnn" else shipped.open(name)
    weights = run.weights()
    symbols = np.random.default_rng(1).integers(0, len(weights["embed/embeddings"]), (1, 40))
    same(by_hand(run.spec.cell, weights, symbols)[0], Stepper(run.spec.cell, weights).read(symbols[0]), 1e-5)


def test_a_layer_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        opened.layer(shipped.open("quijote").weights(), "cell_3")
