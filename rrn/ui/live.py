"""Figures of a run: light pictures while it grows, Plotly when it has ended, at the same place and height."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import plotly.graph_objects as go
import streamlit as st

from rrn import measures
from rrn.events import Event, Measured
from rrn.figures.chart import Curves, Runs
from rrn.spec import Spec, to_dict
from rrn.store.runs import named
from rrn.ui import run_state, screen
from rrn.ui.owner import owner
from rrn.ui.refusal import known
from rrn.ui.words import t
from rrn.xray.specimen import reads_text

POLL = 1.0  # seconds
SOON = 0.4  # seconds, until the curve has its first point
WAIT, LOOK = 0.3, 0.03  # seconds of those in which news are waited for, and between two looks for them
SAMPLE, HEAD, WAITING = 200, 78, 300  # pixels of height
Figure = Callable[..., go.Figure]


@dataclass
class Seen:
    """The events of the shown run that this session has read: each is fetched once."""

    events: list[Event] = field(default_factory=list)
    clock: run_state.Clock = field(default_factory=run_state.Clock)
    complete: bool = False

    def more(self, run) -> bool:
        """Fetch what is new; is the run still alive?"""
        if not self.complete:
            alive = run.alive  # before the events, so that nothing of the end is missed
            self.events += run.events(after=len(self.events))
            self.complete = not alive
        return not self.complete

    def wait(self, run) -> bool:
        """The same, as soon as there is something new: a timer that rings as often would draw all for nothing."""
        known, until = len(self.events), time.monotonic() + WAIT
        while self.more(run) and len(self.events) == known and time.monotonic() < until:
            time.sleep(LOOK)
        return not self.complete


def seen(key: str, run) -> Seen:
    """What this session knows of the shown run, brought up to date."""
    kept = screen.remembered(f"{key}.seen", run.id, Seen)
    kept.more(run)
    return kept


def empty(key: str, spec: Spec, figures: tuple[Figure, ...]) -> None:
    """Where nothing was trained and nothing ships: the axes, waiting."""
    st.caption(t("lab_empty"))
    for figure in figures[:1]:
        screen.plot(figure({spec: []}, t), key=f"{key}.empty", alt=t("lab_empty"))


def draw(key: str, run, figures: tuple[Figure, ...], *, stopping: bool) -> None:
    """State, figures and samples of a run, again every second for as long as it is alive."""
    kept = seen(key, run)
    was_alive = not kept.complete
    was_empty = was_alive and not has_points(kept.events)

    def part():
        if was_empty and has_points(kept.events):
            st.rerun()  # the first point was drawn a moment ago: from here on a slower timer will do
        # Whoever waits in the queue asks seldom: there may be fifty of them.
        alive = kept.wait(run) if was_empty and run.state == "running" else kept.more(run)
        left = kept.clock.left(measures.epoch(kept.events), run.spec.epochs) if alive else None
        state = run_state.draw(run, kept.events, stopping=stopping, left=left)
        if was_alive and not alive:
            st.rerun()  # from the top: it stops the timer, draws the finished figures, gives Train back
        explain(state, run)
        first, *others = shareable(run, figures)
        figure_of(key, run.id, {run.spec: kept.events}, first, grows=was_alive)
        columns = st.columns(2, gap="medium")
        for n, figure in enumerate(others):
            with columns[n % 2]:
                figure_of(key, run.id, {run.spec: kept.events}, figure, grows=was_alive)
        if reads_text(run.spec):
            with columns[len(others) % 2]:
                _samples(key, kept.events, was_alive)

    st.fragment(part, run_every=(SOON if was_empty else POLL) if was_alive else None)()


def shareable(shown, figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """Without those that quote what a run learned from, where somebody else has handed that in.

    Args:
        shown: a run, or a group of one owner's.
    """
    if shown.created is None or shown.owned_by(owner()):
        return figures
    handed_in = named(to_dict(shown.spec).values())
    return tuple(figure for figure in figures if not (handed_in and getattr(figure, "quotes", False)))


def has_points(events: list[Event]) -> bool:
    return any(isinstance(event, Measured) and event.step > 0 for event in events)


def explain(state: run_state.State, run) -> None:
    """What to try after a failure. The curve so far stays below."""
    if state == run_state.FAILED:
        rate, sentence = run.spec.rate, known(f"refused_{run.why}", t("lab_try"))
        sentence = known(f"lab_try_{run.why}", sentence, rate=rate, lower=float(f"{rate / 4:.1g}"))
        st.error(sentence, icon=":material/error:")
    elif state == run_state.LOST:
        st.info(t("lab_try_lost"), icon=":material/sync_problem:")


def figure_of(key: str, whose: str, runs: Runs, figure: Figure, *, grows: bool) -> None:
    """One figure of one run or of several: a picture while they train, Plotly when they have ended.

    Args:
        whose: the id of the run or of the group.
    """
    name = getattr(figure, "__name__", "figure")
    if not grows or getattr(figure, "grows", False):
        alt = figure.chart(runs, t).finding if isinstance(figure, Curves) else t(f"fig_{name}_alt")
        screen.plot(lambda: figure(runs, t), key=f"{key}.{name}", alt=alt, of=(whose, *map(len, runs.values())))
    elif isinstance(figure, Curves):
        chart = figure.chart(runs, t)
        if any(line.x for line in chart.lines):  # its rivals wait for it
            screen.chart(chart)
        else:
            st.skeleton(chart.height)
    else:
        st.skeleton(WAITING)


def _samples(key: str, events: list[Event], alive: bool) -> None:
    """What the network writes from one prompt, epoch by epoch. Visitors' words: never as Markdown."""
    written = measures.samples(events)
    st.markdown(f"**{t('lab_samples')}**")
    if not written:
        with st.container(height=HEAD, border=False):
            st.caption(t("lab_samples_none"))
        if alive:
            st.skeleton(SAMPLE)
        return
    last = max(written)
    epoch = last
    with st.container(height=HEAD, border=False):
        if not alive and len(written) > 1:
            epoch = st.select_slider(t("lab_samples_epoch"), sorted(written), value=last, key=f"{key}.sample.{last}")
        else:
            st.caption(t("lab_samples_of", n=last))
    st.code(written[epoch], language=None, wrap_lines=True)
