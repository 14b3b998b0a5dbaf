"""Keywords: rivals beside a loop, the interval beside numbers worked by hand, sizes of the example and of a pack."""

from dataclasses import replace

import numpy as np
import pytest

from rrn.data import takes
from rrn.spec import to_dict
from rrn.tasks import keywords
from rrn.tasks.keywords import Keywords


def test_what_all_share_is_no_setting():
    assert not {"window", "hop", "bands", "stride", "reading", "sounds"} & to_dict(Keywords()).keys()
    assert (Keywords().layers, Keywords(start="scratch").layers) == (2, 1)


def test_the_example_has_the_size_that_is_said():
    assert keywords.sizes(Keywords(clips=3, symbols=2)) == (4, len(takes.example()), takes.most(takes.example()))
    own = Keywords(recordings="a" * 64, clips=60, symbols=3, takes=20)
    assert keywords.sizes(own) == (3, 60, takes.FOLDS)


def test_a_take_is_compared_with_no_other_of_its_fold():
    rng = np.random.default_rng(0)
    said, folds = ["a", "b", "a", "b", "a"], np.array([0, 0, 1, 1, 2])
    frames = [np.pad(rng.normal(size=(30, 4)) + 10 * (word == "b"), ((10, 10), (0, 0))) for word in said]
    frames[1] = frames[0]  # the most alike of all, but left out with it
    found = keywords.nearest(frames, folds)
    assert all(folds[n] != folds[at] for n, at in enumerate(found))
    assert keywords.rivals(said, frames, folds)["majority"] == pytest.approx(3 / 5)  # fold by fold: a, a, a


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(23, 25, 0.75, 0.98), (25, 25, 0.87, 1.0), (230, 250, 0.88, 0.95)]
)
def test_the_interval_is_wilsons(right, of, low, high):
    assert keywords.interval(right, of) == pytest.approx((low, high), abs=0.006)


def test_a_trunk_costs_once_and_what_is_learned_every_epoch():
    spec = Keywords()
    twice = keywords.cost(replace(spec, epochs=2 * spec.epochs)).multiply_adds
    once = keywords.cost(spec).multiply_adds
    assert once < twice < 2 * once
