"""A unit whose weights are typed: it computes what the lesson says, and bad input costs nothing."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, store
from rrn.ui import menu
from rrn.xray import look, one_unit

MAIN = menu.PAGES.parent / "rrn" / "ui" / "main.py"
KEY = "3-1-rnn-simple.by_hand"
t = i18n.words("es")


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path))
    yield
    store.close()


def opened(page="3-1-rnn-simple", **address) -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=30)
    at.query_params.update(address)
    at.run()
    at.switch_page(str(menu.find(page).file)).run()
    assert not at.exception, at.exception
    return at


def gradient(at) -> str:
    """The sentence under the gradient's figure."""
    return next(each.value for each in at.caption if each.value.startswith("Sobre h, la norma es"))


def states(unit, x):
    network = one_unit.network(unit.cell, unit.rows)
    return look.look_with(network, one_unit.specimen(np.array(x, dtype=float)))


def test_the_simple_unit_is_the_one_of_the_lesson():
    seen = states(one_unit.SIMPLE, [[1], [0], [0]])
    assert seen.kept(0, "h")[:, 0] == pytest.approx([0.762, 0.595, 0.490], abs=5e-4)
    assert seen.gradient[0][0] / seen.gradient[0][2] == pytest.approx(0.398, abs=5e-4)


def test_the_gru_is_the_one_of_the_lesson():
    seen = states(one_unit.GRU, [[0.6, 1], [0.9, 0]])
    assert seen.kept(0, "z")[:, 0] == pytest.approx([0.018, 0.9975], abs=5e-4)
    assert seen.kept(0, "g")[:, 0] == pytest.approx([0.537, 0.877], abs=5e-4)
    assert seen.kept(0, "h")[:, 0] == pytest.approx([0.527, 0.528], abs=5e-4)


def test_the_lstm_keeps_a_one_and_shows_it_at_the_mark():
    seen = states(one_unit.LSTM, [[1, 0], *[[0, 0]] * 5, [0, 1]])
    h, f = seen.kept(0, "h")[:, 0], seen.kept(0, "f")[:, 0]
    assert f == pytest.approx(0.982, abs=5e-4)
    assert np.abs(h[:-1]).max() < 0.05 and h[-1] > 0.6


def test_the_gradient_of_an_lstm_reaches_the_one_along_its_memory():
    """Its gates do not read h here, so nothing comes back along h."""
    seen = states(one_unit.LSTM, [[1, 0], *[[0, 0]] * 5, [0, 1]])
    along = seen.gradient_on("c", 0)
    assert along[0] / along[-1] == pytest.approx(0.982**6, abs=0.01) and seen.gradient_on("h", 0)[0] == 0


def test_typed_weights_change_the_gradient():
    at = opened(lang="es")
    before = gradient(at)
    at.text_input(key=f"{KEY}.h").set_value("1 0,5 0").run()
    assert not at.exception and gradient(at) != before


def test_both_decimal_marks_are_read():
    at = opened(lang="es")
    at.text_input(key=f"{KEY}.h").set_value("1 0,5 0").run()
    comma = gradient(at)
    at.text_input(key=f"{KEY}.h").set_value("1 0.5 0").run()
    assert gradient(at) == comma


@pytest.mark.parametrize(
    ("box", "typed"),
    [
        ("h", "uno 0,9 0"),
        ("h", "1 0,9"),
        ("h", ""),
        ("h", "nan 1 0"),
        ("h", "1e300 1 0"),
        ("h", "1 99 0"),
        ("h", "<b> 1 0"),
        ("reads", ""),
        ("reads", "x"),
        ("reads", "1 " * 201),
        ("reads", "inf"),
    ],
)
def test_bad_input_is_one_sentence_and_the_last_good_figure_stays(box, typed):
    at = opened(lang="es")
    at.text_input(key=f"{KEY}.h").set_value("1 0,5 0").run()
    good = gradient(at)
    at.text_input(key=f"{KEY}.{box}").set_value(typed).run()
    assert not at.exception and len(at.error) == 1
    assert gradient(at) == good
    at.button(key=f"{KEY}.reset").click().run()
    assert not at.error and at.text_input(key=f"{KEY}.h").value == "1 0,9 0"


@pytest.mark.parametrize("page", ["3-1-rnn-simple", "3-2-gru", "3-3-lstm"])
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_cell_of_the_module_can_be_set_by_hand(page, language):
    at = opened(page, lang=language)
    assert any((each.key or "").startswith(f"{page}.by_hand") for each in at.text_input)


def test_what_was_typed_is_never_markdown():
    at = opened(lang="es")
    at.text_input(key=f"{KEY}.h").set_value("![](//x.y/a) 1 0").run()
    (said,) = at.error
    assert "![](" not in said.value and "\\!\\[" in said.value
