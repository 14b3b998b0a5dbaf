"""Machine translation: one network reads, another writes, and attention lets it look back."""

from rrn import figures, measures, ui
from rrn.tasks.translation import Translation, generated

page = ui.page(__file__)

page.text("question")
page.text("idea")
page.text("attention")
page.text("example")

lab = page.lab("translate", Translation())
lab.pairs()
spec = lab.controls(
    "direction",
    "attention",
    "units",
    "epochs",
    more=(
        "cell",
        "reading",
        "teacher",
        "rate",
        "layers",
        "embedding",
        "dropout",
        "smoothing",
        "clip",
        "batch",
        "pieces",
        "longest",
        "sampling",
        "hold_out",
        "seed",
    ),
)
guess = lab.predict("will_it_combine") if spec.pairs == "grammar" else None
run = lab.train(spec)

if lab.shows(generated):
    judge, more, sizes = measures.exact, measures.aligned, (figures.exact_by_size,)
else:
    judge, more, sizes = measures.bleu, measures.chrf, ()
lab.live(run, figures.learning(judge), *sizes, figures.attention_matrix, figures.gradient_norm)
lab.measure(run, judge, answers=guess, share=False)
lab.measure(run, more)
lab.translating(run)
lab.xray(run, judge)
lab.my_runs(judge)

page.text("notice")
page.published("published", lab.best(run, judge, of=measures.exact))
page.contrast("said", lab.best(run, judge, of=measures.aligned))
page.pitfall("pitfall")
page.quiz()
page.sources()
