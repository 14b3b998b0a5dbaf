"""Carries out one run, or answers questions about runs: the only door from the web side to Keras.

python -m rrn.worker               the warm process, which starts all others on this machine
python -m rrn.worker ID [LEASE]    one run; without LEASE it takes the run from the queue itself
python -m rrn.worker --resident    answers questions, where the warm process cannot fork
"""

import importlib
import logging
import math
import os
import signal
import sys
import threading
import time

from rrn import jobs, shipped, store
from rrn.data import course
from rrn.events import Began, Ended, Stopped
from rrn.intake import spec as gate
from rrn.reporter import Reporter
from rrn.spec import Refused, to_dict
from rrn.store import leases

MOST_THREADS = 4  # more than these gain nothing on networks of a lab's size


class Given:
    """What a recipe gets besides the spec.

    Args:
        run: the run, or shipped model, in question.
        parent: the one that it goes on from.
        reporter: hears what is told, while training.
    """

    def __init__(self, run, *, parent=None, reporter: Reporter | None = None, device: str = "", threads: int = 1):
        self.spec = run.spec
        self.weights = parent.weights() if parent else None
        self.compiling = 0.0  # seconds; set by nn.fit
        self.model = None
        self.built = 0.0
        self._run, self._keeper, self._reporter = run, parent or run, reporter
        self._device, self._threads = device, threads

    def kept(self, name: str) -> bytes:
        """What the weights need to be used; KeyError where there is nothing by this name."""
        return self._keeper.kept(name)

    def bytes(self, name: str) -> bytes:
        """The data that a field of the spec names; KeyError where it is not kept here."""
        if name.startswith("course"):
            return course.read(course.NAMES.get(name, "es")).encode()
        return self._run.bytes(name)

    def strong(self, name: str) -> shipped.Shipped:
        """A shipped model, to begin with a part of it; Refused where there is none."""
        return shipped.open(name)

    def began(self, model) -> None:
        """The model is built and training begins."""
        from rrn.nn import backend

        self.model, self.built = model, time.monotonic()
        parameters = sum(math.prod(w.shape) for w in model.trainable_weights)
        if self._reporter:
            self._reporter.emit(Began(self._device, backend.name(), self._threads, parameters))


def recipe_of(spec):
    """The recipe that has the same file name as the spec's task."""
    return importlib.import_module(f"rrn.recipes.{to_dict(spec)['task']}")


def carry_out(taken: leases.Taken, threads: int) -> None:
    """Train, from the row of a run to its end. Whatever happens, the row says how it ended."""
    reporter = Reporter(taken)  # before Keras, which may take longer to import than a lease lasts
    begun: list[Given] = []
    learned = None

    def closed(*_):
        raise Stopped("the program closes, or the run did not hear the flag in time")

    try:
        signal.signal(signal.SIGTERM, closed)
        model = _train(taken, threads, reporter, begun)
        ended = ("done", "")
    except Stopped:
        model = begun[0].model if begun else None
        if model is not None:
            ended = ("stopped", "" if reporter.stopped else "closed")
        else:
            ended = ("failed", "stopped_before_weights" if reporter.stopped else "lost")
    except Refused as refused:
        model, ended = None, ("failed", refused.code)
    except Exception:
        logging.exception("run %s failed", taken.run)
        model, ended = None, ("failed", "bug")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what was learned is kept first

    if model is not None:
        from rrn.nn import weights

        learned = weights.take(model)
    try:
        reporter.close(_ended(ended, begun), learned)
    except leases.Lost:
        logging.info("run %s ended, and nobody waits for it", taken.run)


def _train(taken, threads, reporter, begun):
    import keras

    from rrn.nn import backend

    run = jobs.find(taken.run)
    device = backend.use(run.device, threads)
    admit(run)
    keras.utils.set_random_seed(run.spec.seed)
    parent = jobs.find(run.parent) if run.parent else None
    given = Given(run, parent=parent, reporter=reporter, device=device, threads=threads)
    begun.append(given)
    return recipe_of(run.spec).run(run.spec, reporter.emit, given)


def admit(run) -> None:
    """Check again what the page has checked. The reason travels as a code alone, so it is one that needs no values."""
    try:
        gate.admit(to_dict(run.spec), operator=run.owned_by(store.LOCAL))
    except Refused as refused:
        logging.warning("run %s: %s %s", run.id, refused.code, refused.values)
        raise Refused("spec_unreadable") from refused


def _ended(ended, begun):
    how, why = ended
    if not begun or not begun[0].built:
        return Ended(how, why)
    given = begun[0]
    spent = time.monotonic() - given.built
    return Ended(how, why, given.compiling, spent - given.compiling)


def watch(pipe: int) -> None:
    """Leave when the other end of this pipe closes: whoever wanted this process is gone."""

    def wait():
        while os.read(pipe, 1):
            pass
        os._exit(3)

    threading.Thread(target=wait, name="watch", daemon=True).start()


def threads(runs: int = 1) -> int:
    """How many threads a run gets that is one of so many: RRN_THREADS, else its share of the cores."""
    if given := os.environ.get("RRN_THREADS"):
        return int(given)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(MOST_THREADS, cores // runs))


def main(arguments: list[str]) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(message)s")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # else the first run takes all of a GPU's memory
    match arguments:
        case []:
            from rrn import warm

            warm.serve()
        case ["--resident"]:
            from rrn import resident

            watch(sys.stdin.fileno())
            resident.serve()
        case [run_id]:
            carry_out(leases.claim(run_id), threads())
        case [run_id, lease]:
            watch(sys.stdin.fileno())
            carry_out(leases.Taken(run_id, lease), threads())
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
