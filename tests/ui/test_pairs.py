"""Pairs on the page: made by rules, one's own, or fetched."""

from rrn.data import pairs as table
from rrn.intake import pairs as gate
from rrn.ui import pairs


def test_of_a_large_table_short_pairs_are_taken_from_all_over_it():
    long = "\t".join([" ".join(["word"] * 12)] * 2)
    rows = [f"line {n}\tlínea {n}\tnobody reads this" for n in range(20_000)]
    text = pairs.some("\n".join([*rows, long]))
    taken = table.rows(text)
    assert len(taken) <= pairs.MOST and len(taken) > pairs.MOST / 2
    assert taken[0] == ("line 0", "línea 0") and taken[-1][0] > "line 1999"
    assert gate.read(text.encode()).pairs == len(taken)


def test_an_own_table_shows_how_it_begins():
    found = pairs.of_visitor("a" * 64, "one\tuno\ntwo\tdos\nthree\ttres\nfour\tcuatro")
    assert found.name == "a" * 64 and found.counts == {"lines": 4}
    assert found.opening.splitlines() == ["one → uno", "two → dos", "three → tres"]
