"""translate: a line for every line, whatever stands in it."""

import io
import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from rrn import jobs, store
from rrn.events import Captured, Ended, Listed, Measured, Wrote
from rrn.shell import translate
from rrn.shell.commands import run
from rrn.spec import Refused
from rrn.tasks.translation import Translate, Translation
from tests.shell.said import in_locale, refused_in_one_line, trained

LINE = ["translate", "--from", "es", "--to", "en"]
ODD = {
    "": "",
    " \t ": "",
    "\u200b\u200d\ufeff\u2060": "",
    "\x01\x1b": "",
    "😀 🙂  👩\u200d🚀": "😀 🙂  👩\u200d🚀",
    "…¿?": "…¿?",
}
WORDS = [
    "مرحبا بالعالم",
    "<script>alert('dos')</script>",
    "DOS mil CUATRO",
    "dos\u2028mil",
    "mil\x1b[31m uno",
    "日本語",
    "z͑ͫ̓ͪ̂ͫ̽͏̴̙",
    "a" * 3000,
    "1️⃣",
]


@pytest.fixture(autouse=True)
def english(monkeypatch):
    in_locale(monkeypatch, "en_GB.UTF-8")


def typed(monkeypatch, data: bytes, *line: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    return run([*LINE, *line])


def said(n: int, line: str, *, text: str | None = None, parts=1, strange=False, unknown=()):
    """The events that come of a line: translated into capitals, with the last word copied."""
    yield Wrote(n, line.upper() if text is None else text)
    if parts == 1:
        yield Listed(n, "read", (*line.split(), "⊣"))
        yield Listed(n, "written", (*line.upper().split(), "⊣"))
        size = len(line.split()) + 1
        yield Captured(n, "attention", ("written", "read"), np.full((size, size), 1 / 3, np.float32))
    yield Measured(n, {"score": -1.5, "parts": float(parts), "strange": float(strange)})
    yield Listed(n, "copied", tuple(line.split()[-1:]))
    yield Listed(n, "unknown", tuple(unknown))


@pytest.fixture
def asked(monkeypatch):
    """The batches that were sent to a network that needs no time; `asked.says` may change what comes of a line."""
    batches: list[list[str]] = []
    found = SimpleNamespace(batches=batches, says={}, spec=Translation(direction="es-en"), weights_saved=True)

    def ask(question, *, run, data, patient):
        assert patient and isinstance(question, Translate)
        batches.append(data.decode().split("\n"))
        for n, line in enumerate(batches[-1]):
            yield from said(n, line, **found.says.get(line, {}))
        yield Ended("done")

    monkeypatch.setattr(jobs, "ask", ask)
    monkeypatch.setattr(translate, "admitted", lambda kind, name, given: (Translate(), found))
    return found


def test_a_thousand_lines_come_back_in_order_and_in_batches(asked, monkeypatch, capsys):
    lines = [f"frase {n}" for n in range(1000)]
    assert typed(monkeypatch, "\n".join(lines).encode()) == 0
    assert capsys.readouterr().out.splitlines() == [line.upper() for line in lines]
    assert max(map(len, asked.batches)) == translate.BATCH and sum(map(len, asked.batches)) == 1000


def test_marks_of_windows_and_nulls_are_taken_off(asked, monkeypatch, capsys):
    assert typed(monkeypatch, b"\xef\xbb\xbfho\0la\r\n\r\nadi\xc3\xb3s\r\n") == 0
    assert capsys.readouterr() == ("HOLA\n\nADIÓS\n", "")
    assert asked.batches == [["hola", "adiós"]]


def test_nothing_that_comes_in_gives_nothing(asked, monkeypatch, capsys):
    assert typed(monkeypatch, b"") == 0
    monkeypatch.setattr(sys, "stdin", None)
    assert run(LINE) == 0
    assert capsys.readouterr() == ("", "")


def test_what_has_no_letters_stays_as_it_is_and_what_cannot_be_seen_is_empty(asked, monkeypatch, capsys):
    assert typed(monkeypatch, "\n".join([*ODD, "fin"]).encode()) == 0
    assert capsys.readouterr().out.split("\n")[:-1] == [*ODD.values(), "FIN"]
    assert asked.batches == [["fin"]]


@pytest.mark.parametrize("bad", ["año\n".encode("latin-1"), "hola\n".encode("utf-16"), b"\x89PNG\r\n", b"\xed\xa0\xbd"])
def test_what_is_not_utf_8_ends_in_one_sentence_after_the_lines_before_it(bad, asked, monkeypatch, capsys):
    assert typed(monkeypatch, b"uno\ndos\n" + bad) == 2
    out, err = capsys.readouterr()
    assert out == "UNO\nDOS\n"
    assert err == "Line 3 is not UTF-8. Save the text as UTF-8 and try again.\n"


def test_a_line_without_end_is_refused_before_it_fills_the_memory(asked, monkeypatch, capsys):
    stream = io.BytesIO(b"uno\n" + bytes(5_000_000))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
    assert run(LINE) == 2
    out, err = capsys.readouterr()
    assert out == "UNO\n" and len(err.splitlines()) == 1
    assert stream.tell() < 1_200_000


def test_what_is_there_is_answered_before_more_is_read(asked, monkeypatch, capsys):
    seen = []

    class Talk(io.RawIOBase):
        coming = [b"uno\nd", b"os\n", b"tres", b""]

        def read1(self, _):
            seen.append(capsys.readouterr().out)
            return self.coming.pop(0)

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=Talk()))
    assert run(LINE) == 0
    assert [*seen, capsys.readouterr().out] == ["", "UNO\n", "DOS\n", "", "TRES\n"]


