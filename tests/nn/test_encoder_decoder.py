"""The network in NumPy says what the one in Keras says, on batches with padding."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from rrn.data.vocabulary import PAD, START
from rrn.tasks.translation import Translation, cost, sizes
from tests.nn.translators import drawn

CASES = list(
    product(("rnn", "gru", "lstm"), ("none", "dot", "general", "additive"), ("both", "forward", "backward"), (1, 2))
)
SOURCE, TARGET = sizes(Translation(pairs="sums"))[:2]
READ = np.array([[4, 5, 6, 7, 8, 2], [5, 4, 2, 0, 0, 0], [2, 0, 0, 0, 0, 0], [8, 8, 4, 6, 2, 0]], np.int32)
WANTED = np.array([[7, 8, 2, 0, 0], [4, 5, 6, 10, 2], [9, 2, 0, 0, 0], [2, 0, 0, 0, 0]], np.int32)
BEGUN = np.where(WANTED == PAD, PAD, np.concatenate([np.full((4, 1), START), WANTED[:, :-1]], axis=1))


def spec_of(cell, attention, reading, layers):
    shape = {"cell": cell, "attention": attention, "reading": reading, "layers": layers}
    return Translation(pairs="sums", units=8, embedding=4, **shape)


def said(network):
    """(batch, written, target) log-probabilities and (batch, written, read) weights, for what begins right."""
    memory = network.read(READ)
    states, found, weights = memory.states, [], []
    for t in range(WANTED.shape[1]):
        log_p, states, looked = network.write(BEGUN[:, t], states, memory)
        found.append(log_p)
        weights.append(looked)
    return np.stack(found, axis=1), weights


def layers_of(translator) -> SimpleNamespace:
    """The layers of a translator, as those of a model are looked up; without a graph they are made at once."""
    found = [one for made in vars(translator).values() for one in (made if isinstance(made, list) else [made])]
    return SimpleNamespace(layers=[one for one in found if hasattr(one, "trainable_weights")])


@pytest.mark.keras
@pytest.mark.parametrize(("cell", "attention", "reading", "layers"), CASES)
def test_it_says_what_the_layers_say_and_has_as_many_weights_as_it_costs(cell, attention, reading, layers):
    from rrn.nn import weights as named
    from rrn.nn.encoder_decoder import EncoderDecoder
    from rrn.nn.seq2seq import Translator

    spec = spec_of(cell, attention, reading, layers)
    translator = Translator(spec, SOURCE, TARGET)
    translator.decode(BEGUN, *translator.encode(READ))
    made = layers_of(translator)
    rng = np.random.default_rng(1)
    named.put(made, {name: rng.normal(0, 0.4, w.shape) for name, w in named.take(made).items()})
    logits = np.asarray(translator.decode(BEGUN, *translator.encode(READ))).astype(float)
    theirs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    mine, _ = said(EncoderDecoder(spec, named.take(made)))
    assert np.abs(mine - theirs)[WANTED != PAD].max() <= 1e-5 * max(1, np.abs(theirs).max())
    assert sum(w.size for w in named.take(made).values()) == cost(spec).parameters
    # What the tests without Keras are made of has the same names and shapes.
    shapes = {name: w.shape for name, w in named.take(made).items()}
    assert {name: w.shape for name, w in drawn(spec, SOURCE, TARGET).w.items()} == shapes


@pytest.mark.parametrize(("cell", "attention", "reading", "layers"), CASES[::5])
def test_padding_changes_nothing(cell, attention, reading, layers):
    network = drawn(spec_of(cell, attention, reading, layers), SOURCE, TARGET)
    together, weights = said(network)
    for row, ids in enumerate(READ):
        alone = ids[ids != PAD][None]
        memory = network.read(alone)
        states = memory.states
        for t in range(WANTED.shape[1]):
            log_p, states, looked = network.write(BEGUN[row : row + 1, t], states, memory)
            assert log_p[0] == pytest.approx(together[row, t], abs=1e-4)
            if attention == "none":
                assert looked is None
                continue
            assert weights[t][row, : alone.shape[1]] == pytest.approx(looked[0], abs=1e-5)
            assert not weights[t][row, alone.shape[1] :].any() and looked[0].sum() == pytest.approx(1, abs=1e-5)


def test_what_is_said_is_a_distribution():
    log_p, _ = said(drawn(spec_of("lstm", "additive", "both", 2), SOURCE, TARGET))
    assert np.exp(log_p).sum(axis=-1) == pytest.approx(np.ones(WANTED.shape), abs=1e-5)


@pytest.mark.parametrize("attention", ["none", "general"])
def test_forced_gives_every_wanted_word_its_log_probability(attention):
    from rrn.nn.encoder_decoder import forced

    network = drawn(spec_of("gru", attention, "both", 1), SOURCE, TARGET)
    log_p, weights = said(network)
    found = forced(network, READ, WANTED)
    for row, step in np.argwhere(WANTED != PAD):
        assert found.log_p[row, step] == pytest.approx(log_p[row, step, WANTED[row, step]], abs=1e-5)
    if attention == "none":
        assert found.weights is None
    else:
        kept = WANTED[0] != PAD
        assert found.weights.shape == (4, 5, 6)
        assert found.weights[0][kept] == pytest.approx(np.stack(weights, axis=1)[0][kept], abs=1e-6)


def test_rows_of_a_memory_may_be_taken_more_than_once():
    memory = drawn(spec_of("lstm", "additive", "both", 2), SOURCE, TARGET).read(READ)
    taken = memory.of(np.array([1, 1, 3]))
    assert np.array_equal(taken.h, memory.h[[1, 1, 3]]) and np.array_equal(taken.keep[0], memory.keep[1])
    assert [s.shape for layer in taken.states for s in layer] == [(3, 8)] * 4


def test_padded_puts_nothing_in_front():
    from rrn.nn.encoder_decoder import padded

    assert padded([[4, 2], [5, 6, 2]], 4).tolist() == [[4, 2, 0, 0], [5, 6, 2, 0]]
