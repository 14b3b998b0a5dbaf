"""Packs of recordings: one sound in which all stand end to end, and a table that tells what is said where and by whom.

A pack is a zip of audio.flac and clips.csv, so that it can be opened by hand.
"""

import csv
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rrn.data.sound import RATE

COLUMNS = ("said", "language", "speaker", "start", "end")
PHONES = "phones"  # a column that a pack may have besides
EPOCH = (1980, 1, 1, 0, 0, 0)  # the date inside every pack, so that equal packs are equal bytes
Accent = dict[str, tuple[str, ...]]  # the phones of every symbol of a language
# What a zip, a table and soundfile (RuntimeError) raise where other bytes stand.
NO_PACK = (zipfile.BadZipFile, zlib.error, csv.Error, EOFError, KeyError, AttributeError, TypeError, RuntimeError)


@dataclass(frozen=True, eq=False)
class Recording:
    """One clip.

    Args:
        said: the symbols in order; none where nothing is said that counts.
        language: "es", "en", or "" where it does not matter.
        speaker: who says it.
        sound: (samples,) at RATE, in [-1, 1].
        phones: the speech sounds that it is made of, in order; none where they are not known.
    """

    said: tuple[str, ...]
    language: str
    speaker: str
    sound: np.ndarray
    phones: tuple[str, ...] = ()


def to_bytes(recordings: Sequence[Recording]) -> bytes:
    """The pack of these, in their order."""
    import soundfile

    table, at = io.StringIO(), 0
    rows = csv.writer(table, lineterminator="\n")
    spelled = any(one.phones for one in recordings)
    rows.writerow([*COLUMNS, *[PHONES] * spelled])
    for one in recordings:
        rows.writerow([" ".join(one.said), one.language, one.speaker, at, at := at + len(one.sound),
                       *[" ".join(one.phones)] * spelled])  # fmt: skip
    sound = io.BytesIO()
    whole = np.concatenate([one.sound for one in recordings]) if recordings else np.zeros(0)
    soundfile.write(sound, np.clip(whole, -1, 1).astype(np.float32), RATE, format="FLAC", subtype="PCM_16")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as file:
        file.writestr(zipfile.ZipInfo("clips.csv", EPOCH), table.getvalue())
        file.writestr(zipfile.ZipInfo("audio.flac", EPOCH), sound.getvalue())
    return packed.getvalue()


def from_bytes(data: bytes) -> list[Recording]:
    """The recordings of a pack that `to_bytes` wrote, or `rrn.intake.pack` let in; ValueError for other bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            rows = list(csv.DictReader(io.TextIOWrapper(file.open("clips.csv"), "utf-8")))
            sound, rate = decoded(file.read("audio.flac"))
        if rate != RATE:
            raise ValueError(f"a pack has {RATE} samples a second, not {rate}")
        return [Recording(tuple(r["said"].split()), r["language"], r["speaker"], sound[int(r["start"]) : int(r["end"])],
                          tuple((r.get(PHONES) or "").split())) for r in rows]  # fmt: skip
    except NO_PACK as why:
        raise ValueError("no pack of recordings") from why


def decoded(flac: bytes) -> tuple[np.ndarray, int]:
    """(samples,) of a file of ours, and its samples per second; what visitors bring goes through `rrn.intake`."""
    import soundfile

    return soundfile.read(io.BytesIO(flac), dtype="float32")


def speakers(recordings: Iterable[Recording]) -> list[str]:
    """Who speaks, by name."""
    return sorted({one.speaker for one in recordings})


def accents(recordings: Iterable[Recording]) -> list[Accent]:
    """Pronunciations of a language's symbols: one accent for each speaker of whom the phones of all are known, without
    repeats. All are those of which anyone's are known.

    Where someone pronounces a symbol in several ways, the most frequent one counts.
    """
    heard: dict[str, dict[str, dict[str, Counter]]] = {}  # by language, speaker, symbol
    for one in recordings:
        if len(one.said) == 1 and one.phones:
            of = heard.setdefault(one.language, {}).setdefault(one.speaker, {})
            of.setdefault(one.said[0], Counter())[one.phones] += 1
    found: list[Accent] = []
    for _, by_speaker in sorted(heard.items()):
        all_of_them = {symbol for of in by_speaker.values() for symbol in of}
        for _, of in sorted(by_speaker.items()):
            accent = {symbol: max(said, key=lambda phones: (said[phones], phones)) for symbol, said in of.items()}
            if len(accent) == len(all_of_them) and accent not in found:
                found.append(accent)
    return found
