"""Figures of a sound and of what is heard in it: seconds, pitches and symbols stand where they belong."""

import numpy as np
import pytest

from rrn import figures
from rrn.data import sound as sounds
from rrn.data import voice
from rrn.data.sound import RATE
from rrn.events import Captured, Listed, Measured, Wrote
from rrn.figures.heard import NOTHING
from rrn.figures.hearing import COLUMNS, Heard, envelope, peaks, spikes, thinned, triangles, wave
from rrn.figures.lattice import STEPS, lattice, part
from rrn.figures.style import STONE
from rrn.scratch import ctc
from rrn.tasks.speech import Speech
from tests.figures.words import t, titled


def of_path(path: list[int], symbols: int = 5, sure: float = 0.9) -> np.ndarray:
    """(steps, 1 + symbols) of a network that says this path, each step as sure."""
    p = np.full((len(path), 1 + symbols), (1 - sure) / symbols)
    p[np.arange(len(path)), path] = sure
    return np.log(p)


SYMBOLS = voice.SYMBOLS["vowels"]
HEARD = Heard(of_path([0, 0, 1, 1, 0, 2, 0, 2, 0]), SYMBOLS, 0.1, 0.02)
SPEC = Speech(epochs=3)


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


@pytest.mark.parametrize("samples", [0, 1, 7, COLUMNS, 60 * RATE])
def test_a_wave_reaches_as_far_as_the_sound_however_long_it_is(samples):
    sound = np.random.default_rng(0).uniform(-1, 1, samples).astype(np.float32)
    seconds, amplitudes = envelope(sound)
    assert len(seconds) == len(amplitudes) <= 2 * COLUMNS
    if samples:
        assert amplitudes.min() == sound.min() and amplitudes.max() == sound.max()
        assert 0 == seconds[0] and seconds[-1] < samples / RATE


def test_of_neighbouring_frames_the_loudest_is_seen():
    frames = np.zeros((2 * COLUMNS, 3))
    frames[777, 1] = 5
    found, each = thinned(frames)
    assert found.shape == (COLUMNS, 3) and each == 2 and found[388, 1] == 5


@pytest.mark.parametrize("hertz", [250, 1000, 3000])
def test_a_tone_lies_at_its_pitch_on_the_axis(hertz):
    heat = wave(tone(hertz), 25, 10, 40, t).data[0]
    loudest = int(np.asarray(heat.z)[:, 40].argmax())
    assert abs(heat.customdata[loudest][0] - hertz) < 80
    axis = wave(tone(hertz), 25, 10, 40, t).layout.yaxis
    places = dict(zip(map(int, axis.ticktext), axis.tickvals, strict=True))
    if hertz in places:
        assert abs(places[hertz] - loudest) <= 0.6


def test_what_comes_late_lies_late():
    sound = np.concatenate([np.zeros(RATE, np.float32), tone(500, 0.5)])
    heat = wave(sound, 25, 10, 20, t).data[0]
    first = int((np.asarray(heat.z).max(axis=0) > -20).argmax())
    assert heat.x0 + heat.dx * first == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize(("window", "hop", "bands"), [(10, 5, 8), (60, 25, 64), (10, 25, 64)])
@pytest.mark.parametrize("samples", [1, RATE, 60 * RATE])
def test_a_sound_of_any_length_is_drawn_at_the_ends_of_all_ranges(window, hop, bands, samples):
    sound = np.random.default_rng(0).uniform(-1, 1, samples).astype(np.float32)
    assert titled(wave(sound, window, hop, bands, t)) and titled(triangles(window, bands, t))
    fig = spikes(sound, window, hop, bands, HEARD, "gru", t)
    assert titled(fig) and max(len(trace.x) for trace in fig.data if trace.x is not None) <= 2 * COLUMNS


def test_silence_is_drawn():
    fig = wave(np.zeros(RATE, np.float32), 25, 10, 40, t)
    assert (np.asarray(fig.data[0].z) == -sounds.FLOOR).all()


def test_spikes_stand_at_their_second_under_their_symbol_and_the_blank_is_grey():
    fig = spikes(tone(500), 25, 10, 40, HEARD, "gru", t)
    written = [(note.text, round(note.x, 3)) for note in fig.layout.annotations]
    assert written == [("a", 0.14), ("e", 0.2), ("e", 0.24)] and len(peaks(HEARD.log_p)) == 3
    blank = next(trace for trace in fig.data if trace.name == "fig_blank")
    assert blank.line.color == STONE and np.argmin(blank.y) == 2


def test_markup_in_a_symbol_is_none():
    heard = HEARD._replace(symbols=("<b>", "&", "c", "d", "e"))
    fig = spikes(tone(500), 25, 10, 40, heard, "gru", t)
    assert [note.text for note in fig.layout.annotations] == ["&lt;b>", "&amp;", "&amp;"]


def test_symbols_of_several_languages_are_told_apart():
    heard = HEARD._replace(symbols=("es:1", "en:1", "es:2", "en:2", "x"))
    assert [heard.name(n) for n in (0, 1, 2, 5)] == ["–", "1 es", "1 en", "x"]
    assert [heard._replace(language="es").name(n) for n in (0, 1, 2, 5)] == ["–", "1", "1 en", "x"]


def test_a_lattice_has_a_blank_between_its_labels_and_its_path_goes_down():
    labels = (1, 2, 2)
    path = ctc.best_path(HEARD.log_p, labels)
    fig = lattice(HEARD, labels, path, part(path, 3, 0, 5), t)
    assert titled(fig) and list(fig.layout.yaxis.ticktext) == ["–", "a", "–", "e", "–", "e", "–"]
    heat, line = fig.data
    assert np.allclose(np.asarray(heat.z).sum(axis=0), 1, atol=1e-5)
    assert list(line.y) == sorted(line.y) and list(line.y) == path.tolist()


