"""The tables of a page, as whoever reads them sees them."""

import re

from streamlit.testing.v1 import AppTest


def tables(at: AppTest, with_column: str = "") -> list[dict[str, list[str]]]:
    """By column; those that have a column of that name, if one is asked for."""
    found = [_read(each.value) for each in at.markdown if each.value.startswith("| ")]
    return [table for table in found if not with_column or with_column in table]


def _read(markdown: str) -> dict[str, list[str]]:
    head, _, *rows = ([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in markdown.splitlines())
    return {name: [row[n] for row in rows] for n, name in enumerate(head)}
