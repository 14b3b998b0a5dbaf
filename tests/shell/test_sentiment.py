"""sentiment: a word for every line, whatever stands in it."""

import io
import json
import sys
import time
from types import SimpleNamespace

import numpy as np
import pytest

from rrn import jobs
from rrn.events import Ended, Measured
from rrn.shell import sentiment
from rrn.shell.commands import run
from rrn.spec import Refused
from rrn.tasks.sentiment import Judge, Sentiment
from tests.shell.said import in_locale, refused_in_one_line, trained

LINE = ["sentiment", "--lang", "es"]
NOTHING = ["", " \t ", "\u200b\u200d\ufeff\u2060", "\x01\x1b", "\u3000\u2028"]
ODD = [
    "😀 🙂  👩\u200d🚀",
    "…¿?",
    "مرحبا بالعالم",
    "<script>alert('buenísimo')</script>",
    "bueno\u2028malo",
    "malo\x1b[31m bueno",
    "日本語",
    "z͑ͫ̓ͪ̂ͫ̽͏̴̙",
    "a" * 3000,
    "1️⃣",
    "The food was cold and it was not good",
    "100 %",
]


@pytest.fixture(autouse=True)
def english(monkeypatch):
    in_locale(monkeypatch, "en_GB.UTF-8")


def typed(monkeypatch, data: bytes, *line: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    return run([*LINE, *line])


@pytest.fixture
def asked(monkeypatch):
    """The batches that were sent to a network that needs no time and likes what is long; `asked.says` changes that."""
    names = ["-", "+"]
    found = SimpleNamespace(batches=[], says={}, names=names, spec=Sentiment(), weights_saved=True, runs=[])
    found.kept = lambda name: json.dumps(found.names).encode() if name == "names" else b""

    def ask(question, *, run, data, patient):
        assert patient and isinstance(question, Judge)
        found.runs.append(run)
        found.batches.append(data.decode().split("\n"))
        for n, line in enumerate(found.batches[-1]):
            values = {"positive": 1 - 0.5 ** len(line.split()), "bag": 0.25, "known": 1.0, "words": 3.0, "parts": 1.0}
            yield Measured(n, values | {"foreign": 0.0} | found.says.get(line, {}))
        yield Ended("done")

    monkeypatch.setattr(jobs, "ask", ask)
    monkeypatch.setattr(sentiment, "admitted", lambda kind, name, given: (Judge(), found))
    return found


def test_a_word_is_told_with_its_own_probability(asked, monkeypatch, capsys):
    asked.says = {"No.": {"positive": 0.0269}, "Meh.": {"positive": 0.4999}, "Ni fu ni fa": {"positive": 0.5}}
    assert typed(monkeypatch, b"Muy rica la sopa\nNo.\nMeh.\nNi fu ni fa") == 0
    assert capsys.readouterr() == ("positive\t0.9375\nnegative\t0.9731\nnegative\t0.5001\npositive\t0.5000\n", "")


def test_ten_thousand_lines_come_back_in_order_in_batches_and_at_once(asked, monkeypatch, capsys):
    lines = [f"frase {n}" for n in range(10_000)]
    asked.says = {f"frase {n}": {"positive": n / 10_000} for n in range(10_000)}
    began = time.process_time()
    assert typed(monkeypatch, "\n".join(lines).encode(), "--json") == 0
    spent = time.process_time() - began
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["text"] for answer in answers] == lines
    assert [answer["positive"] for answer in answers] == [n / 10_000 for n in range(10_000)]
    assert max(map(len, asked.batches)) == sentiment.BATCH and sum(map(len, asked.batches)) == 10_000
    assert spent < 5  # what the shell does of it leaves room for the network


def test_where_there_is_nothing_to_see_nothing_is_said(asked, monkeypatch, capsys):
    lines = [*NOTHING, "fin", "", "🙂", ""]
    assert typed(monkeypatch, "\n".join(lines).encode()) == 0
    out, _ = capsys.readouterr()
    assert out.split("\n") == [*[""] * len(NOTHING), "positive\t0.5000", "", "positive\t0.5000", ""]
    assert asked.batches == [["fin", "🙂"]]


