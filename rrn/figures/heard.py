"""What a run hears while it learns: when it breaks its silence, which symbols it mistakes, and whom it hears badly."""

import numpy as np
import plotly.graph_objects as go

from rrn import measures
from rrn.data import voice
from rrn.events import Event
from rrn.figures import variants
from rrn.figures.chart import Chart, Curves, Line, Runs, Words
from rrn.figures.curves import points
from rrn.figures.hearing import Heard, called, posterior
from rrn.figures.style import COLOUR, STONE, escaped, frame
from rrn.figures.variants import by_seed
from rrn.spec import Spec

NOTHING = "∅"  # what was left out, or what nobody said
ROW = 20  # pixels
TOLD = 12  # symbols up to which a matrix has its numbers written in it
WRITTEN = 8  # symbols of a clip in a title
WORST = 1.5  # label error rate beyond which a curve leaves the figure
LEAST = 1e-7  # probability; 16 bits make 0 of what is smaller
BROKEN = 0.9  # label error rate below which it is no longer silence, or noise


@Curves
def blanks_by_epoch(runs: Runs, t: Words) -> Chart:
    """The share of silent steps, and the label error rate: first a network writes whatever, then nothing, then it
    breaks out.
    """
    lines: list[Line] = []
    epochs = max((spec.epochs for spec in runs), default=10)
    finding = t("fig_blanks_title")
    for spec, seeds in list(by_seed(runs).items()):
        look, name = variants.look(spec, list(runs)), variants.name(spec, list(runs), t)
        blanks, errors = points(seeds[0], "blanks"), points(seeds[0], "ler")
        if not blanks:
            continue
        alone = len(by_seed(runs)) == 1
        errors = [(x, min(y, WORST)) for x, y in errors]
        lines.append(_line(t("fig_blanks_errors") if alone else "", errors, look.colour, dash="dot"))
        lines.append(_line(t("fig_blanks_share") if alone else name, blanks, look.colour, marker=look.marker))
        out = next((x for x, y in errors if x > 0 and y < BROKEN), None)
        says = "fig_blanks_still" if out is None else "fig_blanks_alt"
        finding = t(says, epoch=out or epochs, first=blanks[0][1], share=blanks[-1][1], error=errors[-1][1])
    most = max([1.0, *(y for line in lines for y in line.y)])
    return Chart(t("fig_blanks_title"), t("fig_epoch"), t("fig_blanks_y"), (0, epochs), (-0.02, most + 0.02), lines,
                 height=260, gutter=124, finding=finding)  # fmt: skip


def _line(name, found, colour, **look):
    return Line(name, [x for x, _ in found], [y for _, y in found], colour, **look)


def spikes_by_epoch(runs: Runs, t: Words) -> go.Figure:
    """One clip that is not learned from: at which steps something was written, epoch after epoch, and the newest
    probabilities in full.
    """
    spec, events = next(iter(runs.items()), (None, []))
    found = measures.captured(events, "posterior")
    right, wrote = measures.listed(events, "right"), measures.samples(events)
    steps, epochs = len(found[-1][1]) if found else 50, [round(step) for step, _ in found]
    title = t("fig_watched_title")
    x = dict(title=t("fig_steps"), range=(-0.5, steps - 0.5), tickformat="d", nticks=8)
    low = dict(title=t("fig_spikes_p"), range=(0, 1.15), tickvals=(0, 0.5, 1), domain=(0.0, 0.46))
    last = spec.epochs if spec is not None else 10
    top = dict(title=dict(text=t("fig_epoch"), font_size=12, standoff=8), domain=(0.54, 1.0), tickformat="d", nticks=4,
               range=(-0.5, last + 0.5), showgrid=False, zeroline=False, tickfont_size=12)  # fmt: skip
    traces: list[dict] = []
    names: list[dict] = []
    if spec is not None and found:
        title = t("fig_watched_epoch", right=_joined(right), wrote=_joined(wrote.get(epochs[-1], "").split()))
        hover = f"{t('fig_epoch')} %{{y}}, {t('fig_steps')} %{{x}}: %{{z:.2f}}<extra></extra>"
        said = np.stack([1 - p[:, 0].astype(np.float32) for _, p in found])
        heat = dict(type="heatmap", z=said, x=np.arange(steps), y=epochs, yaxis="y2", zmin=0, zmax=1, showscale=False,
                    hovertemplate=hover)  # fmt: skip
        newest = np.maximum(found[-1][1].astype(np.float32), LEAST)
        heard = Heard(np.log(newest), symbols(spec, events, newest.shape[1] - 1), 0.0, 1.0)
        lines, names = posterior(heard, np.arange(steps), COLOUR[spec.cell], t)
        traces = [heat, *lines]
        names = [*names, dict(text=t("fig_watched_colour"), x=0, y=1, xref="paper", yref="paper", xanchor="left",
                              yanchor="bottom", showarrow=False, font_size=12)]  # fmt: skip
    return go.Figure(traces, frame(340, title, x, low, yaxis2=top, hovermode="closest", annotations=names))


