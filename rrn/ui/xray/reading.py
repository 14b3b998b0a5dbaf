"""What the opened network reads: one of the task's own sequences, or what a learner types."""

import streamlit as st

from rrn.spec import Refused
from rrn.ui import controls, screen
from rrn.ui.refusal import said
from rrn.ui.words import lang, t
from rrn.ui.xray.patient import Patient
from rrn.xray.look import Reading

TYPED = 4000  # characters that can be typed at all
EXAMPLES = 20  # of the task's own sequences
SOURCES = ("example", "typed")


def specimen(key: str, patient: Patient) -> Reading | None:
    """The sequence to read, the same object for as long as it is the same. What cannot be read is told, and the last
    good one stays.
    """
    found = _chosen(key, patient)
    return None if found is None else patient.follow(key, found)


def _chosen(key, patient) -> Reading | None:
    st.markdown(f"**{t('xray_reads')}**")
    source = "typed"
    if patient.has_examples:
        controls.say_again(f"{key}.source")
        names = {source: t(f"xray_source_{source}") for source in SOURCES}
        source = st.radio(
            t("xray_source"), SOURCES, format_func=names.__getitem__, key=f"{key}.source", horizontal=True
        )
    else:
        st.caption(t(patient.only_typed))
    if source == "example":
        found = _example(key, patient, st.slider(t("xray_example"), 1, EXAMPLES, 1, key=f"{key}.example") - 1)
        st.session_state[f"{key}.good"] = (patient.run.id, found)
        return found
    start = patient.spelled(_example(key, patient, 0)) if patient.has_examples else patient.start()
    st.session_state.setdefault(f"{key}.typed", start)
    text = st.text_area(t(patient.box), key=f"{key}.typed", height=84, max_chars=TYPED, help=t(patient.hint))
    try:
        found = screen.remembered(f"{key}.read", (patient.run.id, text, lang()), lambda: patient.typed(text))
    except Refused as why:
        st.error(said(why), icon=":material/error:")
        whose, good = st.session_state.get(f"{key}.good", ("", None))
        return good if whose == patient.run.id else None
    st.session_state[f"{key}.good"] = (patient.run.id, found)
    return found


def _example(key, patient, number) -> Reading:
    of = (patient.run.id, number, lang())
    return screen.remembered(f"{key}.sequence", of, lambda: patient.example(number))
