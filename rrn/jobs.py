"""Start, stop and follow runs; ask questions of them. All that the web side knows of workers."""

import hmac
import json
import math
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import fields
from datetime import datetime
from functools import cached_property
from typing import Protocol

import numpy as np

from rrn import line, shipped, store, tasks
from rrn.events import Ended, Event, from_bytes
from rrn.intake import run_id as run_ids
from rrn.intake import spec as gate
from rrn.intake import text
from rrn.shipped import Shipped
from rrn.spec import Question, Refused, Spec, to_dict
from rrn.store import results, runs, visitors
from rrn.store.runs import NOWHERE, Origin

DEVICE = re.compile(r"auto|CPU|GPU:\d")
FREE = 500_000_000  # bytes on the disk; with fewer no new run starts
SPEED = 1.2e10  # multiply-adds per second before anything was measured: the default network on two cores
COMPILING = 1.0  # seconds, likewise
ALIKE = 3  # runs that an estimate goes by
FAR = math.log(10)  # how much further from the work asked for than the nearest of them another may be

HOW = ("seed", "epochs", "batch", "rate", "average", "blend")  # of a spec: how the same network is trained further


class Engine(Protocol):
    """Where runs are carried out."""

    name: str

    def start(self, run_id: str) -> None:
        """See to it that `python -m rrn.worker ID` happens."""

    def stop(self, run_id: str) -> None:
        """It was asked to stop: see to it that it is gone if it does not end within 2 s."""


class Warm:
    """The warm process of this machine. It finds runs and wishes to stop in the store; a poke spares it the wait."""

    name = "warm"

    def start(self, run_id: str) -> None:
        line.tell({"do": "poke"})

    stop = start


ENGINE: Engine = Warm()


class Run:
    """A run in the store. What does not change was read once; the rest is read whenever it is asked for."""

    def __init__(self, row):
        self.id: str = row.id
        self.parent: str | None = row.parent
        self.device: str = row.device
        self.created: datetime = datetime.fromtimestamp(row.created).astimezone()
        self._owner, self._spec = row.owner, row.spec

    @cached_property
    def spec(self) -> Spec:
        return tasks.from_dict(json.loads(self._spec))  # type: ignore[return-value]

    @property
    def state(self) -> str:
        return runs.row(self.id).state

    @property
    def alive(self) -> bool:
        return self.state in runs.ALIVE

    @property
    def why(self) -> str:
        """A code of Refused where the run failed, else mostly empty."""
        return runs.row(self.id).why

    @property
    def place(self) -> int | None:
        """Place in the queue, 1 is next; None where it does not wait."""
        return runs.place(self.id)

    @cached_property
    def origin(self) -> Origin:
        """The lab it was asked for in, and what was predicted there."""
        return runs.origin(self.id)

    def events(self, after: int = 0) -> list[Event]:
        """What it told, in order; `after` is how many of them you already have."""
        return results.events(self.id, after)

    @property
    def weights_saved(self) -> bool:
        return results.has_weights(self.id)

    def weights(self) -> dict[str, np.ndarray]:
        return results.weights(self.id)

    def kept(self, name: str) -> bytes:
        return results.kept(self.id, name)

    def bytes(self, name: str) -> bytes:
        """What its owner put, for the worker that carries it out; KeyError where that is gone."""
        try:
            return visitors.take_for(name, self._owner)
        except Refused as gone:
            if gone.code != "unknown_name":
                raise
            raise KeyError(name) from None

    def owned_by(self, owner: str) -> bool:
        return hmac.compare_digest(self._owner, visitors.whose(owner))

    def stop(self, owner: str) -> None:
        """Ask it to end; what it has learned is kept. Returns at once.

        Raises:
            Refused: unknown_run for anyone but its owner.
        """
        runs.ask_to_stop(self.id, owner)
        ENGINE.stop(self.id)


