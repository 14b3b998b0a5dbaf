"""The gate for takes: the word without what is around it, and what is wrong with a take."""

import numpy as np
import pytest

from rrn.data import takes
from rrn.data.sound import RATE
from rrn.intake import take
from rrn.intake.audio import Sound
from rrn.spec import Refused

WORD = 0.5 * np.sin(2 * np.pi * 300 * np.arange(RATE // 2) / RATE) * np.hanning(RATE // 2)


def sound(samples, *notes):
    return Sound(np.asarray(samples, np.float32), len(samples) / RATE, RATE, 1, "WAV", notes)


def around(word, before=1.0, behind=1.0, noise=0.0):
    samples = np.pad(word, (round(before * RATE), round(behind * RATE)))
    return samples + noise * np.random.default_rng(0).standard_normal(len(samples))


@pytest.mark.parametrize("noise", [0.0, 1e-3, 1e-2])
def test_silence_and_noise_around_a_word_are_cut(noise):
    found = take.read(sound(around(WORD, noise=noise)))
    assert 0.35 < len(found.samples) / RATE < 0.75
    assert np.abs(found.samples).max() == pytest.approx(0.5, abs=0.05) and found.notes == ()


def test_a_word_without_silence_around_it_stays_whole():
    for one in takes.example():
        assert len(take.read(sound(one.sound)).samples) > 0.6 * len(one.sound)


def test_of_several_sayings_the_loudest_is_kept_and_that_is_said():
    found = take.read(sound(np.concatenate([around(0.2 * WORD), around(WORD)])))
    assert "take_parted" in found.notes and np.abs(found.samples).max() > 0.4 and len(found.samples) < RATE


def test_a_click_is_no_word():
    clicked = around(WORD)
    clicked[100:180] = 0.9
    found = take.read(sound(clicked))
    assert found.notes == () and len(found.samples) < 0.8 * RATE


@pytest.mark.parametrize(
    ("samples", "note"),
    [
        (around(np.clip(8 * WORD, -1, 1)), "take_clipped"),
        (around(0.02 * WORD), "take_faint"),
        (around(WORD, noise=0.08), "take_noisy"),
    ],
)
def test_what_is_to_be_done_better_is_said(samples, note):
    assert note in take.read(sound(samples)).notes


def test_notes_of_the_sound_are_told_too():
    assert take.read(sound(around(WORD), "audio_offset")).notes == ("audio_offset",)


@pytest.mark.parametrize(
    ("samples", "code"),
    [
        (np.zeros(RATE), "take_nothing"),
        (np.zeros(10), "take_nothing"),
        (np.zeros(0), "take_nothing"),
        (0.1 * np.random.default_rng(0).standard_normal(3 * RATE), "take_nothing"),
        (around(np.sin(np.arange(400))), "take_short"),
        (around(np.tile(WORD, 8)), "take_long"),
    ],
)
def test_what_is_no_word_is_refused(samples, code):
    with pytest.raises(Refused) as why:
        take.read(sound(samples))
    assert why.value.code == code
