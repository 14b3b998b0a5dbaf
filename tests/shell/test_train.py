"""train: what a file becomes in the spec of a run."""

import io
import json
import sys
from functools import cache

import numpy as np
import pytest
import soundfile

from rrn import shipped, store, tasks
from rrn.data import course, labelled, recordings, reviews, voice
from rrn.data.recordings import Recording
from rrn.data.sound import RATE
from rrn.shell import train
from rrn.shell.commands import run
from rrn.spec import Named, Refused, choices
from rrn.tasks.language_model import LanguageModel
from rrn.tasks.sentiment import Sentiment
from rrn.tasks.speech import Speech
from rrn.tasks.translation import Translation

ROWS = [("malo" if n % 3 else "bueno", f"Texto número {n}") for n in range(60)]
CSV = "texto;etiqueta\n" + "".join(f"{text};{label}\n" for label, text in ROWS)
MORE = "".join(f"0.{n}\tUn texto más, el {n}\n" for n in range(10, 99))
PROSE = "".join(f"{n} veces el mar.\n" for n in range(40))
PAIRS = "".join(f"one {n}\tuno {n}\n" for n in range(25))


@cache
def spoken() -> bytes:
    """A pack in which three made-up speakers say three vowels, each twice."""
    rng = np.random.default_rng(0)
    people = {name: voice.speaker(rng) for name in ("ana", "eva", "leo")}
    said = [(who, vowel) for who in people for vowel in "aio" * 2]
    return recordings.to_bytes(
        [
            Recording((vowel,), "", who, voice.vowels(vowel, people[who], rng), tuple("ai" * (vowel == "a")))
            for who, vowel in said
        ]
    )


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """Files with data of every kind in a folder of their own, and an empty store."""
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    texts = {"csv": CSV, "more": MORE, "prose": PROSE, "pairs": PAIRS, "one": "bueno\tya\n" * 60}
    found = {name: text.encode() for name, text in texts.items()} | {"pack": spoken()}
    for name, data in found.items():
        (tmp_path / name).write_bytes(data)
    yield {name: str(tmp_path / name) for name in found}
    store.close()


def kept(name: str) -> str:
    return store.take(name, "local").decode()


def test_labelled_texts_and_others_beside_them_pass_one_gate_and_are_counted_apart(files, capsys):
    read, values = train.data(Sentiment, {"texts": files["csv"], "also": files["more"]})
    assert [file.name for file in read] == ["csv", "more"]
    assert (values["lines"], values["more"]) == ("60", "89")
    assert labelled.rows(kept(values["texts"])) == ROWS
    assert len(labelled.rows(kept(values["also"]))) == 89
    assert capsys.readouterr().err.splitlines() == [
        "Commas or semicolons stood between the columns; we put tabs there."
    ]


@pytest.mark.parametrize(
    ("kind", "field", "file", "counted"),
    [
        (LanguageModel, "text", "prose", {"symbols": len(set(PROSE)), "characters": len(PROSE)}),
        (Translation, "pairs", "pairs", {"lines": 25}),
        (Sentiment, "texts", "csv", {"lines": 60}),
        (Sentiment, "also", "more", {"more": 89}),
        (Speech, "sounds", "pack", {"clips": 18, "symbols": 3, "phones": 2}),
    ],
)
def test_every_field_that_names_data_counts_what_it_is_given(kind, field, file, counted, files):
    given = dict.fromkeys(train.named(kind)) | {field: files[file]}
    values = train.data(kind, given)[1]
    assert {size: int(values[size]) for size in counted} == counted
    assert len(values[field]) == 64 and store.take(values[field], "local")


def test_what_the_course_has_is_counted_too():
    nothing = {"texts": None, "also": None}
    assert train.data(Sentiment, nothing) == ([], {"texts": "reviews-es", "also": "none"})
    written = train.data(Sentiment, nothing | {"texts": "written-es"})[1]
    assert written == {"texts": "written-es", "also": "none", "lines": str(len(reviews.seen()))}
    text = course.read("en")
    found = {"text": "course-en", "symbols": str(len(set(text))), "characters": str(len(text))}
    assert train.data(LanguageModel, {"text": None}) == ([], found)
    assert train.data(Speech, {"sounds": None}) == ([], {"sounds": "vowels"})


