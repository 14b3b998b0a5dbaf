"""Writing on from a prompt: streamed, then looked into character by character."""

import time
from dataclasses import dataclass, field, fields

import streamlit as st

from rrn import figures, i18n, jobs, measures, tasks
from rrn.events import Event, Wrote
from rrn.figures.style import COLOUR, STONE
from rrn.figures.writing import shown as character
from rrn.figures.writing import surprise
from rrn.intake import text as text_gate
from rrn.spec import Refused
from rrn.ui import address, bars, controls, screen
from rrn.ui.models import Model
from rrn.ui.refusal import said
from rrn.ui.words import n, probability_among, t

PIECE = 0.05  # seconds between two redraws of a text that grows
TOP = ("temperature", "top_k", "top_p", "length", "seed")


@dataclass
class Written:
    """A text that was asked for; it stays until the next one is."""

    writer: Model
    prompt: str
    events: list[Event] = field(default_factory=list)
    seconds: float = 0.0
    whole: bool = False
    why: Refused | None = None


def draw(key: str, kind: type, writers: dict[str, Model]) -> None:
    """The section below a lab where a model writes.

    Args:
        kind: the class of the question.
        writers: by what they are here, which is the same in every language: "run", "example", or a name.
    """
    st.header(t("writing_title"), anchor="writing")
    if not writers:
        st.caption(t("writing_no_model"))
        return

    def part():
        left, right = st.columns([4, 9], gap="large")
        with left:
            writer, prompt, ask = _form(key, kind, writers)
            go = st.button(t("writing_go"), key=f"{key}.go", icon=":material/edit_note:", width="stretch")
        with right:
            drawn = go and _stream(key, writer, prompt, ask)
            written = st.session_state.get(f"{key}.written")
            if written is None:
                st.caption(t("writing_empty"))
            else:
                if written.writer.id != writer.id:
                    st.caption(t("writing_by", name=written.writer.name))
                _text(written, again=not drawn)
                _passage(written)
        if written and measures.rows(written.events, "chosen"):
            _look(key, written)

    st.fragment(part)()


def _form(key, kind, writers):
    names = {id: writer.name for id, writer in writers.items()}
    if st.session_state.get(f"{key}.model") not in names:
        st.session_state[f"{key}.model"] = next(iter(names))
    controls.say_again(f"{key}.model")
    model = st.radio(t("writing_model"), tuple(names), format_func=names.__getitem__, key=f"{key}.model")
    if address.translated() and model == "example" and _untouched(st.session_state.get(f"{key}.prompt")):
        del st.session_state[f"{key}.prompt"]  # the example is in the other language now, and so its beginning
    st.session_state.setdefault(f"{key}.prompt", t("writing_prompt_default"))
    prompt = st.text_area(t("writing_prompt"), key=f"{key}.prompt", height=84)
    defaults = {f.name: f.default for f in fields(kind)}
    values = {f: controls.control(kind, f, f"{key}.{f}", defaults[f]) for f in TOP[:1]}
    with st.expander(t("lab_more"), icon=":material/tune:"):
        values |= {f: controls.control(kind, f, f"{key}.{f}", defaults[f]) for f in TOP[1:]}
    return writers[model], prompt, kind(**values)


def _untouched(prompt: str | None) -> bool:
    return prompt in {i18n.words(language)("writing_prompt_default") for language in i18n.LANGUAGES}


