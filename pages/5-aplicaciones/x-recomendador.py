"""Session-based recommendation: what comes next, and whether counting would have done."""

from rrn import figures, measures, ui
from rrn.tasks.sessions import Sessions

page = ui.page(__file__)

page.text("idea")

lab = page.lab("recommend", Sessions())
spec = lab.controls("sessions", "order", "noise", "epochs", more=("cell", "units", "rate", "clip", "batch", "seed"))
guess = lab.predict("who_wins")
run = lab.train(spec)
lab.live(run, figures.learning(measures.recall_at_5), figures.hits_by_position, figures.gradient_norm)
lab.measure(run, measures.recall_at_5, answers=guess)
lab.measure(run, measures.mrr, share=False)
lab.recommending(run)
lab.xray(run, measures.recall_at_5)
lab.my_runs(measures.recall_at_5)

page.text("notice")
page.contrast("networks_win", lab.best(run, measures.recall_at_5, of=measures.recall_at_5.ahead))
page.pitfall("pitfall")
page.quiz()
page.sources()
