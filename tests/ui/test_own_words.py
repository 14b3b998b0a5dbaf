"""Recording own words, without a microphone or a worker: what is kept, what is asked for, what is refused."""

import io
import json
import types

import numpy as np
import pytest
import soundfile
from streamlit.testing.v1 import AppTest

from rrn import i18n, jobs, shipped, store
from rrn.data import clips, recordings, takes
from rrn.data.recordings import Recording
from rrn.events import Began, Captured, Ended, Kept, Listed, Measured
from rrn.intake import audio, decoder
from rrn.spec import Refused
from rrn.tasks.keywords import Keywords, Listen
from rrn.ui import menu, own_words
from tests.ui.idle import Idle

MAIN = menu.PAGES.parent / "rrn" / "ui" / "main.py"
PAGE = menu.PAGES / "7-proyectos" / "7-4-app-voz.py"
KEY = "7-4-app-voz.words"
t = i18n.words("es")


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(jobs, "ENGINE", Idle())
    monkeypatch.setattr(decoder, "prepare", lambda: None)
    yield
    store.close()


def said(word, count, seed=0):
    rng = np.random.default_rng(seed)
    return [Recording((word,), "", "own", 0.1 * rng.standard_normal(4000).astype(np.float32)) for _ in range(count)]


def opened(**address) -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=60)
    at.query_params.update(address)
    at.run()
    at.switch_page(str(PAGE)).run()
    assert not at.exception, at.exception
    return at


def own(pack, monkeypatch) -> AppTest:
    """The page with a pack of one's own, as a link or a reload brings it."""
    at = opened()
    sha = store.put(recordings.to_bytes(pack), at.session_state["_owner"])
    monkeypatch.setattr(own_words, "owner", lambda: at.session_state["_owner"])
    at.session_state[f"{KEY}.own"] = own_words.of_visitor(sha, pack)
    at.radio(key=f"{KEY}.source").set_value("own").run()
    assert not at.exception, at.exception
    return at


def train(at):
    return at.button(key=f"{KEY}.train")


def warnings(at):
    return [each.value for each in at.warning]


def test_the_page_opens_with_the_example_and_can_train():
    at = opened()
    assert at.radio(key=f"{KEY}.source").value == "example"
    assert not train(at).disabled


def test_it_is_repeated_with_seeds_and_not_with_cells_that_the_trunk_does_not_have():
    offered = opened().radio(key=f"{KEY}.how_many").options
    assert offered == [t("lab_how_many_one"), t("lab_how_many_seeds")]


def test_without_takes_it_says_what_is_missing():
    at = opened()
    at.radio(key=f"{KEY}.source").set_value("own").run()
    assert not at.exception
    assert train(at).disabled
    assert t("own_missing_words", least=3, takes=5, have=0) in warnings(at)
    assert at.radio(key=f"{KEY}.target").value == "sí"


def test_with_too_few_takes_of_a_word_training_waits(monkeypatch):
    at = own([*said("sí", 5), *said("no", 5), *said("luz", 3)], monkeypatch)
    assert train(at).disabled
    assert t("own_missing_takes", least=5, words="luz (2)") in warnings(at)
    assert at.radio(key=f"{KEY}.target").value == "música"  # it has fewest


def test_with_too_few_words_it_counts_those_that_are_ready(monkeypatch):
    at = own([*said("sí", 5), *said("no", 1)], monkeypatch)
    assert train(at).disabled
    assert t("own_missing_words", least=3, takes=5, have=1) in warnings(at)


def test_with_enough_takes_the_pack_is_trained_on(monkeypatch):
    pack = [*said("sí", 5), *said("no", 6), *said("fuera", 5)]
    at = own(pack, monkeypatch)
    assert not train(at).disabled
    assert at.session_state["_want"]["recordings"] == at.session_state[f"{KEY}.own"].name  # a reload finds it
    assert at.session_state[f"{KEY}.names"] == ["sí", "no", "fuera", "", "", ""]
    train(at).click().run()
    assert not at.exception
    (run,) = jobs.mine(at.session_state["_owner"], "keywords")
    assert (run.spec.clips, run.spec.symbols, run.spec.takes) == (16, 3, 6)


