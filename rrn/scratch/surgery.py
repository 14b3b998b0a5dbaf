"""What is done to a network that already works: force a gate, silence a unit, cut the gradient."""

from typing import NamedTuple

import numpy as np


class Surgery(NamedTuple):
    """Changes to a layer while it runs.

    Args:
        force: by gate, values that it takes in the place of its own, (time, units) or what broadcasts to it; NaN leaves
            a place alone. No gradient flows into a gate that is forced.
        silence: units whose output is 0 at every step.
        cut: steps that hand no gradient to the step before them; counted from 0.
    """

    force: dict[str, np.ndarray | float] = {}
    silence: tuple[int, ...] = ()
    cut: tuple[int, ...] = ()


NONE = Surgery()


def forced(surgery: Surgery, gate: str, steps: int, units: int) -> np.ndarray | None:
    """(steps, units) forced values of a gate with NaN for its own; None where it is free."""
    if gate not in surgery.force:
        return None
    return np.broadcast_to(np.asarray(surgery.force[gate], float), (steps, units))


def at_step(surgery: Surgery, t: int) -> Surgery:
    """The same where only step t is read now."""

    def now(values):
        values = np.asarray(values, float)
        return values[t : t + 1] if values.ndim == 2 and len(values) > 1 else values

    return surgery._replace(force={gate: now(values) for gate, values in surgery.force.items()}, cut=())


def override(value: np.ndarray, forced: np.ndarray | None, t: int) -> np.ndarray:
    """The gate's value at step t after surgery."""
    if forced is None:
        return value
    return np.where(np.isnan(forced[t]), value, forced[t]).astype(value.dtype)


def free(gradient: np.ndarray, forced: np.ndarray | None, t: int) -> np.ndarray:
    """The gradient on a gate's pre-activation at step t: none where the gate was forced."""
    if forced is None:
        return gradient
    return np.where(np.isnan(forced[t]), gradient, 0).astype(gradient.dtype)


def audible(surgery: Surgery, units: int, kind: np.dtype) -> np.ndarray | None:
    """(units,) 1 for units that are heard and 0 for silenced ones; None where all are."""
    if not surgery.silence:
        return None
    heard = np.ones(units, kind)
    heard[list(surgery.silence)] = 0
    return heard


def truncated(steps: int, length: int) -> tuple[int, ...]:
    """Where to cut for truncated backpropagation through time: no gradient crosses from one window into the one before.

    Source: Williams & Peng 1990.
    """
    return tuple(range(length, steps, length))