spikes_by_epoch.grows = True  # type: ignore[attr-defined]  # it is drawn anew whenever a new one is captured
spikes_by_epoch.quotes = True  # type: ignore[attr-defined]  # from what its owner handed in: nobody else sees it


def _joined(words) -> str:
    shown = [*words[:WRITTEN], *["…"] * (len(words) > WRITTEN)]
    return " ".join(escaped(called(word)) for word in shown) or NOTHING


def symbols(spec: Spec, events: list[Event], count: int) -> tuple[str, ...]:
    """The symbols of a run, in order: those that it told, else those of the voice that is made here."""
    made = {str(kind): each for kind, each in voice.SYMBOLS.items()}
    told = measures.listed(events, "symbol") or made.get(getattr(spec, "sounds", ""), ())
    return tuple(told) if len(told) == count else tuple(str(n) for n in range(1, count + 1))


def confusion(runs: Runs, t: Words) -> go.Figure:
    """What was written for every symbol that was said, as shares of a row; the last of each side is nothing."""
    spec, events = next(iter(runs.items()), (None, []))
    found = measures.captured(events, "confusion")
    counts = found[-1][1] if spec is not None and found else np.zeros((1, 1), np.float32)
    known = symbols(spec, events, len(counts) - 1) if spec is not None else ()
    names = [*(escaped(called(symbol)) for symbol in known), NOTHING]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    heat = dict(
        type="heatmap",
        z=shares.astype(np.float32),
        x=list(range(len(names))),
        y=list(range(len(names))),
        zmin=0,
        zmax=1,
        customdata=[[f"{row} → {column}: {count:.0f}" for column, count in zip(names, line, strict=True)]
                    for row, line in zip(names, counts, strict=True)],
        hovertemplate="%{customdata} (%{z:.2f})<extra></extra>",
        colorbar=dict(thickness=8, nticks=3, outlinewidth=0, ypad=0),
        xgap=1,
        ygap=1,
    )  # fmt: skip
    if len(names) <= TOLD + 1:  # Plotly writes in a cell so that it can be read on its colour
        wrong = (counts > 0) & ~np.eye(len(counts), dtype=bool)
        heat |= dict(text=np.where(wrong, np.char.mod("%.0f", counts), "").tolist(), texttemplate="%{text}",
                     textfont_size=12)  # fmt: skip
    title = t("fig_confusion_epoch", epoch=found[-1][0]) if found else t("fig_confusion_title")
    ticks = dict(tickvals=list(range(len(names))), ticktext=names, showgrid=False, nticks=len(names) + 1)
    x = dict(title=t("fig_confusion_said"), automargin=True, **ticks)
    y = dict(title=t("fig_confusion_is"), autorange="reversed", automargin=True, **ticks)
    height = max(300, 96 + ROW * len(names))
    return go.Figure(heat, frame(height, title, x, y, right=48, hovermode="closest"))


confusion.grows = True  # type: ignore[attr-defined]
confusion.quotes = True  # type: ignore[attr-defined]


def ler_by_speaker(runs: Runs, t: Words) -> go.Figure:
    """The label error rate of every speaker who is held out, the worst one on top."""
    spec, events = next(iter(runs.items()), (None, []))
    found = measures.captured(events, "ler_by_speaker")
    rates, names = (found[-1][1], measures.listed(events, "speaker")) if found else (np.zeros(0), ())
    order = np.argsort(rates)
    bars = dict(
        type="bar",
        orientation="h",
        x=[float(rates[n]) for n in order],
        y=[escaped(names[n].rpartition("/")[2]) for n in order],
        marker=dict(color=COLOUR[spec.cell] if spec is not None else STONE),
        hovertemplate="%{y}: %{x:.3f}<extra></extra>",
    )
    x = dict(title=t("measure_ler_unit"), range=(0, max(0.1, 1.05 * float(rates.max(initial=0.0)))))
    y = dict(title=t("fig_speakers"), nticks=len(order) + 1, showgrid=False, automargin=True)
    return go.Figure(bars, frame(max(300, 96 + ROW * len(order)), t("fig_speakers_title"), x, y, hovermode="closest"))


ler_by_speaker.grows = True  # type: ignore[attr-defined]
ler_by_speaker.quotes = True  # type: ignore[attr-defined]
