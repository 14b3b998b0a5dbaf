"""How the warm process makes its children: by forking itself, or by starting processes where that is not safe."""

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from glob import glob
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from rrn import line, resident, worker
from rrn.store.leases import Taken

OURS = ("SIGTERM", "SIGINT", "SIGCHLD", "SIGALRM")


def may_fork() -> bool:
    """Whether a process that imported Keras can be forked here: on Linux, with TensorFlow, without a GPU."""
    if given := os.environ.get("RRN_FORK"):
        return given == "1"
    other = os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow"
    # Looked for without TensorFlow, which would leave a GPU's driver open in this process.
    return sys.platform == "linux" and not other and not glob("/dev/nvidia[0-9]*") and not os.path.exists("/dev/kfd")


class Children(Protocol):
    """A child is known by its process id."""

    asks: str  # address at which questions are asked

    def run(self, taken: Taken, threads: int) -> int: ...
    def resident(self) -> int: ...
    def hand(self, header: bytes, asker: Connection) -> None: ...
    def ended(self) -> list[int]: ...
    def end(self, pid: int, how: int) -> None: ...


class Forked:
    """Children that share what this process imported.

    Args:
        folder: the data folder.
        shut: closes, in a child, what belongs to the warm process alone.
    """

    def __init__(self, folder: Path, shut: Callable[[], None]):
        self.asks = line.socket_name(folder)
        self._shut = shut
        self._alive, self._ours = os.pipe()  # children see its end when we go
        self._channel: socket.socket | None = None

    def run(self, taken: Taken, threads: int) -> int:
        return self._fork(lambda: worker.carry_out(taken, threads))

    def resident(self) -> int:
        if self._channel:
            self._channel.close()
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)  # keeps headers apart
        with theirs:
            return self._fork(lambda: resident.serve_handed(theirs))

    def hand(self, header: bytes, asker: Connection) -> None:
        """OSError where the resident is gone."""
        assert self._channel is not None
        socket.send_fds(self._channel, [header], [asker.fileno()])

    def ended(self) -> list[int]:
        gone: list[int] = []
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return gone
            if not pid:
                return gone
            logging.info("%d ended, %d", pid, os.waitstatus_to_exitcode(status))
            gone.append(pid)

    def end(self, pid: int, how: int) -> None:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            pass

    def _fork(self, body):
        parent = os.getpid()
        ours = {getattr(signal, name) for name in OURS}
        signal.pthread_sigmask(signal.SIG_BLOCK, ours)  # else a child could run our handlers
        pid = os.fork()
        if pid:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ours)
            return pid
        try:
            # A second guard beside the pipe. It watches the thread that forked, and we have only one.
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)
            signal.set_wakeup_fd(-1)
            for one in ours:
                signal.signal(one, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ours)
            os.setpgid(0, 0)
            self._shut()
            os.close(self._ours)
            if self._channel:
                self._channel.close()
            worker.watch(self._alive)
            body()
            os._exit(0)
        except BaseException:
            logging.exception("a child failed")
            os._exit(1)


class Spawned:
    """Children that are started anew, three seconds slower. They leave when their standard input closes."""

    def __init__(self, folder: Path):
        self.asks = line.socket_name(folder, "resident")
        self._processes: dict[int, subprocess.Popen] = {}

    def run(self, taken: Taken, threads: int) -> int:
        return self._start(taken.run, taken.lease, RRN_THREADS=str(threads))

    def resident(self) -> int:
        return self._start("--resident")

    def hand(self, header: bytes, asker: Connection) -> None:
        raise OSError("questions are asked of the resident itself")

    def ended(self) -> list[int]:
        gone = [pid for pid, process in self._processes.items() if process.poll() is not None]
        for pid in gone:
            logging.info("%d ended, %d", pid, self._processes.pop(pid).returncode)
        return gone

    def end(self, pid: int, how: int) -> None:
        if process := self._processes.get(pid):
            process.send_signal(how)

    def _start(self, *arguments, **environment):
        process = subprocess.Popen(
            line.command(*arguments),
            stdin=subprocess.PIPE,
            env=line.environment() | environment,
            start_new_session=True,
        )
        self._processes[process.pid] = process
        return process.pid
