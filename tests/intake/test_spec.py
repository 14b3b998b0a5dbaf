import json
import math
import statistics
import time
import tracemalloc
from dataclasses import replace

import pytest

from rrn import tasks
from rrn.intake import spec as gate
from rrn.intake.spec import BUDGET, admit, from_json, within_budget
from rrn.spec import Between, Named, Refused, check, choices, to_dict
from rrn.tasks.language_model import LanguageModel, WriteOn

KINDS = [kind for name in tasks.names() for kind in (tasks.module(name).SPEC, *tasks.module(name).QUESTIONS)]
FIELDS = [(kind, name, allowed) for kind in KINDS for name, allowed in choices(kind).items()]
WORDS = to_dict(LanguageModel())
HUGE = LanguageModel(units=512, layers=3, symbols=4096, batch=128, length=256, characters=2_000_000, epochs=60)
TOO_MUCH = {
    "parameters": LanguageModel(units=512, layers=3),
    "bytes": LanguageModel(units=256, batch=128, length=256, layers=3),
    "multiply_adds": LanguageModel(units=256, characters=2_000_000, epochs=60),
}


def refusal(function, *args, **how):
    with pytest.raises(Refused) as caught:
        function(*args, **how)
    return caught.value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_was_written_is_admitted(kind):
    assert admit(from_json(json.dumps(to_dict(kind(seed=3))))) == kind(seed=3)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"units": True}, "out_of_range"),
        ({"units": 10**9}, "out_of_range"),
        ({"epochs": 10**6}, "out_of_range"),
        ({"epochs": 10**400}, "out_of_range"),
        ({"units": 64.0}, "out_of_range"),
        ({"units": "64"}, "out_of_range"),
        ({"units": None}, "out_of_range"),
        ({"rate": math.nan}, "out_of_range"),
        ({"rate": math.inf}, "out_of_range"),
        ({"dropout": -0.1}, "out_of_range"),
        ({"cell": "<script>alert(1)</script>"}, "not_a_choice"),
        ({"cell": ["lstm"]}, "not_a_choice"),
        ({"text": "<script>alert(1)</script>"}, "unknown_name"),
        ({"text": "a" * 65}, "word_too_long"),
        ({"text": "../../etc/passwd"}, "unknown_name"),
        ({"colour": 3}, "unknown_field"),
        ({"__class__": 3}, "unknown_field"),
        ({"<script>": 3}, "spec_unreadable"),
        ({3: 3}, "spec_unreadable"),
        ({"a" * 65: 3}, "spec_unreadable"),
        ({"task": "os.path"}, "unknown_task"),
        ({"question": "Delete"}, "unknown_question"),
    ],
    ids=str,
)
def test_hostile_words_are_refused(more, code):
    assert refusal(admit, WORDS | more).code == code


@pytest.mark.parametrize("words", [None, [], "units", 3, [("task", "language_model")]])
def test_only_words_are_a_spec(words):
    assert refusal(admit, words).code == "spec_unreadable"


def test_the_operator_has_no_budget():
    words = to_dict(replace(HUGE, units=4096, epochs=10_000))
    assert refusal(admit, words).code == "out_of_range"
    assert admit(words, operator=True).units == 4096


