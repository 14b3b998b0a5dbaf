"""The recipe of keywords: what is left out is never learned from, and what answers is the network with all takes."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rrn import shipped
from rrn.data import clips as packs
from rrn.data import recordings, takes
from rrn.data.recordings import Recording
from rrn.events import Captured, Kept, Listed, Measured, Stopped
from rrn.spec import Refused
from rrn.tasks import keywords as task
from rrn.tasks.keywords import Keywords, Listen, Transcribe, cost

pytestmark = pytest.mark.keras

SMALL = Keywords(copies=1, units=8, epochs=2, batch=32, dropout=0.0)
E, F = task.EAR[1], task.EAR[0]
SHAPES = {
    "conv_1/kernel": (5, 40, F),
    "conv_1/bias": (F,),
    "conv_2/kernel": (5, F, F),
    "conv_2/bias": (F,),
    "cell_1/kernel": (F, 3 * E),
    "cell_1/recurrent_kernel": (E, 3 * E),
    "cell_1/bias": (2, 3 * E),
    "cell_1_back/kernel": (F, 3 * E),
    "cell_1_back/recurrent_kernel": (E, 3 * E),
    "cell_1_back/bias": (2, 3 * E),
    "out/kernel": (2 * E, 21),
}


def ear(seed=0):
    """A recogniser that has learned nothing: its layers as they were drawn."""
    rng = np.random.default_rng(seed)
    drawn = {
        name: rng.normal(0, "bias" not in name, shape) / np.sqrt(np.prod(shape[:-1])) for name, shape in SHAPES.items()
    }
    return SimpleNamespace(weights=lambda: {name: w.astype(np.float32) for name, w in drawn.items()})


def given(pack=None, weights=None, kept=None):
    return SimpleNamespace(weights=weights, compiling=0.0, began=lambda model: None, bytes=lambda name: pack,
                           strong=lambda name: ear(), kept=kept)  # fmt: skip


def trained(spec, handed=None, emit=None):
    import keras

    from rrn.recipes import keywords as recipe

    keras.utils.set_random_seed(spec.seed)
    told = []
    return recipe.run(spec, emit or told.append, handed or given()), told


@pytest.fixture(scope="module")
def small():
    return trained(SMALL)


def captured(told, name):
    return [event.values for event in told if isinstance(event, Captured) and event.name == name]


def measured(told, name):
    return [event.values[name] for event in told if isinstance(event, Measured) and name in event.values]


def kept(told):
    return {event.name: event.data for event in told if isinstance(event, Kept)}


def listener(spec, model, told):
    from rrn.nn import weights
    from rrn.recipes import keywords as recipe

    return recipe.opened(spec, weights.take(model), kept(told).__getitem__)


def own(words=("a", "b", "c"), count=3, seed=0):
    """Takes of one's own: bursts of noise, each word in a band of its own."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        for n, word in enumerate(words):
            at = np.arange(int(rng.integers(3000, 5000))) / 8000
            sound = np.sin(2 * np.pi * 400 * (n + 1) * 1.5**n * at) * np.hanning(len(at)) + 0.01 * rng.normal(
                size=len(at)
            )
            found.append(Recording((word,), "", "own", (0.5 * sound).astype(np.float32)))
    return found


def of(pack, **more):
    counts = {"clips": len(pack), "symbols": len(takes.words(pack)), "takes": takes.most(pack)}
    return replace(SMALL, recordings="0" * 64, **counts, **more)


# What a run tells


def test_the_cost_counts_what_learns(small):
    for spec in (SMALL, replace(SMALL, start="scratch")):
        from rrn.recipes.keywords import build

        assert sum(int(np.prod(w.shape)) for w in build(spec).trainable_weights) == cost(spec).parameters


