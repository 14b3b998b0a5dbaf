"""The line above the figures: what a run is doing, in one word and one sentence."""

import time
from dataclasses import dataclass

import streamlit as st

from rrn import measures
from rrn.events import Began, Event
from rrn.ui.owner import owner
from rrn.ui.refusal import known
from rrn.ui.words import n, t

SURE = 0.05  # of all epochs: from so many the time that is left can be told
BAR = 17  # pixels: as high as the progress bar


@dataclass(frozen=True)
class State:
    name: str
    icon: str
    colour: str


EXAMPLE = State("example", "bookmark", "gray")
QUEUED = State("queued", "hourglass_top", "yellow")
COMPILING = State("compiling", "build", "blue")
RUNNING = State("running", "motion_play", "blue")
STOPPING = State("stopping", "stop_circle", "orange")
STOPPED = State("stopped", "stop_circle", "orange")
FAILED = State("failed", "error", "red")
LOST = State("lost", "sync_problem", "orange")
DONE = State("done", "check_circle", "green")


def of(run, events: list[Event], *, stopping: bool = False) -> State:
    """What the page says of a run. Example, compiling and stopping are no states of the store."""
    if run.created is None:
        return EXAMPLE
    match run.state:
        case "queued":
            return STOPPING if stopping else QUEUED
        case "running":
            return STOPPING if stopping else RUNNING if trained(events) else COMPILING
        case "done":
            return DONE
        case "stopped":
            return STOPPED
    match run.why:
        case "stopped_before_weights":
            return STOPPED
        case "lost":
            return LOST
    return FAILED


def trained(events: list[Event]) -> bool:
    """Has the first batch been read?"""
    return measures.last(events, "loss") is not None


def words(state: State) -> str:
    """The badge, for a line of Markdown."""
    return f":{state.colour}-badge[:material/{state.icon}: {t(f'lab_state_{state.name}')}]"


def draw(run, events: list[Event], *, stopping: bool = False, left: float | None = None) -> State:
    """The line, and below it room for a progress bar: of one height in every state.

    Args:
        left: seconds until the end, where they can be told.
    """
    state = of(run, events, stopping=stopping)
    # One paragraph rather than a badge and a caption: on a phone the sentence goes on beside the badge.
    st.markdown(f"{words(state)} \u2002:small[:gray[{line(state, run, events, left)}]]")
    if state in (RUNNING, STOPPING) and trained(events):
        st.progress(min(measures.epoch(events) / run.spec.epochs, 1.0))
    else:
        st.space(BAR)
    return state


def line(state: State, run, events: list[Event], left: float | None) -> str:
    epochs, now = run.spec.epochs, measures.epoch(events)
    match state.name:
        case "queued":
            return t("lab_state_queued_line", place=run.place or 1)
        case "running":
            values = {"n": min(int(now) + 1, epochs), "of": epochs}
            return (
                t("lab_state_running_line", **values)
                if left is None
                else t("lab_state_running_left", **values, left=duration(left))
            )
        case "stopped" if run.why in ("stopped_before_weights", "closed"):
            return t(f"refused_{run.why}")
        case "stopped":
            if now < 1:
                return t("lab_state_stopped_early")
            return t("lab_state_stopped_line" if run.owned_by(owner()) else "lab_state_stopped_theirs", n=n(now, 2))
        case "failed":
            return known(f"lab_state_failed_{run.why}", t("lab_state_failed_line", n=n(now, 2)), n=n(now, 2))
        case "done":
            spent = measures.seconds(events)
            key = "lab_state_done_line" if epochs > 1 else "lab_state_done_line_one"
            return t(key, epochs=epochs, time=duration(spent[0] if spent else 0.0)) + _where(events)
    return t(f"lab_state_{state.name}_line")


def _where(events: list[Event]) -> str:
    began = next((e for e in events if isinstance(e, Began)), None)
    return f" · {began.device} · {t('lab_parameters', parameters=began.parameters)}" if began else ""


def duration(seconds: float) -> str:
    """ "17,8 s", "3 min", "1,5 h"."""
    if seconds < 90:
        return t("lab_seconds", n=n(seconds if seconds < 10 else round(seconds), 2))
    if seconds < 5400:
        return t("lab_minutes", n=round(seconds / 60))
    return t("lab_hours", n=n(seconds / 3600, 2))


class Clock:
    """How long a run still takes, from how its epochs have come in while it was watched."""

    def __init__(self):
        self.first: tuple[float, float] | None = None

    def left(self, epoch: float, epochs: int) -> float | None:
        now = time.monotonic()
        if self.first and epoch - self.first[1] < SURE * epochs:
            return None
        if self.first is None or epoch <= self.first[1]:
            self.first = self.first if self.first and epoch == self.first[1] else (now, epoch)
            return None
        since, at = self.first
        return (now - since) / (epoch - at) * max(0.0, epochs - epoch)
