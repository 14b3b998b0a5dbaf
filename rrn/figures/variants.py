"""Several runs of one thing: what tells them apart, and how each is called and drawn."""

from dataclasses import fields, replace
from statistics import median
from typing import NamedTuple

from rrn.events import Event
from rrn.figures.style import COLOUR, DASH, MARKER
from rrn.spec import Settings, Spec

Runs = dict[Spec, list[Event]]
FOLLOWS = ("units",)  # chosen so that parameters stay equal: no name of its own beside what it follows from
CALLED = ("attention", "codec", "hold_out_part")  # whose values say too little without the field's name: "none"
DASHES = ("solid", "dot", "dashdot", "longdash")
MARKERS = ("circle", "square", "diamond", "triangle-up")


class Look(NamedTuple):
    colour: str
    dash: str
    marker: str


def by_seed(runs: Runs) -> dict[Spec, list[list[Event]]]:
    """What was run with several seeds, together: by the spec with seed 0."""
    together: dict[Spec, list[list[Event]]] = {}
    for spec, events in runs.items():
        together.setdefault(replace(spec, seed=0), []).append(events)
    return together


def differing(specs: list[Spec]) -> list[str]:
    """The fields in which specs differ, the seed aside."""
    found = [f.name for f in fields(specs[0]) if f.name != "seed" and len({getattr(s, f.name) for s in specs}) > 1]
    return [name for name in found if name not in FOLLOWS] or found


def name(spec: Spec, specs: list[Spec], t) -> str:
    """What a run is called among the others: its cell, where nothing else tells them apart."""
    differs = differing(specs)
    words = [value(spec, field, t) for field in (differs or ["cell"])]
    return " · ".join(words)


def value(spec: Spec | Settings, field: str, t) -> str:
    """A field and its value in words."""
    found = getattr(spec, field)
    if isinstance(found, str) and field in CALLED:
        return t(f"called_{field}_{found}")
    if isinstance(found, str):
        return t(f"field_{field}_{found}")
    return t("fig_variant", field=t(f"field_{field}"), value=found)


def look(spec: Spec, specs: list[Spec]) -> Look:
    """The colour of its cell; of several runs with one cell, each has a dash and a marker of its own."""
    cell = spec.cell
    alike = list(dict.fromkeys(replace(s, seed=0) for s in specs if s.cell == cell))
    if len(alike) < 2:
        return Look(COLOUR[cell], DASH[cell], MARKER[cell])
    at = alike.index(replace(spec, seed=0))
    return Look(COLOUR[cell], DASHES[at % len(DASHES)], MARKERS[at // len(DASHES) % len(MARKERS)])


def middle(curves: list[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    """The median of several curves, as far as all of them have come."""
    places = set.intersection(*({x for x, _ in curve} for curve in curves))
    values = [dict(curve) for curve in curves]
    return [(x, median(curve[x] for curve in values)) for x in sorted(places)]
