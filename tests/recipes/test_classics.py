"""Classic results in small, one seed each and loose bounds: who solves what, and who does not."""

import importlib
from dataclasses import replace
from statistics import median
from types import SimpleNamespace

import pytest

from rrn import tasks
from rrn.events import Measured

pytestmark = [pytest.mark.keras, pytest.mark.slow, pytest.mark.timeout(300)]


def trained(name, measure, **fields) -> float:
    """The last value of a measure after a run with the task's own settings but these."""
    import keras

    spec = replace(tasks.module(name).SPEC(), **fields)
    keras.utils.set_random_seed(spec.seed)
    told: list = []
    given = SimpleNamespace(weights=None, compiling=0.0, began=lambda model: None)
    importlib.import_module(f"rrn.recipes.{name}").run(spec, told.append, given)
    return [e.values[measure] for e in told if isinstance(e, Measured) and measure in e.values][-1]


@pytest.mark.parametrize(("cell", "epochs", "most"), [("gru", 20, 0.01), ("lstm", 32, 0.02)])
def test_gated_cells_add_over_50_steps(cell, epochs, most):
    """Hochreiter & Schmidhuber 1997, experiment 4, at 50 steps."""
    assert trained("adding", "error", cell=cell, epochs=epochs) < most


def test_a_simple_rnn_does_not():
    assert trained("adding", "error", cell="rnn") > 0.05


def test_an_lstm_names_the_temporal_order():
    """Hochreiter & Schmidhuber 1997, experiment 6a, at 50 steps."""
    assert trained("temporal_order", "accuracy", cell="lstm") > 0.95


def test_an_lstm_counts_further_than_a_gru():
    """Gers & Schmidhuber 2001, with 8 units; beyond the 10 that it was shown. Medians of three seeds."""
    lstm, gru = (
        median(trained("counting", "counted", cell=cell, seed=seed) for seed in range(3)) for cell in ("lstm", "gru")
    )
    assert lstm > gru and lstm > 10


def test_a_gap_of_20_steps_is_bridged():
    assert trained("recall", "recall", cell="lstm", gap=20) > 0.95


def test_a_gru_copies_what_a_simple_rnn_cannot():
    """Arjovsky et al. 2016, in small: five symbols after twenty blanks; chance is 1/8."""
    gru, simple = (trained("copy_memory", "recall", cell=cell) for cell in ("gru", "rnn"))
    assert gru > 0.5 and simple < 0.2


def test_an_lstm_recalls_the_distant_letter_of_reber_strings():
    """Hochreiter & Schmidhuber 1997, experiment 1. A simple RNN that begins orthogonal does too: see page 3-3."""
    assert trained("reber", "letter", cell="lstm") > 0.95


def test_of_many_sessions_a_gru_learns_more_than_counts_tell_and_of_few_less():
    """In the spirit of Ludewig & Jannach 2018: simple ways often match a network."""
    from rrn.tasks import sessions

    for fields, wins in (({"sessions": 4000, "epochs": 10}, True), ({"sessions": 300}, False)):
        gru = trained("sessions", "recall_at_5", **fields)
        counted = sessions.rivals(sessions.SPEC(**fields))
        assert (gru > counted["recall_at_5/markov_2"]) == wins
        assert counted["recall_at_5/markov_1"] < gru < counted["recall_at_5/ceiling"] + 0.01


def test_what_a_forget_gate_begins_with_decides_over_100_steps():
    """Gers et al. 2000; Jozefowicz et al. 2015; chrono biases, Tallec & Ollivier 2018. Always saying 1 has 1/6."""
    long = {"cell": "lstm", "steps": 100, "epochs": 28}
    assert trained("adding", "error", **long, forget_bias=0.0) > 0.1
    assert trained("adding", "error", **long, initial="chrono") < 0.05
