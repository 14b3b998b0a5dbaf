"""Counting: which unit keeps the count, and how far beyond what it was shown."""

from rrn import figures, measures, ui
from rrn.experiments import line_ups
from rrn.tasks.counting import Counting
from rrn.ui import together

page = ui.page(__file__)

page.text("idea")

lab = page.lab("count", Counting())
spec = lab.controls("longest", "units", "epochs", more=("rate", "clip", "batch", "seed"))
guess = lab.predict("how_far")
run = lab.train_each(line_ups.cells(spec))
lab.live(run, figures.learning(measures.counted), figures.gradient_norm, figures.gradient_reach)
lab.measure(run, measures.counted, answers=guess, verdict=together.of(cell="lstm"))
lab.xray(run, measures.counted)
lab.my_runs(measures.counted)

page.text("what_to_notice")
page.published("first_counters", lab.value(run, measures.counted, "lstm"))
page.contrast("any_length", lab.value(run, measures.counted, "gru"))
page.pitfall("three_seconds")
page.quiz()
page.sources()
