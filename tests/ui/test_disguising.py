"""The spam page, without a worker: the table of outcomes, and a message that is disguised."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, jobs, shipped, store
from rrn.data.disguise import SHARES
from rrn.events import Began, Captured, Ended, Kept, Measured
from rrn.spec import Refused
from rrn.tasks.sentiment import Judge, Sentiment
from rrn.ui import menu
from tests.ui.idle import Idle
from tests.ui.tables import tables

MAIN = menu.PAGES.parent / "rrn" / "ui" / "main.py"
PAGE = menu.PAGES / "5-aplicaciones" / "x-spam.py"
KEY = "x-spam.disguise.disguising"
t = i18n.words("es")


def told(by_share):
    """What a run with 700 messages of ham and 100 of spam tells."""
    curve = np.full(len(SHARES), by_share, np.float32)
    return [
        Kept("names", b'["ham", "spam"]'),
        Measured(0, {"f1/bag": 0.95, "f1/majority": 0.0, "unmasked/bag": 0.5}),
        Captured(0, "bag_confusion", ("is", "said"), np.array([[700, 0], [10, 90]])),
        Captured(0, "bag_f1_by_disguise", ("disguise",), curve / 2),
        Captured(0, "bag_alarms_by_disguise", ("disguise",), curve * 0),
        Began("CPU", "tensorflow", 2, 999),
        Measured(1, {"f1": 0.8, "accuracy": 0.95, "unmasked": by_share, "odd_alarms": 0.1}),
        Captured(1, "confusion", ("is", "said"), np.array([[680, 20], [20, 80]])),
        Captured(1, "f1_by_disguise", ("disguise",), curve),
        Captured(1, "alarms_by_disguise", ("disguise",), curve * 0),
        Ended("done", "", 1, 2),
    ]


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(jobs, "ENGINE", Idle())
    for language in i18n.LANGUAGES:
        for place, masked in enumerate(("none", "all"), 1):
            spec = Sentiment(texts=f"messages-{language}", reads="letters", masked=masked, units=4, embedding=4)
            shipped.write(f"x-spam-{language}-{place}", spec, told(0.4 + place / 10), {"w": np.ones(1)}, {"names": b""})
    reviews = Sentiment(units=4, embedding=4)
    shipped.write("critic-es", reviews, [Ended("done", "", 1, 2)], {"w": np.ones(1)}, {})
    yield
    store.close()


@pytest.fixture
def asked(monkeypatch):
    """What was asked of which model: lines that are disguised more and more."""
    heard = []

    def ask(question, *, run, data=b""):
        lines = data.decode().split("\n")
        heard.append((question, run, lines))
        for place, _ in enumerate(lines):
            yield Measured(place, {"positive": 0.9 - place / 100, "bag": 0.8 - place / 20})

    monkeypatch.setattr(jobs, "ask", ask)
    monkeypatch.setattr("rrn.ui.xray.draw", lambda *_: None)
    return heard


def opened(**address) -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=60)
    at.query_params.update({"lang": "es"} | address)
    at.run()
    at.switch_page(str(PAGE)).run()
    assert not at.exception, at.exception
    return at


def bars(at) -> str:
    (found,) = [each.proto.body for each in at.get("html") if t("spam_verdicts") in each.proto.body]
    return found


def test_beside_every_filter_stands_one_that_flags_nothing(asked):
    (table,) = tables(opened(), t("spam_caught"))
    rows = {name: list(values) for name, *values in zip(*table.values(), strict=True)}
    assert rows[t("field_masked_all")] == ["80", "20", "0,95", "0,8", "0,8", "0,8"]
    assert rows[t("spam_never")] == ["0", "0", "0,875", "–", "0", "0"]
    assert rows[t("fig_disguise_bag_of", name=t("field_masked_none"))] == ["90", "0", "0,988", "1", "0,9", "0,947"]


def test_a_message_is_judged_at_every_share_by_those_that_learned_from_messages(asked):
    opened()
    assert {run for _, run, _ in asked} == {"x-spam-es-1", "x-spam-es-2"}
    (kind,) = {type(question) for question, _, _ in asked}
    lines = asked[0][2]
    assert kind is Judge and len(lines) == 13 and lines[0] == t("spam_examples_es").split(" / ")[0] != lines[-1]


def test_the_slider_shows_another_disguise_without_asking_again(asked):
    at = opened()
    first, count = bars(at), len(asked)
    at.select_slider(key=f"{KEY}.share").set_value(0.6).run()
    assert not at.exception and len(asked) == count and bars(at) != first
    assert asked[0][2][-1] in [code.value for code in at.code]


def test_another_disguise_and_another_message_are_asked_about(asked):
    at = opened()
    at.button(key=f"{KEY}.again").click().run()
    assert len(asked) == 4 and asked[-1][2][0] == asked[0][2][0] and asked[-1][2][-1] != asked[0][2][-1]
    at.text_input(key=f"{KEY}.text.messages-es").set_value("nos vemos").run()
    assert len(asked) == 6 and asked[-1][2][0] == "nos vemos"
    at.text_input(key=f"{KEY}.text.messages-es").set_value(" ").run()
    assert len(asked) == 6 and t("spam_empty") in [each.value for each in at.caption]


def test_an_example_is_taken_up(asked):
    at = opened()
    box = at.selectbox(key=f"{KEY}.example.es")
    box.set_value(box.options[-1]).run()
    assert at.text_input(key=f"{KEY}.text.messages-es").value == box.options[-1] == asked[-1][2][0]


def test_the_filters_speak_the_language_of_the_page(asked):
    opened(lang="en")
    assert {run for _, run, _ in asked} == {"x-spam-en-1", "x-spam-en-2"}


def test_a_question_that_fails_is_one_sentence(monkeypatch):
    def ask(*_, **__):
        raise Refused("no_answer")
        yield

    monkeypatch.setattr(jobs, "ask", ask)
    monkeypatch.setattr("rrn.ui.xray.draw", lambda *_: None)
    assert t("refused_no_answer") in [each.value for each in opened().error]
