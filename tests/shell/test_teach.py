"""The command that makes strong models of sentiment: what is learned from, and what is measured on."""

import json

import numpy as np
import pytest

from rrn import shipped, store
from rrn.data import labelled
from rrn.data.labelled import split
from rrn.shell import teach
from rrn.shell.commands import run
from rrn.tasks.sentiment import Sentiment

SPEC = Sentiment(hold_out=0.2)
ROWS = [("film", f"doc-{n % 40}", round(-4 + 8 * ((n * 7) % 100) / 99, 3), f"opinion {n} of many") for n in range(400)]
RATED = "".join("\t".join(map(str, row)) + "\n" for row in ROWS)
PAIRS = "".join(f"Sentence {n % 500}.\tFrase {n}.\n" for n in range(600)) + f"{'long ' * 30}\tlarga\n"


def test_a_rating_is_a_share_and_those_near_the_middle_are_not_measured_on():
    seen, table, near = teach.rated(RATED, SPEC)
    rows = labelled.labelled(labelled.rows(table))
    rating = {text: value for _, _, value, text in ROWS}
    for one in rows:
        assert abs(rating[one.text]) >= teach.CLEAR - 0.01
        assert one.share == pytest.approx(1 / (1 + np.exp(-teach.STEEP * rating[one.text])), abs=1e-3)
    unclear = [text for _, text in labelled.rows(near)]
    assert unclear and all(abs(rating[text]) < teach.CLEAR for text in unclear)


def test_nothing_of_a_held_out_document_is_learned_from():
    seen, table, near = teach.rated(RATED, SPEC)
    whose = {text: document for _, document, _, text in ROWS}
    rows = labelled.labelled(labelled.rows(table))
    _, held = split(rows, SPEC.hold_out, SPEC.seed, labelled.documents(table))
    held_documents = {whose[one.text] for one in held}
    assert held and not held_documents & {whose[one.text] for one in seen}
    assert not held_documents & {whose[text] for _, text in labelled.rows(near)}


def test_sentences_are_those_of_the_language_each_once_and_none_too_long(monkeypatch):
    english, spanish = (teach.sentences(PAIRS, language) for language in ("en", "es"))
    assert len(english) == 500 and english[0] == "Sentence 0."
    assert spanish[-1] == "larga" and len(spanish) == 601
    monkeypatch.setattr(teach, "SENTENCES", 10)
    assert len(teach.sentences(PAIRS, "en")) == 10


def test_english_without_ratings_and_an_unknown_language_are_refused(tmp_path, capsys):
    path = tmp_path / "pairs.tsv"
    path.write_text(PAIRS, "utf-8")
    assert run(["teach", "--lang", "en", "--pairs", str(path), "--as", "x"]) == 2
    assert "--ratings" in capsys.readouterr().err
    assert run(["teach", "--lang", "fr", "--pairs", str(path), "--as", "x"]) == 2


def test_a_name_that_cannot_be_shipped_is_refused_before_anything_is_learned(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(teach, "finished", lambda spec: pytest.fail("trained"))
    path = tmp_path / "pairs.tsv"
    path.write_text(PAIRS, "utf-8")
    assert run(["teach", "--lang", "es", "--pairs", str(path), "--as", "../x"]) == 2
    assert "../x" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ratings", "pairs"),
    [
        (b"film\tdoc\tbad\ttext\n", b"A.\tB.\n"),
        (b"film\tdoc\t1e9\ttext\n", b"A.\tB.\n"),
        (b"only two\tcolumns\n", b"A.\tB.\n"),
        (b"\xff\xfe\x00", b"A.\tB.\n"),
        (RATED.encode(), b"\xff"),
        (RATED.encode(), b"\tx\n"),
    ],
    ids=["no number", "too large", "two columns", "no text", "no UTF-8", "no sentence"],
)
def test_a_table_of_another_kind_is_one_sentence(ratings, pairs, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    files = [tmp_path / "ratings.tsv", tmp_path / "pairs.tsv"]
    for path, data in zip(files, (ratings, pairs), strict=True):
        path.write_bytes(data)
    assert run(["teach", "--lang", "en", "--ratings", str(files[0]), "--pairs", str(files[1]), "--as", "x"]) == 2
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1 and ".tsv" in err
    store.close()


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.timeout(600)
def test_teachers_then_the_model_that_ships(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    tiny = dict(units=8, embedding=8, words=500, grams=1000, epochs=1)
    monkeypatch.setattr(teach, "STUDENT", teach.STUDENT | tiny)
    ratings, pairs = tmp_path / "ratings.tsv", tmp_path / "pairs.tsv"
    ratings.write_text(RATED, "utf-8")
    pairs.write_text(PAIRS, "utf-8")
    line = ["teach", "--lang", "en", "--ratings", str(ratings), "--pairs", str(pairs), "--teachers", "1"]
    assert run([*line, "--as", "critic-xx"]) == 0
    model = shipped.open("critic-xx")
    assert model.spec.more == 500 + len(labelled.rows(teach.rated(RATED, model.spec)[2]))
    assert json.loads(model.kept("names")) == ["-", "+"]
    assert "ratings.tsv" in (tmp_path / "models" / "critic-xx" / "card.md").read_text("utf-8")
    store.close()
