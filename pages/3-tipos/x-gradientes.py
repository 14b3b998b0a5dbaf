"""Vanishing and exploding: how far the gradient reaches while a network learns."""

from rrn import figures, measures, ui
from rrn.experiments import line_ups
from rrn.tasks.recall import Recall
from rrn.ui import together

page = ui.page(__file__)

page.text("idea")

lab = page.lab("during", Recall())
spec = lab.controls("gap", "clip", "epochs", more=("units", "rate", "batch", "seed"))
guess = lab.predict("who_recalls")
run = lab.train_each(line_ups.cells(spec))
lab.live(run, figures.reach_by_epoch, figures.learning(measures.recall), figures.gradient_norm, figures.gradient_reach)
lab.measure(
    run,
    measures.recall,
    answers=guess,
    verdict=together.of(cell="gru"),
    also=(measures.gradient_ratio, measures.gradient_ratio_after, measures.clipped),
)
lab.xray(run, measures.recall)
lab.my_runs(measures.recall)

page.text("what_to_notice")
page.contrast("solved_by_gates", lab.value(run, measures.gradient_ratio, "gru"))
page.pitfall("at_the_start")
page.quiz()
page.sources()
