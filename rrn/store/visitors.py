"""What a visitor handed in, what they have done so far, and taking all of it away."""

import hashlib
import time

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from rrn.spec import Refused
from rrn.store.database import reading, writing
from rrn.store.tables import progress as done
from rrn.store.tables import runs, texts, weights

LOCAL = "local"  # whoever works in the shell of this machine
MOST = 50_000_000  # bytes of texts and weights per visitor


def whose(owner: str) -> str:
    """The name by which the store knows an owner: a hash, so that nobody learns the secret from it."""
    return owner if owner == LOCAL else hashlib.sha256(owner.encode()).hexdigest()


def put(data: bytes, owner: str) -> str:
    """Keep bytes for this owner; a spec names them by the SHA-256 that comes back."""
    sha256 = hashlib.sha256(data).hexdigest()
    with writing() as connection:
        mine = (texts.c.owner == whose(owner)) & (texts.c.sha256 == sha256)
        if connection.scalar(select(texts.c.sha256).where(mine)) is None:
            if owner != LOCAL and kept_bytes(connection, whose(owner)) + len(data) > MOST:
                raise Refused("quota_bytes", most=MOST // 1_000_000)
            connection.execute(insert(texts).values(owner=whose(owner), sha256=sha256, data=data, created=time.time()))
    return sha256


def kept_bytes(connection, name: str) -> int:
    """Bytes of texts and weights that belong to whoever the store knows by this name."""
    of_texts = select(func.coalesce(func.sum(func.length(texts.c.data)), 0)).where(texts.c.owner == name)
    mine = select(runs.c.id).where(runs.c.owner == name)
    of_weights = select(func.coalesce(func.sum(func.length(weights.c.data)), 0)).where(weights.c.run.in_(mine))
    return int(connection.scalar(of_texts)) + int(connection.scalar(of_weights))


def holds(sha256: str, owner: str) -> bool:
    with reading() as connection:
        mine = (texts.c.owner == whose(owner)) & (texts.c.sha256 == sha256)
        return connection.scalar(select(texts.c.sha256).where(mine)) is not None


def has_texts(owner: str) -> bool:
    """Is anything kept that this owner handed in?"""
    with reading() as connection:
        return connection.scalar(select(texts.c.sha256).where(texts.c.owner == whose(owner)).limit(1)) is not None


def take(sha256: str, owner: str) -> bytes:
    """What this owner put. Knowing a hash gives no right to it: Refused for anyone else."""
    return take_for(sha256, whose(owner))


def take_for(sha256: str, name: str) -> bytes:
    """The same for a worker, who knows the owner of a run by the store's name alone."""
    with reading() as connection:
        data = connection.scalar(select(texts.c.data).where(texts.c.owner == name, texts.c.sha256 == sha256))
    if data is None:
        raise Refused("unknown_name", field="text")
    return data


def mark(owner: str, page: str, what: str) -> None:
    """Note that something was done on a page: "run", "measure" or "quiz"."""
    with writing() as connection:
        row = {"owner": whose(owner), "page": page, "what": what}
        if connection.scalar(select(done.c.page).filter_by(**row)) is None:
            try:
                with connection.begin_nested():
                    connection.execute(insert(done).values(**row))
            except IntegrityError:
                pass  # another replica was faster


def progress(owner: str) -> dict[str, set[str]]:
    """By page, what this owner has done there."""
    found: dict[str, set[str]] = {}
    with reading() as connection:
        for page, what in connection.execute(select(done.c.page, done.c.what).where(done.c.owner == whose(owner))):
            found.setdefault(page, set()).add(what)
    return found
