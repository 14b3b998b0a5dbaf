"""transcribe: a line for every file that can be heard, whatever the others are."""

import io
import json
import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from rrn import jobs, store
from rrn.data import clips, voice
from rrn.data.sound import RATE
from rrn.events import Captured, Ended, Listed
from rrn.intake import decoder
from rrn.intake.audio import MOST, Sound
from rrn.shell import transcribe
from rrn.shell.commands import run
from rrn.spec import Refused
from rrn.tasks.speech import Speech, Transcribe
from tests.shell.said import in_locale, refused_in_one_line, trained


@pytest.fixture(autouse=True)
def english(monkeypatch):
    in_locale(monkeypatch, "en_GB.UTF-8")


def tone(seconds=0.5, rate=RATE):
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A folder with files, good and bad, in which we are; `files.add` writes another."""
    monkeypatch.chdir(tmp_path)

    def add(name, sound, rate=RATE, **more):
        soundfile.write(name, sound, rate, **more)
        return name

    for n in range(3):
        add(f"{n}.wav", tone(0.5 + n / 10))
    (tmp_path / "text.wav").write_bytes(b"not a sound")
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    return SimpleNamespace(add=add, folder=tmp_path)


@pytest.fixture
def asked(monkeypatch):
    """The batches that were sent to a network that needs no time and hears how many tenths of a second a clip lasts;
    `asked.says` changes that.
    """
    found = SimpleNamespace(batches=[], questions=[], runs=[], says={}, awake=0, spec=Speech(), weights_saved=True)
    found.symbols = ["es:1", "en:1"]
    found.kept = lambda name: json.dumps(found.symbols).encode() if name == "symbols" else b""

    def ask(question, *, run, data, patient):
        assert patient and isinstance(question, Transcribe) and len(data) < 64_000_000
        found.questions.append(question)
        found.runs.append(run)
        found.batches.append(clips.unpacked(data))
        for n, clip in enumerate(found.batches[-1]):
            tenths = round(10 * len(clip) / RATE)
            words, language = found.says.get(tenths, (tuple(str(tenths)), "es"))
            yield Listed(n, "said", words)
            yield Listed(n, "language", (language,))
            yield Captured(n, "confidence", ("word",), np.full(len(words), 0.87654321, np.float32))
            spans = np.arange(2 * len(words), dtype=np.float32).reshape(-1, 2) / 3
            yield Captured(n, "span", ("word", "edge"), spans)
        yield Ended("done")

    def wake():
        found.awake += 1

    def admitted(kind, name, given):
        found.runs.append(name)
        return kind(**given), found

    monkeypatch.setattr(jobs, "ask", ask)
    monkeypatch.setattr(jobs, "wake", wake)
    monkeypatch.setattr(transcribe, "admitted", admitted)
    return found


def test_files_are_answered_in_the_order_in_which_they_were_given(files, asked, capsys):
    assert run(["transcribe", "2.wav", "./0.wav", "1.wav", "2.wav"]) == 0
    assert capsys.readouterr() == ("2.wav\t7\n./0.wav\t5\n1.wav\t6\n2.wav\t7\n", "")
    assert len(asked.batches) == 1 and asked.awake == 1 and asked.runs == ["ear", "ear"]


def test_digits_are_written_as_digits_and_nothing_where_none_is_heard(files, asked, capsys):
    asked.says = {5: (("3", "1", "4"), "es"), 6: ((), "")}
    assert run(["transcribe", "0.wav", "1.wav"]) == 0
    assert capsys.readouterr() == ("0.wav\t3 1 4\n1.wav\t\n", "")


def test_a_refused_file_has_its_sentence_and_the_others_go_on(files, asked, capsys):
    bad = ["no.wav", "text.wav", "folder", "empty.wav"]
    assert run(["transcribe", bad[0], "0.wav", bad[1], bad[2], "1.wav", bad[3], "2.wav"]) == 2
    out, err = capsys.readouterr()
    assert out == "0.wav\t5\n1.wav\t6\n2.wav\t7\n"
    said = err.splitlines()
    assert len(said) == 4 and all(f'"{name}"' in line for name, line in zip(bad, said, strict=True))
    assert said[0] == 'There is no file "no.wav".' and said[1].startswith('"text.wav": This file is no sound')
    assert len(asked.batches) == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever may read everything is refused nothing")
def test_a_file_that_may_not_be_read_is_refused_too(files, asked, capsys):
    os.chmod("0.wav", 0)
    assert run(["transcribe", "0.wav", "1.wav"]) == 2
    out, err = capsys.readouterr()
    assert out == "1.wav\t6\n" and err.startswith('"0.wav" cannot be read')


@pytest.mark.parametrize("language", ["es_ES", "en_US"])
def test_where_no_file_can_be_heard_nobody_is_asked(language, files, asked, monkeypatch, capsys):
    in_locale(monkeypatch, language)
    assert run(["transcribe", "no.wav", "no\0way.wav"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 2 and not asked.batches and not asked.awake


def test_too_much_is_refused_before_it_is_read(files, asked, monkeypatch, capsys):
    with open("large.wav", "wb") as file:
        file.truncate(300_000_000)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(bytes(MOST + 5_000_000))))
    assert run(["transcribe", "large.wav", "0.wav", "-"]) == 2
    out, err = capsys.readouterr()
    assert out == "0.wav\t5\n" and '"large.wav": The file takes 300 MB and 20 are allowed.' in err
    assert len(err.splitlines()) == 2 and sys.stdin.buffer.tell() <= MOST + 1


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="there is no such device here")
def test_a_device_without_end_is_refused(asked, capsys):
    assert run(["transcribe", "/dev/zero"]) == 2
    assert capsys.readouterr().err.startswith('"/dev/zero": The file takes 20.2 MB and 20 are allowed.')


def test_what_comes_in_is_called_as_it_was_typed(files, asked, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((files.folder / "1.wav").read_bytes())))
    assert run(["transcribe", "0.wav", "-", "-"]) == 2  # the second time nothing is left
    out, err = capsys.readouterr()
    assert out == "0.wav\t5\n-\t6\n" and err.startswith('"-": There is no sound') and len(err.splitlines()) == 1
    monkeypatch.setattr(sys, "stdin", None)
    assert run(["transcribe", "-"]) == 2


ODD = {
    "a\tb.wav": r"a\tb.wav",
    "a\nb\r.wav": r"a\nb\r.wav",
    "\x1b[31mred.wav": r"\x1b[31mred.wav",
    "a\u2028b\x85c.wav": r"a\u2028b\x85c.wav",
    "ñandú 🙂 \u200d.wav": "ñandú 🙂 \u200d.wav",
    "-0.wav": "-0.wav",
    "a\\tb.wav": "a\\tb.wav",
}


@pytest.mark.skipif(os.name == "nt", reason="there such names do not exist")
def test_no_name_breaks_a_line(files, asked, capsys):
    latin = os.fsdecode(b"a\xf1o.wav")
    names = ODD | {latin: r"a\udcf1o.wav"}
    for name in names:
        soundfile.write(os.fsencode(files.folder / name), tone(), RATE, format="WAV")
    assert run(["transcribe", "--", *names]) == 0
    assert capsys.readouterr() == ("".join(f"{shown}\t5\n" for shown in names.values()), "")
    assert run(["transcribe", "--json", "--", *names]) == 0
    assert [json.loads(line)["file"] for line in capsys.readouterr().out.split("\n")[:-1]] == list(names)
    gone = [f"not {name}" for name in names]
    assert run(["transcribe", *gone]) == 2
    assert [line.split('"')[1] for line in capsys.readouterr().err.split("\n")[:-1]] == [
        f"not {shown}" for shown in names.values()
    ]


def test_json_tells_all_that_is_known_of_a_file(files, asked, capsys):
    asked.says = {5: (("3", "1"), "en"), 6: ((), "")}
    assert run(["transcribe", "--json", "0.wav", "text.wav", "1.wav"]) == 2
    out, err = capsys.readouterr()
    one, none = map(json.loads, out.splitlines())
    assert one == {
        "file": "0.wav",
        "text": "3 1",
        "words": [
            {"word": "3", "confidence": 0.8765, "start": 0.0, "end": 0.333},
            {"word": "1", "confidence": 0.8765, "start": 0.667, "end": 1.0},
        ],
        "language": "en",
        "seconds": 0.5,
        "notices": [],
    }
    assert none == {"file": "1.wav", "text": "", "words": [], "language": None, "seconds": 0.6, "notices": []}
    assert len(err.splitlines()) == 1


def test_what_was_mended_is_said_apart_and_in_json_by_its_code(files, asked, capsys):
    files.add("long.wav", 0.1 * tone(61))
    files.add("silent.wav", np.zeros(RATE))
    assert run(["transcribe", "long.wav", "silent.wav"]) == 0
    out, err = capsys.readouterr()
    assert out == "long.wav\t6 0 0\nsilent.wav\t1 0\n"
    assert err.splitlines() == [
        '"long.wav": The sound lasts more than a minute; we use the first minute only.',
        '"silent.wav": There is only silence in the file.',
    ]
    assert run(["transcribe", "--json", "long.wav", "silent.wav"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["notices"] for line in out.splitlines()] == [["audio_first_minute"], ["audio_silent"]]
    assert err == "" and max(map(len, asked.batches[-1])) == 60 * RATE


def test_every_format_and_rate_is_heard_the_same(files, asked, capsys):
    kinds = {"a.flac": "FLAC", "a.ogg": "OGG", "a.mp3": "MP3", "wav in name.mp3": "WAV"}
    for name, form in kinds.items():
        files.add(name, np.stack([tone(1, 44_100)] * 2, axis=1), 44_100, format=form)
    assert run(["transcribe", *kinds]) == 0
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()] == list(kinds)
    for clip in asked.batches[0]:
        assert abs(len(clip) - RATE) < 0.1 * RATE and 0.4 < np.abs(clip).max() < 0.6


def test_batches_are_neither_too_many_clips_nor_too_much_sound():
    def sizes(seconds):
        sounds = (("", Sound(np.zeros(1), one, RATE, 1, "WAV")) for one in seconds)
        return [len(batch) for batch in transcribe.batches(sounds)]

    assert sizes([]) == [] and sizes([5] * 100) == [100]
    assert sizes([1] * 300) == [128, 128, 44]
    assert sizes([60] * 50) == [20, 20, 10]
    assert sizes([60] * 19 + [59.99, 0.02, 60]) == [20, 2]


def test_what_is_heard_is_written_before_more_is_decoded(files, asked, monkeypatch, capsys):
    monkeypatch.setattr(transcribe, "CLIPS", 2)
    seen, decode = [], decoder.decode

    def watched(data, **more):
        seen.append(capsys.readouterr().out)
        return decode(data, **more)

    monkeypatch.setattr(decoder, "decode", watched)
    assert run(["transcribe", "0.wav", "1.wav", "2.wav", "0.wav", "1.wav"]) == 0
    # A batch is full when the next file is there.
    assert [*seen, capsys.readouterr().out] == [
        "",
        "",
        "",
        "0.wav\t5\n1.wav\t6\n",
        "",
        "2.wav\t7\n0.wav\t5\n1.wav\t6\n",
    ]
    assert [len(batch) for batch in asked.batches] == [2, 2, 1]


@pytest.mark.parametrize("lang", ["auto", "es", "en"])
def test_the_language_is_part_of_the_question(lang, files, asked, capsys):
    assert run(["transcribe", "--lang", lang, "0.wav"]) == 0
    assert asked.questions == [Transcribe(language=lang)]


def test_a_model_that_does_not_hear_that_language_is_refused(files, asked, capsys):
    asked.symbols = ["es:1", "es:2"]
    assert run(["transcribe", "--lang", "en", "--model", "mine", "0.wav"]) == 2
    assert capsys.readouterr().err == '"mine" reads es: use --lang es or choose another model.\n'
    asked.symbols = ["A", "B"]  # of no language
    assert run(["transcribe", "--lang", "en", "--model", "mine", "0.wav"]) == 0


def test_a_model_without_weights_is_refused(files, asked, capsys):
    asked.weights_saved = False
    assert run(["transcribe", "0.wav"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1 and not asked.batches


def test_an_answer_that_breaks_off_is_said_in_one_sentence(files, asked, monkeypatch, capsys):
    whole = jobs.ask

    def broken(*given, **more):
        events = whole(*given, **more)
        yield from (next(events) for _ in range(5))
        raise Refused("answer_lost")

    monkeypatch.setattr(jobs, "ask", broken)
    assert run(["transcribe", "0.wav", "1.wav"]) == 1
    out, err = capsys.readouterr()
    assert out == "0.wav\t5\n" and len(err.splitlines()) == 1


def test_a_word_of_a_model_of_ones_own_does_not_break_a_line(files, asked, capsys):
    asked.says = {5: (("s\x1bí\u2028", "no"), "")}
    assert run(["transcribe", "0.wav"]) == 0
    assert capsys.readouterr().out == "0.wav\tsí no\n"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "--lang",
        "--lang fr 0.wav",
        "--lang es-ES 0.wav",
        "--lang 0.wav",
        "0.wav",  # the default model does not ship there
        "--model nobody 0.wav",
        "--model ../../etc/passwd 0.wav",
        "--model 0123456789abcdef0123456789abcdef 0.wav",
        "--model reader 0.wav",  # writes texts
        "--width 3 0.wav",
        "--seed 1 0.wav",
    ],
)
@pytest.mark.parametrize("language", ["es_ES", "en_US"])
def test_bad_input_is_one_line_and_code_2(line, language, tmp_path, monkeypatch, capsys):
    refused_in_one_line(["transcribe", *line.split()], language, tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The id of a run that has hardly learned anything, in a data folder of its own."""
    small = "speech --sounds digits --most 2 --examples 100 --units 8 --filters 8 --bands 16 --stride 4 --epochs 1"
    with trained(tmp_path_factory.mktemp("tiny"), small) as id:
        yield id


