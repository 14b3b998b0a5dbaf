"""The gate for tables of pairs: bytes in, two columns with a tab between them out, with notes of what was mended."""

from dataclasses import dataclass

import numpy as np

from rrn.data import pairs as table
from rrn.data.pairs import Pair
from rrn.intake import columns, text
from rrn.spec import Refused, choices
from rrn.tasks.translation import Translation

LEAST = 20  # pairs that have no sentence in common; of fewer there is nothing to hold out
MOST = int(choices(Translation)["lines"].high)


@dataclass(frozen=True)
class Table:
    """`text` is what `rrn.data.pairs.rows` reads, `pairs` how many that are.

    `notes` are codes of what was mended: those of a text, and marks_replaced, columns_dropped, rows_dropped.
    """

    text: str
    pairs: int
    notes: tuple[str, ...] = ()


def read(data: bytes, *, operator: bool = False) -> Table:
    """The pairs of a file or of what was pasted, a row each; a tab between the columns, or CSV in every row.

    Args:
        operator: whoever runs the machine hands in tables of any length.

    Raises:
        Refused: as a text is; pairs_one_column, pairs_uneven, pairs_blank, pairs_too_few, pairs_too_many, pairs_same,
            pairs_alike.
    """
    clean = text.clean(data, operator=operator)
    lines = [line for line in clean.text.split("\n") if line.strip()]
    notes = clean.notes
    if 2 * sum("\t" in line for line in lines) >= len(lines):
        rows, found = len(lines), table.rows(clean.text)
        if any(line.strip().count("\t") > 1 for line in lines):
            notes += ("columns_dropped",)
    else:
        cells = _csv(clean.text)
        rows, found = len(cells), [(first, second) for first, second in cells if first and second]
        notes += ("marks_replaced",)
    if len(found) < rows:
        notes += ("rows_dropped",)
    _check(found, operator)
    return Table("".join(f"{first}\t{second}\n" for first, second in found), len(found), notes)


def _csv(whole: str) -> list[Pair]:
    """The rows of a CSV, each field on one line; blank rows are left out."""
    # csv.Sniffer guesses from what is frequent, and in sentences takes a blank or a letter for the mark.
    uneven = None
    for mark in columns.CSV:
        rows = next(columns.readings(whole, mark))
        bad = [(number, len(row)) for number, row in rows if len(row) != 2]
        if rows and not bad:
            return [(first, second) for _, (first, second) in rows]
        if 2 * len(bad) < len(rows):
            uneven = uneven or bad[0]
    if uneven:
        raise Refused("pairs_uneven", row=uneven[0], columns=uneven[1])
    raise Refused("pairs_one_column")


def _check(found: list[Pair], operator: bool) -> None:
    if not found:
        raise Refused("pairs_blank")
    if len(found) < LEAST:
        raise Refused("pairs_too_few", least=LEAST, pairs=len(found))
    if len(found) > MOST and not operator:
        raise Refused("pairs_too_many", most=MOST, pairs=len(found))
    same = sum(table.bare(first) == table.bare(second) for first, second in found)
    if 2 * same > len(found):
        raise Refused("pairs_same", same=same, pairs=len(found))
    apart = len(np.unique(table.groups(found)))
    if apart < LEAST:
        raise Refused("pairs_alike", least=LEAST, apart=apart, pairs=len(found))
