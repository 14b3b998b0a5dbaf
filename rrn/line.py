"""The line to the warm process: where its socket is, how it is started, and one life line per client process.

The warm process lives while somebody holds a line to it.
"""

import hashlib
import json
import os
import secrets
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import types
from collections.abc import Generator
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path

from rrn import store
from rrn.spec import Refused

WITHIN = 30.0  # seconds for the warm process to answer
SILENCE = 25.0  # seconds without a word from the resident; a question may take 20
STARTS = 3  # processes that end badly before we give up
LOG = 5_000_000  # bytes; a longer log is put away when a process starts
LONGEST = 64_000_000  # bytes of one message
GONE = (ConnectionError, EOFError, AuthenticationError, OSError)  # FileNotFoundError and timeouts are OSErrors
# What a worker needs to know of our environment. Secrets of the server stay here.
PASSED = ("RRN_", "KERAS_", "TF_", "XLA_", "CUDA", "NVIDIA_", "JAX_", "LD_", "DYLD_", "PYTHON", "LC_", "XDG_", "OMP_")
PASSED_WHOLE = ("PATH", "HOME", "LANG", "TMPDIR", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "SYSTEMROOT")

# Streamlit's watcher drops changed modules from sys.modules, and with them their globals: the line would break, and the
# warm process might leave with its runs. An entry that has no file stays.
_here = sys.modules.setdefault(
    "_rrn_line",
    types.SimpleNamespace(lock=threading.Lock(), lines={}, started={}),  # type: ignore[arg-type]
)


def socket_name(folder: Path, whose: str = "worker") -> str:
    """Address of a socket in the data folder; where that is too long for one, in a private folder of this user."""
    code = hashlib.sha256(f"{folder.resolve()} {whose}".encode()).hexdigest()[:16]
    if os.name == "nt":
        return rf"\\.\pipe\rrn-{code}"
    near = str(folder / f"{whose}.sock")
    if len(os.fsencode(near)) <= 100:  # the system's own limit is 107 bytes, on macOS 103
        return near
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or f"{tempfile.gettempdir()}/rrn-{os.getuid()}")
    base.mkdir(mode=0o700, exist_ok=True)
    if base.stat().st_uid != os.getuid():
        raise PermissionError(base)
    return str(base / f"{code}.sock")


def key_file(folder: Path) -> Path:
    return folder / "worker.key"


def environment() -> dict[str, str]:
    """What a worker's process sees of ours."""
    passed = {k: v for k, v in os.environ.items() if k.startswith(PASSED) or k.upper() in PASSED_WHOLE}
    # Found from wherever we were started. `-P` keeps the current folder out, whose files might shadow modules.
    paths = [str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    ours = {"PYTHONPATH": os.pathsep.join(paths), "RRN_DATA_DIR": str(store.folder())}
    # NumPy's own threads would gain nothing on vectors this short, and a process that forks must have none.
    return {"OPENBLAS_NUM_THREADS": "1"} | passed | ours


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "rrn.worker", *arguments]


def listen(folder: Path, whose: str) -> Listener:
    """Open the door of a worker, which holds a lock so that a socket left behind by another one is stale."""
    address = socket_name(folder, whose)
    if whose == "worker":  # the resident's door opens with the same key
        new = folder / "worker.key.new"
        new.unlink(missing_ok=True)
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        new.replace(key_file(folder))
    key = key_file(folder).read_bytes()
    if os.name == "nt":
        return Listener(address, "AF_PIPE", authkey=key)
    Path(address).unlink(missing_ok=True)
    before = os.umask(0o177)  # a socket that only this user may open
    try:
        return Listener(address, "AF_UNIX", backlog=64, authkey=key)
    finally:
        os.umask(before)


