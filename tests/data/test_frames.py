"""From frames to steps: how many there are, where they lie, and what stands around a clip."""

import numpy as np
import pytest

from rrn.data import frames
from rrn.data.frames import KERNEL, MARGIN, SILENCE, STRIDES, centre, of_sound, padded, steps, stretched
from rrn.data.sound import RATE


@pytest.mark.keras
@pytest.mark.parametrize("stride", STRIDES)
def test_steps_are_those_that_the_convolutions_give(stride):
    import keras

    layers = [keras.layers.Conv1D(1, KERNEL, each) for each in STRIDES[stride]]
    for count in range(1 + 2 * MARGIN, 70):
        x = np.zeros((1, count, 2), np.float32)
        for layer in layers:
            x = layer(x)
        assert x.shape[1] == steps(count, stride)


@pytest.mark.parametrize("stride", STRIDES)
def test_the_shortest_clip_has_steps_and_frames_per_step_are_the_stride(stride):
    assert steps(1 + 2 * MARGIN, stride) >= 1
    assert steps(4000, stride) == pytest.approx(4000 / stride, abs=8)


@pytest.mark.parametrize("stride", STRIDES)
def test_a_step_looks_at_frames_around_its_centre(stride):
    """Followed back by hand: which frames the convolutions of a step reach."""
    first, second = STRIDES[stride]
    for step in (0, 1, 7):
        reached = [(step * second + k) * first + j for k in range(KERNEL) for j in range(KERNEL)]
        assert centre(step, stride) == (min(reached) + max(reached)) / 2 - MARGIN
    assert centre(8, stride) - centre(7, stride) == stride
    assert centre(7.5, stride) == (centre(7, stride) + centre(8, stride)) / 2


@pytest.mark.parametrize("stride", STRIDES)
def test_every_frame_of_a_clip_is_near_the_centre_of_a_step(stride):
    """Margins are wide enough that its first and its last sound are no less heard than those between."""
    for count in (1, 10, 57):
        last = steps(count + 2 * MARGIN, stride) - 1
        assert centre(0, stride) <= 0 and centre(last, stride) >= count - 1 - stride


def test_a_clip_has_silence_at_both_ends():
    heard = 0.2 * np.random.default_rng(0).standard_normal(RATE // 2).astype(np.float32)
    found = of_sound(heard, 25, 10, 24)
    assert found.shape == (MARGIN + 49 + MARGIN, 24) and found.dtype == np.float32
    assert (found[:MARGIN] == SILENCE).all() and (found[-MARGIN:] == SILENCE).all()
    assert found.max() == 1.5 and SILENCE == -1.5 and (found[MARGIN:-MARGIN] > SILENCE).any(axis=1).all()


@pytest.mark.parametrize("times", [0.5, 0.8, 1.0, 1.3, 2.0])
def test_what_is_stretched_begins_and_ends_the_same_and_keeps_its_course(times):
    course = np.stack([np.linspace(0, 1, 41), np.linspace(3, -2, 41)], axis=1).astype(np.float32)
    found = stretched(course, times)
    assert len(found) == round(41 * times) and found.dtype == np.float32
    wanted = np.stack([np.linspace(0, 1, len(found)), np.linspace(3, -2, len(found))], axis=1)
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_stretched_by_one_is_the_same():
    some = np.random.default_rng(1).standard_normal((30, 5)).astype(np.float32)
    np.testing.assert_allclose(stretched(some, 1.0), some, atol=1e-5)


def test_shorter_clips_are_filled_up_with_silence_behind():
    some = [np.full((n, 3), n, np.float32) for n in (4, 9, 6)]
    found = padded(some, 9)
    assert found.shape == (3, 9, 3) and found.dtype == np.float32
    for row, one in zip(found, some, strict=True):
        assert (row[: len(one)] == one).all() and (row[len(one) :] == frames.SILENCE).all()
