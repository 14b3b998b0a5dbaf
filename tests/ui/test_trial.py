"""A trial: settings that move and figures that follow; the number waits for a guess."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, store
from rrn.experiments import gain
from rrn.ui import menu

MAIN = menu.PAGES.parent / "rrn" / "ui" / "main.py"
PAGE = menu.PAGES / "3-tipos" / "3-1-rnn-simple.py"
KEY = "3-1-rnn-simple.gain.trial"
t = i18n.words("es")


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path))
    yield
    store.close()


def opened(**address) -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=30)
    at.query_params.update(address)
    at.run()
    at.switch_page(str(PAGE)).run()
    assert not at.exception, at.exception
    return at


def metric(at):
    return next((m.value for m in at.metric if m.label == t("measure_ratio")), None)


def look(at):
    at.button(key=f"{KEY}.look").click().run()


def test_the_number_is_hidden_until_there_is_a_guess_or_a_wish_to_look():
    at = opened(lang="es")
    assert metric(at) is None
    look(at)
    assert metric(at) == i18n.number(gain.run(gain.Gain()).ratio, "es")


def test_the_number_is_that_of_the_settings():
    at = opened(lang="es")
    look(at)
    at.select_slider(key=f"{KEY}.gain").set_value(2.5).run()
    assert metric(at) == i18n.number(gain.run(gain.Gain(gain=2.5)).ratio, "es")


def test_a_guess_is_judged_by_the_settings_that_it_was_made_for():
    at = opened(lang="es")
    at.radio(key=f"{KEY}.will_it_vanish").set_value(0).run()
    look(at)
    assert any("Acertaste" in each.value for each in at.success)
    at.select_slider(key=f"{KEY}.gain").set_value(
        2.5
    ).run()  # the number is another one, the guess was right all the same
    assert any("Acertaste" in each.value for each in at.success)


def test_a_number_read_on_settings_of_one_s_own_is_work_done():
    at = opened(lang="es")
    look(at)
    assert store.progress(at.session_state["_owner"]) == {}
    at.select_slider(key=f"{KEY}.gain").set_value(1.5).run()
    assert store.progress(at.session_state["_owner"]) == {"3-1-rnn-simple": {"measure"}}


def test_factory_settings_come_back():
    at = opened(lang="es", **{"gain.gain": "2"})
    assert at.select_slider(key=f"{KEY}.gain").value == 2.0
    at.button(key=f"{KEY}.reset").click().run()
    assert at.select_slider(key=f"{KEY}.gain").value == gain.Gain().gain


@pytest.mark.parametrize("hostile", ["nan", "1e300", "-1", "<b>", ""])
def test_a_hostile_setting_becomes_a_notice_and_a_figure(hostile):
    at = opened(lang="es", **{"gain.gain": hostile})
    drawn = [words.value for words in at.markdown if 'class="rrn-chart"' in words.value]
    assert [re.search('aria-label="(.*?)"', one).group(1) for one in drawn] == [
        t("fig_states_title"),
        t("fig_eigen_title"),
    ]
    assert any(w.icon == ":material/link_off:" for w in at.warning)
