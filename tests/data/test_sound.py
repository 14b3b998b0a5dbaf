"""Mel bands of a sound: against TensorFlow's own, Parseval's theorem, and sounds whose pitch is known."""

import numpy as np
import pytest

from rrn.data import sound
from rrn.data.sound import FLOOR, LOWEST, RATE, log_mel

FINE = 2**16  # points at which a triangle is looked at


def tone(hertz, seconds=0.5, loud=0.5):
    return (loud * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def test_mel_and_hertz_are_each_others_inverse_and_meet_at_1000():
    hertz = np.linspace(0, RATE / 2, 50)
    np.testing.assert_allclose(sound.hertz(sound.mel(hertz)), hertz, atol=1e-9)
    assert sound.mel(1000.0) == pytest.approx(1000, abs=0.02) and sound.mel(0.0) == 0


@pytest.mark.keras
@pytest.mark.parametrize("bands", [8, 40, 64])
def test_bands_begin_end_and_peak_where_those_of_tensorflow_do(bands):
    """Only between these points do they differ: TensorFlow's rise evenly in mel, ours in hertz."""
    import tensorflow as tf

    theirs = tf.signal.linear_to_mel_weight_matrix(
        bands, FINE // 2 + 1, RATE, LOWEST, RATE / 2, dtype=tf.float64
    ).numpy()
    ours = sound.filters(bands, FINE)
    assert theirs.shape == ours.T.shape
    one = RATE / FINE  # hertz from point to point
    for mine, other in zip(ours, theirs.T, strict=True):
        (a, *_, b), (c, *_, d) = np.flatnonzero(mine), np.flatnonzero(other)
        assert abs(a - c) * one < 0.5 and abs(b - d) * one < 0.5
        assert abs(int(mine.argmax()) - int(other.argmax())) * one < 0.5
        assert np.abs(mine - other).max() < 0.06


@pytest.mark.keras
def test_the_mel_scale_is_that_of_tensorflow():
    from tensorflow.python.ops.signal.mel_ops import _hertz_to_mel

    hertz = np.linspace(0, RATE / 2, 400)
    np.testing.assert_allclose(sound.mel(hertz), np.array(_hertz_to_mel(hertz)), rtol=2e-5)


@pytest.mark.keras
@pytest.mark.parametrize(("window", "hop"), [(25, 10), (10, 5), (32, 8), (60, 25)])
def test_the_spectrum_is_that_of_tensorflow(window, hop, rng):
    import tensorflow as tf

    width, step = sound.length(window), sound.length(hop)
    heard = rng.standard_normal(7 * step + width).astype(np.float32)  # so that the windows come out even
    theirs = tf.signal.stft(heard, width, step, sound.size(window)).numpy()
    np.testing.assert_allclose(sound.spectrum(heard, window, hop), np.abs(theirs) ** 2, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("window", [10, 25, 60])
def test_all_the_power_of_a_window_is_in_its_spectrum(window, rng):
    """Parseval."""
    width, points = sound.length(window), sound.size(window)
    heard = rng.standard_normal(width).astype(np.float32)
    (power,) = sound.spectrum(heard, window, 10)
    both = 2 * power.sum() - power[0] - power[-1]  # frequencies below zero have as much
    assert both / points == pytest.approx(((heard * sound._hann(width)) ** 2).sum(), rel=1e-4)


@pytest.mark.parametrize("bands", [8, 40, 64])
@pytest.mark.parametrize("hertz", [200, 700, 1500, 3300])
def test_a_tone_is_heard_in_its_band(hertz, bands):
    edges = sound.edges(bands)
    for loudest in log_mel(tone(hertz), 25, 10, bands)[2:-3].argmax(axis=1):
        assert edges[loudest] - 20 < hertz < edges[loudest + 2] + 20


def test_evenly_spaced_bands_share_all_between_the_first_and_the_last_centre():
    edges, at = sound.edges(20), np.arange(4096 // 2 + 1) * RATE / 4096
    shared = sound.filters(20, 4096).sum(axis=0)
    between = (at > edges[1]) & (at < edges[-2])
    np.testing.assert_allclose(shared[between], 1, atol=1e-5)
    assert not shared[at < LOWEST].any()


@pytest.mark.parametrize("times", [0.01, 0.3, 30.0])
def test_a_louder_recording_of_the_same_is_the_same(times, rng):
    heard = 0.1 * rng.standard_normal(4000).astype(np.float32) + tone(500)
    np.testing.assert_allclose(log_mel(times * heard, 25, 10, 40), log_mel(heard, 25, 10, 40), atol=1e-3)


def test_the_loudest_is_zero_and_nothing_lies_below_the_floor(rng):
    heard = np.concatenate([tone(500), np.zeros(4000, np.float32)])
    found = log_mel(heard, 25, 10, 40)
    assert found.max() == 0 and found.min() == -FLOOR and (found[-20:] == -FLOOR).all()
    assert sound.scaled(np.array([-FLOOR, 0.0])).tolist() == [-1.5, 1.5]


def test_half_as_loud_is_six_decibels_less():
    heard = np.concatenate([tone(500), 0.5 * tone(500)])
    found = log_mel(heard, 25, 10, 40).max(axis=1)
    assert found[70] - found[20] == pytest.approx(-6.02, abs=0.1)


@pytest.mark.parametrize("samples", [0, 1, 199, 200, 201, 279, 280, 281, 4000])
@pytest.mark.parametrize(("window", "hop"), [(25, 10), (10, 25), (60, 5)])
def test_as_many_frames_come_out_as_are_told_and_no_sample_is_lost(samples, window, hop):
    heard = np.full(samples, 0.1, np.float32)
    count = sound.frames(samples, window, hop)
    assert sound.spectrum(heard, window, hop).shape == (count, sound.size(window) // 2 + 1)
    assert (count - 1) * sound.length(hop) + sound.length(window) >= samples
    if count > 1:  # one less would not do
        assert (count - 2) * sound.length(hop) + sound.length(window) < samples


@pytest.mark.parametrize("samples", [0, 1, 5000])
def test_where_there_is_no_sound_all_is_silent(samples):
    found = log_mel(np.zeros(samples, np.float32), 25, 10, 40)
    assert found.dtype == np.float32 and (found == -FLOOR).all() and len(found) == sound.frames(samples, 25, 10)


def test_a_single_sample_is_a_click_in_all_bands():
    found = log_mel(np.array([0.0] * 100 + [0.5], np.float32), 25, 10, 40)
    assert found.shape == (1, 40) and found.min() > -40


def test_where_windows_are_short_every_band_still_hears_something(rng):
    """Of 64 bands many lie between two of the 65 frequencies."""
    found = sound.filters(64, sound.size(10))
    assert (found.max(axis=1) > 0).all() and ((found > 0).sum(axis=1) == 1).sum() > 5
    heard = log_mel(rng.standard_normal(8000).astype(np.float32), 10, 10, 64)
    assert heard.shape == (100, 64) and (heard.mean(axis=0) > -30).all()
