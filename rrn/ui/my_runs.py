"""What the visitor has trained: open, write with it, train it on, delete."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from rrn import jobs, measures, store, tasks
from rrn.figures import variants
from rrn.measures import Measure
from rrn.spec import Between, Named, Refused, Spec, choices
from rrn.ui import run_state, screen
from rrn.ui.owner import holds, owner
from rrn.ui.refusal import said
from rrn.ui.words import n, t
from rrn.xray.specimen import reads_text

FEW = 8  # runs that are listed before one asks for all
FURTHER = 8  # epochs to train on for


def draw(
    key: str,
    kind: type[Spec],
    task: str,
    shown: Collection[str],
    open_run: Callable[[str | None], None],
    measure: Measure,
) -> None:
    """The list, newest first, and what can be done with the one that is picked.

    Args:
        shown: ids of the run above, or of all of a group.
        open_run: shows another one there; None shows the example again.
        measure: the number that stands beside each.
    """
    s = st.session_state
    st.header(t("runs_title"), anchor="runs")
    if store.set_aside():
        st.warning(t("runs_set_aside"), icon=":material/sync_problem:", width=580)
    mine = jobs.mine(owner(), task)
    if not mine:
        st.caption(t("runs_none"))
        if store.has_texts(owner()):
            _delete_all(key, 0, False, open_run)
        return
    st.caption(t(f"runs_kept_{holds()}"))
    whole = s.get(f"{key}.all", False)
    listed = mine if whole else mine[:FEW]
    by_id = {run.id: run for run in listed}
    if s.get(f"{key}.picked") not in by_id or s.get(f"{key}.above", shown) != shown:  # another one has come above
        s[f"{key}.picked"] = next((id for id in by_id if id in shown), listed[0].id)
    s[f"{key}.above"] = shown
    s[f"{key}.picked"] = s[f"{key}.picked"]  # the lines change with their runs: say the choice again
    numbers = s.setdefault(f"{key}.numbers", {})
    fields = [field for field in tasks.module(task).PROBLEM if field != "text"]  # which every line tells anyway
    apart = [field for field in fields if len({getattr(run.spec, field) for run in listed}) > 1]
    lines = {run.id: _line(run, shown, apart) for run in listed}
    st.radio(
        t("runs_pick"),
        list(by_id),
        format_func=lines.__getitem__,
        captions=[_caption(run, numbers, measure) for run in listed],
        key=f"{key}.picked",
        label_visibility="collapsed",
    )
    if len(mine) > len(listed):
        st.button(t("runs_all", n=len(mine)), key=f"{key}.more", type="tertiary", on_click=s.__setitem__,
                  args=(f"{key}.all", True))  # fmt: skip
    _actions(key, kind, by_id[s[f"{key}.picked"]], shown, open_run)
    if f"{key}.refused" in s:
        st.error(said(s.pop(f"{key}.refused")), icon=":material/error:")
    if s.pop(f"{key}.opened", False):
        writes = reads_text(by_id[s[f"{key}.picked"]].spec)
        words = t("runs_opened_writes", lab="#lab", writing="#writing") if writes else t("runs_opened", lab="#lab")
        st.success(words, icon=":material/arrow_upward:", width=580)
    _delete_all(key, len(mine), any(run.id in shown for run in mine), open_run)


def _delete_all(key, count, shown_is_mine, open_run):
    with st.popover(t("runs_delete_all"), icon=":material/delete_sweep:", type="tertiary"):
        st.markdown(t("runs_delete_all_sure", n=count))
        st.button(t("runs_delete_all_yes"), key=f"{key}.wipe", on_click=_wipe, args=(key, shown_is_mine, open_run))


def _actions(key, kind, run, shown, open_run):
    with st.container(horizontal=True, gap="small"):
        st.button(t("runs_open"), key=f"{key}.open", icon=":material/show_chart:", on_click=_open,
                  args=(key, run.id, open_run))  # fmt: skip
        if run.weights_saved and not run.alive:
            if reads_text(run.spec):
                st.button(t("runs_write"), key=f"{key}.write", icon=":material/edit_note:", on_click=_open,
                          args=(key, run.id, open_run))  # fmt: skip
            with st.popover(t("runs_further"), icon=":material/fast_forward:"):
                allowed = choices(kind)["epochs"]
                assert isinstance(allowed, Between)
                low, high = int(allowed.low), int(allowed.high)
                st.slider(t("runs_further_epochs"), low, high, min(FURTHER, high), key=f"{key}.epochs")
                st.button(t("runs_further_go"), key=f"{key}.further", on_click=_further, args=(key, run, open_run))
        with st.popover(t("runs_delete"), icon=":material/delete:"):
            st.markdown(t("runs_delete_sure"))
            st.button(t("runs_delete_yes"), key=f"{key}.delete", on_click=_delete, args=(key, run.id, shown, open_run))


def _open(key, id, open_run):
    st.session_state[f"{key}.opened"] = True
    open_run(id)


def _further(key, run, open_run):
    s = st.session_state
    try:
        longer = replace(run.spec, epochs=s[f"{key}.epochs"])
        started = jobs.start(longer, owner(), onward=run.id, lab=run.origin.lab)
    except Refused as why:
        s[f"{key}.refused"] = why
        return
    s[f"{key}.picked"] = started.id
    _open(key, started.id, open_run)


def _delete(key, id, shown, open_run):
    try:
        jobs.delete(id, owner())
    except Refused as why:
        st.session_state[f"{key}.refused"] = why
        return
    screen.forget()
    if set(shown) <= {id}:  # of a group the others stay
        open_run(None)


def _wipe(key, shown_is_mine, open_run):
    try:
        jobs.delete_all(owner())
    except Refused as why:
        st.session_state[f"{key}.refused"] = why
        return
    st.session_state[f"{key}.numbers"] = {}
    screen.forget()
    if shown_is_mine:
        open_run(None)


def _line(run, shown: Collection[str], apart: Collection[str]) -> str:
    """A run in a few words, Markdown of our own making.

    Args:
        apart: fields of what is learned that set the runs apart.
    """
    spec = run.spec
    what = [name(spec)]
    for field in apart:
        allowed = choices(type(spec))[field]
        is_own = isinstance(allowed, Named) and getattr(spec, field) not in allowed.names
        if not is_own:  # the name of what was handed in says nothing
            what.append(variants.value(spec, field, t))
    if attention := getattr(spec, "attention", ""):
        what.append(t(f"called_attention_{attention}"))
    if spec.seed:
        what.append(t("measure_seed", seed=spec.seed))
    if run.parent:
        what.append(t("runs_goes_on"))
    if reads_text(spec):
        what.append(text_name(spec.text))
    state = run_state.words(run_state.of(run, run.events() if run.alive else []))
    mark = f" :primary-badge[{t('runs_shown')}]" if run.id in shown else ""
    return f"**{' · '.join(what)}** {state}{mark}"


def name(spec: Spec) -> str:
    """A run in a few words: its cell, its size, how long it learned."""
    epochs = t("runs_epochs" if spec.epochs > 1 else "runs_epochs_one", epochs=spec.epochs)
    return " · ".join([t(f"field_cell_{spec.cell}"), t("runs_units", units=spec.units), epochs])


def text_name(name: str) -> str:
    key = name.replace("-", "_")
    return t("corpus_own") if len(name) == 64 else t(f"corpus_{key}")


def _caption(run, numbers: dict[str, float | None], measure) -> str:
    """Number and age. The number of a run that has ended is looked up once."""
    if not run.alive and run.id not in numbers:
        events = run.events()
        numbers[run.id] = measure(events) if measures.epoch(events) >= 1 else None
    parts = []
    if numbers.get(run.id) is not None:
        parts.append(t("runs_number", what=t(f"measure_{measure.name}"), value=numbers[run.id]))
    parts.append(_ago(run.created))
    return " · ".join(parts)


def _ago(created: datetime) -> str:
    minutes = max(0.0, (datetime.now(UTC) - created).total_seconds()) / 60
    if minutes < 1:
        return t("runs_now")
    if minutes < 60:
        return t("runs_minutes_ago", n=round(minutes))
    if minutes < 2880:
        return t("runs_hours_ago", n=n(round(minutes / 60), 2))
    return t("runs_days_ago", n=round(minutes / 1440))
