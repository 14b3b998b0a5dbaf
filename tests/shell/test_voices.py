"""voices: the pack that the strong recogniser learns from."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rrn.data import recordings
from rrn.data.sound import RATE
from rrn.intake import pack
from rrn.shell import voices
from rrn.shell.commands import run
from tests.shell.said import in_locale

DIGITS = Path(__file__).resolve().parents[3] / "shared" / "data" / "fsdd-digits-en"
FEW = {"train_variants": ["m1", "f2"], "base_voices": {"es": ["es"], "en": ["en-us"]}}
TABLE = "name,digit,speaker,take,start,end\n" + "".join(
    f"{d}_{who}.wav,{d},{who},0,{800 * d},{800 * d + 700}\n" for d in range(10) for who in ("ana", "eva")
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A folder with a table of voices and recordings of people, in which we are; English."""
    in_locale(monkeypatch, "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)
    Path("voices.json").write_text(json.dumps(FEW))
    Path("people").mkdir()
    Path("people/clips.csv").write_text(TABLE)
    write_people()


def write_people(rate=RATE):
    soundfile.write("people/audio.flac", 0.1 * np.random.default_rng(0).standard_normal(8000), rate)


class Echo:
    """A mouth that needs no library: every word is a tenth of a second of noise. `voice` knows none called "nobody"."""

    def __init__(self):
        self.said = []

    def voice(self, name):
        return "nobody" not in name

    def say(self, words, rate, pitch, lively):
        self.said.append(words)
        return 0.1 * np.random.default_rng(0).standard_normal(800 * len(words.split())).astype(np.float32)

    def phones(self, words):
        """Its letters, of which those that are no letters are none."""
        return tuple(letter for letter in words if letter.isalpha())


@pytest.mark.parametrize("language", ["es", "en"])
def test_no_saying_without_a_digit_sounds_like_one(language):
    sayings = voices.others(language)
    words = {word for saying in sayings for word in saying.split()}
    alone = [saying for saying in sayings if " " not in saying]
    assert {len(saying.split()) for saying in sayings} == {1, 2, 3, 4, 5} and len(alone) == len(sayings) / 2
    assert len(alone) == len(set(alone)) > 2500, "rare words too, not the frequent ones alone"
    assert not words - {*alone} and not words & set(voices.WORDS[language])
    for digit in voices.WORDS[language]:
        assert not [word for word in words if digit in word]
    assert not [word for word in words if any(part in word for part in voices.ALIKE[language])]


def test_one_voice_says_every_digit_rows_and_what_has_none():
    said = list(voices.said_by("es", ["nada de eso"], np.random.default_rng(0)))
    alone = [symbols for symbols, _ in said if len(symbols) == 1]
    assert sorted(alone) == sorted([(f"es:{d}",) for d in range(10)] * voices.TAKES)
    rows = [(symbols, words) for symbols, words in said if len(symbols) > 1]
    assert len(rows) == voices.ROWS
    for symbols, words in rows:
        spelt = [voices.WORDS["es"][int(symbol[3:])] for symbol in symbols]
        assert [word.strip(",.") for word in words.split()] == spelt
    assert [words for symbols, words in said if not symbols] == ["nada de eso"] * voices.OTHERS


def test_silence_at_both_ends_is_cut_and_a_margin_stays():
    sound = np.concatenate([np.zeros(1000), np.full(500, 0.5), np.zeros(100), np.full(50, -0.5), np.zeros(1000)])
    assert len(voices.trimmed(sound)) == 500 + 100 + 50 + 2 * 160 - 1
    assert len(voices.trimmed(sound[1000:1500])) == 500
    assert len(voices.trimmed(np.zeros(99))) == len(voices.trimmed(np.zeros(0))) == 0


def test_a_pack_is_written_that_can_be_learned_from(monkeypatch, capsys):
    monkeypatch.setattr(voices, "Mouth", Echo)
    assert run(["voices", "made.zip", "--voices", "voices.json", "--also", "people"]) == 0
    each, variants = 10 * voices.TAKES + voices.ROWS + voices.OTHERS, FEW["train_variants"]
    accents = sum(
        len(variants[n % voices.EVERY :: voices.EVERY]) for of in voices.ACCENTS.values() for n in range(len(of))
    )
    count = 4 * each + 10 * accents + 10 * voices.MADE_UP + 20
    out, err = capsys.readouterr()
    assert out.startswith(f"{count} recordings, ") and out.endswith(f", {4 + voices.MADE_UP} voices\n") and err == ""
    found = pack.read(Path("made.zip").read_bytes())
    assert (found.clips, found.symbols) == (count, 20)
    made = recordings.from_bytes(found.data)
    invented = sorted(f"made/{n}" for n in range(voices.MADE_UP))
    assert recordings.speakers(made) == ["espeak/f2", "espeak/m1", *invented, "real/ana", "real/eva"]
    assert {one.said for one in made if one.speaker == "made/0"} == {(f"es:{d}",) for d in range(10)}
    assert [one.said for one in made if one.speaker == "real/ana"] == [(f"en:{d}",) for d in range(10)]
    assert {one.language for one in made if one.speaker == "espeak/m1"} == {"es", "en"}
    # As letters, but for those who speak with an accent.
    assert {one.phones for one in made if one.said == ("en:3",)} == {tuple("three"), ()}
    assert {one.phones for one in made if one.speaker == "made/0" and one.said == ("es:8",)} == {tuple("ocho")}
    assert {"".join(one.phones) for one in made if one.speaker == "real/eva"} == set(voices.WORDS["en"])
    assert all(one.phones for one in made if not one.said) and found.phones > 20


def test_a_saying_in_which_a_digit_can_be_heard_is_left_out(monkeypatch):
    monkeypatch.setattr(voices, "others", lambda language: ["su nombre", "el mar"])
    made = list(voices.spoken(Echo(), ["f2"], {"es": ["es"], "en": []}, lambda number: None))
    said = {"".join(one.phones) for one in made if one.speaker == "espeak/f2" and not one.said}
    assert said == {"elmar"}, "of su nombre, uno"


@pytest.mark.parametrize(
    ("phones", "part", "found"),
    [("great", "eat", True), ("late", "eat", False), ("eat", "eat", True), ("ea", "eat", False), ("", "a", False)],
)
def test_what_holds_a_word_holds_it_without_a_gap(phones, part, found):
    assert voices.holds(tuple(phones), tuple(part)) == found


def complaint(capsys, *line):
    assert run(["voices", *line]) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1
    return err


def test_without_espeak_one_sentence_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    assert "make setup-dev" in complaint(capsys, "made.zip", "--voices", "voices.json")
    assert not Path("made.zip").exists()


def test_what_cannot_be_used_is_one_sentence_before_anything_is_spoken(monkeypatch, capsys):
    monkeypatch.setattr(voices, "Mouth", lambda: pytest.fail("it spoke"))
    assert "--voices" in complaint(capsys, "made.zip")
    assert "FILE" in complaint(capsys, "--voices", "voices.json")
    assert '"no.json"' in complaint(capsys, "made.zip", "--voices", "no.json")
    assert '"people"' in complaint(capsys, "people", "--voices", "voices.json")
    assert '"no/made.zip"' in complaint(capsys, "no/made.zip", "--voices", "voices.json")
    assert '"no/audio.flac"' in complaint(capsys, "made.zip", "--voices", "voices.json", "--also", "no")
    for bad in (b"", b"[]", b"{}", b'{"train_variants": 3}', b"\xff", json.dumps(FEW | {"base_voices": {}}).encode()):
        Path("bad.json").write_bytes(bad)
        assert '"bad.json" does not tell' in complaint(capsys, "made.zip", "--voices", "bad.json")
    write_people(16_000)
    assert "16,000" in complaint(capsys, "made.zip", "--voices", "voices.json", "--also", "people")
    tables = [b"a,b\n1,2\n", b"\xff", *(TABLE.replace(",3,", f",{odd},", 1).encode() for odd in ("oh", "12", "-1"))]
    for name, data in (("audio.flac", b"no sound"), *(("clips.csv", table) for table in tables)):
        write_people()
        Path("people/clips.csv").write_text(TABLE)
        (Path("people") / name).write_bytes(data)
        assert "as they are expected" in complaint(capsys, "made.zip", "--voices", "voices.json", "--also", "people")


def test_a_voice_that_is_not_there_is_named(monkeypatch, capsys):
    monkeypatch.setattr(voices, "Mouth", Echo)
    Path("voices.json").write_text(json.dumps(FEW | {"train_variants": ["nobody"]}))
    assert '"es+nobody"' in complaint(capsys, "made.zip", "--voices", "voices.json")


@pytest.mark.shared
@pytest.mark.skipif(not DIGITS.is_dir(), reason="the recordings are not here")
def test_people_say_english_digits():
    found = voices.people(str(DIGITS))
    assert len(found) == 2000 and {one.said[0] for one in found} == {f"en:{d}" for d in range(10)}
    assert all(one.speaker.startswith("real/") and 1000 < len(one.sound) < 20_000 for one in found)


def test_espeak_speaks_both_languages():
    pytest.importorskip("espeakng_loader", reason="eSpeak NG is not installed: make setup-dev does it")
    mouth = voices.Mouth()
    assert not mouth.voice("nobody+nothing")
    for language in voices.WORDS:
        assert mouth.voice(f"{language}+f2")
        spoken = {word: mouth.say(word, 150, 50, 50) for word in voices.WORDS[language]}
        for sound in spoken.values():
            assert 0.15 * RATE < len(sound) < 1.5 * RATE and 0.05 < np.abs(sound).max() <= 1.1
        assert all(mouth.phones(word) for word in voices.WORDS[language])
        slow, fast = (len(mouth.say(voices.WORDS[language][7], rate, 50, 50)) for rate in (110, 240))
        assert slow > 1.2 * fast
    mouth.voice("es+f2")
    assert mouth.phones("tres, ocho.") == tuple("tɾesotʃo"), "every clause, no marks of stress"
    mouth.voice("en-us+f2")
    assert mouth.phones("three") == tuple("θɹi"), "no marks of length"
