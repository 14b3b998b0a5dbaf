"""Well-known public sets, fetched when somebody asks for them; without any of them everything still works."""

import errno
import gzip
import io
import re
import tarfile
import wave
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from rrn.data.recordings import Recording
from rrn.data.sound import RATE
from rrn.spec import Refused

WAIT = 20.0  # seconds for an answer, or for the next piece of one
PIECE = 1 << 16  # bytes between two pieces of news
UNPACKED = 20  # times its size that a set may have when it is unpacked
# What a zip may raise that is damaged, packed in an unknown way, or locked by a password.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError)
NOT_A_TAR = (
    tarfile.TarError,
    zlib.error,
    wave.Error,
    EOFError,
    gzip.BadGzipFile,
)  # likewise of a packed archive and its sounds
DIGIT = re.compile(r"recordings/(?P<said>[0-9])_(?P<speaker>[a-z]{1,20})_[0-9]{1,3}\.wav$")

Progress = Callable[[int, int], None]  # bytes that are here, and all of them; 0 where the server does not say
Opened = TypeVar("Opened")


@dataclass(frozen=True)
class Public:
    """A set that others keep.

    Args:
        file: its name in the data folder; where it is opened from at the second time.
        source: whom to name, and where they say so.
        size: bytes, about.
        sha256: None where nobody publishes it: then the one of the first download is kept beside the file.
    """

    title: str
    address: str
    file: str
    licence: str
    source: str
    size: int
    sha256: str | None = None


SETS = {
    "tatoeba": Public(
        title="Tatoeba",
        address="https://storage.googleapis.com/download.tensorflow.org/data/spa-eng.zip",
        file="spa-eng.zip",
        licence="CC BY 2.0 FR",
        source="Tatoeba (https://tatoeba.org), in the selection of https://www.manythings.org/anki",
        size=2_638_744,
    ),
    "spoken_digits": Public(
        title="Free Spoken Digit Dataset",
        address="https://github.com/Jakobovski/free-spoken-digit-dataset/archive/v1.0.9.tar.gz",
        file="v1.0.9.tar.gz",
        licence="CC BY-SA 4.0",
        source="Free Spoken Digit Dataset 1.0.9 (https://github.com/Jakobovski/free-spoken-digit-dataset)",
        size=11_975_353,
        sha256="8bc44cde129d505cbbb6b365c09f80c663f2aa77578afc634e6141a2f87100c0",
    ),
}


def tatoeba(folder: Path, progress: Progress | None = None) -> str:
    """A table of everyday sentences: English, a tab, Spanish, some 119,000 rows.

    Args:
        folder: where this machine keeps its data.

    Raises:
        Refused: as `fetch` does.
    """
    return fetch("tatoeba", folder, lambda path: _in_zip(path, "spa-eng/spa.txt"), progress)


def spoken_digits(folder: Path, progress: Progress | None = None) -> list[Recording]:
    """3,000 English digits, one in each recording, by six people.

    Args:
        folder: where this machine keeps its data.

    Raises:
        Refused: as `fetch` does.
    """
    return fetch("spoken_digits", folder, _digits_in, progress)


def fetch(name: str, folder: Path, read: Callable[[Path], Opened], progress: Progress | None = None) -> Opened:
    """What `read` makes of a set, which is downloaded unless it is here already.

    Args:
        read: raises ValueError where the file is not what it should be; such a one is not kept.
        progress: hears of the download; what it raises ends it.

    Raises:
        Refused: fetch_away, fetch_gone, fetch_cut, fetch_changed, fetch_not_it, disk_full, store_away.
    """
    which = SETS[name]
    path = folder / "sets" / which.file
    noted = path.with_name(f"{which.file}.sha256")
    try:
        known = which.sha256 or (noted.read_text(encoding="ascii").strip() if noted.exists() else None)
        _download(which, path, known, progress)
        try:
            found = read(path)
        except ValueError as why:
            path.unlink()
            raise Refused("fetch_not_it", title=which.title) from why
        if known is None:
            noted.write_text(f"{_sha256(path)}\n", encoding="ascii")
    except OSError as why:
        raise Refused("disk_full" if why.errno == errno.ENOSPC else "store_away") from why
    return found


def here(name: str, folder: Path) -> bool:
    """Whether a set has been downloaded before."""
    return (folder / "sets" / SETS[name].file).exists()


def _download(which, path, known, progress):
    import pooch
    import requests

    def get(address, into, _):
        with requests.get(address, stream=True, timeout=WAIT) as answer, open(into, "wb") as file:
            if not answer.ok:
                raise Refused("fetch_gone", title=which.title, status=answer.status_code)
            done, total = 0, int(answer.headers.get("Content-Length", 0))
            try:
                for piece in answer.iter_content(PIECE):
                    done += len(piece)
                    if done > 2 * which.size:
                        raise Refused("fetch_not_it", title=which.title)
                    file.write(piece)
                    if progress:
                        progress(done, total)
            except requests.RequestException as why:
                raise Refused("fetch_cut", title=which.title) from why

    pooch.get_logger().setLevel("WARNING")
    try:
        pooch.retrieve(which.address, known and f"sha256:{known}", path.name, path.parent, downloader=get)
    except requests.RequestException as why:
        raise Refused("fetch_away", title=which.title) from why
    except ValueError as why:  # the hash is another one
        raise Refused("fetch_changed", title=which.title) from why


def _sha256(path):
    import pooch

    return pooch.file_hash(str(path), alg="sha256")


def _in_zip(path, name):
    """The text of one file in a zip."""
    try:
        with zipfile.ZipFile(path) as packed:
            if packed.getinfo(name).file_size > UNPACKED * path.stat().st_size:
                raise ValueError(f"{name} is far too large")
            return packed.read(name).decode()
    except DAMAGED as why:
        raise ValueError(str(why)) from why


def _digits_in(path):
    """The recordings in a packed archive, by name; ValueError where it is none or holds no digit."""
    found = {}
    left = UNPACKED * path.stat().st_size
    try:
        with tarfile.open(path, "r:gz") as packed:
            for member in packed:
                left -= member.size
                if left < 0:
                    raise ValueError("far too large")
                name = DIGIT.search(member.name)
                file = packed.extractfile(member) if name else None
                if name and file:
                    found[member.name] = _recording(name, file.read())
    except NOT_A_TAR as why:
        raise ValueError(str(why)) from why
    if not found:
        raise ValueError("no recordings")
    return [found[name] for name in sorted(found)]


def _recording(name, data):
    with wave.open(io.BytesIO(data)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise ValueError(f"{name.string} is no sound of one channel at {RATE} Hz")
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    return Recording((name["said"],), "en", name["speaker"], samples)
