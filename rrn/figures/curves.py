"""How a training went: what it measured at every epoch, beside those it must beat."""

import math

from rrn import measures
from rrn.events import Event, Measured
from rrn.figures.chart import Chart, Curves, Line, Runs, Words, thin
from rrn.figures.style import COLOUR, DASH, MARKER, STONE


def points(events: list[Event], name: str) -> list[tuple[float, float]]:
    """(epoch, value) of everything measured under that name."""
    found = [(e.step, e.values[name]) for e in events if isinstance(e, Measured) and name in e.values]
    return [(x, y) for x, y in found if math.isfinite(y)]


def _line(name, found, **look):
    return Line(name, [x for x, _ in found], [y for _, y in found], **look)


def _epochs(runs: Runs) -> float:
    return max((spec.epochs for spec in runs), default=10)


@Curves
def bits_per_character(runs: Runs, t: Words) -> Chart:
    """Bits per character of the text that is read and of the text that never was, with the rivals as dashed lines."""
    lines: list[Line] = []
    epochs = _epochs(runs)
    finding = t("fig_bits_title")
    for spec, events in runs.items():
        cell, name = spec.cell, t(f"field_cell_{spec.cell}")  # type: ignore[attr-defined]
        read = thin([(x, nats / math.log(2)) for x, nats in points(events, "loss")])
        look = dict(colour=COLOUR[cell])
        lines.append(_line(t("fig_reading"), read, **look, dash="dot", opacity=0.6))
        new = points(events, "bits")
        lines.append(_line(name, new, **look, dash=DASH[cell], marker=MARKER[cell]))
        if read and not new:
            finding = t("fig_bits_alt_reading", now=read[-1][1], epoch=read[-1][0])
        if new:
            (_, first), (last, now) = new[0], new[-1]
            finding = t("fig_bits_alt", cell=name, first=first, now=now, epochs=round(last))
    lines += [line for events in list(runs.values())[:1] for line in _rivals(events, epochs, t)]
    seen = [y for line in lines for y in line.y]
    blind = max((line.y[0] for line in lines if line.dash == "dash"), default=max(seen, default=6.0))
    high = max(blind + 0.25, min(max(seen, default=0.0), 1.6 * blind))  # a loss that explodes leaves at the top
    low = math.floor(min(seen, default=0.0) - 0.1)
    return Chart(
        title=t("fig_bits_title"),
        x_title=t("fig_epoch"),
        y_title=t("fig_bits"),
        x_range=(0, epochs),
        y_range=(max(low, 0), high),
        lines=lines,
        finding=finding,
    )


def _rivals(events, epochs, t):
    """Equal chances and n-grams; the best n-gram is the one to beat, so it is always there."""
    uniform, ngrams = measures.uniform(events), measures.ngrams(events)
    found = [] if uniform is None else [(t("fig_uniform"), uniform, 2.0)]
    best = min(ngrams, key=ngrams.__getitem__, default=None)
    found += [(t("fig_ngram", n=n), bits, math.inf if n == best else 1 - n / 10) for n, bits in ngrams.items()]
    return [
        Line(name, [0, epochs], [bits, bits], STONE, dash="dash", width=1.5, rank=rank) for name, bits, rank in found
    ]


@Curves
def gradient_norm(runs: Runs, t: Words) -> Chart:
    """Length of the gradient before it is clipped, on a logarithmic axis; a dotted line where clipping begins."""
    lines: list[Line] = []
    epochs = _epochs(runs)
    for spec, events in runs.items():
        found = thin([(x, y) for x, y in points(events, "gradient_norm") if y > 0])
        cell = spec.cell  # type: ignore[attr-defined]
        lines.append(_line(t(f"field_cell_{cell}"), found, colour=COLOUR[cell], dash=DASH[cell]))
    norms = [y for line in lines for y in line.y] or [0.1, 1.0]
    clips = sorted({getattr(spec, "clip", 0.0) for spec in runs} - {0.0})
    for clip in clips:
        lines.append(Line(t("fig_clip"), [0, epochs], [clip, clip], STONE, dash="dot", width=1.5, rank=1))
    low, high = math.floor(math.log10(min(norms + clips))), math.ceil(math.log10(max(norms + clips)))
    return Chart(
        title=t("fig_gradient_title"),
        x_title=t("fig_epoch"),
        y_title=t("fig_gradient"),
        x_range=(0, epochs),
        y_range=(10.0**low, 10.0 ** max(high, low + 1)),
        lines=lines,
        log=True,
        height=260,
        gutter=72,
        finding=t("fig_gradient_alt", low=min(norms), high=max(norms)),
    )