def test_another_language_keeps_the_takes(monkeypatch):
    at = own([*said("sí", 5), *said("no", 2)], monkeypatch)
    name = at.session_state[f"{KEY}.own"].name
    at.radio(key="lang").set_value("en").run()
    assert not at.exception
    assert at.session_state[f"{KEY}.own"].name == name and at.radio(key=f"{KEY}.source").value == "own"
    assert at.session_state[f"{KEY}.names"][:2] == ["sí", "no"]


def test_a_take_is_deleted_and_the_pack_before_goes(monkeypatch):
    at = own([*said("sí", 2), *said("no", 1)], monkeypatch)
    owner, before = at.session_state["_owner"], at.session_state[f"{KEY}.own"].name
    at.selectbox(key=f"{KEY}.shown").set_value(0).run()
    at.button(key=f"{KEY}.delete").click().run()
    assert not at.exception
    after = at.session_state[f"{KEY}.own"]
    assert after.counts == {"clips": 2, "symbols": 2, "takes": 1}
    assert store.holds(after.name, owner) and not store.holds(before, owner)
    assert at.radio(key=f"{KEY}.target").value == "sí"


def test_all_takes_are_deleted(monkeypatch):
    at = own(said("sí", 2), monkeypatch)
    at.button(key=f"{KEY}.wipe").click().run()
    assert not at.exception
    assert f"{KEY}.own" not in at.session_state and not store.has_texts(at.session_state["_owner"])


def test_a_word_is_renamed_with_its_takes_and_what_cannot_be_is_said(monkeypatch):
    at = own([*said("sí", 2), *said("no", 1)], monkeypatch)
    at.text_input(key=f"{KEY}.name.0").set_value("Claro que Sí").run()
    assert not at.exception
    pack = recordings.from_bytes(store.take(at.session_state[f"{KEY}.own"].name, at.session_state["_owner"]))
    assert own_words.counts(pack) == {"claro-que-sí": 2, "no": 1}
    at.text_input(key=f"{KEY}.name.0").set_value("no").run()
    assert t("refused_word_twice", word="no") in [each.value for each in at.error]
    at.text_input(key=f"{KEY}.name.1").set_value(" ").run()
    assert t("refused_word_has_takes", word="no") in [each.value for each in at.error]
    assert at.session_state[f"{KEY}.names"][:2] == ["claro-que-sí", "no"]


def test_recordings_of_another_page_are_not_trained_on(monkeypatch):
    rows = [Recording(("1", "2"), "", "x", np.zeros(900, np.float32))] * 3
    at = own([*rows, *said("sí", 5)], monkeypatch)
    assert train(at).disabled and t("own_other_pack", most=6) in warnings(at)


def test_a_link_to_somebody_elses_takes_opens_the_example():
    at = opened(recordings="ab" * 32)
    assert at.radio(key=f"{KEY}.source").value == "example"
    assert t("refused_recordings_not_yours") in warnings(at)


# With a run


def ships(spec):
    symbols = sorted(takes.EXAMPLE)
    kept = {"symbols": json.dumps(symbols).encode(), "calibration": b"[1, 0, 0]", "trunk": b""}
    events = [
        *(Kept(name, data) for name, data in kept.items()),
        Listed(0, "symbol", tuple(symbols)),
        Began("CPU", "tensorflow", 2, 999),
        Measured(0, {"accuracy/majority": 0.25, "accuracy/nearest": 0.9, "accuracy": 0.0}),
        Measured(1, {"accuracy": 23 / 24, "blanks": 0.8}),
        Captured(1, "confusion", ("is", "said"), np.eye(5, dtype=np.float32)),
        Listed(1, "left_out", ("no",) * 24),
        Measured(1, {"latency": 0.05}),
        Ended("done", "", 1, 2),
    ]
    shipped.write("keywords", spec, events, {"out/bias": np.zeros(5, np.float32)}, kept)


