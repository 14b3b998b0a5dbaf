"""GRU: two gates that decide what stays and what the candidate sees."""

from rrn import figures, measures, ui
from rrn.tasks.adding import Adding
from rrn.xray import one_unit

page = ui.page(__file__)

page.text("question")
page.text("idea")
page.text("formula")
page.text("example")
page.by_hand("by_hand", one_unit.GRU)

lab = page.lab("adding", Adding())
spec = lab.controls("cell", "steps", "units", "epochs", more=("rate", "clip", "batch", "seed"))
guess = lab.predict("will_it_add")
run = lab.train(spec)
lab.live(run, figures.learning(measures.error), figures.gradient_norm, figures.gradient_reach)
lab.measure(run, measures.error, answers=guess)
lab.xray(run, measures.error)
lab.my_runs(measures.error)

page.text("what_to_notice")
page.published("published", lab.best(run, measures.error))
page.contrast("by_structure", lab.value(run, measures.gradient_ratio, "gru"))
page.pitfall("conventions")
page.quiz()
page.sources()
