"""Who may carry out a run. The row says so, never anyone's memory: every change names the state and the lease it
expects, and does nothing where they have changed.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from rrn.events import Ended, Event, Kept, to_bytes
from rrn.store.database import clock, reading, writing
from rrn.store.results import pack
from rrn.store.tables import about, events, kept, runs, weights
from rrn.store.visitors import LOCAL

LEASE = 10.0  # seconds by the store's clock; renewed every RENEW
RENEW = 2.0
FAR = 2 * LEASE  # a lease that seems to last longer was given before the machine, and with it the clock, began anew


class Lost(Exception):
    """The run is not ours any more: deleted, or given up because we were silent for too long."""


@dataclass(frozen=True)
class Taken:
    run: str
    lease: str


def take(room: int) -> list[Taken]:
    """Take every waiting run of `local`, and the visitors' oldest while fewer than `room` of theirs are running."""
    with writing() as connection:
        one_at_a_time(connection)
        ours = and_(runs.c.engine == "warm", runs.c.state == "queued")
        local = connection.scalars(select(runs.c.id).where(ours, runs.c.owner == LOCAL).order_by(runs.c.number)).all()
        busy = select(func.count()).where(runs.c.state == "running", runs.c.owner != LOCAL)
        free = max(0, room - (connection.scalar(busy) or 0))
        waiting = select(runs.c.id).where(ours, runs.c.owner != LOCAL).order_by(runs.c.number).limit(free)
        return [_taken(connection, run_id) for run_id in (*local, *connection.scalars(waiting))]


def claim(run_id: str) -> Taken:
    """Take this one run, for a process that was started to carry it out; Lost where it does not wait."""
    with writing() as connection:
        return _taken(connection, run_id)


def _taken(connection, run_id):
    lease = secrets.token_hex(16)
    waiting = and_(runs.c.id == run_id, runs.c.state == "queued")
    new = {"state": "running", "lease": lease, "until": clock(connection) + LEASE}
    if not connection.execute(update(runs).where(waiting).values(**new)).rowcount:
        raise Lost(run_id)
    return Taken(run_id, lease)


def one_at_a_time(connection: Connection) -> None:
    """Hold back others who count before they write. SQLite does so anyway; elsewhere this row is locked."""
    connection.execute(select(about.c.value).where(about.c.name == "version").with_for_update())


def tell(taken: Taken, news: Sequence[Event]) -> None:
    """Append events and renew the lease; Lost where it is not ours."""
    with writing() as connection:
        _append(connection, taken, news, until=clock(connection) + LEASE)


def stop_asked(taken: Taken) -> bool:
    """Whether the owner wants the run to stop; Lost where it is not ours."""
    with reading() as connection:
        asked = connection.scalar(select(runs.c.stop).where(_held(taken)))
    if asked is None:
        raise Lost(taken.run)
    return asked


def finish(taken: Taken, news: Sequence[Event], ended: Ended, learned: dict | None = None) -> None:
    """The last events, the weights by name, and the state, all at once; Lost where the run is not ours."""
    with writing() as connection:
        if learned is not None:
            connection.execute(delete(weights).where(weights.c.run == taken.run))
            connection.execute(insert(weights).values(run=taken.run, data=pack(learned)))
        spent = {"compiling": ended.compiling, "training": ended.training}
        _append(connection, taken, [*news, ended], **_over(ended), **spent)


def _over(ended):
    return {"state": ended.how, "why": ended.why, "lease": None, "until": None}


def _held(taken):
    return and_(runs.c.id == taken.run, runs.c.state == "running", runs.c.lease == taken.lease)


def _append(connection, taken, news, **changes):
    changed = update(runs).where(_held(taken)).values(told=runs.c.told + len(news), **changes)
    if not connection.execute(changed).rowcount:
        raise Lost(taken.run)
    told = connection.scalar(select(runs.c.told).where(runs.c.id == taken.run))
    lines = [
        {"run": taken.run, "number": number, "line": to_bytes(event)}
        for number, event in enumerate(news, told - len(news))
    ]
    if lines:
        connection.execute(insert(events), lines)
    for event in news:
        if isinstance(event, Kept):
            connection.execute(delete(kept).where(kept.c.run == taken.run, kept.c.name == event.name))
            connection.execute(insert(kept).values(run=taken.run, name=event.name, data=event.data))


def bury(taken: Taken) -> None:
    """End the row of a run whose process died. Nothing happens where it ended properly."""
    with writing() as connection:
        _bury(connection, taken)


def _bury(connection, taken):
    stop = connection.scalar(select(runs.c.stop).where(_held(taken)))
    if stop is None:
        return
    saved = connection.scalar(select(weights.c.run).where(weights.c.run == taken.run)) is not None
    match stop, saved:
        case True, True:
            ended = Ended("stopped")
        case True, False:
            ended = Ended("failed", "stopped_before_weights")
        case _:
            ended = Ended("failed", "lost")
    _append(connection, taken, [ended], **_over(ended))


def sweep() -> None:
    """End every run whose lease has run out: nobody carries it out any more."""
    with reading() as connection:
        if not _expired(connection):
            return
    with writing() as connection:
        for taken in _expired(connection):
            _bury(connection, taken)


def _expired(connection):
    now = clock(connection)
    gone = or_(runs.c.until < now, runs.c.until > now + FAR)
    asked = select(runs.c.id, runs.c.lease).where(runs.c.state == "running", gone)
    return [Taken(run_id, lease) for run_id, lease in connection.execute(asked)]
