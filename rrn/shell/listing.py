"""runs and models: what there is to ask."""

import json
from collections.abc import Iterator, Sequence

import click

from rrn import tasks
from rrn.events import Began, Ended, Event, Measured
from rrn.shell.answers import JSON
from rrn.shell.speaking import Speaking
from rrn.shell.words import number, t
from rrn.spec import to_dict


def runs(as_json: bool) -> None:
    """The operator's runs of every task, newest first."""
    from rrn import jobs

    found = [run for task in tasks.names() for run in jobs.mine("local", task)]
    rows = [
        {"run": run.id, "state": run.state, "created": f"{run.created:%Y-%m-%d %H:%M:%S}"}
        | facts(run)
        | {"spec": to_dict(run.spec)}
        for run in sorted(found, key=lambda run: run.created, reverse=True)
    ]
    show(rows, as_json, empty="cli_no_runs", columns=("run", "created", "task", "state", "bits", "parameters"))


def models(as_json: bool) -> None:
    """What ships."""
    from rrn import shipped

    found = [shipped.open(name) for name in shipped.names()]
    rows = [{"model": model.id} | facts(model) | {"spec": to_dict(model.spec)} for model in found]
    show(rows, as_json, empty="cli_no_models", columns=("model", "task", "bits", "parameters", "seconds"))


def facts(run) -> dict:
    """What a run or model says of itself: its task, size, seconds of training and bits per character on unseen text."""
    found: dict = {"task": to_dict(run.spec)["task"], "parameters": None, "bits": None, "seconds": None}
    for event in run.events():
        found |= _told(event)
    return found


def _told(event: Event) -> dict:
    match event:
        case Began(parameters=parameters):
            return {"parameters": parameters}
        case Measured(values={"bits": bits}):
            return {"bits": bits}
        case Ended(training=seconds):
            return {"seconds": round(seconds, 1)}
    return {}


def show(rows: list[dict], as_json: bool, *, empty: str, columns: Sequence[str]) -> None:
    """One JSON object a line, or a table that a pipe can take: columns two spaces apart."""
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    elif rows:
        click.echo("\n".join(table(rows, columns)))
    else:
        click.echo(t(empty), err=True)


def table(rows: list[dict], columns: Sequence[str]) -> Iterator[str]:
    cells = [[t(f"cli_column_{name}") for name in columns], *([_cell(row[name]) for name in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cell(value) -> str:
    match value:
        case None:
            return "–"
        case int():
            return number(value, 9)
        case float():
            return number(value, 4)
        case _:
            return str(value)


RUNS = Speaking("runs", callback=runs, help="cli_runs", params=[JSON])
MODELS = Speaking("models", callback=models, help="cli_models", params=[JSON])