def test_a_run_tells_after_every_epoch_what_is_heard_in_the_left_out_takes(small):
    _, told = small
    assert json.loads(kept(told)["symbols"]) == sorted(takes.EXAMPLE)
    assert measured(told, "accuracy/majority") == [0.25] or measured(told, "accuracy/majority") == [0.0]
    assert measured(told, "accuracy/nearest")[0] > 0.8
    heard = measured(told, "accuracy")
    matrices = captured(told, "confusion")
    assert len(heard) == len(matrices) == SMALL.epochs + 1
    for matrix in matrices:
        assert matrix.shape == (5, 5) and matrix[:4].sum() >= 24  # every take once, and what was invented
    assert all(values.shape == (takes.TAKES,) for values in captured(told, "accuracy_by_fold"))
    left_out = [event.words for event in told if isinstance(event, Listed) and event.name == "left_out"][-1]
    right = [one.said[0] for one in takes.example()]
    assert heard[-1] == pytest.approx(np.mean([a == b for a, b in zip(left_out, right, strict=True)]))
    assert captured(told, "posterior")[-1].sum(axis=1) == pytest.approx(1, abs=0.01)
    assert 0 < measured(told, "latency")[0] < 10
    steps = [event.step for event in told if isinstance(event, Measured) and "loss" in event.values]
    assert steps == sorted(steps) and steps[-1] == SMALL.epochs


def test_only_the_layers_above_the_trunk_learn(small):
    from safetensors.numpy import load

    model, told = small
    trunk = load(kept(told)["trunk"])
    assert trunk.keys() == {name for name in SHAPES if not name.startswith("out")}
    for name, w in ear().weights().items():
        if name in trunk:
            assert trunk[name] == pytest.approx(w, abs=2e-3)
    assert {layer.name for layer in model.layers if layer.trainable_weights} == {"cell_2", "cell_2_back", "out"}


def test_on_top_of_one_that_hears_words_are_soon_learned():
    handed = given()
    handed.strong = shipped.open
    told = trained(replace(SMALL, units=16, epochs=6, copies=3, rate=1e-2), handed)[1]
    assert measured(told, "accuracy")[-1] >= 0.8


# What is left out


def test_nothing_of_a_fold_is_in_what_its_network_learns_from():
    from rrn.recipes import keywords as recipe

    what = recipe.material(SMALL, given())
    clips = list(recipe.clips(SMALL, what, np.random.default_rng(0)))
    lesson = recipe.Lesson(clips, [clip.frames for clip in clips], [1] * len(clips), 16)
    for fold in range(takes.TAKES):
        rows = {id(clip) for clip in clips if clip.fold == fold}
        learned = [lesson.read[row] for row in np.flatnonzero(lesson.folds != fold)]
        assert len(learned) == len(clips) - len(rows)
        mine = [frames for frames, of in zip(what.frames, what.folds, strict=True) if of == fold]
        for frames in mine:
            assert not any(np.array_equal(read[: len(frames)], frames) for read in learned)
        seen = [x for _, x, _ in lesson.without(fold, np.random.default_rng(1))]
        for read, _ in seen:
            for one in read:
                assert not any(np.array_equal(one[: len(frames)], frames) for frames in mine)


def test_copies_and_rows_belong_to_the_fold_of_their_take():
    from rrn.recipes import keywords as recipe

    spec = replace(SMALL, copies=2)
    what = recipe.material(spec, given())
    clips = list(recipe.clips(spec, what, np.random.default_rng(0)))
    of_fold = [[clip for clip in clips if clip.fold == fold] for fold in range(-1, takes.TAKES)]
    assert len(of_fold[0]) == task.EMPTY + task.UNKNOWN and not any(clip.said for clip in of_fold[0])
    words = len(takes.EXAMPLE)
    for each in of_fold[1:]:
        assert len(each) == (1 + spec.copies) * (words + task.ROWS) + words  # and each take backwards
        assert sum(not clip.said for clip in each) == words
        assert sum(len(clip.said) > 1 for clip in each) == task.ROWS * (1 + spec.copies)
        assert {clip.said[0] for clip in each if len(clip.said) == 1} == set(range(1, words + 1))


