"""Clips put together from recordings: what is told to be said is what was put in, and nobody else speaks."""

from dataclasses import replace

import numpy as np
import pytest

from rrn.data import composed, spoil
from rrn.data.composed import KINDS, LONGEST, MOST, SHARES, Composer
from rrn.data.recordings import Recording
from rrn.data.sound import RATE

SPEAKERS = ("real/ana", "espeak/f1", "espeak/m1")
WORDS = ("0", "1", "2")


def pitch_of(speaker, word):
    """Every recording is a tone that nobody else makes."""
    return 300 + 300 * (len(WORDS) * SPEAKERS.index(speaker) + WORDS.index(word))


def tone(hertz, seconds=0.25):
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def recordings(speakers=SPEAKERS, seconds=0.25):
    for speaker in speakers:
        for word in WORDS:
            yield Recording((word,), "es", speaker, tone(pitch_of(speaker, word), seconds))
        row = np.concatenate([tone(pitch_of(speaker, word), seconds) for word in ("2", "0")])
        yield Recording(("2", "0"), "es", speaker, row)
        yield Recording((), "es", speaker, tone(3400 + 100 * SPEAKERS.index(speaker), seconds))


@pytest.fixture
def rng():
    return np.random.default_rng(4)


@pytest.fixture
def composer(rng, monkeypatch):
    monkeypatch.setattr(spoil, "faster", lambda sound, times: sound)  # so that pitches can be told
    return Composer(list(recordings()), rng)


def heard(sound):
    """The pitch of every stretch that is not silent, to 10 Hz."""
    loud = np.convolve(np.abs(sound), np.ones(40), "same") > 1e-4
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]])))
    found = []
    for start, end in edges.reshape(-1, 2):
        part = sound[start:end]
        at = np.fft.rfftfreq(1 << 14, 1 / RATE)
        found.append(round(at[np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 14)).argmax()] / 10) * 10)
    return found


def told(pitches):
    """(speaker, word) of each."""
    table = {pitch_of(speaker, word): (speaker, word) for speaker in SPEAKERS for word in WORDS}
    return [table[pitch] for pitch in pitches]


def test_words_that_are_joined_are_said_in_that_order_by_one_speaker(composer):
    who = set()
    for _ in range(60):
        sound, said, _ = composer.draw("joined")
        assert 1 < len(said) <= MOST and sound.dtype == np.float32
        heard_words = told(heard(sound))
        assert tuple(word for _, word in heard_words) == said
        assert len({speaker for speaker, _ in heard_words}) == 1
        who |= {speaker for speaker, _ in heard_words}
    assert who == set(SPEAKERS)


