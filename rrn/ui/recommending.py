"""A session that a learner composes, and what each recommender would put first after it."""

import numpy as np
import streamlit as st

from rrn.data.recommenders import Recommender
from rrn.events import Event
from rrn.figures.style import COLOUR
from rrn.intake import sequence
from rrn.measures import last, mrr, recall_at_5
from rrn.scratch import network as net
from rrn.scratch.activations import softmax
from rrn.spec import Refused
from rrn.tasks import sessions as task
from rrn.ui import bars, controls, screen
from rrn.ui.models import Model
from rrn.ui.refusal import said
from rrn.ui.words import n, t

START = "Doru Bimo Kemi"
TYPED = 1400  # characters: 200 names
COLUMNS = 3
NETWORK = "network"


def draw(key: str, readers: dict[str, Model]) -> None:
    """The section below a lab where a session is composed; everything is counted or computed in the web process."""
    st.header(t("recommending_title"), anchor="recommending")
    if not readers:
        st.caption(t("recommending_no_model"))
        return

    def part():
        left, right = st.columns([4, 9], gap="large")
        with left:
            reader = _reader(key, readers)
            session = _session(key)
        with right:
            if session is not None:
                _recommended(key, reader, session)
            compared(reader.run.events(), reader.spec.cell)

    st.fragment(part)()


def _reader(key: str, readers: dict[str, Model]) -> Model:
    s, names = st.session_state, {id: reader.name for id, reader in readers.items()}
    if s.get(f"{key}.model") not in names:
        s[f"{key}.model"] = next(iter(names))
    if len(names) == 1:
        st.caption(next(iter(names.values())))
        return readers[s[f"{key}.model"]]
    controls.say_again(f"{key}.model")
    return readers[st.radio(t("recommending_model"), tuple(names), format_func=names.__getitem__, key=f"{key}.model")]


def _session(key: str) -> np.ndarray | None:
    """What was composed, as places in the task's names; None where nothing can be read, which is told."""
    s, place, add = st.session_state, f"{key}.session", f"{key}.add"
    s.setdefault(place, START)

    def more() -> None:
        s[place] = f"{s[place]} {s[add]}".strip()
        s[add] = None

    def less() -> None:
        s[place] = " ".join(s[place].split()[:-1])

    st.selectbox(t("recommending_add"), task.NAMES, index=None, key=add, on_change=more,
                 placeholder=t("recommending_add_one"))  # fmt: skip
    text = st.text_area(t("recommending_session"), key=place, height=84, max_chars=TYPED,
                        help=t("recommending_session_help"))  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button(t("recommending_less"), key=f"{key}.less", icon=":material/backspace:", type="tertiary",
                  on_click=less)  # fmt: skip
        st.button(t("recommending_anew"), key=f"{key}.anew", icon=":material/restart_alt:", type="tertiary",
                  on_click=s.__setitem__, args=(place, ""))  # fmt: skip
    if not text.strip():
        st.caption(t("recommending_empty"))
        return None
    try:
        session = sequence.names(text, task.NAMES)
    except Refused as why:
        st.error(said(why), icon=":material/error:")
        return None
    heard = [t("recommending_heard", band=task.NAMES[band], style=_style(band)) for band in session[-task.LONGEST :]]
    st.caption(("… " if len(session) > task.LONGEST else "") + " · ".join(heard))
    return session


def _style(band) -> str:
    return task.STYLES[band % len(task.STYLES)]


def _recommended(key: str, reader: Model, session: np.ndarray) -> None:
    """The five that each would put first, with the probability that it gives them."""
    spec = reader.spec
    those = screen.remembered(f"{key}.those", (reader.id, spec), lambda: _recommenders(reader))
    ruled = _ruled(spec, session)
    if ruled:
        names = ", ".join(task.NAMES[band] for band in ruled)
        st.caption(t("recommending_rule", names=names))
    else:
        st.caption(t("recommending_no_rule"))
    columns = st.columns(COLUMNS, gap="medium")
    for place, (name, recommend) in enumerate(those.items()):
        chance = recommend(session[None])[0, -1]
        best = np.argsort(-chance, kind="stable")[: task.AT]
        own = name == NETWORK
        called = t(f"field_cell_{spec.cell}") if own else t(f"rival_{name}")
        listed = ", ".join(f"{task.NAMES[band]} {n(float(chance[band]), 2)}" for band in best)
        drawn = [bars.Bar(task.NAMES[band], float(chance[band]), band in ruled) for band in best]
        with columns[place % COLUMNS]:
            bars.draw(
                called, drawn, COLOUR[spec.cell], rows=task.AT, alt=t("recommending_alt", who=called, what=listed)
            )


def _recommenders(reader: Model) -> dict[str, Recommender]:
    """The network first, then those that counted the sessions it learned from; whoever knows the rule last."""
    network = net.opened_from(reader.run.weights(), reader.spec.cell)
    others = task.recommenders_of(reader.spec)
    ceiling = others.pop("ceiling")
    return {NETWORK: lambda x: softmax(net.forward(network, x).said), **others, "ceiling": ceiling}


def _ruled(spec, session: np.ndarray) -> list[int]:
    """The bands that the rule names after this session; none where it is too short."""
    if len(session) < 2:
        return []
    chance = task.world(spec.order).rule[session[-2], session[-1]]
    return [int(band) for band in np.argsort(-chance, kind="stable") if chance[band]]


def compared(events: list[Event], cell: str) -> None:
    """All that recommend, in the order of their recall, as a table."""
    found = {name: _both(events, f"/{name}") for name in (rival.name for rival in recall_at_5.rivals(events))}
    rows = {t(f"rival_{name}"): values for name, values in found.items()}
    rows[t(f"field_cell_{cell}")] = _both(events, "")
    order = sorted((name for name, values in rows.items() if None not in values), key=lambda name: rows[name][0] or 0)
    if not order:
        return
    screen.table(
        {
            t("recommending_who"): order[::-1],
            t("measure_recall_at_5"): [n(rows[name][0]) for name in order[::-1]],
            t("measure_mrr"): [n(rows[name][1]) for name in order[::-1]],
        }
    )


def _both(events, whose):
    return last(events, f"{recall_at_5.key}{whose}"), last(events, f"{mrr.key}{whose}")
