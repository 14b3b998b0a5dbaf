"""The gate for texts and prompts: bytes in, clean characters out, with notes of what was mended."""

import re
from dataclasses import dataclass

from rrn.spec import Refused
from rrn.tasks.language_model import PROMPT

MOST = 2_000_000  # bytes
LEAST = 200  # characters; fewer leave nothing to learn from
SYMBOLS = 4096  # different ones; as many as a spec may have

# How files begin that are not text, whatever their name says.
NOT_TEXT = (
    b"\x89PNG",
    b"\xff\xd8\xff",  # JPEG
    b"GIF87a",
    b"GIF89a",
    b"PK\x03\x04",  # zip, and with it docx, odt, epub, xlsx
    b"\x1f\x8b",  # gzip
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"%PDF-",
    b"{\\rtf",
    b"\xd0\xcf\x11\xe0",  # old Office
    b"\x7fELF",
    b"\x89HDF",
    b"SQLite format 3\0",
)  # others are told by what they hold
CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f]")  # all that no text needs; tab, line ends and form feed are fine
MANY = 0.02  # of the characters


@dataclass(frozen=True)
class Text:
    """`notes` are codes of what was mended: bom, nul_dropped, surrogates_dropped, newlines."""

    text: str
    notes: tuple[str, ...] = ()


def read(data: bytes, *, operator: bool = False) -> Text:
    """The text of a file or of what was pasted, in UTF-8 or, where it begins with its mark, UTF-16.

    Args:
        operator: whoever runs the machine hands in files of any length.

    Raises:
        Refused: text_too_long, text_empty, text_not_text, text_encoding, text_too_short, text_one_symbol,
            text_too_many_symbols.
    """
    found = clean(data, operator=operator)
    if len(found.text) < LEAST:
        raise Refused("text_too_short", least=LEAST, characters=len(found.text))
    symbols = len(set(found.text))
    if symbols == 1:
        raise Refused("text_one_symbol")
    if symbols > SYMBOLS:
        raise Refused("text_too_many_symbols", most=SYMBOLS, symbols=symbols)
    return found


def clean(data: bytes, *, operator: bool = False) -> Text:
    """The text, whether or not there is enough in it to learn from.

    Raises:
        Refused: text_too_long, text_empty, text_not_text, text_encoding.
    """
    if len(data) > MOST and not operator:
        raise Refused("text_too_long", most=MOST, bytes=len(data))
    if data.startswith(NOT_TEXT):
        raise Refused("text_not_text")
    text, marked = _decoded(data)
    if len(CONTROLS.findall(text)) > MANY * len(text):
        raise Refused("text_not_text")
    text, notes = _mended(text)
    if not text.strip():
        raise Refused("text_empty")
    return Text(text, (("bom",) if marked else ()) + notes)


def prompt(text: str) -> str:
    """A prompt without NULs and halves of characters. Refused("prompt_too_long") beyond 2,000 characters."""
    clean, _ = _mended(text)
    if len(clean) > PROMPT:
        raise Refused("prompt_too_long", most=PROMPT, characters=len(clean))
    return clean


def _decoded(data):
    """The characters, and whether a mark of the encoding stood before them."""
    try:
        if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
            raise Refused("text_encoding")  # UTF-32
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16", "surrogatepass"), True
        # Without its mark, plain English in UTF-16 reads as UTF-8 with a NUL at every other place.
        if _every_other(data):
            raise Refused("text_encoding")
        text = data.decode("utf-8", "surrogatepass")
        return text.removeprefix("\ufeff"), text.startswith("\ufeff")
    except UnicodeDecodeError:
        controls = len(re.findall(rb"[\x00-\x08\x0e-\x1f]", data))
        raise Refused("text_not_text" if controls > MANY * len(data) else "text_encoding") from None


def _every_other(data):
    most, least = sorted((data[0::2].count(0), data[1::2].count(0)), reverse=True)
    return most > len(data) / 5 and least < most / 20


def _mended(text):
    notes = []
    for note, pattern, put in (
        ("nul_dropped", "\0", ""),
        ("surrogates_dropped", "[\ud800-\udfff]", ""),
        ("newlines", "\r\n?", "\n"),
    ):
        text, count = re.subn(pattern, put, text)
        if count:
            notes.append(note)
    return text, tuple(notes)
