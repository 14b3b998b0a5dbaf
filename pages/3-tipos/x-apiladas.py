"""Stacked recurrent layers: does depth pay, when parameters are equal?"""

from rrn import figures, measures, ui
from rrn.experiments import line_ups
from rrn.tasks.mixture import Mixture
from rrn.ui import together
from rrn.xray import pace

page = ui.page(__file__)

page.text("idea")

page.lead("stacks")
depths = page.settings("stacks", line_ups.Depths(), "deepest")
lab = page.lab("stacks", Mixture(), part="mixture")
spec = lab.controls("cell", "units", "epochs", more=("steps", "rate", "clip", "batch", "seed"))
guess = lab.predict("does_depth_pay")
run = lab.train_each(line_ups.stacks(spec, depths.deepest))
lab.live(run, figures.learning(measures.one_step_error), figures.gradient_norm, figures.gradient_reach)
lab.measure(run, measures.one_step_error, answers=guess, verdict=together.quotient("layers"))
lab.xray(run, measures.one_step_error)
lab.my_runs(measures.one_step_error)

page.text("what_to_notice")
page.contrast("slower_above", lab.inside(run, pace.top_over_bottom))
page.pitfall("equal_budget")
page.quiz()
page.sources()
