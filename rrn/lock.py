"""A file that one process at a time may hold. The system lets go of it when that process ends, however it ends."""

import sys
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def alone(path: Path) -> IO[bytes] | None:
    """The file, locked for as long as it stays open; None where another process holds it."""
    file = open(path, "ab+")
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # not inherited by a fork, as flock would be
    except OSError:
        file.close()
        return None
    return file


def shared(file: IO[bytes]) -> None:
    """Let others in beside us, once whoever is alone inside has finished. Windows has no such lock: nothing happens."""
    if sys.platform != "win32":
        fcntl.lockf(file, fcntl.LOCK_SH)
