"""The audio gate in a light process with limits of its own: a file that breaks its reader breaks nothing else."""

import atexit
import json
import logging
import os
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from rrn.data.sound import RATE
from rrn.intake.audio import LONGEST, Sound, check_size
from rrn.intake.light import LENGTH, READY, whole
from rrn.spec import Refused

WALL = 5.0  # seconds per file
START = 30.0  # seconds until a process is up; a fifth of one where nobody else wants the machine
AT_ONCE = 4  # processes at work; each may take 300 MB
WAIT = 20.0  # seconds for a turn
# Files of the operator's that one process reads. A start takes 0.2 s, more than a hundred short clips.
FILES = 100
HEADER = 100_000  # bytes
# What the process sees of our environment. Secrets of the server stay here.
PASSED = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR", "TEMP", "TMP", "USERPROFILE", "APPDATA", "SYSTEMROOT")

log = logging.getLogger(__name__)
_lock = threading.Lock()
_turns = threading.BoundedSemaphore(AT_ONCE)
_ready: list["_Process"] = []


def decode(data: bytes, *, operator: bool = False) -> Sound:
    """What `rrn.intake.audio.read` gives, read elsewhere, within 5 s.

    Args:
        operator: whoever runs the machine hands in many files of their own: one process reads a hundred of them.
            A visitor's file has a process to itself.

    Raises:
        Refused: as `read`; audio_unreadable also where the process died or took too long; audio_busy where too many
            are at work.
    """
    check_size(data)
    if not _turns.acquire(timeout=WAIT):
        raise Refused("audio_busy")
    try:
        process = _taken()
        if not operator:
            prepare()
        try:
            header, samples = process.answer(data)
        except BaseException:
            process.end()
            raise
        if operator and process.files < FILES:
            with _lock:
                _ready.append(process)
        else:
            process.end()
    finally:
        _turns.release()
    return _understood(header, samples)


def prepare() -> None:
    """Have a process ready, so that nobody waits for its start; a page calls this when it opens."""
    with _lock, suppress(OSError):  # whoever then has a file is told
        if not _ready:
            _ready.append(_Process())


def _taken() -> "_Process":
    """A process that stands ready, or a new one."""
    with _lock:
        while _ready:
            process = _ready.pop()
            if process.alive:
                return process
            process.end()
    try:
        return _Process()
    except OSError as why:
        raise Refused("audio_busy") from why


def _understood(header: dict, samples: bytes) -> Sound:
    match header:
        case {"refused": code, "values": values}:
            raise Refused(code, **values)
        case {"broke": why}:
            log.error("a file broke the audio gate: %s", why)
            raise Refused("audio_unreadable")
    return Sound(np.frombuffer(samples, np.float32).copy(), notes=tuple(header.pop("notes")), **header)


class _Process:
    """A light process, from its start to its end."""

    def __init__(self):
        root = str(Path(__file__).parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        passed = {name: os.environ[name] for name in PASSED if name in os.environ}
        self._process = subprocess.Popen(
            # `-P` keeps the current folder out, whose files might shadow modules.
            [sys.executable, "-P", "-m", "rrn.intake.audio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the MP3 decoder prints
            env=passed | {"PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C in our terminal is not meant for it
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin and self._process.stdout
        self._to, self._from = self._process.stdin, self._process.stdout
        self.files = 0

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def answer(self, data: bytes) -> tuple[dict, bytes]:
        """Header and samples. Refused("audio_unreadable") where none come in time, and the process is to be ended."""
        if not self.files:
            with self._within(START):
                up = self._from.read(1) == READY
            if not up:
                log.error("the process that reads sounds does not start")
                raise Refused("audio_busy")
        self.files += 1
        try:
            with self._within(WALL):
                self._to.write(LENGTH.pack(len(data)))
                self._to.write(data)
                self._to.flush()
                header = json.loads(self._get(HEADER))
                return header, self._get(4 * RATE * (LONGEST + 1))
        except (OSError, EOFError, ValueError) as why:
            log.warning("the process that read a sound died or took too long: %r", why)
            raise Refused("audio_unreadable") from None

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _get(self, most: int) -> bytes:
        # Whatever a file made of the process, it does not make us take in more than a minute of sound.
        (size,) = LENGTH.unpack(whole(self._from, LENGTH.size))
        if size > most:
            raise ValueError(size)
        return whole(self._from, size)

    @contextmanager
    def _within(self, seconds):
        timer = threading.Timer(seconds, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


@atexit.register
def _leave():
    with _lock:
        while _ready:
            _ready.pop().end()
