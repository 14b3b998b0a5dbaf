"""The recipe of speech: what it tells, what it answers, and that it learns.

Nobody tells it where in a clip a symbol is.
"""

import json
from dataclasses import replace

import numpy as np
import pytest

from rrn.data import clips, frames
from rrn.data.sound import RATE
from rrn.events import Captured, Kept, Listed, Measured, Wrote
from rrn.nn.sureness import from_bytes
from rrn.scratch import decoding
from rrn.spec import Refused
from rrn.tasks import speech as task
from rrn.tasks.speech import Listen, Speech, Transcribe, cost
from tests.recipes.speaking import DIGITS, OF_PACK, OF_SPELLED, PACKED, SMALL, SPEAKERS, SPELLED, TINY, UNSEEN, Given

pytestmark = pytest.mark.keras


def trained(spec, given=None):
    import keras

    from rrn.recipes import speech as recipe

    keras.utils.set_random_seed(spec.seed)
    told = []
    return recipe.run(spec, told.append, given or Given()), told


def measured(told, name):
    return {event.step: event.values[name] for event in told if isinstance(event, Measured) and name in event.values}


def captured(told, name):
    return [event for event in told if isinstance(event, Captured) and event.name == name]


def listed(told, name):
    return [event for event in told if isinstance(event, Listed) and event.name == name]


def kept(told):
    return {event.name: event.data for event in told if isinstance(event, Kept)}


@pytest.fixture(scope="module")
def of_tones():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(task, "UNSEEN", UNSEEN)
        return trained(SMALL)


@pytest.fixture(scope="module")
def of_pack():
    from rrn.recipes import spoken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spoken, "MEASURED", 24)
        patch.setattr(spoken, "FRAMES", (300, 800))
        return trained(OF_PACK)


# What a run tells


def test_a_run_keeps_its_symbols_and_how_sure_it_is(of_tones, of_pack):
    for (model, told), spec, symbols in ((of_tones, SMALL, list("ABCD")), (of_pack, OF_PACK, ["es:1", "es:3", "es:8"])):
        assert json.loads(kept(told)["symbols"]) == symbols
        found = from_bytes(kept(told)["calibration"])
        assert np.isfinite([found.slope, found.shift]).all()
        if spec is SMALL:  # whose sounds are never anything else
            assert (found.least, found.surest, found.longest) == (0, -np.inf, np.inf)
        else:
            assert 0 < found.least < 1 and found.surest <= found.surer < np.inf and 0.1 < found.longest < 5
        assert sum(int(np.prod(w.shape)) for w in model.trainable_weights) == cost(spec).parameters


def test_a_sound_in_any_state_is_heard_at_three_speeds_unless_it_is_long(of_pack):
    from rrn.nn import weights
    from rrn.recipes import speech as recipe

    model, told = of_pack
    listener = recipe.opened(OF_PACK, weights.take(model), kept(told).__getitem__)
    seconds = (1, 2, task.THRICE + 1)
    sounds = [np.random.default_rng(0).normal(size=n * RATE).astype(np.float32) / 9 for n in seconds]
    views, heard = recipe.hearings(listener, OF_PACK, sounds)
    assert [len(each) for each in views] == [3, 3, 1] and [len(each) for each in heard] == sorted(map(len, heard))
    for each in views[:2]:
        plain, slower, faster = map(len, each)
        assert slower / plain == pytest.approx(1 / 0.9, abs=0.06) and faster / plain == pytest.approx(1 / 1.1, abs=0.06)
    for n in (0, 1):
        alone, _ = recipe.hearings(listener, OF_PACK, sounds[n : n + 1])
        np.testing.assert_allclose(alone[0][2], views[n][2], atol=1e-4)
    assert task.speeds(replace(OF_PACK, life="off"), RATE) == (1.0,)


