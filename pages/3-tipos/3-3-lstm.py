"""LSTM: a line of memory that gradients can cross."""

from rrn import figures, measures, ui
from rrn.experiments import forgetting
from rrn.figures.style import COLOUR
from rrn.tasks.reber import Reber
from rrn.ui.words import n, t

page = ui.page(__file__)

page.text("question")
page.text("idea")
page.text("formula")
page.text("example")


def forget(trial):
    settings = trial.controls("forget_bias", "steps", more=("units",))
    guess = trial.predict("will_it_reach")
    seen = forgetting.run(settings)
    with trial.right:
        if trial.looked:
            curves = {
                t("fig_cell_gradient"): (seen.cell, COLOUR["lstm"], "solid"),
                t("fig_hidden_gradient"): (seen.hidden, COLOUR["lstm"], "dot"),
            }
            alt = t("fig_path_alt", first=float(seen.cell[0]), last=float(seen.cell[-1]))
            trial.plot("gradient", figures.dynamics.gradient(curves, t), alt)
        how = t("trial_forget_how", units=settings.units, steps=settings.steps, seed=settings.seed,
                gate=n(float(seen.forget.mean())))  # fmt: skip
        trial.measure("ratio", seen.ratio, guess, how)
    page.contrast("solves", seen.ratio if trial.looked else None)


page.trial("forget", forgetting.Forgetting(), forget)

lab = page.lab("reber", Reber())
spec = lab.controls("cell", "units", "epochs", more=("rate", "clip", "batch", "seed"))
guess = lab.predict("will_it_recall")
run = lab.train(spec)
lab.live(run, figures.learning(measures.letter), figures.learning(measures.strings), figures.gradient_reach)
lab.measure(run, measures.letter, answers=guess)
lab.xray(run, measures.letter)
lab.my_runs(measures.letter)

page.text("what_to_notice")
page.contrast("name", lab.value(run, measures.letter))
page.pitfall("forgets")
page.quiz()
page.sources()
