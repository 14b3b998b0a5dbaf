"""Every form of every cell, against finite differences and against known limits."""

import numpy as np
import pytest

from rrn.scratch import gru, initializers, lstm, simple
from rrn.scratch.surgery import NONE, Surgery, truncated
from tests.scratch.slopes import by_nudging, same

BATCH, STEPS, FEATURES, UNITS = 2, 5, 3, 4
WIDE = {"rnn": 1, "gru": 3, "gru before": 3, "gru updates": 3, "lstm": 4, "lstm peepholes": 4}
CELLS = {"rnn": simple, "gru": gru, "lstm": lstm}
OPERATED = Surgery(
    force={
        "f": np.where(np.arange(STEPS)[:, None] == 2, 0.3, np.nan),
        "z": np.r_[np.nan, 0.5, np.nan, np.nan],
        "o": 0.7,
    },
    silence=(1,),
)


def weights_of(form, rng) -> dict:
    wide = WIDE[form] * UNITS
    found = {
        "Wx": rng.normal(size=(FEATURES, wide)),
        "Wh": rng.normal(size=(UNITS, wide)) / 2,
        "b": rng.normal(size=wide),
    }
    if form in ("gru", "gru updates"):
        found["b"] = rng.normal(size=(2, wide))
    if form == "lstm peepholes":
        found["p"] = rng.normal(size=(3, UNITS))
    return found


def ways(form):
    """(module, keywords of that form)."""
    return CELLS[form.split()[0]], {"z_keeps": False} if form == "gru updates" else {}


@pytest.mark.parametrize("surgery", [NONE, OPERATED], ids=["whole", "operated"])
@pytest.mark.parametrize("form", WIDE)
def test_gradients_are_what_nudging_gives(form, surgery):
    rng = np.random.default_rng(5)
    cell, how = ways(form)
    weights, x = weights_of(form, rng), rng.normal(size=(BATCH, STEPS, FEATURES))
    start = tuple(rng.normal(size=(BATCH, UNITS)) for _ in range(2 if cell is lstm else 1))
    pull, last = rng.normal(size=(BATCH, STEPS, UNITS)), rng.normal(size=(BATCH, UNITS))

    def loss():
        trace = cell.forward(x, weights, start, surgery=surgery, **how)
        return float((trace.kept["h"] * pull).sum() + (trace.state[-1] * last).sum() * (cell is lstm))

    trace = cell.forward(x, weights, start, surgery=surgery, **how)
    back = cell.backward(trace, pull, *([last] if cell is lstm else []), **how)
    for name, values in weights.items():
        same(back.weights[name], by_nudging(loss, values))
    same(back.x, by_nudging(loss, x))
    for mine, state in zip(back.start, start, strict=True):
        same(mine, by_nudging(loss, state))


@pytest.mark.parametrize("form", WIDE)
def test_the_local_gradient_of_a_step_is_what_reaches_the_state_handed_to_it(form):
    """Read the first steps, then the rest from there: its gradient is the local one, less its own pull."""
    rng = np.random.default_rng(6)
    cell, how = ways(form)
    weights, x = weights_of(form, rng), rng.normal(size=(BATCH, STEPS, FEATURES))
    pull = rng.normal(size=(BATCH, STEPS, UNITS))
    whole = cell.backward(cell.forward(x, weights, **how), pull, **how)
    first = cell.forward(x[:, :3], weights, **how)
    rest = cell.backward(cell.forward(x[:, 3:], weights, first.state, **how), pull[:, 3:], **how)
    same(whole.local["h"][:, 2] - pull[:, 2], rest.start[0], 1e-12)


@pytest.mark.parametrize("form", WIDE)
def test_a_cut_is_a_start_from_a_state_that_no_gradient_reaches(form):
    rng = np.random.default_rng(7)
    cell, how = ways(form)
    weights, x = weights_of(form, rng), rng.normal(size=(BATCH, STEPS, FEATURES))
    pull = rng.normal(size=(BATCH, STEPS, UNITS))
    cut = cell.backward(cell.forward(x, weights, surgery=Surgery(cut=(3,)), **how), pull, **how)
    first = cell.forward(x[:, :3], weights, **how)
    early = cell.backward(first, pull[:, :3], **how)
    late = cell.backward(cell.forward(x[:, 3:], weights, first.state, **how), pull[:, 3:], **how)
    for name in weights:
        same(cut.weights[name], early.weights[name] + late.weights[name], 1e-12)


@pytest.mark.parametrize("form", WIDE)
def test_symbols_are_one_hot_vectors(form):
    rng = np.random.default_rng(8)
    cell, how = ways(form)
    weights, symbols = weights_of(form, rng), rng.integers(0, FEATURES, (BATCH, STEPS))
    pull = rng.normal(size=(BATCH, STEPS, UNITS))
    found = []
    for x in (symbols, np.eye(FEATURES)[symbols]):
        trace = cell.forward(x, weights, **how)
        found.append((trace.kept["h"], cell.backward(trace, pull, **how).weights["Wx"]))
    for mine, other in zip(*found, strict=True):
        same(mine, other, 1e-12)


