"""Where the store is, and how a transaction on it is made."""

import atexit
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

import platformdirs
from sqlalchemy import URL, Connection, Engine, create_engine, delete, event, func, insert, inspect, make_url, select
from sqlalchemy.exc import DatabaseError, OperationalError

from rrn import lock
from rrn.spec import Refused
from rrn.store.tables import VERSION, about, metadata

PATIENCE = 5  # seconds to wait while another process writes
DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

_engines: dict[str, Engine] = {}
_inside: dict[str, IO[bytes]] = {}  # lock files: who has one open is a user of that store
_opening = threading.Lock()


def folder() -> Path:
    """Where this machine keeps what visitors made."""
    given = os.environ.get("RRN_DATA_DIR")
    return Path(given).absolute() if given else platformdirs.user_data_path("rrn")


def address() -> URL:
    given = os.environ.get("RRN_DATABASE_URL")
    return make_url(given) if given else URL.create("sqlite", database=str(folder() / "rrn.sqlite"))


@contextmanager
def reading() -> Iterator[Connection]:
    """One transaction that only looks."""
    with _transaction(writes=False) as connection:
        yield connection


@contextmanager
def writing() -> Iterator[Connection]:
    """One short transaction; all of it happens, or nothing."""
    with _transaction(writes=True) as connection:
        yield connection


@contextmanager
def _transaction(*, writes):
    try:
        with _engine().execution_options(writes=writes).begin() as connection:
            yield connection
    except DatabaseError as away:
        # Others, such as a doubled key, are bugs and stay loud.
        if type(away) not in (OperationalError, DatabaseError):
            raise
        logging.warning("the store does not answer: %s", away.orig)
        raise Refused("store_away") from away


def clock(connection: Connection) -> float:
    """Seconds by the store's own clock, the same for everyone who uses it. Leases are measured on it.

    A file is used by one machine. There it is the clock that nobody sets and that stands still while a laptop sleeps,
    so that neither lets a lease run out.
    """
    if connection.dialect.name == "sqlite":
        return time.monotonic()
    return float(connection.scalar(select(func.extract("epoch", func.clock_timestamp()))) or 0.0)


def close() -> None:
    """Leave no connection open, before a fork for instance. The next transaction opens one again."""
    for engine in _engines.values():
        engine.dispose()


atexit.register(close)


def set_aside() -> list[Path]:
    """The damaged stores that were found at a start and put away, oldest first."""
    return sorted(p for p in folder().glob("*.damaged-*") if not p.name.endswith(("-wal", "-shm")))


def _engine():
    url = address()
    name = url.render_as_string(hide_password=False)
    with _opening:
        if name not in _engines:
            _engines[name] = _opened(url)
        return _engines[name]


def _opened(url):
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True)
        _lay_out(engine)
        return engine
    path = Path(url.database or "")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = _inside[str(path)] = _inside.get(str(path)) or _entered(path)
        engine = create_engine(url)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        _lay_out(engine)
        lock.shared(file)
    except BaseException as why:
        if left := _inside.pop(str(path), None):
            left.close()
        if isinstance(why, OSError):
            raise Refused("store_away") from why
        raise
    return engine


def _entered(path):
    """The lock file, open. Whoever is first looks the store over; whoever comes later waits until that is done."""
    where = path.with_suffix(".lock")
    file = lock.alone(where)
    if file is None:
        file = open(where, "ab+")
        lock.shared(file)
    elif path.exists():
        try:
            _look_over(path)
        except BaseException:
            file.close()
            raise
    return file


def _prepare(raw, _):
    raw.isolation_level = None  # the driver would begin transactions by rules of its own
    for pragma in (f"busy_timeout={PATIENCE * 1000}", "journal_mode=WAL", "secure_delete=ON"):
        raw.execute(f"PRAGMA {pragma}").close()


def _begin(connection):
    if connection.dialect.name == "sqlite":
        # A transaction that reads and then writes fails at once where another one wrote in between; this one waits.
        immediate = connection.get_execution_options().get("writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _lay_out(engine):
    """Make the tables that are missing, also in an older release's store; refuse one that a newer release wrote."""
    with engine.begin() as connection:
        if inspect(connection).has_table("about"):
            version = connection.scalar(select(about.c.value).where(about.c.name == "version"))
            if version and int(version) > VERSION:
                raise Refused("store_newer", theirs=int(version), ours=VERSION)
            if version == str(VERSION):
                return
        metadata.create_all(connection)
        connection.execute(delete(about).where(about.c.name == "version"))
        connection.execute(insert(about).values(name="version", value=str(VERSION)))


def _look_over(path):
    """Put a damaged file away unchanged, with the date in its name. Only the first user may do so."""
    try:
        # Read only: looking must not change a file that somebody may want to mend.
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok":
                return
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in DAMAGE:
            raise Refused("store_away") from error
    name = f"{path.name}.damaged-{time.strftime('%Y-%m-%d-%H%M%S')}"
    for more in ("-wal", "-shm", ""):
        part = Path(f"{path}{more}")
        if part.exists():
            part.rename(path.with_name(name + more))
    logging.warning("%s is damaged; it is now %s, and a new store begins", path, name)
