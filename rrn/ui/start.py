"""The start page: the whole course as a map, with the way that is done and the next step."""

from html import escape
from typing import Literal

import streamlit as st

from rrn.ui import menu, progress, screen, thread
from rrn.ui.owner import holds
from rrn.ui.words import t

State = Literal["done", "here", "todo", "to_come"]
ICONS: dict[str, str] = {
    "done": "check_circle",
    "here": "adjust",
    "todo": "radio_button_unchecked",
}
# What is still to come is no link, hence plain spans, with the measures of a page link: captions cannot be indented.
LINE = "display:flex;gap:.5rem;padding:0 .5rem;font-size:.875rem;line-height:1.25rem;opacity:.6"
MARK = "flex:none;width:1rem;display:flex;justify-content:center;align-items:center;height:1.25rem"
DOTTED = '<span style="width:13px;height:13px;border:1.5px dotted currentColor;border-radius:50%"></span>'


def show() -> None:
    """Title, one button to go on, seven modules."""
    st.title(t("start_title"), anchor=False)
    with st.container(width=640):
        st.markdown(t("start_promise"))
    screen.paint()

    way = progress.read()
    done = progress.done(way)
    core = [topic for topic in menu.topics() if topic.core]
    following = next((topic for topic in core if topic.file and topic.id not in done), None)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        _go_on(following, began=bool(way))
        st.caption(t("topics_done", done=sum(topic.id in done for topic in core), of=len(core)), width="content")
    st.space("small")

    for module in menu.MODULES:
        with st.container(border=True):
            _module(module, done, following)

    st.space("xsmall")
    with st.container(horizontal=True, gap="xsmall"):
        for state, icon in ICONS.items():
            st.caption(f":material/{icon}: {t(f'state_{state}')}", width="content")
        _line(DOTTED, t("state_to_come"))
    st.caption(t("done_means") + (" " + t("kept_by_tab") if holds() == "session" else ""))


def _go_on(following: menu.Topic | None, *, began: bool) -> None:
    """The one primary button of the page, while something is left to do."""
    if following is None:
        return
    label = t("continue_with" if began else "begin_with", topic=following.name)
    if st.button(label, type="primary", icon=":material/play_arrow:", key="start.go_on"):
        st.switch_page(following.page())


def _state(topic: menu.Topic, done: set[str], following: menu.Topic | None) -> State:
    if topic.file is None:
        return "to_come"
    return "done" if topic.id in done else "here" if topic == following else "todo"


def _module(module: int, done: set[str], following: menu.Topic | None) -> None:
    topics = menu.of_module(module)
    states = {topic: _state(topic, done, following) for topic in topics}
    squares: list[thread.State] = ["todo" if state == "to_come" else state for state in states.values()]
    left, right = st.columns([42, 58], gap="small", vertical_alignment="center")
    with left:
        st.header(f"{module} · {t(f'module_{module}')}", anchor=False)
        st.caption(t(f"answers_{module}"))
        thread.draw(squares)
    with right:
        half = (len(topics) + 1) // 2
        for column, part in zip(st.columns(2, gap="small"), (topics[:half], topics[half:]), strict=True):
            with column, st.container(gap="small"):
                for topic in part:
                    _topic(topic, states[topic])
        _extensions(menu.of_module(module, core=False))


def _topic(topic: menu.Topic, state: State) -> None:
    if state == "to_come":
        _line(DOTTED, topic.name)
    else:
        st.page_link(topic.page(), label=topic.name, icon=f":material/{ICONS[state]}:")


def _extensions(topics: list[menu.Topic]) -> None:
    """The labs that extend the module's topics: links where they exist, else names."""
    for topic in topics:
        if topic.file:
            st.page_link(topic.page(), icon=":material/add:")
    names = [topic.title for topic in topics if not topic.file]
    if names:
        _line("", t("extensions", names=" · ".join(names)))


def _line(mark: str, text: str) -> None:
    """A line that is no link, set as one. What wraps stays clear of the mark."""
    st.html(f'<div style="{LINE}"><span style="{MARK}">{mark}</span><span>{escape(text)}</span></div>')
