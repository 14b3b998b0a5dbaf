"""A table to take home, as CSV that a spreadsheet opens: words along its sides, numbers inside."""

import csv
import io
from collections.abc import Sequence

import numpy as np

FORMULA = tuple("=+-@\t\r")  # how a cell begins that a spreadsheet would carry out


def table(head: Sequence[str], words: Sequence[str], numbers: np.ndarray) -> bytes:
    """A row for every word.

    Args:
        head: of the words and of every column.
        numbers: (words, columns).
    """
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow([head[0], *map(cell, head[1:])])
    rows.writerows([cell(word), *(f"{number:.4f}" for number in row)] for word, row in zip(words, numbers, strict=True))
    return out.getvalue().encode("utf-8-sig")


def cell(word: str) -> str:
    """A word as text in a spreadsheet, whatever it begins with; a number stays one."""
    number = word[1:].replace(".", "", 1).isdecimal()
    return f"'{word}" if word.startswith(FORMULA) and not number else word
