"""translate: the lines of the input in another language, as soon as each batch of them is done."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import click

from rrn.events import Captured, Event, Listed, Measured, Wrote
from rrn.shell.answers import JSON, admitted
from rrn.shell.fields import options
from rrn.shell.lines import LANGUAGES, batches, one_line, visible
from rrn.shell.speaking import Speaking
from rrn.shell.words import t
from rrn.spec import Question, Refused
from rrn.tasks.translation import Translate

BATCH = 256  # lines that are asked about at once
FEW = 8  # unknown words that a notice names
TOLD = 16  # letters of each


@dataclass(frozen=True)
class Answer:
    """What came of a line; `read`, `written` and `attention` where it was translated in one part.

    Args:
        written: pieces of words, the end among them; `attention` is (written, read).
        unknown: words that a small language does not have.
        silent: the network wrote nothing, and `text` is the line.
    """

    text: str
    score: float = 0.0
    parts: int = 1
    read: list[str] | None = None
    written: list[str] | None = None
    attention: list[list[float]] | None = None
    copied: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    strange: bool = False
    silent: bool = False


def translate(source: str, target: str, model: str | None, as_json: bool, **given) -> None:
    """Read lines, write lines: one for each, in order, and empty only where it is."""
    for name, language in (("from", source), ("to", target)):
        if language not in LANGUAGES:
            raise Refused("not_a_choice", field=name, allowed=LANGUAGES)
    if source == target:
        raise click.UsageError(t("cli_same_language"))
    name = model or f"{source}-{target}"
    question, found = admitted(Translate, name, given)
    if found.spec.direction != f"{source}-{target}":
        reads, writes = found.spec.direction.split("-")
        raise click.UsageError(t("cli_other_direction", name=name, reads=reads, writes=writes))
    if not found.weights_saved:
        raise Refused("no_weights")
    number = 0
    for lines in batches(sys.stdin.buffer if sys.stdin else None, BATCH):
        for line, answer in zip(lines, answers(question, name, lines), strict=True):
            number += 1
            for words in notices(number, line, answer, source):
                click.echo(words, err=True)
            written = json.dumps(record(line, answer), ensure_ascii=False) if as_json else answer.text
            click.echo(written, color=True)  # or click would take out of a line what looks like a colour


def answers(question: Question, model: str, lines: list[str]) -> Iterator[Answer]:
    """What comes of each line. What has neither letters nor digits is not asked about: it stays as it is."""
    from rrn import jobs

    asked = [line for line in lines if readable(line)]
    heard = told(jobs.ask(question, run=model, data="\n".join(asked).encode(), patient=True)) if asked else iter(())
    for line in lines:
        if readable(line):
            answer = next(heard)
            yield answer if answer.text else replace(answer, text=line, silent=True)
        else:
            seen = any(map(visible, line))
            yield Answer(line if seen else "", copied=line.split() if seen else [])


def readable(line: str) -> bool:
    return any(map(str.isalnum, line))


def told(events: Iterable[Event]) -> Iterator[Answer]:
    """One for every line out of the events of an answer, which stand line by line."""
    of_lines = (e for e in events if isinstance(e, (Wrote, Listed, Captured, Measured)))
    for _, some in groupby(of_lines, lambda event: event.step):
        text, values, words, attention = "", {}, {}, None
        for event in some:
            match event:
                case Wrote():
                    text = event.text
                case Measured():
                    values = event.values
                case Listed():
                    words[event.name] = list(event.words)
                case Captured():
                    attention = [[round(float(weight), 4) for weight in row] for row in event.values]
        yield Answer(
            one_line(text),
            values["score"],
            int(values["parts"]),
            words.get("read"),
            words.get("written"),
            attention,
            words["copied"],
            words["unknown"],
            bool(values["strange"]),
        )


def notices(number: int, line: str, answer: Answer, source: str) -> Iterator[str]:
    """What a reader should know of this line, each in a sentence."""
    from rrn.nn.interpreter import SENTENCES

    if answer.strange:
        yield t(f"cli_strange_{source}", line=number)
    elif answer.parts > len(SENTENCES.split(line.strip())):
        yield t("cli_line_cut", line=number)
    if answer.unknown:
        words = list(dict.fromkeys(one_line(word)[:TOLD] for word in answer.unknown))
        yield t("cli_words_unknown", line=number, words=", ".join(words[:FEW]) + ("…" if len(words) > FEW else ""))
    if answer.silent:
        yield t("cli_line_silent", line=number)


def record(line: str, answer: Answer) -> dict[str, Any]:
    return {
        "source": line,
        "translation": answer.text,
        "score": answer.score,
        "tokens_read": answer.read,
        "tokens_written": answer.written,
        "attention": answer.attention,
        "copied": answer.copied,
        "strange": answer.strange,
    }


TRANSLATE = Speaking(
    "translate",
    callback=translate,
    help="cli_translate",
    params=[
        click.Option(["--from", "source"], required=True, metavar="en|es", help="cli_from"),
        click.Option(["--to", "target"], required=True, metavar="en|es", help="cli_to"),
        click.Option(["--model"], metavar="NAME|RUN", help="cli_translate_model"),
        *options(Translate, without=("seed",)),
        JSON,
    ],
)
