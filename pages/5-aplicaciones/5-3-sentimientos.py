"""Sentiment: a network reads a review word by word, and every word moves the needle."""

from rrn import figures, measures, ui
from rrn.tasks.sentiment import Sentiment, generated

page = ui.page(__file__)

page.text("question")
page.text("idea")
page.text("order")
page.text("example")

lab = page.lab("feel", Sentiment())
lab.texts()
spec = lab.controls(
    "cell",
    "units",
    "epochs",
    more=("rate", "embedding", "layers", "reads", "longest", "words", "grams", "hidden", "dropout", "clip", "batch",
          "hold_out", "seed"),
)  # fmt: skip
guess = lab.predict("will_order_matter") if generated(spec) else None
run = lab.train(spec)

made = lab.shows(generated)
judge, more = (measures.ordered, measures.flips) if made else (measures.accuracy, measures.calibration)
lab.live(run, figures.learning(judge), figures.score_by_word, figures.gradient_norm)
lab.measure(run, judge, answers=guess, share=False)
lab.measure(run, more)
lab.judging(run)
if made:
    lab.lexicon(run)
lab.xray(run, judge)
lab.my_runs(measures.accuracy)

page.text("notice")
page.published("published", lab.best(run, judge, of=measures.accuracy))
page.contrast("said", lab.best(run, judge, of=lambda events: measures.last(events, f"{judge.key}/bag")))
page.pitfall("pitfall")
page.quiz()
page.sources()
