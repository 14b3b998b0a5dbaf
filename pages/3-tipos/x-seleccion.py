"""Choosing an architecture by one's own runs."""

from rrn import figures, measures, ui
from rrn.experiments import selection
from rrn.ui import tried

page = ui.page(__file__)

page.text("idea")


def choose(trial):
    settings = trial.controls("task")
    measure = measures.FIRST[settings.task]
    with trial.left:
        problem, runs = tried.rivals(trial.key, settings.task, measure)
    if not runs:
        trial.note("tried_nothing")
        return
    trial.about(settings.task, problem)
    guess = trial.predict("how_many_stay")
    costs = [run.costs(measure) for run in runs]
    front = selection.front(costs)
    enough = selection.good_enough([run.value for run in runs], less=measure.less, solved=measure.solved)
    with trial.right:
        tried.table(runs, front if trial.looked else None, measure)
    if trial.looked:
        trial.show(figures.pareto(runs, front, measure, ui.t))
        with trial.right:
            tried.tree(runs, enough, selection.leaves(costs, enough), measure, settings.seed)
    trial.measure("front", len(front), guess, asked=len(front))


page.trial("front", selection.Selection(), choose)

page.text("what_to_notice")
page.pitfall("on_the_test_set")
page.quiz()
page.sources()
