"""`python -m rrn`: generate, bits, translate, sentiment, transcribe, train, teach, voices, runs, models, doctor."""

import io
import os
import sys


def main() -> int:
    """Carry out the command line; 0 done, 1 it went wrong on the way, 2 the line cannot be used as it is."""
    from rrn.shell.commands import run

    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    return run(sys.argv[1:])


def in_utf8() -> None:
    """Begin again in Python's UTF-8 mode where the locale would read the command line and its files otherwise."""
    if sys.getfilesystemencoding().lower() not in ("utf-8", "utf8"):
        os.execve(sys.executable, [sys.executable, "-m", "rrn", *sys.argv[1:]], os.environ | {"PYTHONUTF8": "1"})


if __name__ == "__main__":
    in_utf8()
    sys.exit(main())
