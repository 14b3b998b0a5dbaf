"""Every task that there is has a recipe, which trains at its smallest setting and tells that it did."""

import importlib
from types import SimpleNamespace

import numpy as np
import pytest

from rrn import shipped, tasks
from rrn.events import Measured
from rrn.spec import check
from tests.recipes.smallest import smallest, text

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module", autouse=True)
def _keras():
    """Imported once for all tasks, and so no part of what each of them costs."""
    import keras  # noqa: F401


@pytest.mark.parametrize("name", tasks.names())
def test_the_smallest_run_of_a_task_trains(name, monkeypatch):
    import keras

    task = tasks.module(name)
    spec = smallest(task.SPEC)
    check(spec)
    if hasattr(task, "EXAMPLES"):  # what is drawn for an epoch is no setting: a few batches do
        monkeypatch.setattr(task, "EXAMPLES", 16 * spec.batch)
    begun, told = [], []
    given = SimpleNamespace(weights=None, compiling=0.0, began=begun.append, bytes=lambda name: text(spec).encode(),
                            strong=shipped.open)  # fmt: skip
    keras.utils.set_random_seed(spec.seed)
    recipe = importlib.import_module(f"rrn.recipes.{name}")
    model = recipe.run(spec, told.append, given)
    assert begun == [model]
    assert sum(int(np.prod(w.shape)) for w in model.trainable_weights) == tasks.of(spec).cost(spec).parameters
    losses = [event for event in told if isinstance(event, Measured) and "loss" in event.values]
    assert losses[-1].step == spec.epochs and np.isfinite(losses[-1].values["loss"])
    assert bool(tasks.module(name).QUESTIONS) == hasattr(recipe, "answer")