class Group:
    """Several runs of one thing, or several that ship, in the order in which they were asked for."""

    def __init__(self, id: str, members: Sequence[Run | Shipped]):
        self.id, self.runs = id, list(members)
        self.created = members[0].created

    @property
    def spec(self) -> Spec:
        return self.runs[0].spec

    @property
    def origin(self) -> Origin:
        """That of all of them; an empty one for those that ship."""
        return self.runs[0].origin

    @property
    def state(self) -> str:
        """Queued until the first one begins, running until the last one ends; then the best that came of any."""
        states = {run.state for run in self.runs}
        if states <= {"queued"}:
            return "queued"
        if states & set(runs.ALIVE):
            return "running"
        return next(state for state in ("done", "stopped", "failed") if state in states)

    @property
    def why(self) -> str:
        return next((run.why for run in self.runs if run.why), "")

    @property
    def place(self) -> int | None:
        """Place in the queue, while none of them has begun."""
        return self.runs[0].place

    @property
    def alive(self) -> bool:
        return self.state in runs.ALIVE

    def owned_by(self, owner: str) -> bool:
        return self.runs[0].owned_by(owner)

    def stop(self, owner: str) -> None:
        """Ask all of them to end; Refused("unknown_run") for anyone but their owner."""
        for run in self.runs:
            if run.alive:
                run.stop(owner)


def start(
    spec: Spec,
    owner: str,
    *,
    onward: str | None = None,
    device: str = "auto",
    lab: str = "",
    guess: int | None = None,
    engine: Engine | None = None,
) -> Run:
    """Queue a run and see to it that somebody carries it out.

    Args:
        spec: what to train; nothing but the course's corpus or what this owner put.
        owner: a visitor's secret, or "local".
        onward: a run of this owner, or a shipped model, whose weights it goes on from.
        device: "auto", "CPU" or "GPU:n".
        lab: where on the pages it is asked for; kept with the run, so that it is found again there.
        guess: which answer the owner predicted there, counted from 0.

    Raises:
        Refused: for a spec outside its ranges or over budget, a full queue, a run or text that is not the owner's.
    """
    (run,) = _start([spec], owner, onward=onward, device=device, origin=Origin(lab, guess), engine=engine)
    return run


def start_each(
    specs: Sequence[Spec], owner: str, *, device: str = "auto", lab: str = "", guess: int | None = None
) -> Group:
    """Queue several runs of one thing: they share a place in the queue, and train one after the other.

    Raises:
        Refused: as `start`; too_many_together, or over_budget_together for what they ask of the machine as a whole.
    """
    gate.within_budget_together(specs)
    group = secrets.token_hex(16)
    return Group(group, _start(specs, owner, device=device, origin=Origin(lab, guess, group)))


def _start(specs, owner, *, onward=None, device="auto", origin=NOWHERE, engine=None):
    local = owner == store.LOCAL
    if not DEVICE.fullmatch(device):
        raise Refused("no_device", device=device[:16], known="auto, CPU, GPU:0")
    new = []
    for spec in specs:
        gate.admit(to_dict(spec), operator=local)
        for sha256 in runs.named(to_dict(spec).values()):
            if not store.holds(sha256, owner):
                raise Refused("unknown_name", field="text")
        if onward is not None:
            _goes_on(spec, onward, owner)
        new.append(runs.New(secrets.token_hex(16), spec, tasks.of(spec).cost(spec).multiply_adds))
    if _free() < FREE:
        raise Refused("disk_full")
    engine = engine or ENGINE
    runs.add(new, owner, parent=onward, device=device, engine=engine.name, origin=origin)
    try:
        for run in new:
            engine.start(run.id)
    except Refused:
        for run in new:
            runs.remove_row(run.id)  # nobody would ever take it
        raise
    return [Run(runs.row(run.id)) for run in new]


def _goes_on(spec, onward, owner):
    parent = find(onward)
    if not (isinstance(parent, Shipped) or parent.owned_by(owner)):
        raise Refused("unknown_run")
    if not parent.weights_saved:
        raise Refused("no_weights")
    if type(parent.spec) is not type(spec):
        raise Refused("unknown_run")
    of = tasks.of(spec)
    differs = [
        f.name for f in fields(spec) if f.name not in HOW and getattr(spec, f.name) != getattr(parent.spec, f.name)
    ]
    may = getattr(of, "ONWARD", ())
    fits = may and of.fits(spec, parent.spec)
    for name in differs:
        if not fits or name not in may:
            raise Refused("other_network", field=name)


def _free():
    place = store.folder()
    return shutil.disk_usage(place).free if place.exists() else FREE


def find(run: str) -> Run | Shipped:
    """A run by its id, or a shipped model by its name.

    Raises:
        Refused: unknown_run.
    """
    if run in shipped.names():
        return shipped.open(run)
    return Run(runs.row(run_ids.run_id(run)))


