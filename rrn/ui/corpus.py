"""Which text to learn from: the course's own, or one that the visitor pastes or uploads."""

from functools import cache

from rrn.data import course
from rrn.data.alphabet import Alphabet
from rrn.intake import text as gate
from rrn.ui.handed import Data, Kind
from rrn.ui.words import lang, t

OPENING = 140  # characters of a visitor's text that are shown again


def _counts(text: str) -> dict[str, int]:
    return {"symbols": len(Alphabet.of(text)), "characters": len(text)}


@cache
def of_course(name: str) -> Data:
    return Data(name, _counts(course.read(course.NAMES[name])))


def of_visitor(sha: str, text: str, notes: tuple[str, ...] = ()) -> Data:
    return Data(sha, _counts(text), " ".join(text[:OPENING].split()), notes)


def _read(data: bytes) -> tuple[str, tuple[str, ...]]:
    checked = gate.read(data)
    return checked.text, checked.notes


TEXT = Kind(
    field="text",
    words="corpus",
    names={name: f"corpus_{name.replace('-', '_')}" for name in course.NAMES},
    standard=lambda: f"course-{lang()}",
    made=of_course,
    about=lambda data: t("corpus_size", **data.counts),
    files=("txt",),
    read=_read,
    own=of_visitor,
    strange="text_not_yours",
)
