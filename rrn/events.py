"""News from a run. A step counts epochs (2.5 is half way through the third) unless the task says otherwise.

An event is one JSON line wherever it is kept or sent: in the store, on a socket, in models/.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Literal

import numpy as np


class Stopped(Exception):
    """Raised by `emit` when whoever owns the run asked it to stop."""


@dataclass(frozen=True)
class Began:
    """The model is built."""

    device: str
    backend: str
    threads: int
    parameters: int


@dataclass(frozen=True)
class Measured:
    step: float
    values: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Captured:
    """An array out of the model, its axes named: ("time", "unit")."""

    step: float
    name: str
    axes: tuple[str, ...]
    values: np.ndarray


@dataclass(frozen=True)
class Listed:
    """Words that belong together, such as those along an axis of a captured array."""

    step: float
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Wrote:
    step: float
    text: str


@dataclass(frozen=True)
class Kept:
    """What the weights need to be used again: a vocabulary, a scaler, merges."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Ended:
    """`why` is a code of Refused; seconds are wall time."""

    how: Literal["done", "stopped", "failed"]
    why: str = ""
    compiling: float = 0.0
    training: float = 0.0


Event = Began | Measured | Captured | Listed | Wrote | Kept | Ended
Emit = Callable[[Event], None]
KINDS = {kind.__name__: kind for kind in (Began, Measured, Captured, Listed, Wrote, Kept, Ended)}


def to_bytes(event: Event) -> bytes:
    """One JSON line; arrays and bytes in base64. JSON has no NaN, so numbers that are none become null."""
    words = {"event": type(event).__name__} | asdict(event)
    match event:
        case Captured(values=values):
            words["values"] = {
                "dtype": values.dtype.str,
                "shape": values.shape,
                "data": base64.b64encode(np.ascontiguousarray(values).tobytes()).decode(),
            }
        case Kept(data=data):
            words["data"] = base64.b64encode(data).decode()
        case Measured(values=numbers):
            words["values"] = {k: float(v) if np.isfinite(v) else None for k, v in numbers.items()}
    # `default`: a step may be a number out of NumPy.
    return json.dumps(
        words, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=np.generic.item
    ).encode()


def from_bytes(line: bytes) -> Event:
    words = json.loads(line)
    kind = KINDS[words.pop("event")]
    match kind.__name__:
        case "Captured":
            packed = words["values"]
            flat = np.frombuffer(base64.b64decode(packed["data"]), dtype=np.dtype(packed["dtype"]))
            words |= {"values": flat.reshape(packed["shape"]), "axes": tuple(words["axes"])}
        case "Listed":
            words["words"] = tuple(words["words"])
        case "Kept":
            words["data"] = base64.b64decode(words["data"])
        case "Measured":
            words["values"] = {k: np.nan if v is None else v for k, v in words["values"].items()}
    return kind(**words)
