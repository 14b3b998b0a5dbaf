"""What the visitor has trained, as numbers to choose by."""

from typing import NamedTuple

import streamlit as st

from rrn import jobs, measures, tasks
from rrn.measures import Measure
from rrn.spec import Refused
from rrn.ui import address, my_runs
from rrn.ui.owner import owner
from rrn.ui.words import n, t


class Tried(NamedTuple):
    """A run that has ended: what it came to, and what it cost."""

    name: str
    cell: str
    value: float
    seconds: float
    parameters: int


def mine(task: str, measure: Measure) -> list[Tried]:
    """The visitor's runs of a task that have ended, newest first."""
    try:
        runs = jobs.mine(owner(), task)
    except Refused as why:
        address.notice(why.code, **why.values)
        return []
    found = []
    for run in runs:
        if run.alive:
            continue
        events = run.events()
        value, spent = measure(events), measures.seconds(events)
        if value is not None and spent:
            parameters = tasks.of(run.spec).cost(run.spec).parameters
            found.append(Tried(my_runs.name(run.spec), run.spec.cell, value, spent[0], parameters))
    return found


def table(found: list[Tried], best: list[int], measure: Measure) -> None:
    """All of them, those on the front marked."""
    st.table({
        t("together_what"): [run.name for run in found],
        t(f"measure_{measure.name}_unit"): [n(run.value) for run in found],
        t("together_seconds"): [n(run.seconds, 3) for run in found],
        t("together_parameters"): [n(run.parameters) for run in found],
        t("tried_front"): [t("tried_yes") if place in best else "" for place in range(len(found))],
    })  # fmt: skip