def test_every_field_that_names_data_has_a_gate_and_what_it_counts_is_no_option():
    kinds = [tasks.module(name).SPEC for name in tasks.names()]
    named = {field for kind in kinds for field, allowed in choices(kind).items() if isinstance(allowed, Named)}
    assert named == set(train.gates())
    for name in tasks.names():
        command = train.TRAIN.get_command(None, name)
        assert not {option.name for option in command.params} & set(train.FOUND)


@pytest.mark.parametrize("field", ["texts", "also"])
def test_a_table_that_cannot_be_learned_from_is_refused_whichever_it_is(field, files):
    with pytest.raises(Refused, match="texts_one_class"):
        train.data(Sentiment, {"texts": files["csv"], "also": None} | {field: files["one"]})


def test_a_pack_of_recordings_is_kept_byte_for_byte_and_one_that_is_none_is_refused(files):
    values = train.data(Speech, {"sounds": files["pack"]})[1]
    assert store.take(values["sounds"], "local") == spoken()
    with pytest.raises(Refused, match="pack_no_zip"):
        train.data(Speech, {"sounds": files["prose"]})


@pytest.mark.keras
def test_a_run_on_two_tables_ships_with_its_card_and_judges_in_its_own_words(files, tmp_path, monkeypatch, capsys):
    from rrn import line

    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    small = "--units 4 --embedding 4 --words 500 --longest 10 --epochs 1 --as mine".split()
    typed = ["train", "sentiment", "--texts", files["csv"], "--also", files["more"], *small]
    monkeypatch.setattr(sys, "argv", ["rrn", *typed])
    try:
        assert run(typed) == 0
        card = (tmp_path / "models" / "mine" / "card.md").read_text(encoding="utf-8")
        assert "| csv, sha256" in card and "| more, sha256" in card and str(tmp_path) not in card
        assert "lines = 60" in card and "more = 89" in card
        spec = json.loads((tmp_path / "models" / "mine" / "spec.json").read_text())
        assert (spec["lines"], spec["more"]) == (60, 89)
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Texto número 3\n".encode())))
        assert run(["sentiment", "--lang", "es", "--model", "mine"]) == 0
        assert capsys.readouterr().out.split("\t")[0] in ("bueno", "malo")
    finally:
        line.hang_up()


@pytest.mark.keras
def test_a_run_on_a_pack_ships_and_writes_down_what_it_hears(files, tmp_path, monkeypatch, capsys):
    from rrn import line

    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    small = "--units 4 --filters 8 --bands 8 --stride 4 --examples 100 --epochs 1 --as mine".split()
    typed = ["train", "speech", "--sounds", files["pack"], *small]
    monkeypatch.setattr(sys, "argv", ["rrn", *typed])
    try:
        assert run(typed) == 0
        spec = json.loads((tmp_path / "models" / "mine" / "spec.json").read_text())
        assert (spec["clips"], spec["symbols"]) == (18, 3) and len(spec["sounds"]) == 64
        card = (tmp_path / "models" / "mine" / "card.md").read_text(encoding="utf-8")
        assert "| pack, sha256" in card and str(tmp_path) not in card
        sound = tmp_path / "a.wav"
        soundfile.write(sound, recordings.from_bytes(spoken())[0].sound, RATE)
        capsys.readouterr()
        assert run(["transcribe", "--model", "mine", str(sound)]) == 0
        name, said = capsys.readouterr().out.removesuffix("\n").split("\t")
        assert name == str(sound) and set(said.split()) <= set("aio")

        more = tmp_path / "more.zip"  # other recordings of the same symbols
        known = recordings.from_bytes(spoken())
        more.write_bytes(recordings.to_bytes([*known, *known[:2]]))
        typed[typed.index("--sounds") + 1] = str(more)
        assert run([*typed[:-1], "further", "--onward", "mine", "--rate", "1e-5", "--average", "1"]) == 0
        assert json.loads((tmp_path / "models" / "further" / "spec.json").read_text())["clips"] == 20
        before, after = (shipped.open(name).weights() for name in ("mine", "further"))
        assert all(after[name] == pytest.approx(value, abs=2e-3) for name, value in before.items())
        assert run([*typed[:-1], "further", "--onward", "nobody"]) == 2
        assert run([*typed[:-1], "further", "--onward", "mine", "--units", "8"]) == 2
    finally:
        line.hang_up()
