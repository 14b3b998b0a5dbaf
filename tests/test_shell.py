"""The shell: what it says, what it refuses, and one run from its start to its questions."""

import errno
import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import click
import pytest

from rrn import store
from rrn.shell.commands import SHELL, run
from rrn.shell.words import t
from rrn.tasks.language_model import LanguageModel, WriteOn
from tests.shell.said import in_locale

ROOT = Path(__file__).resolve().parent.parent
LINES = [["--help"], *([name, "--help"] for name in SHELL.commands)]
LINES += [["train", task, "--help"] for task in ("language_model", "translation", "sentiment", "speech")]
TEXT = "".join(f"{n} veces el mar, y {n * n} olas.\n" for n in range(40))


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """An empty data folder, no shipped models, English."""
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    in_locale(monkeypatch, "en_GB.UTF-8")
    yield
    store.close()


def process(*line, **environment):
    """The same line in a process of its own, as bytes."""
    return subprocess.run(
        [sys.executable, "-m", "rrn", *line], cwd=ROOT, env=os.environ | environment, capture_output=True, timeout=60
    )


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_help_is_there_in_both_languages(line, monkeypatch, capsys):
    said = []
    for name in ("es_AR.UTF-8", "en_GB.UTF-8"):
        in_locale(monkeypatch, name)
        assert run(line) == 0
        said.append(capsys.readouterr().out)
    spanish, english = said
    assert spanish.startswith("Uso: python -m rrn") and english.startswith("Usage: python -m rrn")
    for word in ("Usage", "Options:", "Show this", "Commands", "default", "required"):
        assert word not in spanish


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LC_ALL": "es_ES.UTF-8"}, "es"),
        ({"LC_ALL": "C", "LANG": "es_ES.UTF-8"}, "en"),
        ({"LC_MESSAGES": "es_MX"}, "es"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "", "LANGUAGE": "es:en"}, "es"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": ""}, "en"),
    ],
)
def test_the_locale_chooses_the_words(variables, language, monkeypatch, capsys):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    run(["--help"])
    assert capsys.readouterr().out.startswith({"es": "Uso:", "en": "Usage:"}[language])


