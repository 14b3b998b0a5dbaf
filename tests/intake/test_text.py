import random
import struct
import zlib

import pytest

from rrn.intake import text
from rrn.intake.text import prompt, read
from rrn.spec import Refused

POEM = "En abril, las aguas mil; y en mayo, la niña canta.\n" * 5


def refusal(data):
    with pytest.raises(Refused) as caught:
        read(data)
    return caught.value


def png():
    """One grey pixel."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_what_unicode_wrote_is_read(encoding):
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    found = read((mark + POEM).encode(encoding))
    assert found.text == POEM
    assert found.notes == (() if encoding == "utf-8" else ("bom",))


@pytest.mark.parametrize("data", [b"", b"\n", b" \t\r\n" * 100, b"\0" * 300, b"\xef\xbb\xbf", b"\xff\xfe"])
def test_nothing_is_empty(data):
    assert refusal(data).code == "text_empty"


def test_twenty_characters_are_too_few():
    refused = refusal(b"veinte letras justas")
    assert (refused.code, refused.values) == ("text_too_short", {"least": 200, "characters": 20})


def test_two_hundred_characters_are_enough():
    assert len(read(b"ab" * 100).text) == 200
    assert refusal(b"ab" * 99 + b"a").code == "text_too_short"


def test_one_symbol_leaves_nothing_to_predict():
    assert refusal(b"a" * 60_000).code == "text_one_symbol"


def test_a_line_may_be_long():
    line = "palabra " * 7_500
    assert read(line.encode()) == text.Text(line)


def test_emoji_are_symbols_like_others():
    line = "🙂👩\u200d🚀🇪🇸é" * 60
    assert read(line.encode()) == text.Text(line)
    assert read(line.encode("utf-16")).text == line


def test_nulls_are_dropped():
    found = read(POEM.replace("mayo", "ma\0yo").encode())
    assert found == text.Text(POEM, ("nul_dropped",))


def test_halves_of_characters_are_dropped():
    broken = POEM.replace("mayo", "ma\ud83dyo")
    for encoding in ("utf-8", "utf-16"):
        found = read(broken.encode(encoding, "surrogatepass"))
        assert found.text == POEM
        assert "surrogates_dropped" in found.notes


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_end_alike(end):
    assert read(POEM.replace("\n", end).encode()) == text.Text(POEM, ("newlines",))


@pytest.mark.parametrize(
    "encoding", ["latin-1", "cp1252", "mac-roman", "utf-32", "utf-32-le", "utf-16-le", "utf-16-be"]
)
def test_other_encodings_are_named(encoding):
    assert refusal(POEM.encode(encoding)).code in ("text_encoding", "text_not_text")
    if not encoding.startswith("utf"):
        assert refusal(POEM.encode(encoding)).code == "text_encoding"


def test_plain_english_in_unmarked_utf_16_is_not_mended_by_chance():
    assert refusal(("A quiet word. " * 30).encode("utf-16-le")).code == "text_encoding"


@pytest.mark.parametrize(
    "data",
    [
        png(),
        b"PK\x03\x04" + POEM.encode(),
        zlib.compress(POEM.encode(), wbits=31),
        b"%PDF-1.7\n" + POEM.encode(),
        random.Random(0).randbytes(5000),
        b"RIFF\x24\x08\x00\x00WAVEfmt " + random.Random(1).randbytes(2000),
        bytes(range(1, 32)) * 20,
    ],
    ids=["png", "zip", "gzip", "pdf", "noise", "wav", "controls"],
)
def test_a_file_that_is_not_text_is_told_by_what_it_holds(data):
    assert refusal(data).code == "text_not_text"


@pytest.mark.parametrize("start", ["RIFF", "ID3", "BZh", "GIF8", "MZ", "PK", "{"])
def test_a_text_may_begin_with_the_letters_of_a_format(start):
    assert read((start + POEM).encode()).text == start + POEM


def test_three_megabytes_are_too_many():
    refused = refusal(b"ab\n" * 1_000_000)
    assert (refused.code, refused.values) == ("text_too_long", {"most": 2_000_000, "bytes": 3_000_000})
    assert len(read(b"ab\n" * 1_000_000, operator=True).text) == 3_000_000


def test_two_megabytes_go_through():
    assert len(read(b"ab" * 1_000_000).text) == 2_000_000


def test_too_many_symbols():
    many = "".join(map(chr, range(0x4E00, 0x4E00 + 5_000)))
    refused = refusal(many.encode())
    assert (refused.code, refused.values) == ("text_too_many_symbols", {"most": 4096, "symbols": 5_000})
    assert read(many[:4096].encode()).text == many[:4096]


def test_a_refused_text_raises_nothing_else():
    """Mutated files: a text comes out, or a refusal."""
    rng = random.Random(5)
    came_out = refused = 0
    seeds = [POEM.encode(), POEM.encode("utf-16"), png(), "🙂é".encode() * 90, b"\0a" * 200]
    for _ in range(2_000):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randrange(1, 20)):
            match rng.randrange(3):
                case 0 if data:
                    data[rng.randrange(len(data))] = rng.randrange(256)
                case 1:
                    at = rng.randrange(len(data) + 1)
                    del data[at : at + 5]
                case _:
                    at = rng.randrange(len(data) + 1)
                    data[at:at] = rng.randbytes(rng.randrange(8))
        try:
            found = read(bytes(data))
        except Refused:
            refused += 1
            continue
        came_out += 1
        found.text.encode()
        assert len(found.text) >= 200 and "\0" not in found.text and "\r" not in found.text
    assert came_out > 100 and refused > 100  # neither gate that lets all through nor one that lets nothing


def test_a_prompt_is_cleaned():
    assert prompt("Ha\0bía\r\nuna\ud83d vez 🙂") == "Había\nuna vez 🙂"
    assert prompt("") == ""
    assert len(prompt("a" * 2_000)) == 2_000


def test_a_prompt_has_an_end():
    with pytest.raises(Refused) as caught:
        prompt("a" * 2_001)
    assert (caught.value.code, caught.value.values) == ("prompt_too_long", {"most": 2_000, "characters": 2_001})
