"""Packs of recordings: what can be learned from passes as it is, and all else ends in a code."""

import io
import zipfile

import numpy as np
import pytest
import soundfile

from rrn.data import recordings
from rrn.data.recordings import Recording
from rrn.data.sound import RATE
from rrn.intake import pack
from rrn.intake.pack import SOUND, TABLE, read
from rrn.spec import Refused

HEAD = "said,language,speaker,start,end\n"
ROWS = [
    "es:1,es,ana,0,800",
    "es:2,es,ana,800,1600",
    "es:1 es:2,es,eva,1600,2400",
    "es:2,es,eva,2400,3200",
    ",es,eva,0,9",
]


def flac(samples=3200, rate=RATE, channels=1, form="FLAC", coding="PCM_16"):
    file = io.BytesIO()
    sound = 0.1 * np.random.default_rng(0).standard_normal((samples, channels))
    soundfile.write(file, sound, rate, format=form, subtype=coding)
    return file.getvalue()


def zipped(members, method=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as whole:
        for name, data in members.items():
            whole.writestr(name, data)
    return file.getvalue()


def packed(rows=ROWS, head=HEAD, sound=None, **more):
    return zipped({TABLE: head + "\n".join(rows), SOUND: flac() if sound is None else sound}, **more)


def refusal(data):
    with pytest.raises(Refused) as caught:
        read(data)
    return caught.value


@pytest.mark.parametrize(
    "data",
    [
        packed(),
        packed(method=zipfile.ZIP_DEFLATED),
        zipped({"by hand.txt": "", SOUND: flac(), TABLE: "take," + HEAD + "".join(f"x,{row}\r\n" for row in ROWS)}),
        packed(sound=flac(coding="PCM_24")),
    ],
)
def test_a_pack_passes_as_it_is_and_is_counted(data):
    found = read(data)
    assert found == pack.Pack(data, clips=5, symbols=2)
    assert len(recordings.from_bytes(data)) == 5


def test_of_a_visitor_only_what_a_page_has_made_is_opened():
    clip = np.full(500, 0.1, np.float32)
    made = recordings.to_bytes([Recording(("sí",), "", "own", clip)])
    (found,) = pack.ours(made)
    assert found.said == ("sí",)
    for data in (b"", b"a text", packed(method=zipfile.ZIP_DEFLATED), made[:-30]):
        with pytest.raises(ValueError):
            pack.ours(data)


def test_what_we_write_can_be_read():
    clip = np.full(500, 0.1, np.float32)
    made = [Recording((s,), "en", f"real/{who}", clip) for s in "abc" for who in "xy"]
    assert read(recordings.to_bytes(made)).clips == 6


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"fLaC" + bytes(99), packed()[:-30], flac()])
def test_what_is_no_zip_is_refused(data):
    assert refusal(data).code == "pack_no_zip"


@pytest.mark.parametrize("name", [TABLE, SOUND])
def test_both_members_must_be_there(name):
    members = {TABLE: HEAD, SOUND: flac()}
    del members[name]
    assert refusal(zipped(members | {f"folder/{name}": b""})).values == {"name": name}


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(pack, "MOST", {TABLE: 1000, SOUND: 100_000})
    bomb = zipped({TABLE: HEAD + "\n" * 2000, SOUND: flac()}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 10_000 and refusal(bomb).code == "pack_too_large"
    bomb = zipped({TABLE: HEAD, SOUND: bytes(10_000_000)}, zipfile.ZIP_DEFLATED)
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was unpacked"))
    assert len(bomb) < 20_000 and refusal(bomb).values == {"name": SOUND, "most": 0}


def test_a_member_that_tells_less_than_it_holds_gives_no_more_than_it_tells():
    bomb = bytearray(zipped({TABLE: HEAD, SOUND: bytes(1_000_000)}, zipfile.ZIP_DEFLATED))
    for at in (n for n in range(len(bomb)) if bomb[n : n + 4] == (1_000_000).to_bytes(4, "little")):
        bomb[at : at + 4] = (100).to_bytes(4, "little")
    assert refusal(bytes(bomb)).code == "pack_damaged"


def test_hours_of_silence_in_a_few_bytes_are_refused(monkeypatch):
    monkeypatch.setattr(pack, "LONGEST", 1)
    file = io.BytesIO()
    soundfile.write(file, np.zeros(2 * RATE), RATE, format="FLAC")
    assert refusal(packed(sound=file.getvalue())).code == "pack_long"


def test_damage_is_told_from_what_is_missing():
    whole = packed()
    at = whole.index(b"fLaC") + 4000
    assert refusal(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :]).values == {"name": SOUND}
    locked = bytearray(whole)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1  # says that a password is needed
    assert refusal(bytes(locked)).code == "pack_damaged"
    assert refusal(packed(method=zipfile.ZIP_LZMA)).code == "pack_damaged"
    assert refusal(packed(sound=b"not a sound")).code == "pack_damaged"
    assert refusal(packed(sound=flac()[:3000])).code == "pack_damaged"


