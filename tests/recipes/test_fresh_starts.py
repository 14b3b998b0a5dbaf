"""Streams forget as often as the spec says, and never where it says 0."""

import numpy as np
import pytest

from rrn.tasks.language_model import LanguageModel

pytestmark = pytest.mark.keras


@pytest.mark.parametrize(("chance", "low", "high"), [(0.0, 0.0, 0.0), (0.2, 0.15, 0.25), (0.5, 0.44, 0.56)])
def test_part_of_the_streams_starts_from_nothing(chance, low, high):
    from rrn.recipes.language_model import FreshStarts, build

    spec = LanguageModel(symbols=5, characters=1000, units=8, embedding=4, batch=32, length=8, fresh_starts=chance)
    model, fresh = build(spec), FreshStarts(spec)
    fresh.set_model(model)
    emptied = []
    for batch in range(50):
        for state in model.get_layer("cell_1").states:
            state.assign(np.ones(state.shape))
        fresh.on_train_batch_begin(batch)
        hidden, cell = (np.asarray(s) for s in model.get_layer("cell_1").states)
        assert (hidden == cell).all()
        emptied.append((hidden == 0).all(axis=1).mean())
    assert low <= np.mean(emptied) <= high
