"""The gate for specs and questions: words of a form, a link or a JSON text in, a checked spec out."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil, floor
from typing import Any

from rrn import tasks
from rrn.spec import Between, Cost, Named, Question, Refused, Spec, check, choices, number_type

BUDGET = Cost(parameters=2_000_000, bytes=1_000_000_000, multiply_adds=2e13)
TOGETHER = 15  # runs of one thing: three cells with five seeds
MOST = 16_000  # bytes of JSON
LONGEST = 64  # characters of a word in it

# The sliders that are worth moving, the one to try first in front. Other sliders of a task come after these.
EASIEST = {
    "parameters": ("units", "layers", "embedding"),
    "bytes": ("batch", "length", "units", "layers"),
    "multiply_adds": ("epochs", "units", "layers"),
}
# What costs nothing, or is counted in one's own data.
NO_SLIDER = ("seed", "symbols", "characters", "lines", "clips", "takes", "phones")
NAME = re.compile(r"\w{1,64}", re.ASCII)
NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{0,30})?([eE][+-]?\d{1,3})?", re.ASCII)


def admit(words: dict[str, Any], *, operator: bool = False) -> Spec | Question:
    """The spec or question that `to_dict` would write so, every value in its range and within the budget.

    Args:
        operator: whoever runs the machine may go further, and has no budget.
    """
    if not isinstance(words, dict):
        raise Refused("spec_unreadable")
    for field, value in words.items():
        if not isinstance(field, str) or not NAME.fullmatch(field):
            raise Refused("spec_unreadable")
        if isinstance(value, str) and len(value) > LONGEST:
            raise Refused("word_too_long", field=field, most=LONGEST)
    spec = tasks.from_dict(words)
    check(spec, operator=operator)
    if isinstance(spec, Spec) and not operator:
        within_budget(spec)
    return spec


def within_budget(spec: Spec) -> None:
    """Raise Refused where a visitor's run would ask too much of the machine. Nothing is built to find out.

    over_budget says which one slider to move, and how far (`field`, `to`); far_over_budget names the slider that helps
    most where no single one is enough. `times` is how many budgets are needed.
    """
    cost = tasks.of(spec).cost
    asked = {what: (getattr(cost(spec), what), float(getattr(BUDGET, what))) for what in EASIEST}
    what = max(asked, key=lambda name: asked[name][0] / asked[name][1])
    needed, allowed = asked[what]
    if needed <= allowed:
        return
    said = {"what": what, "needed": float(needed), "allowed": allowed, "times": ceil(100 * needed / allowed) / 100}
    for field in _sliders(spec, what):
        to = _largest(spec, field, lambda tried: _fits(cost(tried)))
        if to is not None:
            raise Refused("over_budget", **said, field=field, to=to)
    lowest = {field: choices(type(spec))[field].low for field in _sliders(spec, what)}
    field = min(lowest, key=lambda name: getattr(cost(replace(spec, **{name: lowest[name]})), what))
    raise Refused("far_over_budget", **said, field=field, to=lowest[field])


def within_budget_together(specs: Sequence[Spec]) -> None:
    """Raise Refused where several runs of one thing are too many, or need more computing than one may.

    too_many_together; over_budget_together with how many `times` the budget they need.
    """
    if len(specs) > TOGETHER:
        raise Refused("too_many_together", most=TOGETHER)
    needed = sum(tasks.of(spec).cost(spec).multiply_adds for spec in specs)
    if needed > BUDGET.multiply_adds:
        raise Refused("over_budget_together", times=ceil(100 * needed / BUDGET.multiply_adds) / 100)


def _fits(cost):
    return all(getattr(cost, what) <= getattr(BUDGET, what) for what in EASIEST)


def _sliders(spec, what):
    numbers = [name for name, allowed in choices(type(spec)).items() if isinstance(allowed, Between)]
    return [n for n in dict.fromkeys((*EASIEST[what], *numbers)) if n in numbers and n not in NO_SLIDER]


def _largest(spec: Spec, field: str, fits: Callable[[Spec], bool]) -> float | None:
    """The largest step of a slider, up to where it stands, that fits; None where even its lowest does not.

    A cost never falls when a slider rises, so the steps can be halved.
    """
    low, step = choices(type(spec))[field].low, _step(type(spec), field)
    if step is None or not fits(replace(spec, **{field: low})):
        return None
    good, bad = 0, floor((getattr(spec, field) - low) / step + 1e-9) + 1
    while bad - good > 1:
        middle = (good + bad) // 2
        if fits(replace(spec, **{field: _at(type(spec), field, middle)})):
            good = middle
        else:
            bad = middle
    return _at(type(spec), field, good)


def _step(kind, field):
    """How far apart a slider's values lie; None where any number between its ends is one."""
    step = choices(kind)[field].step
    return 1 if step is None and number_type(kind, field) is int else step


def _at(kind, field, n):
    """The value of a slider after n steps, without the dust of adding up tenths."""
    return number_type(kind, field)(round(choices(kind)[field].low + n * _step(kind, field), 10))


def read(kind: type, field: str, raw: str) -> tuple[Any, bool]:
    """One value as a link gives it.

    Returns:
        The value and whether it stood there as it is. A number is moved into its range and onto the nearest step; None
        stands for what cannot be mended.
    """
    match choices(kind)[field]:
        case Between() as allowed:
            return _nearest(kind, field, allowed, raw)
        case Named(names=names):
            fine = raw in names or re.fullmatch("[0-9a-f]{64}", raw) is not None
        case words:
            fine = raw in words
    return (raw, True) if fine else (None, False)


def _nearest(kind, field, allowed, raw):
    asked = float(raw) if NUMBER.fullmatch(raw) else float("nan")
    if not abs(asked) < float("inf"):  # no number, or one like 1e999
        return None, False
    value = min(max(asked, allowed.low), allowed.high)
    step = _step(kind, field)
    if step is not None:
        last = floor((allowed.high - allowed.low) / step + 1e-9)
        value = _at(kind, field, min(round((value - allowed.low) / step), last))
    return value, abs(value - asked) <= 1e-9 * max(1, abs(asked))


def from_json(raw: bytes | str) -> dict[str, Any]:
    """The words of a spec out of JSON, for `admit`: one flat object, no key twice, no number that is none."""
    data = raw.encode(errors="replace") if isinstance(raw, str) else raw
    if len(data) > MOST:
        raise Refused("json_too_long", most=MOST, bytes=len(data))
    try:
        words = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_none, parse_int=_whole)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, or brackets a thousand deep
        raise Refused("spec_unreadable") from None
    if not isinstance(words, dict) or not all(isinstance(v, (str, int, float, bool)) for v in words.values()):
        raise Refused("spec_unreadable")
    if any(isinstance(v, float) and not abs(v) < float("inf") for v in words.values()):  # 1e999 is read as infinity
        raise Refused("spec_unreadable")
    return words


def _once(pairs):
    words = dict(pairs)
    if len(words) < len(pairs):
        raise Refused("key_twice")
    return words


def _none(word):
    raise ValueError(f"JSON has no {word}")


def _whole(digits):
    if len(digits) > 20:
        raise ValueError("nothing here has so many digits")
    return int(digits)