# JSON


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "spec_unreadable"),
        (b"{", "spec_unreadable"),
        (b"[]", "spec_unreadable"),
        (b"7", "spec_unreadable"),
        (b'{"a":NaN}', "spec_unreadable"),
        (b'{"a":Infinity}', "spec_unreadable"),
        (b'{"a":-Infinity}', "spec_unreadable"),
        (b'{"a":1e999}', "spec_unreadable"),
        (b'{"a":null}', "spec_unreadable"),
        (b'{"a":[1]}', "spec_unreadable"),
        (b'{"a":{"b":1}}', "spec_unreadable"),
        (b'{"a":' + b"9" * 5_000 + b"}", "spec_unreadable"),
        (b'{"a":' + b"[" * 7_000, "spec_unreadable"),
        (b"[" * 15_999, "spec_unreadable"),
        (b'{"a":"\xff"}', "spec_unreadable"),
        ('{"a":1}'.encode("utf-16"), "spec_unreadable"),
        (b'{"a":1,"a":1}', "key_twice"),
        (b'{"units":8,"un\\u0069ts":8}', "key_twice"),
        (b'{"a":{"b":1,"b":2}}', "key_twice"),
        (b'{"a":"' + b"x" * 17_000 + b'"}', "json_too_long"),
        ('{"a":"' + "ñ" * 8_500 + '"}', "json_too_long"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_json_that_is_no_spec_is_refused(raw, code):
    assert refusal(from_json, raw).code == code


def test_json_gives_plain_words():
    assert from_json('{"task":"a","x":1,"y":0.5,"z":true}') == {"task": "a", "x": 1, "y": 0.5, "z": True}


def test_half_a_character_in_json_stays_outside():
    assert refusal(admit, from_json(b'{"task":"language_model","\\ud800":1}')).code == "spec_unreadable"


# Links


@pytest.mark.parametrize(("kind", "field", "allowed"), FIELDS, ids=lambda value: getattr(value, "__name__", None))
def test_what_a_link_says_is_used_mended_or_left(kind, field, allowed):
    default = getattr(kind(), field)
    assert gate.read(kind, field, str(default)) == (default, True)
    for raw in ("", "NaN", "inf", "-inf", "1e999", "<script>", "1_0", "0x10", "1,5", " 8", "٣", "9" * 100, "\0"):
        assert gate.read(kind, field, raw) == (None, False), raw
    if isinstance(allowed, Between):
        for raw in ("-1000000", "1e9", "1000000", "7.123456", "-0.0001", "13", ".5"):
            value, fine = gate.read(kind, field, raw)
            if value is not None:
                check(replace(kind(), **{field: value}))
                assert type(value) is type(default)
                assert fine == (value == float(raw))
        assert gate.read(kind, field, "1e9")[0] == pytest.approx(allowed.high)
        assert gate.read(kind, field, "-1e9") == (allowed.low, False)
    elif isinstance(allowed, Named):
        assert gate.read(kind, field, "ab" * 32) == ("ab" * 32, True)


def test_a_number_in_a_link_moves_onto_its_step():
    assert gate.read(LanguageModel, "units", "65") == (64, False)
    assert gate.read(LanguageModel, "units", "64.0") == (64, True)
    assert gate.read(LanguageModel, "dropout", "0.33") == (0.35, False)
    assert gate.read(LanguageModel, "dropout", "0.30") == (0.3, True)
    assert gate.read(LanguageModel, "rate", "0.0123") == (0.0123, True)
    assert gate.read(WriteOn, "temperature", "9") == (2.0, False)


# The budget


def test_a_spec_within_the_budget_is_admitted():
    within_budget(LanguageModel())
    assert admit(WORDS) == LanguageModel()


@pytest.mark.parametrize(("what", "spec"), TOO_MUCH.items())
def test_too_much_is_refused_with_the_slider_to_move(what, spec):
    refused = refusal(within_budget, spec)
    found = refused.values
    assert (refused.code, found["what"], found["allowed"]) == ("over_budget", what, getattr(BUDGET, what))
    assert found["needed"] > found["allowed"] and found["times"] > 1
    assert type(found["needed"]) is type(found["allowed"]) is float
    mended = replace(spec, **{found["field"]: found["to"]})
    check(mended)
    within_budget(mended)


@pytest.mark.parametrize(("what", "spec"), TOO_MUCH.items())
def test_the_slider_goes_no_further_than_it_must(what, spec):
    found = refusal(within_budget, spec).values
    step = choices(type(spec))[found["field"]].step or 1
    assert refusal(within_budget, replace(spec, **{found["field"]: found["to"] + step})).code == "over_budget"


def test_the_slider_is_the_one_that_was_moved_too_far():
    found = refusal(within_budget, TOO_MUCH["parameters"]).values
    assert found["field"] == "units" and found["to"] % 8 == 0


def test_where_no_slider_is_enough_it_says_so():
    refused = refusal(within_budget, HUGE)
    assert refused.code == "far_over_budget"
    assert getattr(HUGE, refused.values["field"]) > refused.values["to"]


def test_refusing_takes_no_time_and_no_memory():
    taken = []
    words = [to_dict(spec) for spec in (*TOO_MUCH.values(), HUGE)]
    for n in range(20):
        start = time.perf_counter()
        refusal(admit, words[n % len(words)])
        taken.append(time.perf_counter() - start)
    print(f"refused in {1e3 * statistics.median(taken):.1f} ms")
    assert statistics.median(taken) <= 0.05
    tracemalloc.start()
    refusal(admit, to_dict(HUGE))
    assert tracemalloc.get_traced_memory()[1] < 200_000
    tracemalloc.stop()
