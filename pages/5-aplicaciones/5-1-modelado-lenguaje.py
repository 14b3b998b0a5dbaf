"""Language modelling: a network that guesses the next letter can also write."""

from rrn import figures, measures, ui
from rrn.tasks.language_model import LanguageModel

page = ui.page(__file__)

page.text("question")
page.text("idea")
page.text("formula")
page.text("example")

lab = page.lab("bits", LanguageModel())
lab.corpus()
spec = lab.controls(
    "cell",
    "units",
    "epochs",
    more=(
        "rate",
        "layers",
        "embedding",
        "length",
        "dropout",
        "weight_drop",
        "clip",
        "fresh_starts",
        "batch",
        "hold_out",
        "seed",
    ),
)
guess = lab.predict("will_it_beat")
run = lab.train(spec)

lab.live(run, figures.learning(measures.bits_per_character), figures.gradient_norm, figures.gradient_reach)
lab.measure(run, measures.bits_per_character, answers=guess)
lab.writing(run)
lab.xray(run, measures.bits_per_character)
lab.my_runs(measures.bits_per_character)

page.text("what_to_notice")
page.contrast("coherent", lab.best(run, measures.bits_per_character))
page.pitfall("memorises")
page.quiz()
page.sources()
