import numpy as np
import pytest

from rrn.data.phonemes import MURMUR, VOWELS, WORDS
from rrn.data.sound import RATE, log_mel
from rrn.data.voice import (
    CLOCK,
    FRAME,
    PEAK,
    SYMBOLS,
    TONES,
    WIDTHS,
    Speaker,
    _hum,
    digits,
    speak,
    speaker,
    tones,
    vowels,
)

KINDS = tuple(SYMBOLS)


def power(sound, points=8192):
    """Hertz and power of the middle half of a sound."""
    middle = sound[len(sound) // 4 : len(sound) * 3 // 4]
    return np.fft.rfftfreq(points, 1 / RATE), np.abs(np.fft.rfft(middle * np.hanning(len(middle)), points)) ** 2


def loudness(sound, milliseconds=5):
    """Decibels below the loudest, every few milliseconds."""
    step = RATE * milliseconds // 1000
    mean = (sound[: len(sound) // step * step].reshape(-1, step) ** 2).mean(axis=1)
    return 10 * np.log10(mean / mean.max() + 1e-9)


def bumps(sound):
    """How often a sound begins."""
    loud = loudness(sound, 10) > -20
    return int(loud[0]) + int((loud[1:] & ~loud[:-1]).sum())


def steady(pitch, formants, bright):
    """Two seconds of a hum that does not change."""
    held = [np.full(401, value, np.float32) for value in (MURMUR, 1)]
    return _hum(np.full(401, pitch), np.tile(np.float32(formants), (401, 1)), *held, bright)


def several(kind, count, seed=0, **settings):
    each = [np.random.default_rng([seed, place]) for place in range(count)]
    return [speak(kind, rng.choice(SYMBOLS[kind], rng.integers(1, 5)), rng, **settings) for rng in each]


@pytest.mark.parametrize("tract", [0.8, 1.0, 1.2])
@pytest.mark.parametrize("symbol", VOWELS)
def test_a_vowel_resonates_where_the_table_says(symbol, tract):
    # so low a voice has a harmonic every 30 Hz, so that its spectrum shows the tract
    hertz, found = power(vowels(symbol, Speaker(30, tract, 0), np.random.default_rng(0), speed=0.1))
    smooth = np.convolve(found * hertz**2, np.hanning(61), "same")
    for formant in np.array(VOWELS[symbol].formants[:3]) * tract:
        near = np.flatnonzero(np.abs(hertz / formant - 1) < 0.2)
        best = near[smooth[near].argmax()]
        assert abs(hertz[best] / formant - 1) < 0.1


def test_the_hum_is_what_klatts_recursion_gives():
    formants, bright = VOWELS["e"].formants, 200.0
    x = np.tile(np.eye(1, 100)[0], 30)  # 100 pulses a second
    for hertz, width in zip((0, *formants), (bright, *WIDTHS), strict=True):
        c = -np.exp(-2 * np.pi * width / CLOCK)
        b = 2 * np.exp(-np.pi * width / CLOCK) * np.cos(2 * np.pi * hertz / CLOCK)
        y = np.zeros(len(x) + 2)
        for n, new in enumerate(x):
            y[n + 2] = (1 - b - c) * new + b * y[n + 1] + c * y[n]
        x = y[2:]
    wanted = np.abs(np.fft.rfft(np.diff(x)[-100:]))[1:36]
    found = np.abs(np.fft.rfft(steady(100.0, formants, bright)[-80:]))[1:36]
    np.testing.assert_allclose(found / found.max(), wanted / wanted.max(), rtol=0.01)


@pytest.mark.parametrize("pitch", [90, 150, 260])
@pytest.mark.parametrize("symbol", VOWELS)
def test_the_pitch_is_the_speakers(symbol, pitch):
    sound = vowels(symbol, Speaker(pitch), np.random.default_rng(0), speed=0.5)
    middle = sound[len(sound) // 2 - 400 : len(sound) // 2 + 400]
    alike = np.correlate(middle, middle, "full")[799:]
    lags = np.arange(RATE // 400, RATE // 60)
    assert RATE / lags[alike[lags].argmax()] == pytest.approx(pitch, rel=0.08)


def test_the_pitch_falls():
    found = []
    for seed in range(10):
        sound = vowels("a", Speaker(200, 1.0, 0), np.random.default_rng(seed), speed=0.2)
        heard = np.flatnonzero(np.abs(sound) > 0.05)
        parts = np.array_split(sound[heard[0] : heard[-1]], 4)
        found.append([140 + power(part, RATE)[1][140:280].argmax() for part in parts])
    first, *_, last = np.mean(found, axis=0)
    assert first > last + 10


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_is_finite_and_neither_too_loud_nor_too_quiet(kind):
    for sound in several(kind, 20, speed=2.0, overlap=1.0) + several(kind, 20, speed=0.5, overlap=0.0):
        assert sound.dtype == np.float32 and np.isfinite(sound).all()
        assert np.abs(sound).max() == pytest.approx(PEAK)
        assert abs(sound.mean()) < 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_says_the_same_and_another_does_not(kind):
    for one, same, other in zip(several(kind, 5), several(kind, 5), several(kind, 5, seed=1), strict=True):
        np.testing.assert_array_equal(one, same)
        assert len(one) != len(other) or np.abs(one - other).max() > 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_twice_as_fast_lasts_half_as_long(kind):
    for slow, fast in zip(several(kind, 10), several(kind, 10, speed=2.0), strict=True):
        assert len(fast) == pytest.approx(len(slow) / 2, abs=RATE // 200)


@pytest.mark.parametrize("kind", KINDS)
def test_what_overlaps_more_lasts_less(kind):
    symbols = SYMBOLS[kind][:4]
    lasts = [len(speak(kind, symbols, np.random.default_rng(0), overlap=overlap)) for overlap in (0.0, 0.5, 1.0)]
    assert lasts[0] > lasts[1] > lasts[2]


@pytest.mark.parametrize("overlap", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("symbols", ["AAA", "DD", "aaa", "uu", "iiiii"])
def test_twice_the_same_stays_two_however_much_it_overlaps(symbols, overlap):
    kind = "tones" if symbols.isupper() else "vowels"
    for seed in range(5):
        assert bumps(speak(kind, symbols, np.random.default_rng(seed), overlap=overlap)) == len(symbols)


def test_different_vowels_run_into_each_other_and_no_longer_pause():
    who, rng = Speaker(), np.random.default_rng(0)
    assert bumps(vowels("aei", who, rng, overlap=0.0)) == 3
    assert bumps(vowels("aei", who, rng, overlap=1.0)) == 1


@pytest.mark.parametrize("symbol", TONES)
def test_a_tone_has_its_frequency_and_nothing_else(symbol):
    hertz, found = power(tones(symbol, np.random.default_rng(0)))
    assert hertz[found.argmax()] == pytest.approx(TONES[symbol], rel=0.045)
    far = np.abs(hertz - hertz[found.argmax()]) > 120
    assert found[far].sum() < 1e-3 * found.sum()


def test_four_tones_last_about_two_fifths_of_a_second():
    lasts = [len(tones("ABCD", np.random.default_rng(seed))) / RATE for seed in range(20)]
    assert 0.32 < min(lasts) and max(lasts) < 0.48


@pytest.mark.parametrize("pitch", [110.0, 230.0])
def test_nothing_folds_back_from_above_half_the_rate(pitch):
    hertz, found = power(steady(pitch, VOWELS["i"].formants, 500.0), 16384)
    off = np.abs((hertz + pitch / 2) % pitch - pitch / 2) > 15
    assert found[off].max() < 1e-7 * found.max()
    assert found[~off & (hertz > 3000)].max() > 1e-5 * found.max()  # there is something that could


def test_nothing_jumps_where_one_frame_ends_and_the_next_begins():
    bends = np.zeros(FRAME)
    for sound in several("vowels", 20, overlap=1.0, speed=3.0):
        bent = np.abs(np.diff(sound, 2))
        bends += bent[: len(bent) // FRAME * FRAME].reshape(-1, FRAME).mean(axis=0)
    assert bends.max() < 1.3 * np.median(bends)


def test_a_vowel_swells_and_dies_away():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        sound = vowels("a", Speaker(rng.uniform(90, 260), breath=0), rng)
        for one in (sound, sound[::-1]):
            first = np.flatnonzero(np.abs(one) > 1e-3)[0]
            assert np.abs(one[first : first + RATE // 500]).max() < 0.25 * PEAK


def test_a_sound_begins_and_ends_in_silence():
    for kind in ("vowels", "digits"):
        for sound in several(kind, 10):
            assert max(loudness(sound)[0], loudness(sound)[-1]) < -60


def test_an_s_hisses_high_and_a_vowel_does_not():
    sound = digits("6", Speaker(), np.random.default_rng(0))
    heard = sound[np.flatnonzero(np.abs(sound) > 0.01)[0] :]
    high = []
    for part in (heard[:480], heard[1200:1680]):
        found = np.abs(np.fft.rfft(part)) ** 2
        high.append(found[len(found) * 5 // 8 :].sum() / found.sum())
    assert high[0] > 0.8 and high[1] < 0.2


def test_the_words_of_the_digits_differ_whoever_speaks():
    def read(symbol, rng):
        sound = digits(symbol, speaker(rng), rng)
        seen = log_mel(sound, 25, 10, 20)
        loud = np.flatnonzero(seen.max(axis=1) > -40)
        at = np.linspace(loud[0], loud[-1], 24)
        seen = np.stack([np.interp(at, np.arange(len(seen)), band) for band in seen.T], axis=1)
        return (seen - seen.mean(axis=0)).ravel()

    rng = np.random.default_rng(0)
    known = np.stack([np.mean([read(symbol, rng) for _ in range(8)], axis=0) for symbol in WORDS])
    right = [
        [np.square(known - read(symbol, rng)).sum(axis=1).argmin() == place for _ in range(10)]
        for place, symbol in enumerate(WORDS)
    ]
    assert np.mean(right) > 0.9
    assert np.mean(right, axis=1).min() > 0.6


def test_speakers_differ_within_bounds():
    rng = np.random.default_rng(0)
    many = [speaker(rng) for _ in range(300)]
    pitches, tracts = np.array([one.pitch for one in many]), np.array([one.tract for one in many])
    assert 90 <= pitches.min() < 100 and 240 < pitches.max() <= 260
    assert 0.8 <= tracts.min() < 0.82 and 1.22 < tracts.max() <= 1.25
    assert abs(np.corrcoef(pitches, tracts)[0, 1]) < 0.2


@pytest.mark.parametrize("kind", KINDS)
def test_every_symbol_can_be_said(kind):
    assert len(speak(kind, SYMBOLS[kind], np.random.default_rng(0))) > 0.08 * RATE * len(SYMBOLS[kind])


def test_what_is_no_symbol_cannot_be_said():
    with pytest.raises(KeyError):
        speak("vowels", "ax", np.random.default_rng(0))
