"""Encoder and decoder by hand: finite differences, and what is known of them beforehand."""

from itertools import product

import numpy as np
import pytest

from rrn.scratch import seq2seq
from rrn.scratch.surgery import Surgery
from tests.scratch.slopes import NUDGE, by_nudging, same
from tests.scratch.translators import READINGS, SCORES, TARGET, UNITS, WIDE, drawn, sentences

FORMS = [
    *({"cell": cell, "score": score} for cell, score in product(WIDE, SCORES)),
    *({"cell": cell, "reading": reading, "score": "none"} for cell, reading in product(WIDE, READINGS[:2])),
    *({"cell": cell, "layers": layers, "score": "general"} for cell, layers in product(WIDE, (2, 3))),
    {"cell": "lstm", "layers": 2, "score": "none", "reading": "backward"},
    {"cell": "gru", "layers": 2, "score": "additive", "reading": "forward"},
]


def called(form):
    return " ".join(map(str, form.values()))


def opened(weights, cell="gru", score="general", **_):
    return seq2seq.opened_from(weights, cell, score)


@pytest.mark.parametrize("operated", [False, True], ids=["whole", "operated"])
@pytest.mark.parametrize("form", FORMS, ids=called)
def test_gradients_are_what_nudging_gives(form, operated):
    weights = drawn(**form)
    network = opened(weights, **form)
    x, given = sentences(batch=2)
    pull = np.random.default_rng(4).normal(size=(*given.shape, TARGET))
    surgery = {}
    if operated:
        steps = {name: given.shape[1] if name.startswith("decoder") else x.shape[1] for name in network.parts}
        surgery = {
            name: Surgery({"z": np.where(np.arange(steps[name])[:, None] == 1, 0.4, np.nan), "f": 0.6}, silence=(2,))
            for name in network.parts
        }

    def loss():
        return float((seq2seq.forward(network, x, given, surgery).said * pull).sum())

    passed = seq2seq.forward(network, x, given, surgery)
    back = seq2seq.backward(network, passed, pull)
    for name, layer in (network.encoder | network.decoder.layers).items():
        for letter, values in layer.items():
            along(loss, values, back.layers[name].weights[letter])
    for letter, values in network.decoder.attention.items():
        along(loss, values, back.looked.weights[letter])
    for letter, values in network.decoder.combine.items():
        along(loss, values, back.combined.weights[letter])
    compared = np.einsum("bte,btv->ve", passed.decoded.combined.a, pull)
    same(_table(network.source, x, back.x), by_nudging(loss, network.source))
    same(_table(network.target, given, back.given) + compared, by_nudging(loss, network.target))


def along(loss, values, gradient):
    """In a direction of all numbers together, the loss rises as the gradient says."""
    way, was = np.random.default_rng(5).normal(size=values.shape), values.copy()
    values += NUDGE * way
    above = loss()
    values -= 2 * NUDGE * way
    rises = (above - loss()) / (2 * NUDGE)
    values[:] = was
    assert (gradient * way).sum() == pytest.approx(rises, rel=1e-6, abs=1e-7)


def _table(table, symbols, gradient):
    """The gradient on a table, from that on the rows that were taken from it."""
    found = np.zeros_like(table)
    np.add.at(found, symbols, gradient)
    return found


@pytest.mark.parametrize("form", FORMS, ids=called)
def test_word_by_word_it_says_what_it_says_to_the_whole_sentence(form):
    network = opened(drawn(**form), **form)
    x, _ = sentences()
    never = (0, 1, 3)
    for surgery in ({}, {name: Surgery({"z": 0.3, "o": 0.4}, silence=(0,)) for name in network.parts}):
        written = seq2seq.write(network, x, start=1, end=2, never=never, most=9, surgery=surgery)
        said = seq2seq.forward(network, x, np.array([[1, *written[:-1]]]), surgery).said[0]
        said[:, never] = -np.inf
        assert said.argmax(axis=1).tolist() == written and 2 not in written[:-1]
        assert len(written) == 9 or written[-1] == 2


def test_a_gate_forced_at_some_steps_is_forced_at_those_when_it_writes_by_itself():
    network = opened(drawn())
    x, _ = sentences()
    row = np.full((6, 1), np.nan)
    row[2:] = 1.0  # from the third word on its state stays as it is
    surgery = {"decoder_1": Surgery({"z": row})}
    written = seq2seq.write(network, x, start=1, end=2, never=(0, 1, 2, 3), most=6, surgery=surgery)
    said = seq2seq.forward(network, x, np.array([[1, *written[:-1]]]), surgery).said[0]
    same(said[2:], np.broadcast_to(said[1], said[2:].shape), 1e-12)
    assert len(set(written[2:])) == 1