def test_how_sure_is_sure_enough_comes_from_sayings_without_a_symbol(of_pack):
    """By hand: half of those that could be a word are told at the median, and of long ones none."""
    from rrn.nn.sureness import Weighed
    from rrn.recipes import speech as recipe
    from rrn.recipes import spoken

    _, told = of_pack
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recipe, "FALSE", 0.5)
        patch.setattr(recipe, "FALSE_LONG", 0.0)
        tested = [spoken.Clip(np.zeros(RATE, np.float32), ("es:1",), speaker="a")] * 4
        sayings = [spoken.Clip(np.zeros(RATE, np.float32), (), speaker="a")] * 8
        what = spoken.Material(("es:1",), PACKED, tested, sayings)

        def weighed(listener, spec, clips, *, doubted):
            assert doubted, "what is only just no word counts too"
            if any(clip.said for clip in clips):
                nothing, right = Weighed((), np.zeros(0), np.zeros(0)), Weighed((1,), np.array([9.0]), np.array([9.0]))
                return [(right if clip.said else nothing, 0.4) for clip in clips]
            short = [(Weighed((1,), np.array([9.0]), np.array([float(n)])), 0.3) for n in range(8)]
            return short + [(Weighed((1,), np.array([9.0]), np.array([5.0 + n])), 2.0) for n in range(8)]

        patch.setattr(recipe, "weighed", weighed)
        found = recipe.sureness(None, OF_PACK, what)
    assert found.longest == pytest.approx(0.6)
    assert 3 < found.surest <= 5 and found.surer == 12.0


def test_every_epoch_is_measured_and_the_loss_between(of_tones, of_pack):
    for (_, told), spec in ((of_tones, SMALL), (of_pack, OF_PACK)):
        for name in ("ler", "exact", "blanks"):
            values = measured(told, name)
            assert list(values) == list(range(spec.epochs + 1)) and all(value >= 0 for value in values.values())
        assert list(measured(told, "loss")) == list(measured(told, "gradient_norm"))
        steps = list(measured(told, "loss"))
        assert steps == sorted(steps) and steps[-1] == spec.epochs
        assert np.isfinite(list(measured(told, "loss").values())).all()
    assert not measured(of_tones[1], "false") and list(measured(of_pack[1], "false")) == [0, 1]


def test_every_epoch_shows_what_was_taken_for_what(of_tones):
    _, told = of_tones
    found = captured(told, "confusion")
    said = [clip.said for clip in heard_by(SMALL)]
    assert [event.step for event in found] == list(range(SMALL.epochs + 1))
    for event in found:
        assert event.axes == ("is", "said") and event.values.shape == (5, 5) and event.values[-1, -1] == 0
        for n, symbol in enumerate("ABCD"):
            assert event.values[n].sum() == sum(one.count(symbol) for one in said)
    wrong = [event.values.sum() - np.trace(event.values) for event in found]
    rates = list(measured(told, "ler").values())
    np.testing.assert_allclose(np.array(wrong) / sum(map(len, said)), rates, rtol=1e-5)


def test_one_clip_is_watched_step_by_step(of_tones):
    _, told = of_tones
    found, right = captured(told, "posterior"), listed(told, "right")
    wrote = [event for event in told if isinstance(event, Wrote)]
    assert len(found) == len(right) == len(wrote) == SMALL.epochs + 1
    assert len({event.words for event in right}) == 1 and len(right[0].words) == SMALL.most
    for event, text in zip(found, wrote, strict=True):
        assert event.axes == ("step", "symbol") and event.values.shape[1] == 5
        np.testing.assert_allclose(event.values.astype(float).sum(axis=1), 1, atol=0.01)
        path = event.values.argmax(axis=1)
        kept_ones = [s for s, before in zip(path, [0, *path], strict=False) if s and s != before]
        assert text.text.split() == ["ABCD"[s - 1] for s in kept_ones]
    assert " ".join(right[-1].words) == wrote[-1].text


def test_every_held_out_speaker_has_a_rate(of_pack, of_tones):
    _, told = of_pack
    found, names = captured(told, "ler_by_speaker"), listed(told, "speaker")
    assert [event.step for event in found] == [event.step for event in names] == [0, 1]
    for event, name in zip(found, names, strict=True):
        assert len(name.words) == 1 and name.words[0] in SPEAKERS
        assert event.axes == ("speaker",) and event.values.shape == (1,)
        assert event.values[0] == pytest.approx(measured(told, "ler")[event.step], rel=1e-5)
    assert not captured(of_tones[1], "ler_by_speaker")


def heard_by(spec):
    from rrn.recipes import spoken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(task, "UNSEEN", UNSEEN)
        return spoken.material(spec, Given()).tested


