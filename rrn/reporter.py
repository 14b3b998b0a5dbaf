"""What a run tells goes to the store from a thread of its own: training never waits for a disk.

The same thread renews the lease and hears the wish to stop.
"""

import logging
import threading
import time

from rrn.events import Ended, Event, Stopped
from rrn.spec import Refused
from rrn.store import leases

TICK = 0.1  # seconds between two looks at the store; as long may an event take to get there
HELD = 60.0  # seconds that the end of a run waits for a store that is away


class Reporter:
    """`stopped` once the owner wants it to end, or nobody waits for it any more."""

    def __init__(self, taken: leases.Taken):
        self.taken, self.stopped = taken, False
        self._waiting: list[Event] = []
        self._renewed = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_telling, name="reporter", daemon=True)
        self._thread.start()

    def emit(self, event: Event) -> None:
        """Hand over one event; raises Stopped where the run was asked to end."""
        self._waiting.append(event)
        if self.stopped:
            raise Stopped

    def close(self, ended: Ended, learned: dict | None = None) -> None:
        """The end of the run: what is still to be told, its weights and its state, in one transaction."""
        self._over.set()
        self._thread.join()
        until = time.monotonic() + HELD
        while True:
            try:
                return leases.finish(self.taken, self._waiting, ended, learned)
            except Refused:
                if time.monotonic() > until:
                    raise
            time.sleep(TICK)

    def _keep_telling(self):
        while not self._over.wait(TICK):
            try:
                self._tell()
            except leases.Lost:
                logging.info("run %s is not ours any more", self.taken.run)
                self.stopped = True
                return
            except Refused:
                pass  # the store is away: what was told is held, and handed over when it is back

    def _tell(self):
        if leases.stop_asked(self.taken):
            self.stopped = True
        count = len(self._waiting)
        if count or time.monotonic() > self._renewed + leases.RENEW:
            leases.tell(self.taken, self._waiting[:count])
            del self._waiting[:count]  # not before they are kept
            self._renewed = time.monotonic()
