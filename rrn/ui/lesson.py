"""A lesson, read from Markdown: its sections by id, its predictions, its quiz. Knows no Streamlit.

# LSTM                                     the title, then one sentence: the promise
## Why a simple cell forgets {#forgetting} a section; the id is the same in every language
- About half {0.3 .. 0.7}                  a prediction's choice, with the range in which it holds
### Which gate scales the old memory?      a question of the section {#quiz}
- [x] Forget                               an option; the right one is ticked
> Only f touches what was there.           why, for whoever chose it
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from pathlib import Path

from markdown_it import MarkdownIt

QUIZ = "quiz"
HEADING_ID = re.compile(r"\s*\{#([a-z][a-z0-9_]*)\}$")
RANGE = re.compile(r"\s*\{(?:([<>])\s*(-?[\d.]+)|(-?[\d.]+)\s*\.\.\s*(-?[\d.]+))\}$")
OPTION = re.compile(r"- \[([ xX])\] (.+)")


class Unreadable(Exception):
    """The file is not a lesson; says where and why. A writer's mistake, never a visitor's."""


@dataclass(frozen=True)
class Section:
    heading: str
    body: str


@dataclass(frozen=True)
class Choice:
    """A guess: right if the measured number lies from `low` to `high`. {< 0.3} and {> 0.7} leave out their border."""

    text: str
    low: float
    high: float

    def holds(self, value: float) -> bool:
        above = value > self.low if self.high == inf else value >= self.low
        below = value < self.high if self.low == -inf else value <= self.high
        return above and below


@dataclass(frozen=True)
class Prediction:
    """What to guess before a run; the number that the run measures decides."""

    question: str
    options: tuple[Choice, ...]


@dataclass(frozen=True)
class Option:
    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Asked:
    """A question of the quiz."""

    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Lesson:
    title: str
    promise: str
    sections: dict[str, Section]
    quiz: tuple[Asked, ...]

    def prediction(self, id: str) -> Prediction:
        """The section as a guess.

        Raises:
            Unreadable: no such section, or a line of it that is no choice with a range.
        """
        if id not in self.sections:
            raise Unreadable(f"{self.title}: no section {{#{id}}}")
        section = self.sections[id]
        lines = [line for line in section.body.splitlines() if line.strip()]
        return Prediction(section.heading, tuple(_choice(line) for line in lines))


def read(path: Path) -> Lesson:
    """The lesson in a file; read again only when the file has changed."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(path: Path, changed: int) -> Lesson:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except Unreadable as why:
        raise Unreadable(f"{path.name}: {why}") from None


def parse(text: str) -> Lesson:
    """The lesson in a text.

    Raises:
        Unreadable: no title or promise, a section without an id or with one twice, a quiz that is none.
    """
    parts = _parts(text)
    if not parts or parts[0][0] != 1 or not parts[0][2]:
        raise Unreadable("a lesson opens with # title and one sentence")
    (_, title, promise), *rest = parts
    sections: dict[str, Section] = {}
    quiz: list[Asked] = []
    for level, heading, body in rest:
        if level == 3 and QUIZ in sections:
            quiz.append(_asked(heading, body))
            continue
        named = HEADING_ID.search(heading)
        if level != 2 or named is None or named[1] in sections:
            raise Unreadable(f"a section is ## heading {{#id}}, each id once: {heading}")
        sections[named[1]] = Section(heading[: named.start()], body)
    return Lesson(title, promise, sections, tuple(quiz))


def _parts(text: str) -> list[tuple[int, str, str]]:
    """(level, heading, text below it) for every heading; a # in a code block is none."""
    lines = text.splitlines()
    starts = [
        (token.map[0], int(token.tag[1]))
        for token in MarkdownIt("commonmark").parse(text)
        if token.type == "heading_open" and token.map and token.markup.startswith("#")
    ]
    ends = [line for line, _ in starts[1:]] + [len(lines)] * bool(starts)
    return [
        (level, lines[start].strip("# "), "\n".join(lines[start + 1 : end]).strip())
        for (start, level), end in zip(starts, ends, strict=True)
    ]


def _choice(line: str) -> Choice:
    found = RANGE.search(line)
    if not line.startswith("- ") or found is None:
        raise Unreadable(f"a guess is - text {{< 0.3}}, {{0.3 .. 0.7}} or {{> 0.7}}: {line}")
    text = line[2 : found.start()]
    match found.groups():
        case ("<", end, _, _):
            return Choice(text, -inf, float(end))
        case (">", start, _, _):
            return Choice(text, float(start), inf)
        case (_, _, start, end):
            return Choice(text, float(start), float(end))
    raise AssertionError(line)


def _asked(question: str, body: str) -> Asked:
    options: list[Option] = []
    for line in filter(None, (line.strip() for line in body.splitlines())):
        option = OPTION.fullmatch(line)
        if option:
            options.append(Option(option[2], option[1] != " ", ""))
        elif line.startswith("> ") and options:
            last = options[-1]
            options[-1] = Option(last.text, last.right, f"{last.why} {line[2:]}".strip())
        else:
            raise Unreadable(f"an option is - [ ] text, followed by > why: {line}")
    if sum(option.right for option in options) != 1 or not all(option.why for option in options):
        raise Unreadable(f"one option is right and each has its why: {question}")
    return Asked(question, tuple(options))