def test_what_is_measured_stands_beside_the_most_similar_take_and_its_interval():
    ships(Keywords(epochs=1))
    at = opened()
    captions = [each.value for each in at.caption]
    assert t("own_interval", hits=23, of=24, low=0.7976, high=0.9926) in captions
    shown = " ".join(each.proto.body for each in at.get("html"))
    assert t("rival_nearest") in shown
    assert {t("measure_left_out"), t("measure_real_time")} <= {each.label for each in at.metric}


def test_a_run_is_asked_in_its_own_task_about_a_take_that_it_does_not_know(monkeypatch):
    ships(Keywords(epochs=1))
    heard = []

    def ask(question, *, run, data=b""):
        heard.append((question, clips.unpacked(data)))
        yield Listed(0, "said", ("casa",))
        yield Listed(0, "language", ("",))
        yield Captured(0, "confidence", ("word",), np.array([0.9], np.float32))
        yield Captured(0, "span", ("word", "edge"), np.array([[0.1, 0.5]], np.float32))
        yield Listed(0, "symbol", tuple(sorted(takes.EXAMPLE)))
        yield Captured(0, "log_p", ("step", "symbol"), np.log(np.full((9, 5), 0.2, np.float32)))
        yield Measured(0, {"first": 0.0, "each": 0.04})

    monkeypatch.setattr(jobs, "ask", ask)
    at = opened()
    assert heard and all(type(question) is Listen for question, _ in heard)
    at.radio(key=f"{KEY}.listening.take").set_value("casa").run()
    at.button(key=f"{KEY}.listening.again").click().run()
    assert not at.exception
    sounds = [sound.tobytes() for _, (sound,) in heard]
    assert len(set(sounds)) == len(sounds) >= 3


# Without a page


def test_the_next_word_is_one_of_those_with_fewest_takes_in_turn():
    words = ["sí", "no", "luz", ""]
    assert own_words.following("", words, {}) == "sí"
    assert own_words.following("sí", words, {"sí": 1}) == "no"
    assert own_words.following("luz", words, {"sí": 1, "no": 1, "luz": 1}) == "sí"
    assert own_words.following("sí", words, {"sí": 1, "no": 4, "luz": 1}) == "luz"


def wav(samples):
    file = io.BytesIO()
    soundfile.write(file, samples, 8000, format="WAV", subtype="PCM_16")
    return file.getvalue()


@pytest.fixture
def session(monkeypatch):
    """A session without a page, and takes read in this process."""
    state = {}
    monkeypatch.setattr(own_words.st, "session_state", state)
    monkeypatch.setattr(own_words.handed.st, "session_state", state)
    monkeypatch.setattr(own_words.screen, "remembered", lambda key, of, make: make())
    for module in (own_words, own_words.handed):
        monkeypatch.setattr(module, "owner", lambda: "a" * 32)
    monkeypatch.setattr(own_words, "t", t)
    monkeypatch.setattr(decoder, "decode", audio.read)
    return state


def test_takes_are_kept_one_by_one_and_the_next_word_follows(session):
    word = wav(np.pad(takes.example()[0].sound, 8000))
    own_words.accept("k", "sí", word)
    assert "k.take_refused" not in session and session["k.target"] == "no" and session["k.shown"] == 0
    own_words.accept("k", "no", word)
    assert session["k.own"].opening == "sí 1 · no 1" and session["k.target"] == "luz"
    (first, _) = own_words._pack("k")
    assert 0.2 < len(first.sound) / 8000 < 0.9  # the silence is gone
    own_words.accept("k", "luz", wav(np.zeros(8000)))
    assert session["k.take_refused"].code == "take_nothing" and session["k.own"].counts["clips"] == 2


