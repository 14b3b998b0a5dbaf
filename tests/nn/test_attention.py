"""Attention against a loop written out from the formulas."""

import numpy as np
import pytest

pytestmark = pytest.mark.keras

SCORES = ("dot", "general", "additive")


def layer(score, units=4):
    import keras

    from rrn.nn.attention import Attention

    keras.utils.set_random_seed(1)
    rng = np.random.default_rng(0)
    made = Attention(score)
    query, memory = rng.normal(size=(2, 3, units)).astype("float32"), rng.normal(size=(2, 5, 4)).astype("float32")
    keep = np.array([[True] * 5, [True, True, False, True, False]])
    made(query, memory, keep)
    made.set_weights([rng.normal(size=w.shape) for w in made.get_weights()])
    return made, query, memory, keep


def by_hand(made, query, memory, keep):
    """Weights and contexts, one query and one place after the other."""
    w = {v.name: np.asarray(v, dtype=float) for v in made.trainable_weights}
    weights = np.zeros((2, 3, 5))
    for b in range(2):
        for t in range(3):
            scores = {}
            for n in np.flatnonzero(keep[b]):
                s, m = query[b, t].astype(float), memory[b, n].astype(float)
                match made.score:
                    case "dot":
                        scores[n] = s @ m
                    case "general":
                        scores[n] = s @ w["kernel"] @ m
                    case "additive":
                        scores[n] = w["combine"] @ np.tanh(w["query"].T @ s + w["memory"].T @ m)
            total = sum(np.exp(v) for v in scores.values())
            for n, v in scores.items():
                weights[b, t, n] = np.exp(v) / total
    return weights, np.stack([weights[b] @ memory[b] for b in range(2)])


@pytest.mark.parametrize("score", SCORES)
def test_the_context_is_the_mean_that_the_formula_gives(score):
    made, query, memory, keep = layer(score)
    _, context = by_hand(made, query, memory, keep)
    assert np.asarray(made(query, memory, keep)) == pytest.approx(context, abs=1e-5)


@pytest.mark.parametrize("score", SCORES)
def test_padding_has_no_weight_at_all(score):
    made, query, memory, keep = layer(score)
    before = np.asarray(made(query, memory, keep))
    loud = np.where(keep[..., None], memory, 30.0).astype("float32")
    assert np.array_equal(np.asarray(made(query, loud, keep)), before)


@pytest.mark.parametrize("score", ["general", "additive"])
def test_query_and_memory_need_not_be_equally_wide(score):
    made, query, memory, keep = layer(score, units=6)
    _, context = by_hand(made, query, memory, keep)
    assert np.asarray(made(query, memory, keep)) == pytest.approx(context, abs=1e-5)


def test_every_weight_of_the_additive_score_begins_as_the_seed_says():
    import keras

    from rrn.nn.attention import Attention

    begun = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        made = Attention("additive")
        made.build((None, 3, 8), (None, 5, 8), (None, 5))
        begun.append(made.get_weights())
    for one, again, other in zip(*begun, strict=True):
        assert np.array_equal(one, again) and not np.array_equal(one, other)
    column = begun[0][2]
    assert column.std() > 0.1 and np.abs(column).max() <= np.sqrt(6 / (8 + 1))
