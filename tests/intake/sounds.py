"""Files of sound, made by hand or by libsndfile, good and bad."""

import io
import struct

import numpy as np
import soundfile

CODINGS = [
    ("WAV", "PCM_U8"),
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "PCM_32"),
    ("WAV", "FLOAT"),
    ("WAV", "DOUBLE"),
    ("WAV", "ALAW"),
    ("WAV", "ULAW"),
    ("WAVEX", "PCM_16"),
    ("FLAC", "PCM_S8"),
    ("FLAC", "PCM_16"),
    ("FLAC", "PCM_24"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("MP3", "MPEG_LAYER_III"),
]


def tone(seconds=0.5, rate=16_000, hertz=440.0, loud=0.5):
    return loud * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def encoded(sound, form="WAV", coding="PCM_16", rate=16_000):
    file = io.BytesIO()
    soundfile.write(file, sound, rate, format=form, subtype=coding)
    return file.getvalue()


def chunk(name, data, size=None):
    return name + struct.pack("<I", len(data) if size is None else size) + data + bytes(len(data) % 2)


def wav(*chunks, size=None, name=b"RIFF"):
    body = b"WAVE" + b"".join(chunks)
    return name + struct.pack("<I", len(body) if size is None else size) + body


def form(tag=1, channels=1, rate=16_000, bits=16, align=None, more=b""):
    align = channels * bits // 8 if align is None else align
    return chunk(b"fmt ", struct.pack("<HHIIHH", tag, channels, rate, rate * align, align, bits) + more)


def shorts(sound):
    return np.round(32767 * np.clip(sound, -1, 1)).astype("<i2").tobytes()


def pages(data):
    """The pages of an Ogg."""
    at = 0
    while at < len(data):
        lengths = data[at + 27 : at + 27 + data[at + 26]]
        end = at + 27 + len(lengths) + sum(lengths)
        yield data[at:end]
        at = end


def long_ogg(minutes):
    """So many minutes of silence at 8 kHz: the pages of one minute over and over, each with its place and its sum."""
    first, second, *rest = pages(encoded(np.zeros(60 * 8000), "OGG", "VORBIS", 8000))
    rest = [page for page in rest if page[6:14] != bytes(8)]
    out = [first, second]
    for number in range(minutes * len(rest)):
        lap, place = divmod(number, len(rest))
        page = bytearray(rest[place])
        here = struct.unpack_from("<q", page, 6)[0] + lap * 60 * 8000
        last = number == minutes * len(rest) - 1
        page[5] = page[5] & ~4 | 4 * last
        struct.pack_into("<q", page, 6, here)
        struct.pack_into("<II", page, 18, number + 2, 0)
        struct.pack_into("<I", page, 22, checksum(page))
        out.append(bytes(page))
    return b"".join(out)


def _row(byte):
    value = byte << 24
    for _ in range(8):
        value = (value << 1 ^ (0x04C11DB7 if value >> 31 else 0)) & 0xFFFFFFFF
    return value


TABLE = [_row(byte) for byte in range(256)]


def checksum(page):
    value = 0
    for byte in page:
        value = value << 8 & 0xFFFFFFFF ^ TABLE[value >> 24 ^ byte]
    return value


def flac_bomb(seconds=61, channels=8, rate=192_000):
    """Silence that takes next to nothing until it is read."""
    file = io.BytesIO()
    silence = np.zeros((rate, channels), np.int16)
    with soundfile.SoundFile(file, "w", rate, channels, "PCM_16", format="FLAC") as out:
        for _ in range(seconds):
            out.write(silence)
    return file.getvalue()
