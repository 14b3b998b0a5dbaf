"""States in the plane in which they move most."""

import numpy as np


def path(states: np.ndarray) -> tuple[np.ndarray, float]:
    """((steps, 2) places on the first two principal components, the share of the variance that they hold).

    One unit moves on a line: its second place is 0.

    Args:
        states: (steps, units).
    """
    centred = states - states.mean(axis=0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    places = np.zeros((len(states), 2))
    places[:, : min(2, len(s))] = u[:, :2] * s[:2]
    total = float((s * s).sum())
    return places, float((s[:2] ** 2).sum() / total) if total else 1.0
