"""What a view is drawn of: one layer of an opened network, before and after an operation."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rrn.figures.style import COLOUR
from rrn.ui import screen
from rrn.ui.xray.patient import Opened, Patient
from rrn.ui.xray.surgery import Operation
from rrn.xray import look as looks
from rrn.xray.look import Look, Part, Reading


@dataclass(frozen=True)
class Sight:
    """`shown` is the network after surgery, where there was any."""

    key: str
    opened: Opened
    untouched: Look
    operated: Look | None
    part: Part
    operation: Operation | None = None

    @property
    def shown(self) -> Look:
        return self.operated or self.untouched

    @property
    def patient(self) -> Patient:
        """For views that are of runs alone."""
        assert isinstance(self.opened, Patient)
        return self.opened

    @property
    def specimen(self) -> Reading:
        return self.untouched.specimen

    @property
    def marks(self) -> tuple[str, ...]:
        """What the layer reads at each of its steps."""
        return self.specimen.marks_of(self.part)

    @property
    def at(self) -> int | None:
        """The layer's step whose answer is followed; None where it does not answer."""
        return self.specimen.at_in(self.part)

    @property
    def colour(self) -> str:
        return COLOUR[self.opened.cell]

    def kept(self, name: str) -> np.ndarray:
        """(steps, units) a gate or state of the layer."""
        return self.shown.kept(self.part, name)

    def plot(self, make: Callable[[], go.Figure], alt: str, *of: Hashable, name: str = "") -> None:
        """Draw a figure, made anew when one of the looks or what else it is made `of` has changed."""
        made_of = (self.untouched, self.operated, self.part, *of)
        screen.plot(make, key=f"{self.key}{name}", alt=alt, of=made_of)

    @property
    def memory(self) -> str:
        """The state that lasts: an LSTM's c, else h."""
        return looks.STATES[self.opened.cell][0]
