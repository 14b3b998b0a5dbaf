"""Hearing on the page, without a worker: what is shown of an answer, whatever sound it is about."""

import csv
import io
import json
import wave

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, jobs, shipped, store
from rrn.data import clips, voice
from rrn.data.sound import RATE
from rrn.events import Began, Captured, Ended, Kept, Listed, Measured
from rrn.intake import decoder
from rrn.intake.audio import Sound
from rrn.scratch import decoding
from rrn.spec import Refused
from rrn.tasks.speech import Listen, Speech
from rrn.ui import listening, menu
from rrn.ui.hearing import inside, source
from tests.figures.test_hearing import of_path
from tests.ui.idle import Idle

MAIN = menu.PAGES.parent / "rrn" / "ui" / "main.py"
PAGE = menu.PAGES / "5-aplicaciones" / "5-4-voz-audio.py"
KEY = "5-4-voz-audio.hear.listening"
SPEC = Speech(epochs=2)
EAR = Speech(sounds="a" * 64, clips=9, symbols=4, stride=4, life="on")
t = i18n.words("es")


def ships(name: str, spec: Speech, symbols) -> None:
    kept = {"symbols": json.dumps(symbols).encode(), "calibration": json.dumps([1.0, 0.0, 0.0]).encode()}
    told = [
        *(Kept(key, data) for key, data in kept.items()),
        Began("CPU", "tensorflow", 2, 999),
        Measured(0, {"ler": 2.0, "exact": 0.0, "blanks": 0.4}),
        Measured(1, {"ler": 1.0, "exact": 0.0, "blanks": 1.0}),
        Measured(2, {"ler": 0.25, "exact": 0.5, "blanks": 0.75}),
        Ended("done", "", 1, 2),
    ]
    shipped.write(name, spec, told, {"out/bias": np.zeros(1 + len(symbols), np.float32)}, kept)


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(jobs, "ENGINE", Idle())
    monkeypatch.setattr(decoder, "prepare", lambda: None)
    ships("speech", SPEC, voice.SYMBOLS["vowels"])
    ships("ear", EAR, ("es:1", "es:3", "en:1", "en:3"))
    yield
    store.close()


class Network:
    """What stands in for a worker: it hears the path in every sound, and remembers what it was asked."""

    def __init__(self):
        self.path, self.breaks = [0, 1, 1, 0, 2, 0, 3, 0], False
        self.asked: list[tuple[str, np.ndarray]] = []

    def ask(self, question, *, run, data=b""):
        assert isinstance(question, Listen)
        (sound,) = clips.unpacked(data)
        self.asked.append((run, sound))
        if self.breaks:
            raise Refused("no_answer")
        symbols = json.loads(shipped.open(run).kept("symbols"))
        path = self.path if run == "speech" else [0, 2, 0, 1, 0]
        said = [symbols[symbol - 1] for symbol in decoding.collapse(path)]
        yield Listed(0, "said", tuple(one.rpartition(":")[2] for one in said))
        yield Listed(0, "unsure", ("u",))
        yield Listed(0, "language", ("es" if run == "ear" and said else "",))
        yield Captured(0, "confidence", ("word",), np.linspace(0.999, 0.6, len(said), dtype=np.float32))
        yield Captured(0, "span", ("word", "edge"), np.zeros((len(said), 2), np.float32))
        yield Listed(0, "symbol", tuple(symbols))
        yield Captured(0, "log_p", ("step", "symbol"), of_path(path, len(symbols)).astype(np.float32))
        yield Measured(0, {"first": -0.08, "each": 0.02})
        if run == "ear":
            yield Listed(0, "phones", tuple("t_es"))
            yield Listed(0, "pronounced", ("t ɾ e s", "u n o") if said else ())


@pytest.fixture
def network(monkeypatch):
    found = Network()
    monkeypatch.setattr(jobs, "ask", found.ask)
    return found


def opened(language="es") -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=60)
    at.session_state["_owner"] = "a" * 32
    at.query_params.update(lang=language)
    at.run()
    return at.switch_page(str(PAGE)).run()


def says(at, words: str) -> bool:
    found = [e.value for kind in ("markdown", "caption", "warning", "error") for e in at.get(kind)]
    return any(words in str(value) for value in found)


def shown(at) -> str:
    """What stands in plain HTML: the words that were heard, and the strip of symbols."""
    return " ".join(e.proto.body for e in at.get("html"))


def test_the_made_up_voice_is_heard_when_the_page_opens_and_only_once(network):
    at = opened()
    assert not at.exception and [run for run, _ in network.asked] == ["speech"]
    at.run()
    assert len(network.asked) == 1
    assert t("listening_heard_alt", words="a e i", least="i", chance="0,6") in shown(at)
    assert says(at, t("listening_was_wrong", said="a e i o u", n=2)) and says(at, t("listening_unsure", words="u"))
    assert "> 0,99" in shown(at)


