"""The gate for packs of recordings. Whoever runs the machine hands them in; a visitor's are made by a page."""

import csv
import io
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass

from rrn.data import recordings
from rrn.data.recordings import COLUMNS, PHONES, Recording
from rrn.data.sound import RATE
from rrn.spec import Refused, choices
from rrn.tasks.speech import Speech

TABLE, SOUND = "clips.csv", "audio.flac"
MOST = {TABLE: 200_000_000, SOUND: 4_000_000_000}  # bytes of each, unpacked
LONGEST = 86_400  # seconds; FLAC makes hours of silence out of a few bytes
BLOCK = 1_000_000  # samples read at once
SYMBOLS, MOST_PHONES = (int(choices(Speech)[field].high) for field in ("symbols", "phones"))
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError)
Row = dict[str, str]  # by the names of the columns


@dataclass(frozen=True)
class Pack:
    """`data` is what `rrn.data.recordings.from_bytes` reads: the file as it was, in which nothing had to be mended.

    Args:
        clips: how many recordings that are.
        symbols: how many different ones are said in them.
        phones: how many different speech sounds it tells of them.
    """

    data: bytes
    clips: int
    symbols: int
    phones: int = 0
    notes: tuple[str, ...] = ()


def read(data: bytes) -> Pack:
    """A pack that a recogniser for anybody can be learned from: of two speakers at least, so that one is held out.

    Raises:
        Refused: as `opened`; pack_alone, pack_one_speaker.
    """
    found, rows = opened(data)
    # Clips are composed out of single words of one speaker.
    alone = {(row["language"], row["speaker"]) for row in rows if len(row["said"].split()) == 1}
    for row in rows:
        if (row["language"], row["speaker"]) not in alone:
            raise Refused("pack_alone", speaker=row["speaker"])
    # People and machines are held out apart.
    kinds = Counter(name.startswith("real/") for name in {speaker for _, speaker in alone})
    if max(kinds.values()) < 2:
        raise Refused("pack_one_speaker")
    return found


@dataclass(frozen=True)
class Takes(Pack):
    """A pack of single words; `takes` are those of the word that has most."""

    takes: int = 0


def of_takes(data: bytes) -> Takes:
    """A pack from which a recogniser learns words of one's own.

    Raises:
        Refused: as `opened`; too_few_takes where not every recording is one word, or nothing can be left out.
    """
    found, rows = opened(data)
    said = Counter(row["said"].strip() for row in rows)
    if any(len(words.split()) != 1 for words in said) or len(said) < 2 or max(said.values()) < 2:
        raise Refused("too_few_takes")
    return Takes(found.data, found.clips, found.symbols, takes=max(said.values()))


def ours(data: bytes) -> list[Recording]:
    """The recordings of a pack that a page made for its visitor; ValueError for other bytes of theirs, which a link may
    name. A page compresses nothing: a text that is a zip as well may hold gigabytes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            packed = any(member.compress_type != zipfile.ZIP_STORED for member in file.infolist())
    except (zipfile.BadZipFile, NotImplementedError) as why:
        raise ValueError("no pack") from why
    if packed:
        raise ValueError("no pack of ours")
    return recordings.from_bytes(data)


def opened(data: bytes) -> tuple[Pack, list[Row]]:
    """A pack whose parts fit together, whatever it is good for, and the rows of its table.

    Raises:
        Refused: pack_no_zip, pack_missing, pack_too_large, pack_damaged, pack_table, pack_row, pack_sound, pack_long,
            pack_symbols, pack_phones, pack_nothing_said.
    """
    table, sound = _members(data)
    rows = _rows(table)
    samples = _samples(sound)
    for number, row in rows:
        if not _lies_in(row, samples):
            raise Refused("pack_row", row=number, samples=samples)
    symbols = {symbol for _, row in rows for symbol in row["said"].split()}
    if not symbols:
        raise Refused("pack_nothing_said")
    phones = {phone for _, row in rows for phone in (row.get(PHONES) or "").split()}
    if len(symbols) > SYMBOLS:
        raise Refused("pack_symbols", most=SYMBOLS, symbols=len(symbols))
    if len(phones) > MOST_PHONES:
        raise Refused("pack_phones", most=MOST_PHONES, phones=len(phones))
    return Pack(data, len(rows), len(symbols), len(phones)), [row for _, row in rows]


def _members(data: bytes) -> tuple[bytes, bytes]:
    """What the table and the sound of a pack hold; whatever else is in it is not looked at."""
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise Refused("pack_no_zip") from None
    with file:
        for name in (TABLE, SOUND):
            if name not in file.namelist():
                raise Refused("pack_missing", name=name)
            member = file.getinfo(name)  # no more comes out of it than it tells here
            if member.file_size > MOST[name]:
                raise Refused("pack_too_large", name=name, most=MOST[name] // 10**6)
            if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Refused("pack_damaged", name=name)
        return _member(file, TABLE), _member(file, SOUND)


def _member(file: zipfile.ZipFile, name: str) -> bytes:
    try:
        return file.read(name)
    except (*DAMAGED, NotImplementedError, RuntimeError, ValueError):
        raise Refused("pack_damaged", name=name) from None


def _rows(table: bytes) -> list[tuple[int, Row]]:
    """Every row with its number, the names of the columns being row 1."""
    try:
        reader = csv.DictReader(io.TextIOWrapper(io.BytesIO(table), "utf-8"))
        rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error):
        raise Refused("pack_table") from None
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        raise Refused("pack_table")
    if not rows:
        raise Refused("pack_nothing_said")
    return rows


def _samples(sound: bytes) -> int:
    """How many samples there are; as many as the header promises, for whoever reads them all at once goes by that."""
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(sound)) as file:
            if (file.format, file.samplerate, file.channels) != ("FLAC", RATE, 1):
                raise Refused("pack_sound", rate=RATE)
            if file.frames > LONGEST * RATE:
                raise Refused("pack_long", hours=LONGEST // 3600)
            found = 0
            while block := len(file.read(BLOCK, dtype="int16")):
                found += block
            if found != file.frames:
                raise Refused("pack_damaged", name=SOUND)
            return found
    except (soundfile.LibsndfileError, RuntimeError):
        raise Refused("pack_damaged", name=SOUND) from None


def _lies_in(row: Row, samples: int) -> bool:
    """Whether a row is complete, and its clip lies in the sound."""
    if any(row[name] is None for name in COLUMNS) or not all(
        map(str.isprintable, [*row["said"].split(), *(row.get(PHONES) or "").split()])
    ):
        return False
    try:
        return 0 <= int(row["start"]) < int(row["end"]) <= samples
    except ValueError:
        return False
