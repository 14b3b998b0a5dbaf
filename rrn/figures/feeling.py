"""What a network thinks of a text while it reads: a score after every word, and what each word does to it."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rrn import measures
from rrn.figures.chart import Chart, Line, Runs, Words, plotly
from rrn.figures.style import COLOUR, STONE, frame

LONGEST = 24  # letters of a word under the axis


def running(words: Sequence[str], lines: Sequence[Line], title: str, t: Words, finding: str = "") -> Chart:
    """The chart of probabilities by word, with the line where neither class is likelier.

    Args:
        lines: one for every reader, x from 1.
    """
    last = max(2, len(words))
    half = Line(t("fig_running_half"), [1, last], [0.5, 0.5], STONE, dash="dot", width=1.5, rank=0)
    return Chart(title, t("fig_running_words"), t("fig_running_positive"), (1, last), (0, 1), [half, *lines],
                 finding=finding, x_names=tuple(map(_cut, words)))  # fmt: skip


def _cut(word: str) -> str:
    return word if len(word) <= LONGEST else f"{word[: LONGEST - 1]}…"


def score_by_word(runs: Runs, t: Words) -> go.Figure:
    """The newest running score of the first run, on the held-out text that it always reads."""
    spec, events = next(iter(runs.items()), (None, []))
    found = measures.captured(events, "running")
    words = measures.listed(events, "word") if found else ()
    title = t("fig_running_epoch", epoch=found[-1][0]) if found else t("fig_running_title")
    lines = []
    if spec is not None and found:
        steps = [float(step) for step in range(1, len(words) + 1)]
        # Those before, fainter the older they are: how the needle learned to move.
        for n, (_, values) in enumerate(found[:-1]):
            opacity = 0.1 + 0.3 * n / max(1, len(found))
            lines.append(Line("", steps, values.tolist(), COLOUR[spec.cell], width=1, opacity=opacity))
        lines.append(
            Line(t(f"field_cell_{spec.cell}"), steps, found[-1][1].tolist(), COLOUR[spec.cell], marker="circle")
        )
    return plotly(running(words, lines, title, t))


score_by_word.grows = True  # type: ignore[attr-defined]  # it is drawn anew whenever a new one is captured
score_by_word.quotes = True  # type: ignore[attr-defined]  # from what its owner handed in: nobody else sees it


def lexicon(words: Sequence[str], before: Sequence[float], after: Sequence[float], t: Words) -> go.Figure:
    """Weights of a bag of words as bars from 0, those that were changed in full colour."""
    order = np.argsort(after)
    changed = [abs(after[n] - before[n]) > 1e-9 for n in order]
    bars = dict(
        type="bar",
        orientation="h",
        x=[float(after[n]) for n in order],
        y=[words[n] for n in order],
        marker=dict(color=[COLOUR["attention"] if c else STONE for c in changed]),
        hovertemplate="%{y}: %{x:.2f}<extra></extra>",
    )
    x = dict(title=t("fig_lexicon_weight"), zeroline=True)
    y = dict(nticks=len(order) + 1, showgrid=False, automargin=True)
    return go.Figure(bars, frame(90 + 18 * max(6, len(order)), t("fig_lexicon_title"), x, y, hovermode="closest"))
