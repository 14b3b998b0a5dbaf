"""What was gained for what was spent: one dot per run, and the line of those that no other one beats."""

from collections.abc import Sequence

import plotly.graph_objects as go

from rrn.figures.chart import Words
from rrn.figures.drawn import Drawn
from rrn.figures.style import COLOUR, MARKER, STONE, frame


def pareto(runs: Sequence, best: Sequence[int], measure, t: Words) -> Drawn:
    """Seconds of training against the measure.

    Args:
        runs: each with name, cell, value and seconds.
        best: places of those on the front.
    """
    dots = [
        dict(
            type="scatter",
            x=[run.seconds],
            y=[run.value],
            mode="markers",
            name=run.name,
            marker=dict(size=11 if n in best else 8, color=COLOUR[run.cell], symbol=MARKER[run.cell],
                        opacity=1.0 if n in best else 0.5),
            hovertemplate=f"{run.name}<br>%{{y:.3g}} · %{{x:.3g}} s<extra></extra>",
        )
        for n, run in enumerate(runs)
    ]  # fmt: skip
    chosen = sorted((runs[n] for n in best), key=lambda run: run.seconds)
    line = dict(type="scatter", x=[run.seconds for run in chosen], y=[run.value for run in chosen], mode="lines",
                line=dict(color=STONE, dash="dot", width=1.5, shape="hv"), hoverinfo="skip")  # fmt: skip
    x, y = dict(title=t("fig_pareto_seconds"), rangemode="tozero"), dict(title=t(f"measure_{measure.name}_unit"))
    names = ", ".join(run.name for run in chosen)
    alt = t("fig_pareto_alt", n=len(best), of=len(runs), names=names)
    return Drawn("pareto", go.Figure([line, *dots], frame(320, t("fig_pareto_title"), x, y, hovermode="closest")), alt)
