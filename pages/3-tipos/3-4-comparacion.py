"""Comparing the cells: one task, the same sequences, several seeds."""

from rrn import figures, measures, ui
from rrn.experiments.arena import Arena, line_up
from rrn.tasks.adding import Adding
from rrn.tasks.copy_memory import CopyMemory
from rrn.tasks.counting import Counting
from rrn.tasks.language_model import LanguageModel
from rrn.tasks.reber import Reber
from rrn.tasks.temporal_order import TemporalOrder
from rrn.ui import together

page = ui.page(__file__)

page.text("question")
page.text("idea")
page.text("formula")
page.text("example")

# By task: what the arena opens with, so that three runs end within half a minute; its measure; its controls.
ARENAS = {
    "adding": (Adding(steps=30, epochs=12), measures.error, ("steps", "units", "epochs")),
    "copy_memory": (
        CopyMemory(items=3, delay=5, units=32, epochs=16),
        measures.recall,
        ("items", "delay", "units", "epochs"),
    ),
    "temporal_order": (TemporalOrder(epochs=8), measures.accuracy, ("steps", "units", "epochs")),
    "reber": (Reber(epochs=24), measures.letter, ("units", "epochs")),
    "counting": (Counting(), measures.counted, ("longest", "units", "epochs")),
    "language_model": (LanguageModel(epochs=4, units=64), measures.bits_per_character, ("units", "epochs")),
}

page.lead("arena")
arena = page.settings("arena", Arena(), "task", "equal", "seeds")
default, measure, fields = ARENAS[arena.task]
lab = page.lab("arena", default, part=arena.task)
if arena.task == "language_model":
    lab.corpus()
spec = lab.controls(*fields, more=("rate", "clip", "batch", "seed"))
guess = lab.predict("who_wins")
run = lab.train_each(line_up(arena, spec), repeat=False)
lab.live(run, figures.learning(measure), figures.gradient_norm, figures.gradient_reach)
lab.measure(run, measure, answers=guess, verdict=together.place_of_winner)
lab.xray(run, measure)
lab.my_runs(measure)

page.text("what_to_notice")
if (reported := f"published_{arena.task}") in page.lesson.sections:
    page.published(reported, lab.best(run, measure))
page.contrast("neither_dominates", lab.gap(run, measure))
page.pitfall("tuning")
page.quiz()
page.sources()
