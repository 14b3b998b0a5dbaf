import numpy as np
import pytest

from rrn.experiments.singular import Beginnings, run
from rrn.scratch.initializers import DEVIATION
from rrn.spec import check
from tests.experiments.corners import corners, equal


@pytest.fixture(scope="module")
def seen():
    return run(Beginnings(units=64, steps=50))


def test_orthogonal_and_identity_keep_every_length_and_zeros_none(seen):
    for name in ("orthogonal", "identity"):
        assert seen.singular[name] == pytest.approx(1) and seen.lengths[name] == pytest.approx(1)
    assert not seen.singular["zeros"].any() and not seen.lengths["zeros"][1:].any()


def test_singular_values_come_from_the_largest_to_the_smallest(seen):
    for values in seen.singular.values():
        assert values.shape == (64,) and (np.diff(values) <= 1e-12).all() and (values >= 0).all()


def test_of_normal_weights_the_largest_is_near_its_known_limit(seen):
    """2σ√n, for square matrices of many units. Source: Geman 1980."""
    assert seen.singular["normal"][0] == pytest.approx(2 * DEVIATION * 8, rel=0.15)
    assert seen.singular["glorot"][0] == pytest.approx(2 * np.sqrt(2 / 128) * 8, rel=0.15)


def test_no_multiplication_stretches_by_more_than_the_largest_singular_value(seen):
    for name, lengths in seen.lengths.items():
        assert lengths[0] == 1 and lengths.shape == (51,)
        low, high = seen.singular[name][-1], seen.singular[name][0]
        assert (lengths[1:] <= high * lengths[:-1] + 1e-12).all()
        assert (lengths[1:] >= low * lengths[:-1] - 1e-12).all()


def test_what_is_left_is_the_length_after_the_last_multiplication(seen):
    for name, lengths in seen.lengths.items():
        assert seen.left(name) == lengths[-1]
    assert seen.left("normal") < 1e-15 < seen.left("glorot") * 1e15


def test_the_same_settings_give_the_same_and_another_seed_gives_another():
    one, same, other = (run(Beginnings(seed=seed)) for seed in (3, 3, 4))
    assert equal(one, same) and not np.array_equal(one.singular["glorot"], other.singular["glorot"])


@pytest.mark.parametrize("settings", corners(Beginnings), ids=str)
def test_at_the_ends_of_all_ranges_the_numbers_stay_finite(settings):
    check(settings)
    seen = run(settings)
    for values in (*seen.singular.values(), *seen.lengths.values()):
        assert np.isfinite(values).all()
    assert seen.singular.keys() == seen.lengths.keys()