def test_what_reads_backwards_reads_the_last_word_first():
    """The same weights in the other direction over the mirrored sentence."""
    weights = drawn(reading="backward", score="none")
    turned = {name.replace("_back", ""): values for name, values in weights.items()}
    x, given = sentences()
    one = seq2seq.forward(opened(weights, score="none"), x, given)
    other = seq2seq.forward(opened(turned, score="none"), x[:, ::-1], given)
    same(one.said, other.said, 1e-12)
    same(one.traces["cell_1_back"].kept["h"], other.traces["cell_1"].kept["h"], 1e-12)


@pytest.mark.parametrize("cell", WIDE)
def test_a_silenced_unit_of_any_layer_is_silent_and_the_layers_before_it_do_not_hear_of_it(cell):
    network = opened(drawn(cell, layers=2), cell)
    x, given = sentences()
    before = seq2seq.forward(network, x, given)
    for place, part in enumerate(network.parts):
        after = seq2seq.forward(network, x, given, {part: Surgery(silence=(1,))})
        assert not after.traces[part].kept["h"][..., 1].any() and not np.allclose(after.said, before.said)
        for name in network.parts[: place - part.endswith("_back")]:
            same(after.traces[name].kept["h"], before.traces[name].kept["h"], 1e-15)


@pytest.mark.parametrize("cell", WIDE)
@pytest.mark.parametrize("part", ["cell_1", "cell_1_back"])
def test_without_attention_a_cut_in_the_encoder_lets_nothing_through_to_the_steps_before(cell, part):
    reading = "backward" if part.endswith("_back") else "forward"
    network = opened(drawn(cell, reading=reading, score="none"), cell, "none")
    x, given = sentences()
    passed = seq2seq.forward(network, x, given, {part: Surgery(cut=(3,))})
    back = seq2seq.backward(network, passed, np.ones_like(passed.said))
    assert not back.layers[part].local["h"][:, :3].any() and back.layers[part].local["h"][:, 3:].all()
    reached = back.x if part == "cell_1" else back.x[:, ::-1]
    assert not reached[:, :3].any() and reached[:, 3:].all()


@pytest.mark.parametrize("cell", WIDE)
def test_past_a_cut_in_the_decoder_only_attention_leads_back_to_the_encoder(cell):
    x, given = sentences()
    for score in ("none", "dot"):
        network = opened(drawn(cell, score=score), cell, score)
        passed = seq2seq.forward(network, x, given, {"decoder_1": Surgery(cut=(0, 1, 2, 3))})
        dsaid = np.zeros_like(passed.said)
        dsaid[:, -1] = 1
        back = seq2seq.backward(network, passed, dsaid)
        assert not back.layers["decoder_1"].local["h"][:, :3].any()
        assert back.x.any() == (score == "dot")


def test_without_attention_all_that_is_known_of_the_sentence_is_its_last_state():
    """Two sentences that end in the same state are translated alike: here, no state is left of either."""
    network = opened(drawn("lstm", score="none"), "lstm", "none")
    shut = {part: Surgery({"f": 0.0, "i": 0.0, "o": 0.0}) for part in network.encoder}
    (one, given), (other, _) = sentences(seed=1), sentences(seed=2)
    assert not np.array_equal(one, other)
    same(seq2seq.forward(network, one, given, shut).said, seq2seq.forward(network, other, given, shut).said, 1e-15)


def test_the_weights_of_the_attention_add_up_to_one_for_every_written_word():
    x, given = sentences()
    for score in SCORES[1:]:
        passed = seq2seq.forward(opened(drawn(score=score), score=score), x, given)
        assert passed.attention.shape == (1, given.shape[1], x.shape[1])
        assert passed.attention.sum(axis=-1) == pytest.approx(1)
    assert seq2seq.forward(opened(drawn(score="none"), score="none"), x, given).attention is None


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_every_layer_is_named_as_the_run_names_it(layers):
    for reading in READINGS:
        network = opened(drawn(layers=layers, reading=reading))
        ways = {"forward": ("",), "backward": ("_back",), "both": ("", "_back")}[reading]
        encoder = [f"cell_{n + 1}{way}" for n in range(layers) for way in ways]
        assert list(network.parts) == [*encoder, *(f"decoder_{n + 1}" for n in range(layers))]
        assert network.units == UNITS and network.cell == "gru"


def test_weights_of_another_network_are_no_translator():
    with pytest.raises(KeyError):
        seq2seq.opened_from({"cell_1/kernel": np.zeros((2, 2))}, "rnn", "none")
