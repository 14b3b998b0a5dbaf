"""Pairs on the page: made by rules, one's own, or fetched."""

from streamlit.testing.v1 import AppTest

from rrn import i18n, jobs, store
from rrn.data import fetch
from rrn.data import pairs as table
from rrn.intake import pairs as gate
from rrn.spec import Refused
from rrn.ui import menu, pairs
from tests.ui.idle import Idle


def test_of_a_large_table_short_pairs_are_taken_from_all_over_it():
    long = "\t".join([" ".join(["word"] * 12)] * 2)
    rows = [f"line {n}\tlínea {n}\tnobody reads this" for n in range(20_000)]
    text = pairs.some("\n".join([*rows, long]))
    taken = table.rows(text)
    assert len(taken) <= pairs.MOST and len(taken) > pairs.MOST / 2
    assert taken[0] == ("line 0", "línea 0") and taken[-1][0] > "line 1999"
    assert gate.read(text.encode()).pairs == len(taken)


def test_an_own_table_shows_how_it_begins():
    found = pairs.of_visitor("a" * 64, "one\tuno\ntwo\tdos\nthree\ttres\nfour\tcuatro")
    assert found.name == "a" * 64 and found.counts == {"lines": 4}
    assert found.opening.splitlines() == ["one → uno", "two → dos", "three → tres"]


def test_what_was_fetched_and_cannot_be_kept_is_said_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(jobs, "ENGINE", Idle())
    at = AppTest.from_file(str(menu.PAGES.parent / "rrn" / "ui" / "main.py"), default_timeout=60).run()
    at.switch_page(str(menu.PAGES / "5-aplicaciones" / "5-2-traduccion.py")).run()
    lab = "5-2-traduccion.translate"
    at.radio(key=f"{lab}.source").set_value("own").run()

    def full(data, owner):
        raise Refused("store_away")

    rows = "".join(f"I have {n} dogs.\tTengo {n} perros.\n" for n in range(40))
    monkeypatch.setattr(fetch, "tatoeba", lambda folder, tell: rows)
    monkeypatch.setattr(store, "put", full)
    at.button(key=f"{lab}.fetch").click().run()
    store.close()
    assert not at.exception
    assert i18n.words("es")("refused_store_away") in [error.value for error in at.error]
