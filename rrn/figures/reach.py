"""How far back the gradient reaches, step by step."""

import numpy as np

from rrn import measures
from rrn.figures import variants
from rrn.figures.chart import Chart, Curves, Line, Runs, Words
from rrn.figures.curves import decades
from rrn.figures.variants import by_seed

SHALLOWEST = 1e-16  # of the axis: what is shorter lies on its lower edge


@Curves
def gradient_reach(runs: Runs, t: Words) -> Chart:
    """Length of the gradient on the state by steps before the answer, on a logarithmic axis.

    Of one run: before training (faint), half way (dotted) and at the end. Of several: at the end.
    """
    lines: list[Line] = []
    finding = t("fig_reach_title")
    for spec, seeds in by_seed(runs).items():
        drawn, called = variants.look(spec, list(runs)), variants.name(spec, list(runs), t)
        found = _finite(seeds[0])
        if not found:
            continue
        ended = measures.seconds(seeds[0]) is not None
        stages = _stages(found, ended, t) if len(runs) == 1 else {called: (found[-1][1], drawn.dash, 1.0)}
        for name, (values, dash, opacity) in stages.items():
            y = [max(float(v), SHALLOWEST) for v in values]
            lines.append(Line(name, [-float(n) for n in range(len(y))][::-1], y[::-1], drawn.colour, dash=dash,
                              opacity=opacity))  # fmt: skip
        before, after = found[0][1], found[-1][1]
        finding = t("fig_reach_alt", cell=called, n=len(after) - 1, before=_ratio(before),
                    after=_ratio(after))  # fmt: skip
    longest = max((len(line.x) for line in lines), default=50)
    return Chart(
        title=t("fig_reach_title"),
        x_title=t("fig_reach_steps"),
        y_title=t("fig_gradient"),
        x_range=(1.0 - longest, 0),
        y_range=decades([y for line in lines for y in line.y] or [1e-6, 1.0]),
        lines=lines,
        log=True,
        height=260,
        gutter=72,
        finding=finding,
    )


def _stages(found, ended, t):
    """{name: (values, dash, opacity)}: before, half way and at the end, or now, as far as there are so many."""
    stages = {t("fig_reach_before"): (found[0][1], "solid", 0.35)}
    if len(found) > 2 and ended:
        stages[t("fig_reach_during")] = (found[len(found) // 2][1], "dot", 0.7)
    if len(found) > 1:
        stages[t("fig_reach_after" if ended else "fig_reach_now")] = (found[-1][1], "solid", 1.0)
    return stages


def _finite(events):
    """The captured gradients but those of a run that was about to fail: no number, or nothing at the answer itself."""
    return [(x, v) for x, v in measures.captured(events, "gradient") if np.isfinite(v).all() and v[0] > 0]


def _ratio(values) -> float:
    """At the first step over at the answer."""
    return float(values[-1] / values[0])


@Curves
def reach_by_epoch(runs: Runs, t: Words) -> Chart:
    """The gradient at the first step over the one at the answer, at every epoch that was looked at."""
    lines: list[Line] = []
    for spec, seeds in by_seed(runs).items():
        drawn = variants.look(spec, list(runs))
        found = [(x, max(_ratio(values), SHALLOWEST)) for x, values in _finite(seeds[0])]
        x, y = [step for step, _ in found], [ratio for _, ratio in found]
        name = variants.name(spec, list(runs), t)
        lines.append(Line(name, x, y, drawn.colour, dash=drawn.dash, marker=drawn.marker))
    ratios = [y for line in lines for y in line.y] or [1e-6, 1.0]
    return Chart(
        title=t("fig_ratio_title"),
        x_title=t("fig_epoch"),
        y_title=t("fig_ratio"),
        x_range=(0, max((spec.epochs for spec in runs), default=10)),
        y_range=decades(ratios),
        lines=lines,
        log=True,
        height=260,
        gutter=72,
        finding=t("fig_ratio_alt", low=min(ratios), high=max(ratios)),
    )
