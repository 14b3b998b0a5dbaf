"""Translating on the page, without a worker: what is shown of an answer, and what of a question that fails."""

import csv
import io
import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, jobs, shipped, store
from rrn.data import phrases
from rrn.events import Began, Captured, Ended, Kept, Listed, Measured, Wrote
from rrn.spec import Refused
from rrn.tasks.translation import Grow, Translate, Translation
from rrn.ui import menu, models, translating
from tests.ui.idle import Idle

MAIN = menu.PAGES.parent / "rrn" / "ui" / "main.py"
PAGE = menu.PAGES / "5-aplicaciones" / "5-2-traduccion.py"
KEY = "5-2-traduccion.translate.translating"
SPEC = Translation(pairs="numbers", units=8, embedding=4, epochs=2)
SOURCE, TARGET = phrases.vocabularies("numbers", "es-en")
U, E = 8, 4
SHAPES = {"embed/embeddings": (len(SOURCE), E), "embed_target/embeddings": (len(TARGET), E)}
for layer in ("cell_1", "cell_1_back", "decoder_1"):
    SHAPES |= {f"{layer}/kernel": (E, 3 * U), f"{layer}/recurrent_kernel": (U, 3 * U), f"{layer}/bias": (2, 3 * U)}
SHAPES |= {"attention/kernel": (U, U), "combine/kernel": (2 * U, E), "combine/bias": (E,)}
READ, WRITTEN = ("ochenta", "y", "dos", "⊣"), ("8", "2", "⊣")
WEIGHTS = np.array([[0.9, 0.1, 0, 0], [0, 0.2, 0.8, 0], [0, 0, 0, 1]], np.float32)
t = i18n.words("es")


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(jobs, "ENGINE", Idle())
    rng = np.random.default_rng(0)
    weights = {name: rng.normal(size=shape).astype(np.float32) / 3 for name, shape in SHAPES.items()}
    kept = {"source": SOURCE.to_bytes(), "target": TARGET.to_bytes()}
    told = [
        *(Kept(name, data) for name, data in kept.items()),
        Measured(0, {"exact/word_by_word": 0.1, "aligned/diagonal": 0.3}),
        Began("CPU", "tensorflow", 2, 999),
        Measured(2, {"exact": 0.75, "aligned": 0.5}),
        Captured(2, "exact_by_size", ("size",), np.array([np.nan, 1.0, 0.5])),
        Ended("done", "", 1, 2),
    ]
    shipped.write("translation", SPEC, told, weights, kept)
    yield
    store.close()


def tree(begun: str):
    """What a beam of two tells: "8 2" wins over "8 3"."""
    yield Listed(0, "read", READ)
    yield Measured(0, {"begun": float(len(begun.split()))})
    for step, (words, parents, scores) in enumerate(
        ((("8", "9"), (0, 0), (-0.1, -3)), (("2", "3"), (0, 0), (-0.2, -2)), (("⊣", "⊣"), (0, 1), (-0.3, -2.5)))
    ):
        yield Listed(step, "word", words)
        yield Captured(step, "parent", ("beam",), np.array(parents))
        yield Captured(step, "score", ("beam",), np.array(scores))
    for rank, (text, score) in enumerate((("82", -0.3), ("83", -2.5))):
        yield Wrote(rank, text)
        yield Measured(rank, {"score": score, "ranked": score / 1.3, "ended": 1.0})
    yield Listed(0, "written", WRITTEN)
    yield Captured(0, "attention", ("written", "read"), WEIGHTS)


@pytest.fixture
def asked(monkeypatch):
    """The questions that were asked, each with its data."""
    heard = []

    def ask(question, *, run, data=b""):
        heard.append((question, data.decode()))
        if isinstance(question, Grow):
            yield from tree(json.loads(data)[1])
            return
        strange = "xyz" in data.decode()
        copied = not any(map(str.isalnum, data.decode()))
        yield Wrote(0, data.decode() if copied else "82")
        if not copied:
            yield Listed(0, "read", tuple([*data.decode().split(), "⊣"]))
        yield Measured(0, {"score": -0.3, "parts": 1.0 + data.decode().count("/"), "strange": 0.0})
        yield Listed(0, "copied", tuple(word for word in data.decode().split() if "🙂" in word))
        yield Listed(0, "unknown", tuple(word for word in data.decode().split() if "xyz" in word) if strange else ())

    monkeypatch.setattr(jobs, "ask", ask)
    return heard


