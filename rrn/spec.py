"""A request: what to train or to ask, as frozen plain values.

A field declares its own range. The same declaration is the slider, the check at the door, the link and the saved JSON.
"""

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

Cell = Literal["rnn", "gru", "lstm"]
CELLS: tuple[Cell, ...] = get_args(Cell)
Initial = Literal["orthogonal", "glorot", "normal", "zeros", "identity", "chrono"]  # of the recurrent weights


class Refused(Exception):
    """Something handed in cannot be used. Holds a code and values; the words are found by whoever shows it."""

    def __init__(self, code: str, **values):
        super().__init__(code, values)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Between:
    """The range of a number, both ends included; `most` is how far the operator's own runs may go."""

    low: float
    high: float
    step: float | None = None
    log: bool = False
    most: float | None = None


@dataclass(frozen=True)
class Named:
    """A text field that names data: one of `names`, or the SHA-256 of something that a visitor handed in."""

    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What every run has: how it learns, and the recurrent layer that does."""

    seed: Annotated[int, Between(0, 9999)] = 0
    epochs: Annotated[int, Between(1, 60, most=10_000)] = 10
    batch: Annotated[int, Between(4, 128, step=4, most=1024)] = 32
    rate: Annotated[float, Between(1e-5, 1.0, log=True)] = 3e-3
    cell: Cell = "lstm"
    units: Annotated[int, Between(4, 128, step=4)] = 32


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a finished or a running model."""

    seed: Annotated[int, Between(0, 9999)] = 0


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is tried at once, without training."""

    seed: Annotated[int, Between(0, 9999)] = 0


@dataclass(frozen=True)
class Cost:
    """What a spec asks of the machine.

    `parameters` counts trainable numbers, `bytes` is the memory of tensors beyond the imports, and `multiply_adds`
    counts the whole training with its backward pass.
    """

    parameters: int
    bytes: int
    multiply_adds: float


def choices(kind: type) -> dict[str, Any]:
    """The allowed values of every field: a Between, a Named, or a tuple of words."""
    return {f.name: _allowed(_hints(kind)[f.name]) for f in fields(kind)}


@cache
def _hints(kind):
    return get_type_hints(kind, include_extras=True)


def _allowed(hint):
    if get_origin(hint) is Annotated:
        return get_args(hint)[1]
    if get_origin(hint) is Literal:
        return get_args(hint)
    raise TypeError(f"a field must declare what it allows, not just {hint}")


def number_type(kind: type, field: str) -> type:
    """int or float: what the field holds."""
    return get_args(_hints(kind)[field])[0]


def check(spec, *, operator: bool = False) -> None:
    """Raise Refused where a value has the wrong type or lies outside its range.

    Args:
        spec: a Spec or a Question.
        operator: whoever runs the machine may go up to `most`.
    """
    kind = type(spec)
    for field, allowed in choices(kind).items():
        value = getattr(spec, field)
        match allowed:
            case Between():
                _check_number(kind, field, value, allowed, operator)
            case Named():
                if not isinstance(value, str) or not (value in allowed.names or re.fullmatch("[0-9a-f]{64}", value)):
                    raise Refused("unknown_name", field=field)
            case _:
                if value not in allowed:
                    raise Refused("not_a_choice", field=field, allowed=", ".join(allowed))


def _check_number(kind, field, value, allowed, operator):
    high = allowed.most if operator and allowed.most is not None else allowed.high
    whole = number_type(kind, field) is int
    ok = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    # Comparing is safe where `isfinite` is not (an integer of 400 digits), and it turns away NaN and infinity.
    if not ok or not allowed.low <= value <= high:
        raise Refused("out_of_range", field=field, low=allowed.low, high=high)


def to_dict(spec) -> dict[str, Any]:
    """{"task": "copy_memory", "delay": 30}; a question adds "question": "WriteOn"."""
    words: dict[str, Any] = {"task": type(spec).__module__.rpartition(".")[2]}
    if isinstance(spec, Question):
        words["question"] = type(spec).__name__
    return words | {f.name: getattr(spec, f.name) for f in fields(spec)}