def test_nothing_that_comes_in_gives_nothing(asked, monkeypatch, capsys):
    assert typed(monkeypatch, b"") == 0
    monkeypatch.setattr(sys, "stdin", None)
    assert run(LINE) == 0
    assert capsys.readouterr() == ("", "") and not asked.batches


def test_what_is_not_utf_8_ends_in_one_sentence_after_the_lines_before_it(asked, monkeypatch, capsys):
    assert typed(monkeypatch, b"\xef\xbb\xbfuno dos\r\n\r\ntres\na\xf1o\nmil\n") == 2
    out, err = capsys.readouterr()
    assert out == "positive\t0.7500\n\npositive\t0.5000\n"
    assert err == "Line 4 is not UTF-8. Save the text as UTF-8 and try again.\n"
    assert asked.batches == [["uno dos", "tres"]]


def test_what_is_there_is_answered_before_more_is_read(asked, monkeypatch, capsys):
    seen = []

    class Talk(io.RawIOBase):
        coming = [b"uno\nd", b"os dos\n", b""]

        def read1(self, _):
            seen.append(capsys.readouterr().out)
            return self.coming.pop(0)

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=Talk()))
    assert run(LINE) == 0
    assert [*seen, capsys.readouterr().out] == ["", "positive\t0.5000\n", "positive\t0.7500\n", ""]


def test_json_tells_all_that_is_known_of_a_line(asked, monkeypatch, capsys):
    asked.says = {"bad": {"positive": 0.25, "words": 1.0, "known": 0.5, "parts": 2.0, "foreign": 1.0}}
    assert typed(monkeypatch, "la niña\nbad\n\n \n".encode(), "--json") == 0
    one, two, *nothing = map(json.loads, capsys.readouterr().out.splitlines())
    assert one == {"text": "la niña", "label": "positive", "probability": 0.75, "positive": 0.75, "bag": 0.25,
                   "known": 1.0, "words": 3, "parts": 1, "foreign": False}  # fmt: skip
    assert two == {"text": "bad", "label": "negative", "probability": 0.75, "positive": 0.25, "bag": 0.25,
                   "known": 0.5, "words": 1, "parts": 2, "foreign": True}  # fmt: skip
    for text, answer in zip(("", " "), nothing, strict=True):
        assert answer.pop("text") == text and set(answer) == set(one) - {"text"} and not any(answer.values())


@pytest.mark.parametrize(
    ("names", "called"), [(["ham", "spam"], "ham spam"), (["0", "1"], "0 1"), (["ñ\x1b", "+"], "ñ +")]
)
def test_classes_with_names_of_their_own_are_called_by_them(names, called, asked, monkeypatch, capsys):
    asked.names = names
    asked.says = {"no": {"positive": 0.25}}
    assert typed(monkeypatch, b"no\nuno dos\n") == 0
    negative, positive = called.split()
    assert capsys.readouterr().out == f"{negative}\t0.7500\n{positive}\t0.7500\n"


@pytest.mark.parametrize("language", ["es_ES", "en_US"])
def test_a_doubt_is_one_sentence_with_the_number_of_the_line(language, asked, monkeypatch, capsys):
    in_locale(monkeypatch, language)
    asked.says = {
        "...": {"positive": 0.5, "words": 0.0, "known": 0.0},
        "🙂": {"positive": 0.5, "words": 1.0, "known": 0.0},
        "it is the best": {"known": 0.1, "foreign": 1.0},
        "xyz plugh foo": {"known": 0.33},
        "uno de tres": {"known": 1 / 3},
    }
    assert typed(monkeypatch, "\n".join(["bien", *asked.says, ""]).encode()) == 0
    err = capsys.readouterr().err.splitlines()
    assert len(err) == 4
    if language == "es_ES":
        assert [line.split(";")[0] for line in err] == [
            "En la línea 2 no hay palabras por las que juzgar",
            "En la línea 3 no hay palabras por las que juzgar",
            "La línea 4 parece estar en otro idioma que el del modelo",
            "En la línea 5 el modelo no conoce casi ninguna palabra",
        ]
    else:
        assert [line[:6] for line in err] == [f"Line {n}" for n in (2, 3, 4, 5)]
        assert "words to judge" in err[0] and "language" in err[2] and "knows" in err[3]