def opened(**address) -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=60)
    at.query_params.update(address)
    at.run()
    return at.switch_page(str(PAGE)).run()


def says(at, words: str) -> bool:
    found = [e.value for kind in ("markdown", "caption", "warning", "error") for e in at.get(kind)]
    return any(words in str(value) for value in found)


def box(at, name: str):
    return next(e for e in (*at.text_area, *at.text_input) if e.key == f"{KEY}.line.numbers.es-en{name}")


def test_a_sentence_is_translated_with_its_tree_and_its_attention(asked):
    at = opened()
    assert not at.exception and not says(at, "broke")
    assert "82" in [code.value for code in at.code]
    assert [type(question) for question, _ in asked] == [Translate, Grow]
    charts = {chart.key for chart in at.get("plotly_chart")}
    assert {f"{KEY}.tree", f"{KEY}.attention"} <= charts
    assert says(at, "| 2 | `83` |")


def test_what_did_not_change_is_not_asked_again(asked):
    at = opened()
    at.run()
    assert len(asked) == 2
    box(at, "").set_value("noventa y tres").run()
    assert len(asked) == 4 and asked[2][1] == "noventa y tres"


def test_a_beginning_is_carried_on_from(asked):
    at = opened()
    chosen = next(e for e in at.selectbox if e.label == t("translating_take"))
    assert chosen.options == ["8", "9", "82", "83"]
    chosen.set_value("83").run()
    assert json.loads(asked[-1][1])[1] == "83" and box(at, ".begun").value == "83"


@pytest.mark.parametrize(("line", "shown"), [("dos/ mil/", "82"), ("🙂", "🙂"), ("dos " * 130, "82")])
def test_where_no_tree_is_shown_the_translation_is_whatever_it_should_begin_with(asked, line, shown):
    at = opened()
    box(at, ".begun").set_value("8")
    box(at, "").set_value(line).run()
    assert not at.exception and shown in [code.value for code in at.code]
    assert type(asked[-1][0]) is Translate
    assert f"{KEY}.tree" not in {chart.key for chart in at.get("plotly_chart")}


def test_a_beginning_that_is_taken_up_goes_on_inside_a_word():
    table, rules = Translation(pairs="0" * 64), Translation(pairs="numbers")
    assert translating.beginning(table, "", ["▁the", "▁ca", "t", "⊣"]) == "the cat"
    assert translating.beginning(table, "the ca", ["t", "▁eats"]) == "the cat eats"
    assert (
        translating.beginning(rules, "8", ["2", "⊣"]) == "8 2" and translating.beginning(rules, "", ["8", "2"]) == "82"
    )


def test_unknown_words_are_named_and_known_ones_shown(asked):
    at = opened()
    box(at, "").set_value("xyz dos").run()
    assert says(at, t("translating_unknown", words="xyz"))
    assert any("ochenta" in caption.value for caption in at.caption)


def test_words_that_were_typed_are_never_markdown(asked):
    at = opened()
    box(at, "").set_value("![xyz](https://example.org/x.png) :red[🙂]").run()
    for words in ("![xyz]", ":red["):
        assert not says(at, words)
    assert says(at, "xyz") and says(at, "🙂")


def test_an_unknown_word_stands_beside_the_matrix_as_it_was_typed():
    told = [Listed(0, "unknown", ("xyz", "w" * 40)), Measured(0, {"parts": 1.0})]
    answer = translating.Said((), told, [Listed(0, "read", ("�", "y", "�", "⊣"))])
    assert translating._read(answer) == ("xyz", "y", "w" * 15 + "…", "⊣")


