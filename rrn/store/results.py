"""What a run told and learned: its events, weights and kept bytes."""

import numpy as np
from safetensors.numpy import load, save
from sqlalchemy import select

from rrn.events import Event, from_bytes
from rrn.spec import Refused
from rrn.store.database import reading
from rrn.store.tables import events as lines
from rrn.store.tables import kept as bytes_kept
from rrn.store.tables import weights as learned


def events(run_id: str, after: int = 0) -> list[Event]:
    """What the run told, in order; `after` is how many of them the reader already has."""
    with reading() as connection:
        asked = select(lines.c.line).where(lines.c.run == run_id, lines.c.number >= after).order_by(lines.c.number)
        found = connection.scalars(asked).all()
    return [from_bytes(line) for line in found]


def weights(run_id: str) -> dict[str, np.ndarray]:
    """Weights by name, LAYER/WEIGHT.

    Raises:
        Refused: no_weights, where the run did not get so far.
    """
    with reading() as connection:
        data = connection.scalar(select(learned.c.data).where(learned.c.run == run_id))
    if data is None:
        raise Refused("no_weights")
    return load(data)


def has_weights(run_id: str) -> bool:
    with reading() as connection:
        return connection.scalar(select(learned.c.run).where(learned.c.run == run_id)) is not None


def kept(run_id: str, name: str) -> bytes:
    """What the weights need to be used; KeyError where the run kept nothing by this name."""
    with reading() as connection:
        data = connection.scalar(select(bytes_kept.c.data).where(bytes_kept.c.run == run_id, bytes_kept.c.name == name))
    if data is None:
        raise KeyError(name)
    return data


def pack(weights: dict[str, np.ndarray]) -> bytes:
    """The bytes in which weights are kept: names, shapes and numbers, nothing that runs."""
    return save({name: np.ascontiguousarray(w) for name, w in weights.items()})
