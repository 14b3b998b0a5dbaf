import random

import pytest

from rrn.data import labelled as table
from rrn.intake.labelled import LEAST, LEAST_OF_CLASS, MOST, Table, read
from rrn.spec import Refused, choices
from rrn.tasks.sentiment import Sentiment

ROWS = [("neg" if n % 3 else "pos", f"The soup was number {n}, and so was “niño”.") for n in range(60)]
TEXT = "".join(f"{label}\t{text}\n" for label, text in ROWS)
NAMES = ("neg", "pos")


def joined(rows, mark="\t", end="\n"):
    return end.join(mark.join(row) for row in rows)


def quoted(rows, mark=","):
    return joined([['"' + field.replace('"', '""') + '"' for field in row] for row in rows], mark)


def turned(rows):
    return [(text, label) for label, text in rows]


def refusal(text, **more):
    with pytest.raises(Refused) as caught:
        read(text.encode() if isinstance(text, str) else text, **more)
    return caught.value


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (joined(ROWS), ()),
        (joined(turned(ROWS)), ()),
        (joined(ROWS, end="\r\n"), ("newlines",)),
        ("\ufeff" + joined(ROWS), ("bom",)),
        (joined(ROWS) + "\n\n \t \n", ()),
        (quoted(ROWS), ("marks_replaced",)),
        (quoted(turned(ROWS), ";"), ("marks_replaced",)),
        (joined(ROWS, ";"), ("marks_replaced",)),
        (quoted(ROWS, "\t"), ()),
        (joined([("label", "text"), *ROWS]), ()),
        (joined([("Texto", "Etiqueta"), *turned(ROWS)]), ()),
        (joined([("Reseña", "Sentimiento"), *turned(ROWS)], ";"), ("marks_replaced",)),
        (joined([("polarity", "Review text"), *ROWS]), ()),
        (joined([("v1", "v2"), *ROWS]), ("head_dropped",)),
        (joined([("comentario", "v2"), *turned(ROWS)]), ()),
        (joined([("", "TEXT", "stars"), *((str(n), b, a) for n, (a, b) in enumerate(ROWS))]), ("others_dropped",)),
        (joined([(a, f"topic {n}", b) for n, (a, b) in enumerate(ROWS)]), ("others_dropped",)),
        (joined([("v1", "v2", "", ""), *((*row, "", "") for row in ROWS)], ";"), ("marks_replaced", "head_dropped")),
        (joined(ROWS) + "\npos\t\n\tNothing said.", ("unlabelled_dropped",)),
        (joined([(a.title() if n < 9 else a, b) for n, (a, b) in enumerate(ROWS)]), ("labels_merged",)),
        (joined(ROWS).replace("soup", "so\0up"), ("nul_dropped",)),
    ],
)
def test_labels_and_texts_are_found_however_they_are_parted_ordered_and_named(text, notes):
    found = read(text.encode())
    assert found == Table(TEXT, len(ROWS), NAMES, notes)
    assert table.rows(found.text) == ROWS and table.names([label for label, _ in ROWS]) == NAMES


def test_utf_16_of_a_spreadsheet_is_read():
    assert read(joined(ROWS).encode("utf-16")).text == TEXT


def test_names_of_columns_decide_where_what_stands_in_them_would_mislead():
    rows = [(f"yes {n % 2}", "pos" if n % 3 else "neg", f"Text {n}") for n in range(60)]
    found = read(joined([("recommended", "sentiment", "review"), *rows], ";").encode())
    assert table.rows(found.text) == [(label, text) for _, label, text in rows]
    starred = [("stars", "label", "text"), *((str(n % 5), label, text) for n, (_, label, text) in enumerate(rows))]
    assert read(joined(starred).encode()).names == NAMES


