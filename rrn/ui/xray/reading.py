"""What the opened network reads: one of the task's own sequences, or what a learner types."""

from dataclasses import replace

import streamlit as st

from rrn import tasks
from rrn.spec import Refused
from rrn.ui import controls, screen
from rrn.ui.refusal import said
from rrn.ui.words import lang, t
from rrn.ui.xray.patient import Patient
from rrn.xray.specimen import Specimen, example, reads_text, typed, written

TYPED = 4000  # characters that can be typed at all
EXAMPLES = 20  # of the task's own sequences
SOURCES = ("example", "typed")


def specimen(key: str, patient: Patient) -> Specimen | None:
    """The sequence to read, the same object for as long as it is the same. What cannot be read is told, and the last
    good one stays.
    """
    st.markdown(f"**{t('xray_reads')}**")
    has_examples = not reads_text(patient.run.spec) or bool(patient.text)
    source = "typed"
    if has_examples:
        controls.say_again(f"{key}.source")
        names = {source: t(f"xray_source_{source}") for source in SOURCES}
        source = st.radio(
            t("xray_source"), SOURCES, format_func=names.__getitem__, key=f"{key}.source", horizontal=True
        )
    else:
        st.caption(t("xray_only_typed"))
    if source == "example":
        found = _example(key, patient, st.slider(t("xray_example"), 1, EXAMPLES, 1, key=f"{key}.example") - 1)
        st.session_state[f"{key}.good"] = (patient.run.id, found)
        return found
    start = written(patient.run, _example(key, patient, 0)) if has_examples else t("writing_prompt_default")
    st.session_state.setdefault(f"{key}.typed", start)
    text = st.text_area(
        t("xray_typed"), key=f"{key}.typed", height=84, max_chars=TYPED, help=t(f"xray_typed_{_how(patient.run)}")
    )
    try:
        found = screen.remembered(
            f"{key}.read", (patient.run.id, text, lang()), lambda: in_words(typed(patient.run, text))
        )
    except Refused as why:
        st.error(said(why), icon=":material/error:")
        whose, good = st.session_state.get(f"{key}.good", ("", None))
        return good if whose == patient.run.id else None
    st.session_state[f"{key}.good"] = (patient.run.id, found)
    return found


def _example(key, patient, number) -> Specimen:
    of = (patient.run.id, number, lang())
    return screen.remembered(f"{key}.sequence", of, lambda: in_words(example(patient.run, number, patient.text)))


def in_words(specimen: Specimen) -> Specimen:
    """Numbers with the decimal mark of the visitor's language."""
    if not specimen.numbers:
        return specimen
    return replace(specimen, marks=tuple(mark.replace(".", screen.SEPARATORS[lang()][0]) for mark in specimen.marks))


def _how(run) -> str:
    if reads_text(run.spec):
        return "text"
    return "numbers" if getattr(tasks.of(run.spec), "NUMBERS", False) else "symbols"
