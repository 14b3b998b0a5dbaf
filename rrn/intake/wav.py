"""A WAV with nothing in it but its sound: the chunks walked by hand, so that no library sees the others.

Source: Microsoft & IBM, Multimedia Programming Interface and Data Specifications 1.0, 1991; tags as in mmreg.h.
"""

import struct

from rrn.spec import Refused

CHUNKS = 4096
CHANNELS = 8
LOW, HIGH = 4_000, 192_000  # samples per second
EXTENSIBLE = 0xFFFE  # the tag proper stands further on
BITS = {1: (8, 16, 24, 32), 3: (32, 64), 6: (8,), 7: (8,)}  # whole numbers, floats, A-law, mu-law
# ADPCM above all is refused before a library decodes it: CVE-2026-37555.
OTHERS = {2: "MS ADPCM", 0x11: "IMA ADPCM", 0x31: "GSM 6.10", 0x40: "G.721", 0x50: "MPEG", 0x55: "MP3", 0xFF: "AAC"}
NEVER_FILLED_IN = 0xFFFFFFFF  # a length, by whoever wrote the file without knowing its end


def plain(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The same sound behind a header of 44 bytes, and notes: audio_cut, audio_second_data.

    Args:
        data: a file that begins with RIFF, four bytes and WAVE. Its whole length is never asked for.

    Raises:
        Refused: audio_wav_broken, audio_codec, audio_channels, audio_rate, audio_bits.
    """
    form, start, end, notes = _found(data)
    tag, channels, rate, _, align, bits = struct.unpack_from("<HHIIHH", data, form)
    if tag == EXTENSIBLE:
        tag = int.from_bytes(data[form + 24 : form + 26], "little")
    if tag not in BITS:
        raise Refused("audio_codec", codec=OTHERS.get(tag, f"0x{tag:04X}"))
    check_shape(channels, rate)
    # 20 bits stand in three bytes, and some write 24 in four: the bytes count.
    width, odd = divmod(8 * align, channels)
    if odd or width not in BITS[tag] or not 0 < bits <= width:
        raise Refused("audio_bits", bits=bits, allowed=", ".join(map(str, BITS[tag])))
    size = (end - start) // align * align
    riff = struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE")
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, tag, channels, rate, rate * align, align, width)
    return riff + head + struct.pack("<4sI", b"data", size) + data[start : start + size], notes


def check_shape(channels: int, rate: int) -> None:
    """Refused("audio_channels") or Refused("audio_rate") for what no recording of a voice has."""
    if not 1 <= channels <= CHANNELS:
        raise Refused("audio_channels", channels=channels, most=CHANNELS)
    if not LOW <= rate <= HIGH:
        raise Refused("audio_rate", rate=rate, low=LOW, high=HIGH)


def _found(data: bytes) -> tuple[int, int, int, tuple[str, ...]]:
    """Where the format begins, where the sound begins and ends, and what to say of it."""
    form = start = end = None
    notes: tuple[str, ...] = ()
    at = 12
    for _ in range(CHUNKS):
        if at + 8 > len(data):
            break
        name, size = struct.unpack_from("<4sI", data, at)
        at += 8
        if name == b"fmt " and form is None and size >= 16 and at + size <= len(data):
            form = at
        elif name == b"data" and start is None:
            if size == 0 and data[4:8] in (bytes(4), b"\xff" * 4):
                size = NEVER_FILLED_IN
            start, end = at, min(at + size, len(data))
            if at + size > len(data) and size != NEVER_FILLED_IN:
                notes += ("audio_cut",)
        elif name == b"data":
            notes += ("audio_second_data",)
            break
        at += size + size % 2
    if form is None or start is None or end is None:
        raise Refused("audio_wav_broken")
    return form, start, end, notes