def test_a_text_that_is_called_like_a_column_is_a_text():
    rows = [("neg", "comment"), *ROWS]
    assert table.rows(read(joined(rows).encode()).text) == rows
    rows = [("pos", "nota"), *ROWS]
    assert table.rows(read(joined(turned(rows)).encode()).text) == rows


def test_a_field_in_quotes_may_hold_marks_quotes_tabs_and_line_ends():
    odd = 'pos,"She said ""good"",\nand left; then\tcame."\n'
    found = table.rows(read((odd + quoted(ROWS)).encode()).text)
    assert found == [("pos", 'She said "good", and left; then came.'), *ROWS]


def test_quotes_that_are_never_closed_swallow_nothing_in_a_table_with_tabs():
    rows = [("pos", '"Good'), *ROWS[:9], ("neg", 'They call it "food"'), *ROWS[9:], ("pos", 'and so on"')]
    assert table.rows(read(joined(rows).encode()).text) == rows
    assert table.rows(read(joined(turned(rows)).encode()).text) == rows


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "text_empty"),
        (b"PK\x03\x04" + bytes(300), "text_not_text"),
        (joined(ROWS).replace("“niño”", "niño").encode("latin-1"), "text_encoding"),
        ("\n".join(text.replace(",", "") for _, text in ROWS), "texts_one_column"),
        ("etiqueta\n" + "pos\n" * 50, "texts_one_column"),
        (joined(ROWS) + "\npos\tone\ttwo", "texts_uneven"),
        (joined(ROWS) + "\npos", "texts_uneven"),
        (joined([*ROWS, ("pos", "a; b")], ";"), "texts_uneven"),
        (joined([("id", "label"), *((str(n), a) for n, (a, _) in enumerate(ROWS))]), "texts_no_text"),
        (joined([("id", "x", "text"), *((str(n), str(n % 3), b) for n, (_, b) in enumerate(ROWS))]), "texts_no_label"),
        ("id\tx\ttext", "texts_no_label"),
        (joined([(a, str(n % 2), b) for n, (a, b) in enumerate(ROWS)]), "texts_unclear"),
        ("label\ttext", "texts_blank"),
        ("pos\t\n" * 60 + "\tx\n" * 60, "texts_blank"),
        (joined([("meh", b) if n % 9 == 0 else (a, b) for n, (a, b) in enumerate(ROWS)]), "texts_labels"),
        (joined([(f"0.{n:02}", b) for n, (_, b) in enumerate(ROWS)]), "texts_labels"),
        (joined([(a * 30, b) for a, b in ROWS]), "texts_labels"),
        (joined([(f"Frase {n}", f"Sentence {n}") for n in range(60)]), "texts_labels"),
        (joined([("pos", b) for _, b in ROWS]), "texts_one_class"),
        (joined([("Pos" if n % 2 else "pos", b) for n, (_, b) in enumerate(ROWS)]), "texts_one_class"),
        (joined(ROWS[: LEAST - 1]), "texts_too_few"),
        (joined(ROWS[: LEAST - 1] * 3), "texts_too_few"),
        (joined([("pos" if n < LEAST_OF_CLASS - 1 else "neg", b) for n, (_, b) in enumerate(ROWS)]),
         "texts_class_too_few"),
        (joined([(a, "All the same.") for a, _ in ROWS]), "texts_same"),
        ("".join(f"{n % 2}\ta{n}\n" for n in range(MOST + 1)), "texts_too_many"),
        ("".join(f"{n % 2}\ta{n}\n" for n in range(1_000_000)), "text_too_long"),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_from_is_refused(data, code):
    assert refusal(data).code == code


def test_a_refusal_says_what_there_is_and_where():
    assert refusal(joined(ROWS) + "\npos").values == {"row": 61, "columns": 1, "width": 2}
    assert refusal(joined(ROWS[:7])).values == {"least": LEAST, "texts": 7}
    many = [(f"{n % 6} stars of all the five", text) for n, (_, text) in enumerate(ROWS)]
    assert refusal(joined(many)).values == {"labels": ", ".join(f"{n} stars of all t…" for n in range(4)) + "…"}
    assert refusal("id,label\n" + "1,pos\n" * 50).values == {"names": "id, label"}
    few = [("spam" if n < 3 else "ham", text) for n, (_, text) in enumerate(ROWS)]
    assert refusal(joined(few)).values == {"least": LEAST_OF_CLASS, "label": "spam", "texts": 3}