def test_a_beginning_that_cannot_be_written_is_named(asked):
    at = opened()
    box(at, ".begun").set_value("8x").run()
    assert says(at, t("translating_unwritten", words="x"))


@pytest.mark.parametrize(
    "pairs, line, read",
    [
        ("grammar", "El perro  ve la casa.", "El perro ve la casa"),
        ("dialogue", "Me llamo Ana. ¿Cómo me llamo?", "Me llamo Ana . ¿ Cómo me llamo ?"),
        ("copy", " a b ", "a b"),
    ],
)
def test_marks_are_read_apart_or_not_at_all(pairs, line, read):
    assert translating.typed(Translation(pairs=pairs), line) == read


@pytest.mark.parametrize(("times", "far"), [(1, None), (2, None), (3, (39, 13)), (40, (520, 13))])
def test_a_line_far_longer_than_what_was_learned_from_is_called_so(times, far):
    assert phrases.longest("grammar", "es-en") == 14
    spec = Translation(pairs="grammar")
    assert translating.far_longer(spec, " ".join(["perro"] * 13 * times)) == far
    letters = Translation(pairs="reversal")
    assert translating.far_longer(letters, "12345678") is None
    assert translating.far_longer(letters, "1" * 17) == (17, 8)
    assert translating.far_longer(Translation(pairs="0" * 64, lines=50), "la casa " * 300) is None


def test_the_page_says_that_a_line_is_far_longer(asked):
    at = opened()
    box(at, "").set_value("dos " * 13).run()
    assert says(at, t("translating_far", n=13, most=phrases.longest("numbers", "es-en") - 1))
    box(at, "").set_value("dos mil").run()
    assert not says(at, t("translating_far", n=2, most=phrases.longest("numbers", "es-en") - 1)[:30])


def test_only_real_sentences_keep_their_marks_at_their_words():
    assert translating.typed(Translation(pairs="0" * 64, lines=50), "No, gracias.") == "No, gracias."


def test_a_talk_is_no_job_for_the_network_that_translates(monkeypatch):
    monkeypatch.setattr(models.shown, "strong", lambda *_: [])
    assert list(models.offered(None, Translation, "translation")) == ["example"]
    assert not models.offered(None, Translation, "translation", allowed=lambda spec: spec.pairs == "dialogue")


def test_an_empty_line_asks_nothing(asked):
    at = opened()
    box(at, "").set_value("   ").run()
    assert len(asked) == 2 and says(at, t("translating_empty"))


def test_a_question_that_fails_is_one_sentence_and_the_line_stays(monkeypatch):
    def ask(*_, **__):
        raise Refused("no_answer")
        yield

    monkeypatch.setattr(jobs, "ask", ask)
    at = opened()
    assert says(at, t("refused_no_answer")) and box(at, "").value


@pytest.mark.parametrize("name", phrases.NAMES)
@pytest.mark.parametrize("direction", ["es-en", "en-es"])
def test_the_sentence_to_begin_with_is_known_and_of_a_size_that_was_learned(name, direction):
    line = translating.example(Translation(pairs=name, direction=direction))
    source, _ = phrases.vocabularies(name, direction)
    ids = source.encode(line)
    assert 3 not in ids and 1 < len(ids) <= phrases.longest(name, direction)


def test_the_matrix_is_a_table_for_a_spreadsheet():
    rows = list(csv.reader(io.StringIO(translating.table(WEIGHTS, READ, WRITTEN).decode("utf-8-sig"))))
    assert rows[0] == ["", *READ] and rows[1][0] == "8" and float(rows[1][1]) == pytest.approx(0.9)


def test_no_cell_of_that_table_is_a_formula():
    read, written = ("=a", "+", "1+2", "⊣"), ("-1.5", "@x", "⊣")
    rows = list(csv.reader(io.StringIO(translating.table(WEIGHTS, read, written).decode("utf-8-sig"))))
    assert rows[0] == ["", "'=a", "'+", "1+2", "⊣"] and [row[0] for row in rows[1:]] == ["-1.5", "'@x", "⊣"]
