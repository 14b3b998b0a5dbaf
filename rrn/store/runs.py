"""The rows of runs as their owners see them: add one, find it, ask it to stop, take it away."""

import json
import time
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Row, and_, delete, distinct, func, insert, select, update

from rrn import tasks
from rrn.events import Ended, to_bytes
from rrn.spec import Refused, Spec, to_dict
from rrn.store.database import clock, reading, writing
from rrn.store.leases import FAR, one_at_a_time, sweep
from rrn.store.tables import events, kept, origins, progress, runs, texts, together, weights
from rrn.store.visitors import LOCAL, MOST, kept_bytes, whose

YOURS = 3  # runs of one visitor that train or wait
WAITING = 50  # runs that wait, of all visitors
ENDED = 50  # runs of one visitor that are kept
ALIVE = ("queued", "running")


class New(NamedTuple):
    """A run that is to be queued, with its `work` in multiply-adds."""

    id: str
    spec: Spec
    work: float


class Origin(NamedTuple):
    """The lab that a run was asked for in, what its owner predicted there, counted from 0, and the id of its group."""

    lab: str = ""
    guess: int | None = None
    group: str | None = None


NOWHERE = Origin()


def add(
    new: Sequence[New],
    owner: str,
    *,
    parent: str | None = None,
    device: str = "auto",
    engine: str = "warm",
    origin: Origin = NOWHERE,
) -> None:
    """Queue runs: one, or several that belong together and take one place.

    Raises:
        Refused: a visitor has as many runs as one may have, or the queue is full.
    """
    with writing() as connection:
        one_at_a_time(connection)
        if owner != LOCAL:
            _admit(connection, whose(owner), new)
        shared = {"owner": whose(owner), "parent": parent, "device": device, "engine": engine}
        for run in new:
            words = to_dict(run.spec)
            row = {"id": run.id, "task": words["task"], "spec": json.dumps(words), "multiply_adds": run.work}
            row |= {"state": "queued", "created": time.time()}
            connection.execute(insert(runs).values(**row, **shared))
            connection.execute(insert(origins).values(run=run.id, lab=origin.lab, guess=origin.guess))
            if origin.group is not None:
                connection.execute(insert(together).values(run=run.id, group=origin.group))


# What belongs together counts once.
WITH_GROUP = runs.outerjoin(together, together.c.run == runs.c.id)
ONCE = func.count(distinct(func.coalesce(together.c.group, runs.c.id)))


