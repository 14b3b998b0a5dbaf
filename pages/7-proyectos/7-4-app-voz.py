"""Own words: a recogniser learns them from a few takes each, on top of one that hears already."""

from rrn import figures, measures, ui
from rrn.tasks.keywords import Keywords

page = ui.page(__file__)

page.text("question")
page.text("idea")
page.text("transfer")
page.text("leaving_out")
page.text("example")

lab = page.lab("words", Keywords())
lab.words()
spec = lab.controls(
    "start",
    "copies",
    "epochs",
    more=("snr", "speed", "masks", "units", "dropout", "rate", "batch", "seed"),
)
guess = lab.predict("will_it_tell_apart")
run = lab.train(spec)

lab.live(run, figures.learning(measures.left_out), figures.confusion, figures.spikes_by_epoch, figures.gradient_norm)
lab.measure(run, measures.left_out, answers=guess, share=False)
lab.interval(run)
lab.measure(run, measures.real_time)
lab.listening(run)
lab.my_runs(measures.left_out)

page.text("notice")
page.published("published", lab.best(run, measures.left_out))
page.contrast("said", lab.best(run, measures.left_out))
page.pitfall("pitfall")
page.quiz()
page.sources()