def test_what_cannot_be_kept_is_said_and_nothing_is_lost(session, monkeypatch):
    own_words.accept("k", "sí", wav(takes.example()[0].sound))

    def full(data, owner):
        raise Refused("quota_bytes", most=50)

    monkeypatch.setattr(store, "put", full)
    own_words.accept("k", "no", wav(takes.example()[1].sound))
    assert session["k.take_refused"].code == "quota_bytes" and session["k.own"].counts["clips"] == 1


def test_of_a_word_there_are_enough_takes_some_day(session, monkeypatch):
    monkeypatch.setattr(own_words, "MOST_TAKES", 1)
    word = wav(takes.example()[0].sound)
    own_words.accept("k", "sí", word)
    own_words.accept("k", "sí", word)
    assert session["k.take_refused"].code == "takes_enough"


def test_of_several_files_the_bad_ones_are_named_and_the_others_kept(session):
    def file(name, samples):
        return types.SimpleNamespace(name=name, getvalue=lambda: wav(samples))

    word = takes.example()[0].sound
    session["k.files.0"] = [file("one.wav", word), file("*two*.wav", np.zeros(8000)), file("three.wav", word)]
    own_words._uploaded("k", "k.files.0", "sí")
    ((name, why),) = session["k.files_refused"]
    assert (name, why.code) == ("*two*.wav", "take_nothing") and "k.take_refused" not in session
    assert session["k.own"].counts["clips"] == 2 and session["k.target"] == "sí"
    assert session["k.files_added"] == (2, 3)
    session["k.microphone.0"] = file("", word)
    own_words._recorded("k", "k.microphone.0", "no")
    assert "k.files_refused" not in session  # what is newer is told


def test_of_several_files_those_that_were_mended_are_named(session, monkeypatch):
    monkeypatch.setattr(own_words.decoder, "decode", lambda data: data)
    monkeypatch.setattr(own_words.take, "read", lambda data: data)
    word = takes.example()[0].sound
    files = {"a": ("audio_offset",), "b": (), "c": ("audio_clipped", "audio_offset")}

    def file(name):
        found = types.SimpleNamespace(samples=word, notes=files[name])
        return types.SimpleNamespace(name=name, getvalue=lambda: found)

    session["k.files.0"] = [file(name) for name in files]
    own_words._uploaded("k", "k.files.0", "sí")
    assert session["k.files_notes"] == {"audio_offset": ["a", "c"], "audio_clipped": ["c"]}
    assert "k.take_notes" not in session
    session["k.microphone.0"] = file("b")
    own_words._recorded("k", "k.microphone.0", "no")
    assert "k.files_notes" not in session


def test_files_behind_one_too_many_are_not_tried(session, monkeypatch):
    monkeypatch.setattr(own_words, "MOST_TAKES", 1)
    files = [types.SimpleNamespace(name=n, getvalue=lambda: wav(takes.example()[0].sound)) for n in "abcd"]
    session["k.files.0"] = files
    own_words._uploaded("k", "k.files.0", "sí")
    assert [(name, why.code) for name, why in session["k.files_refused"]] == [("b", "takes_enough")]
    own_words.delete("k", 0)
    assert "k.files_refused" not in session


def test_a_file_that_is_refused_is_named_on_the_page():
    at = opened()
    at.radio(key=f"{KEY}.source").set_value("own").run()
    at.session_state[f"{KEY}.files_refused"] = [("*two*.wav", Refused("take_nothing"))]
    at.session_state[f"{KEY}.files_added"] = (2, 3)
    at.session_state[f"{KEY}.files_notes"] = {"audio_offset": ["one.wav", "*three*.wav"]}
    at.run()
    assert any(t("own_files_added", added=2, files=3) in e.value for e in at.caption)
    assert any(t("note_audio_offset") in e.value and "one.wav, \\*three\\*.wav" in e.value for e in at.caption)
    assert any(t("refused_take_nothing") in e.value and "\\*two\\*" in e.value for e in at.error)