def _stream(key, writer, prompt, ask) -> bool:
    """Ask, and show the text while it comes. What came before a failure or a click elsewhere is kept."""
    try:
        prompt = text_gate.prompt(prompt)
    except Refused as why:  # nothing was asked: the text before this one stays
        st.error(said(why), icon=":material/error:")
        return False
    written = Written(writer, prompt)
    st.session_state[f"{key}.written"] = written
    box, began, due = st.empty(), time.monotonic(), 0.0
    try:
        for event in jobs.ask(ask, run=writer.id, data=written.prompt.encode()):
            written.events.append(event)
            if isinstance(event, Wrote) and event.step >= 0 and time.monotonic() >= due:
                box.code(written.prompt + measures.written(written.events), language=None, wrap_lines=True)
                due = time.monotonic() + PIECE
        written.whole = True
    except Refused as why:
        written.why = why
    written.seconds = time.monotonic() - began
    text = written.prompt + measures.written(written.events)
    if text:
        box.code(text, language=None, wrap_lines=True)
    return True


def _text(written: Written, *, again: bool) -> None:
    """The text as it stands; the stream has drawn it already where it was asked for just now."""
    text = measures.written(written.events)
    if again and (written.prompt or text):
        st.code(written.prompt + text, language=None, wrap_lines=True)
    if written.why:
        st.error(said(written.why), icon=":material/error:")
    elif not written.whole:
        st.caption(t("writing_cut"))
    else:
        st.caption(t("writing_done", characters=len(text), seconds=n(written.seconds, 2)))
    if strange := measures.last(written.events, "unknown"):
        st.caption(t("writing_unknown", n=strange))


def _passage(written: Written) -> None:
    """The longest passage that was not invented."""
    found = measures.copied(written.events)
    if written.writer.private or not written.whole:
        return
    if found is None:
        st.caption(t("writing_no_text"))
        return
    length, passage = found
    st.markdown(t("writing_copied", characters=length))
    if passage:
        ends = passage.strip(" ")
        before = len(passage) - len(passage.lstrip(" "))
        after = len(passage) - before - len(ends)
        st.code("␣" * before + ends + "␣" * after, language=None, wrap_lines=True)


def _look(key: str, written: Written) -> None:
    """How sure the model was of every character, and what else it had in mind."""
    text = measures.written(written.events)
    sure = measures.rows(written.events, "chosen")
    count = min(len(sure), len(text))
    chance = float(sum(surprise(float(p)) for p in sure[:count]) / count)
    screen.plot(
        figures.certainty(written.events, t),
        key=f"{key}.certainty",
        alt=t("fig_certainty_alt", characters=count, bits=chance),
    )
    # A fragment of its own: the slider redraws the candidates and nothing else.
    st.fragment(_place)(key, written, text, sure, count)


def _place(key: str, written: Written, text: str, sure, count: int) -> None:
    """One character of the text, and what else might have come there."""
    spot = f"{key}.at.{count}"
    at = min(st.session_state.get(spot, 1), count) - 1
    left, right = st.columns([4, 9], gap="large", vertical_alignment="center")
    with left:
        if count > 1:
            st.slider(t("writing_at"), 1, count, key=spot, help=t("writing_at_help"))
        p = float(sure[at])
        st.markdown(t("writing_chosen", chance=probability_among(p), bits=surprise(p)))
        st.code(_around(text, at), language=None, wrap_lines=True)
    with right:
        rivals = figures.candidates(written.events, at)
        found = [bars.Bar(character(c, t), chance, marked=c == text[at]) for c, chance in rivals]
        listed = "; ".join(f"{bar.name} {probability_among(bar.chance)}" for bar in found)
        alt = t(
            "fig_candidates_alt", n=at + 1, character=character(text[at], t), chance=probability_among(p), listed=listed
        )
        colour = COLOUR.get(written.writer.spec.cell, STONE)
        bars.draw(t("fig_candidates_title", n=at + 1), found, colour, rows=6, alt=alt)


def _around(text: str, at: int) -> str:
    """The character in brackets, with what stands beside it."""
    before, after = text[max(0, at - 16) : at], text[at + 1 : at + 9]
    return f"{before}[{text[at]}]{after}".replace("\n", "↵")


def question(task: str) -> type:
    """The question of a task that asks it to write on."""
    return next(kind for kind in tasks.module(task).QUESTIONS if kind.__name__ == "WriteOn")