def test_with_phones_it_learns_tells_which_and_answers_as_without(few):
    from rrn.nn import weights as named
    from rrn.recipes import speech as recipe

    model, told_all = trained(OF_SPELLED, Given(SPELLED))
    kept = {event.name: event.data for event in told_all if isinstance(event, Kept)}
    assert json.loads(kept["phones"]) == list("acehinorstu")
    assert json.loads(kept["accents"]) == [{"es:1": list("uno"), "es:3": list("tres"), "es:8": list("ocho")}]
    weights = named.take(model)
    assert weights["phones/kernel"].shape == (2 * OF_SPELLED.units, 12)
    assert cost(OF_SPELLED).parameters == sum(w.size for w in weights.values())
    listener = recipe.opened(OF_SPELLED, weights, kept.__getitem__)
    assert listener.log_p([np.zeros((40, 8), np.float32)])[0].shape[1] == 1 + len(DIGITS)
    (_,), (heard,) = recipe.hearings(listener, OF_SPELLED, [PACKED[0].sound])
    told = list(recipe.spelled(listener, heard, replace(listener.said([np.zeros((9, 4))], heard), labels=(2, 1))))
    assert {*listed(told, "phones")[0].words} <= {*"acehinorstu"}
    assert listed(told, "pronounced")[0].words == ("t r e s", "u n o")
    told = answered((model, told_all), OF_SPELLED, Listen(), [PACKED[0].sound])
    assert listed(told, "phones") and listed(told, "pronounced")
    assert not listed(answered((model, told_all), OF_SPELLED, Transcribe(), [PACKED[0].sound]), "phones")
    before = {name: data for name, data in kept.items() if name != "accents"}.__getitem__
    assert recipe.opened(OF_SPELLED, weights, before).speller is None
    # On from it with the same phones, on with others, and on from one that has learned none.
    parent = Given(SPELLED, weights=weights, kept=kept.__getitem__)
    onward, _ = trained(replace(OF_SPELLED, rate=1e-5), parent)
    assert named.take(onward)["phones/kernel"] == pytest.approx(weights["phones/kernel"], abs=1e-3)
    others = kept | {"phones": json.dumps(list("bcdfghjklmp")).encode()}
    anew, _ = trained(replace(OF_SPELLED, rate=1e-5), Given(SPELLED, weights=weights, kept=others.__getitem__))
    assert named.take(anew)["phones/kernel"] != pytest.approx(weights["phones/kernel"], abs=1e-2)
    assert named.take(anew)["cell_1/kernel"] == pytest.approx(weights["cell_1/kernel"], abs=1e-3)
    without = {name: w for name, w in weights.items() if not name.startswith("phones/")}
    symbols = {"symbols": kept["symbols"]}
    trained(OF_SPELLED, Given(SPELLED, weights=without, kept=symbols.__getitem__))


# Runs again, and further


def test_what_a_run_did_not_begin_with_is_not_blended():
    from rrn.recipes.speech import blended

    learned = {"out/bias": np.array([4.0, 8.0]), "phones/bias": np.array([1.0])}
    found = blended(learned, {"out/bias": np.array([0.0, 4.0])}, 0.25)
    assert found["out/bias"].tolist() == [3.0, 7.0] and found["phones/bias"].tolist() == [1.0]


