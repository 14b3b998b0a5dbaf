"""A pack of recordings is opened as it was made, by us and by hand."""

import csv
import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from rrn.data import recordings
from rrn.data.recordings import Recording
from rrn.data.sound import RATE


def some():
    rng = np.random.default_rng(0)
    of = [
        (("es:3", "es:1"), "es", "espeak/f1", 900),
        ((), "", "real/zoë, “la otra”", 400),
        (("sí", "ñandú", "数"), "es", "real/ana", 1200),
        (("en:0",), "en", "espeak/f1", 0),
        (("a",), "", "x", 1),
    ]
    return [Recording(*who, rng.uniform(-1, 1, n).astype(np.float32)) for *who, n in of]


def test_recordings_come_back_as_they_were():
    found = recordings.from_bytes(recordings.to_bytes(some()))
    assert len(found) == len(some())
    for one, other in zip(found, some(), strict=True):
        assert (one.said, one.language, one.speaker) == (other.said, other.language, other.speaker)
        assert one.sound.dtype == np.float32 and one.sound.shape == other.sound.shape
        np.testing.assert_allclose(one.sound, other.sound, atol=1 / 32767)


def test_equal_recordings_are_equal_bytes_and_others_are_others():
    assert recordings.to_bytes(some()) == recordings.to_bytes(some())
    assert recordings.to_bytes(some()) != recordings.to_bytes(some()[::-1])
    again = recordings.from_bytes(recordings.to_bytes(some()))
    assert recordings.to_bytes(recordings.from_bytes(recordings.to_bytes(again))) == recordings.to_bytes(again)


def test_a_pack_can_be_opened_by_hand():
    import soundfile

    with zipfile.ZipFile(io.BytesIO(recordings.to_bytes(some()))) as file:
        assert file.namelist() == ["clips.csv", "audio.flac"] and file.testzip() is None
        rows = list(csv.reader(io.TextIOWrapper(file.open("clips.csv"), "utf-8")))
        info = soundfile.info(io.BytesIO(file.read("audio.flac")))
    assert rows[0] == list(recordings.COLUMNS) and rows[1][0] == "es:3 es:1"
    assert (info.samplerate, info.channels, info.frames) == (RATE, 1, 2501)
    assert [int(row[3]) for row in rows[2:]] == [int(row[4]) for row in rows[1:-1]]


def test_speakers_are_told_by_name():
    assert recordings.speakers(some()) == ["espeak/f1", "real/ana", "real/zoë, “la otra”", "x"]


def test_what_is_too_loud_is_cut_off_and_does_not_turn_over():
    (found,) = recordings.from_bytes(recordings.to_bytes([Recording((), "", "x", np.array([2.0, -2.0, 0.5]))]))
    np.testing.assert_allclose(found.sound, [1, -1, 0.5], atol=1e-4)


def test_another_rate_is_refused(monkeypatch):
    monkeypatch.setattr(recordings, "RATE", 16000)
    data = recordings.to_bytes(some())
    monkeypatch.undo()
    with pytest.raises(ValueError, match="16000"):
        recordings.from_bytes(data)


def test_other_bytes_are_no_pack():
    whole, stolen = recordings.to_bytes(some()), io.BytesIO()
    with zipfile.ZipFile(stolen, "w") as file:
        file.writestr("clips.csv", "said,language,speaker,start,end\n1,es\n")
        file.writestr("audio.flac", b"no sound")
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    for data in (b"", b"En un lugar", whole[:-9], stolen.getvalue(), empty.getvalue(), whole.replace(b"fLaC", b"fLaD")):
        with pytest.raises(ValueError):
            recordings.from_bytes(data)


def test_phones_come_back_and_a_pack_without_them_can_be_read():
    one = some()[0]
    spelled = replace(one, phones=("t", "ɾ", "e", "s"))
    again, other = recordings.from_bytes(recordings.to_bytes([spelled, one]))  # one column more
    assert again.phones == spelled.phones and other.phones == ()
    with zipfile.ZipFile(io.BytesIO(recordings.to_bytes([spelled]))) as file:
        table, sound = file.read("clips.csv").decode(), file.read("audio.flac")
    older = io.BytesIO()
    with zipfile.ZipFile(older, "w") as file:
        file.writestr("clips.csv", "\n".join(line.rpartition(",")[0] for line in table.splitlines()))
        file.writestr("audio.flac", sound)
    (found,) = recordings.from_bytes(older.getvalue())
    assert found.said == one.said and found.phones == ()


def test_accents_are_the_ways_in_which_speakers_pronounce_all_symbols_of_a_language():
    def said(speaker, language, **phones):
        return [Recording((symbol,), language, speaker, np.zeros(1), tuple(each)) for symbol, each in phones.items()]

    pack = [
        *said("a", "es", cinco="sinko", dos="dos"),
        *said("b", "es", cinco="θinko", dos="dos"),
        *said("c", "es", cinco="sinko", dos="dos"),  # as the first
        *said("d", "es", dos="doh"),  # not all of them
        *said("e", "es", cinco="", dos=""),  # not known
        *said("f", "en", two="tu"),
        *said("f", "en", two="tə"),
        *said("f", "en", two="tə"),
        Recording(("dos", "cinco"), "es", "g", np.zeros(1), tuple("dosinko")),
        Recording((), "es", "b", np.zeros(1), tuple("ai")),
    ]
    assert [{symbol: "".join(each) for symbol, each in one.items()} for one in recordings.accents(pack)] == [
        {"two": "tə"},
        {"cinco": "sinko", "dos": "dos"},
        {"cinco": "θinko", "dos": "dos"},
    ]
    assert recordings.accents([]) == recordings.accents(pack[-2:]) == []