def tell(message: dict) -> dict:
    """One message and its answer over the life line, which is opened on first need and again after a loss.

    Raises:
        Refused: no_worker, after 30 s.
    """
    folder = store.folder()
    until = time.monotonic() + WITHIN
    with _here.lock:
        for _ in range(2):
            line = _life_line(folder, until)
            try:
                line.send_bytes(json.dumps(message).encode())
                if line.poll(max(0.0, until - time.monotonic())):
                    return json.loads(line.recv_bytes(LONGEST))
            except GONE:
                pass
            except BaseException:  # Ctrl-C, say: the answer still to come must not be taken for the next one
                _drop(folder)
                raise
            _drop(folder)
    raise Refused("no_worker")


def ask(header: dict, data: bytes) -> Generator[bytes]:
    """Send a question on a connection of its own; what comes back, message by message.

    Dropping the generator closes the connection, and with it ends the work on the answer.
    """
    address = tell({"do": "hello"})["asks"]
    line = _connect(store.folder(), time.monotonic() + WITHIN, address, start=False)
    try:
        line.send_bytes(json.dumps({"do": "ask"} | header).encode())
        line.send_bytes(data)
        # Hundreds of long sentences may be worked on before there is a word to say.
        while line.poll(None if header.get("patient") else SILENCE):
            yield line.recv_bytes(LONGEST)
        raise Refused("no_answer")
    except GONE:
        return
    finally:
        line.close()


def hang_up() -> None:
    """Let go of the warm process now rather than at the end of this one, and see it leave if it was ours."""
    with _here.lock:
        for folder in list(_here.lines):
            _drop(folder)
        for process in _here.started.values():
            process.wait(WITHIN)
        _here.started.clear()


def _life_line(folder, until):
    pid, line = _here.lines.get(folder, (None, None))
    if pid != os.getpid():  # none yet, or one that this process inherited by a fork and must not use
        line = _connect(folder, until, socket_name(folder))
        _here.lines[folder] = os.getpid(), line
    return line


def _drop(folder):
    _, line = _here.lines.pop(folder)
    line.close()


def _connect(folder, until, address, *, start=True):
    """Dial, else start a process and dial again. Nobody asks whether one is running: it would be old news."""
    failed = 0
    while True:
        try:
            return _dial(folder, address, until)
        except GONE as why:
            if time.monotonic() > until or failed >= STARTS:
                raise Refused("no_worker") from why
        try:
            failed += _start(folder) if start else 0
        except OSError as why:
            raise Refused("store_away") from why
        time.sleep(0.05)


def _dial(folder, address, until):
    key = key_file(folder).read_bytes()
    if os.name == "nt":
        return Client(address, "AF_PIPE", authkey=key)
    dialing = socket.socket(socket.AF_UNIX)
    try:
        # The other end listens before it imports Keras, and answers after; it must not keep us for ever.
        _patience(dialing, max(0.1, until - time.monotonic()))
        dialing.connect(address)
    except OSError:
        dialing.close()
        raise
    line = Connection(dialing.detach())
    try:
        answer_challenge(line, key)
        deliver_challenge(line, key)
        patience(line, 0)
    except BaseException:
        line.close()
        raise
    return line


def patience(line: Connection, seconds: float) -> None:
    """From now on a read or write on this connection that takes longer is an OSError; 0: never."""
    if os.name != "nt":
        with socket.socket(fileno=os.dup(line.fileno())) as same:
            _patience(same, seconds)


def _patience(of, seconds):
    span = struct.pack("ll", int(seconds), int(seconds % 1 * 1e6))
    for which in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        of.setsockopt(socket.SOL_SOCKET, which, span)


def _start(folder):
    """Start a warm process unless one of ours is at it. Says whether the last one ended badly: 0 or 1."""
    before = _here.started.get(folder)
    if before is not None and before.poll() is None:
        return 0
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "worker.log"
    if path.exists() and path.stat().st_size > LOG:
        path.replace(path.with_suffix(".log.old"))
    with open(path, "ab") as log:
        _here.started[folder] = subprocess.Popen(
            command(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in our terminal is not meant for it
            env=environment(),
        )
    return int(before is not None and before.returncode != 0)
