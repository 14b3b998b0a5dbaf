"""Streams forget as often as the spec says, and never where it says 0."""

import numpy as np
import pytest

from rrn.tasks.language_model import LanguageModel

pytestmark = pytest.mark.keras


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize(("chance", "low", "high"), [(0.0, 0.0, 0.0), (0.2, 0.15, 0.25), (0.5, 0.44, 0.56)])
def test_part_of_the_streams_starts_from_nothing(chance, low, high, cell):
    from rrn.recipes.language_model import FreshStarts, build

    small = {"symbols": 5, "characters": 1000, "units": 8, "embedding": 4, "batch": 32, "length": 8}
    spec = LanguageModel(**small, cell=cell, layers=2, fresh_starts=chance)
    model, fresh = build(spec), FreshStarts(spec)
    layers = [model.get_layer(name) for name in ("cell_1", "cell_2")]
    fresh.set_model(model)
    emptied = []
    for batch in range(50):
        for layer in layers:
            for state in layer.states:
                state.assign(np.ones(state.shape))
        fresh.on_train_batch_begin(batch)
        first, *others = (np.asarray(state) for layer in layers for state in layer.states)
        assert all((first == other).all() for other in others)  # a stream forgets in every layer at once
        emptied.append((first == 0).all(axis=1).mean())
    assert low <= np.mean(emptied) <= high
