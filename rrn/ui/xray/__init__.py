"""The X-ray of a trained run: what it reads, what goes on inside, and what changes under surgery. One for all labs."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from rrn.measures import Measure
from rrn.scratch.network import Network
from rrn.ui import screen
from rrn.ui.words import t
from rrn.ui.xray import answers, opening, reading, surgery, views
from rrn.ui.xray.sequences import Sequences
from rrn.ui.xray.sight import Sight
from rrn.xray import look as looks
from rrn.xray import pace


def draw(key: str, run, measure: Measure) -> None:
    """The section below a lab where the shown run is opened."""
    if run is None or run.alive or not run.weights_saved:
        st.caption(t("xray_none"))
        return
    opened = opening.opened(key, run)

    def part():
        left, right = st.columns([4, 9], gap="large")
        with left:
            specimen = reading.specimen(key, opened)
            layer = opened.part(key)
            view = views.choose(key, opened)
        if specimen is None:
            return
        with left:
            operation = surgery.choose(key, opened, len(specimen.marks_of(layer)))
        untouched = screen.remembered(
            f"{key}.untouched", (run.id, specimen), lambda: looks.look_with(opened.network, specimen)
        )
        operated = None
        if operation:
            cut = {layer: operation.over(len(specimen.marks_of(layer)))}
            of = (run.id, specimen, layer, operation)
            operated = screen.remembered(f"{key}.operated", of, lambda: looks.look_with(opened.network, specimen, cut))
        with right:
            sight = Sight(key, opened, untouched, operated, layer, operation)
            answers.draw(opened, measure, sight)
            views.draw(view, replace(sight, key=f"{key}.{view}"))

    st.fragment(part)()


def value(key: str, run, read: Callable[[Network, np.ndarray], float]) -> float | None:
    """What `read` finds in an opened run on a few sequences that it did not learn from; None where there are none."""
    opened = opening.opened(key, run)
    if not isinstance(opened, Sequences) or opened.data is None:
        return None
    x, network = opened.data[0][: pace.FEW], opened.network
    return screen.remembered(f"{key}.value", run.id, lambda: read(network, x))
