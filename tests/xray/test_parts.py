"""The parts of the X-ray one by one: what is read, what a unit follows, the plane, the pace, one unit's numbers."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from rrn import tasks
from rrn.data.alphabet import UNKNOWN
from rrn.scratch.activations import ACTIVATIONS
from rrn.scratch.network import NOBODY, Network, opened_from
from rrn.scratch.surgery import Surgery
from rrn.spec import Refused
from rrn.xray import cells, pace, plane, units
from rrn.xray.look import GATES, look_with
from rrn.xray.specimen import WINDOW, Specimen, example, typed, written
from tests.scratch.slopes import same

DRAWN = [name for name in tasks.names() if hasattr(tasks.module(name), "examples")]
TEXT = "what was read before says what comes now, and what comes now is read after it. " * 2


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def run_of(name):
    """As much of a run as a specimen needs."""
    kept = {"alphabet": json.dumps("".join(sorted(set(TEXT)))).encode()}
    return SimpleNamespace(spec=tasks.module(name).SPEC(), kept=kept.__getitem__)


# Specimens


@pytest.mark.parametrize("name", DRAWN)
def test_an_example_reads_back_as_it_is_written(name):
    run = run_of(name)
    for number in range(5):
        shown = example(run, number)
        read = typed(run, written(run, shown))
        assert read.marks == shown.marks and read.answers == shown.answers and read.steps == shown.steps
        if shown.numbers:
            assert read.x == pytest.approx(shown.x, abs=0.0051)  # two decimals are written
        else:
            assert np.array_equal(read.x, shown.x) and (read.y == NOBODY).all()


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_number_is_the_same_sequence_and_the_next_one_another(name):
    one, same_one, other = (example(run_of(name), number) for number in (3, 3, 4))
    assert np.array_equal(one.x, same_one.x) and np.array_equal(one.y, same_one.y)
    assert one.x.shape != other.x.shape or not np.array_equal(one.x, other.x)


@pytest.mark.parametrize("name", DRAWN)
def test_an_example_asks_at_a_step_where_something_is_known_to_be_right(name):
    for number in range(20):
        shown = example(run_of(name), number)
        assert 0 <= shown.at < shown.steps == len(shown.marks) == shown.y.shape[1]
        assert shown.y[0, shown.at] != NOBODY
        if not shown.numbers:
            assert (shown.x != NOBODY).all() and shown.answers[int(shown.y[0, shown.at])]


@pytest.mark.parametrize("name", [name for name in DRAWN if hasattr(tasks.module(name), "NAMES")])
def test_no_two_symbols_are_written_alike_and_none_is_a_blank(name):
    task = tasks.module(name)
    assert len(set(task.NAMES)) == len(task.NAMES) == task.INPUTS
    assert all(name.split() == [name] for name in task.NAMES)
    assert len(set(task.ANSWERS)) == len(task.ANSWERS) == task.OUTPUTS


def test_a_text_is_read_in_pieces_and_what_follows_them_is_known():
    run = run_of("language_model")
    shown = example(run, 3, TEXT)
    at = TEXT.index(written(run, shown))
    assert shown.steps == WINDOW and shown.at == WINDOW - 1
    assert shown.answers[int(shown.y[0, -1])] == TEXT[at + WINDOW]
    assert np.array_equal(shown.y[0, :-1], shown.x[0, 1:])
    assert "".join(shown.answers[n] for n in shown.x[0]) == written(run, shown)
    again = typed(run, written(run, shown))
    assert np.array_equal(again.x, shown.x) and again.y[0, -1] == NOBODY


def test_a_text_shorter_than_a_piece_is_read_whole():
    assert written(run_of("language_model"), example(run_of("language_model"), 7, "now")) == "now"


def test_a_symbol_that_a_language_model_does_not_know_is_read_as_unknown_and_never_right():
    shown = typed(run_of("language_model"), "nøw")
    assert shown.x[0, 1] == UNKNOWN and shown.marks == ("n", "ø", "w")
    assert shown.y[0].tolist() == [NOBODY, shown.x[0, 2], NOBODY]


def test_names_are_read_with_blanks_or_commas_between_them_and_with_any_capitals():
    shown = typed(run_of("sessions"), " bimo,ADRA  Flumi\n")
    assert shown.x.tolist() == [[1, 0, 29]] and shown.marks == ("Bimo", "Adra", "Flumi")
    assert typed(run_of("sessions"), written(run_of("sessions"), shown)).x.tolist() == shown.x.tolist()


def test_the_sum_of_the_marked_numbers_is_right():
    shown = typed(run_of("adding"), "0.25 0,5* 1; -0.25* 0")
    assert shown.x[0].tolist() == [[0.25, 0], [0.5, 1], [1, 0], [-0.25, 1], [0, 0]]
    assert shown.y[0, shown.at] == pytest.approx(0.25) and shown.at == 4
    assert shown.marks == ("0.25", "0.50*", "1.00", "-0.25*", "0.00")


def test_of_waves_the_next_number_is_right_and_after_the_last_nobody_knows():
    shown = typed(run_of("mixture"), "0.1 -0.2 0.3")
    assert shown.y[0, :2, 0].tolist() == [-0.2, 0.3] and np.isnan(shown.y[0, 2, 0])


LONG = "sequence_too_long"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        *((name, text, "sequence_empty") for name in DRAWN for text in ("", " \n\t ")),
        ("language_model", "", "sequence_empty"),
        ("language_model", "a" * 201, LONG),
        ("recall", "A" * 201, LONG),
        ("adding", "0.1 " * 201, LONG),
        ("mixture", "0.1 " * 100_000, LONG),
        ("recall", "ABx?", "symbol_unknown"),
        ("recall", "A\0?", "symbol_unknown"),
        ("reber", "btp", "symbol_unknown"),
        ("counting", "aab🙂", "symbol_unknown"),
        ("copy_memory", "0129", "symbol_unknown"),
        ("temporal_order", "BXY\ud83d", "symbol_unknown"),
        *(("sessions", text, "word_unknown") for text in ("Adra nadie", "AdraBimo", "<b>", "Adra 🙂", "Adra\0")),
        ("sessions", "Adra " * 201, LONG),
        ("sessions", " , ", "sequence_empty"),
        *(("adding", word, "number_unreadable") for word in ("1e300", "NaN", "inf", "x", "*", "0.5**", "1e1", "0x1")),
        *(("mixture", word, "number_unreadable") for word in ("1e300", "nan", "-inf", "0.1* 0.2", "٣")),
        *(("adding", word, "number_too_large") for word in ("0.5 10.01", "-11*", "999999")),
        ("mixture", "10,01", "number_too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_and_says_why(name, text, code):
    with pytest.raises(Refused) as caught:
        typed(run_of(name), text)
    assert caught.value.code == code


def test_without_a_text_a_language_model_has_no_example():
    with pytest.raises(Refused) as caught:
        example(run_of("language_model"), 0, "")
    assert caught.value.code == "sequence_empty"


# One unit's numbers


def drawn(cell, rng, activation="tanh"):
    wide = {"rnn": 1, "gru": 3, "lstm": 4}[cell] * 4
    shapes = {"cell_1/kernel": (3, wide), "cell_1/recurrent_kernel": (4, wide), "out/kernel": (4, 2), "out/bias": (2,)}
    shapes["cell_1/bias"] = (2, wide) if cell == "gru" else (wide,)
    return opened_from({name: rng.normal(size=shape) for name, shape in shapes.items()}, cell, activation)


@pytest.fixture
def specimen():
    x = np.array([[0, 2, 1, 1, 0]])
    return Specimen(x, np.full(x.shape, NOBODY), 4, tuple("acbba"), "ab")


FORMS = [("rnn", "tanh"), ("rnn", "relu"), ("gru", "tanh"), ("lstm", "tanh")]


@pytest.mark.parametrize(("cell", "activation"), FORMS)
@pytest.mark.parametrize("surgery", [None, {0: Surgery({"f": 0.3, "z": 0.3})}], ids=["whole", "operated"])
def test_the_numbers_of_a_unit_obey_its_formula(cell, activation, surgery, specimen, rng):
    seen = look_with(drawn(cell, rng, activation), specimen, surgery)
    for step in range(5):
        for unit in range(4):
            v = cells.values(seen, 0, step, unit)
            match cell:
                case "rnn":
                    assert v["h"] == pytest.approx(float(ACTIVATIONS[activation].of(np.array(v["Wx"] + v["Wh"]))))
                case "gru":
                    assert v["h"] == pytest.approx(v["z"] * v["h0"] + (1 - v["z"]) * v["g"])
                case "lstm":
                    assert v["c"] == pytest.approx(v["f"] * v["c0"] + v["i"] * v["g"])
                    assert v["h"] == pytest.approx(v["o"] * np.tanh(v["c"]))


@pytest.mark.parametrize("cell", GATES)
def test_the_state_before_a_step_is_the_one_after_the_step_before(cell, specimen, rng):
    seen = look_with(drawn(cell, rng), specimen)
    states = [state for state in ("h", "c") if state in cells.values(seen, 0, 0, 0)]
    for state in states:
        assert cells.values(seen, 0, 0, 3)[f"{state}0"] == 0
        for step in range(1, 5):
            before, now = cells.values(seen, 0, step - 1, 3), cells.values(seen, 0, step, 3)
            assert now[f"{state}0"] == before[state] == seen.kept(0, state)[step - 1, 3]


# What a unit follows


def test_what_can_be_known_of_a_text_by_hand():
    rules = units.text_rules('A «b» "c"\nú')
    assert rules["vowel"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert rules["space"].tolist() == [0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0]
    assert rules["capital"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert rules["quotes"].tolist() == [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0]
    assert rules["line"].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]


def test_quotes_may_stand_inside_each_other_and_a_stray_end_is_none():
    assert units.text_rules("«“a”b»c»«d")["quotes"].tolist() == [1, 1, 1, 1, 1, 0, 0, 0, 1, 1]


def test_nothing_is_known_of_no_text():
    assert all(len(values) == 0 for values in units.text_rules("").values())


def test_correlations_are_pearson_s(rng):
    states, rule = rng.normal(size=(30, 6)), rng.normal(size=30)
    same(units.correlations(states, rule), np.corrcoef(states.T, rule)[-1, :-1], 1e-9)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_unit_that_follows_a_rule_is_found_with_its_sign(sign, rng):
    rule = rng.integers(0, 2, 60).astype(float)
    states = rng.normal(size=(60, 8))
    states[:, 5] = sign * rule + 0.05 * rng.normal(size=60)
    unit, r = units.best(states, rule)
    assert unit == 5 and sign * r > 0.98
    beside = units.beside(states[:, 5], rule, r)
    assert np.abs(beside - states[:, 5]).max() < 0.3  # both lie on each other
    assert beside.mean() == pytest.approx(states[:, 5].mean()) and beside.std() == pytest.approx(states[:, 5].std())


def test_what_never_moves_follows_nothing(rng):
    states = np.concatenate([rng.normal(size=(20, 1)), np.full((20, 1), 0.7)], axis=1)
    assert units.correlations(states, np.arange(20.0))[1] == 0
    assert units.best(states, np.ones(20)) == (0, 0.0)


# The plane


def test_a_flat_path_keeps_its_distances(rng):
    flat = rng.normal(size=(25, 2)) * [3.0, 1.0]
    across = np.linalg.qr(rng.normal(size=(7, 2)))[0]
    places, share = plane.path(flat @ across.T + rng.normal(size=7))

    def distances(points):
        return np.linalg.norm(points[:, None] - points[None], axis=-1)

    same(distances(places), distances(flat), 1e-9)
    assert share == pytest.approx(1)


def test_the_share_of_the_plane_is_that_of_the_two_largest_variances(rng):
    states = rng.normal(size=(40, 6)) * [1, 2, 3, 4, 5, 6]
    places, share = plane.path(states)
    variances = np.linalg.eigvalsh(np.cov(states.T))
    assert share == pytest.approx(variances[-2:].sum() / variances.sum()) and share < 1
    assert places.var(axis=0, ddof=1) == pytest.approx(variances[:-3:-1])
    assert places.mean(axis=0) == pytest.approx([0, 0], abs=1e-12)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (2, 5), (9, 1), (9, 2)])
def test_few_steps_and_few_units_lie_in_the_plane(shape, rng):
    places, share = plane.path(rng.normal(size=shape))
    assert places.shape == (shape[0], 2) and np.isfinite(places).all() and share == pytest.approx(1)
    if shape[1] == 1:
        assert not places[:, 1].any()


def test_a_state_that_rests_is_one_place():
    places, share = plane.path(np.full((6, 3), 0.4))
    assert places == pytest.approx(0, abs=1e-12) and 0 <= share <= 1 + 1e-12


# The pace


def waves(period, rng, count=20, steps=400):
    """(count, steps, 1) sines that begin anywhere."""
    return np.sin(2 * np.pi * (np.arange(steps) / period + rng.random((count, 1))))[..., None]


@pytest.mark.parametrize("period", [20, 40])
def test_a_sine_resembles_itself_for_a_fifth_of_its_period(period, rng):
    expected = np.arccos(1 / np.e) / (2 * np.pi) * period
    assert pace.autocorrelation_time(waves(period, rng)) == pytest.approx(expected, rel=0.02)


def test_noise_that_decays_resembles_itself_for_its_decay_time(rng):
    """Autocorrelation 0.9ᵏ falls under 1/e at k = −1 / ln 0.9."""
    x = np.zeros((40, 1500, 1))
    for step in range(1, 1500):
        x[:, step] = 0.9 * x[:, step - 1] + rng.normal(size=(40, 1))
    assert pace.autocorrelation_time(x) == pytest.approx(-1 / np.log(0.9), rel=0.05)


def test_units_that_never_move_are_left_out_and_slow_ones_take_longer(rng):
    slow, fast = waves(40, rng), waves(8, rng)
    still = np.full_like(slow, 0.3)
    assert pace.autocorrelation_time(slow) > 3 * pace.autocorrelation_time(fast)
    assert pace.autocorrelation_time(np.concatenate([slow, still], axis=-1)) == pytest.approx(
        pace.autocorrelation_time(slow)
    )
    both = pace.autocorrelation_time(np.concatenate([slow, fast], axis=-1))
    assert both == pytest.approx((pace.autocorrelation_time(slow) + pace.autocorrelation_time(fast)) / 2)
    assert pace.autocorrelation_time(still) == 0


def test_what_never_comes_down_counts_as_all_the_steps(rng):
    assert pace.autocorrelation_time(waves(400, rng, steps=3)) == 3
    jump = np.where(np.arange(3) < 1, -1.0, 1.0)
    assert pace.autocorrelation_time(jump[None, :, None]) == 3


def test_a_layer_that_gathers_is_slower_than_the_one_below_it(rng):
    """The lower one repeats noise, the upper one keeps nine tenths of its state: 1 − 1/e steps and −1 / ln 0.9."""
    repeats = {"Wx": np.eye(2), "Wh": np.zeros((2, 2)), "b": np.zeros(2)}
    gathers = repeats | {"Wh": 0.9 * np.eye(2)}
    out = {"W": np.eye(2), "b": np.zeros(2)}
    x = rng.normal(size=(40, 600, 2))
    both = Network("rnn", None, [repeats, gathers], out, "linear")
    assert pace.top_over_bottom(both, x) == pytest.approx(-1 / np.log(0.9) / (1 - 1 / np.e), rel=0.1)
    assert pace.top_over_bottom(Network("rnn", None, [gathers], out, "linear"), x) == 1
