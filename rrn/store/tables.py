"""The tables: what a run leaves behind, and what a visitor handed in or has done."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

VERSION = 3  # of this layout; a store with a higher number was written by a newer release

metadata = MetaData()

about = Table(
    "about",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(64), nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("number", Integer, primary_key=True),  # rises: the order of the queue, whatever the clock says
    Column("id", String(32), nullable=False, unique=True),
    Column("owner", String(64), nullable=False),  # SHA-256 of the secret, or "local"
    Column("task", String(64), nullable=False),
    Column("spec", Text, nullable=False),
    Column("parent", String(64)),  # the run or shipped model that this one goes on from
    Column("device", String(16), nullable=False),
    Column("engine", String(32), nullable=False),
    Column("multiply_adds", Float, nullable=False),
    Column("state", String(8), nullable=False),
    Column("stop", Boolean, nullable=False, default=False),
    Column("lease", String(32)),
    Column("until", Float),  # store clock: when the lease ends
    Column("told", Integer, nullable=False, default=0),  # events so far
    Column("why", String(64), nullable=False, default=""),
    Column("compiling", Float, nullable=False, default=0.0),  # seconds
    Column("training", Float, nullable=False, default=0.0),
    Column("created", Float, nullable=False),  # seconds since 1970, for people to read
)
Index("runs_owner", runs.c.owner, runs.c.number)
Index("runs_state", runs.c.state, runs.c.number)

# Runs of one thing: several seeds, several cells. They share one place in the queue.
together = Table(
    "together",
    metadata,
    Column("run", String(32), primary_key=True),
    Column("group", String(32), nullable=False),
)
Index("together_group", together.c.group)

# In which lab a run was asked for, and what its owner predicted there.
origins = Table(
    "origins",
    metadata,
    Column("run", String(32), primary_key=True),
    Column("lab", String(96), nullable=False),
    Column("guess", Integer),  # which answer, counted from 0
)

events = Table(
    "events",
    metadata,
    Column("run", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("line", LargeBinary, nullable=False),
)

weights = Table(
    "weights",
    metadata,
    Column("run", String(32), primary_key=True),
    Column("data", LargeBinary, nullable=False),  # safetensors
)

kept = Table(
    "kept",
    metadata,
    Column("run", String(32), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

texts = Table(
    "texts",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("created", Float, nullable=False),
)

progress = Table(
    "progress",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("page", String(64), primary_key=True),
    Column("what", String(8), primary_key=True),
)