def test_a_word_that_reads_the_same_backwards_is_not_taken_for_none():
    from rrn.recipes import keywords as recipe

    pack = own(words=("oso", "casa"))
    spec = of(pack, copies=0)
    what = recipe.material(spec, given(recordings.to_bytes(pack)))
    assert takes.backwards(pack[0], ("oso", "casa")) is None
    for words in (("on", "no"), ("allá", "casa"), ("amor", "roma")):
        assert takes.backwards(replace(pack[0], said=words[:1]), words) is None
    silent = [clip for clip in recipe.clips(spec, what, np.random.default_rng(0)) if not clip.said and clip.fold >= 0]
    assert len(silent) == 3, "of casa alone"


def exam(takes_sure, strange_sure):
    """One whose networks hear the first word in everything: how sure, from one to the other, in takes and the rest."""
    from rrn.recipes import keywords as recipe

    what = recipe.material(SMALL, given())
    found = recipe.Exam(SMALL, what, {}, dict.fromkeys(range(takes.TAKES)))
    found.right = [what.symbols[:1]] * len(found.right)
    sure = {id(found.heard): takes_sure, id(found.strange): strange_sure}

    def log_p(everything, folds):
        return [
            np.log([[1 - p - 3e-9, p, 1e-9, 1e-9, 1e-9]]) for p in np.linspace(*sure[id(everything)], len(everything))
        ]

    found.log_p = log_p
    found.listener = lambda mind: recipe.Listener(None, what.symbols, 0.01, recipe.Calibration())
    return found


def test_what_is_less_sure_than_the_takes_that_were_left_out_is_not_told():
    """Takes heard with 0.9 to 0.99, other sounds with 0.5 to 0.8: nearly all of the one, next to none of the other."""
    calibration, shares = exam((0.9, 0.99), (0.5, 0.8)).sureness()
    assert 0 < calibration.least < 1 and calibration.surest == -np.inf
    assert shares["told"] >= 0.9 and shares["taken"] <= 0.2


def test_most_takes_are_told_even_where_what_is_no_word_sounds_alike():
    _, shares = exam((0.6, 0.9), (0.6, 0.9)).sureness()
    assert shares["told"] >= 0.85, "who says a word is written down"
    assert shares["taken"] >= 0.85, "and the price for it is told"


def test_a_run_that_is_done_tells_both_shares(small):
    _, told = small
    assert [0 <= measured(told, name)[0] <= 1 for name in ("told", "taken")] == [True, True]
    assert len(measured(told, "told")) == 1


def test_the_words_that_are_learned_from_are_not_those_that_are_measured_with(monkeypatch):
    from rrn.data import takes as own_takes
    from rrn.recipes import keywords as recipe

    made = []
    real = own_takes.unknown
    monkeypatch.setattr(own_takes, "unknown", lambda rng: (made.append(real(rng)), made[-1])[1])
    what = recipe.material(SMALL, given())
    exam = recipe.Exam(SMALL, what, {}, dict.fromkeys(range(takes.TAKES)))
    assert len(exam.strange) == len(what.takes) + task.UNKNOWN == len(exam.strange_folds)
    measured_with, made[:] = made[:], []
    list(recipe.clips(SMALL, what, np.random.default_rng([SMALL.seed, 1])))
    assert len(measured_with) == len(made) == task.UNKNOWN
    assert not any(np.array_equal(one, other) for one in measured_with for other in made)


def test_what_is_no_word_is_heard_by_the_network_that_left_its_take_out():
    from rrn.recipes import keywords as recipe

    what = recipe.material(SMALL, given())
    exam = recipe.Exam(SMALL, what, {}, dict.fromkeys(range(takes.TAKES)))
    for one, fold in zip(exam.strange, exam.strange_folds, strict=False):
        of = [
            n
            for n, take in enumerate(what.takes)
            if np.array_equal(recipe.features(SMALL, takes.backwards(take, what.symbols)), one)
        ]
        assert not of or fold in what.folds[of]
    assert exam.strange_folds[: len(what.takes)].tolist() == what.folds.tolist()


