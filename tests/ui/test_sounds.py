"""Sounds to learn from on the page: made here, or spoken by people and fetched."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, jobs, store
from rrn.data import fetch, recordings
from rrn.data.recordings import Recording
from rrn.spec import Refused
from rrn.ui import menu, sounds
from tests.ui.idle import Idle

LAB = "5-4-voz-audio.hear"
ME, OTHER = "a" * 32, "b" * 32
t = i18n.words("es")
PACK = [
    Recording((digit,), "en", who, np.full(800, 0.1 * n, np.float32))
    for n, who in enumerate(("theo", "lucas", "jackson"), 1)
    for digit in "012"
]


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(jobs, "ENGINE", Idle())
    yield
    store.close()


def opened(page="5-4-voz-audio", **address) -> AppTest:
    at = AppTest.from_file(str(menu.PAGES.parent / "rrn" / "ui" / "main.py"), default_timeout=60)
    at.session_state["_owner"] = ME
    at.query_params.update(address)
    (file,) = menu.PAGES.rglob(f"{page}.py")
    return at.run().switch_page(str(file)).run()


def says(at, words: str) -> bool:
    found = [e.value for kind in ("markdown", "caption", "warning", "error", "code") for e in at.get(kind)]
    return any(words in str(value) for value in found)


def trained(at) -> jobs.Run:
    at.button(key=f"{LAB}.train").click().run()
    (run,) = jobs.mine(ME, "speech")
    return run


@pytest.mark.parametrize("name", ["tones", "vowels", "digits"])
def test_sounds_that_are_made_here_are_chosen_and_learned_from(name):
    at = opened()
    at.radio(key=f"{LAB}.source").set_value(name).run()
    assert not at.exception and says(at, t(f"sounds_about_{name}"))
    assert trained(at).spec.sounds == name


def test_before_a_download_its_size_and_licence_are_said():
    at = opened()
    at.radio(key=f"{LAB}.source").set_value("own").run()
    known = fetch.SETS["spoken_digits"]
    assert not at.exception and at.button(key=f"{LAB}.train").disabled and says(at, t("sounds_missing"))
    assert says(at, t("sounds_fetch_about", megabytes=12.0, licence="CC BY-SA 4.0", source=known.source))


def test_recordings_are_fetched_shown_and_learned_from(monkeypatch):
    def fetched(folder, tell):
        tell(1, 2)
        return PACK

    monkeypatch.setattr(fetch, "spoken_digits", fetched)
    at = opened()
    at.radio(key=f"{LAB}.source").set_value("own").run()
    at.button(key=f"{LAB}.fetch").click().run()
    assert not at.exception and says(at, t("sounds_yours", clips=9, symbols=3))
    assert says(at, "0 1 2 · jackson, lucas, theo")
    spec = trained(at).spec
    assert (spec.clips, spec.symbols) == (9, 3) and store.holds(spec.sounds, ME)
    pack = recordings.from_bytes(store.take(spec.sounds, ME))
    assert [(one.said, one.speaker) for one in pack] == [(one.said, one.speaker) for one in PACK]


@pytest.mark.parametrize("code", ["fetch_away", "fetch_changed", "disk_full"])
def test_what_cannot_be_fetched_is_said_at_once(monkeypatch, code):
    def fails(folder, tell):
        raise Refused(code, title="Free Spoken Digit Dataset")

    monkeypatch.setattr(fetch, "spoken_digits", fails)
    at = opened()
    at.radio(key=f"{LAB}.source").set_value("own").run()
    at.button(key=f"{LAB}.fetch").click().run()
    assert not at.exception
    assert [error.value for error in at.error] == [t(f"refused_{code}", title="Free Spoken Digit Dataset")]


def test_what_was_fetched_and_cannot_be_kept_is_said_at_once(monkeypatch):
    def full(data, owner):
        raise Refused("store_away")

    monkeypatch.setattr(fetch, "spoken_digits", lambda folder, tell: PACK)
    monkeypatch.setattr(store, "put", full)
    at = opened()
    at.radio(key=f"{LAB}.source").set_value("own").run()
    at.button(key=f"{LAB}.fetch").click().run()
    assert not at.exception and t("refused_store_away") in [error.value for error in at.error]


def test_a_link_to_somebody_elses_recordings_gives_the_vowels_and_a_sentence():
    mine, theirs = (store.put(recordings.to_bytes(PACK[n:]), who) for n, who in ((0, ME), (1, OTHER)))
    at = opened(sounds=theirs)
    assert not at.exception and at.radio(key=f"{LAB}.source").value == "vowels"
    assert says(at, t("refused_sounds_not_yours"))
    at = opened(sounds=mine)
    assert not at.exception and at.radio(key=f"{LAB}.source").value == "own"
    assert says(at, t("sounds_yours", clips=9, symbols=3))


TEXT = b"En un lugar de la Mancha"


@pytest.mark.parametrize(
    ("page", "field", "data"),
    [
        ("5-4-voz-audio", "sounds", TEXT),
        ("7-4-app-voz", "recordings", TEXT),
        ("5-1-modelado-lenguaje", "text", recordings.to_bytes(PACK)),
        ("5-3-sentimientos", "texts", recordings.to_bytes(PACK)),
        ("5-3-sentimientos", "texts", TEXT),
        ("5-2-traduccion", "pairs", TEXT),
    ],
)
def test_a_link_to_what_was_handed_in_on_another_page_gives_the_standard_and_a_sentence(page, field, data):
    at = opened(page, **{field: store.put(data, ME)})
    assert not at.exception and says(at, t(f"refused_{field}_not_yours"))


def test_a_pack_opens_with_its_symbols_and_its_speakers():
    found = sounds.of_people("a" * 64, [Recording((), "", "real/ana", np.zeros(9, np.float32)), *PACK])
    assert found.counts == {"clips": 10, "symbols": 3} and found.opening == "0 1 2 · jackson, lucas, ana, theo"