def test_a_sound_that_promises_more_or_does_not_know_is_refused():
    """For a worker reads it whole, and would make room for what is promised."""
    for frames in (0, 3201, 2**36 - 1):
        data = bytearray(flac())
        data[21:26] = ((data[21] >> 4 << 36) | frames).to_bytes(5, "big")
        assert refusal(packed(sound=bytes(data))).code in ("pack_damaged", "pack_long")


@pytest.mark.parametrize(
    "sound", [flac(rate=16_000), flac(channels=2), flac(form="WAV"), flac(form="OGG", coding="VORBIS")]
)
def test_the_sound_must_be_as_it_is_heard(sound):
    found = refusal(packed(sound=sound))
    assert (found.code, found.values) == ("pack_sound", {"rate": RATE})


@pytest.mark.parametrize(
    "head", ["", "said,language,start,end\n", "said;language;speaker;start;end\n", "\ufeff" + HEAD, "\0\n", "ñ"]
)
def test_the_table_must_have_its_columns(head):
    assert refusal(packed(head=head)).code == "pack_table"


def test_the_table_must_be_utf_8():
    assert refusal(zipped({TABLE: (HEAD + "a,es,ñu,0,9").encode("latin-1"), SOUND: flac()})).code == "pack_table"


@pytest.mark.parametrize(
    "row",
    [
        "es:1,es,ana,0,3201",
        "es:1,es,ana,-1,9",
        "es:1,es,ana,9,9",
        "es:1,es,ana,9,1",
        "es:1,es,ana,0",
        "es:1",
        "a,b,c,d,e",
        "es:1,es,ana,0,nan",
        "es:1,es,ana,0.5,9",
        "es\x1b:1,es,ana,0,9",
    ],
)
def test_a_row_that_lies_outside_is_told_by_its_number(row):
    found = refusal(packed([*ROWS, row]))
    assert (found.code, found.values["row"]) == ("pack_row", 7)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "pack_nothing_said"),
        ([",es,ana,0,9", ",es,eva,0,9"], "pack_nothing_said"),
        ([f"{n},es,{who},0,9" for n in range(61) for who in "xy"], "pack_symbols"),
        (["1,es,ana,0,9", "1 2,es,eva,0,9"], "pack_alone"),
        (["1,es,ana,0,9", "1,en,eva,0,9", ",es,eva,0,9"], "pack_alone"),
        (["1,es,ana,0,9", "2,es,ana,0,9"], "pack_one_speaker"),
        (["1,es,ana,0,9", "2,es,real/eva,0,9"], "pack_one_speaker"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(rows, code):
    assert refusal(packed(rows)).code == code


def test_a_pack_with_a_change_anywhere_passes_or_ends_in_a_code():
    whole, rng = packed(), np.random.default_rng(3)
    for _ in range(300):
        data = bytearray(whole)
        for at in rng.integers(0, len(data), size=rng.integers(1, 5)):
            data[at] = rng.integers(256)
        try:
            recordings.from_bytes(read(bytes(data)).data)
        except Refused:
            pass


def test_a_pack_of_takes_has_single_words_and_some_to_leave_out():
    found = pack.of_takes(packed(["sí,,ana,0,800", "no,,ana,800,1600", "sí,,ana,1600,2400"]))
    assert (found.clips, found.symbols, found.takes) == (3, 2, 2)
    for rows in (ROWS, ["sí,,ana,0,800", "no,,ana,800,1600"], ["sí,,ana,0,800", "sí,,ana,800,1600"]):
        with pytest.raises(Refused, match="too_few_takes"):
            pack.of_takes(packed(rows))


def test_phones_are_counted_where_there_is_a_column_of_them():
    names = HEAD.replace("end", "end,phones")
    found = read(packed([row + ",a b" if n else row + ",b c c" for n, row in enumerate(ROWS)], names))
    assert found.phones == 3 and read(packed(ROWS)).phones == 0
    many = [f"{row},{' '.join(f'p{n}{k}' for k in range(30))}" for n, row in enumerate(ROWS)]
    told = refusal(packed(many, names))
    assert (told.code, told.values) == ("pack_phones", {"most": 100, "phones": 30 * len(ROWS)})
    assert refusal(packed([ROWS[0] + ",a \x07", *(row + "," for row in ROWS[1:])], names)).code == "pack_row"
