"""A question to a network that was asked, and what it answered; it stays until the next one is asked."""

from dataclasses import dataclass, field

import numpy as np

from rrn import measures
from rrn.events import Event
from rrn.spec import Refused


@dataclass
class Asked:
    """What was heard back.

    Args:
        of: what was asked, and of which network.
        why: it was refused.
    """

    of: tuple
    events: list[Event] = field(default_factory=list)
    why: Refused | None = None

    def array(self, name: str) -> np.ndarray:
        """The last array of that name; none is (0,)."""
        found = measures.captured(self.events, name)
        return found[-1][1] if found else np.zeros(0)

    def value(self, name: str) -> float:
        """The last number of that name; none is 0."""
        return measures.last(self.events, name) or 0.0
