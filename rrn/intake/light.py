"""The light process: reads sounds that others hand it, within limits of its own, and knows nothing else.

A message to it is a length and a file; one back is a length, a header in JSON, a length and the samples as they are.
"""

import json
import math
import os
import struct
import sys
import traceback
from typing import IO

from rrn.intake.audio import read
from rrn.spec import Refused

MEMORY = 1 << 30  # bytes of address space, of which NumPy and libsndfile take 150 MB
CPU = 4  # seconds per file
READY = b"."
LENGTH = struct.Struct("<I")


def serve() -> None:
    """The light process: answers the files on its standard input, and leaves when that closes."""
    import soundfile  # noqa: F401  loaded before a file comes
    import soxr  # noqa: F401

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not be taken for an answer
    _limit("RLIMIT_AS", MEMORY)
    _limit("RLIMIT_FSIZE", 0)
    _limit("RLIMIT_CORE", 0)
    answers.write(READY)
    answers.flush()
    try:
        while True:
            (size,) = LENGTH.unpack(whole(sys.stdin.buffer, LENGTH.size))
            data = whole(sys.stdin.buffer, size)
            _limit("RLIMIT_CPU", math.ceil(sum(os.times()[:2])) + CPU)
            header, samples = answer(data)
            for part in (json.dumps(header).encode(), samples):
                answers.write(LENGTH.pack(len(part)))
                answers.write(part)
            answers.flush()
    except (EOFError, OSError):
        os._exit(0)  # nobody is there any more


def answer(data: bytes) -> tuple[dict, bytes]:
    """The header: what the sound is, why it was refused, or what broke; and the samples."""
    try:
        sound = read(data)
    except Refused as why:
        return {"refused": why.code, "values": why.values}, b""
    except MemoryError:
        return {"refused": "audio_unreadable", "values": {}}, b""
    except Exception:
        return {"broke": traceback.format_exc()}, b""
    header = {name: value for name, value in vars(sound).items() if name != "samples"}
    return header, sound.samples.tobytes()


def whole(file: IO[bytes], size: int) -> bytes:
    """So many bytes, or EOFError."""
    found = file.read(size)
    if len(found) < size:
        raise EOFError
    return found


def _limit(name: str, most: int) -> None:
    """At most so much from now on, where the system knows such a limit."""
    try:
        import resource

        which = getattr(resource, name)
        resource.setrlimit(which, (most, resource.getrlimit(which)[1]))
    except (ImportError, AttributeError, ValueError, OSError):
        pass
