"""Every task that there is: its spec and questions survive a round trip, and each field keeps its range."""

import json
import math
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from rrn import tasks
from rrn.spec import Between, Named, Question, Refused, check, choices, number_type, to_dict

KINDS = [kind for name in tasks.names() for kind in (tasks.module(name).SPEC, *tasks.module(name).QUESTIONS)]
FIELDS = [(kind, name, allowed) for kind in KINDS for name, allowed in choices(kind).items()]


def named(value):
    return getattr(value, "__name__", None) or (value if isinstance(value, str) else "")


def refusal(spec, **how):
    with pytest.raises(Refused) as caught:
        check(spec, **how)
    return caught.value


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_a_spec_survives_a_round_trip(kind):
    spec = kind(seed=7)
    words = json.loads(json.dumps(to_dict(spec)))
    assert tasks.from_dict(words) == spec
    assert hash(tasks.from_dict(words)) == hash(spec)
    assert ("question" in words) == issubclass(kind, Question)


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_defaults_are_allowed(kind):
    check(kind())


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_a_spec_is_frozen(kind):
    with pytest.raises(FrozenInstanceError):
        kind().seed = 1


@pytest.mark.parametrize(("kind", "field", "allowed"), FIELDS, ids=named)
def test_a_field_keeps_its_range(kind, field, allowed):
    match allowed:
        case Between():
            number = number_type(kind, field)
            for end in (allowed.low, allowed.high):
                check(replace(kind(), **{field: number(end)}))
            step = 1 if number is int else 1e-3
            for beyond in (allowed.low - step, allowed.high + step, 10**9 + 1, -(10**400), 10**400):
                refused = refusal(replace(kind(), **{field: beyond}))
                assert refused.code == "out_of_range"
                assert refused.values == {"field": field, "low": allowed.low, "high": allowed.high}
        case Named():
            for name in (*allowed.names, "0123456789abcdef" * 4):
                check(replace(kind(), **{field: name}))
            for name in ("", "elsewhere", "A" * 64, "a" * 63, "a" * 64 + "\n", "../" * 4, 5, None):
                assert refusal(replace(kind(), **{field: name})).code == "unknown_name"
        case words:
            for word in words:
                check(replace(kind(), **{field: word}))
            for word in ("", "elsewhere", 5, None, True, [], words[0].upper()):
                refused = refusal(replace(kind(), **{field: word}))
                assert (refused.code, refused.values["field"]) == ("not_a_choice", field)


@pytest.mark.parametrize(("kind", "field", "allowed"), FIELDS, ids=named)
def test_a_number_is_a_number(kind, field, allowed):
    if isinstance(allowed, Between):
        for value in (True, False, math.nan, math.inf, -math.inf, "12", None, [3], 1j):
            assert refusal(replace(kind(), **{field: value})).code == "out_of_range"
        if number_type(kind, field) is int:
            assert refusal(replace(kind(), **{field: float(allowed.low)})).code == "out_of_range"


@pytest.mark.parametrize(("kind", "field", "allowed"), FIELDS, ids=named)
def test_the_operator_may_go_further(kind, field, allowed):
    if isinstance(allowed, Between) and allowed.most is not None:
        number = number_type(kind, field)
        further = replace(kind(), **{field: number(allowed.most)})
        check(further, operator=True)
        assert refusal(further).values["high"] == allowed.high
        assert (
            refusal(replace(kind(), **{field: number(allowed.most) + 1}), operator=True).values["high"] == allowed.most
        )


@pytest.mark.parametrize(("kind", "field", "allowed"), FIELDS, ids=named)
def test_steps_lead_from_end_to_end(kind, field, allowed):
    if isinstance(allowed, Between) and allowed.step:
        steps = (allowed.high - allowed.low) / allowed.step
        assert steps == pytest.approx(round(steps))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({}, "unknown_task"),
        ({"task": "os"}, "unknown_task"),
        ({"task": "__init__"}, "unknown_task"),
        ({"task": ["language_model"]}, "unknown_task"),
        ({"task": "language_model", "question": "SPEC"}, "unknown_question"),
        ({"task": "language_model", "unit": 8}, "unknown_field"),
        ({"task": "language_model", "question": "WriteOn", "units": 8}, "unknown_field"),
    ],
)
def test_unknown_words_are_refused(words, code):
    with pytest.raises(Refused) as caught:
        tasks.from_dict(words)
    assert caught.value.code == code


@pytest.mark.parametrize("name", tasks.names())
def test_every_task_tells_its_cost_without_building(name):
    spec = tasks.module(name).SPEC()
    cost = tasks.of(spec).cost(spec)
    assert cost.parameters > 0 and cost.bytes > 0 and cost.multiply_adds > 0


@pytest.mark.parametrize("name", tasks.names())
def test_a_cost_never_falls_when_a_slider_rises(name):
    """But for the part held out, which is not learned from, for right words that are given: own ones cost more, and for
    how far frames and steps lie apart.
    """
    task = tasks.module(name)
    for field, allowed in choices(task.SPEC).items():
        if isinstance(allowed, Between) and field not in ("hold_out", "teacher", "hop", "stride"):
            number = number_type(task.SPEC, field)
            ends = [task.cost(replace(task.SPEC(), **{field: number(end)})) for end in (allowed.low, allowed.high)]
            for what in (f.name for f in fields(ends[0])):
                assert getattr(ends[0], what) <= getattr(ends[1], what), (field, what)
