"""What a file is, told by its first bytes, and nothing let through that does not begin like one of four formats."""

import re

from rrn.intake import wav
from rrn.spec import Refused

# How others begin, and where, that people do hand in.
NAMED = (
    (4, b"ftyp", "M4A/AAC"),
    (0, b"\xff\xf1", "AAC"),
    (0, b"\xff\xf9", "AAC"),
    (0, b"ADIF", "AAC"),
    (0, b"\x1a\x45\xdf\xa3", "WebM"),
    (0, b"RIFX", "RIFX"),
    (0, b"RF64", "RF64"),
    (8, b"AIFF", "AIFF"),
    (8, b"AIFC", "AIFF"),
    (0, b"caff", "CAF"),
    (0, b".snd", "AU"),
    (0, b"#!AMR", "AMR"),
    (0, b"0&\xb2u", "WMA"),
    (8, b"AVI ", "AVI"),
)
OGG = {b"Speex   ": "Speex", b"\x80theora": "Theora", b"\x7fFLAC": "Ogg FLAC"}
# The header of a frame of layer III, with a bit rate and a sampling rate that exist.
FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][%s]" % re.escape(bytes(b for b in range(16, 240) if b & 12 != 12)))
FAR = 65_536  # bytes behind a tag within which an MP3 begins


def known(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """What a library may open: WAV, FLAC, Ogg or MP3, without tags before it; and notes, audio_cut among them.

    Raises:
        Refused: audio_format, audio_not_audio, audio_codec, and as `wav.plain`.
    """
    # libsndfile skips such a tag too, and then opens whatever stands behind it.
    if data.startswith(b"ID3"):
        data = _untagged(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return wav.plain(data)
    if data.startswith(b"OggS"):
        return data, _ogg(data)
    if data.startswith(b"fLaC") or FRAME.match(data):
        return data, ()
    for at, start, name in NAMED:
        if data.startswith(start, at):
            raise Refused("audio_format", name=name)
    raise Refused("audio_not_audio")


def _untagged(data: bytes) -> bytes:
    """What stands behind the ID3 tag, from the first frame of an MP3 if that is not far."""
    high, *low = data[6:10].ljust(4, b"\0")
    size = 0
    for byte in (high, *low):
        size = size << 7 | byte & 127
    at = 10 + size
    if data[at : at + 4] == b"fLaC":
        return data[at:]
    # A tag that claims the whole file lies: then look behind its first bytes.
    found = FRAME.search(data, at, at + FAR) or FRAME.search(data, 10)
    return data[found.start() :] if found else b""


def _ogg(data: bytes) -> tuple[str, ...]:
    """A note if the last page is cut. Ogg may hold anything, films too: the first packet says what."""
    first = data[27 + data[26] :][:8] if len(data) > 27 else b""
    if not first.startswith((b"\x01vorbis", b"OpusHead")):
        codec = next((name for start, name in OGG.items() if first.startswith(start)), "Ogg")
        raise Refused("audio_codec", codec=codec)
    last = data.rfind(b"OggS")
    lengths = data[last + 27 :][: data[last + 26]] if last + 26 < len(data) else b""
    whole = lengths and last + 27 + len(lengths) + sum(lengths) <= len(data)
    return () if whole else ("audio_cut",)
