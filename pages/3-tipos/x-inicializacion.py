"""How the recurrent matrix begins, and what that decides."""

from rrn import figures, measures, ui
from rrn.experiments import line_ups, singular
from rrn.tasks.adding import Adding
from rrn.ui import together

page = ui.page(__file__)

page.text("idea")


def multiply(trial):
    settings = trial.controls("steps", more=("units",))
    guess = trial.predict("what_is_left")
    seen = singular.run(settings)
    trial.show(figures.singular_values(seen, ui.t))
    if trial.looked:
        trial.show(figures.repeated_lengths(seen, ui.t))
    trial.measure("left", seen.left("glorot"), guess, asked=singular.run(trial.default).left("glorot"))


page.trial("multiply", singular.Beginnings(), multiply)

lab = page.lab("solve", Adding(cell="rnn", steps=30, epochs=10))
spec = lab.controls("cell", "steps", "epochs", more=("units", "rate", "clip", "batch", "seed"))
guess = lab.predict("who_adds")
run = lab.train_each(line_ups.beginnings(spec))
lab.live(run, figures.learning(measures.error), figures.gradient_norm, figures.gradient_reach)
lab.measure(run, measures.error, answers=guess, verdict=together.of(initial="orthogonal"))
lab.xray(run, measures.error)
lab.my_runs(measures.error)

page.text("what_to_notice")
page.published("chrono", lab.best(run, measures.error))
page.pitfall("identity_explodes")
page.quiz()
page.sources()
