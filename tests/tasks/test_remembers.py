"""What a network has to keep in mind is known for every sequence, also for the shortest that a learner types."""

import numpy as np
import pytest

from rrn import tasks

DRAWN = [name for name in tasks.names() if hasattr(tasks.module(name), "remembers")]


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("steps", [1, 2, 3, None])
def test_every_step_has_a_number_for_every_rule(name, steps):
    task = tasks.module(name)
    x, _ = task.examples(task.SPEC(), 4, np.random.default_rng(0))
    x = x[:, :steps]
    for rule, values in task.remembers(x).items():
        assert values.shape == x.shape[:2] and np.isfinite(values).all(), rule
