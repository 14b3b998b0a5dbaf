"""transcribe: the digits that are said in files of sound, a line for each file, as soon as a batch of them is heard."""

import json
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import click
import numpy as np

from rrn.events import Captured, Event, Listed
from rrn.shell import file
from rrn.shell.answers import JSON, admitted
from rrn.shell.lines import one_line
from rrn.shell.speaking import Speaking
from rrn.shell.words import sentence, t
from rrn.spec import Question, Refused, choices
from rrn.tasks.speech import Transcribe

CLIPS = 128  # that are asked about at once
SECONDS = 1200  # of sound, likewise: a message of 19 MB, of the 64 that it may have


@dataclass(frozen=True, eq=False)
class Said:
    """What is heard in one clip.

    Args:
        words: digits, as digits, in order.
        language: "es" or "en", "" where there are no words or they have no language.
        confidence: (words,) probability of each to be right.
        spans: (words, 2) seconds of its start and its end.
    """

    words: tuple[str, ...]
    language: str
    confidence: np.ndarray
    spans: np.ndarray


def transcribe(paths: tuple[str, ...], lang: str, model: str, as_json: bool) -> None:
    """Read files, write lines in their order. A file that is refused has a sentence and no line."""
    from rrn import jobs

    allowed = choices(Transcribe)["language"]
    if lang not in allowed:
        raise Refused("not_a_choice", field="lang", allowed=allowed)
    question, found = admitted(Transcribe, model, {"language": lang})
    if not found.weights_saved:
        raise Refused("no_weights")
    spoken = {symbol.partition(":")[0] for symbol in json.loads(found.kept("symbols")) if ":" in symbol}
    if lang != "auto" and spoken and lang not in spoken:
        raise click.UsageError(t("cli_other_language", name=model, reads=min(spoken)))
    if any(path == "-" or os.path.exists(path) for path in paths):
        jobs.wake()  # it takes seconds, in which files are read
    sounds = Sounds(paths)
    for batch in batches(sounds):
        heard = answers(question, model, [sound.samples for _, sound in batch])
        for (path, sound), said in zip(batch, heard, strict=True):
            if as_json:
                line = json.dumps(record(path, sound, said), ensure_ascii=False).encode(errors="backslashreplace")
                click.echo(line.decode(), color=True)  # or click would take out of a line what looks like a colour
                continue
            for note in sound.notes:
                click.echo(of_file(path, t(f"note_{note}")), err=True)
            click.echo(f"{shown(path)}\t{' '.join(said.words)}")
    if sounds.refused:
        raise click.exceptions.Exit(2)


class Sounds:
    """The files that can be heard, one after the other, each with its path; of the others, `refused` is how many."""

    def __init__(self, paths: Sequence[str]):
        self.paths, self.refused = paths, 0

    def __iter__(self):
        from rrn.intake.decoder import decode

        for path in self.paths:
            try:
                yield path, decode(content(path), operator=True)
            except click.UsageError as error:  # it names the file
                self._say(shown(error.message))
            except Refused as refused:
                self._say(of_file(path, sentence(refused)))

    def _say(self, words: str) -> None:
        self.refused += 1
        click.echo(words, err=True)


def content(path: str) -> bytes:
    """The bytes of a file; "-" is what comes in. More than the gate lets through are refused before they are read."""
    from rrn.intake.audio import MOST

    with file.opened(path) as stream:
        size = os.fstat(stream.fileno()).st_size if path != "-" else 0  # of a pipe or a device 0
        data = b"" if size > MOST else stream.read(MOST + 1)
    if max(size, len(data)) > MOST:
        raise Refused("audio_too_large", most=MOST // 10**6, megabytes=round(max(size, 1.01 * MOST) / 1e6, 1))
    return data


def batches(sounds: Iterable[tuple[str, Any]]) -> Iterator[list[tuple[str, Any]]]:
    """As many as may be asked about at once."""
    batch: list[tuple[str, Any]] = []
    seconds = 0.0
    for path, sound in sounds:
        if batch and (len(batch) == CLIPS or seconds + sound.seconds > SECONDS):
            yield batch
            batch, seconds = [], 0.0
        batch.append((path, sound))
        seconds += sound.seconds
    if batch:
        yield batch


def answers(question: Question, model: str, clips: list[np.ndarray]) -> Iterator[Said]:
    """What is heard in each clip."""
    from rrn import jobs
    from rrn.data.clips import packed

    return told(jobs.ask(question, run=model, data=packed(clips), patient=True))


def told(events: Iterable[Event]) -> Iterator[Said]:
    """One for every clip out of the events of an answer, which stand clip by clip."""
    of_clips = (e for e in events if isinstance(e, (Listed, Captured)))
    for _, some in groupby(of_clips, lambda event: event.step):
        found: dict[str, Any] = {e.name: e.words if isinstance(e, Listed) else e.values for e in some}
        words = tuple(map(one_line, found["said"]))
        yield Said(words, found["language"][0], found["confidence"], found["span"])


def record(path: str, sound, said: Said) -> dict[str, Any]:
    """All that is said of a file; the name as it is."""
    each = zip(said.words, said.confidence, said.spans, strict=True)
    words = [
        {"word": word, "confidence": round(float(p), 4), "start": round(float(a), 3), "end": round(float(b), 3)}
        for word, p, (a, b) in each
    ]
    return {
        "file": path,
        "text": " ".join(said.words),
        "words": words,
        "language": said.language or None,
        "seconds": round(sound.seconds, 3),
        "notices": list(sound.notes),
    }


def of_file(path: str, words: str) -> str:
    return t("cli_of_file", name=shown(path), words=words)


def shown(path: str) -> str:
    r"""A name as it can stand on a line before a tab: what would break either is written as \t, \n, \x1b, \udcff."""
    odd = ("Cc", "Cs", "Zl", "Zp")
    return "".join(c.encode("unicode_escape").decode() if unicodedata.category(c) in odd else c for c in path)


TRANSCRIBE = Speaking(
    "transcribe",
    callback=transcribe,
    help="cli_transcribe",
    params=[
        click.Argument(["paths"], nargs=-1, required=True, metavar="FILE…"),
        click.Option(["--lang"], default="auto", metavar="auto|es|en", help="cli_transcribe_lang"),
        click.Option(["--model"], default="ear", metavar="NAME|RUN", help="cli_transcribe_model"),
        JSON,
    ],
)
