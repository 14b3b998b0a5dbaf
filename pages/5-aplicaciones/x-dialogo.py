"""Dialogue: how long a name that was said once can be recalled."""

from rrn import figures, measures, ui
from rrn.experiments import line_ups
from rrn.tasks.translation import Translation
from rrn.ui import together

page = ui.page(__file__)

page.text("idea")

# Read forwards only, so that what was said first is the farthest from the answer.
default = Translation(pairs="dialogue", reading="forward", cell="lstm", units=48, epochs=5, batch=32)
lab = page.lab("remember", default)
spec = lab.controls("units", "epochs", more=("cell", "reading", "embedding", "rate", "clip", "batch", "seed"))
guess = lab.predict("does_it_remember")
run = lab.train_each(line_ups.attentions(spec))
lab.live(run, figures.learning(measures.exact), figures.exact_by_size, figures.attention_matrix)
lab.measure(run, measures.exact, answers=guess, verdict=together.of(attention="none"))
lab.asking(run)
lab.xray(run, measures.exact)
lab.my_runs(measures.exact)

page.text("notice")
page.pitfall("pitfall")
page.quiz()
page.sources()
