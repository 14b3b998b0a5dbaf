"""Which labelled texts to learn from: made by rules, written for the course, or a table of the visitor's own."""

from rrn.data import labelled, reviews
from rrn.intake import labelled as gate
from rrn.tasks.sentiment import RULES, WRITTEN
from rrn.ui.handed import Data, Kind
from rrn.ui.words import lang, t

OPENING = 3  # rows of a visitor's table that are shown again
CUT = 90  # letters of each
OFFERED = (*RULES, *WRITTEN)


def of_visitor(sha: str, text: str, notes: tuple[str, ...] = ()) -> Data:
    found = labelled.rows(text)
    opening = "\n".join(f"{label} · {line[:CUT]}" for label, line in found[:OPENING])
    return Data(sha, {"lines": len(found)}, opening, notes)


def of_course(name: str) -> Data:
    return Data(name, {"lines": len(reviews.seen()) if name in WRITTEN else 1})


def _read(data: bytes) -> tuple[str, tuple[str, ...]]:
    checked = gate.read(data)
    return checked.text, checked.notes


def _about(data: Data) -> str:
    return t(f"texts_about_{data.name.replace('-', '_')}", n=data.counts["lines"], held=len(reviews.unseen()))


TABLE = Kind(
    field="texts",
    words="texts",
    names={name: f"field_texts_{name}" for name in OFFERED},
    standard=lambda: f"reviews-{lang()}",
    made=of_course,
    about=_about,
    files=("tsv", "csv", "txt"),
    read=_read,
    own=of_visitor,
    strange="texts_not_yours",
)
