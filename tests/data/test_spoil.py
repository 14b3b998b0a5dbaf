"""What happens to a voice on its way does to it what it is named for, and as much as is asked."""

import numpy as np
import pytest

from rrn.data import spoil
from rrn.data.sound import RATE
from rrn.data.spoil import Room, heard_in


def voice(seconds=1.0, seed=0):
    """Bursts of a hum with pauses between them."""
    at = np.arange(round(seconds * RATE)) / RATE
    hum = sum(np.sin(2 * np.pi * 150 * k * at) / k for k in range(1, 15))
    return (0.1 * hum * (np.sin(2 * np.pi * 2 * at) > 0)).astype(np.float32)


def power(sound, low, high):
    at = np.fft.rfftfreq(len(sound), 1 / RATE)
    return (np.abs(np.fft.rfft(sound)) ** 2)[(at >= low) & (at < high)].mean()


@pytest.fixture
def rng():
    return np.random.default_rng(2)


def test_loudness_is_that_of_what_is_said_and_pauses_make_it_no_softer():
    spoken = np.random.default_rng(0).choice([-0.3, 0.3], 1000).astype(np.float32)
    assert spoil.loudness(spoken) == pytest.approx(0.3)
    assert spoil.loudness(np.concatenate([spoken, np.zeros(1000, np.float32)])) == pytest.approx(0.3)
    assert spoil.loudness(np.zeros(0, np.float32)) == spoil.loudness(np.zeros(9, np.float32)) == 0


@pytest.mark.parametrize(("colour", "falls"), [("white", 0), ("pink", 3.01), ("brown", 6.02)])
def test_noise_of_a_colour_falls_by_so_many_decibels_an_octave(colour, falls, rng):
    found = spoil.noise(1 << 17, rng, colour)
    assert found.dtype == np.float32 and np.sqrt(np.mean(found**2)) == pytest.approx(1, rel=1e-3)
    octaves = [10 * np.log10(power(found, low, 2 * low)) for low in (125, 250, 500, 1000, 2000)]
    np.testing.assert_allclose(np.diff(octaves), -falls, atol=0.5)


@pytest.mark.parametrize("samples", [1, 2, 3, 101])
def test_noise_may_be_short(samples, rng):
    for colour in spoil.COLOURS:
        assert spoil.noise(samples, rng, colour).shape == (samples,)


@pytest.mark.parametrize("ratio", [-5, 0, 10, 40])
@pytest.mark.parametrize("loud", [0.001, 1.0, 50.0])
def test_the_ratio_of_voice_to_noise_is_the_one_asked_for(ratio, loud, rng):
    said, other = voice(), loud * spoil.noise(2 * RATE, rng)
    found = spoil.with_noise(said, other, ratio)
    assert found.shape == said.shape
    reached = 20 * np.log10(spoil.loudness(said) / spoil.loudness(found - said))
    assert reached == pytest.approx(ratio, abs=0.1)


def test_behind_silence_noise_is_hardly_there(rng):
    found = spoil.with_noise(np.zeros(800, np.float32), spoil.noise(800, rng), 0)
    assert 0 < np.abs(found).max() < 10 * spoil.QUIETEST


@pytest.mark.parametrize("times", [0.8, 1.0, 1.25])
def test_played_faster_it_is_shorter_and_higher(times):
    said = np.sin(2 * np.pi * 500 * np.arange(RATE) / RATE).astype(np.float32)
    found = spoil.faster(said, times)
    assert len(found) == pytest.approx(len(said) / times, abs=2) and found.dtype == np.float32
    at = np.fft.rfftfreq(len(found), 1 / RATE)
    assert at[np.abs(np.fft.rfft(found)).argmax()] == pytest.approx(500 * times, abs=2)


