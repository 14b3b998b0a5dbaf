"""train TASK: carry out a run of the operator's, wait for it, and write it down as a shipped model where asked."""

import contextlib
import json
import shlex
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

import click

from rrn import tasks
from rrn.events import Event, Kept, Measured
from rrn.shell import file
from rrn.shell.answers import JSON
from rrn.shell.bar import bar
from rrn.shell.fields import options, words
from rrn.shell.speaking import Commands, Speaking
from rrn.shell.words import language, number, sentence, t
from rrn.spec import Named, Refused, Spec, choices

OWNER = "local"
LOOK = 0.2  # seconds between two looks at the store
# Fields that are counted in the data, never typed.
FOUND = ("symbols", "characters", "lines", "more", "clips", "takes", "phones")


class Train(Commands):
    """One command for every task; its options are the fields of the task's spec."""

    def list_commands(self, ctx):
        return list(tasks.names())

    def get_command(self, ctx, name):
        if name not in tasks.names():
            return None
        kind = tasks.module(name).SPEC

        def train(onward, save_as, title, licence, device, as_json, **given):
            more = {"title": title, "licence": licence, "device": device, "as_json": as_json, "onward": onward}
            run(kind, given, save_as=save_as, **more)

        more = [
            click.Option(["--onward"], metavar="NAME|RUN", help="cli_onward"),
            click.Option(["--as", "save_as"], metavar="NAME", help="cli_as"),
            click.Option(["--title"], default="", metavar="TEXT", help="cli_title"),
            click.Option(["--licence"], default="", metavar="TEXT", help="cli_licence"),
            click.Option(["--device"], default="auto", metavar="auto|CPU|GPU:0", help="cli_device"),
        ]
        params: list[click.Parameter] = [*options(kind, without=FOUND), *more, JSON]
        return Speaking(name, callback=train, help="cli_train_task", params=params)


def run(
    kind: type,
    given: dict,
    *,
    save_as: str | None,
    title: str,
    licence: str,
    device: str,
    as_json: bool,
    onward: str | None = None,
) -> None:
    """Start, wait, print the run's id. Ctrl-C stops the run and keeps what it has learned.

    Args:
        onward: a run or a shipped model whose weights it goes on from.
    """
    from rrn import jobs, shipped
    from rrn.intake import spec as door

    if save_as is not None and not shipped.NAME.fullmatch(save_as):
        raise Refused("bad_name", name=save_as)
    # Judged before any file is read or kept; the text's own numbers come after it.
    door.admit(words(kind, {f: v for f, v in given.items() if f not in named(kind)}), operator=True)
    sources, read = data(kind, given)
    spec = cast(Spec, door.admit(words(kind, given | read), operator=True))
    started = jobs.start(spec, OWNER, onward=onward, device=device)
    events = wait(started, spec)
    found = summary(started, events)
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else started.id)
    if found["state"] == "failed":
        click.echo(sentence(Refused(found["why"])), err=True)
        raise click.exceptions.Exit(1)
    if save_as is not None:
        ship(save_as, started, events, sources, title=title, licence=licence)


def named(kind: type) -> list[str]:
    return [field for field, allowed in choices(kind).items() if isinstance(allowed, Named)]


@dataclass(frozen=True)
class Gate:
    """How the data that a field names comes in.

    Args:
        read: a file's bytes to what may be learned from, with notes of what was mended.
        count: what was read to the fields that tell its size.
        course: the same for what the course has under a name.
        keep: what was read to the bytes that the run is given.
    """

    read: Callable[[bytes], Any]
    count: Callable[[Any], dict[str, int]]
    course: Callable[[str], dict[str, int]] = lambda name: {}
    keep: Callable[[Any], bytes] = lambda read: read.text.encode()


