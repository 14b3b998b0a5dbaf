"""What a learner does to the opened network: force a gate, silence a unit, cut the gradient."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from rrn.scratch.surgery import Surgery
from rrn.ui.words import n, t
from rrn.xray import look as looks

if TYPE_CHECKING:
    from rrn.ui.xray.patient import Patient

FREE = "free"
STOPS = 21  # values that a gate can be forced to


@dataclass(frozen=True)
class Operation:
    """As the controls say it. Steps and units are counted from 1; unit and cut are 0 for nothing.

    `last` is None where gates are forced to the end, however long a sequence is.
    """

    force: tuple[tuple[str, float], ...]
    first: int
    last: int | None
    unit: int
    cut: int

    def over(self, steps: int) -> Surgery:
        """The same on a sequence of so many steps."""

        def row(value):
            values = np.full((steps, 1), np.nan)
            values[self.first - 1 : self.last] = value
            return values

        silent = (self.unit - 1,) if self.unit else ()
        return Surgery({gate: row(value) for gate, value in self.force}, silent, (self.cut,) if self.cut else ())


def choose(key: str, patient: "Patient", steps: int) -> Operation | None:
    """The operation on a layer that goes through so many steps; None for none."""
    force: list[tuple[str, float]] = []
    first, last, cut = 1, steps, 0
    with st.expander(t("xray_surgery"), icon=":material/content_cut:"):
        for gate in looks.GATES[patient.cell]:
            low = 0.0 if gate in looks.SHARES else -1.0
            stops = {FREE: t("xray_free")} | {v: n(v) for v in np.linspace(low, 1, STOPS).round(2).tolist()}
            value = st.select_slider(
                t(f"xray_gate_{gate}"), list(stops), FREE, key=f"{key}.force.{gate}", format_func=stops.__getitem__
            )
            if value != FREE:
                force.append((gate, float(value)))
        if force and steps > 1:
            first, last = st.slider(t("xray_where"), 1, steps, (1, steps), key=f"{key}.where.{steps}")
        none = t("xray_none_at_0")
        unit = st.slider(t("xray_silence"), 0, patient.network.units, 0, key=f"{key}.silence", help=none)
        if steps > 1:
            cut = st.slider(t("xray_cut"), 0, steps - 1, 0, key=f"{key}.cut.{steps}", help=none)
    if not (force or unit or cut):
        return None
    return Operation(tuple(force), first, None if last == steps else last, unit, cut)
