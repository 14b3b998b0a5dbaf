"""What can be asked of speech, what it costs, and how what was heard is counted."""

import json
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest

from rrn import tasks
from rrn.data import voice
from rrn.data.frames import MARGIN, SILENCE
from rrn.data.sound import RATE
from rrn.intake.spec import BUDGET, within_budget
from rrn.spec import Between, Refused, check, choices, to_dict
from rrn.tasks import speech as task
from rrn.tasks.speech import Listen, Speech, Transcribe, aligned, cost, edits, score

WORDS = {name: allowed for name, allowed in choices(Speech).items() if isinstance(allowed, tuple)}
PACK = Speech(sounds="0" * 64, clips=2000, symbols=20)


@pytest.mark.parametrize("sounds", [*task.GENERATED, "0" * 64])
def test_every_spec_comes_back_from_what_is_saved(sounds):
    for values in product(*WORDS.values()):
        spec = Speech(sounds=sounds, **dict(zip(WORDS, values, strict=True)))
        check(spec)
        assert tasks.from_dict(json.loads(json.dumps(to_dict(spec)))) == spec
    assert {"cell", "reading", "codec", "life"} <= set(WORDS)


@pytest.mark.parametrize("question", [Transcribe(), Transcribe(language="es", width=1), Listen()])
def test_questions_come_back_too(question):
    check(question)
    assert tasks.from_dict(to_dict(question)) == question


def test_outputs_are_the_symbols_and_the_blank_and_of_a_pack_what_is_told():
    assert {s: task.outputs(Speech(sounds=s, symbols=33)) for s in task.GENERATED} == {
        "tones": 5,
        "vowels": 6,
        "digits": 11,
    }
    assert task.outputs(PACK) == 21 and not task.generated(PACK)


def test_what_makes_it_another_problem_are_fields():
    assert set(task.PROBLEM) <= set(choices(Speech))


def test_features_are_frames_of_bands_with_silence_around():
    found = task.features(Speech(window=20, hop=20, bands=16), np.full(RATE, 0.1, np.float32))
    assert found.shape == (50 + 2 * MARGIN, 16) and (found[:MARGIN] == SILENCE).all()


# What it costs


def test_parameters_by_hand():
    """Two bidirectional layers of 8 units over 16 channels of 5 frames each."""
    spec = Speech(sounds="tones", bands=24, filters=16, cell="gru", units=8, layers=2)
    convolutions = (5 * 24 + 1) * 16 + (5 * 16 + 1) * 16
    cells = 2 * 3 * (16 * 8 + 8 * 8 + 16) + 2 * 3 * (16 * 8 + 8 * 8 + 16)
    assert cost(spec).parameters == convolutions + cells + (16 + 1) * 5


@pytest.mark.keras
@pytest.mark.parametrize(
    "fields",
    [
        *({"cell": cell, "reading": reading, "layers": layers, "units": 12, "filters": 8}
          for cell, reading, layers in product(("rnn", "gru", "lstm"), ("both", "forward"), (1, 3))),
        {"stride": 1, "sounds": "tones"},
        {"stride": 2, "sounds": "vowels"},
        {"stride": 3, "sounds": "digits"},
        {"stride": 4, "sounds": "0" * 64},
        {"bands": 64, "filters": 128, "units": 128},
        {"bands": 8, "filters": 8, "units": 4, "dropout": 0.5, "window": 10, "hop": 25},
        {"sounds": "0" * 64, "symbols": 60},
        {"sounds": "0" * 64, "phones": 40, "spelling": 0.5, "layers": 2},
        {"sounds": "vowels", "phones": 40, "spelling": 0.5},
    ],
    ids=str,
)  # fmt: skip
def test_parameters_are_those_of_the_built_model(fields):
    from rrn.recipes.speech import build

    spec = replace(Speech(), **fields)
    check(spec)
    assert cost(spec).parameters == sum(int(np.prod(w.shape)) for w in build(spec).trainable_weights)


@pytest.mark.parametrize("sounds", [*task.GENERATED, "0" * 64])
def test_phones_are_learned_only_where_there_are_any_and_cost_their_way_through(sounds):
    of_pack = sounds == "0" * 64
    for spelling, phones in ((0.5, 40), (0.0, 40), (0.5, 0)):
        spec = replace(PACK, sounds=sounds, spelling=spelling, phones=phones)
        assert task.spells(spec) == (of_pack and spelling > 0 and phones > 0)
        plain = replace(PACK, sounds=sounds)
        for more in ("parameters", "bytes", "multiply_adds"):
            assert (getattr(cost(spec), more) > getattr(cost(plain), more)) == task.spells(spec)
        assert task.fits(spec, plain) and not task.fits(spec, replace(plain, units=2 * plain.units))


