"""Mutated sounds through the audio gate, in limited processes: python -m tests.intake.fuzz_audio 5000"""

import logging
import random
import struct
import sys
import time
from collections import Counter

import numpy as np

from rrn.data.sound import RATE
from rrn.intake import decoder
from rrn.intake.audio import LONGEST
from rrn.spec import Refused
from tests.intake import sounds

LIES = [0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 2**24, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1]
TAG = b"ID3\x04\0\0\0\0\0\x0aTIT2\0\0\0\0\0\0"


def seeds():
    """Short files of every coding that is read, and of some that are not."""
    voice = sounds.tone(0.3) + sounds.tone(0.3, hertz=3000, loud=0.1)
    files = [sounds.encoded(voice, *coding) for coding in sounds.CODINGS]
    two = np.stack([voice, -voice], axis=1)
    files += [sounds.encoded(two, *coding, 48_000) for coding in sounds.CODINGS[1::3]]
    eight = np.stack([voice[:2000]] * 8, axis=1)
    files += [sounds.encoded(eight, form, coding, 192_000) for form, coding in (("WAV", "FLOAT"), ("FLAC", "PCM_16"))]
    files += [sounds.encoded(voice, "WAV", "IMA_ADPCM"), sounds.encoded(voice, "OGG", "OPUS", 8000)]
    files.append(TAG + sounds.encoded(voice, "MP3", "MPEG_LAYER_III"))
    return files


def mutated(files, rng):
    """One of the files, spoiled in one to eight ways."""
    data = bytearray(rng.choice(files))
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at = rng.randrange(len(data) or 1)
        match rng.randrange(7):
            case 0 if data:
                data[at] ^= 1 << rng.randrange(8)
            case 1:
                data[at : at + rng.randrange(1, 9)] = rng.randbytes(rng.randrange(9))
            case 2:
                del data[at:]
            case 3:
                other = rng.choice(files)
                data[at:] = other[rng.randrange(len(other)) :]
            case 4:
                data[at : at + rng.randrange(400)] = data[: rng.randrange(400)]
            case 5:  # near the beginning, where the lengths stand
                form = rng.choice(("<I", ">I", "<H", ">H"))
                lie = struct.pack(form, rng.choice(LIES) % 256 ** struct.calcsize(form))
                early = rng.randrange(80)
                data[early : early + len(lie)] = lie
            case _:
                data[at:at] = data[at : at + rng.randrange(2000)]
    return summed(data) if data[:4] == b"OggS" and rng.random() < 0.7 else bytes(data)


def summed(data):
    """An Ogg with pages whose sums are right, so that what is wrong in them reaches the decoder."""
    at = 0
    while (at := data.find(b"OggS", at)) >= 0 and at + 27 <= len(data):
        lengths = data[at + 27 : at + 27 + data[at + 26]]
        end = at + 27 + len(lengths) + sum(lengths)
        data[at + 22 : at + 26] = bytes(4)
        struct.pack_into("<I", data, at + 22, sounds.checksum(data[at:end]))
        at += 4
    return bytes(data)


class Records(logging.Handler):
    """What the gate had to write into the log."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def run(count, seed=0):
    """Counter of how the files ended, lines of the log, and the longest time that one took."""
    rng, files = random.Random(seed), seeds()
    ended: Counter[str] = Counter()
    records, longest = Records(), 0.0
    decoder.log.addHandler(records)
    try:
        for _ in range(count):
            data = mutated(files, rng)
            begun = time.monotonic()
            try:
                sound = decoder.decode(data, operator=True)
            except Refused as why:
                ended[why.code] += 1
            else:
                ended["read"] += 1
                ended.update(sound.notes)
                assert np.isfinite(sound.samples).all() and np.abs(sound.samples).max() <= 1
                assert 0.02 * RATE < len(sound.samples) <= LONGEST * RATE + 1
            longest = max(longest, time.monotonic() - begun)
    finally:
        decoder.log.removeHandler(records)
    return ended, records.lines, longest


if __name__ == "__main__":
    import resource

    found, lines, longest = run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    decoder._leave()
    print(*lines, sep="\n")
    print(dict(found.most_common()))
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{len(lines)} deaths or bugs; longest {longest:.2f} s; largest process {most:.0f} MB")