def test_the_language_names_the_model(asked, monkeypatch, capsys):
    assert typed(monkeypatch, b"hola\n") == 0
    assert typed(monkeypatch, b"hola\n", "--model", "mine") == 0
    asked.spec = Sentiment(texts="reviews-en")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"hi\n")))
    assert run(["sentiment", "--lang", "en"]) == 0
    assert asked.runs == ["critic-es", "mine", "critic-en"]


def test_a_model_of_another_language_or_without_weights_is_refused(asked, monkeypatch, capsys):
    asked.weights_saved = False
    assert typed(monkeypatch, b"hola\n") == 2
    asked.spec = Sentiment(texts="reviews-en")
    assert typed(monkeypatch, b"hola\n", "--model", "mine") == 2
    none, other = capsys.readouterr().err.splitlines()
    assert "model" in none
    assert other == '"mine" reads en: use --lang en or choose another model.'


def test_an_answer_that_breaks_off_is_said_in_one_sentence(asked, monkeypatch, capsys):
    whole = jobs.ask

    def broken(*given, **more):
        yield next(whole(*given, **more))
        raise Refused("answer_lost")

    monkeypatch.setattr(jobs, "ask", broken)
    assert typed(monkeypatch, b"uno\ndos\n") == 1
    out, err = capsys.readouterr()
    assert out == "positive\t0.5000\n" and len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "line",
    [
        "",
        "--lang",
        "--lang fr",
        "--lang es-ES",
        "--lang es",
        "--lang en",
        "--lang es --model nobody",
        "--lang es --model ../../etc/passwd",
        "--lang es --model 0123456789abcdef0123456789abcdef",
        "--lang es --model reader",
        "--lang es --seed 1",
        "--lang es text.txt",
    ],
)
@pytest.mark.parametrize("language", ["es_ES", "en_US"])
def test_bad_input_is_one_line_and_code_2(line, language, tmp_path, monkeypatch, capsys):
    refused_in_one_line(["sentiment", *line.split()], language, tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The id of a run that has learned a little, in a data folder of its own."""
    small = "sentiment --texts reviews-es --units 8 --embedding 8 --epochs 2 --batch 16 --rate 0.01"
    with trained(tmp_path_factory.mktemp("tiny"), small) as id:
        yield id


@pytest.mark.keras
def test_a_network_answers_every_line_whatever_stands_in_it(tiny, monkeypatch, capsys):
    from rrn.data import opinions

    reviews = opinions.unseen("es", 40, 0)
    five_thousand = " ".join(["la comida es buena ."] * 1000)
    lines = [*(one.text for one in reviews), *NOTHING, *ODD, five_thousand]
    found = []
    for extra in ([], ["--json"]):
        assert typed(monkeypatch, "\n".join(lines).encode(), "--model", tiny, *extra) == 0
        out, err = capsys.readouterr()
        found.append(out.split("\n"))
        assert "Traceback" not in err
    plain, records = found[0][:-1], [json.loads(line) for line in found[1][:-1]]
    assert [record["text"] for record in records] == lines
    for line, record in zip(plain, records, strict=True):
        if record["text"] in NOTHING:
            assert line == "" and record["label"] is None
        else:
            assert line == f"{record['label']}\t{record['probability']:.4f}"
            assert record["label"] in sentiment.CALLED and 0.5 <= record["probability"] <= 1
    right = [(record["label"] == "positive") == one.positive for one, record in zip(reviews, records, strict=False)]
    assert np.mean(right) > 0.6
    assert records[-1]["words"] == 5000 and records[-1]["parts"] > 1
    english = records[-3]
    assert english["foreign"] and f"Line {len(lines) - 2} looks like another language" in err
