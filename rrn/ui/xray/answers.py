"""What the opened network answers, and what it measures: as it is, and after surgery."""

import numpy as np
import streamlit as st

from rrn.measures import Measure
from rrn.scratch import network as net
from rrn.ui import screen
from rrn.ui.words import n, plain, probability_among, t
from rrn.ui.xray.marks import seen
from rrn.ui.xray.patient import Patient
from rrn.ui.xray.sight import Sight
from rrn.xray.look import Look, Reading


def draw(patient: Patient, measure: Measure, sight: Sight) -> None:
    """The followed answer and the measure, beside those after surgery."""
    key, untouched, operated, operation = sight.key, sight.untouched, sight.operated, sight.operation
    specimen = sight.specimen
    rows = [(t("xray_answer"), _answer(specimen, untouched), _answer(specimen, operated) if operated else None)]
    if patient.score:
        after: dict[str, float] = {}
        if operation:
            of = (patient.run.id, sight.part, operation)
            after = screen.remembered(f"{key}.score", of, lambda: patient.scored(sight.part, operation))
        for name, title in patient.measured_in(measure):
            rows.append((title, n(patient.score[name]), n(after[name]) if operation else None))
    for place, (title, value) in enumerate(patient.also(untouched)):
        rows.append((title, n(value), n(patient.also(operated)[place][1]) if operated else None))
    notes = [_right(specimen), *[t("xray_untouched")] * (len(rows) - 1)]
    for column, (title, was, now), note in zip(st.columns(len(rows)), rows, notes, strict=True):
        with column:
            st.metric(title, plain(was if now is None else now), help=t("xray_metric_help"))
            st.caption(plain(note if now is None else t("xray_was", before=was)))
    _alone(patient, sight)


def _alone(patient: Patient, sight: Sight) -> None:
    """What a network that writes makes of it without being given any word."""

    def written(operation):
        of = (sight.specimen, sight.part, operation)
        made = "written" if operation is None else "written_after"
        return screen.remembered(
            f"{sight.key}.{made}", of, lambda: patient.alone(sight.specimen, sight.part, operation)
        )

    text = written(None)
    if text is None:
        return
    if sight.operation is None:
        st.markdown(plain(t("xray_writes", text=text)))
    else:
        st.markdown(plain(t("xray_writes_after", text=written(sight.operation), was=text)))


def _answer(specimen: Reading, look: Look) -> str:
    if specimen.numbers:
        return n(look.answer)
    answer = int(look.answer)
    return (
        f"{t('quoted', text=seen(specimen.answers[answer]))} {probability_among(float(look.said[specimen.at, answer]))}"
    )


def _right(specimen: Reading) -> str:
    wanted = specimen.y[0, specimen.at]
    if np.isnan(wanted).all() if specimen.numbers else wanted == net.NOBODY:
        return t("xray_right_unknown")
    if specimen.numbers:
        return t("xray_right", right=n(float(wanted[0])))
    return t("xray_right", right=t("quoted", text=seen(specimen.answers[int(wanted)])))
