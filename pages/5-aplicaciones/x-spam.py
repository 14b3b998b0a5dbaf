"""Spam: who reads letters and who counts words, when the words are disguised."""

from rrn import figures, measures, ui
from rrn.experiments import line_ups
from rrn.tasks.sentiment import Sentiment
from rrn.ui import together
from rrn.ui.words import lang

page = ui.page(__file__)

page.text("idea")
page.text("unequal")

default = Sentiment(texts=f"messages-{lang()}", reads="letters", masked="all", units=24, embedding=24, longest=70,
                    epochs=4, batch=96, rate=3e-2)  # fmt: skip
lab = page.lab("disguise", default)
spec = lab.controls("masked", "disguise", "epochs", more=("reads", "cell", "units", "embedding", "longest", "rate",
                                                          "dropout", "clip", "batch", "seed"))  # fmt: skip
guess = lab.predict("how_much_is_left")
run = lab.train_each(line_ups.masks(spec))
lab.live(run, figures.f1_by_disguise, figures.learning(measures.f1), figures.alarms_by_disguise)
lab.measure(
    run,
    measures.unmasked,
    answers=guess,
    verdict=together.of(masked="none"),
    also=(measures.f1, measures.accuracy, measures.odd_alarms),
)
lab.disguising(run)
lab.xray(run, measures.f1)
lab.my_runs(measures.f1)

page.text("notice")
page.pitfall("pitfall")
page.quiz()
page.sources()
