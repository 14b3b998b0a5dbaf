"""The warm process: imports Keras, runs no operation, and makes a child for every run and one that answers questions.

It runs in one thread: a fork copies only the thread that forks, and a lock that another one held stays locked for ever.
"""

import gc
import json
import logging
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from rrn import line, lock, store, worker
from rrn.children import Children, Forked, Spawned, may_fork
from rrn.spec import Refused
from rrn.store import leases

ROOM = 1  # runs of visitors at the same time
LOOK = 5.0  # seconds between two looks at the store when nobody pokes
ALONE = 10.0  # seconds to wait for the first client
STALLED = 2.0  # seconds for one message with a client
ASKED, TOLD, ENDING = 2.0, 1.0, 3.0  # seconds after the flag, after SIGTERM, and for all when we leave
NICE = 10
POSIX = os.name == "posix"
KILL = signal.SIGKILL if POSIX else signal.SIGTERM


def serve() -> None:
    """Be the warm process of this data folder, or leave where there is one."""
    folder = store.folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = lock.alone(folder / "worker.lock")
    if held is None:
        logging.info("another one is here")
        return
    if POSIX:
        os.nice(max(0, NICE - os.nice(0)))
    Warm(folder).loop()


class Warm:
    def __init__(self, folder: Path):
        self.clients: list[Connection] = []
        self.visited = False
        self.runs: dict[int, leases.Taken] = {}
        self.ends: dict[int, tuple[float, int]] = {}  # when to send which signal to a run that was asked to stop
        self.dead: list[leases.Taken] = []  # their rows are still to be ended
        self.look_at = 0.0
        self.resident, self.renewed = 0, 0.0
        self.leaving = False
        self.door: Any = None
        self.bell = -1
        # Before the import: clients wait in this line instead of starting more of us.
        self.listener = line.listen(folder, "worker")
        self.children: Children = Spawned(folder)
        if may_fork():
            import keras  # noqa: F401

            from rrn.nn import backend  # noqa: F401

            self.children = Forked(folder, self.shut)
        gc.collect()
        gc.freeze()
        logging.info("ready, %s", type(self.children).__name__.lower())

    def loop(self) -> None:
        doors: list[Any] = []
        if POSIX:
            self.door = self.listener._listener._socket  # type: ignore[attr-defined]
            self._set_signals()
            doors = [self.door, self.bell]
        else:
            threading.Thread(target=self._accept_for_ever, daemon=True).start()
        began = time.monotonic()
        while not self.leaving:
            self._renew()
            for ready in wait([*doors, *self.clients], self._until_next()):
                self._hear(ready)
            self._reap()
            self._enforce()
            if time.monotonic() >= self.look_at:
                self._look()
            if not self.clients and (self.visited or time.monotonic() > began + ALONE):
                self.leaving = True
        self.leave()

    def shut(self) -> None:
        """In a child: close what belongs to the warm process."""
        for client in self.clients:
            client.close()
        self.door.close()
        os.close(self.bell)

    def _set_signals(self):
        self.bell, far = os.pipe()
        os.set_blocking(self.bell, False)
        os.set_blocking(far, False)
        signal.set_wakeup_fd(far, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # the bell rings, and that is enough
        signal.signal(signal.SIGALRM, _late)
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, self._told_to_leave)

    def _told_to_leave(self, *_):
        self.leaving = True  # the bell has rung: the loop sees it

    def _until_next(self):
        due = [self.look_at, *(when for when, _ in self.ends.values())]
        return max(0.0, min(1.0 if POSIX else 0.2, min(due) - time.monotonic()))

    def _hear(self, ready):
        if ready is self.door:
            self._accept()
        elif ready == self.bell:
            os.read(self.bell, 4096)
        else:
            self._serve(ready)

    def _accept(self):
        self.visited = True  # also by one that died while we were importing
        try:
            with within(STALLED):
                self.clients.append(self.listener.accept())
        except Exception as why:  # a stranger without the key, or one that left: the loop must go on
            logging.info("nobody came in: %r", why)

    def _accept_for_ever(self):
        while True:
            self._accept()

    def _serve(self, client):
        try:
            with within(STALLED):
                header = client.recv_bytes(65_536)
                message = json.loads(header)
                if message["do"] == "ask":
                    self._hand(header, client)
                    return self._drop(client)
                client.send_bytes(json.dumps(self._answer(message)).encode())
        except (EOFError, OSError, ValueError, KeyError, TypeError):
            self._drop(client)

    def _answer(self, message):
        if message["do"] == "poke":
            self.look_at = 0.0
        runs = {taken.run: pid for pid, taken in self.runs.items()}
        kind = type(self.children).__name__.lower()
        return {
            "pid": os.getpid(),
            "asks": self.children.asks,
            "runs": runs,
            "resident": self.resident,
            "children": kind,
        }

    def _hand(self, header, client):
        try:
            self.children.hand(header, client)
        except OSError:  # it died a moment ago; SIGCHLD may still be under way
            self.resident = 0
            self._renew()
            self.children.hand(header, client)

    def _drop(self, client):
        client.close()
        self.clients.remove(client)

    def _reap(self):
        for pid in self.children.ended():
            self.ends.pop(pid, None)
            if pid in self.runs:
                self.dead.append(self.runs.pop(pid))
                self.look_at = 0.0
            elif pid == self.resident:
                self.resident = 0

    def _renew(self):
        """There is always a resident; one that cannot live is tried again once a second."""
        if not self.resident and time.monotonic() > self.renewed + 1.0:
            self.resident, self.renewed = self.children.resident(), time.monotonic()

    def _enforce(self):
        """A run that did not hear in time is told by a signal, then ended by one."""
        for pid, (when, how) in list(self.ends.items()):
            if time.monotonic() >= when:
                self.children.end(pid, how)
                self.ends[pid] = (time.monotonic() + TOLD, KILL)

    def _look(self):
        """One short visit to the store: end the rows of the dead, hear who is to stop, take who is next."""
        self.look_at = time.monotonic() + LOOK
        taken = []
        try:
            self._bury()
            leases.sweep()
            for pid, run in self.runs.items():
                if pid not in self.ends and _unwanted(run):
                    self.ends[pid] = (time.monotonic() + ASKED, signal.SIGTERM)
            taken = leases.take(ROOM)
        except Refused:
            self.look_at = time.monotonic() + 1.0  # the store is away
        finally:
            store.close()  # no connection may be open while we fork
        for run in taken:
            self.runs[self.children.run(run, worker.threads(len(self.runs) + 1))] = run

    def _bury(self):
        while self.dead:
            leases.bury(self.dead[0])
            self.dead.pop(0)

    def leave(self) -> None:
        """Nobody needs us any more: end all children, runs with time to keep what they learned, and go."""
        logging.info("leaving")
        self.listener.close()  # takes the socket's file away, too
        left = {*self.runs, self.resident} - {0}
        for pid in left:
            self.children.end(pid, signal.SIGTERM)
        until = time.monotonic() + ENDING
        while left and time.monotonic() < until:
            left -= set(self.children.ended())
            time.sleep(0.02)
        for pid in left:
            self.children.end(pid, KILL)
        try:
            self.dead += self.runs.values()
            self._bury()
        except Refused:
            pass  # their leases run out
        logging.info("left")
        sys.stdout.flush()
        os._exit(0)


def _unwanted(run):
    try:
        return leases.stop_asked(run)
    except leases.Lost:
        return True  # deleted, or it ended a moment ago


def _late(*_):
    raise TimeoutError


@contextmanager
def within(seconds: float):
    """A stalled client must not hold the loop: TimeoutError after so long."""
    if not POSIX:
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