def test_of_a_long_lattice_some_labels_are_seen_and_of_slow_ones_fewer():
    labels = tuple(1 + n % 5 for n in range(60))
    path = ctc.best_path(of_path([s for label in labels for s in (0, 0, label)]), labels)
    for first in (0, 30, 59, 99):
        shown = part(path, 60, first, 5)
        assert shown.label == min(first, 59) and 1 <= shown.labels <= 5 and 0 < shown.stop - shown.start <= STEPS
    slow = ctc.best_path(of_path([0] * 50 + [1] + [0] * 200 + [2] + [0] * 50), (1, 2))
    assert part(slow, 2, 0, 5).labels == 1
    drawn = 150 * [1]
    assert part(ctc.best_path(of_path(drawn), (1,)), 1, 0, 5).stop <= STEPS
    fig = lattice(HEARD._replace(log_p=of_path([0] * 50 + [1] + [0] * 200 + [2] + [0] * 50)), (1, 2), slow,
                  part(slow, 2, 1, 5), t)  # fmt: skip
    assert list(fig.layout.yaxis.ticktext) == ["–", "e", "–"]


def told(epoch: float, ler: float, blanks: float, path: list[int]):
    counts = np.zeros((6, 6), np.float32)
    counts[0, 0], counts[1, 5], counts[5, 2] = 3, 2, 1
    yield Measured(epoch, {"ler": ler, "exact": 0.5, "blanks": blanks})
    yield Captured(epoch, "confusion", ("is", "said"), counts)
    yield Listed(epoch, "right", ("a", "e", "e"))
    yield Wrote(epoch, "a e")
    yield Captured(epoch, "posterior", ("step", "symbol"), np.exp(of_path(path)).astype(np.float16))


RUN = [*told(0, 2.4, 0.4, [1] * 9), *told(1, 1.0, 1.0, [0] * 9), *told(2, 0.8, 0.97, [0] * 9),
       *told(3, 0.1, 0.7, [0, 1, 0, 2, 2, 0, 2, 0, 0])]  # fmt: skip


def test_the_silent_plateau_and_its_end_are_said():
    chart = figures.blanks_by_epoch.chart({SPEC: RUN}, t)
    assert chart.finding == "fig_blanks_alt 2 0.4 0.7 0.1"
    assert max(max(line.y) for line in chart.lines) <= chart.y_range[1]
    still = figures.blanks_by_epoch.chart({SPEC: RUN[:10]}, t)
    assert still.finding.startswith("fig_blanks_still")


def test_a_watched_clip_is_followed_through_the_epochs():
    fig = figures.spikes_by_epoch({SPEC: RUN}, t)
    heat = fig.data[0]
    assert titled(fig) and "a e e a e" in fig.layout.title.text and list(heat.y) == [0, 1, 2, 3]
    z = np.asarray(heat.z, float)
    assert z[1].max() < 0.2 and z[3, 1] > 0.8
    assert [note.text for note in fig.layout.annotations] == ["a", "e", "e", t("fig_watched_colour")]


def test_before_learning_there_are_no_names_above_what_is_not_clear_and_a_long_line_is_cut():
    run = [*told(0, 2.4, 0.4, [1] * 9), Wrote(0, " ".join("aeiou" * 5))]
    noise = np.full((9, 6), 1 / 6, np.float16)
    run.append(Captured(0, "posterior", ("step", "symbol"), noise))
    fig = figures.spikes_by_epoch({SPEC: run}, t)
    assert fig.layout.title.text.endswith("a e i o u a e i …")
    assert fig.layout.yaxis2.range == (-0.5, SPEC.epochs + 0.5)


def test_what_was_left_out_and_what_was_invented_have_a_place_in_the_confusion():
    fig = figures.confusion({SPEC: RUN}, t)
    assert titled(fig) and list(fig.layout.xaxis.ticktext) == [*SYMBOLS, NOTHING]
    z = np.asarray(fig.data[0].z, float)
    assert z[0, 0] == 1 and z[1, 5] == 1 and z[5, 2] == 1 and np.asarray(fig.data[0].customdata)[1, 5] == "e → ∅: 2"
    text = np.array(fig.data[0].text)
    assert text[1, 5] == "2" and text[5, 2] == "1" and np.count_nonzero(text != "") == 2


def test_a_pack_tells_its_symbols_itself():
    spec = Speech(sounds="a" * 64, symbols=5, clips=10)
    assert list(figures.confusion({spec: RUN}, t).layout.xaxis.ticktext)[:2] == ["1", "2"]
    run = [Listed(0, "symbol", ("es:1", "<", "c", "d", "e")), *RUN]
    assert list(figures.confusion({spec: run}, t).layout.xaxis.ticktext)[:2] == ["1 es", "&lt;"]


def test_speakers_are_drawn_from_the_one_heard_best():
    run = [
        Listed(1, "speaker", ("real/theo", "lucas")),
        Captured(1, "ler_by_speaker", ("speaker",), np.array([0.4, 0.1])),
    ]
    bars = figures.ler_by_speaker({SPEC: run}, t).data[0]
    assert list(bars.y) == ["lucas", "theo"] and list(bars.x) == [0.1, 0.4]


@pytest.mark.parametrize("figure", [figures.spikes_by_epoch, figures.confusion, figures.ler_by_speaker])
@pytest.mark.parametrize("runs", [{}, {SPEC: []}], ids=["", "new"])
def test_before_anything_has_happened_there_are_axes(figure, runs):
    assert titled(figure(runs, t))
