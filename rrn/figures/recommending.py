"""How recommenders do along a session."""

import math

from rrn.events import Event, Measured
from rrn.figures import variants
from rrn.figures.chart import Chart, Curves, Line, Runs, Words
from rrn.figures.style import STONE
from rrn.figures.variants import by_seed
from rrn.measures import recall_at_5

START = "hits_"


def hits(events: list[Event], rival: str = "") -> dict[int, float]:
    """By the position in the session, the share of what followed that was among the five recommended, as it was told
    last.

    Args:
        rival: whose; without it the network's.
    """
    behind = f"/{rival}" if rival else ""
    found: dict[int, float] = {}
    for event in events:
        if isinstance(event, Measured):
            for name, value in event.values.items():
                place = name.removeprefix(START).removesuffix(behind)
                if name == f"{START}{place}{behind}" and place.isdecimal() and math.isfinite(value):
                    found[int(place)] = value
    return dict(sorted(found.items()))


@Curves
def hits_by_position(runs: Runs, t: Words) -> Chart:
    """The share of hits for the third item of a session, the fourth and so on; beside the best of those that count,
    popularity and the ceiling.
    """
    lines: list[Line] = []
    finding = t("fig_hits_title")
    for spec, seeds in by_seed(runs).items():
        found = hits(seeds[0])
        if found:
            drawn, called = variants.look(spec, list(runs)), variants.name(spec, list(runs), t)
            lines.append(_line(called, found, colour=drawn.colour, dash=drawn.dash, marker=drawn.marker))
            first, *_, last = [*found, *found]
            finding = t("fig_hits_alt", cell=called, first=first, last=last, low=found[first], high=found[last])
    for events in list(runs.values())[:1]:
        for rival in recall_at_5.rivals(events):
            found = hits(events, rival.name)
            if found and rival.rank >= 1:
                dash = "dot" if rival.name == "ceiling" else "dash"
                name = t(f"rival_{rival.name}", **rival.values)
                lines.append(_line(name, found, colour=STONE, dash=dash, width=1.5, rank=rival.rank))
    places = [x for line in lines for x in line.x]
    shares = [y for line in lines for y in line.y]
    return Chart(
        title=t("fig_hits_title"),
        x_title=t("fig_hits_place"),
        y_title=t("measure_recall_at_5_unit"),
        x_range=(min(places, default=3.0), max(places, default=12.0)),
        y_range=(math.floor(10 * min(shares, default=0.0)) / 10, 1.02),
        lines=lines,
        height=260,
        gutter=112,
        finding=finding,
    )


def _line(name, found, **look):
    return Line(name, [float(place) for place in found], list(found.values()), **look)