def test_same_spec_same_run_and_training_on_starts_where_the_weights_are(of_tones, few, monkeypatch):
    from rrn.nn import weights as named
    from rrn.recipes import speech as recipe

    monkeypatch.setattr(task, "UNSEEN", UNSEEN)
    model, told = of_tones
    (one, heard), (two, again) = trained(TINY), trained(TINY)
    for name, value in named.take(one).items():
        assert np.array_equal(named.take(two)[name], value), name
    assert measured(heard, "ler") == measured(again, "ler") and measured(heard, "ler")[1] != measured(heard, "ler")[0]
    symbols = {event.name: event.data for event in told if isinstance(event, Kept)}["symbols"]
    parent = Given(weights=named.take(model), kept={"symbols": symbols}.__getitem__)
    onward, heard = trained(replace(SMALL, epochs=1, rate=1e-5), parent)
    for name, value in named.take(model).items():
        assert named.take(onward)[name] == pytest.approx(value, abs=1e-3), name
    assert measured(heard, "ler")[0] == measured(told, "ler")[SMALL.epochs]
    mean, heard = trained(replace(SMALL, epochs=1, blend=0.25), parent)
    whole, _ = trained(replace(SMALL, epochs=1), parent)
    for name, value in named.take(model).items():
        assert named.take(mean)[name] == pytest.approx(0.75 * named.take(whole)[name] + 0.25 * value, abs=1e-5), name
    confusions = [event.step for event in heard if isinstance(event, Captured) and event.name == "confusion"]
    assert confusions == [0, 1]
    of, new = recipe.opened(SMALL, named.take(mean), kept(heard).__getitem__), heard_by(SMALL)
    said = [
        tuple(of.symbols[n - 1] for n in decoding.greedy(one))
        for one in of.log_p([task.features(SMALL, clip.sound) for clip in new])
    ]
    errors = task.score(said, [clip.said for clip in new])["ler"]
    assert measured(heard, "ler")[1] == pytest.approx(errors), "it is the mean that is measured"
    (alone, _), (blends, _) = trained(TINY), trained(replace(TINY, blend=0.5))
    assert all(np.array_equal(named.take(blends)[name], w) for name, w in named.take(alone).items()), "of nothing"
    others = json.dumps([f"{symbol}'" for symbol in json.loads(symbols)]).encode()  # as many
    with pytest.raises(Refused, match="other_symbols"):
        trained(SMALL, Given(weights=parent.weights, kept={"symbols": others}.__getitem__))


@pytest.mark.parametrize(
    "fields",
    [
        {"cell": "lstm", "layers": 2, "dropout": 0.4, "masks": 2},
        {"codec": "ogg", "reading": "forward", "stride": 1, "clip": 0.0},
        {"sounds": "digits", "stride": 4, "hop": 25, "window": 10, "cell": "gru"},
    ],
    ids=str,
)
def test_other_settings_train_too(fields, few):
    _, told = trained(replace(TINY, **fields))
    assert np.isfinite(list(measured(told, "loss").values())).all() and list(measured(told, "exact")) == [0, 1]


# What is answered


def answered(run, spec, question, sounds):
    from rrn.nn import weights as named
    from rrn.recipes.speech import answer, opened

    model, told = run
    heard = []
    data = sounds if isinstance(sounds, bytes) else clips.packed(sounds)
    answer(question, opened(spec, named.take(model), kept(told).__getitem__), Given(spec=spec), data, heard.append)
    return heard


def fresh(count, **more):
    """Clips that nobody has heard, with the tones in them."""
    from rrn.recipes.spoken import made

    return made(replace(SMALL, **more), count, np.random.default_rng(99))


def test_what_is_said_in_fresh_clips_is_written_down_with_its_places(of_tones):
    some = fresh(30, overlap=0.0)
    told = answered(of_tones, SMALL, Transcribe(), [clip.sound for clip in some])
    assert [event.step for event in told if isinstance(event, Listed)] == [n for n in range(30) for _ in range(3)]
    right = 0
    for n, clip in enumerate(some):
        said, unsure, language = (event.words for event in told if isinstance(event, Listed) and event.step == n)
        confidence, spans = (event.values for event in told if isinstance(event, Captured) and event.step == n)
        assert unsure == () and language == ("",) and confidence.shape == (len(said),) and spans.shape == (len(said), 2)
        assert (spans >= 0).all() and (spans <= len(clip.sound) / RATE + 0.15).all()
        assert (spans[:, 1] > spans[:, 0]).all() and ((confidence >= 0) & (confidence <= 1)).all()
        right += said == clip.said
    assert right > 15


def test_clips_are_answered_the_same_alone_and_together_and_with_any_width(of_tones):
    sounds = [clip.sound for clip in fresh(5)]
    together = answered(of_tones, SMALL, Transcribe(), sounds)
    for n, sound in enumerate(sounds):
        alone = answered(of_tones, SMALL, Transcribe(), [sound])
        assert [event.words for event in alone[:3]] == [event.words for event in together[5 * n : 5 * n + 3]]
        np.testing.assert_allclose(alone[3].values, together[5 * n + 3].values, atol=1e-3)
    for width in (1, 32):
        assert len(answered(of_tones, SMALL, Transcribe(width=width), sounds)) == len(together)