@pytest.mark.parametrize("row", ["{}\t{}", "{}\tx\t{}"])
def test_the_operators_labels_may_be_shares_and_there_may_be_more(row):
    shares = [row.format(f"0.{n:02}", text) for n, (_, text) in enumerate(ROWS)]
    found = read("\n".join(shares).encode(), operator=True)
    assert found.names == table.NAMES
    assert [share for share, _ in table.labelled(table.rows(found.text))] == [n / 100 for n in range(60)]
    assert refusal("\n".join(shares[: LEAST + 5]), operator=True).code == "texts_class_too_few"


def test_as_many_are_let_through_as_a_spec_may_have_and_more_of_the_operators():
    assert choices(Sentiment)["lines"].high == MOST
    rows = [f"{n % 2}\ta{n}" for n in range(MOST + 1)]
    assert read("\n".join(rows[1:]).encode()).texts == MOST
    assert read("\n".join(rows).encode(), operator=True).texts == MOST + 1


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3])
def test_of_what_goes_through_both_classes_are_left_to_learn_from(share):
    rows = [("pos" if n < LEAST_OF_CLASS else "neg", f"Text {n}") for n in range(LEAST)]
    for seed in range(9):
        seen, unseen = table.split(table.labelled(table.rows(read(joined(rows).encode()).text)), share, seed)
        assert unseen and len({one.share for one in seen}) == 2


def test_a_refused_table_raises_nothing_else():
    """Mutated files: a table that its own gate lets through unchanged comes out, or a refusal."""
    rng = random.Random(7)
    came_out = refused = 0
    seeds = [joined(ROWS).encode(), quoted(ROWS).encode(), joined([("text", "label"), *turned(ROWS)], ";").encode()]
    for _ in range(600):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(data))
            match rng.randrange(3):
                case 0:
                    data[at] = rng.choice(b'",;\t\n\r\0a')
                case 1:
                    del data[at : at + rng.randrange(40)]
                case _:
                    data[at:at] = rng.choice([b'"', b"\t", b";", b"\n", b"\xff", b'""'])
        try:
            found = read(bytes(data))
        except Refused:
            refused += 1
            continue
        came_out += 1
        again = table.rows(found.text)
        assert len(again) == found.texts >= LEAST and table.names([label for label, _ in again]) == found.names
        assert read(found.text.encode()) == Table(found.text, found.texts, found.names)
    assert came_out > 50 and refused > 50


UNSEEN = "\u200b\u202e"


def test_what_nobody_sees_is_neither_a_text_nor_another_label():
    rows = [(label + UNSEEN * (n % 2), words) for n, (label, words) in enumerate(ROWS)]
    assert read(joined([*rows, ("pos", UNSEEN), ("neg", "\ufe0f")]).encode()) == Table(
        TEXT, len(ROWS), NAMES, ("unlabelled_dropped",)
    )
    assert refusal(joined([(label, UNSEEN * n) for n, (label, _) in enumerate(ROWS, 1)])).code == "texts_blank"


@pytest.mark.parametrize("kinds", [("0.0", "0.5"), ("0.5", "1.0"), ("0.1", "0.2"), ("0.0", "1.0")])
def test_two_shares_of_a_visitor_are_two_classes(kinds):
    found = read(joined([(kinds[label == "pos"], words) for label, words in ROWS]).encode())
    assert found.names == table.NAMES
    assert [one.share for one in table.labelled(table.rows(found.text))] == [label == "pos" for label, _ in ROWS]