def _admit(connection, name, new):
    def count(*conditions):
        return connection.scalar(select(ONCE).select_from(WITH_GROUP).where(*conditions))

    alive, ended = runs.c.state.in_(ALIVE), runs.c.state.not_in(ALIVE)
    if count(runs.c.owner == name, alive) >= YOURS:
        raise Refused("yours_full", most=YOURS)
    if count(runs.c.owner != LOCAL, runs.c.state == "queued") >= WAITING:
        raise Refused("waiting_full", most=WAITING)
    if count(runs.c.owner == name, ended) >= ENDED:
        raise Refused("quota_runs", most=ENDED)
    waiting = connection.scalars(select(runs.c.spec).where(runs.c.owner == name, alive))
    specs = [run.spec for run in new] + [tasks.from_dict(json.loads(spec)) for spec in waiting]
    if kept_bytes(connection, name) + sum(map(_weights, specs)) > MOST:
        raise Refused("quota_bytes", most=MOST // 1_000_000)


def _weights(spec: Spec) -> int:
    """Bytes that a run keeps when it has ended, in float32."""
    return 4 * tasks.of(spec).cost(spec).parameters


def of_group(group: str) -> list[Row]:
    """The runs of a group that are still there, in the order in which they were queued."""
    with reading() as connection:
        asked = select(runs).join(together, together.c.run == runs.c.id).where(together.c.group == group)
        return list(connection.execute(asked.order_by(runs.c.number)))


def origin(run_id: str) -> Origin:
    """Where a run comes from; an empty one where nobody knows."""
    found = origins.outerjoin(together, together.c.run == origins.c.run)
    asked = select(origins.c.lab, origins.c.guess, together.c.group).select_from(found)
    with reading() as connection:
        row = connection.execute(asked.where(origins.c.run == run_id)).one_or_none()
    return NOWHERE if row is None else Origin(*row)


def row(run_id: str) -> Row:
    """The row of a run. One whose lease has run out is ended first, by whoever sees it.

    Raises:
        Refused: unknown_run.
    """
    with reading() as connection:
        found = connection.execute(select(runs).where(runs.c.id == run_id)).one_or_none()
        now = clock(connection)
    if found is None:
        raise Refused("unknown_run")
    if found.state == "running" and not now <= found.until <= now + FAR:
        sweep()
        return row(run_id)
    return found


def mine(owner: str, task: str) -> list[Row]:
    """An owner's runs of a task, newest first."""
    with reading() as connection:
        asked = select(runs).where(runs.c.owner == whose(owner), runs.c.task == task).order_by(runs.c.number.desc())
        return list(connection.execute(asked))


def place(run_id: str) -> int | None:
    """Place in the queue, the next one is 1; None for a run that does not wait there. A group takes one place."""
    with reading() as connection:
        waits = and_(runs.c.state == "queued", runs.c.owner != LOCAL)
        number = connection.scalar(select(runs.c.number).where(runs.c.id == run_id, waits))
        if number is None:
            return None
        before = select(ONCE).select_from(WITH_GROUP).where(waits, runs.c.number <= number)
        return connection.scalar(before)


def ask_to_stop(run_id: str, owner: str) -> None:
    """Raise the flag that the run looks at; a run that has not begun is stopped at once.

    Raises:
        Refused: unknown_run, also where it is somebody else's.
    """
    with writing() as connection:
        own = and_(runs.c.id == run_id, runs.c.owner == whose(owner))
        if connection.scalar(select(runs.c.id).where(own)) is None:
            raise Refused("unknown_run")
        waited = update(runs).where(own, runs.c.state == "queued").values(state="stopped", told=1)
        if connection.execute(waited).rowcount:
            line = to_bytes(Ended("stopped"))
            connection.execute(insert(events).values(run=run_id, number=0, line=line))
        connection.execute(update(runs).where(own, runs.c.state == "running").values(stop=True))


def remove(run_id: str, owner: str) -> None:
    """Take away a run, all that it told and learned, and its text where none of the owner's other runs names it.

    Raises:
        Refused: unknown_run, also where it is somebody else's.
    """
    with writing() as connection:
        own = and_(runs.c.id == run_id, runs.c.owner == whose(owner))
        found = connection.execute(select(runs).where(own)).one_or_none()
        if found is None:
            raise Refused("unknown_run")
        _remove(connection, select(runs.c.id).where(own))
        for sha256 in named(json.loads(found.spec).values()):
            _let_go(connection, sha256, found.owner)


def let_go(sha256: str, owner: str) -> None:
    """Take away what this owner handed in, unless one of their runs names it."""
    with writing() as connection:
        _let_go(connection, sha256, whose(owner))


def _let_go(connection, sha256, name):
    named_by = and_(runs.c.owner == name, runs.c.spec.contains(sha256))
    if connection.scalar(select(func.count()).select_from(runs).where(named_by)) == 0:
        connection.execute(delete(texts).where(texts.c.owner == name, texts.c.sha256 == sha256))


def remove_all(owner: str) -> None:
    """Take away all that an owner has here: runs, texts, progress."""
    name = whose(owner)
    with writing() as connection:
        _remove(connection, select(runs.c.id).where(runs.c.owner == name))
        connection.execute(delete(texts).where(texts.c.owner == name))
        connection.execute(delete(progress).where(progress.c.owner == name))


def remove_row(run_id: str) -> None:
    """Take back a run that was only just queued."""
    with writing() as connection:
        _remove(connection, select(runs.c.id).where(runs.c.id == run_id, runs.c.state == "queued"))


def alive(owner: str) -> list[str]:
    """Ids of an owner's runs that train or wait."""
    with reading() as connection:
        asked = select(runs.c.id).where(runs.c.owner == whose(owner), runs.c.state.in_(ALIVE))
        return list(connection.scalars(asked))


def _remove(connection, which):
    for table in (events, weights, kept, together, origins):
        connection.execute(delete(table).where(table.c.run.in_(which)))
    connection.execute(delete(runs).where(runs.c.id.in_(which)))


def named(values) -> list[str]:
    """Those values of a spec that can only be the SHA-256 of something handed in."""
    return [v for v in values if isinstance(v, str) and len(v) == 64]


def speeds(task: str, count: int = 20) -> list[Row]:
    """Work and seconds of the last runs of a task that came to their end."""
    with reading() as connection:
        ended = and_(runs.c.task == task, runs.c.state == "done", runs.c.training > 0)
        asked = select(runs.c.multiply_adds, runs.c.compiling, runs.c.training).where(ended)
        return list(connection.execute(asked.order_by(runs.c.number.desc()).limit(count)))