def test_one_word_alone_and_one_beside_what_is_none(composer):
    for _ in range(20):
        sound, said, _ = composer.draw("alone")
        ((_, word),) = told(heard(sound))
        assert said == (word,)
        sound, said, _ = composer.draw("among")
        pitches = heard(sound)
        (word,) = told([pitch for pitch in pitches if pitch < 3300])
        assert len(pitches) == 2 and said == (word[1],)
        assert [SPEAKERS[(pitch - 3400) // 100] for pitch in pitches if pitch > 3300] == [word[0]]


def test_rows_stay_as_they_were_recorded_and_other_sayings_say_nothing(composer):
    for _ in range(10):
        sound, said, _ = composer.draw("row")
        assert said == ("2", "0") and len(heard(sound)) == 1 and len(sound) > RATE // 2
        sound, said, _ = composer.draw("other")
        assert said == () and min(heard(sound)) > 3300
        assert composer.draw("empty")[1] == () == composer.draw("backwards")[1]


def test_what_is_backwards_is_backwards(composer):
    chirp = np.linspace(0.1, 1, 2000).astype(np.float32)
    composer.of = {("es", "x"): {"alone": [Recording(("0",), "es", "x", chirp)]}}
    composer.groups = [list(composer.of)]
    sound, said, _ = composer.draw("backwards")
    first = sound[np.flatnonzero(sound)[0] :][:2000]
    assert said == () and np.corrcoef(first, chirp[::-1])[0, 1] > 0.999


def test_kinds_come_as_often_as_their_shares_and_people_as_often_as_is_said(composer, monkeypatch):
    assert sum(SHARES.values()) == pytest.approx(1)
    kinds, people, clips = [], [], []
    draw = composer._one
    monkeypatch.setattr(composer, "_one", lambda of: clips.append(draw(of)) or clips[-1])
    monkeypatch.setattr(composer, "nothing", lambda: np.zeros(9, np.float32))
    for _ in range(2000):
        clips.clear()
        said = composer.draw()[1]
        backwards = len(clips) > 0 and len(clips[0].said) == 1 and not said
        kinds.append(
            "empty" if not clips
            else "backwards" if backwards
            else "among" if len(clips) == 2 and () in [one.said for one in clips]
            else "other" if not said
            else "row" if len(clips) == 1 and len(said) == 2
            else "alone" if len(clips) == 1
            else "joined"
        )  # fmt: skip
        people += [clips[0].speaker.startswith("real/")] if clips else []
    for kind in KINDS:
        assert kinds.count(kind) / 2000 == pytest.approx(SHARES[kind], abs=0.035), kind
    assert np.mean(people) == pytest.approx(composed.REAL, abs=0.04)


def test_a_clip_is_about_as_long_as_is_allowed_at_most_and_what_has_no_room_is_not_said(rng):
    composer = Composer(list(recordings(seconds=1.4)), rng)
    found = [composer.draw("joined") for _ in range(60)]
    longest = max(len(sound) for sound, *_ in found) / RATE
    assert LONGEST - 1.5 < longest <= LONGEST + 0.4
    assert max(len(said) for _, said, _ in found) <= 4 and min(len(said) for _, said, _ in found) >= 2
    for sound, said, _ in found:  # as long as the words that are told, and the gaps between them
        assert len(sound) / RATE >= len(said) * 1.4 / 1.22


def test_all_words_of_a_clip_are_about_as_loud_however_they_were_recorded(rng):
    of = [
        Recording(one.said, one.language, one.speaker, one.sound * 10.0 ** rng.integers(-2, 2)) for one in recordings()
    ]
    composer = Composer(of, rng)
    levels = [spoil.loudness(sound[sound != 0]) for sound, *_ in (composer.draw("alone") for _ in range(100))]
    assert 0.03 < min(levels) and max(levels) < 0.4


def test_what_holds_nothing_has_no_speech_and_is_finite(composer):
    found = [composer.nothing() for _ in range(40)]
    assert all(one.dtype == np.float32 and np.isfinite(one).all() and np.abs(one).max() < 3 for one in found)
    assert all(0.3 * RATE <= len(one) + 1 and len(one) <= 4 * RATE for one in found)
    assert any(not one.any() for one in found) and sum(one.any() for one in found) > 20


def test_behind_a_voice_others_go_on_for_as_long_as_it_does(composer):
    for samples in (1, 500, 3 * RATE):
        found = composer.behind(samples)
        assert found.shape == (samples,) and np.isfinite(found).all()
    assert any(composer.behind(2 * RATE).any() for _ in range(3))


def test_a_speaker_without_single_words_is_heard_as_recorded(rng):
    rows = [one for one in recordings(["espeak/f1"]) if len(one.said) == 2]
    for kind in (*KINDS[:-1], ""):
        assert Composer(rows, rng).draw(kind)[1] in (("2", "0"), ())


def test_recordings_without_a_sample_are_passed_over(rng):
    empty = Recording(("9",), "es", "espeak/f1", np.zeros(0, np.float32))
    composer = Composer([empty, *recordings(["espeak/f1"])], rng)
    assert all("9" not in composer.draw(kind)[1] for kind in KINDS for _ in range(10))


def test_the_same_seed_draws_the_same():
    one, other = (Composer(list(recordings()), np.random.default_rng(9)) for _ in range(2))
    for _ in range(10):
        (a, said, phones), (b, also, same) = one.draw(), other.draw()
        assert (said, phones) == (also, same) and np.array_equal(a, b)


def test_who_says_nothing_else_says_single_symbols_instead(rng):
    composer = Composer([one for one in recordings() if one.said], rng)
    counts = np.array([len(composer.draw()[1]) for _ in range(1500)])
    single = SHARES["alone"] + SHARES["other"] + SHARES["among"]
    assert np.mean(counts == 1) == pytest.approx(single, abs=0.05)
    assert np.mean(counts > 1) == pytest.approx(SHARES["joined"] + SHARES["row"], abs=0.05)


def test_the_phones_of_a_clip_are_those_of_its_parts_in_order_or_unknown(rng):
    spelled = {"0": tuple("sero"), "1": tuple("uno"), "2": tuple("dos")}

    def phones(one):
        return tuple(phone for word in one.said for phone in spelled[word]) or tuple("xy")

    of = [replace(one, phones=phones(one)) for one in recordings(["espeak/f1"])]
    composer = Composer(of, rng)
    for kind in ("alone", "joined", "row"):
        _, said, found = composer.draw(kind)
        assert found == tuple(phone for word in said for phone in spelled[word])
    assert composer.draw("other")[2] == ("x", "y")
    _, (word,), found = composer.draw("among")
    assert found in ((*spelled[word], "x", "y"), ("x", "y", *spelled[word]))
    assert composer.draw("empty")[2] == () and composer.draw("backwards")[2] is None
    part = Composer([replace(one, phones=()) if one.said == ("1",) else one for one in of], rng)
    drawn = [part.draw("joined") for _ in range(20)]
    assert all((found is None) == ("1" in said) for _, said, found in drawn) and any(found for *_, found in drawn)


@pytest.mark.parametrize("others", [0.0, 0.9])
def test_how_many_say_no_symbol_can_be_chosen_and_the_rest_keep_their_proportions(rng, others):
    composer = Composer(list(recordings(["espeak/f1", "espeak/m1"])), rng, others)
    assert sum(composer.shares) == pytest.approx(1)
    assert composer.shares[KINDS.index("other")] == others
    alone, joined = (composer.shares[KINDS.index(kind)] for kind in ("alone", "joined"))
    assert alone / joined == pytest.approx(SHARES["alone"] / SHARES["joined"])
    nothing = np.mean([composer.draw()[1] == () for _ in range(400)])
    more = (1 - others) / (1 - SHARES["other"]) * (SHARES["backwards"] + SHARES["empty"])
    assert nothing == pytest.approx(others + more, abs=0.06)
