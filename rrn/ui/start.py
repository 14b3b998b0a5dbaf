"""The start page: the whole course as a map, with the way that is done and the next step."""

from typing import Literal

import streamlit as st

from rrn.ui import menu, progress, thread
from rrn.ui.owner import holds
from rrn.ui.words import t

State = Literal["done", "here", "todo", "to_come"]
ICONS: dict[State, str] = {
    "done": "check_circle",
    "here": "adjust",
    "todo": "radio_button_unchecked",
    "to_come": "pending",
}


def show() -> None:
    """Title, one button to go on, seven modules."""
    way = progress.read()
    done = progress.done(way)
    core = [topic for topic in menu.topics() if topic.core]
    following = next((topic for topic in core if topic.file and topic.id not in done), None)

    st.title(t("start_title"), anchor=False)
    with st.container(width=640):
        st.markdown(t("start_promise"))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        _go_on(following, began=bool(way))
        st.caption(t("topics_done", done=sum(topic.id in done for topic in core), of=len(core)), width="content")
    st.space("small")

    for module in menu.MODULES:
        with st.container(border=True):
            _module(module, done, following)

    st.space("xsmall")
    legend = " · ".join(f":material/{icon}: {t(f'state_{state}')}" for state, icon in ICONS.items())
    st.caption(legend + ". " + t("done_means") + (" " + t("kept_by_tab") if holds() == "session" else ""))


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
    left, right = st.columns([6, 8], gap="medium", vertical_alignment="center")
    with left:
        st.header(f"{module} · {t(f'module_{module}')}", anchor=False)
        st.caption(t(f"answers_{module}"))
        thread.draw(squares)
    with right:
        half = (len(topics) + 1) // 2
        for column, part in zip(st.columns(2, gap="xsmall"), (topics[:half], topics[half:]), strict=True):
            with column, st.container(gap="xsmall"):
                for topic in part:
                    _topic(topic, states[topic])
        _extensions(menu.of_module(module, core=False))


def _topic(topic: menu.Topic, state: State) -> None:
    icon = f":material/{ICONS[state]}:"
    if topic.file:
        st.page_link(topic.page(), label=topic.name, icon=icon)
    else:
        _line(icon, topic.name)


def _extensions(topics: list[menu.Topic]) -> None:
    """The labs that extend the module's topics: links where they exist, else names."""
    for topic in topics:
        if topic.file:
            st.page_link(topic.page(), icon=":material/add:")
    names = [topic.title for topic in topics if not topic.file]
    if names:
        _line(":material/add:", t("extensions", names=" · ".join(names)))


def _line(icon: str, text: str) -> None:
    """A line that is no link, as far in as one; what wraps stays clear of the icon."""
    with st.container(horizontal=True, wrap=False, gap="xsmall"):
        st.caption(f"&ensp;{icon}", width="content")
        st.caption(text)
