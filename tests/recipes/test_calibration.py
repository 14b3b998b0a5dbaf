"""One temperature, folded into the output layer, never makes the held-out part dearer."""

import numpy as np
import pytest

from rrn.tasks.language_model import LanguageModel

pytestmark = pytest.mark.keras


def test_an_overconfident_network_is_cooled_down():
    from rrn.recipes.language_model import bits_in_windows, build, calibrate

    rng = np.random.default_rng(0)
    seen, unseen = rng.integers(1, 6, 400), rng.integers(1, 6, 300)
    spec = LanguageModel(symbols=5, characters=700, units=8, embedding=4, batch=4, length=8)
    model = build(spec)
    out = model.get_layer("out")
    out.set_weights([60 * w for w in out.get_weights()])  # sure of itself, and of nothing that is so
    before = bits_in_windows(model, seen, unseen, spec)
    temperature = calibrate(model, seen, unseen, spec)
    assert temperature == 1.5
    assert bits_in_windows(model, seen, unseen, spec) < before - 0.02
