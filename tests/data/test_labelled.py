"""A table becomes texts in two classes, and no text is both learned from and measured on."""

import tracemalloc

import numpy as np
import pytest

from rrn.data import labelled
from rrn.data.labelled import NAMES, Labelled, names, rows, split


def test_rows_have_a_label_and_a_text_and_what_else_there_is_is_not_read():
    table = "+\tBien \tES\n-\tMal\n\n no tab\n\tnothing\nnothing\t \n spam \t¡Gratis!"
    assert rows(table) == [("+", "Bien"), ("-", "Mal"), ("spam", "¡Gratis!")]


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        (["+", "-", "+"], ("-", "+")),
        (["1", "0"], ("0", "1")),
        (["1", "-1"], ("-1", "1")),
        (["spam", "ham"], ("ham", "spam")),
        (["Positivo", "Negativo"], ("Negativo", "Positivo")),
        (["b", "a"], ("a", "b")),
        (["sí", "no"], ("no", "sí")),
        (["0.5", "0.25", "1.0"], NAMES),
        (["0.2", "0.9"], NAMES),
        (["0.0", "1.0"], NAMES),
        (["a", "b", "c"], None),
        (["1", "2", "3"], None),
        (["0.5", "1.5", "0.1"], None),
        (["a"], None),
        ([], None),
    ],
)
def test_two_labels_name_the_classes_and_numbers_are_shares(labels, wanted):
    assert names(labels) == wanted


def test_labels_become_shares():
    assert labelled.labelled([("ham", "a"), ("spam", "b")]) == [Labelled(0.0, "a"), Labelled(1.0, "b")]
    assert labelled.labelled([("+", "a"), ("-", "b")]) == [Labelled(1.0, "a"), Labelled(0.0, "b")]
    assert [share for share, _ in labelled.labelled([("0.25", "a"), ("0.5", "b"), ("1.0", "c")])] == [0.25, 0.5, 1.0]
    assert [share for share, _ in labelled.labelled([("0.2", "a"), ("0.9", "b")])] == [0.2, 0.9]
    with pytest.raises(ValueError, match="neither two nor shares"):
        labelled.labelled([("a", "x"), ("b", "y"), ("c", "z")])


def some(count, texts, seed=0):
    """Texts that are written in several ways, each perhaps several times."""
    rng = np.random.default_rng(seed)
    ways = (str.lower, str.upper, "¿{}?".format, " {} !".format)
    return [Labelled(float(rng.random() < 0.5), ways[int(rng.integers(4))](f"texto {rng.integers(texts)}")) for _ in
            range(count)]  # fmt: skip


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3])
@pytest.mark.parametrize("seed", range(3))
def test_equal_texts_stay_together_however_they_are_written(share, seed):
    made = some(800, 500, seed)
    seen, unseen = split(made, share, seed)
    assert sorted(seen + unseen) == sorted(made)
    bare = [{"".join(c for c in text.lower() if c.isalnum()) for _, text in side} for side in (seen, unseen)]
    assert not bare[0] & bare[1]
    assert len(bare[1]) == round(share * (len(bare[0]) + len(bare[1])))
    assert split(made, share, seed) == (seen, unseen) and split(made, 0.3, seed + 1)[1] != split(made, 0.3, seed)[1]


def test_texts_without_a_letter_are_not_all_the_same():
    made = [Labelled(1.0, mark * n) for mark in "🙂!?" for n in range(1, 5)]
    seen, unseen = split(made, 0.25, 0)
    assert len(unseen) == 3 and len(seen) == 9
    assert len(split([Labelled(1.0, "a"), Labelled(0.0, "b")], 0.01, 0)[1]) == 1  # one is always held out


def test_one_long_text_among_many_costs_no_more_room_than_its_own():
    made = [Labelled(1.0, f"t{n}") for n in range(2000)] + [Labelled(0.0, "x" * 100_000)]
    tracemalloc.start()
    split(made, 0.1, 0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6


def test_texts_of_one_document_stay_together_and_with_what_equals_them():
    table = "".join(f"+\ttext {n}\tdoc-{n % 7}\n" for n in range(60)) + "-\tTEXT 3!\n-\tanother\t\n-\tlast\n"
    found = labelled.labelled(labelled.rows(table))
    whose = labelled.documents(table)
    assert whose[:8] == [f"doc-{n}" for n in (0, 1, 2, 3, 4, 5, 6, 0)] and whose[-3:] == ["", "", ""]
    sides = split(found, 0.3, 0, whose)
    side_of = {one.text: n for n, side in enumerate(sides) for one in side}
    for n in range(60):
        assert side_of[f"text {n}"] == side_of[f"text {n % 7}"]
    assert side_of["TEXT 3!"] == side_of["text 3"]
    assert all(sides)