def test_every_field_is_an_option_with_its_range(capsys):
    run(["train", "language_model", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    for field, limits in (
        ("units", "8–4096"),
        ("weight-drop", "0–0.7"),
        ("cell", "rnn|gru|lstm"),
        ("seed", "0–9999"),
    ):
        assert f"--{field} " in said and limits in said


@pytest.mark.parametrize(
    "line",
    [
        "frobnicate",
        "train sentiment --lines 40",
        "train sentiment --more 40",
        "train sentiment --texts {short}",
        "train sentiment --texts {labelled} --also {short}",
        "train sentiment --texts reviews-fr",
        "train speech --clips 40",
        "train speech --sounds {short}",
        "train speech --sounds whistles",
        "train",
        "train frobnicate",
        "train language_model --units",
        "train language_model --units 1000000000 --text {text}",
        "train language_model --epochs nan",
        "train language_model --rate inf",
        "train language_model --cell lsd",
        "train language_model --wings 2",
        "train language_model --text /nowhere/at/all.txt",
        "train language_model --text {folder}",
        "train language_model --text {picture}",
        "train language_model --text {short}",
        "train language_model --text {text} --device TPU:9",
        "train language_model --text {text} --as ../elsewhere",
        "generate",
        "generate --model nobody",
        "generate --model ../../etc/passwd",
        "generate --model nobody --length 0",
        "generate --model nobody --length 1000000000",
        "generate --model nobody --temperature nan",
        "generate --model nobody --seed -1",
        "generate --model nobody --top-p 2",
        "bits --model nobody {text}",
        "bits --model nobody",
        "bits {text}",
        "bits --model 0123456789abcdef0123456789abcdef {text}",
        "runs and more",
        "runs --jason",
    ],
)
@pytest.mark.parametrize("language", ["es_ES", "en_US"])
def test_bad_input_is_one_line_and_code_2(line, language, tmp_path, monkeypatch, capsys):
    files = {"text": TEXT.encode(), "picture": b"\x89PNG\r\n\x1a\n" + bytes(300), "short": b"twenty characters..."}
    files["labelled"] = "".join(f"{n % 2}\tTexto {n}\n" for n in range(40)).encode()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    in_locale(monkeypatch, language)
    assert run(line.format(**{name: tmp_path / name for name in files}, folder=tmp_path).split()) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1 and err.strip()
    assert "Traceback" not in err and "{" not in err


@pytest.mark.parametrize("data", [b"", "añil".encode("latin-1"), b"\x1f\x8b but not really", b"\x89PNG"])
def test_a_file_that_is_no_text_is_refused(data, tmp_path):
    from rrn.shell.answers import read_exactly
    from rrn.shell.file import read
    from rrn.spec import Refused

    (tmp_path / "file").write_bytes(data)
    with pytest.raises((Refused, click.UsageError)):
        read_exactly(read(str(tmp_path / "file")).data)


def test_bits_mends_nothing():
    from rrn.shell.answers import read_exactly

    odd = "a\0b\r\nc\u2028d"
    assert read_exactly(odd.encode()) == read_exactly(b"\xef\xbb\xbf" + odd.encode()) == odd
    assert read_exactly(odd.encode("utf-16")) == odd


def test_an_empty_data_folder_is_fine(capsys):
    for line in (["runs"], ["models"], ["runs", "--json"], ["models", "--json"]):
        assert run(line) == 0
        assert capsys.readouterr().out == ""


def test_words_are_utf_8_whatever_the_locale():
    for locale in (
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0"},
    ):
        done = process("generate", "--model", "Ñandú", PYTHONCOERCECLOCALE="0", **locale)
        assert done.returncode == 2 and "Ñandú" in done.stderr.decode("utf-8")


def test_help_needs_neither_keras_nor_streamlit():
    code = "import sys, rrn.shell.commands as c; c.run(['train', 'language_model', '--help'])\n"
    code += "assert not {'keras', 'tensorflow', 'streamlit', 'sqlalchemy'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0


def test_a_reader_who_leaves_early_is_answered_with_silence():
    line = [sys.executable, "-m", "rrn", "train", "language_model", "--help"]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as speaking:
        speaking.stdout.close()
        assert speaking.stderr.read() == b""


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="there is no such device here")
@pytest.mark.parametrize("line", [["--help"], ["doctor"], ["train", "translation", "--help"]], ids=" ".join)
def test_a_full_device_is_one_sentence(line):
    with FULL.open("w") as full:
        command = [sys.executable, "-m", "rrn", *line]
        said = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, timeout=60)
        assert said.returncode == 1 and said.stderr.decode().splitlines() == [t("cli_full")]
        assert subprocess.run(command, cwd=ROOT, stdout=full, stderr=full, timeout=60).returncode == 1


def test_another_trouble_with_a_file_stays_a_bug(monkeypatch):
    def main(*_, **__):
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(SHELL, "main", main)
    with pytest.raises(OSError):
        run(["models"])


def test_defaults_are_those_of_the_spec():
    from rrn.shell.fields import words
    from rrn.tasks import from_dict

    nothing = {"units": None, "rate": None}
    assert from_dict(words(LanguageModel, nothing)) == LanguageModel()
    given = {"length": "30", "top_k": "5.0", "temperature": "1"}
    assert from_dict(words(WriteOn, given)) == WriteOn(length=30, top_k=5, temperature=1.0)


def test_the_card_names_data_command_and_rivals():
    from rrn.card import card
    from rrn.events import Began, Ended, Measured

    events = [
        Measured(0, {"uniform": 6.0, "ngram_0": 4.5, "ngram_1": 3.5}),
        Began("CPU", "tensorflow", 2, 123456),
        Measured(1, {"bits": 3.0}),
        Measured(2, {"bits": 2.25}),
        Ended("done", "", 1.5, 60.0),
    ]
    words = card(
        LanguageModel(text="cd" * 32, seed=7, epochs=2),
        events,
        name="mar",
        command="python -m rrn train language_model --text mar.txt",
        sources=[("mar.txt", "ab" * 32)],
        licence="CC0",
    )
    for said in ("# mar", "mar.txt", "ab" * 32, "CC0", "--text mar.txt", "2.250", "3.500", "6.000", "123 456", "CPU"):
        assert said in words


