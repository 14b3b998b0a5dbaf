import numpy as np
import pytest

from rrn import tasks
from rrn.experiments.selection import NEAR, Selection, front, good_enough, leaves
from rrn.measures import FIRST
from rrn.spec import choices

RNG = np.random.default_rng(7)
# Few different values, so that many runs are alike in some place or in all.
DRAWN = [[tuple(map(float, row)) for row in RNG.integers(0, 4, (count, places))]
         for count in (1, 2, 5, 30) for places in (1, 2, 3) for _ in range(5)]  # fmt: skip


@pytest.mark.parametrize("costs", DRAWN, ids=lambda costs: f"{len(costs)} runs")
def test_the_front_holds_whom_nobody_beats_and_nobody_else(costs):
    rows = np.array(costs)
    for n, row in enumerate(rows):
        beaten = ((rows <= row).all(axis=1) & (rows < row).any(axis=1)).any()
        assert (n in front(costs)) == (not beaten)


@pytest.mark.parametrize("costs", DRAWN, ids=lambda costs: f"{len(costs)} runs")
def test_who_is_not_on_the_front_is_beaten_by_somebody_on_it(costs):
    rows, best = np.array(costs), front(costs)
    assert best and best == sorted(best)
    for n in set(range(len(rows))) - set(best):
        assert any((rows[k] <= rows[n]).all() and (rows[k] < rows[n]).any() for k in best)


def test_one_run_alone_is_the_front_and_of_none_there_is_none():
    assert front([(3.0, 4.0)]) == [0] and front([]) == []


def test_runs_that_are_alike_all_stay():
    assert front([(1.0, 2.0), (2.0, 2.0), (1.0, 2.0), (2.0, 1.0)]) == [0, 2, 3]
    assert front([(0.5, 0.5)] * 4) == [0, 1, 2, 3]


def test_the_front_does_not_depend_on_the_order():
    costs = DRAWN[-1]
    order = RNG.permutation(len(costs))
    assert sorted(order[n] for n in front([costs[n] for n in order])) == front(costs)


def test_who_solves_the_task_is_good_enough_and_else_who_is_near_the_best():
    assert good_enough([0.02, 0.01, 0.005], less=True, solved=0.01) == [1, 2]
    assert good_enough([0.94, 0.95, 1.0], less=False, solved=0.95) == [1, 2]
    assert good_enough([0.5, 0.46, 0.44], less=False, solved=0.95) == [0, 1]
    assert good_enough([2.0, 2.1, 2.3], less=True, solved=None) == [0, 1]
    assert good_enough([0.0, 0.1], less=True, solved=None) == [0]
    assert good_enough([5.0], less=False, solved=None) == [0]


def test_the_best_one_is_always_good_enough():
    for _ in range(50):
        values, less = RNG.normal(size=6).tolist(), bool(RNG.integers(2))
        best = int(np.argmin(values) if less else np.argmax(values))
        found = good_enough(values, less=less, solved=None)
        assert best in found and all(abs(values[n] - values[best]) <= NEAR * abs(values[best]) for n in found)
        assert best in good_enough(values, less=less, solved=0.0)


def test_of_those_that_are_good_enough_the_least_of_each_thing_is_taken():
    costs = [(1.0, 9.0, 5.0), (2.0, 1.0, 5.0), (2.0, 0.0, 7.0), (0.0, 0.0, 0.0)]
    assert leaves(costs, [0, 1, 2]) == [0, 2, 0]
    assert leaves(costs, [0, 1, 2, 3]) == [3, 3, 3]


@pytest.mark.parametrize("costs", DRAWN, ids=lambda costs: f"{len(costs)} runs")
def test_whom_one_would_take_nobody_beats(costs):
    best = front(costs)
    for place, taken in enumerate(leaves(costs, range(len(costs)))):
        assert costs[taken][place] == min(cost[place] for cost in costs) and taken in best


def test_every_task_that_can_be_chosen_is_one_and_has_a_measure():
    assert set(choices(Selection)["task"]) <= set(tasks.names()) & set(FIRST)
