"""The X-ray of a trained run: what it reads, what goes on inside, and what changes under surgery. One for all labs."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from rrn.measures import Measure
from rrn.scratch.network import Network
from rrn.ui import screen
from rrn.ui.words import t
from rrn.ui.xray import answers, patient, reading, surgery, views
from rrn.xray import look as looks
from rrn.xray import pace


def draw(key: str, run, measure: Measure) -> None:
    """The section below a lab where the shown run is opened."""
    if run is None or run.alive or not run.weights_saved:
        st.caption(t("xray_none"))
        return
    opened = patient.opened(key, run)

    def part():
        left, right = st.columns([4, 9], gap="large")
        with left:
            specimen = reading.specimen(key, opened)
            layer = _layer(key, opened)
            view = views.choose(key, opened)
        if specimen is None:
            return
        with left:
            operation = surgery.choose(key, opened, specimen.steps)
        untouched = screen.remembered(
            f"{key}.untouched", (run.id, specimen), lambda: looks.look_with(opened.network, specimen)
        )
        operated = None
        if operation:
            cut = {layer: operation.over(specimen.steps)}
            of = (run.id, specimen, layer, operation)
            operated = screen.remembered(f"{key}.operated", of, lambda: looks.look_with(opened.network, specimen, cut))
        with right:
            answers.draw(key, opened, measure, untouched, operated, layer, operation)
            views.draw(f"{key}.{view}", view, opened, untouched, operated, layer)

    st.fragment(part)()


def value(key: str, run, read: Callable[[Network, np.ndarray], float]) -> float | None:
    """What `read` finds in an opened run on a few sequences that it did not learn from; None where there are none."""
    opened = patient.opened(key, run)
    if opened.data is None:
        return None
    x = opened.data[0][: pace.FEW]
    return screen.remembered(f"{key}.value", run.id, lambda: read(opened.network, x))


def _layer(key: str, opened: patient.Patient) -> int:
    count = len(opened.network.layers)
    return st.slider(t("xray_layer"), 1, count, count, key=f"{key}.layer") - 1 if count > 1 else 0
