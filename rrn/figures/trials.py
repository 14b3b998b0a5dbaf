"""Figures of what is tried without training: what an experiment saw in, figure and sentence out."""

import numpy as np

from rrn.figures import dynamics
from rrn.figures.chart import Words
from rrn.figures.drawn import Drawn
from rrn.figures.style import COLOUR

EIGEN = 2.7  # of the axes of eigenvalues: the gain goes up to 2.5


def gain_states(seen, t: Words) -> Drawn:
    """Where the states of a simple cell go: to rest, round, or anywhere."""
    alt = t("fig_states_alt", n=len(seen.states), size=dynamics.moves(seen.states))
    return Drawn("states", dynamics.states(seen.states, "rnn", t), alt)


def gain_eigenvalues(seen, t: Words) -> Drawn:
    radius = float(np.abs(seen.eigenvalues).max())
    alt = t("fig_eigen_alt", n=len(seen.eigenvalues), radius=radius)
    return Drawn("eigenvalues", dynamics.eigenvalues(seen.eigenvalues, "rnn", EIGEN, t), alt)


def gain_gradient(seen, t: Words) -> Drawn:
    curve = {t("field_cell_rnn"): (seen.gradient, COLOUR["rnn"], "solid")}
    first, last = float(seen.gradient[0]), float(seen.gradient[-1])
    alt = t("fig_gain_alt", first=first, last=last, slope=seen.slope)
    return Drawn("gradient", dynamics.gradient(curve, t), alt)


def forgetting_gradient(seen, t: Words) -> Drawn:
    """Along the cell, and on what the LSTM shows of it."""
    colour = COLOUR["lstm"]
    curves = {
        t("fig_cell_gradient"): (seen.cell, colour, "solid"),
        t("fig_hidden_gradient"): (seen.hidden, colour, "dot"),
    }
    first, last = float(seen.cell[0]), float(seen.cell[-1])
    alt = t("fig_forget_alt", first=first, last=last, gate=float(seen.forget.mean()))
    return Drawn("gradient", dynamics.gradient(curves, t), alt)


def singular_values(seen, t: Words) -> Drawn:
    """Of every way to begin, from the largest to the smallest."""
    curves = {_matrix(name, t): values for name, values in seen.singular.items()}
    smallest = {name: float(values[-1]) for name, values in seen.singular.items()}
    alt = t("fig_singular_alt", glorot=smallest["glorot"], normal=float(seen.singular["normal"][0]))
    title = t("fig_singular_title")
    return Drawn("singular", dynamics.several(curves, title, t("fig_singular_rank"), t("fig_singular")), alt)


def repeated_lengths(seen, t: Words) -> Drawn:
    """How long a vector is after each multiplication."""
    curves = {_matrix(name, t): np.maximum(values, 1e-12) for name, values in seen.lengths.items()}
    last = {name: float(values[-1]) for name, values in seen.lengths.items()}
    alt = t("fig_lengths_alt", n=len(seen.lengths["zeros"]) - 1, glorot=last["glorot"], orthogonal=last["orthogonal"])
    words = t("fig_lengths_title"), t("fig_multiplications"), t("fig_length")
    return Drawn("lengths", dynamics.several(curves, *words, first=0, log=True), alt)


def _matrix(name: str, t: Words) -> str:
    """A way to begin, as a matrix alone: without the ReLU that goes with the identity in a network."""
    return t("initial_matrix_identity") if name == "identity" else t(f"field_initial_{name}")
