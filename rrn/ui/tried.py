"""What has been trained for one task, as numbers to choose by."""

import math
from functools import partial
from typing import NamedTuple

import streamlit as st

from rrn import jobs, measures, shipped, tasks
from rrn.data import course
from rrn.figures import variants
from rrn.jobs import Run
from rrn.measures import Measure
from rrn.scratch.network import opened_from
from rrn.shipped import Shipped
from rrn.spec import Refused, Spec
from rrn.ui import address, controls, models, my_runs, screen
from rrn.ui.owner import owner
from rrn.ui.words import n, t
from rrn.xray import score as scores

NAMED = ("cell", "units", "epochs")  # in every run's name


class Tried(NamedTuple):
    """A run that has ended: what it came to, and what it cost."""

    run: Run | Shipped
    name: str
    value: float
    seconds: float
    parameters: int

    @property
    def cell(self) -> str:
        return self.run.spec.cell

    def costs(self, measure: Measure) -> tuple[float, float, float]:
        """Less is better in each."""
        return (self.value if measure.less else -self.value), self.seconds, float(self.parameters)


def rivals(key: str, task: str, measure: Measure) -> tuple[str, list[Tried]]:
    """The problem that is looked at, and the visitor's runs of it that have ended, else those that ship.

    Runs that differ in what makes the problem are no rivals: of several problems, one is chosen here.
    """
    mine = _ended(_mine(task), measure)
    found = mine or _ended([shipped.open(name) for name in shipped.names()], measure, task)
    if found:
        st.caption(t("tried_yours" if mine else "tried_none"))
    problems: dict[str, list[Tried]] = {}
    for each in found:
        problems.setdefault(_problem(each.run.spec), []).append(each)
    if len(problems) < 2:
        return next(iter(problems), ""), _named(found)
    controls.say_again(f"{key}.{task}.problem")
    ids = sorted(problems, key=lambda id: -len(problems[id]))
    names = dict(zip(ids, _names([problems[id][0].run for id in ids]), strict=True))
    chosen = st.radio(
        t("tried_problem"), ids, format_func=names.__getitem__, key=f"{key}.{task}.problem", horizontal=True
    )
    return chosen, _named(problems[chosen])


def _mine(task):
    """Without those that went on from another: their seconds are not all that the network has learned for."""
    try:
        return [run for run in jobs.mine(owner(), task) if not run.alive and not run.parent]
    except Refused as why:
        address.notice(why.code, **why.values)
        return []


def _ended(runs, measure: Measure, task: str = "") -> list[Tried]:
    found = []
    for run in runs:
        if task and tasks.of(run.spec) is not tasks.module(task):
            continue
        value, seconds = screen.remembered(f"tried.{run.id}", measure.key, partial(_numbers, run, measure))
        if value is not None and seconds is not None and math.isfinite(value):
            found.append(Tried(run, "", value, seconds, tasks.of(run.spec).cost(run.spec).parameters))
    return found


def _numbers(run, measure: Measure) -> tuple[float | None, float | None]:
    """Measure and seconds of a run that has ended with weights: read once, for its events may be many."""
    if not run.weights_saved:
        return None, None
    events = run.events()
    return (measure(events), measures.training(events)) if measures.counts(events) else (None, None)


def _problem(spec: Spec) -> str:
    """The same in every language."""
    return ",".join(f"{field}={getattr(spec, field)}" for field in tasks.of(spec).PROBLEM)


def _names(runs) -> list[str]:
    """What each one's problem is called, by what sets it apart; those that are still called alike are counted."""
    specs = [run.spec for run in runs]
    fields = [f for f in tasks.of(specs[0]).PROBLEM if len({getattr(spec, f) for spec in specs}) > 1]
    names = [" · ".join(_said(run, field) for field in fields) for run in runs]
    counted = [f"{name} ({names[: place + 1].count(name)})" for place, name in enumerate(names)]
    return [more if names.count(name) > 1 else name for name, more in zip(names, counted, strict=True)]


def _said(run, field) -> str:
    value = getattr(run.spec, field)
    if field != "text":
        return variants.value(run.spec, field, t)
    if isinstance(run, Shipped) and value not in course.NAMES:
        return t("tried_text_of", name=models.called(run.id))
    return my_runs.text_name(value)


def _named(found: list[Tried]) -> list[Tried]:
    """Each with a name that tells it from the others."""
    specs = [each.run.spec for each in found]
    more = [field for field in variants.differing(specs) if field not in NAMED] if found else []
    seeds = len({spec.seed for spec in specs}) > 1
    names = [
        " · ".join([my_runs.name(spec), *(variants.value(spec, field, t) for field in more)])
        + (f" · {t('measure_seed', seed=spec.seed)}" if seeds else "")
        for spec in specs
    ]
    return [each._replace(name=name) for each, name in zip(found, names, strict=True)]


def table(found: list[Tried], front: list[int] | None, measure: Measure) -> None:
    """All of them, those on the front marked; None while that is still to be guessed."""
    columns = {
        t("together_what"): [run.name for run in found],
        t(f"measure_{measure.name}_unit"): [n(run.value) for run in found],
        t("together_seconds"): [n(run.seconds, 3) for run in found],
        t("together_parameters"): [n(run.parameters) for run in found],
    }
    if front is not None:
        columns[t("tried_front")] = [t("tried_yes") if place in front else "–" for place in range(len(found))]
    screen.table(columns)


def tree(found: list[Tried], enough: list[int], leaves: list[int], measure: Measure, seed: int) -> None:
    """The decision, as nested questions: who is good enough, then what matters most.

    Args:
        enough: places of those that are good enough.
        leaves: places to take where the measure, the seconds or the parameters matter most.
        seed: of the fresh sequences on which the choice is measured once more.
    """
    values = [run.value for run in found]
    best = min(values) if measure.less else max(values)
    solves = measure.solved is not None and measure.gain(best, measure.solved) >= 0
    words = {"n": len(enough), "of": len(found), "what": t(f"measure_{measure.name}_unit")}
    lines = [t("tried_solve", **words, solved=measure.solved) if solves else t("tried_near", **words, best=best)]
    for what, place in zip(("measure", "seconds", "parameters"), leaves, strict=True):
        run = found[place]
        costs = {"value": run.value, "seconds": run.seconds, "parameters": run.parameters}
        lines.append(f"    - {t(f'tried_leaf_{what}', name=run.name, **costs)}")
    st.markdown("\n".join([f"- {lines[0]}", *lines[1:]]))
    chosen = found[leaves[0]]
    again = _again(chosen.run, measure, seed)
    if again is None:
        st.caption(t("tried_no_more"))
    else:
        st.markdown(t("tried_again", name=chosen.name, chosen=chosen.value, again=again))


def _again(run, measure: Measure, seed: int) -> float | None:
    """The measure of a run on sequences that were used neither to train nor to choose; None where there are none."""
    fresh = scores.fresh(run, seed)
    if fresh is None:
        return None
    network = opened_from(run.weights(), run.spec.cell, getattr(run.spec, "activation", "tanh"))
    return scores.score(run, network, fresh)[measure.key]
