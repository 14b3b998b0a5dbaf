"""What an operation changes in what is shown, and what it must leave as it was."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from rrn import shipped, tasks
from rrn.scratch.network import NOBODY, opened_from
from rrn.scratch.surgery import Surgery
from rrn.tasks import adding, recall
from rrn.xray.look import GATES, STATES, look, look_with
from rrn.xray.score import fresh, score, unseen
from rrn.xray.specimen import Specimen
from tests.scratch.slopes import same

SYMBOLS, UNITS, STEPS, LAYERS = 9, 5, 12, 2
WIDE = {"rnn": 1, "gru": 3, "lstm": 4}
FIRST, LAST = 4, 7  # the steps that are operated on, counted from 0
FORCED = [(cell, gate) for cell, gates in GATES.items() for gate in gates]


def drawn(cell, layers=LAYERS, seed=0, outputs=4):
    """Weights that nobody trained, named as a run names them."""
    rng = np.random.default_rng(seed)
    found = {"out/kernel": rng.normal(size=(UNITS, outputs)), "out/bias": rng.normal(size=outputs)}
    for n in range(layers):
        wide = WIDE[cell] * UNITS
        found[f"cell_{n + 1}/kernel"] = rng.normal(size=(UNITS if n else SYMBOLS, wide))
        found[f"cell_{n + 1}/recurrent_kernel"] = rng.normal(size=(UNITS, wide)) / 2
        found[f"cell_{n + 1}/bias"] = rng.normal(size=(2, wide) if cell == "gru" else wide)
    return found


def network(cell, layers=LAYERS, **how):
    return opened_from(drawn(cell, layers, **how), cell)


@pytest.fixture
def specimen():
    x = np.random.default_rng(1).integers(SYMBOLS, size=(1, STEPS))
    y = np.full((1, STEPS), NOBODY)
    y[:, -1] = 2
    return Specimen(x, y, STEPS - 1, tuple(recall.NAMES[n] for n in x[0]), recall.ANSWERS)


def letters(cell):
    return (*STATES[cell], *GATES[cell])


def between(value):
    """A value for the steps from FIRST to LAST, as the page's slider gives it."""
    row = np.full((STEPS, 1), np.nan)
    row[FIRST : LAST + 1] = value
    return row


@pytest.mark.parametrize(("cell", "gate"), FORCED)
def test_a_forced_gate_stays_forced_in_what_is_shown(cell, gate, specimen):
    shown = look_with(network(cell), specimen, {1: Surgery({gate: between(0.3)})})
    forced = shown.kept(1, gate)
    assert (forced[FIRST : LAST + 1] == 0.3).all()
    assert not np.isclose(np.delete(forced, np.s_[FIRST : LAST + 1], axis=0), 0.3, atol=1e-9).any()


@pytest.mark.parametrize(("cell", "gate"), FORCED)
def test_a_forced_gate_leaves_the_steps_before_it_and_the_layers_below_untouched(cell, gate, specimen):
    before = look_with(network(cell), specimen)
    after = look_with(network(cell), specimen, {1: Surgery({gate: between(0.3)})})
    for letter in letters(cell):
        assert np.array_equal(after.kept(0, letter), before.kept(0, letter))
        assert np.array_equal(after.kept(1, letter)[:FIRST], before.kept(1, letter)[:FIRST])
    assert np.array_equal(after.said[:FIRST], before.said[:FIRST])
    assert not np.isclose(after.kept(1, "h")[FIRST], before.kept(1, "h")[FIRST]).any()


@pytest.mark.parametrize(("cell", "gate"), FORCED)
def test_a_gate_forced_to_its_own_values_changes_nothing_that_is_said(cell, gate, specimen):
    before = look_with(network(cell), specimen)
    after = look_with(network(cell), specimen, {1: Surgery({gate: before.kept(1, gate)})})
    for letter in letters(cell):
        assert np.array_equal(after.kept(1, letter), before.kept(1, letter))
    assert np.array_equal(after.said, before.said) and after.answer == before.answer
    assert not np.allclose(after.gradient[1], before.gradient[1])  # no gradient flows into a gate that is forced


