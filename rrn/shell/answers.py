"""generate and bits: questions to a trained language model."""

import json
from collections.abc import Iterator
from typing import cast

import click

from rrn.events import Event, Measured, Wrote
from rrn.shell import file
from rrn.shell.bar import bar
from rrn.shell.fields import options, words
from rrn.shell.speaking import Speaking
from rrn.shell.words import number, t
from rrn.spec import Question, Refused
from rrn.tasks.language_model import Score, WriteOn

MODEL = click.Option(["--model"], required=True, metavar="NAME|RUN", help="cli_model")
JSON = click.Option(["--json", "as_json"], is_flag=True, help="cli_json")
FILE = click.Argument(["path"], metavar="FILE")


def ask(kind: type, model: str, data: bytes, given: dict) -> Iterator[Event]:
    """Send a question to a run or a shipped model and follow its answer; whoever waits at a shell may wait long."""
    from rrn import jobs

    question, _ = admitted(kind, model, given)
    return jobs.ask(question, run=model, data=data, patient=True)


def admitted(kind: type, model: str, given: dict):
    """The question, and the run or shipped model that it can be asked of; both are judged here."""
    from rrn.intake import spec

    question = cast(Question, spec.admit(words(kind, given), operator=True))
    found = known(model)
    if kind.__module__ != type(found.spec).__module__:
        raise click.UsageError(t("cli_wrong_task", name=model))
    return question, found


def known(name: str):
    """The run or shipped model of this name, or a sentence with the names that there are."""
    from rrn import jobs, shipped

    try:
        return jobs.find(name)
    except Refused as refused:
        if refused.code != "unknown_run":
            raise
        known = ", ".join(shipped.names()) or t("cli_none")
        raise click.UsageError(t("cli_unknown_model", name=name, known=known)) from None


def generate(model: str, prompt: str, as_json: bool, **given) -> None:
    """Write on from a prompt, piece by piece as it comes."""
    from rrn.intake import text

    prompt = text.prompt(prompt)
    pieces = []
    events = ask(WriteOn, model, prompt.encode(), given)
    for n, event in enumerate(events):
        if n == 0 and not as_json:
            click.echo(prompt, nl=False)  # not before the question was understood
        match event:
            case Wrote(step=step, text=piece) if step >= 0:  # at -1 stands the longest passage copied
                pieces.append(piece)
                if not as_json:
                    click.echo(piece, nl=False)
    if as_json:
        click.echo(json.dumps({"model": model, "prompt": prompt, "text": "".join(pieces)}, ensure_ascii=False))
    else:
        click.echo()


def bits(model: str, path: str, as_json: bool) -> None:
    """How many bits per character a text costs, its state carried from the first character to the last."""
    known(model)
    text = read_exactly(file.read(path).data)
    values: dict[str, float] = {}
    with bar(len(text)) as tell:
        for event in ask(Score, model, text.encode(), {}):
            if isinstance(event, Measured):
                values = event.values
                tell(event.step, t("cli_bits_so_far", bits=number(values["bits_per_character"], 4)))
    whole, unknown = values["bits_per_character"], int(values["unknown"])
    if as_json:
        click.echo(json.dumps({"bits_per_character": whole, "characters": len(text), "unknown": unknown}))
    else:
        click.echo(t("cli_bits", bits=number(whole, 4), characters=len(text), unknown=unknown))


def read_exactly(data: bytes) -> str:
    """The characters of a file with nothing mended: what is measured is what stands there, every one of it."""
    from rrn.intake import text

    if data.startswith(text.NOT_TEXT):
        raise Refused("text_not_text")
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        found = data.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("text_encoding") from None
    if not found:
        raise Refused("text_empty")
    return found


GENERATE = Speaking(
    "generate",
    callback=generate,
    help="cli_generate",
    params=[
        MODEL,
        click.Option(["--prompt"], default="", metavar="TEXT", help="cli_prompt"),
        *options(WriteOn, says="cli_write_"),
        JSON,
    ],
)
BITS = Speaking("bits", callback=bits, help="cli_bits_help", params=[MODEL, JSON, FILE])
