"""The address without a browser: what a link may bring, and what a session keeps."""

from types import SimpleNamespace

import pytest
import streamlit as st

from rrn.ui import address


@pytest.fixture
def visit(monkeypatch):
    """Begin one run of a page with an address; the session lives as long as the test."""
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "context", SimpleNamespace(locale="es-ES", cookies={}, url="http://here.test/a"))

    def run(page="a", **params):
        monkeypatch.setattr(st, "query_params", params)
        address.language()
        address.arrive(page)

    return run


def units(raw):
    """A gate: even numbers from 8 to 128."""
    if not raw.isdigit():
        return None, False
    near = min(max(int(raw), 8), 128)
    return near, near == int(raw)


def slider(default=64):
    """What a widget does between begin and keep."""
    value = address.begin("a.lab.units", "units", default, units)
    if value is not None:
        st.session_state.setdefault("a.lab.units", value)
    address.keep("a.lab.units", "units", default)
    return st.session_state["a.lab.units"]


@pytest.mark.parametrize(
    ("locale", "link", "said"),
    [
        ("es-MX", {}, "es"),
        ("en-GB", {}, "en"),
        ("fr-FR", {}, "es"),
        (None, {}, "es"),
        ("es-ES", {"lang": "en"}, "en"),
        ("en-GB", {"lang": "xx"}, "en"),
    ],
)
def test_the_language_comes_from_the_link_then_the_browser_then_is_spanish(visit, locale, link, said):
    st.context.locale = locale
    visit(**link)
    assert st.session_state["lang"] == said


def test_a_language_that_we_lack_is_told(visit):
    visit(lang="xx")
    assert len(address.notices()) == 1


def test_the_address_decides_the_language_only_once(visit):
    visit(lang="en")
    visit("b", lang="es")
    assert st.session_state["lang"] == "en"


def test_a_setting_in_the_link_is_what_the_widget_starts_with(visit):
    visit(units="32")
    assert slider() == 32
    assert address.notices() == []


@pytest.mark.parametrize(("raw", "value"), [("1000000000", 128), ("nan", 64), ("<script>", 64), ("", 64)])
def test_a_bad_value_is_mended_with_one_notice(visit, raw, value):
    visit(units=raw)
    assert slider() == value
    assert len(address.notices()) == 1


def test_the_notice_stays_for_the_visit_and_goes_with_it(visit):
    visit(units="x")
    slider()
    visit(units="64")
    slider()
    assert len(address.notices()) == 1
    visit("b")
    assert address.notices() == []


def test_unknown_settings_are_told_without_repeating_them(visit):
    visit(**{"<b>evil</b>": "1"})
    (said,) = address.notices()
    assert "evil" not in said


def test_the_address_holds_what_differs_from_the_default_and_always_the_language(visit):
    visit(units="64")
    slider()
    assert st.session_state["_want"] == {"lang": "es"}
    st.session_state["a.lab.units"] = 32
    visit()
    slider()
    assert st.session_state["_want"] == {"lang": "es", "units": "32"}
    assert address.link() == "http://here.test/a?lang=es&units=32"


def test_a_page_left_and_opened_again_is_as_it_was(visit):
    visit(units="32")
    slider()
    visit("b")
    del st.session_state["a.lab.units"]  # as Streamlit does with the widgets of a page that is left
    visit("a")
    assert slider() == 32


def test_on_the_run_that_changes_the_language_the_widget_keeps_its_own_value(visit):
    visit(units="32")
    slider()
    st.session_state["lang"] = "en"
    visit()
    assert address.translated()
    assert address.begin("a.lab.units", "units", 64, units) is None


def test_what_no_widget_holds_is_asked_for_and_kept(visit):
    visit(run="abc")
    assert address.asked("run") == "abc"
    visit("b")
    assert address.asked("run") is None
    visit("a")
    assert address.asked("run") == "abc"
    address.want("run", "def")
    assert st.session_state["_want"]["run"] == "def" and address.asked("run") == "def"
    address.want("run", None)
    assert "run" not in st.session_state["_want"] and address.asked("run") is None


def test_parameters_of_an_embedding_page_are_not_ours_to_judge(visit):
    visit(embed="true", embed_options="light_theme")
    assert address.notices() == []


def test_a_notice_is_said_once(visit):
    visit()
    address.notice("link_unknown")
    address.notice("link_unknown")
    assert len(address.notices()) == 1
