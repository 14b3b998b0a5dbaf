"""Simple RNN: one matrix, applied at every step, forwards and backwards."""

from rrn import figures, ui
from rrn.experiments import gain
from rrn.xray import one_unit

page = ui.page(__file__)

page.text("question")
page.text("idea")
page.text("formula")
page.text("example")
page.by_hand("by_hand", one_unit.SIMPLE)


def try_gain(trial):
    settings = trial.controls("gain", "scale", "steps", more=("units",))
    guess = trial.predict("will_it_vanish")
    seen = gain.run(settings)
    trial.show(figures.gain_states(seen, ui.t), figures.gain_eigenvalues(seen, ui.t))
    if trial.looked:
        trial.show(figures.gain_gradient(seen, ui.t))
    trial.measure("ratio", seen.ratio, guess, asked=gain.run(trial.default).ratio)
    page.contrast("keeps_for_ever", trial.value(seen.ratio))


page.trial("gain", gain.Gain(), try_gain)

page.text("what_to_notice")
page.pitfall("silent")
page.quiz()
page.sources()