def test_one_clip_is_taken_apart(of_tones):
    (clip,) = fresh(1)
    told = answered(of_tones, SMALL, Listen(), [clip.sound, clip.sound])
    assert {event.step for event in told} == {0}
    plain = answered(of_tones, SMALL, Transcribe(), [clip.sound])
    assert [event.words for event in told[:3]] == [event.words for event in plain[:3]]
    (symbols,), (found,) = listed(told, "symbol"), captured(told, "log_p")
    assert symbols.words == tuple("ABCD") and found.axes == ("step", "symbol")
    count = len(task.features(SMALL, clip.sound))
    assert found.values.shape == (frames.steps(count, SMALL.stride), 5)
    np.testing.assert_allclose(np.exp(found.values).sum(axis=1), 1, atol=1e-4)
    (first,), (each,) = measured(told, "first").values(), measured(told, "each").values()
    assert each == pytest.approx(SMALL.stride * SMALL.hop / 1000)
    last = first + each * (len(found.values) - 1)
    assert first <= 0 and last == pytest.approx(len(clip.sound) / RATE, abs=0.06)


def test_symbols_of_a_language_are_told_without_it(of_pack):
    sounds = [PACKED[0].sound, PACKED[4].sound]
    for language in ("auto", "es", "en"):
        told = answered(of_pack, OF_PACK, Transcribe(language=language), sounds)
        for said, of in zip(listed(told, "said"), listed(told, "language"), strict=True):
            assert set(said.words) <= set(DIGITS) and of.words == (("es",) if said.words else ("",))


@pytest.mark.parametrize("question", [Transcribe(), Listen()])
def test_silence_and_clips_without_a_sample_are_answered(of_tones, question):
    for sound in (np.zeros(0, np.float32), np.zeros(1, np.float32), np.zeros(RATE, np.float32)):
        told = answered(of_tones, SMALL, question, [sound])
        assert listed(told, "said") and captured(told, "span")[0].values.shape[1] == 2
    assert answered(of_tones, SMALL, question, []) == []


@pytest.mark.parametrize("data", [b"", b"[5]\n1234", b"no clips at all", b"[" * 100_000])
def test_what_are_no_clips_is_refused(of_tones, data):
    for question in (Transcribe(), Listen()):
        with pytest.raises(Refused) as why:
            answered(of_tones, SMALL, question, data)
        assert why.value.code == "sound_unreadable"


def test_a_run_that_was_stopped_answers_without_its_calibration(of_tones):
    from rrn.nn import weights as named
    from rrn.recipes.speech import opened

    model, told = of_tones
    only = {"symbols": kept(told)["symbols"]}
    found = opened(SMALL, named.take(model), only.__getitem__)
    assert found.calibration.slope == 1.0 and found.symbols == tuple("ABCD") and found.hop == 0.01


# What the lesson is about: nobody tells where a symbol is, first it is silent throughout, and then it speaks


def plateau(told):
    """The share of silent steps of every epoch, and after how many epochs nothing at all is said."""
    blanks = list(measured(told, "blanks").values())
    return blanks, next((n for n, share in enumerate(blanks) if share > 0.95), None)


def test_tones_are_told_apart_after_a_silence(of_tones):
    _, told = of_tones
    exact = list(measured(told, "exact").values())
    blanks, silent = plateau(told)
    print([round(x, 2) for x in exact], [round(x, 2) for x in blanks])
    assert exact[0] < 0.2 and exact[-1] > 0.6
    assert silent is not None and silent < 4 and exact[silent] < 0.1 and blanks[-1] < 0.85


def test_few_vowels_are_told_apart_by_anybody():
    spec = Speech(most=2, snr=25, examples=240, batch=16, epochs=8, units=24, filters=24, bands=24)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(task, "UNSEEN", UNSEEN)
        _, told = trained(spec)
    exact = list(measured(told, "exact").values())
    print([round(x, 2) for x in exact])
    assert exact[0] < 0.2 and exact[-1] > 0.5


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [0, 1])
def test_after_600_updates_unseen_tones_are_told_exactly(seed):
    _, told = trained(replace(SMALL, epochs=40, seed=seed))
    exact = list(measured(told, "exact").values())
    blanks, silent = plateau(told)
    assert exact[-1] > 0.8 and silent is not None and silent < 6 and blanks[-1] < 0.8


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_vowels_of_the_lesson_are_told_exactly_by_unseen_voices():
    _, told = trained(Speech())
    exact = list(measured(told, "exact").values())
    blanks, silent = plateau(told)
    assert exact[-1] > 0.95 and silent is not None and silent < 5 and blanks[-1] < 0.9
