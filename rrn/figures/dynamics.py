"""A recurrent network as a moving thing: its states, its eigenvalues, its gradient.

Charts that are drawn at once: they follow a slider.
"""

import math

import numpy as np

from rrn.figures.chart import Chart, Line, Words
from rrn.figures.curves import decades
from rrn.figures.style import COLOUR, STONE

SHOWN = 4  # units
OPACITY = (1.0, 0.75, 0.5, 0.3)
SHORTEST = 1e-30
TURN = np.linspace(0, 2 * np.pi, 73)
HEIGHT = 250
FIVE = 5  # decades
WIDER = 1.5  # than high is the plot beside another one: a circle is then one


def states(values: np.ndarray, cell: str, t: Words) -> Chart:
    """A few units over time.

    Args:
        values: (steps, units) between −1 and 1.
    """
    steps = _numbers(1, len(values))
    few = min(SHOWN, values.shape[1])
    lines = [Line("", steps, values[:, n].tolist(), COLOUR[cell], width=1.6, opacity=OPACITY[n]) for n in range(few)]
    return Chart(
        title=t("fig_states_title"),
        x_title=t("fig_step"),
        y_title=t("fig_states"),
        x_range=(1, max(len(values), 2)),
        y_range=(-1.05, 1.05),
        lines=lines,
        height=HEIGHT,
        gutter=8,
    )


def moves(values: np.ndarray) -> float:
    """How far the state goes in one step, in its last half: 0 at a fixed point.

    Args:
        values: (steps, units).
    """
    half = values[len(values) // 2 :]
    return float(np.abs(np.diff(half, axis=0)).mean()) if len(half) > 1 else 0.0


def eigenvalues(values: np.ndarray, cell: str, size: float, t: Words) -> Chart:
    """Where they lie, with the circle on which lengths are kept.

    Args:
        values: (units,) complex.
        size: the largest modulus that the axes have to hold: they stay while a slider moves.
    """
    circle = Line("", np.cos(TURN).tolist(), np.sin(TURN).tolist(), STONE, dash="dot", width=1.5)
    dots = Line("", values.real.tolist(), values.imag.tolist(), COLOUR[cell], width=0, marker="circle")
    return Chart(
        title=t("fig_eigen_title"),
        x_title=t("fig_real"),
        y_title=t("fig_imaginary"),
        x_range=(-WIDER * size, WIDER * size),
        y_range=(-size, size),
        lines=[dots, circle],
        height=HEIGHT,
        gutter=8,
    )


def several(
    curves: dict[str, np.ndarray], title: str, x_title: str, y_title: str, *, first: int = 1, log: bool = False
) -> Chart:
    """Ways to begin, side by side: no cell, so no colour of one; each has a dash and its name at its end.

    Args:
        curves: by name, (places,) numbers.
        first: the first place.
    """
    looks = [(STONE, "dot"), (STONE, "dash"), (STONE, "solid"), (COLOUR["attention"], "solid"),
             (COLOUR["attention"], "dot")]  # fmt: skip
    lines = [
        Line(name, _numbers(first, len(values)), values.tolist(), colour, dash=dash)
        for (name, values), (colour, dash) in zip(curves.items(), looks, strict=True)
    ]
    found = [y for line in lines for y in line.y]
    places = len(next(iter(curves.values())))
    return Chart(
        title=title,
        x_title=x_title,
        y_title=y_title,
        x_range=(first, max(first + places - 1, first + 1)),
        y_range=decades(found) if log else (0.0, 1.1 * max(found)),
        lines=lines,
        log=log,
        height=300,
    )


def gradient(curves: dict[str, tuple[np.ndarray, str, str]], t: Words) -> Chart:
    """Length of the gradient at every step, on a logarithmic axis.

    Args:
        curves: by name, ((steps,) lengths, colour, dash).
    """
    lines = [
        Line(name, _numbers(1, len(values)), np.maximum(values, SHORTEST).tolist(), colour, dash=dash)
        for name, (values, colour, dash) in curves.items()
    ]
    low, high = decades([y for line in lines for y in line.y])
    return Chart(
        title=t("fig_path_title"),
        x_title=t("fig_step"),
        y_title=t("fig_gradient"),
        x_range=(1, max(max(len(line.x) for line in lines), 2)),
        # In steps of some decades: where an axis moved with every slider, nobody would see the curve move.
        y_range=(
            10.0 ** (FIVE * math.floor(math.log10(low) / FIVE)),
            10.0 ** (FIVE * math.ceil(math.log10(high) / FIVE)),
        ),
        lines=lines,
        log=True,
        height=260,
    )


def _numbers(first: int, count: int) -> list[float]:
    return [float(n) for n in range(first, first + count)]