def test_symbols_are_typed_or_pressed_and_said_by_another_voice(network):
    at = opened()
    at.text_input(key=f"{KEY}.typed.vowels").set_value("¡A ei!").run()
    assert says(at, t("listening_was_right", said="a e i"))
    at.button(key=f"{KEY}.vowels.o").click().run()
    assert at.text_input(key=f"{KEY}.typed.vowels").value == "aeio" and says(at, t("listening_was_one", said="a e i o"))
    before = len(network.asked)
    at.button(key=f"{KEY}.another").click().run()
    assert len(network.asked) == before + 1 and not np.array_equal(network.asked[-1][1], network.asked[-2][1])
    at.text_input(key=f"{KEY}.typed.vowels").set_value("a1x").run()
    assert says(at, t("listening_passed_over", left="1x", most=source.TYPED, symbols="a e i o u"))
    at.text_input(key=f"{KEY}.typed.vowels").set_value("xyz").run()
    assert not at.exception and says(at, t("listening_nothing_typed", symbols="a e i o u"))


def test_what_is_not_one_of_the_symbols_is_passed_over():
    assert source.typed("3, 1 y 4", "digits") == ("3", "1", "4") and source.typed("bad", "tones") == ("B", "A", "D")
    assert source.typed("Sí, él", "vowels") == ("i", "e")
    assert source.passed_over("Sí, él", "vowels") == "sl" and source.passed_over("3, 1 4", "digits") == ""
    assert source.passed_over("1" * 12 + "x 45", "digits") == "x45"
    assert len(source.typed("a" * 99, "vowels")) == source.TYPED


def test_where_nothing_is_heard_the_page_says_what_could_be(network):
    network.path = [0] * 9
    at = opened()
    assert not at.exception and says(at, t("listening_no_words", symbols="a e i o u"))


def test_a_failure_is_one_sentence_and_the_sound_stays(network):
    network.breaks = True
    at = opened()
    assert not at.exception and at.error[0].value == t("refused_no_answer")
    assert at.get("audio") and says(at, t("listening_look"))


def recording(seconds=1.0) -> bytes:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(np.zeros(round(16000 * seconds), "<i2").tobytes())
    return whole.getvalue()


@pytest.fixture
def gate(monkeypatch):
    """What the gate is handed; it takes anything for a second of sound, and refuses what begins with "no"."""
    handed: list = []

    def decode(data, *, operator=False):
        handed.append(data)
        if data.startswith(b"no"):
            raise Refused("audio_not_audio")
        samples = np.full(RATE, 0.1 * len(handed), np.float32)
        return Sound(samples, 1.0, 44100, 2, "WAV", ("audio_offset",))

    monkeypatch.setattr(decoder, "decode", decode)
    return handed


@pytest.mark.filterwarnings("error")
def test_silence_is_heard_too_and_has_no_player(network, monkeypatch):
    silence = Sound(np.zeros(RATE, np.float32), 1.0, RATE, 1, "WAV", ("audio_silent",))
    monkeypatch.setattr(decoder, "decode", lambda data: silence)
    at = opened()
    at.radio(key=f"{KEY}.source").set_value("file").run()
    at.file_uploader(key=f"{KEY}.file").upload("a.wav", recording(), "audio/wav").run()
    assert not at.exception and says(at, t("note_audio_silent")) and not at.get("audio")


def test_a_file_is_heard_and_stays_whatever_else_is_chosen(network, gate):
    at = opened()
    at.radio(key=f"{KEY}.source").set_value("file").run()
    assert not at.exception and says(at, t("listening_waits"))
    at.file_uploader(key=f"{KEY}.file").upload("a.wav", recording(), "audio/wav").run()
    assert len(gate) == 1 and says(at, t("note_audio_offset"))
    rate = i18n.number(44100, "es", 5)
    assert says(at, t("listening_about", format="WAV", rate=rate, channels=2, seconds="1"))
    assert network.asked[-1][1][0] == pytest.approx(0.1, abs=1e-3)
    before = len(network.asked)
    assert not says(at, t("listening_thrice")) and not says(at, t("listening_phones", phones="")[:30])
    at.radio(key=f"{KEY}.model").set_value("ear").run()
    assert says(at, t("listening_thrice"))
    spelled = t("listening_phones", phones=r"t \_ e s"), t("listening_pronounced", phones="t ɾ e s · u n o")
    assert all(says(at, line) for line in spelled)
    assert len(network.asked) == before + 1 and network.asked[-1][0] == "ear" and len(gate) == 1
    at.radio(key="lang").set_value("en").run()
    assert not at.exception and len(gate) == 1 and len(network.asked) == before + 1
    assert at.radio(key=f"{KEY}.source").value == "file" and at.radio(key=f"{KEY}.model").value == "ear"
    rate = i18n.number(44100, "en", 5)
    assert says(at, i18n.words("en")("listening_about", format="WAV", rate=rate, channels=2, seconds="1"))
    at.radio(key=f"{KEY}.source").set_value("made").run()
    at.radio(key=f"{KEY}.source").set_value("file").run()
    assert len(gate) == 1 and network.asked[-1][1][0] == pytest.approx(0.1, abs=1e-3)


def test_of_a_long_sound_the_first_phones_are_shown():
    assert listening._first("abc", " ", 3) == "a b c" and listening._first("abcd", " ", 3) == "a b c …"


