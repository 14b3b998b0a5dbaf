"""What is written down from given probabilities: symbols, places, languages, and how sure they are.

No network is trained: a step says what the test wants it to say.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from rrn.data.frames import MARGIN, centre, of_sound, steps
from rrn.data.sound import RATE
from rrn.nn import listener as module
from rrn.nn.listener import Listener, language_of
from rrn.nn.sureness import Calibration
from rrn.scratch import decoding, rescoring
from rrn.scratch.activations import sigmoid

STRIDE, HOP = 2, 0.01
SYMBOLS = ("en:one", "en:two", "es:uno", "es:dos")
PLAIN = ("a", "b", "c")


def listens(symbols=SYMBOLS, calibration=None, hearer=None):
    hearer = hearer or SimpleNamespace(spec=SimpleNamespace(stride=STRIDE))
    return Listener(hearer, symbols, HOP, calibration or Calibration())


def log_p(count, said, symbols=SYMBOLS, sure=0.9):
    """(steps, 1 + symbols): the blank, but at some steps a symbol.

    Args:
        said: step to symbol, or to a dict of symbols with their probabilities.
    """
    p = np.full((count, 1 + len(symbols)), 0.001 / len(symbols))
    p[:, 0] = 0.999
    for step, what in said.items():
        shares = what if isinstance(what, dict) else {what: sure}
        p[step] = (1 - sum(shares.values())) / (1 + len(symbols) - len(shares))
        for symbol, share in shares.items():
            p[step, 1 + symbols.index(symbol)] = share
    return np.log(p)


def flat(count):
    """Frames that are equally loud throughout."""
    return np.zeros((2 * count + 8, 4), np.float32)


def written(of, said, count=30, **how):
    found = of.said([log_p(count, said, of.symbols)], flat(count), **how)
    return [of.symbols[label - 1] for label in found.labels], found


# What


@pytest.mark.parametrize("width", [1, 2, 8, 32])
def test_what_every_step_says_is_written_down(width):
    said = {3: "a", 4: "a", 9: "b", 14: "b", 15: "b", 21: "a"}
    words, found = written(listens(PLAIN), said, width=width)
    assert words == ["a", "b", "b", "a"] and found.language == ""
    assert found.confidence.shape == (4,) and found.spans.shape == (4, 2) and (found.confidence > 0.8).all()


@pytest.mark.parametrize("width", [1, 8])
def test_a_search_that_skips_sure_pauses_finds_the_same(monkeypatch, width):
    rng = np.random.default_rng(0)
    clips = [np.full((20, 4), [0.99997, *[1e-5] * 3])]  # nothing but a pause
    for _ in range(50):
        p = rng.dirichlet(np.full(4, 0.3), size=40)
        p[rng.random(40) < 0.6] = clips[0][0]
        clips.append(p)
    clips[1][:5, :] = [*np.eye(4)[[1, 0, 1, 1, 0]] * 0.9999 + 2.5e-5]  # a, one step of silence, a
    skipping = [module._search(np.log(p), [1, 2, 3], width) for p in clips]
    monkeypatch.setattr(module, "SILENT", 0.0)
    assert [module._search(np.log(p), [1, 2, 3], width) for p in clips] == skipping


@pytest.mark.parametrize("width", [1, 2])
def test_a_network_that_never_falls_silent_is_not_written_down_without_end(width):
    words, found = written(listens(PLAIN), {step: "ab"[step % 2] for step in range(400)}, count=400, width=width)
    assert words == ["a", "b"] * (decoding.MOST // 2) and len(found.spans) == decoding.MOST


def test_where_nothing_is_said_nothing_is_written():
    for symbols in (PLAIN, SYMBOLS):
        words, found = written(listens(symbols), {})
        assert words == [] and found.language == "" and found.confidence.shape == (0,) and found.spans.shape == (0, 2)


def test_a_search_finds_what_many_paths_give_and_the_best_of_every_step_misses():
    """Two steps of 0.4 each: said nowhere most probably, and yet said with 0.64."""
    said = {5: {"a": 0.4, "b": 0.05, "c": 0.05}, 6: {"a": 0.4, "b": 0.05, "c": 0.05}}
    assert written(listens(PLAIN), said, width=1)[0] == []
    assert written(listens(PLAIN), said, width=8)[0] == ["a"]


# In which language


def test_a_clip_is_of_one_language_the_one_that_makes_it_more_probable():
    said = {5: "es:uno", 12: {"en:two": 0.5, "es:dos": 0.4}, 20: "es:uno"}
    words, found = written(listens(), said)
    assert words == ["es:uno", "es:dos", "es:uno"] and found.language == "es"
    words, found = written(listens(), {5: "en:one", 12: {"en:two": 0.4, "es:dos": 0.5}})
    assert words == ["en:one", "en:two"] and found.language == "en"


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_language_that_is_asked_for_is_kept_to(language):
    said = {5: {"es:uno": 0.55, "en:one": 0.4}, 12: {"en:two": 0.4, "es:dos": 0.55}}
    words, found = written(listens(), said, language=language)
    assert words == {"es": ["es:uno", "es:dos"], "en": ["en:one", "en:two"]}[language]
    assert found.language == language


def test_symbols_without_a_language_are_all_heard_whatever_is_asked():
    for language in ("auto", "es", "en"):
        assert written(listens(PLAIN), {5: "a", 12: "c"}, language=language)[0] == ["a", "c"]


def test_the_language_of_a_symbol_stands_before_its_colon():
    assert [language_of(one) for one in ("es:3", "a", "en:x:y", ":")] == ["es", "", "en", ""]


# When


def words_at(places, seconds=2.0):
    """Frames of a clip in which a tone sounds at these seconds, with margins, and its steps."""
    at = np.arange(round(seconds * RATE)) / RATE
    sound = np.zeros(len(at), np.float32)
    for start, end in places:
        sound += ((at >= start) & (at < end)) * np.sin(2 * np.pi * 600 * at).astype(np.float32) * 0.3
    frames = of_sound(sound, 25, 1000 * HOP, 24)
    return frames, steps(len(frames), STRIDE)


def step_at(second):
    """The step whose centre is nearest."""
    return round((second / HOP - centre(0, STRIDE)) / STRIDE)


@pytest.mark.parametrize("late", [0.2, 0.5, 0.8])
def test_a_word_begins_and_ends_where_its_sound_does_wherever_in_it_the_network_says_it(late):
    places = [(0.3, 0.6), (0.9, 1.1), (1.5, 1.9)]
    frames, count = words_at(places)
    spoken = {step_at(a + late * (b - a)): word for (a, b), word in zip(places, ("a", "b", "a"), strict=True)}
    found = listens(PLAIN).said([log_p(count, spoken, PLAIN)], frames)
    np.testing.assert_allclose(found.spans, places, atol=0.05)


def test_words_that_follow_without_a_pause_share_the_sound_between_them():
    frames, count = words_at([(0.4, 1.2)])
    found = listens(PLAIN).said([log_p(count, {step_at(0.6): "a", step_at(1.0): "b"}, PLAIN)], frames)
    (first, second), (third, fourth) = found.spans
    assert first == pytest.approx(0.4, abs=0.05) and fourth == pytest.approx(1.2, abs=0.05)
    assert 0.55 < second <= third + 1e-9 and third < 1.05


@pytest.mark.parametrize("said", [{0: "a", 3: "b"}, {0: "a"}, {3: "c"}, {0: "a", 1: "b", 2: "a", 3: "b", 4: "a"}])
def test_spans_lie_in_the_clip_in_order_even_where_it_is_too_short_for_them(said):
    for frames in (np.zeros((24, 4), np.float32), np.full((24, 4), -1.5, np.float32)):  # four frames and the margins
        found = listens(PLAIN).said([log_p(steps(24, STRIDE), said, PLAIN, sure=0.99)], frames)
        assert len(found.labels) == len(said) and found.spans.shape == (len(said), 2)
        assert (found.spans >= 0).all() and (found.spans[:, 1] > found.spans[:, 0]).all()
        assert (np.diff(found.spans[:, 0]) >= 0).all() and found.spans.max() <= (24 - MARGIN) * HOP


# How sure


def test_what_is_heard_less_clearly_is_less_sure():
    _, found = written(listens(PLAIN), {5: "a", 12: {"b": 0.6, "c": 0.3}, 20: {"c": 0.5, "a": 0.45}})
    assert found.confidence[0] > found.confidence[1] > found.confidence[2] > 0.3


def test_what_is_less_sure_than_the_least_is_not_told():
    said = {5: "es:uno", 12: {"es:dos": 0.5, "en:two": 0.1}, 20: "es:uno"}
    words, all_of_it = written(listens(), said)
    assert words == ["es:uno", "es:dos", "es:uno"] and all_of_it.confidence.argmin() == 1
    least = float((all_of_it.confidence.min() + np.sort(all_of_it.confidence)[1]) / 2)
    words, found = written(listens(calibration=Calibration(least=least)), said)
    assert words == ["es:uno", "es:uno"] and found.language == "es"
    assert found.unsure == all_of_it.labels[1:2] and all_of_it.unsure == ()
    np.testing.assert_array_equal(found.spans, all_of_it.spans[[0, 2]])
    np.testing.assert_array_equal(found.confidence, all_of_it.confidence[[0, 2]])
    words, found = written(listens(calibration=Calibration(least=1.1)), said)
    assert words == [] and found.language == "" and found.spans.shape == (0, 2)


def test_where_even_the_surest_word_is_not_sure_enough_there_is_none():
    said = {5: {"es:uno": 0.5, "en:two": 0.1}, 12: "es:uno"}
    words, _ = written(listens(), said)
    low, high = sorted(listens().weighed([log_p(30, said)]).there)
    assert words == ["es:uno", "es:uno"] and low < high
    assert written(listens(calibration=Calibration(surest=(low + high) / 2)), said)[0] == words
    assert written(listens(calibration=Calibration(surest=high + 0.1)), said)[0] == []


def test_what_is_surely_a_word_but_unsure_which_is_told_with_a_low_probability():
    """Odds against other words do not decide whether any was said."""
    which = {5: {"es:uno": 0.5, "es:dos": 0.49}}
    whether = {5: {"es:uno": 0.5}}
    between = float(np.mean([listens().weighed([log_p(30, said)]).there for said in (which, whether)]))
    of = listens(calibration=Calibration(surest=between))
    assert written(of, which)[0] == ["es:uno"] and written(of, whether)[0] == []
    assert written(of, which)[1].confidence[0] < 0.6


def test_a_word_may_be_told_though_none_is_more_probable():
    faint = {5: {"a": 0.3, "b": 0.05, "c": 0.05}}
    of, doubts = listens(PLAIN), listens(PLAIN, Calibration(surest=-2.0))
    p = log_p(30, faint, PLAIN)
    assert of.weighed([p]).labels == () and of.weighed([p], doubted=True).labels == (1,)
    assert -2 < of.weighed([p], doubted=True).there[0] < 0
    assert written(of, faint)[0] == [] and written(doubts, faint)[0] == ["a"]
    assert written(listens(PLAIN, Calibration(surest=0.5)), faint)[0] == []
    assert written(listens(PLAIN, Calibration(surest=-2.0, least=0.9)), faint)[0] == []
    silent = doubts.said([log_p(30, {}, PLAIN)], flat(30))
    assert silent.labels == silent.unsure == (), "what was only looked for is not named"
    sure = {3: "a", 14: "b"}
    assert of.weighed([log_p(30, sure, PLAIN)], doubted=True).labels == of.weighed([log_p(30, sure, PLAIN)]).labels


def test_where_words_would_have_to_last_longer_than_they_do_they_must_be_surer():
    frames, count = words_at([(0.2, 1.4)])
    said = {step_at(0.5): "a", step_at(1.0): "b"}
    heard = listens(PLAIN).loud(frames)
    assert heard == pytest.approx(1.2, abs=0.05)
    sure = listens(PLAIN).weighed([log_p(count, said, PLAIN)]).there.max()
    for longest, surer, words in (
        (heard / 2 + 0.01, sure + 0.1, 2),
        (heard / 2 - 0.01, sure + 0.1, 0),
        (heard / 2 - 0.01, sure - 0.1, 2),
    ):
        of = listens(PLAIN, Calibration(longest=longest, surer=surer))
        assert len(of.said([log_p(count, said, PLAIN)], frames).labels) == words
    assert listens(PLAIN).loud(of_sound(np.zeros(RATE, np.float32), 25, 1000 * HOP, 24)) < 1.1


# Several times


def test_of_a_clip_that_is_heard_several_times_what_all_find_probable_is_written():
    once = {5: {"a": 0.6, "b": 0.35}, 12: "c"}
    slower = {6: {"b": 0.9, "a": 0.08}, 14: "c"}
    of = listens(PLAIN)
    assert [of.weighed([log_p(30, once, PLAIN)]).labels, of.weighed([log_p(33, slower, PLAIN)]).labels] == [
        (1, 3),
        (2, 3),
    ]
    views = [log_p(30, once, PLAIN), log_p(33, slower, PLAIN)]
    both = of.weighed(views)
    assert both.labels == (2, 3)
    each = [rescoring.confidences(view, both.labels) for view in views]
    np.testing.assert_allclose([both.odds, both.there], np.mean(each, axis=0))
    assert len(of.said(views, flat(30)).spans) == 2


def test_what_a_view_is_too_short_for_is_not_written():
    said = {step: "ab"[step // 2 % 2] for step in range(0, 12, 2)}
    views = [log_p(12, said, PLAIN), log_p(5, {0: "a", 4: "b"}, PLAIN)]
    found = listens(PLAIN).weighed(views)
    assert found.labels == (1, 2) and np.isfinite(found.odds).all()


def test_raw_odds_are_of_the_same_words_with_none_left_out():
    of = listens(calibration=Calibration(2.0, 1.0, least=0.99999))
    p = log_p(30, {5: "es:uno", 12: {"es:dos": 0.5, "en:two": 0.1}})
    heard = of.weighed([p])
    assert [SYMBOLS[label - 1] for label in heard.labels] == ["es:uno", "es:dos"] and len(heard.odds) == 2
    plain = listens().said([p], flat(30))
    assert plain.labels == heard.labels and plain.confidence == pytest.approx(sigmoid(np.clip(heard.odds, -30, 30)))
    assert of.weighed([log_p(30, {})]).labels == ()


# Many


def test_clips_of_all_lengths_are_heard_some_at_once_and_come_back_in_their_order(monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 3)
    batches = []

    def hears(clips):
        batches.append([len(clip) for clip in clips])
        return [clip[:, :1] for clip in clips]

    clips = [np.full((n, 2), n, np.float32) for n in (9, 2, 7, 2, 5, 30, 1)]
    found = listens(hearer=SimpleNamespace(log_p=hears)).log_p(clips)
    assert [(len(one), one[0, 0]) for one in found] == [(n, n) for n in (9, 2, 7, 2, 5, 30, 1)]
    assert batches == [[1, 2, 2], [5, 7, 9], [30]] and listens().log_p([]) == []