def test_a_line_stays_one_line_whatever_the_network_writes(asked, monkeypatch, capsys):
    asked.says = {"uno": {"text": "o\nne\0\x1b\u2028!"}, "dos": {"text": ""}, "tres": {"text": "\n\u200b"}}
    assert typed(monkeypatch, b"uno\ndos\ntres\n") == 0
    out, err = capsys.readouterr()
    assert out == "o ne !\ndos\ntres\n"
    assert [line.split(":")[0] for line in err.splitlines()] == [
        f"For line {n} the network wrote nothing; it stays as it was." for n in (2, 3)
    ]


def test_json_tells_what_came_of_a_line(asked, monkeypatch, capsys):
    asked.says = {"Hola. Adiós.": {"parts": 2}, "bonjour": {"strange": True}}
    assert typed(monkeypatch, "el perro\nHola. Adiós.\n\n🙂\nbonjour\n".encode(), "--json") == 0
    one, two, empty, smile, strange = map(json.loads, capsys.readouterr().out.splitlines())
    assert one == {
        "source": "el perro",
        "translation": "EL PERRO",
        "score": -1.5,
        "tokens_read": ["el", "perro", "⊣"],
        "tokens_written": ["EL", "PERRO", "⊣"],
        "attention": [[0.3333] * 3] * 3,
        "copied": ["perro"],
        "strange": False,
    }
    assert two["translation"] == "HOLA. ADIÓS."
    assert two["attention"] is two["tokens_read"] is two["tokens_written"] is None
    assert empty["translation"] == "" and empty["copied"] == []
    assert smile["translation"] == "🙂" and smile["copied"] == ["🙂"] and smile["score"] == 0
    assert strange["strange"] is True