def group(id: str) -> Group:
    """Several runs of one thing; those that were deleted are left out.

    Raises:
        Refused: unknown_run.
    """
    members = [Run(row) for row in runs.of_group(run_ids.run_id(id))]
    if not members:
        raise Refused("unknown_run")
    return Group(id, members)


def group_of(run: Run) -> Run | Group:
    """What a run belongs to: its group, or the run itself."""
    return group(run.origin.group) if run.origin.group else run


def mine(owner: str, task: str) -> list[Run]:
    """An owner's runs of a task, newest first."""
    return [Run(row) for row in runs.mine(owner, task)]


def delete(run_id: str, owner: str) -> None:
    """Take away a run and all that belongs to it, at once; one that is running is stopped.

    Raises:
        Refused: unknown_run for anyone but its owner.
    """
    alive = runs.row(run_ids.run_id(run_id)).state in runs.ALIVE
    runs.remove(run_id, owner)
    if alive:
        _let_go(run_id)


def delete_all(owner: str) -> None:
    """Take away everything of an owner's: runs, texts, weights, events, progress."""
    alive = runs.alive(owner)
    runs.remove_all(owner)
    for run_id in alive:
        _let_go(run_id)


def _let_go(run_id):
    """Poke whoever carries out a run that was deleted; without the poke they miss its row a little later."""
    try:
        ENGINE.stop(run_id)
    except Refused:
        pass


def wake(wait: float = 0.0) -> None:
    """Let the warm process start before anyone needs it. Returns at once; a failure shows when it is needed.

    Args:
        wait: seconds before it starts, for it takes a core while it imports Keras.
    """

    def early():
        time.sleep(wait)
        try:
            line.tell({"do": "hello"})
        except Refused:
            pass

    threading.Thread(target=early, name="wake", daemon=True).start()


def ask(question: Question, *, run: str, data: bytes = b"", patient: bool = False) -> Iterator[Event]:
    """The answer's events, as they come. Dropping the iterator ends the work.

    Args:
        question: checked again by the worker.
        run: a run's id or a shipped model's name.
        data: what the question is about: a prompt, a text.
        patient: for the operator, who has no time limit and wider ranges.

    Raises:
        Refused: here for a bad question or an unknown run; while reading, for whatever keeps it from being answered.
    """
    gate.admit(to_dict(question), operator=patient)
    if len(data) > text.MOST and not patient:
        raise Refused("text_too_long", most=text.MOST, bytes=len(data))
    found = find(run)
    if tasks.of(found.spec) is not tasks.of(question):
        raise Refused("unknown_question")
    return _answer({"question": to_dict(question), "run": run, "patient": patient}, data)


def _answer(header, data):
    heard = False
    for _ in range(2):
        with closing(line.ask(header, data)) as messages:
            for message in messages:
                heard, event = True, from_bytes(message)
                if isinstance(event, Ended) and event.how == "failed":
                    raise Refused(event.why)
                yield event
                if isinstance(event, Ended):
                    return
        if heard:  # what was begun is not repeated; a resident that died before its first word is replaced, and asked
            break
    raise Refused("answer_lost")


def estimate(spec: Spec) -> float:
    """Seconds that this run will take, going by runs of its task that asked for about as much work: the last ones here
    that came to their end, or, before there are any, those that ship.
    """
    task = tasks.of(spec)
    work = task.cost(spec).multiply_adds
    past = [(row.multiply_adds, row.compiling, row.training) for row in runs.speeds(to_dict(spec)["task"])]
    past = past or _shipped(task)
    if not past:
        return COMPILING + work / SPEED

    def far(one):
        return abs(math.log(one[0] / work))

    # A run of a hundred times the work says little of this one where there is another of about as much.
    nearest = sorted(past, key=far)[:ALIKE]
    alike = [one for one in nearest if far(one) <= far(nearest[0]) + FAR]
    done, compiling, training = (sum(each) for each in zip(*alike, strict=True))
    return compiling / len(alike) + work * training / done


def _shipped(task):
    """(multiply_adds, compiling, training) of what ships of a task."""
    found = []
    for run in map(shipped.open, shipped.names()):
        spent = next((e for e in run.events() if isinstance(e, Ended) and e.training), None)
        if tasks.of(run.spec) is task and spent:
            found.append((task.cost(run.spec).multiply_adds, spent.compiling, spent.training))
    return found
