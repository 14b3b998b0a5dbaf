"""Several runs of one thing on a lab: their figures as they grow, and a table that says what differs, if anything."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from typing import NamedTuple

import streamlit as st

from rrn import measures, tasks
from rrn.events import Event
from rrn.figures import variants
from rrn.jobs import Group
from rrn.measures import Measure
from rrn.spec import CELLS, Spec
from rrn.ui import live, measure_card, run_state, screen
from rrn.ui.lesson import Choice
from rrn.ui.words import n, t

PROSE = 640  # pixels


def read(key: str, group: Group) -> dict[Spec, list[Event]]:
    """What all of them have told so far, by spec."""
    return {run.spec: live.seen(f"{key}.{run.id}", run).events for run in group.runs}


def draw(key: str, group: Group, figures: tuple[live.Figure, ...], *, stopping: bool) -> None:
    """State and figures of a group, again every second while one of them is alive."""
    was_alive = group.alive

    def part():
        alive = group.alive
        told = read(key, group)
        if was_alive and not alive:
            st.rerun()  # from the top: it stops the timer, draws the finished figures, gives Train back
        _state(group, told, stopping=stopping)
        first, *others = live.shareable(group, figures)
        live.figure_of(key, group.id, told, first, grows=was_alive)
        columns = st.columns(2, gap="medium")
        for place, figure in enumerate(others):
            with columns[place % 2]:
                live.figure_of(key, group.id, told, figure, grows=was_alive)

    st.fragment(part, run_every=live.POLL if was_alive else None)()


def _state(group: Group, told: dict[Spec, list[Event]], *, stopping: bool) -> None:
    """Which one trains, and how far all of them have come."""
    events = [event for each in told.values() for event in each]
    state = run_state.of(group, events, stopping=stopping)
    ended = [run for run in group.runs if not run.alive]
    line = run_state.line(state, group, [], None) if state.name in ("queued", "compiling", "stopping") else ""
    if state == run_state.EXAMPLE:
        line = run_state.line(state, group, [], None)
    elif state in (run_state.RUNNING, run_state.COMPILING):
        now = next((run for run in group.runs if run.state == "running"), None)
        what = name(now.spec, group) if now else ""
        line = t("together_running", n=min(len(ended) + 1, len(group.runs)), of=len(group.runs), what=what)
    elif not group.alive:
        spent = [measures.seconds(each) for each in told.values()]
        seconds = run_state.duration(sum(sum(each) for each in spent if each))
        whole = sum(run.state == "done" for run in group.runs)
        line = t("together_done" if whole == len(told) else "together_partly", n=whole, of=len(told), time=seconds)
    st.markdown(f"{run_state.words(state)} \u2002:small[:gray[{line}]]")
    if group.alive:
        parts = [min(measures.epoch(each) / spec.epochs, 1.0) for spec, each in told.items()]
        st.progress(sum(parts) / len(parts))
    else:
        st.space(run_state.BAR)
    for run in group.runs:
        if (each := run_state.of(run, [])) in (run_state.FAILED, run_state.LOST):
            live.explain(each, run)  # what to try; once is enough
            break


def name(spec: Spec, group: Group) -> str:
    """What one of them is called: what it differs in, and its seed where there are several."""
    specs = [run.spec for run in group.runs]
    called = variants.name(spec, specs, t)
    return f"{called} · {t('measure_seed', seed=spec.seed)}" if len({s.seed for s in specs}) > 1 else called


Read = Callable[[list[Event]], float | None]


class Row(NamedTuple):
    """What one variant came to over its seeds; `told` are the events of each."""

    spec: Spec
    values: list[float]
    told: list[list[Event]]

    @property
    def middle(self) -> float:
        return median(self.values)

    def read(self, what: Read) -> list[float]:
        """Something else that they measured, as far as they did."""
        return [value for value in map(what, self.told) if value is not None]


def rows(told: dict[Spec, list[Event]], measure: Measure) -> list[Row]:
    """One row per variant, the best first. Runs that failed, or stopped before their first epoch, are left out."""
    found = []
    for spec, seeds in variants.by_seed(
        {spec: events for spec, events in told.items() if measures.counts(events)}
    ).items():
        values = [value for value in map(measure, seeds) if value is not None]
        if values:
            found.append(Row(spec, values, seeds))
    return sorted(found, key=lambda row: row.middle, reverse=not measure.less)


def overlap(one: Row, other: Row) -> bool:
    """Do the ranges of two variants meet? Then no difference is shown."""
    return max(min(one.values), min(other.values)) <= min(max(one.values), max(other.values))


def winner(found: list[Row]) -> Row | None:
    """The best, where its range meets no other; one seed each shows nothing."""
    if len(found) < 2 or min(len(row.values) for row in found) < 2:
        return None
    return None if any(overlap(found[0], row) for row in found[1:]) else found[0]


def gap(found: list[Row]) -> float | None:
    """The difference between the medians of the best and the second."""
    return abs(found[0].middle - found[1].middle) if len(found) > 1 else None


def best(found: list[Row]) -> float | None:
    """The best median."""
    return found[0].middle if found else None


def of(**fields) -> Callable[[list[Row]], float | None]:
    """The median of the variant with these values in its fields; of several, the best one."""

    def pick(found: list[Row]) -> float | None:
        fits = (row.middle for row in found if all(getattr(row.spec, k) == v for k, v in fields.items()))
        return next(fits, None)

    return pick


def quotient(field: str) -> Callable[[list[Row]], float | None]:
    """The median where a field is largest, divided by that where it is smallest."""

    def divide(found: list[Row]) -> float | None:
        middles = {getattr(row.spec, field): row.middle for row in found}
        under = middles[min(middles)] if len(middles) > 1 else 0.0
        return middles[max(middles)] / under if under else None

    return divide


def place_of_winner(found: list[Row]) -> float:
    """Which cell wins: 0, 1 or 2 for the simple one, GRU and LSTM; 3 where no difference is shown. With one seed each,
    whoever comes out ahead.
    """
    one_seed = max(len(row.values) for row in found) < 2
    ahead = found[0] if len(found) > 1 and found[0].middle != found[1].middle else None
    won = ahead if one_seed else winner(found)
    return 3.0 if won is None else float(CELLS.index(won.spec.cell))


def card(
    key: str,
    group: Group,
    measure: Measure,
    guess: Choice | None,
    verdict: Callable[[list[Row]], float | None] = best,
    also: Sequence[Read] = (),
) -> None:
    """The table, and in words what it shows; then whether the guess was right, which `verdict` decides.

    Args:
        also: what else each of them measured, in columns of their own.
    """
    told = read(key, group)
    found = rows(told, measure)
    if group.alive:
        return
    specs = list(told)
    left_out = [name(spec, group) for spec, events in told.items() if not measures.counts(events)]
    if left_out:
        st.info(t("together_left_out", names=", ".join(left_out)), icon=":material/info:", width=PROSE)
    if not found:
        return
    with st.container(border=True):
        st.markdown(f"**{t(f'measure_{measure.name}')}**", help=t(f"measure_{measure.name}_help"))
        screen.table(_table(found, specs, measure, also))
        st.markdown(_finding(found, specs))
        rivals = [rival for rival in measure.rivals(next(iter(told.values()))) if rival.rank >= 1]
        seeds = sorted({spec.seed for spec in specs})
        parts = [f"{t(f'rival_{rival.name}', **rival.values)}: {n(rival.value)}" for rival in rivals]
        several = len(seeds) > 1
        parts.append(t("together_seeds", seeds=", ".join(map(str, seeds))) if several else
                     t("measure_seed", seed=seeds[0]))  # fmt: skip
        st.caption(" · ".join(parts))
    value = verdict(found)
    if guess is not None and value is not None:
        if verdict is not place_of_winner:  # which is no number to be told
            measure_card.verdict(value, guess)
            return
        right = guess.holds(value)
        said = t("together_right" if right else "together_wrong", said=guess.text)
        (st.success if right else st.info)(said, width=PROSE)


def _table(found: list[Row], specs: list[Spec], measure: Measure, also: Sequence[Read]) -> dict[str, list[str]]:
    several = max(len(row.values) for row in found) > 1
    table = {t("together_what"): [variants.name(row.spec, specs, t) for row in found]}
    table[t("together_median") if several else t(f"measure_{measure.name}_unit")] = [n(row.middle) for row in found]
    if several:
        table[t("together_range")] = [_range(row.values) for row in found]
    if measure.solved is not None:
        solved = [row.read(measure.first_solved) for row in found]
        table[t("together_solved")] = [
            t("together_epoch", n=median(at), of=len(at), runs=len(row.values)) if at else t("together_never")
            for row, at in zip(found, solved, strict=True)
        ]
    for other in also:
        table[t(f"measure_{other.__name__}_unit")] = [_middle(row.read(other)) for row in found]
    table[t("together_seconds")] = [_middle(row.read(measures.training)) for row in found]
    table[t("together_parameters")] = [n(tasks.of(row.spec).cost(row.spec).parameters) for row in found]
    return table


def _range(values: list[float]) -> str:
    """From the least to the largest, with as many figures as it takes to tell them apart."""
    low, high = min(values), max(values)
    digits = next((digits for digits in (3, 4, 5, 6) if n(low, digits) != n(high, digits)), 3)
    return f"{n(low, digits)} – {n(high, digits)}"


def _middle(values: list[float]) -> str:
    return n(median(values), 3) if values else "–"


def _finding(found: list[Row], specs: list[Spec]) -> str:
    """The table in one sentence, which claims no more than was shown."""
    if len(found) < 2:
        (row,) = found
        spread = max(row.values) - min(row.values)
        if len(row.values) < 2:
            return t("together_one")
        return t("together_chance" if spread else "together_alike", n=len(row.values), spread=spread)
    names = [variants.name(row.spec, specs, t) for row in found]
    best = names[0]
    if max(len(row.values) for row in found) < 2:
        tied = [name for name, row in zip(names, found, strict=True) if row.middle == found[0].middle]
        said = t("together_tie", names=", ".join(tied)) if len(tied) > 1 else t("together_one_seed", best=best)
    elif winner(found) is None:
        met = [name for name, row in zip(names[1:], found[1:], strict=True) if overlap(found[0], row)]
        few = [name for name, row in zip(names, found, strict=True) if len(row.values) < 2]
        said = (
            t("together_no_difference", best=best, others=", ".join(met))
            if met
            else t("together_few", names=", ".join(few))
        )
    else:
        said = t("together_difference", best=best, second=names[1], gap=gap(found) or 0.0)
    return said[0].upper() + said[1:]


def specs(spec: Spec, seeds: int = 1, **fields: tuple) -> list[Spec]:
    """Every combination: each value of each field, with each of so many seeds from the spec's own on.

    `specs(spec, 3, cell=CELLS)` are nine: three cells, three seeds each.
    """
    made = [spec]
    for field, values in fields.items():
        made = [replace(each, **{field: value}) for each in made for value in values]
    return [replace(each, seed=(each.seed + more) % 10_000) for each in made for more in range(seeds)]
