"""Finished runs that ship with the project: models/NAME/ with spec.json, events.jsonl, weights.safetensors and kept/.

They read like any other run; nobody owns them.
"""

import json
import os
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save

from rrn import tasks
from rrn.events import Began, Event, Kept, Measured, from_bytes, to_bytes
from rrn.spec import Refused, Spec, to_dict
from rrn.store.runs import NOWHERE

POINTS = 1000  # of a curve; a figure shows fewer
NAME = re.compile("[a-z0-9][a-z0-9_-]{0,63}")


def folder() -> Path:
    given = os.environ.get("RRN_MODELS_DIR")
    return Path(given) if given else Path(__file__).parents[1] / "models"


def names() -> tuple[str, ...]:
    """What ships, in order; the folder is looked through again only when it has changed."""
    place = folder()
    return _names(place, place.stat().st_mtime_ns) if place.exists() else ()


@lru_cache(maxsize=8)
def _names(place: Path, changed: int) -> tuple[str, ...]:
    return tuple(sorted(p.parent.name for p in place.glob("*/spec.json")))


class Shipped:
    """A run that somebody else finished, with the reading side of a Run."""

    state, alive, place, why, parent, created = "done", False, None, "", None, None
    origin = NOWHERE

    def __init__(self, place: Path):
        self._folder = place
        self.id = place.name
        self.spec: Spec = tasks.from_dict(json.loads((place / "spec.json").read_text("utf-8")))  # type: ignore[assignment]
        self._events = [from_bytes(line) for line in (place / "events.jsonl").read_bytes().splitlines()]

    @property
    def device(self) -> str:
        return next((e.device for e in self._events if isinstance(e, Began)), "")

    def events(self, after: int = 0) -> list[Event]:
        return self._events[after:]

    @property
    def weights_saved(self) -> bool:
        return (self._folder / "weights.safetensors").exists()

    def weights(self) -> dict[str, np.ndarray]:
        """Weights by name, float32 whatever the file holds."""
        if not self.weights_saved:
            raise Refused("no_weights")
        return {name: w.astype(np.float32) for name, w in load_file(self._folder / "weights.safetensors").items()}

    def kept(self, name: str) -> bytes:
        """KeyError where nothing by this name ships."""
        if name not in (p.name for p in self._folder.glob("kept/*")):
            raise KeyError(name)
        return (self._folder / "kept" / name).read_bytes()

    def owned_by(self, owner: str) -> bool:
        return False

    def stop(self, owner: str) -> None:
        raise Refused("unknown_run")

    def bytes(self, name: str) -> bytes:
        """KeyError: what a model ships without is a text of somebody's own."""
        raise KeyError(name)


def open(name: str) -> Shipped:
    """The model of this name.

    Raises:
        Refused: unknown_run.
    """
    if name not in names():
        raise Refused("unknown_run")
    place = folder() / name
    return _read(place, (place / "events.jsonl").stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(place, changed):
    return Shipped(place)


def thinned(events: list[Event]) -> list[Event]:
    """The same story with at most POINTS of the points between epochs, and without the bytes that stand in kept/."""
    between = [n for n, e in enumerate(events) if isinstance(e, Measured) and e.step != round(e.step)]
    step = -(-len(between) // POINTS)
    left_out = set(between) - set(between[:: step or 1])
    told = [event for n, event in enumerate(events) if n not in left_out]
    return [replace(event, data=b"") if isinstance(event, Kept) else event for event in told]


def write(
    name: str,
    spec: Spec,
    events: list[Event],
    weights: dict[str, np.ndarray],
    kept: dict[str, bytes],
    half: bool = True,
) -> Path:
    """Write models/NAME and give its folder; `half` keeps weights in 16 bits."""
    if not NAME.fullmatch(name):
        raise Refused("bad_name", name=name)
    place = folder() / name
    (place / "kept").mkdir(parents=True, exist_ok=True)
    (place / "events.jsonl").write_bytes(b"".join(to_bytes(event) + b"\n" for event in thinned(events)))
    kind = np.float16 if half else np.float32
    # Not by `save_file`, whose files only their maker may read.
    data = save({n: np.ascontiguousarray(w, kind) for n, w in weights.items()})
    (place / "weights.safetensors").write_bytes(data)
    for old in place.glob("kept/*"):
        old.unlink()
    for what, data in kept.items():
        (place / "kept" / what).write_bytes(data)
    words = json.dumps(to_dict(spec), ensure_ascii=False, indent=1)
    (place / "spec.json").write_text(words + "\n", "utf-8")  # last: a folder without it is no model yet
    os.utime(folder())  # for whoever looked through it before the file was there
    return place
