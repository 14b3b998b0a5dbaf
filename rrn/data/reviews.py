"""Reviews in Spanish that were written for the course: by several hands to learn from, by another to be measured on.

Columns: + or −, what is reviewed, where its Spanish is from, the text.
"""

from functools import cache
from pathlib import Path

from rrn.data.labelled import Labelled

FOLDER = Path(__file__).with_name("review_texts")


@cache
def seen() -> list[Labelled]:
    """All that may be learned from."""
    files = [path for path in sorted(FOLDER.glob("es-*.tsv")) if "held-out" not in path.name]
    return [row for path in files for row in _read(path)]


@cache
def unseen() -> list[Labelled]:
    """What another hand wrote, and nothing learns from."""
    return _read(FOLDER / "es-held-out.tsv")


def _read(path: Path) -> list[Labelled]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [Labelled(float(sign == "+"), text) for sign, _, _, text in rows]
