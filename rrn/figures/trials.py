"""Figures of what is tried without training: what an experiment saw in, figure and sentence out."""

import numpy as np

from rrn.figures import dynamics
from rrn.figures.chart import Words
from rrn.figures.drawn import Drawn
from rrn.figures.style import COLOUR


def gain_states(seen, t: Words) -> Drawn:
    """Where the states of a simple cell go: to rest, round, or anywhere."""
    alt = t("fig_states_alt", n=len(seen.states), size=dynamics.moves(seen.states))
    return Drawn("states", dynamics.states(seen.states, "rnn", t), alt)


def gain_eigenvalues(seen, t: Words) -> Drawn:
    radius = float(np.abs(seen.eigenvalues).max())
    alt = t("fig_eigen_alt", n=len(seen.eigenvalues), radius=radius)
    return Drawn("eigenvalues", dynamics.eigenvalues(seen.eigenvalues, "rnn", t), alt)


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
