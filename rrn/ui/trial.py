"""A trial: settings that are moved and figures that follow at once, nothing trained. Guess first, then look."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import streamlit as st

from rrn.figures import variants
from rrn.figures.chart import Chart
from rrn.figures.drawn import Drawn
from rrn.spec import Settings
from rrn.ui import address, controls, measure_card, progress, screen
from rrn.ui.lesson import Choice
from rrn.ui.words import n, t

if TYPE_CHECKING:
    from rrn.ui.page import Page


class Trial:
    """One trial of a page: its controls on the left, its figures on the right. Only this part follows a slider.

    The number stays hidden until there is a guess, or a wish to look without one.
    """

    def __init__(self, page: "Page", name: str, default: Settings):
        self.page, self.name, self.default = page, name, default
        self.key = f"{page.id}.{name}.trial"
        self.settings = default
        self.guessing = self.key  # the guess is about this
        self.left, self.right = st.columns([4, 9], gap="large")

    def controls(self, *first: str, more: tuple[str, ...] = ()) -> Settings:
        """The settings as the controls say them: the fields in `first` in sight, those in `more` folded away."""
        with self.left:
            st.markdown(f"**1 · {t('lab_choose')}**")
            values = {field: self._control(field) for field in first}
            with st.expander(t("lab_more"), icon=":material/tune:"):
                values |= {field: self._control(field) for field in (*more, "seed")}
                fields = (*first, *more, "seed")
                st.button(t("lab_reset"), key=f"{self.key}.reset", icon=":material/restart_alt:", type="tertiary",
                          on_click=self._reset, args=(fields,))  # fmt: skip
            controls.settled()
        self.settings = replace(self.default, **values)
        if self.settings != self.default and self.looked:
            self._mark()
        return self.settings

    def about(self, *what: str) -> None:
        """Ask for a guess of its own for each of these, where another choice makes another question."""
        self.guessing = ".".join((self.key, *what))

    @property
    def looked(self) -> bool:
        """May the number be shown?"""
        return bool(st.session_state.get(f"{self.guessing}.looked"))

    def predict(self, id: str) -> Choice | None:
        """Ask for a guess; a click shows the number, with or without one."""
        s, prediction = st.session_state, self.page.lesson.prediction(id)
        with self.left:
            # One element for all three: the browser looks at every one of them after a slider.
            asked = f"**2 · {t('lab_predict')}**\n\n{prediction.question}"
            if self.looked:
                guess = s.get(f"{self.guessing}.guess")
                said = None if guess is None else prediction.options[guess]
                st.markdown(f"{asked}\n\n{t('lab_you_said', said=said.text)}" if said else asked)
                return said
            st.markdown(asked)
            controls.say_again(f"{self.guessing}.{id}")
            guess = st.radio(
                prediction.question,
                range(len(prediction.options)),
                index=None,
                format_func=lambda option: prediction.options[option].text,
                key=f"{self.guessing}.{id}",
                label_visibility="collapsed",
            )
            st.button(t("trial_look" if guess is not None else "trial_look_without"), key=f"{self.key}.look",
                      type="primary", icon=":material/visibility:", width="stretch", on_click=self._look,
                      args=(guess,))  # fmt: skip
        return None

    def show(self, *drawn: Drawn) -> None:
        """Figures side by side, each with what it shows in words."""
        with self.right:
            for column, figure in zip(st.columns(len(drawn), gap="medium"), drawn, strict=True):
                with column:
                    if isinstance(figure.fig, Chart):
                        screen.chart(figure.fig, figure.alt)
                    else:
                        screen.plot(figure.fig, key=f"{self.key}.{figure.name}", alt=figure.alt)
                        st.caption(figure.alt)

    def note(self, words: str) -> None:
        """A sentence in the place of the figures."""
        with self.right:
            st.caption(t(words))

    def measure(self, words: str, value: float, guess: Choice | None, *, asked: float) -> None:
        """The number that these settings come to, and the verdict on the guess.

        Args:
            words: measure_WORDS is what it is called.
            asked: the number for the settings that the page opens with: those the guess was made for.
        """
        with self.right:
            if not self.looked:
                st.caption(t("trial_hidden"))
                return
            with st.container(border=True):
                number, rest = st.columns([3, 7], gap="medium", vertical_alignment="center")
                with number:
                    st.metric(t(f"measure_{words}"), n(value), help=t(f"measure_{words}_help"))
                with rest:
                    st.caption(self._how())
                    with st.popover(t("trial_share"), icon=":material/link:", type="tertiary"):
                        st.code(address.link(), language=None, wrap_lines=True)
            measure_card.verdict(asked, guess)

    def value(self, value: float) -> float | None:
        """The number, for a sentence elsewhere; None while it is hidden."""
        return value if self.looked else None

    def _how(self) -> str:
        """Under which circumstances the number came about."""
        return " · ".join(variants.value(self.settings, each.name, t) for each in fields(self.settings))

    def _control(self, field: str):
        key = f"{self.key}.{field}"
        return controls.control(type(self.default), field, key, getattr(self.default, field), f"{self.name}.{field}")

    def _look(self, guess: int | None) -> None:
        st.session_state[f"{self.guessing}.looked"] = True
        st.session_state[f"{self.guessing}.guess"] = guess

    def _reset(self, fields: tuple[str, ...]) -> None:
        controls.put({f"{self.key}.{field}": getattr(self.default, field) for field in fields})

    def _mark(self) -> None:
        """A number read on settings of one's own counts as work done here."""
        if not st.session_state.get(f"{self.key}.marked"):
            progress.mark(self.page.id, "measure")
            st.session_state[f"{self.key}.marked"] = True


def draw(page: "Page", name: str, default: Settings, show: Callable[[Trial], None]) -> None:
    """Heading and lead of the section of that name, then the trial, redrawn by itself."""
    section = page.lesson.sections[name]
    st.header(section.heading, anchor=name.replace("_", "-"))
    with st.container(width=580):
        st.markdown(section.body)

    def part():
        show(Trial(page, name, default))
        address.write_part(f"{page.id}.{name}")

    st.fragment(part)()