@pytest.mark.parametrize("form", WIDE)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_numbers_stay_of_the_kind_that_came_in(form, kind):
    rng = np.random.default_rng(9)
    cell, how = ways(form)
    weights = {name: w.astype(kind) for name, w in weights_of(form, rng).items()}
    trace = cell.forward(rng.normal(size=(BATCH, STEPS, FEATURES)).astype(kind), weights, surgery=OPERATED, **how)
    back = cell.backward(trace, np.ones((BATCH, STEPS, UNITS), kind), **how)
    for values in (*trace.kept.values(), *back.local.values(), *back.weights.values(), back.x):
        assert values.dtype == kind


def test_an_lstm_that_forgets_nothing_and_writes_nothing_carries_its_cell():
    rng = np.random.default_rng(1)
    start = (rng.normal(size=(BATCH, UNITS)), rng.normal(size=(BATCH, UNITS)))
    surgery = Surgery(force={"f": 1.0, "i": 0.0})
    trace = lstm.forward(rng.normal(size=(BATCH, 200, FEATURES)), weights_of("lstm", rng), start, surgery=surgery)
    assert np.array_equal(trace.state[1], start[1])
    back = lstm.backward(trace, np.zeros((BATCH, 200, UNITS)), np.ones((BATCH, UNITS)))
    assert np.array_equal(back.start[1], np.ones((BATCH, UNITS)))  # 200 steps, and nothing is lost


def test_the_gradient_in_an_lstm_cell_shrinks_by_the_forget_gate_at_every_step():
    rng = np.random.default_rng(2)
    surgery = Surgery(force={"f": 0.9, "i": 0.0, "o": 0.0})
    trace = lstm.forward(rng.normal(size=(1, 50, FEATURES)), weights_of("lstm", rng), surgery=surgery)
    back = lstm.backward(trace, np.zeros((1, 50, UNITS)), np.ones((1, UNITS)))
    assert back.start[1] == pytest.approx(0.9**50)


@pytest.mark.parametrize("z_keeps", [True, False])
def test_the_two_readings_of_the_update_gate_are_each_other_s_mirror(z_keeps):
    """A gate that keeps at z is one that updates at 1 − z: turn the signs of its weights."""
    rng = np.random.default_rng(3)
    weights, x = weights_of("gru", rng), rng.normal(size=(BATCH, STEPS, FEATURES))
    turned = {name: np.concatenate([-w[..., :UNITS], w[..., UNITS:]], axis=-1) for name, w in weights.items()}
    one = gru.forward(x, weights, z_keeps=z_keeps).kept
    other = gru.forward(x, turned, z_keeps=not z_keeps).kept
    same(one["h"], other["h"], 1e-12)
    same(one["z"], 1 - other["z"], 1e-12)


@pytest.mark.parametrize(("z", "z_keeps"), [(1.0, True), (0.0, False)])
def test_a_gru_whose_update_gate_is_shut_keeps_its_state(z, z_keeps):
    rng = np.random.default_rng(4)
    start = (rng.normal(size=(BATCH, UNITS)),)
    surgery = Surgery(force={"z": z})
    x = rng.normal(size=(BATCH, 100, FEATURES))
    trace = gru.forward(x, weights_of("gru", rng), start, surgery=surgery, z_keeps=z_keeps)
    assert np.array_equal(trace.state[0], start[0])


def test_a_linear_rnn_with_an_orthogonal_matrix_keeps_the_length_of_the_gradient():
    rng = np.random.default_rng(5)
    weights = weights_of("rnn", rng) | {"Wh": initializers.orthogonal(rng, (UNITS, UNITS))}
    trace = simple.forward(np.zeros((1, 300, FEATURES)), weights, activation="linear")
    pull = np.zeros((1, 300, UNITS))
    pull[:, -1] = rng.normal(size=UNITS)
    lengths = np.linalg.norm(simple.backward(trace, pull, activation="linear").local["h"][0], axis=-1)
    assert lengths == pytest.approx(lengths[-1])


@pytest.mark.parametrize("gain", [0.5, 1.5])
def test_a_linear_rnn_s_gradient_shrinks_or_grows_by_its_gain_at_every_step(gain):
    rng = np.random.default_rng(6)
    weights = weights_of("rnn", rng) | {"Wh": initializers.orthogonal(rng, (UNITS, UNITS), gain)}
    trace = simple.forward(np.zeros((1, 40, FEATURES)), weights, activation="linear")
    pull = np.zeros((1, 40, UNITS))
    pull[:, -1] = 1.0
    lengths = np.linalg.norm(simple.backward(trace, pull, activation="linear").local["h"][0], axis=-1)
    assert lengths[1:] / lengths[:-1] == pytest.approx(1 / gain)


def test_a_silenced_unit_is_heard_by_nobody():
    rng = np.random.default_rng(7)
    weights, x = weights_of("lstm", rng), rng.normal(size=(BATCH, STEPS, FEATURES))
    other = weights | {"Wh": np.where(np.arange(UNITS)[:, None] == 2, 100 * weights["Wh"], weights["Wh"])}
    one, two = (lstm.forward(x, each, surgery=Surgery(silence=(2,))).kept["h"] for each in (weights, other))
    assert np.array_equal(one, two) and not one[..., 2].any() and one[..., 1].all()


def test_truncation_cuts_between_windows():
    assert truncated(10, 4) == (4, 8) and truncated(4, 4) == ()