@pytest.mark.parametrize("language", ["es_ES", "en_US"])
def test_a_notice_is_one_sentence_in_the_language_of_the_locale(language, asked, monkeypatch, capsys):
    in_locale(monkeypatch, language)
    asked.says = {
        "was ist das hier": {"strange": True, "parts": 3},
        "Hola. Adiós.": {"parts": 2},
        "una frase sin fin": {"parts": 2},
        "mil perros": {"unknown": ["perros", "gatos" * 9, "perros"]},
    }
    assert typed(monkeypatch, "\n".join(asked.says).encode()) == 0
    err = capsys.readouterr().err.splitlines()
    if language == "es_ES":
        assert err == [
            "La línea 1 apenas parece español: este modelo no conoce ese idioma y la traducción no vale.",
            "En la línea 3 hay una frase más larga que las que el modelo leyó al aprender; se tradujo por partes.",
            "En la línea 4 hay palabras que este modelo no conoce: perros, gatosgatosgatosg.",
        ]
    else:
        assert [line[:6] for line in err] == ["Line 1", "Line 3", "Line 4"] and "Spanish" in err[0]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "--from en",
        "--to es",
        "--from es --to es",
        "--from fr --to es",
        "--from en --to klingon",
        "--from en --to es",
        "--from es --to en --model nobody",
        "--from es --to en --model ../../etc/passwd",
        "--from es --to en --model 0123456789abcdef0123456789abcdef",
        "--from es --to en --model reader",
        "--from es --to en --beam 0",
        "--from es --to en --beam 1000",
        "--from es --to en --beam two",
        "--from es --to en --normal nan",
        "--from es --to en --seed 1",
        "--from es --to en text.txt",
    ],
)
@pytest.mark.parametrize("language", ["es_ES", "en_US"])
def test_bad_input_is_one_line_and_code_2(line, language, tmp_path, monkeypatch, capsys):
    refused_in_one_line(["translate", *line.split()], language, tmp_path, monkeypatch, capsys)


def test_a_missing_strong_model_is_named_and_so_are_those_that_are_there(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    assert typed(monkeypatch, b"hola\n") == 2
    store.close()
    assert capsys.readouterr().err == 'There is no model or run called "es-en"; the models are: none.\n'


def test_a_model_of_the_other_direction_or_without_weights_is_refused(asked, monkeypatch, capsys):
    asked.weights_saved = False
    assert typed(monkeypatch, b"hola\n") == 2
    asked.spec = Translation(direction="en-es")
    assert typed(monkeypatch, b"hola\n", "--model", "mine") == 2
    none, other = capsys.readouterr().err.splitlines()
    assert "model" in none
    assert other == '"mine" reads en and writes es: use --from en --to es or choose another model.'


def test_an_answer_that_breaks_off_is_said_in_one_sentence(asked, monkeypatch, capsys):
    def broken(*_, **__):
        yield from said(0, "uno")
        yield Wrote(1, "d")
        raise Refused("answer_lost")

    monkeypatch.setattr(jobs, "ask", broken)
    assert typed(monkeypatch, b"uno\ndos\n") == 1
    out, err = capsys.readouterr()
    assert out == "UNO\n" and len(err.splitlines()) == 1


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The id of a run that has hardly learned anything, in a data folder of its own."""
    small = "translation --pairs numbers --units 16 --embedding 8 --epochs 1"
    with trained(tmp_path_factory.mktemp("tiny"), small) as id:
        yield id


@pytest.mark.keras
def test_a_network_answers_every_line_whatever_stands_in_it(tiny, monkeypatch, capsys):
    five_thousand = " ".join(["dos mil"] * 2500)
    lines = ["dos mil cuatro", *ODD, *WORDS, five_thousand]
    found = []
    for extra in ([], ["--json"]):
        assert typed(monkeypatch, "\n".join(lines).encode(), "--model", tiny, *extra) == 0
        out, err = capsys.readouterr()
        found.append(out.split("\n"))
        assert "Traceback" not in err
    plain, records = found[0][:-1], [json.loads(line) for line in found[1][:-1]]
    assert plain == [record["translation"] for record in records]
    assert [record["source"] for record in records] == lines
    assert plain[1 : 1 + len(ODD)] == list(ODD.values())
    assert all(plain[1 + len(ODD) :]) and plain[0].isdigit()
    first, last = records[0], records[-1]
    assert first["tokens_read"] == ["dos", "mil", "cuatro", "⊣"] and first["score"] < 0
    rows = np.array(first["attention"])
    assert rows.shape == (len(first["tokens_written"]), 4) and np.allclose(rows.sum(axis=1), 1, atol=1e-3)
    assert last["attention"] is None


@pytest.mark.keras
def test_a_wider_beam_finds_what_is_at_least_as_probable(tiny, monkeypatch, capsys):
    scores = []
    for beam in ("1", "32"):
        assert typed(monkeypatch, b"dos mil cuatro\n", "--model", tiny, "--json", "--beam", beam, "--normal", "0") == 0
        scores.append(json.loads(capsys.readouterr().out)["score"])
    assert scores[0] <= scores[1] + 1e-4
