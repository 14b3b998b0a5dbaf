"""How a training went: what it measured at every epoch, beside those it must beat."""

import math
from functools import cache

from rrn.events import Event, Measured
from rrn.figures import variants
from rrn.figures.chart import Chart, Curves, Line, Runs, Words, thin
from rrn.figures.style import STONE
from rrn.figures.variants import by_seed, middle
from rrn.measures import Measure


def points(events: list[Event], name: str) -> list[tuple[float, float]]:
    """(epoch, value) of everything measured under that name."""
    found = [(e.step, e.values[name]) for e in events if isinstance(e, Measured) and name in e.values]
    return [(x, y) for x, y in found if math.isfinite(y)]


def _line(name, found, **look):
    return Line(name, [x for x, _ in found], [y for _, y in found], **look)


def _epochs(runs: Runs) -> float:
    return max((spec.epochs for spec in runs), default=10)


@cache
def learning(measure: Measure) -> Curves:
    """The figure of a measure by epochs, with its rivals as dashed lines.

    A single run also shows the loss of what it learns from, where that is comparable. Of several seeds all are drawn,
    faintly, and their median on top.
    """

    def chart(runs: Runs, t: Words) -> Chart:
        title = t(f"measure_{measure.name}")
        epochs, lines, finding = _epochs(runs), [], t("fig_learning_title", what=title)
        latest = 0.0  # epoch that the sentence tells of: the variant that has come furthest, the last of several
        for spec, seeds in by_seed(runs).items():
            name, drawn = variants.name(spec, list(runs), t), variants.look(spec, list(runs))
            look = dict(colour=drawn.colour)
            read = []
            if measure.loss is not None and len(runs) == 1:
                read = thin([(x, measure.loss * y) for x, y in points(seeds[0], "loss")])
                lines.append(_line(t("fig_reading"), read, **look, dash="dot", opacity=0.6))
            curves = [points(events, measure.key) for events in seeds]
            if len(seeds) > 1:
                lines += [_line("", curve, **look, width=1.0, opacity=0.35) for curve in curves]
            new = middle(curves)
            lines.append(_line(name, new, **look, dash=drawn.dash, marker=drawn.marker))
            if new and new[-1][0] >= latest:
                latest, now = new[-1]
                words = "fig_learning_alt" if len(new) > 1 else "fig_learning_point"
                finding = t(words, cell=name, what=title, first=new[0][1], now=now, epoch=round(latest))
            if read and latest < 1:
                finding = t("fig_learning_reading", now=read[-1][1], epoch=read[-1][0], what=title)
        lines += [line for events in list(runs.values())[:1] for line in _rivals(measure, events, epochs, t)]
        return Chart(
            title=t("fig_learning_title", what=title),
            x_title=t("fig_epoch"),
            y_title=t(f"measure_{measure.name}_unit"),
            x_range=(0, epochs),
            y_range=_range(measure, lines),
            lines=lines,
            finding=finding,
        )

    chart.__name__ = measure.name
    return Curves(chart)


def _range(measure, lines):
    """A share has its whole scale; else the rivals have room, and what explodes leaves at the top."""
    low, high = measure.span
    if high is not None:
        return (low - 0.02, high + 0.02)
    seen = [y for line in lines for y in line.y]
    known = [line.y[0] for line in lines if line.dash == "dash" and line.colour == STONE]
    most = max(seen, default=6.0)
    rival = max(known, default=most)
    room = 1.04 if measure.less else 1.25
    if measure.zoom:
        low = max(math.floor(min(seen, default=0.0) - 0.1), 0)
    return (low, max(rival * room, min(most, 1.6 * rival) if measure.less else most * 1.04))


def _rivals(measure, events, epochs, t):
    """All that find room; the one to beat is always there."""
    return [
        Line(
            t(f"rival_{rival.name}", **rival.values),
            [0, epochs],
            [rival.value] * 2,
            STONE,
            dash="dash",
            width=1.5,
            rank=rival.rank,
        )  # fmt: skip
        for rival in measure.rivals(events)
    ]


@Curves
def gradient_norm(runs: Runs, t: Words) -> Chart:
    """Length of the gradient before it is clipped, on a logarithmic axis; a dotted line where clipping begins."""
    lines: list[Line] = []
    epochs = _epochs(runs)
    for spec, seeds in by_seed(runs).items():
        found = thin([(x, y) for x, y in points(seeds[0], "gradient_norm") if y > 0])
        drawn = variants.look(spec, list(runs))
        alone = "circle" if len(found) == 1 else None  # a line of one point cannot be seen
        lines.append(
            _line(variants.name(spec, list(runs), t), found, colour=drawn.colour, dash=drawn.dash, marker=alone)
        )
    norms = [y for line in lines for y in line.y] or [0.1, 1.0]
    clips = sorted({getattr(spec, "clip", 0.0) for spec in runs} - {0.0})
    for clip in clips:
        lines.append(Line(t("fig_clip"), [0, epochs], [clip, clip], STONE, dash="dot", width=1.5))
    return Chart(
        title=t("fig_gradient_title"),
        x_title=t("fig_epoch"),
        y_title=t("fig_gradient"),
        x_range=(0, epochs),
        y_range=decades(norms + clips),
        lines=lines,
        log=True,
        height=260,
        gutter=72,
        finding=t("fig_gradient_alt", low=min(norms), high=max(norms)),
    )


def decades(values: list[float]) -> tuple[float, float]:
    """Whole powers of ten around positive numbers."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return 10.0**low, 10.0 ** max(high, low + 1)
