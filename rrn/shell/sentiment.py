"""sentiment: for every line of the input the class that it belongs to and how probable that is."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from rrn.data.labelled import NAMES
from rrn.data.wording import TRUSTED
from rrn.events import Measured
from rrn.shell.answers import JSON, admitted
from rrn.shell.lines import LANGUAGES, batches, one_line, visible
from rrn.shell.speaking import Speaking
from rrn.shell.words import t
from rrn.spec import Question, Refused
from rrn.tasks.sentiment import GENERATED, Judge

BATCH = 2048  # lines that are asked about at once
CALLED = ("negative", "positive")  # the classes where the labels were signs or shares

SAID = ("label", "probability", "positive", "bag", "known", "words", "parts", "foreign")

Values = dict[str, float]


def sentiment(lang: str, model: str | None, as_json: bool) -> None:
    """Read lines, judge lines: one word for each, in order, and nothing only where there is nothing."""
    if lang not in LANGUAGES:
        raise Refused("not_a_choice", field="lang", allowed=LANGUAGES)
    name = model or f"critic-{lang}"
    question, found = admitted(Judge, name, {})
    reads = found.spec.texts.rpartition("-")[2] if found.spec.texts in GENERATED else lang
    if reads != lang:
        raise click.UsageError(t("cli_other_language", name=name, reads=reads))
    if not found.weights_saved:
        raise Refused("no_weights")
    names = tuple(json.loads(found.kept("names")))
    called = CALLED if names == NAMES else (one_line(names[0]), one_line(names[1]))
    number = 0
    for lines in batches(sys.stdin.buffer if sys.stdin else None, BATCH):
        for line, values in zip(lines, answers(question, name, lines), strict=True):
            number += 1
            answer = record(line, values, called)
            if doubt := doubtful(answer):
                click.echo(t(doubt, line=number), err=True)
            written = json.dumps(answer, ensure_ascii=False) if as_json else plain(answer)
            click.echo(written, color=True)  # or click would take out of a line what looks like a colour


def answers(question: Question, model: str, lines: list[str]) -> Iterator[Values | None]:
    """What was measured of each line; None where there is nothing to see."""
    from rrn import jobs

    seen = [any(map(visible, line)) for line in lines]
    asked = [line for line, there in zip(lines, seen, strict=True) if there]
    heard = jobs.ask(question, run=model, data="\n".join(asked).encode(), patient=True) if asked else iter(())
    told = (event.values for event in heard if isinstance(event, Measured))
    for there in seen:
        yield next(told) if there else None


def record(line: str, values: Values | None, called: tuple[str, str]) -> dict[str, Any]:
    """All that is said of a line; `probability` is that of its label, `positive` and `bag` that of the second class."""
    if values is None:
        return {"text": line} | dict.fromkeys(SAID)
    positive = values["positive"]
    label, probability = (called[1], positive) if positive >= 0.5 else (called[0], 1 - positive)
    said = (label, probability, positive, values["bag"], values["known"])
    counted = (int(values["words"]), int(values["parts"]), bool(values["foreign"]))
    return {"text": line} | dict(zip(SAID, said + counted, strict=True))


def plain(answer: dict[str, Any]) -> str:
    return "" if answer["label"] is None else f"{answer['label']}\t{answer['probability']:.4f}"


def doubtful(answer: dict[str, Any]) -> str | None:
    """Why an answer is worth little, as a key of the words; None where it is not."""
    if answer["label"] is None:
        return None
    if not answer["known"] and not any(map(str.isalpha, answer["text"])):  # marks and emoji alone
        return "cli_line_wordless"
    if answer["foreign"]:
        return "cli_line_foreign"
    return "cli_line_unknown" if answer["known"] < TRUSTED else None


SENTIMENT = Speaking(
    "sentiment",
    callback=sentiment,
    help="cli_sentiment",
    params=[
        click.Option(["--lang"], required=True, metavar="en|es", help="cli_lang"),
        click.Option(["--model"], metavar="NAME|RUN", help="cli_sentiment_model"),
        JSON,
    ],
)
