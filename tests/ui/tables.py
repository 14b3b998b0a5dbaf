"""The tables of a page, as whoever reads them sees them."""

import re
from html import unescape

from streamlit.testing.v1 import AppTest


def tables(at: AppTest, with_column: str = "") -> list[dict[str, list[str]]]:
    """By column; those that have a column of that name, if one is asked for."""
    found = [_read(each.proto.body) for each in at.get("html") if "<table" in each.proto.body]
    return [table for table in found if not with_column or with_column in table]


def _read(body: str) -> dict[str, list[str]]:
    lines = re.findall(r"<tr>(.*?)</tr>", body)
    head, *rows = ([unescape(cell) for cell in re.findall(r"<t[hd] [^>]*>(.*?)</t[hd]>", line)] for line in lines)
    return {name: [row[n] for row in rows] for n, name in enumerate(head)}
