"""A file of the operator's, plain or .gz; its size is the operator's own affair."""

import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from rrn.shell.words import t


@dataclass(frozen=True)
class File:
    """`path` as it was typed, `data` unpacked, `sha256` of the file as it lies on the disk."""

    path: str
    data: bytes
    sha256: str

    @property
    def name(self) -> str:
        return Path(self.path).name


def read(path: str) -> File:
    """The file at `path`; "-" is what comes in. A click.UsageError says why it cannot be read."""
    with opened(path) as stream:
        raw = stream.read()
    return File(path, _unpacked(raw, path), hashlib.sha256(raw).hexdigest())


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """The bytes at `path` as they lie there, to be read. A click.UsageError says why that cannot be."""
    try:
        with nullcontext(_comes_in()) if path == "-" else open(path, "rb") as stream:
            yield stream
    except FileNotFoundError:
        raise click.UsageError(t("cli_no_file", name=path)) from None
    except IsADirectoryError:
        raise click.UsageError(t("cli_is_folder", name=path)) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = getattr(error, "strerror", None) or str(error)
        raise click.UsageError(t("cli_unreadable", name=path, why=why)) from None


def _comes_in() -> BinaryIO:
    return sys.stdin.buffer if sys.stdin else io.BytesIO()


def _unpacked(raw: bytes, path: str) -> bytes:
    if not raw.startswith(b"\x1f\x8b"):  # a .gz is told by its first bytes, whatever its name
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error):
        raise click.UsageError(t("cli_damaged_gz", name=path)) from None
