"""The gate for tables of labelled texts: bytes in, label and text with a tab between them out, with notes of what was
mended.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rrn.data import labelled as table
from rrn.data.casing import INVISIBLE
from rrn.data.pairs import bare
from rrn.data.wording import DRAWN
from rrn.intake import columns, text
from rrn.intake.columns import CSV, TAB, Row
from rrn.spec import Refused, choices
from rrn.tasks.sentiment import Sentiment

LEAST = 40  # different texts; of fewer there is nothing to hold out
LEAST_OF_CLASS = 10  # different texts of each class
MOST = int(choices(Sentiment)["lines"].high)
LABEL = 40  # characters of a label at most
FEW = 4  # labels that a refusal names
TOLD = 16  # characters of each

# What columns are called, in small letters and without accents; the first of a column's names that fits is taken.
TEXTS = (
    "text texto texts textos review resena critica opinion comment comentario message mensaje sentence frase oracion "
    "tweet tuit body content contenido cuerpo document documento sms email correo"
).split()
LABELS = (
    "label etiqueta labels etiquetas sentiment sentimiento class clase target category categoria polarity polaridad "
    "share stars star estrellas rating score puntuacion valoracion calificacion nota"
).split()

Found = list[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """`text` is what `rrn.data.labelled.rows` reads, `texts` how many that are, `names` (negative, positive).

    `notes` are codes of what was mended: those of a text, and marks_replaced, head_dropped, others_dropped,
    labels_merged, unlabelled_dropped.
    """

    text: str
    texts: int
    names: tuple[str, str]
    notes: tuple[str, ...] = ()


def read(data: bytes, *, operator: bool = False) -> Table:
    """The texts and labels of a file or of what was pasted: columns parted by tabs, semicolons or commas, told by the
    names in the first row or, without them, by what stands in them.

    Args:
        operator: whoever runs the machine hands in tables of any length, and shares such as 0.83 as labels.

    Raises:
        Refused: as a text is; texts_one_column, texts_uneven, texts_no_text, texts_no_label, texts_unclear,
            texts_blank, texts_labels, texts_one_class, texts_too_many, texts_same, texts_too_few, texts_class_too_few.
    """
    clean = text.clean(data, operator=operator)
    rows, mark = _rows(clean.text)
    notes = clean.notes if mark == TAB else (*clean.notes, "marks_replaced")
    width = len(rows[0])
    label, words = _named(rows[0], rows[1:])
    if words is not None:
        rows = rows[1:]
    if label is None or words is None:
        label, words, odd = _found(rows, width, words, operator)
        if odd:
            rows = rows[1:]
            notes += ("head_dropped",)
    if width > 2:
        notes += ("others_dropped",)
    cells = [(INVISIBLE.sub("", row[label]).strip(), row[words]) for row in rows]
    found = [(name, said) for name, said in cells if name and INVISIBLE.sub("", said).strip(f"{DRAWN} ")]
    if len(found) < len(rows):
        notes += ("unlabelled_dropped",)
    found, merged = _merged(found)
    if merged:
        notes += ("labels_merged",)
    if not operator:
        found = _signed(found)
    names = _checked(found, operator)
    return Table("".join(f"{label}\t{text}\n" for label, text in found), len(found), names, notes)


def _rows(whole: str) -> tuple[list[list[str]], str]:
    """The rows of a table, all of as many fields, and the mark that parts them."""
    uneven = None
    for mark in (TAB, *CSV):
        some = [_trimmed(rows) for rows in columns.readings(whole, mark)]
        even = [[row for _, row in rows] for rows, width in some if width > 1 and all(len(r) == width for _, r in rows)]
        if even:
            # A text hardly holds a tab: where quotes make one row of several, they were never meant as such.
            return (max(even, key=len) if mark == TAB else even[0]), mark
        for rows, width in some:
            off = [(number, len(row)) for number, row in rows if len(row) != width]
            if width > 1 and 2 * len(off) < len(rows):
                uneven = uneven or (*off[0], width)
    if uneven:
        number, fields, width = uneven
        raise Refused("texts_uneven", row=number, columns=fields, width=width)
    raise Refused("texts_one_column")


def _trimmed(rows: list[Row]) -> tuple[list[Row], int]:
    """The rows without columns that are blank in all of them at the end, and how wide most rows are."""
    filled = max((n for _, row in rows for n, field in enumerate(row, 1) if field), default=0)
    cut = [(number, row[:filled]) for number, row in rows]
    return cut, Counter(len(row) for _, row in cut).most_common(1)[0][0] if cut else 0


def _named(first, rest) -> tuple[int | None, int | None]:
    """(column of the labels, column of the texts) by the names in the first row, the second None if it has none."""
    kinds = [_kind(cell) for cell in first]
    labels, words = ([n for n, (kind, _) in enumerate(kinds) if kind == wanted] for wanted in ("label", "text"))
    if not labels and not words:
        return None, None
    # A text may be called “comment”: names of columns do not come back below.
    if not (labels and words) and any(row[n] == cell for n, cell in enumerate(first) if cell for row in rest):
        return None, None
    if not words:
        raise Refused("texts_no_text", names=_some(first))
    if not labels and len(first) == 2:
        labels = [1 - words[0]] if len(words) == 1 else [words.pop()]
    label = min(labels, key=lambda n: kinds[n][1]) if labels else None
    return label, max(words, key=lambda n: sum(len(row[n]) for row in rest))


def _kind(cell: str) -> tuple[str, int]:
    """What a name says of its column, and how surely: "review_text" is a text, "review_stars" a label."""
    plain = "".join(c for c in unicodedata.normalize("NFD", cell.lower()) if not unicodedata.combining(c))
    parts = re.findall(r"[^\W_]+", plain)
    labels = [LABELS.index(part) for part in parts if part in LABELS]
    if not parts or len(labels) + sum(part in TEXTS for part in parts) < len(parts):
        return "", 0
    return ("label", min(labels)) if labels else ("text", 0)


def _found(rows, width: int, words: int | None, operator: bool) -> tuple[int, int, bool]:
    """(column of the labels, column of the texts, whether the first row only names them) by what stands in them."""
    for odd in (False, True):
        below = rows[odd:]
        fits = [n for n in range(width) if n != words and _labels([row[n] for row in below], operator)]
        # Where the first row is one too many, what it says instead of a label is said nowhere else.
        fits = [n for n in fits if not odd or all(row[n] != rows[0][n] for row in below)]
        if len(fits) == 1 or fits and width == 2:
            label = min(fits, key=lambda n: _length(below, n))
            return label, _longest(below, width, label) if words is None else words, odd
    if words is not None:
        raise Refused("texts_no_label")
    if width > 2:
        raise Refused("texts_unclear", columns=width)
    label = min(range(width), key=lambda n: (len({row[n] for row in rows}), _length(rows, n)))
    return label, 1 - label, False


def _labels(column: Sequence[str], operator: bool) -> bool:
    """Whether these can be labels: two short words, or shares."""
    kinds = {cell.casefold() for cell in column if cell}
    if len(kinds) == 2:
        return all(len(kind) <= LABEL for kind in kinds)
    return operator and table.names(list(kinds)) is not None


def _length(rows, column) -> int:
    return sum(len(row[column]) for row in rows)


def _longest(rows, width, label) -> int:
    return max((n for n in range(width) if n != label), key=lambda n: _length(rows, n))


def _merged(found: Found) -> tuple[Found, bool]:
    """Labels that differ in capital letters taken for one, as most rows call it, where no more than two are left."""
    often = [label for label, _ in Counter(label for label, _ in found).most_common()]
    called: dict[str, str] = {}
    for label in often:
        called.setdefault(label.casefold(), label)
    if len(called) > 2 or len(called) == len(often):
        return found, False
    return [(called[label.casefold()], words) for label, words in found], True


def _signed(found: Found) -> Found:
    """Two labels that could be shares, such as 0.0 and 0.5, taken for classes: the larger one is the positive one."""
    kinds = {label for label, _ in found}
    if len(kinds) != 2 or kinds == set(table.NAMES) or table.names(list(kinds)) != table.NAMES:
        return found
    most = max(kinds, key=float)
    return [(table.NAMES[label == most], words) for label, words in found]


def _checked(found: Found, operator: bool) -> tuple[str, str]:
    """(negative, positive) of a table that can be learned from."""
    if not found:
        raise Refused("texts_blank")
    kinds = list(dict.fromkeys(label for label, _ in found))
    names = table.names(kinds)
    if len(kinds) == 1:
        raise Refused("texts_one_class", label=_some(kinds))
    if names is None or len(kinds) > 2 and not operator or max(map(len, kinds)) > LABEL:
        raise Refused("texts_labels", labels=_some(kinds))
    if len(found) > MOST and not operator:
        raise Refused("texts_too_many", most=MOST, texts=len(found))
    positive = np.array([share >= 0.5 for share, _ in table.labelled(found)])
    kind = np.unique([bare(words) or words for _, words in found], return_inverse=True)[1]
    apart = len(np.unique(kind))
    if apart == 1:
        raise Refused("texts_same")
    if apart < LEAST:
        raise Refused("texts_too_few", least=LEAST, texts=apart)
    for name, of_class in zip(names, (~positive, positive), strict=True):
        if (count := len(np.unique(kind[of_class]))) < LEAST_OF_CLASS:
            raise Refused("texts_class_too_few", least=LEAST_OF_CLASS, label=name, texts=count)
    return names


def _some(words: Sequence[str]) -> str:
    """The first of them, each no longer than a refusal has room for."""
    short = [word[:TOLD] + "…" * (len(word) > TOLD) for word in words if word]
    return ", ".join(short[:FEW]) + ("…" if len(short) > FEW else "")