@pytest.mark.parametrize("cell", WIDE)
def test_no_surgery_is_the_same_as_none(cell, specimen):
    before, after = look(drawn(cell), cell, specimen), look(drawn(cell), cell, specimen, {0: Surgery(), 1: Surgery()})
    assert np.array_equal(after.said, before.said)
    for one, other in zip(after.gradient, before.gradient, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("cell", WIDE)
def test_a_silenced_unit_shows_0_and_leaves_what_came_before_untouched(cell, specimen):
    before, after = (look_with(network(cell), specimen, surgery) for surgery in (None, {1: Surgery(silence=(2,))}))
    assert not after.kept(1, "h")[:, 2].any() and before.kept(1, "h")[:, 2].all()
    for letter in letters(cell):
        assert np.array_equal(after.kept(0, letter), before.kept(0, letter))  # the layer below does not hear of it
    others = [0, 1, 3, 4]
    assert np.array_equal(after.kept(1, "h")[0, others], before.kept(1, "h")[0, others])  # nor they, at the first step
    assert not np.isclose(after.kept(1, "h")[1:, others], before.kept(1, "h")[1:, others]).all(axis=1).any()


@pytest.mark.parametrize("cell", WIDE)
def test_what_is_said_without_a_unit_is_what_is_said_without_its_weights(cell, specimen):
    """A second road to silence: neither its own layer nor the next one reads the unit."""
    whole = drawn(cell)
    read_by = ("cell_1/recurrent_kernel", "cell_2/kernel")
    deaf = whole | {name: np.where(np.arange(UNITS)[:, None] == 2, 0, whole[name]) for name in read_by}
    silent = look(whole, cell, specimen, {0: Surgery(silence=(2,))})
    same(silent.said, look(deaf, cell, specimen).said, 1e-12)


@pytest.mark.parametrize("cell", WIDE)
@pytest.mark.parametrize("at", [1, 6, STEPS - 1])
def test_a_cut_lets_no_gradient_through_and_leaves_the_answer_as_it_was(cell, at, specimen):
    before = look_with(network(cell), specimen)
    after = look_with(network(cell), specimen, dict.fromkeys(range(LAYERS), Surgery(cut=(at,))))
    assert np.array_equal(after.said, before.said) and after.answer == before.answer
    for one, other in zip(after.gradient, before.gradient, strict=True):
        assert not one[:at].any() and other.all()
    assert np.array_equal(after.gradient[-1][at:], before.gradient[-1][at:])
    saliency = after.saliency(specimen.at, 0)
    assert not saliency[:at].any() and saliency[at:].all()


def test_a_cut_in_one_layer_leaves_the_way_through_the_other(specimen):
    cut = look_with(network("lstm"), specimen, {0: Surgery(cut=(6,))})
    assert cut.gradient[0].all() and cut.gradient[1].all()


def test_the_gradient_after_surgery_is_that_of_the_operated_network(specimen):
    """An LSTM whose cell is closed hears only what it reads now."""
    shut = look_with(network("lstm", 1), specimen, {0: Surgery({"f": 0.0, "i": 0.0})})
    assert not shut.kept(0, "h").any() and not shut.gradient[0][:-1].any()
    open_ = look_with(network("lstm", 1), specimen, {0: Surgery({"f": 1.0, "i": 1.0, "o": 1.0})})
    assert np.abs(np.diff(open_.kept(0, "c"), axis=0)).max() <= 1  # what is added at a step is g, and it is kept


# The measure, after an operation


def run_of(spec, weights):
    return SimpleNamespace(spec=spec, weights=lambda: weights)


def test_an_lstm_that_forgets_all_and_writes_nothing_answers_the_same_to_every_sequence():
    weights = drawn("lstm")
    run, shut = run_of(recall.SPEC(cell="lstm", gap=4), weights), {1: Surgery({"f": 0.0, "i": 0.0})}
    x, y = data = unseen(run)
    steps = x.shape[1]
    before, after = set(), set()
    for row in x:
        one = Specimen(row[None], np.full((1, steps), NOBODY), steps - 1, (), recall.ANSWERS)
        before.add(tuple(look(weights, "lstm", one).said[-1]))
        after.add(tuple(look(weights, "lstm", one, shut).passed.said[0, -1]))
    assert len(before) > len(x) / 2 and after == {tuple(weights["out/bias"])}
    always = weights["out/bias"].argmax()
    assert score(run, network("lstm"), data, shut)["recall"] == pytest.approx((y == always).mean())


def test_the_same_is_told_of_the_same_run():
    run = run_of(recall.SPEC(cell="gru", gap=4), drawn("gru"))
    for one, other in zip(unseen(run), unseen(run), strict=True):
        assert np.array_equal(one, other)
    assert score(run, network("gru"), unseen(run)) == score(run, network("gru"), unseen(run), {0: Surgery()})


def test_a_number_is_measured_where_it_is_asked_for():
    """Who always says the bias has its squared distance from the sums."""
    weights = drawn("gru", 1, outputs=1)
    weights["cell_1/kernel"] = weights["cell_1/kernel"][:2]
    run = run_of(adding.SPEC(cell="gru", steps=10), weights)
    x, y = data = unseen(run)
    found = score(run, opened_from(weights, "gru"), data, {0: Surgery(silence=tuple(range(UNITS)))})
    assert found["error"] == pytest.approx(float(((y - weights["out/bias"]) ** 2).mean()))


SOLVED = {"reber": ("letter", {"f": 0.0}), "adding": ("error", {"z": 0.0})}


@pytest.mark.parametrize("name", SOLVED)
def test_a_model_that_solved_its_task_no_longer_does_when_it_can_keep_nothing(name):
    run = shipped.open(name)
    measure, force = SOLVED[name]
    network, data = opened_from(run.weights(), run.spec.cell), unseen(run)
    before, after = (score(run, network, data, surgery)[measure] for surgery in (None, {0: Surgery(force)}))
    if measure == "error":
        assert before < 0.01 and after > adding.BASELINE / 2
    else:
        assert before > 0.95 and after < 0.7


@pytest.mark.parametrize("name", [name for name in tasks.names() if name not in ("keywords", "speech")])  # not opened
def test_what_a_run_is_measured_on_is_drawn_for_it_alone(name):
    task = tasks.module(name)
    run = run_of(task.SPEC(), {})
    if {"text", "pairs", "texts"} & vars(run.spec).keys():
        assert unseen(run) is None and fresh(run, 0) is None
        return
    (x, y), again = unseen(run), unseen(run)
    assert len(x) == len(y) > 20 and np.array_equal(x, again[0]) and np.array_equal(y, again[1])
    if hasattr(task, "test"):  # always the same, whoever is measured
        assert fresh(run, 0) is None
        return
    drawn = [x, *(fresh(run, seed)[0] for seed in (0, 1))]
    assert not any(np.array_equal(drawn[n], drawn[n - 1]) for n in range(3))


def test_a_language_model_that_knows_nothing_needs_the_bits_of_an_even_guess():
    text = "to be, or not to be: that is the question. " * 9
    symbols = "".join(sorted(set(text)))
    weights = {name: 0 * w for name, w in drawn("gru", outputs=len(symbols) + 1).items()}
    weights["embed/embeddings"] = np.zeros((len(symbols) + 1, SYMBOLS))
    spec = tasks.module("language_model").SPEC(symbols=len(symbols), characters=len(text))
    run = SimpleNamespace(spec=spec, kept={"alphabet": json.dumps(symbols).encode()}.__getitem__)
    x, y = unseen(run, text)
    assert np.array_equal(x[:, 1:], y[:, :-1]) and unseen(run, text[:50]) is None
    found = score(run, opened_from(weights, "gru"), (x, y))
    assert found["bits"] == pytest.approx(np.log2(len(symbols) + 1))
