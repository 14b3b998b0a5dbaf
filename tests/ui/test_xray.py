"""The X-ray on a page: every view, surgery, what is typed, and somebody else's private text."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, jobs, store
from rrn.events import Began, Ended, Kept, Measured
from rrn.store import leases
from rrn.tasks.language_model import LanguageModel
from rrn.ui import menu
from rrn.ui.xray.views import VIEWS
from tests.ui.idle import Idle

MAIN = menu.PAGES.parent / "rrn" / "ui" / "main.py"
KEY = "3-3-lstm.reber.xray"
t = i18n.words("es")


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(jobs, "ENGINE", Idle())
    yield
    store.close()


def opened(page="3-3-lstm", **address) -> AppTest:
    """The shipped run of the page, under the X-ray."""
    at = AppTest.from_file(str(MAIN), default_timeout=30)
    at.query_params.update(address)
    at.run()
    at.switch_page(str(menu.find(page).file)).run()
    assert not at.exception, at.exception
    return at


def metrics(at) -> dict[str, str]:
    return {each.label: each.value for each in at.metric}


def read(at, text):
    at.text_area(key=f"{KEY}.typed").set_value(text).run()
    assert not at.exception, at.exception


def typing(at) -> AppTest:
    at.radio(key=f"{KEY}.source").set_value(t("xray_source_typed")).run()
    return at


VIEWED = [view for view in VIEWS if view not in ("running", "pace", "attention")]  # of one layer, no text


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_view_opens_and_says_what_it_shows(language):
    words = i18n.words(language)
    at = opened(lang=language)
    for view in VIEWED:
        at.radio(key=f"{KEY}.view").set_value(words(f"xray_view_{view}")).run()
        assert not at.exception, view
        drawn = [chart for chart in at.get("plotly_chart") if (chart.key or "").startswith(f"{KEY}.{view}")]
        assert drawn and all(chart.proto.alt and "{" not in chart.proto.alt for chart in drawn), view


@pytest.mark.parametrize("typed", ["B", "BT", "BTB"])
def test_the_shortest_sequences_can_be_looked_at_in_every_view(typed):
    at = typing(opened(lang="es"))
    read(at, typed)
    for view in VIEWED:
        at.radio(key=f"{KEY}.view").set_value(t(f"xray_view_{view}")).run()
        assert not at.exception, (view, at.exception)


def test_a_forget_gate_that_is_forced_shut_costs_the_distant_letter():
    at = opened(lang="es")
    label = t("measure_letter")
    before = metrics(at)[label]
    assert before == "1"
    at.select_slider(key=f"{KEY}.force.f").set_value(0.0).run()
    assert not at.exception
    assert float(metrics(at)[label].replace(",", ".")) < 0.7
    assert any(each.value.startswith("sin tocar") and before in each.value for each in at.caption)


def test_a_silenced_unit_and_a_cut_gradient_leave_a_page_that_works():
    at = opened(lang="es")
    at.slider(key=f"{KEY}.silence").set_value(3).run()
    cut = next(each for each in at.slider if each.key.startswith(f"{KEY}.cut."))
    cut.set_value(2).run()
    at.radio(key=f"{KEY}.view").set_value(t("xray_view_gradient")).run()
    assert not at.exception
    spec = next(c for c in at.get("plotly_chart") if c.key == f"{KEY}.gradient").proto.spec
    assert t("xray_as_is") in spec


@pytest.mark.parametrize(
    ("typed", "code"), [("", "empty"), ("BTQ", "unknown"), ("B" * 201, "long"), ("<b>", "unknown"), ("😀", "unknown")]
)
def test_what_cannot_be_read_is_one_sentence_and_the_last_good_figure_stays(typed, code):
    at = typing(opened(lang="es"))
    read(at, "BTBT")
    titles = [chart.proto.alt for chart in at.get("plotly_chart") if (chart.key or "").startswith(KEY)]
    read(at, typed)
    assert len(at.error) == 1
    assert [c.proto.alt for c in at.get("plotly_chart") if (c.key or "").startswith(KEY)] == titles


def test_the_answer_whose_inputs_are_asked_for_can_be_chosen():
    at = opened(lang="es")
    at.radio(key=f"{KEY}.view").set_value(t("xray_view_inputs")).run()
    (choice,) = (each for each in at.selectbox if each.key.startswith(f"{KEY}.inputs.output"))
    first = next(c for c in at.get("plotly_chart") if c.key == f"{KEY}.inputs").proto.alt
    choice.set_value(choice.options[-1]).run()
    assert next(c for c in at.get("plotly_chart") if c.key == f"{KEY}.inputs").proto.alt != first


def private_run(owner) -> tuple[str, str]:
    """A run of somebody's own text that has ended, and that text."""
    text = "un secreto que nadie más debe leer, salvo quien lo escribió. " * 20
    sha = store.put(text.encode(), owner)
    spec = LanguageModel(text=sha, units=8, symbols=len(set(text)), characters=len(text), epochs=1, embedding=4)
    run = jobs.start(spec, owner)
    n = len(set(text)) + 1
    shapes = {"embed/embeddings": (n, 4), "cell_1/kernel": (4, 32), "cell_1/recurrent_kernel": (8, 32)}
    shapes |= {"cell_1/bias": (32,), "out/kernel": (8, n), "out/bias": (n,)}
    rng = np.random.default_rng(0)
    weights = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    alphabet = "".join(sorted(set(text)))
    told = [
        Kept("alphabet", ('"' + alphabet + '"').encode()),
        Began("CPU", "tensorflow", 2, 1),
        Measured(1, {"bits": 3.0}),
    ]
    leases.finish(leases.claim(run.id), told, Ended("done", "", 1.0, 2.0), weights)
    return run.id, text


def test_of_somebody_else_s_private_text_nothing_is_read_but_what_is_typed():
    run, text = private_run("b" * 32)
    at = opened("5-1-modelado-lenguaje", lang="es", run=run)
    key = "5-1-modelado-lenguaje.bits.xray"
    assert not [each for each in at.radio if each.key == f"{key}.source"]
    assert any(each.value == t("xray_only_typed") for each in at.caption)
    at.text_area(key=f"{key}.typed").set_value("un se").run()
    assert not at.exception
    shown = repr(at.main)
    assert "secreto" not in shown and "nadie más debe" not in shown


def test_its_owner_reads_from_it():
    at = opened("5-1-modelado-lenguaje", lang="es")
    run, text = private_run(at.session_state["_owner"])
    at.session_state["_kept"] |= {"5-1-modelado-lenguaje?run": run}
    at.run()
    assert not at.exception
    assert [each for each in at.radio if each.key == "5-1-modelado-lenguaje.bits.xray.source"]
