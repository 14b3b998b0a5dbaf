"""How texts are judged whose words are disguised: what is found of them, and what is wrongly flagged."""

from dataclasses import replace

from rrn import measures
from rrn.data.disguise import SHARES
from rrn.figures import variants
from rrn.figures.chart import Chart, Curves, Line, Runs, Words
from rrn.figures.style import STONE
from rrn.figures.variants import by_seed

PERCENT = [100 * share for share in SHARES]
DASHES = ("dash", "dot", "longdash")  # of bags


@Curves
def f1_by_disguise(runs: Runs, t: Words) -> Chart:
    """The F1 of each network and of the bag that learned from the same texts, by the share of disguised letters."""
    chart = _by_disguise(runs, t, "f1_by_disguise", t("measure_f1_unit"))
    lowest = min((min(line.y) for line in chart.lines), default=0.0)
    return replace(chart, y_range=(0.2 if lowest > 0.22 else -0.02, 1.02))


@Curves
def alarms_by_disguise(runs: Runs, t: Words) -> Chart:
    """The share of negative texts that is flagged when they are written with as many odd letters."""
    return _by_disguise(runs, t, "alarms_by_disguise", t("measure_false_alarms_unit"))


def _by_disguise(runs: Runs, t: Words, what: str, unit: str) -> Chart:
    lines: list[Line] = []
    finding = t(f"fig_{what}_title")
    specs = list(runs)
    several = len(by_seed(runs)) > 1
    for place, (spec, seeds) in enumerate(by_seed(runs).items()):
        name, look = variants.name(spec, specs, t), variants.look(spec, specs)
        bag = t("fig_disguise_bag_of", name=name) if several else t("rival_bag")
        if found := measures.captured(seeds[0], what):
            values = [float(value) for value in found[-1][1]]
            lines.append(Line(name, PERCENT, values, look.colour, dash=look.dash, marker=look.marker))
            finding = t(f"fig_{what}_alt", name=name, first=values[0], last=values[-1], most=PERCENT[-1])
        if found := measures.captured(seeds[0], f"bag_{what}"):
            values = [float(value) for value in found[-1][1]]
            lines.append(Line(bag, PERCENT, values, STONE, dash=DASHES[place % len(DASHES)], width=1.5))
    return Chart(
        title=t(f"fig_{what}_title"),
        x_title=t("fig_disguise_letters"),
        y_title=unit,
        x_range=(0.0, PERCENT[-1]),
        y_range=(-0.02, 1.02),
        lines=lines,
        gutter=124 if several else 112,
        finding=finding,
    )