def test_a_room_falls_by_60_decibels_in_the_time_it_is_named_for(rng):
    click = np.zeros(RATE, np.float32)
    click[0] = 1.0
    found = heard_in(click, Room(echo=0.5, wet=1.0), rng)
    level = [10 * np.log10(np.mean(found[at : at + 400] ** 2)) for at in range(100, 3700, 400)]
    slope = np.polyfit(np.arange(len(level)) * 400 / RATE, level, 1)[0]
    assert slope * 0.5 == pytest.approx(-60, abs=5)
    assert np.abs(found[RATE // 2 + 10 :]).max() < 1e-5


def test_the_echo_is_as_loud_beside_the_voice_as_is_asked(rng):
    click = np.zeros(RATE, np.float32)
    click[0] = 1.0
    for wet in (0.1, 0.5, 1.0):
        found = heard_in(click, Room(echo=0.3, wet=wet, high=1e9), rng)
        assert np.sqrt(np.sum((found - click) ** 2)) == pytest.approx(wet, rel=0.05)


def test_a_dry_room_without_a_band_leaves_the_voice_as_it_is(rng):
    np.testing.assert_allclose(heard_in(voice(), Room(high=1e9), rng), voice(), atol=1e-5)


def test_a_band_lets_through_what_lies_in_it(rng):
    white = spoil.noise(4 * RATE, rng)
    found = heard_in(white, Room(low=300, high=3000), rng)
    assert found.shape == white.shape
    inside, below, above = ((500, 2500), (20, 100), (3700, 4000))
    through = [10 * np.log10(power(found, *band) / power(white, *band)) for band in (inside, below, above)]
    assert abs(through[0]) < 1 and through[1] < -20 and through[2] < -12
    edge = 10 * np.log10(power(found, 295, 305) / power(white, 295, 305))
    assert edge == pytest.approx(-3, abs=0.7)


def test_frequencies_are_lifted_by_so_many_decibels(rng):
    white = spoil.noise(4 * RATE, rng)
    found = heard_in(white, Room(tilt=(6.0, 6.0, -6.0, -6.0), high=1e9), rng)
    for band, wanted in (((100, 1200), 6), ((2800, 3900), -6)):
        assert 10 * np.log10(power(found, *band) / power(white, *band)) == pytest.approx(wanted, abs=0.3)


@pytest.mark.parametrize("codec", spoil.CODECS)
@pytest.mark.parametrize("samples", [0, 1, 150, 200, 1000, 8000, 20001])
def test_a_codec_keeps_the_voice_and_nearly_its_length(codec, samples):
    said = voice(3)[:samples]
    found = spoil.coded(said, codec)
    assert found.dtype == np.float32 and found.ndim == 1 and np.isfinite(found).all()
    # What `rrn.recipes.spoken.Heard` leaves room for.
    assert len(said) <= len(found) + 1 and len(found) <= round(len(said) * 1.02) + RATE // 20
    if samples >= 8000:
        both = min(len(said), len(found))
        lags = [np.corrcoef(said[: both - 400], found[lag : lag + both - 400])[0, 1] for lag in range(0, 400, 1)]
        assert max(lags) > 0.85, codec


@pytest.mark.parametrize("codec", spoil.CODECS[1:])
def test_a_codec_takes_something_away_and_gives_the_same_again(codec):
    assert not np.array_equal(spoil.coded(voice(), codec), voice())
    assert np.array_equal(spoil.coded(voice(), codec), spoil.coded(voice(), codec))


@pytest.mark.parametrize("codec", spoil.CODECS[1:])
def test_a_codec_does_not_turn_over_what_is_too_loud(codec):
    found = spoil.coded(30 * voice(), codec)
    assert np.abs(found).max() < 1.5 and np.corrcoef(found[:4000], voice()[:4000])[0, 1] > 0.3


def test_eight_bits_are_eight_bits():
    found = spoil.coded(voice(), "8-bit") * 127
    np.testing.assert_allclose(found, np.round(found), atol=1e-4)


def test_breath_keeps_loudness_and_pitches_and_takes_the_buzz_away(rng):
    said = voice(2)
    np.testing.assert_allclose(spoil.breathy(said, 0.0, rng), said, atol=1e-5)
    whisper = spoil.breathy(said, 1.0, rng)
    assert whisper.shape == said.shape and whisper.dtype == np.float32
    assert abs(np.corrcoef(said, whisper)[0, 1]) < 0.3
    for low, high in ((100, 500), (500, 1000), (1000, 2000)):  # less a few decibels where neighbours cancel out
        assert 10 * np.log10(power(whisper, low, high) / power(said, low, high)) == pytest.approx(-3, abs=4)


@pytest.mark.parametrize("samples", [0, 1, 63, 64, 65, 300])
def test_breath_may_be_short(samples, rng):
    assert spoil.breathy(voice()[:samples], 0.5, rng).shape == (samples,)


def test_what_is_clipped_stays_below_a_share_of_its_peak():
    found = spoil.clipped(voice(), 0.4)
    assert np.abs(found).max() == pytest.approx(0.4 * np.abs(voice()).max())
    small = np.abs(voice()) < 0.39 * np.abs(voice()).max()
    assert np.array_equal(found[small], voice()[small])
    assert len(spoil.clipped(np.zeros(0, np.float32), 0.5)) == 0


@pytest.mark.parametrize(("length", "bands"), [(150, 40), (21, 8), (3, 64)])
def test_masks_are_so_many_stretches_of_time_and_of_pitch(length, bands, rng):
    clip = np.ones((length, bands), np.float32)
    assert np.array_equal(spoil.masked(clip, 0, rng, -1.5), clip)
    for _ in range(30):
        found = spoil.masked(clip, 1, rng, -1.5)
        rows, columns = (found == -1.5).all(axis=1), (found == -1.5).all(axis=0)
        assert set(np.unique(found)) <= {1.0, np.float32(-1.5)} and rows.any() and columns.any()
        for hit in (rows, columns):
            assert np.diff(np.flatnonzero(hit)).max(initial=1) == 1  # each is one stretch
        assert ((found == -1.5) == (rows[:, None] | columns)).all()
        assert rows.sum() <= max(1, length // 12) and columns.sum() <= max(1, bands // 6)
    assert (clip == 1).all()


def test_life_is_many_things_of_the_same_length_and_the_same_by_the_same_seed():
    said, music = voice(), voice(seed=1)[::-1].copy()
    found = [spoil.life(said, lambda n: music[:n], np.random.default_rng(seed)) for seed in range(60)]
    again = [spoil.life(said, lambda n: music[:n], np.random.default_rng(seed)) for seed in range(3)]
    assert all(np.array_equal(a, b) for a, b in zip(found, again, strict=False))
    assert all(np.isfinite(one).all() and abs(len(one) - len(said)) < RATE // 10 for one in found)
    same = sum(one.shape == said.shape and np.array_equal(one, said) for one in found)
    assert 0 < same < 20
