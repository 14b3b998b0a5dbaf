"""Takes: names of words, the example, and which takes are left out together."""

import numpy as np
import pytest

from rrn.data import recordings, takes
from rrn.data.recordings import Recording


@pytest.mark.parametrize(
    ("name", "symbol"),
    [("Sí", "sí"), ("encender la luz", "encender-la-luz"), ("es:3", "es-3"), (" __ ", ""), ("¿Qué?", "qué"),
     ("si\u0301", "sí"), ("a\tb\nc", "a-b-c"), ("x" * 50, "x" * 20), ("日本", "日本"), ("<b>no</b>", "b-no-b")],
)  # fmt: skip
def test_a_name_becomes_one_symbol(name, symbol):
    assert takes.symbol(name) == symbol
    assert len(symbol.split()) == bool(symbol) and ":" not in symbol


def test_a_symbol_survives_a_pack():
    names = [takes.symbol(name) for name in ("Música", "a, b", "l'aigua", '"no"')]
    pack = [Recording((name,), "", "own", np.zeros(400, np.float32)) for name in names]
    assert [one.said for one in recordings.from_bytes(recordings.to_bytes(pack))] == [(name,) for name in names]


def test_no_take_of_the_example_is_like_another():
    found = takes.example()
    assert len(found) == takes.TAKES * len(takes.EXAMPLE) and takes.words(found) == tuple(sorted(takes.EXAMPLE))
    assert len({one.sound.tobytes() for one in found}) == len(found)
    assert all(0.15 < len(one.sound) / 8000 < 1.5 and np.abs(one.sound).max() <= 1 for one in found)


def test_the_nth_takes_of_all_words_are_left_out_together():
    said = ["a", "b", "a", "a", "b", "c"]
    pack = [Recording((word,), "", "", np.zeros(1)) for word in said]
    assert takes.folds(pack).tolist() == [0, 0, 1, 2, 1, 0]
    many = [Recording(("a",), "", "", np.zeros(1))] * (takes.FOLDS + 2)
    assert takes.folds(many).tolist() == [*range(takes.FOLDS), 0, 1]
    assert takes.most(pack) == 3 and takes.most([]) == 0