def test_a_card_names_every_table_and_what_is_not_measured_on():
    from rrn.card import card
    from rrn.events import Measured
    from rrn.tasks.sentiment import Sentiment

    def data(spec, *sources):
        words = card(spec, [Measured(1, {"accuracy": 0.75})], name="mine", command="python -m rrn", sources=sources)
        assert "**0.750**" in words and "cd" * 32 not in words
        return [line.split(" | ")[1].removesuffix(" |") for line in words.splitlines() if line.startswith("| Data ")]

    mine, more = ("mine.csv", "ab" * 32), ("more.tsv", "ef" * 32)
    own, also = Sentiment(texts="cd" * 32, lines=50), {"also": "cd" * 32, "more": 40}
    assert data(own, mine) == [f"mine.csv, sha256 `{mine[1]}`"]
    first, second = data(replace(own, **also), mine, more)
    assert first == f"mine.csv, sha256 `{mine[1]}`" and second.startswith(
        f"more.tsv, sha256 `{more[1]}` (learned from,"
    )
    first, second = data(Sentiment(texts="written-es", **also), more)
    assert first == "`written-es` (rrn/data/review_texts)" and second.startswith("more.tsv")
    assert data(Sentiment()) == ["`reviews-es`, drawn by rrn/tasks/sentiment.py · sorteados por la tarea"]


@pytest.mark.keras
def test_a_run_from_its_start_to_its_questions(tmp_path, monkeypatch, capsys):
    """train, runs, generate, bits, models and doctor on one small run."""
    from rrn import line

    text = tmp_path / "mar.txt.gz"
    text.write_bytes(gzip.compress(TEXT.encode()))
    small = "--units 8 --embedding 4 --length 16 --batch 4 --epochs 1 --seed 3".split()
    typed = ["train", "language_model", "--text", str(text), *small, "--as", "mar", "--licence", "CC0"]
    monkeypatch.setattr(sys, "argv", ["rrn", *typed])
    try:
        assert run(typed) == 0
        run_id = capsys.readouterr().out.strip()
        assert len(run_id) == 32

        assert run(["runs", "--json"]) == 0
        (row,) = map(json.loads, capsys.readouterr().out.splitlines())
        assert row["run"] == run_id and row["state"] == "done" and row["spec"]["units"] == 8

        written = []
        for model in (run_id, run_id, "mar"):
            assert run(["generate", "--model", model, "--prompt", "3 veces", "--length", "50", "--json"]) == 0
            written.append(json.loads(capsys.readouterr().out)["text"])
        assert written[0] == written[1] and len(written[0]) == len(written[2]) == 50
        assert run(["generate", "--model", run_id, "--prompt", "3 veces", "--length", "50"]) == 0
        assert capsys.readouterr().out == f"3 veces{written[0]}\n"

        found = []
        for extra in ("", "☂☂"):
            (tmp_path / "new.txt").write_text(TEXT[:500] + extra, encoding="utf-8")
            assert run(["bits", "--model", run_id, "--json", str(tmp_path / "new.txt")]) == 0
            found.append(json.loads(capsys.readouterr().out))
        assert [f["characters"] for f in found] == [500, 502] and [f["unknown"] for f in found] == [0, 2]
        total = [f["bits_per_character"] * f["characters"] for f in found]
        assert 0 < found[0]["bits_per_character"] < 7 and total[1] - total[0] > 40

        card = (tmp_path / "models" / "mar" / "card.md").read_text(encoding="utf-8")
        assert hashlib.sha256(text.read_bytes()).hexdigest() in card and str(tmp_path) not in card
        assert run(["models", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["model"] == "mar"

        assert run(["doctor", "--json"]) == 0
        checks = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert all(check["ok"] for check in checks) and checks[-1]["check"] == "worker"
    finally:
        line.hang_up()


@pytest.mark.keras
def test_ctrl_c_stops_and_keeps(tmp_path):
    from rrn import jobs
    from rrn.events import Began

    (tmp_path / "mar.txt").write_text(TEXT, encoding="utf-8")
    line = [
        "train",
        "language_model",
        "--text",
        str(tmp_path / "mar.txt"),
        "--units",
        "8",
        "--epochs",
        "9000",
        "--json",
    ]
    training = subprocess.Popen(
        [sys.executable, "-m", "rrn", *line],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        # Where the tests themselves run in the background of a script, Ctrl-C is ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        runs = jobs.mine("local", "language_model")
        if runs and any(isinstance(event, Began) for event in runs[0].events()):
            break
        time.sleep(0.1)
    training.send_signal(signal.SIGINT)
    out, _ = training.communicate(timeout=30)
    found = json.loads(out)
    assert training.returncode == 0 and found["state"] == "stopped"
    assert jobs.find(found["run"]).weights_saved