def test_a_recording_is_heard(network, gate):
    at = opened()
    at.radio(key=f"{KEY}.source").set_value("microphone").run()
    at.get("audio_input")[0].upload("a.wav", recording(), "audio/wav").run()
    assert not at.exception and len(gate) == 1 and len(network.asked[-1][1]) == RATE


def test_what_is_no_sound_is_refused_in_one_sentence(network, gate):
    at = opened()
    at.radio(key=f"{KEY}.source").set_value("file").run()
    at.file_uploader(key=f"{KEY}.file").upload("a.wav", b"no sound", "audio/wav").run()
    assert not at.exception and at.error[0].value == t("refused_audio_not_audio") and len(network.asked) == 1


def test_what_is_no_sound_does_not_take_the_earlier_one_away(network, gate):
    at = opened()
    at.radio(key=f"{KEY}.source").set_value("file").run()
    at.file_uploader(key=f"{KEY}.file").upload("a.wav", recording(), "audio/wav").run()
    before = len(network.asked)
    at.file_uploader(key=f"{KEY}.file").clear().upload("b.wav", b"no sound", "audio/wav").run()
    assert at.error[0].value == t("refused_audio_not_audio") and says(at, t("listening_earlier"))
    assert says(at, t("note_audio_offset")) and len(network.asked) == before
    at.file_uploader(key=f"{KEY}.file").clear().run()
    assert not at.error and says(at, t("note_audio_offset"))
    at.file_uploader(key=f"{KEY}.file").clear().upload("c.wav", recording(), "audio/wav").run()
    assert not at.error and not says(at, t("listening_earlier"))


def test_a_strong_network_is_asked_in_its_languages(network):
    at = opened()
    at.radio(key=f"{KEY}.model").set_value("ear").run()
    assert not at.exception and at.text_input(key=f"{KEY}.typed.digits").value == "314"
    assert t("listening_heard_alt", words="3 1", least="1", chance="0,6") in shown(at)
    assert says(at, t("listening_sure_in", language="español"))
    assert says(at, "| 1 | 3 1 ·")


def test_the_steps_are_read_one_after_the_other(network):
    at = opened()
    slider = next(s for s in at.slider if s.label == t("hearing_upto"))
    assert (slider.min, slider.max) == (0, 7) and says(at, t("hearing_written", symbols="a e i"))
    slider.set_value(2).run()
    assert says(at, t("hearing_repeated", step=2, symbol="a", p="0,9"))
    assert says(at, t("hearing_written", symbols="a"))
    assert t("hearing_collapse_alt", first=0, step=2, path="– a a") in shown(at)


def test_the_probabilities_can_be_taken_along(network):
    at = opened()
    assert not at.exception
    events = list(jobs.ask(Listen(), run="speech", data=clips.packed([np.zeros(9)])))
    heard = listening.Answer(("", ""), events).heard
    rows = list(csv.reader(io.StringIO(inside.table(heard).decode("utf-8-sig"))))
    assert rows[0][-5:] == list("aeiou") and len(rows) == 9
    assert rows[1][0] == "-0.080" and rows[2][0] == "-0.060" and float(rows[2][2]) == pytest.approx(0.9)


NUMBERS = {"1": 1, "3": 2, "10": 3}


@pytest.mark.parametrize(
    ("text", "entries", "foreign"),
    [
        ("1 3\n13\n\n3 1", [(1, 2), (2, 1)], []),
        ("10 1\n101", [(3, 1)], ["0"]),
        ("uno\n1", [(1,)], ["uno"]),
        ("  \n", [], []),
        ("\n".join("1" * (n + 1) for n in range(50)), [(1,) * (n + 1) for n in range(20)], []),
    ],
)
def test_a_lexicon_is_read_line_by_line(text, entries, foreign):
    assert inside.parsed(text, NUMBERS) == (entries, foreign)


@pytest.mark.parametrize("symbols", [*voice.SYMBOLS.values(), ("x",), ("x", "y"), ("sí", "no", "quizá")])
def test_a_lexicon_begins_with_entries_that_the_network_knows(symbols):
    entries, foreign = inside.parsed(inside.begin(symbols), {s: n for n, s in enumerate(symbols, 1)})
    assert entries and not foreign


def test_a_lexicon_of_words_begins_with_each_by_itself():
    assert inside.begin(("luz", "para", "sube")).split("\n") == ["luz", "para", "sube"]


def test_a_lexicon_weighs_its_entries(network):
    at = opened()
    at.text_area(key=f"{KEY}.inside.lexicon.aeiou").set_value("a e i\no u\nzz").run()
    assert not at.exception and says(at, t("hearing_lexicon_foreign", symbols="zz"))
    assert says(at, "| a e i |") and says(at, "| o u |")
    at.text_area(key=f"{KEY}.inside.lexicon.aeiou").set_value("").run()
    assert not at.exception and says(at, t("hearing_lexicon_none"))


def test_without_a_network_there_is_nothing_to_hear(network, monkeypatch, tmp_path):
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "none"))
    at = opened()
    assert not at.exception and says(at, t("listening_no_model"))
