"""Dialogue: how long a name that was said once can be recalled."""

from rrn import figures, measures, ui
from rrn.experiments import line_ups
from rrn.tasks.translation import Translation
from rrn.ui import together

page = ui.page(__file__)

page.text("idea")

lab = page.lab("remember", Translation(pairs="dialogue", direction="es-en", rate=1e-2))
spec = lab.controls("units", "epochs", more=("cell", "reading", "embedding", "rate", "clip", "batch", "seed"))
guess = lab.predict("does_it_remember")
run = lab.train_each(line_ups.attentions(spec))
lab.live(run, figures.learning(measures.exact), figures.exact_by_size, figures.attention_matrix)
lab.measure(run, measures.exact, answers=guess, verdict=together.of(attention="none"))
lab.translating(run)
lab.xray(run, measures.exact)
lab.my_runs(measures.exact)

page.text("notice")
page.pitfall("pitfall")
page.quiz()
page.sources()
