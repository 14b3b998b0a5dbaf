"""An opened run: its network, and what it is measured on."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rrn.data import course
from rrn.jobs import Run
from rrn.scratch import network as net
from rrn.shipped import Shipped
from rrn.ui import screen
from rrn.ui.owner import owner
from rrn.ui.words import lang
from rrn.xray import score as scores
from rrn.xray.specimen import reads_text


@dataclass(frozen=True, eq=False)
class Opened:
    """A network that can be looked into."""

    network: net.Network

    @property
    def cell(self) -> str:
        return self.network.cell


@dataclass(frozen=True, eq=False)
class Patient(Opened):
    """A run's network; `data` are sequences that it did not learn from and `score` what it has on them; `text` is what
    a language model learned from, where whoever looks may read it.
    """

    run: Run | Shipped
    data: tuple[np.ndarray, np.ndarray] | None
    score: dict[str, float]
    text: str


def opened(key: str, run: Run | Shipped) -> Patient:
    """The run, opened once: what belongs to a visitor stays with their visit of the page, and goes with the run."""
    if isinstance(run, Shipped):
        return _shipped(run, lang())
    return screen.remembered(f"{key}.patient", run.id, lambda: _opened(run, lang()))


@lru_cache(maxsize=16)
def _shipped(run: Shipped, language: str) -> Patient:
    """A shipped model is another object when its files have changed."""
    return _opened(run, language)


def _opened(run, language) -> Patient:
    network = net.opened_from(run.weights(), run.spec.cell, getattr(run.spec, "activation", "tanh"))
    text = _text(run, language)
    data = scores.unseen(run, text)
    return Patient(network, run, data, scores.score(run, network, data) if data else {}, text)


def _text(run, language) -> str:
    if not reads_text(run.spec):
        return ""
    name = run.spec.text
    if name in course.NAMES or name == "course":
        return course.read(course.NAMES.get(name, language))
    return run.bytes(name).decode() if run.owned_by(owner()) else ""