def gates() -> dict[str, Gate]:
    """By the field."""
    from rrn.data import course, reviews
    from rrn.intake import labelled, pack, pairs, text
    from rrn.tasks.sentiment import WRITTEN

    def symbols(text: str) -> dict[str, int]:
        return {"symbols": len(set(text)), "characters": len(text)}

    def of_any_size(gate) -> Callable[[bytes], Any]:
        return lambda data: gate.read(data, operator=True)

    return {
        "text": Gate(
            of_any_size(text), lambda read: symbols(read.text), lambda name: symbols(course.read(course.NAMES[name]))
        ),
        "pairs": Gate(of_any_size(pairs), lambda read: {"lines": read.pairs}),
        "texts": Gate(
            of_any_size(labelled),
            lambda read: {"lines": read.texts},
            lambda name: {"lines": len(reviews.seen())} if name in WRITTEN else {},
        ),
        "also": Gate(of_any_size(labelled), lambda read: {"more": read.texts}),
        "sounds": Gate(
            pack.read,
            lambda read: {"clips": read.clips, "symbols": read.symbols, "phones": read.phones},
            keep=lambda read: read.data,
        ),
        "recordings": Gate(
            pack.of_takes,
            lambda read: {"clips": read.clips, "symbols": read.symbols, "takes": read.takes},
            keep=lambda read: read.data,
        ),
    }


def data(kind: type, given: dict) -> tuple[list[file.File], dict]:
    """What the fields that name data stand for: the files read, and the values that the spec holds in their place."""
    from rrn import store

    files: list[file.File] = []
    values: dict = {}
    for field in named(kind):
        gate = gates()[field]
        name = given[field] or str(next(f.default for f in fields(kind) if f.name == field))
        if name == "course":
            name = f"course-{language()}"
        if name in cast(Named, choices(kind)[field]).names:
            values[field], counted = name, gate.course(name)
        else:
            files.append(file.read(name))
            read = gate.read(files[-1].data)
            for note in read.notes:
                click.echo(t(f"note_{note}"), err=True)
            values[field], counted = store.put(gate.keep(read), OWNER), gate.count(read)
        values |= {size: str(count) for size, count in counted.items()}
    return files, values


def wait(run, spec) -> list[Event]:
    """Follow a run to its end."""
    events: list[Event] = []
    told: dict[str, float] = {}
    with bar(spec.epochs, t("cli_waiting")) as tell:
        while True:
            with asking_to_stop(run, tell):
                alive = run.alive  # before the events, so that nothing of the end is missed
                fresh = run.events(after=len(events))
                events += fresh
                for event in fresh:
                    if isinstance(event, Measured):
                        told |= event.values
                        tell(event.step, progress(event.step, spec.epochs, told))
                if not alive:
                    return events
                time.sleep(LOOK)


@contextlib.contextmanager
def asking_to_stop(run, tell):
    try:
        yield
    except KeyboardInterrupt:
        tell(None, t("cli_stopping"))
        run.stop(OWNER)


def progress(step: float, epochs: int, values: dict[str, float]) -> str:
    line = t("cli_epoch", epoch=min(int(step) + 1, epochs), epochs=epochs)
    if "loss" in values:
        line += " · " + t("cli_loss", loss=number(values["loss"]))
    if "bits" in values:
        line += " · " + t("cli_bits_so_far", bits=number(values["bits"]))
    return line


def summary(run, events: list[Event]) -> dict:
    """What --json says of a run that has ended."""
    measured: dict[str, float] = {}
    for event in events:
        if isinstance(event, Measured):
            measured |= event.values
    return {"run": run.id, "state": run.state, "why": run.why or None} | measured


def ship(name: str, run, events: list[Event], sources: list[file.File], *, title: str, licence: str) -> None:
    """Write models/NAME with its card."""
    from rrn import shipped
    from rrn.card import card

    kept = {event.name: run.kept(event.name) for event in events if isinstance(event, Kept)}
    folder = Path(shipped.write(name, run.spec, events, run.weights(), kept))
    words = card(
        run.spec,
        events,
        name=name,
        command=command(sources),
        sources=[(f.name, f.sha256) for f in sources],
        title=title,
        licence=licence,
    )
    (folder / "card.md").write_text(words, encoding="utf-8")
    click.echo(t("cli_shipped", folder=folder), err=True)


def command(sources: list[file.File]) -> str:
    """The line that was typed, each file by its name alone: a card travels, the folders of one machine do not."""
    line = shlex.join(sys.argv[1:])
    for source in sources:
        line = line.replace(source.path, source.name)
    return f"python -m rrn {line}"


TRAIN = Train("train", help="cli_train", unknown="cli_unknown_task")
