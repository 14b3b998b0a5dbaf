"""LSTM: a line of memory that gradients can cross."""

from rrn import figures, measures, ui
from rrn.experiments import forgetting
from rrn.tasks.reber import Reber
from rrn.xray import one_unit

page = ui.page(__file__)

page.text("question")
page.text("idea")
page.text("formula")
page.text("example")
page.by_hand("by_hand", one_unit.LSTM)


def forget(trial):
    settings = trial.controls("forget_bias", "steps", more=("units",))
    guess = trial.predict("will_it_reach")
    seen = forgetting.run(settings)
    if trial.looked:
        trial.show(figures.forgetting_gradient(seen, ui.t))
    trial.measure("ratio", seen.ratio, guess, asked=forgetting.run(trial.default).ratio)
    page.contrast("solves", trial.value(seen.ratio))


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
page.published("published", lab.best(run, measures.letter))
page.contrast("name", lab.value(run, measures.letter, "lstm"))
page.pitfall("forgets")
page.quiz()
page.sources()
