"""The X-ray of what classifies texts on the screen: every view, surgery, what is typed, somebody else's table."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, jobs, store
from rrn.data import labelled, opinions, wording
from rrn.data.wording import Wording
from rrn.events import Began, Ended, Kept, Measured
from rrn.store import leases
from rrn.tasks import sentiment as task
from rrn.tasks.sentiment import Sentiment
from rrn.ui.words import plain, probability_among
from rrn.ui.xray.views import VIEWS
from tests.ui.idle import Idle

UNITS, EMBEDDING = 8, 4
WIDE = {"rnn": 1, "gru": 3, "lstm": 4}
SAID = (("spam", "a bargain"), ("ham", "a pleasure"))
TABLE = "".join(f"{label}\tnumber {n} was {said}\n" for n in range(40) for label, said in SAID)
t = i18n.words("es")


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(jobs, "ENGINE", Idle())
    yield
    store.close()


def drawn(spec, rows):
    """Weights that nobody trained."""
    rng, shapes = np.random.default_rng(0), {"embed/embeddings": (rows, EMBEDDING)}
    for n in range(1, spec.layers + 1):
        many = WIDE[spec.cell] * UNITS
        shapes[f"cell_{n}/kernel"] = (EMBEDDING if n == 1 else UNITS, many)
        shapes[f"cell_{n}/recurrent_kernel"] = (UNITS, many)
        shapes[f"cell_{n}/bias"] = (2, many) if spec.cell == "gru" else (many,)
    shapes |= {"out/kernel": (UNITS, 2), "out/bias": (2,)}
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def ended(owner, **fields) -> str:
    """A run that has ended, with such weights."""
    spec = Sentiment(units=UNITS, embedding=EMBEDDING, epochs=1, **fields)
    names = labelled.NAMES
    if spec.texts in task.RULES and spec.reads == "words":
        known = opinions.words(task.RULES[spec.texts])
        words = Wording(known, len(known))
    else:
        read = [text for _, text in labelled.rows(TABLE)]
        spelled = spec.reads == "letters"
        rows = task.CHARACTERS if spelled else spec.words
        words = wording.learned(read, rows, grams=0 if spelled else spec.grams, spelled=spelled)
    if spec.texts not in task.GENERATED:
        names = ("ham", "spam")
    run = jobs.start(spec, owner)
    told = [
        Kept("wording", words.to_bytes()),
        Kept("names", json.dumps(names).encode()),
        Began("CPU", "tensorflow", 2, 1),
        Measured(1, {"accuracy": 0.5}),
    ]
    leases.finish(leases.claim(run.id), told, Ended("done", "", 1.0, 2.0), drawn(spec, len(words)))
    return run.id


def page():
    """The section alone."""
    import streamlit as st

    from rrn import jobs, measures
    from rrn.ui import xray

    measure = getattr(measures, st.session_state["measure"])
    xray.draw("xray", jobs.find(st.session_state["shown"]), measure)


def opened(theirs=False, lang="es", measure="accuracy", **fields) -> AppTest:
    """A run of this visitor's, or of somebody else's, under the X-ray."""
    mine, other = "a" * 32, "b" * 32
    at = AppTest.from_function(page, default_timeout=60)
    at.session_state["lang"], at.session_state["_owner"], at.session_state["_page"] = lang, mine, "alone"
    at.session_state["shown"], at.session_state["measure"] = ended(other if theirs else mine, **fields), measure
    at.run()
    assert not at.exception, at.exception
    return at


def found(widgets, name):
    (one,) = (each for each in widgets if (each.key or "").startswith(f"xray.{name}"))
    return one


def set_to(at, widget, value):
    widget.set_value(value).run()
    assert not at.exception, at.exception


def metrics(at) -> dict[str, str]:
    return {each.label: each.value for each in at.metric}


def says(at) -> str:
    return " ".join(each.value for each in [*at.markdown, *at.caption])


def chart(at, name):
    (one,) = (chart for chart in at.get("plotly_chart") if (chart.key or "").startswith(f"xray.{name}"))
    return one


KINDS = [
    ({"cell": "gru"}, "es"),
    ({"cell": "lstm", "layers": 2, "texts": "reviews-en"}, "en"),
    ({"cell": "rnn", "layers": 3, "reads": "letters", "longest": 120}, "es"),
    ({"cell": "gru", "texts": "messages-en", "reads": "letters", "longest": 80}, "en"),
    ({"cell": "gru", "texts": "written-es", "grams": 1000, "words": 500}, "es"),
]


@pytest.mark.parametrize(("fields", "language"), KINDS, ids=lambda each: str(each))
def test_every_view_opens_and_says_what_it_shows(fields, language):
    words = i18n.words(language)
    at = opened(lang=language, **fields)
    assert metrics(at)[words("measure_accuracy")]
    gates = () if fields["cell"] == "rnn" else ("gates", "saturation")
    views = [view for view in VIEWS if view not in ("attention", "gates", "saturation", "pace") or view in gates]
    if "layers" in fields:
        views = [view for view in VIEWS if view in [*views, "pace"]]
    assert found(at.radio, "view").options == [words(f"xray_view_{view}") for view in views]
    for view in views:
        set_to(at, found(at.radio, "view"), words(f"xray_view_{view}"))
        shown = [chart for chart in at.get("plotly_chart") if (chart.key or "").startswith(f"xray.{view}")]
        assert shown and all(chart.proto.alt and "{" not in chart.proto.alt for chart in shown), view


def test_classes_without_a_name_are_called_in_the_visitors_language():
    for language, name in (("es", "positiva"), ("en", "positive")):
        at = opened(lang=language)
        assert name in says(at) and name in chart(at, "running").proto.alt


def test_the_answer_after_every_word_ends_where_the_answer_is():
    at = opened()
    positive = float(chart(at, "running").proto.alt.removesuffix(".").rsplit(" ", 1)[1].replace(",", "."))
    said, share = metrics(at)[t("xray_answer")].split("» ")
    last = positive if "positiva" in said else 1 - positive
    assert share == plain(probability_among(last))


@pytest.mark.parametrize("measure", ["accuracy", "ordered", "flips", "f1"])
def test_an_operation_changes_what_is_measured_and_both_lines_are_drawn(measure):
    at = opened(measure=measure)
    before = metrics(at)
    wanted = {"accuracy", "ordered", measure} - {"flips"}  # which is measured of pairs of texts
    assert set(before) == {t("xray_answer"), *(t(f"measure_{name}") for name in wanted)}
    set_to(at, found(at.select_slider, "force.z"), 1.0)
    assert metrics(at)[t("xray_answer")] != before[t("xray_answer")]
    assert sum(each.value.startswith("sin tocar") for each in at.caption) == len(before)
    assert len(json.loads(chart(at, "running").proto.spec)["data"]) == 2
    for view in ("gradient", "inputs", "units"):
        set_to(at, found(at.radio, "view"), t(f"xray_view_{view}"))


def test_what_is_typed_is_read_and_answered_also_words_that_nobody_knows():
    at = opened()
    set_to(at, found(at.radio, "source"), t("xray_source_typed"))
    set_to(at, found(at.text_area, "typed"), "la comida NO es rica <b> 🙂\ufe0f, ¿y el dragón?")
    assert not at.error and t("xray_right_unknown") in says(at)
    set_to(at, found(at.radio, "view"), t("xray_view_inputs"))
    read = json.loads(chart(at, "inputs").proto.spec)["data"][0]["customdata"]
    assert read == ["la", "comida", "NO", "es", "rica", "<", "b", ">", "🙂", ",", "¿", "y", "el", "dragón", "?"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "nada que leer"),
        (" \n\t\u200b\ufe0f", "nada que leer"),
        ("no " * 18, str(opinions.LONGEST["es"])),
        ("x", None),
    ],
)
def test_what_cannot_be_read_is_one_sentence(typed, said):
    at = opened()
    set_to(at, found(at.radio, "source"), t("xray_source_typed"))
    set_to(at, found(at.text_area, "typed"), typed)
    assert [said] * (said is not None) == [said for each in at.error if said in each.value]
    for view in VIEWS if said is None else ():  # a single word
        if view not in ("attention", "pace"):
            set_to(at, found(at.radio, "view"), t(f"xray_view_{view}"))


def test_of_somebody_else_s_table_nothing_is_read_but_what_is_typed():
    sha = store.put(TABLE.encode(), "b" * 32)
    at = opened(theirs=True, texts=sha, lines=TABLE.count("\n"))
    assert not [each for each in at.radio if "source" in each.key] and t("xray_only_typed_texts") in says(at)
    assert list(metrics(at)) == [t("xray_answer")]
    assert not {"bargain", "pleasure"} & set(says(at).split())
    set_to(at, found(at.text_area, "typed"), "this was a bargain")
    assert not at.error


def test_its_owner_reads_what_was_held_out_of_it_and_its_classes_are_called_as_there():
    sha = store.put(TABLE.encode(), "a" * 32)
    at = opened(texts=sha, lines=TABLE.count("\n"), measure="f1")
    assert found(at.radio, "source") and t("measure_f1") in metrics(at) and t("measure_ordered") not in metrics(at)
    assert "spam" in metrics(at)[t("xray_answer")] or "ham" in metrics(at)[t("xray_answer")]