def test_a_network_that_goes_on_measures_with_ones_that_begin_anew(small):
    from rrn.nn import weights

    model, told = small
    further = given(weights=weights.take(model), kept=kept(told).__getitem__)
    _, again = trained(replace(SMALL, epochs=1), further)
    assert captured(again, "confusion")[0] == pytest.approx(captured(told, "confusion")[0])  # as untrained as then
    assert kept(again)["trunk"] == kept(told)["trunk"]


def test_on_top_of_an_earlier_recogniser_nothing_goes_on(small):
    from safetensors.numpy import save

    from rrn.nn import weights

    model, told = small
    trunk = save({"cell_1/recurrent_kernel": np.zeros((E // 2, 3 * E // 2), np.float32)})
    further = given(weights=weights.take(model), kept=(kept(told) | {"trunk": trunk}).__getitem__)
    with pytest.raises(Refused) as refused:
        trained(replace(SMALL, epochs=1), further)
    assert refused.value.code == "other_trunk"


def test_a_stop_in_the_turn_of_another_network_leaves_the_one_with_all():
    from rrn.nn import weights

    begun, states = [], []

    def emit(event):
        if isinstance(event, Measured) and "accuracy" in event.values:
            states.append(weights.take(begun[0]) if begun else None)
        if isinstance(event, Measured) and 1 < event.step < 2:
            raise Stopped

    handed = given()
    handed.began = begun.append
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rrn.nn.fit.EVERY", 0.0)
        with pytest.raises(Stopped):
            trained(SMALL, handed, emit)
    after = weights.take(begun[0])
    assert all(np.array_equal(after[name], w) for name, w in states[1].items())  # as at the end of the first epoch


# What it answers


def test_the_open_network_hears_as_the_one_in_keras(small):
    from rrn.nn.hearer import Hearer
    from rrn.recipes import keywords as recipe

    model, told = small
    open_one = listener(SMALL, model, told)
    frames = recipe.material(SMALL, given()).frames[:5]
    heard = Hearer(SMALL, open_one.hearer.w).heard(frames, 1)
    lesson = [np.pad(one, ((0, model.input_shape[0][1] - len(one)), (0, 0))) for one in heard]
    lasts = np.array([[len(one)] for one in heard], np.int32)
    logits = np.asarray(model([np.stack(lesson), lasts]))
    for mine, theirs, last in zip(open_one.log_p(frames), logits, lasts[:, 0], strict=True):
        theirs = theirs[:last] - np.logaddexp.reduce(theirs[:last], axis=1, keepdims=True)
        assert mine == pytest.approx(theirs, abs=1e-3)


def test_questions_are_answered_as_those_of_speech(small):
    from rrn.recipes import keywords as recipe

    model, told = small
    open_one = listener(SMALL, model, told)
    data = packs.packed([one.sound for one in takes.example()[:2]])
    here = SimpleNamespace(spec=SMALL)
    answers: list = []
    recipe.answer(Transcribe(), open_one, here, data, answers.append)
    assert [event.words for event in answers if isinstance(event, Listed) and event.name == "language"] == [
        ("",),
        ("",),
    ]
    answers.clear()
    recipe.answer(Listen(), open_one, here, data, answers.append)
    (log_p,) = captured(answers, "log_p")
    assert log_p.shape[1] == 5
    with pytest.raises(Refused, match="sound_unreadable"):
        recipe.answer(Transcribe(), open_one, here, b"no", answers.append)


# What is refused


@pytest.mark.parametrize("wrong", [{"clips": 3}, {"symbols": 2}, {"takes": 9}])
def test_a_pack_is_what_the_spec_says(wrong):
    pack = own()
    with pytest.raises(Refused, match="recordings_changed"):
        trained(replace(of(pack), **wrong), given(recordings.to_bytes(pack)))


def test_a_pack_has_single_words_and_takes_to_leave_out():
    for pack in (own(count=1), own(words=("a",)), [*own(), Recording(("a", "b"), "", "own", own()[0].sound)]):
        with pytest.raises(Refused, match="too_few_takes"):
            trained(of(pack), given(recordings.to_bytes(pack)))
