"""What the opened network answers, and what it measures: as it is, and after surgery."""

import numpy as np
import streamlit as st

from rrn.measures import Measure
from rrn.scratch import network as net
from rrn.ui import screen
from rrn.ui.words import n, plain, t
from rrn.ui.xray.marks import seen
from rrn.ui.xray.patient import Patient
from rrn.ui.xray.surgery import Operation
from rrn.xray import score as scores
from rrn.xray.look import Look
from rrn.xray.specimen import Specimen, reads_text


def draw(
    key: str,
    patient: Patient,
    measure: Measure,
    untouched: Look,
    operated: Look | None,
    layer: int,
    operation: Operation | None,
) -> None:
    """The followed answer and the measure, beside those after surgery."""
    specimen = untouched.specimen
    rows = [(t("xray_answer"), _answer(specimen, untouched), _answer(specimen, operated) if operated else None)]
    if patient.data is not None:
        after = None
        if operation:
            found = screen.remembered(
                f"{key}.score", (patient.run.id, layer, operation), lambda: _score(patient, layer, operation)
            )
            after = n(found[measure.key])
        # A text is cut into pieces here, each read from an empty state: not the number that the lab measured.
        title = t("xray_bits") if reads_text(patient.run.spec) else t(f"measure_{measure.name}")
        rows.append((title, n(patient.score[measure.key]), after))
    notes = [_right(specimen), t("xray_untouched")]
    for column, (title, before, after), note in zip(st.columns(len(rows)), rows, notes, strict=False):
        with column:
            st.metric(title, plain(before if after is None else after), help=t("xray_metric_help"))
            st.caption(plain(note if after is None else t("xray_was", before=before)))


def _score(patient, layer, operation) -> dict[str, float]:
    steps = patient.data[0].shape[1]
    return scores.score(patient.run, patient.network, patient.data, {layer: operation.over(steps)})


def _answer(specimen: Specimen, look: Look) -> str:
    if specimen.numbers:
        return n(look.answer)
    answer = int(look.answer)
    chance = float(look.said[specimen.at, answer])
    return f"{t('quoted', text=seen(specimen.answers[answer]))} {n(chance, 2)}"


def _right(specimen: Specimen) -> str:
    wanted = specimen.y[0, specimen.at]
    if np.isnan(wanted).all() if specimen.numbers else wanted == net.NOBODY:
        return t("xray_right_unknown")
    if specimen.numbers:
        return t("xray_right", right=n(float(wanted[0])))
    return t("xray_right", right=t("quoted", text=seen(specimen.answers[int(wanted)])))
