"""Rows and columns of what somebody hands in: parted by one mark, with quotes around fields or without."""

import csv
import io
from collections.abc import Iterator

TAB = "\t"
CSV = (";", ",")  # marks that stand between the columns of a CSV

Row = tuple[int, list[str]]  # the line where it ends, its fields


def readings(whole: str, mark: str) -> Iterator[list[Row]]:
    """The rows of a table, each field on one line and blank rows left out: first with quotes around fields, where they
    are well formed; then with quotes that are marks like any other.
    """
    reader = csv.reader(io.StringIO(whole, newline=""), delimiter=mark, strict=True)
    try:
        yield _tidy((reader.line_num, row) for row in reader)
    except csv.Error:
        pass
    yield _tidy((n, line.split(mark)) for n, line in enumerate(whole.split("\n"), 1))


def _tidy(rows) -> list[Row]:
    tidy = ((number, [" ".join(field.split()) for field in row]) for number, row in rows)
    return [(number, row) for number, row in tidy if any(row)]
