"""Speech: a network hears a sound and writes symbols, and nobody has told it where each one stands."""

from rrn import figures, measures, ui
from rrn.tasks.speech import Speech, generated

page = ui.page(__file__)

page.text("question")
page.text("idea")
page.text("frames")
page.text("ctc")
page.text("example")

lab = page.lab("hear", Speech())
lab.sounds()
spec = lab.controls(
    "cell",
    "snr",
    "overlap",
    "epochs",
    more=("most", "speed", "codec", "life", "masks", "window", "hop", "bands", "filters", "stride", "units", "layers",
          "reading", "dropout", "clip", "examples", "rate", "batch", "hold_out", "apart", "seed"),
)  # fmt: skip
guess = lab.predict("how_often_silent") if generated(spec) else None
run = lab.train(spec)

spoken = () if lab.shows(generated) else (figures.ler_by_speaker,)
lab.live(run, figures.learning(measures.ler), figures.blanks_by_epoch, figures.spikes_by_epoch, figures.confusion,
         *spoken, figures.gradient_norm)  # fmt: skip
lab.measure(run, measures.blanks, answers=guess, share=False)
lab.measure(run, measures.ler, share=False)
lab.measure(run, measures.clean)
lab.listening(run)
lab.my_runs(measures.ler)

page.text("notice")
page.published("published", lab.best(run, measures.ler))
page.contrast("said", lab.best(run, measures.ler))
page.pitfall("pitfall")
page.quiz()
page.sources()
