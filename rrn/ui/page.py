"""The parts of a lesson page, in the order in which its file asks for them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from rrn import i18n
from rrn.spec import Settings, Spec
from rrn.ui import menu, progress, quiz, screen, thread
from rrn.ui.lesson import QUIZ, Section
from rrn.ui.words import lang, n, t

if TYPE_CHECKING:
    from rrn.ui.lab import Lab
    from rrn.ui.trial import Trial
    from rrn.xray.one_unit import Unit

TEXT = 580  # pixels: about 80 characters a line
CARD = 860


def page(file: str) -> "Page":
    """The page of a file under pages/, its head drawn."""
    return Page(Path(file))


class Page:
    """A lesson on the screen; `id` is the file's name, `lesson` what the file beside it says."""

    def __init__(self, file: Path):
        self.id = file.stem
        self.lesson, self.language = menu.read_lesson(file)
        self._head(menu.find(self.id))

    def _head(self, topic: menu.Topic | None) -> None:
        if topic and topic.core:
            done = progress.done(progress.read())
            beside = menu.of_module(topic.module)
            states: list[thread.State] = ["done" if each.id in done else "todo" for each in beside]
            reached = states.count("done")
            states[beside.index(topic)] = "here"
            thread.draw(states, reached)
        st.title(self.lesson.title, anchor=False)
        with st.container(width=TEXT):
            st.markdown(f"**{self.lesson.promise}**")
            if self.language != lang():
                st.caption(t("only_in", language=t(f"language_{i18n.LANGUAGES[0]}")))
        screen.paint()

    def _section(self, id: str) -> Section:
        section = self.lesson.sections[id]
        st.header(section.heading, anchor=id.replace("_", "-"))
        return section

    def text(self, id: str) -> None:
        """A section: its heading and its prose, formulas included."""
        with st.container(width=TEXT):
            st.markdown(self._section(id).body)

    def lead(self, id: str) -> None:
        """The heading of a section and, small, what it says: before a lab, which links to it by #lab."""
        section = self.lesson.sections[id]
        st.header(section.heading, anchor="lab")
        st.caption(section.body)

    def settings(self, name: str, default: Settings, *fields: str) -> Settings:
        """Controls side by side, for what is chosen before a lab."""
        from rrn.ui import controls

        found = {}
        for column, field in zip(st.columns(len(fields), gap="large"), fields, strict=True):
            key, value = f"{self.id}.{name}.settings.{field}", getattr(default, field)
            with column:
                found[field] = controls.control(type(default), field, key, value, f"{name}.{field}")
        return replace(default, **found)

    def lab(self, name: str, default: Spec, part: str = "") -> "Lab":
        """A place to train in, with the heading and lead of the section of that name.

        Args:
            name: parts the labs of one page.
            default: what it opens with.
            part: of several labs under one heading, which this is; the heading is then drawn by `lead`.
        """
        from rrn.ui.lab import Lab

        if not part:
            self.lead(name)
        return Lab(self, name, default, part)

    def trial(self, name: str, default: Settings, show: Callable[["Trial"], None]) -> None:
        """Something to try at once, without training: `show` draws it, and is called anew whenever a slider moves."""
        from rrn.ui import trial

        trial.draw(self, name, default, show)

    def by_hand(self, name: str, unit: "Unit") -> None:
        """One unit of a cell whose weights and sequence are typed, with all that goes on inside."""
        from rrn.ui import by_hand

        by_hand.draw(self, name, unit)

    def contrast(self, id: str, value: float | None) -> None:
        """What is often said, beside what was measured here.

        Args:
            id: a section whose first paragraph is what people say; the rest holds {measured}.
            value: None where nothing was measured yet.
        """
        said, measured = self._two_parts(id)
        self._beside(t("people_say"), t("quoted", text=said), measured, value)

    def published(self, id: str, value: float | None) -> None:
        """What a paper reports, beside what was measured here.

        Args:
            id: a section whose first paragraph is the paper's setup and figure; the rest holds {measured}.
            value: None where nothing was measured yet.
        """
        reported, measured = self._two_parts(id)
        self._beside(t("was_published"), reported, measured, value)

    def _two_parts(self, id: str) -> tuple[str, str]:
        with st.container(width=TEXT):
            first, _, rest = self._section(id).body.partition("\n\n")
        return first, rest

    def _beside(self, whose: str, words: str, measured: str, value: float | None) -> None:
        with st.container(border=True, width=CARD):
            left, right = st.columns([4, 7], gap="large")
        with left:
            st.markdown(f":small[:gray[{whose.upper()}]]\n\n{words}")
        with right:
            told = t("measure_first") if value is None else measured.replace("{measured}", f"**{n(value)}**")
            st.markdown(f":small[:gray[{t('we_measured').upper()}]]\n\n{told}")

    def pitfall(self, id: str) -> None:
        """What often goes wrong here."""
        section = self.lesson.sections[id]
        st.warning(f"**{t('pitfall')} {section.heading}.** {section.body}", icon=":material/priority_high:", width=TEXT)

    def quiz(self) -> None:
        """The questions, each with its own why."""
        with st.container(width=TEXT):
            self._section(QUIZ)
        quiz.draw(self.id, self.lesson)

    def sources(self) -> None:
        """Whom the page owes what it says."""
        section = self.lesson.sections["sources"]
        with st.container(width=CARD):
            st.header(section.heading, anchor="sources")
            st.caption(section.body)
