"""The quiz of a lesson: choose, check, read why. Nobody is scored."""

import streamlit as st

from rrn.ui import address, progress
from rrn.ui.lesson import Asked, Lesson
from rrn.ui.words import t


def draw(page_id: str, lesson: Lesson) -> None:
    """Every question with its button; once all were checked, the quiz counts as done. A click redraws this alone."""

    def part():
        with st.container(width=580, gap="medium"):
            for place, asked in enumerate(lesson.quiz):
                with st.container(gap="xsmall"):
                    _question(page_id, place, asked, len(lesson.quiz))
        checked, of = len(_checked(page_id)), len(lesson.quiz)
        st.caption(t("quiz_all", of=of) if checked == of else t("quiz_left", n=checked, of=of))

    st.fragment(part)()


def _question(page_id: str, place: int, asked: Asked, of: int) -> None:
    key = f"{page_id}.quiz.{place}"
    if address.translated() and key in st.session_state:
        st.session_state[key] = st.session_state[key]
    chosen = st.radio(
        f"**{asked.question}**",
        range(len(asked.options)),
        index=None,
        format_func=lambda option: asked.options[option].text,
        key=key,
        persist_state="session",
    )
    pressed = st.button(t("check"), key=f"{key}.check", on_click=_check, args=(page_id, place, of))
    if chosen is None:
        if pressed:
            st.caption(t("choose_first"))
        return
    if _checked(page_id).get(place) != chosen:
        return
    option = asked.options[chosen]
    if option.right:
        st.success(option.why, icon=":material/check:")
    else:
        st.info(option.why, icon=":material/lightbulb:")


def _check(page_id: str, place: int, of: int) -> None:
    chosen = st.session_state[f"{page_id}.quiz.{place}"]
    if chosen is None:
        return
    checked = _checked(page_id)
    checked[place] = chosen
    if len(checked) == of:
        progress.mark(page_id, "quiz")


def _checked(page_id: str) -> dict[int, int]:
    """The option that was last checked, by question; lives as long as the session."""
    return st.session_state.setdefault(f"_{page_id}.checked", {})
