"""Lines in, lines out: what comes in at the shell and is answered line by line."""

import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

import click

from rrn.shell.words import t

LANGUAGES = ("en", "es")
CHUNK = 65_536  # bytes that are read at once
LONGEST = 1_000_000  # bytes of a line


def batches(stream: BinaryIO | None, most: int) -> Iterator[list[str]]:
    """Lines as they come in: those that are there do not wait for more, so that one can talk to it as well.

    Args:
        most: lines that are given at once.

    Raises:
        click.UsageError: for a line that is not UTF-8 or has no end in sight, once those before it were given.
    """
    rest, number, at_end = b"", 0, stream is None
    lines: list[str] = []
    while not at_end:
        data = stream.read1(CHUNK)  # type: ignore[union-attr]
        at_end = not data
        *whole, rest = (rest + data).split(b"\n")
        for raw in [*whole, rest] if rest and (at_end or len(rest) > LONGEST) else whole:
            number += 1
            try:
                lines.append(decoded(raw, number))
            except click.UsageError:
                yield lines
                raise
            if len(lines) == most:
                yield lines
                lines = []
        if lines:
            yield lines
            lines = []


def decoded(raw: bytes, number: int) -> str:
    """A line without its end, the mark of its encoding and NULs."""
    if len(raw) > LONGEST:
        raise click.UsageError(t("cli_line_too_long", line=number, most=LONGEST))
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise click.UsageError(t("cli_line_encoding", line=number)) from None
    return (text.removeprefix("\ufeff") if number == 1 else text).replace("\0", "").removesuffix("\r")


def visible(character: str) -> bool:
    """Whether there is anything to see: neither a blank, nor a control, nor a joiner or a mark of direction."""
    return (
        unicodedata.category(character) not in ("Cc", "Cf", "Zs", "Zl", "Zp") and not "\ufe00" <= character <= "\ufe0f"
    )


def one_line(text: str) -> str:
    """What can be written on a line: a network that spells in bytes may write line ends and controls too."""
    line = "".join(c for c in " ".join(text.split()) if unicodedata.category(c) != "Cc")
    return line if any(map(visible, line)) else ""