@pytest.mark.keras
def test_a_network_answers_every_file_whatever_is_in_it(tiny, files, capsys):
    rng = np.random.default_rng(0)
    sounds = {
        "said.wav": voice.speak("digits", "314", rng),
        "shortest.wav": 0.5 * tone(0.03),
        "silence.wav": np.zeros(RATE),
        "noise.wav": 0.3 * rng.standard_normal(2 * RATE),
        "click.wav": np.eye(1, 4000, 2000)[0],
        "long.wav": 0.1 * rng.standard_normal(60 * RATE),
    }
    for name, sound in sounds.items():
        files.add(name, sound)
    found = []
    for extra in ([], ["--json"]):
        assert run(["transcribe", "--model", tiny, *extra, *sounds]) == 0
        out, err = capsys.readouterr()
        found.append(out.splitlines())
        assert "Traceback" not in err
    records = list(map(json.loads, found[1]))
    assert found[0] == [f"{record['file']}\t{record['text']}" for record in records]
    assert [record["file"] for record in records] == list(sounds)
    for record in records:
        words = record["words"]
        assert record["text"] == " ".join(word["word"] for word in words) and record["language"] is None
        for word in words:
            assert word["word"] in voice.SYMBOLS["digits"] and 0 <= word["confidence"] <= 1
            assert 0 <= word["start"] < word["end"] <= record["seconds"] + 0.1
    assert records[0]["seconds"] == pytest.approx(len(sounds["said.wav"]) / RATE, abs=1e-3)


@pytest.mark.keras
def test_the_model_that_ships_hears_digits_and_that_there_are_none(files, tmp_path, monkeypatch, capsys):
    from rrn import line

    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    files.add("314.wav", voice.speak("digits", "314", np.random.default_rng(0)))
    files.add("none.wav", np.zeros(RATE))
    try:
        assert run(["transcribe", "--json", "--lang", "es", "314.wav", "none.wav"]) == 0
    finally:
        line.hang_up()
        store.close()
    said, none = map(json.loads, capsys.readouterr().out.splitlines())
    assert said["language"] == "es" and len(said["words"]) >= 2 and none["text"] == ""