@pytest.mark.parametrize("sounds", [*task.GENERATED, "0" * 64])
def test_what_costs_more_and_what_does_not(sounds):
    plain = replace(PACK, sounds=sounds)
    for field in ("epochs", "examples"):
        one, two = cost(plain), cost(replace(plain, **{field: 2 * getattr(plain, field)}))
        assert two.multiply_adds == 2 * one.multiply_adds and two.parameters == one.parameters
    wide = cost(replace(plain, batch=2 * plain.batch))
    assert wide.bytes > cost(plain).bytes and wide.multiply_adds == cost(plain).multiply_adds
    for field, more in {"units": 64, "layers": 2, "bands": 64, "filters": 64}.items():
        assert cost(replace(plain, **{field: more})).multiply_adds > cost(plain).multiply_adds
    for field, less in {"hop": 25, "stride": 4, "reading": "forward"}.items():
        assert cost(replace(plain, **{field: less})).multiply_adds < cost(plain).multiply_adds


@pytest.mark.parametrize(
    "fields", [{}, {"most": 8}, {"most": 2}, {"speed": 0.6}, {"speed": 0.0, "overlap": 0.9}], ids=str
)
@pytest.mark.parametrize("sounds", task.GENERATED)
def test_clips_are_about_as_long_as_the_cost_says(sounds, fields):
    """All are filled up to the longest one."""
    spec, rng = replace(Speech(sounds=sounds), **fields), np.random.default_rng(0)
    longest = 0.0
    for _ in range(60):
        said = rng.choice(voice.SYMBOLS[sounds], spec.most)
        made = voice.speak(sounds, said, rng, speed=1 / (1 + spec.speed), overlap=spec.overlap)
        longest = max(longest, len(made) / RATE)
    assert 0.5 < task.seconds(spec) / longest < 1.5


def test_the_sounds_that_are_kept_are_counted():
    """They are spoiled anew at every epoch: more bytes than what is made of them."""
    small, large = (cost(Speech(sounds="digits", examples=n)).bytes for n in (1000, 2000))
    assert large - small > 1000 * 3.0 * RATE * 4


def admitted(spec):
    try:
        within_budget(spec)
    except Refused as why:
        return why
    return None


@pytest.mark.parametrize("sounds", task.GENERATED)
def test_a_visitor_may_do_what_the_lesson_does_and_move_any_one_slider_to_its_end(sounds):
    plain = Speech(sounds=sounds)
    assert cost(plain).multiply_adds < 0.02 * BUDGET.multiply_adds and cost(plain).bytes < 0.2 * BUDGET.bytes
    refused = {}
    for field, allowed in choices(Speech).items():
        if isinstance(allowed, Between):
            for end in (allowed.low, allowed.high):
                if why := admitted(replace(plain, **{field: type(getattr(plain, field))(end)})):
                    refused[field] = why
    assert set(refused) <= {"examples"}, refused  # five thousand clips of spoken digits are much sound


def test_all_sliders_at_their_ends_are_refused_in_words_that_help():
    ends = {name: allowed.high for name, allowed in choices(Speech).items()
            if isinstance(allowed, Between) and name not in ("seed", "apart", "rate")}  # fmt: skip
    spec = replace(Speech(sounds="digits"), **(ends | {"hop": 5, "stride": 1}))
    why = admitted(spec)
    assert why and why.code == "far_over_budget" and why.values["times"] > 10
    nearly = replace(Speech(sounds="digits"), examples=5000, units=128, layers=3, epochs=60, batch=64)
    why = admitted(nearly)
    assert why and why.code == "over_budget" and why.values["field"] in choices(Speech)
    assert admitted(replace(nearly, **{why.values["field"]: why.values["to"]})) is None


# How it is scored


@cache
def fewest(a, b):
    """Edits, tried one by one."""
    if not a or not b:
        return len(a) + len(b)
    if a[0] == b[0]:
        return fewest(a[1:], b[1:])
    return 1 + min(fewest(a[1:], b[1:]), fewest(a[1:], b), fewest(a, b[1:]))


ALL = ["".join(letters) for size in range(5) for letters in product("ab", repeat=size)] + ["abcab", "bbacc", "cab"]


def test_edits_are_as_few_as_can_be():
    for said, right in product(ALL, ALL):
        assert sum(edits(said, right)) == fewest(said, right), (said, right)


def test_aligned_are_all_symbols_of_both_in_their_order():
    for said, right in product(ALL, ALL):
        pairs = aligned(said, right)
        assert "".join(a for a, _ in pairs if a is not None) == said
        assert "".join(b for _, b in pairs if b is not None) == right
        assert (None, None) not in pairs and sum(a != b for a, b in pairs) == fewest(said, right)


@pytest.mark.parametrize(
    ("said", "right", "found"),
    [("abc", "abd", (1, 0, 0)), ("abxc", "abc", (0, 1, 0)), ("ac", "abc", (0, 0, 1)), ("", "ab", (0, 0, 2)),
     ("ab", "", (0, 2, 0)), ("abc", "abc", (0, 0, 0))],
)  # fmt: skip
def test_edits_replace_take_out_and_put_in(said, right, found):
    assert edits(said, right) == found == tuple(edits(tuple(said), list(right)))


def test_the_score_counts_edits_per_right_symbol_and_clips_without_any():
    said, right = [("1", "2"), (), ("3",), ("4", "4")], [("1", "2"), ("5", "6", "7"), (), ("4",)]
    assert score(said, right) == {"ler": (3 + 1 + 1) / 6, "exact": 0.25}
    assert score([()], [()]) == {"ler": 0, "exact": 1.0}
    assert score([("1",)], [()]) == {"ler": 1.0, "exact": 0.0}
