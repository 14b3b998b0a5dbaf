import random

import pytest

from rrn.data import pairs as table
from rrn.intake.pairs import LEAST, MOST, Table, read
from rrn.spec import Refused, choices
from rrn.tasks.translation import Translation

PAIRS = [(f"She has {n} red cars.", f"Ella tiene {n} coches rojos, sí.") for n in range(30)]


def joined(rows, mark="\t", end="\n"):
    return end.join(mark.join(row) for row in rows)


def quoted(rows, mark):
    return joined([[f'"{side}"' for side in row] for row in rows], mark)


def refusal(text, **more):
    with pytest.raises(Refused) as caught:
        read(text.encode() if isinstance(text, str) else text, **more)
    return caught.value


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (joined(PAIRS), ()),
        (joined(PAIRS) + "\n\n", ()),
        (joined(PAIRS, end="\r\n"), ("newlines",)),
        ("\ufeff" + joined(PAIRS), ("bom",)),
        (joined([(*pair, f"CC-BY {n}") for n, pair in enumerate(PAIRS)]), ("columns_dropped",)),
        (joined(PAIRS) + "\n\tsolo\nonly\t\n \t \nlonely", ("rows_dropped",)),
        (joined(PAIRS, ";"), ("marks_replaced",)),
        (quoted(PAIRS, ","), ("marks_replaced",)),
        (quoted(PAIRS, ";") + "\n;\n\n", ("marks_replaced",)),
        (quoted(PAIRS, ",") + '\n"only",', ("marks_replaced", "rows_dropped")),
        (joined(PAIRS, "\t").replace("red", "r\0ed"), ("nul_dropped",)),
    ],
)
def test_two_columns_are_read_however_they_are_parted(text, notes):
    found = read(text.encode())
    assert found == Table(joined(PAIRS) + "\n", len(PAIRS), notes)
    assert table.rows(found.text) == PAIRS


def test_utf_16_of_a_spreadsheet_is_read():
    assert table.rows(read(joined(PAIRS).encode("utf-16")).text) == PAIRS


def test_a_field_in_quotes_may_hold_marks_quotes_tabs_and_line_ends():
    odd = '"He said ""hi"",\nand left; then\tcame.","Dijo ""hola"", y se fue."\n'
    found = read((odd + quoted(PAIRS, ",")).encode())
    assert table.rows(found.text)[0] == ('He said "hi", and left; then came.', 'Dijo "hola", y se fue.')
    assert found.pairs == len(PAIRS) + 1


def test_a_quote_that_is_never_closed_swallows_nothing():
    rows = [('"Hi" is short', '"Hola" es corto'), ('"Open', "Abierta"), *PAIRS]
    assert table.rows(read(joined([(a, b.replace(",", "")) for a, b in rows], ";").encode()).text)[1] == rows[1]


def test_what_stands_in_a_table_with_tabs_is_left_as_it_is():
    rows = [('He said, "hi"; twice', "Dijo «hola», dos  veces"), *PAIRS]
    assert table.rows(read(joined(rows).encode()).text) == rows


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "text_empty"),
        (b" \n\t\n", "text_empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(300), "text_not_text"),
        (b"PK\x03\x04" + bytes(300), "text_not_text"),
        (joined(PAIRS).replace("sí", "así, mañana").encode("latin-1"), "text_encoding"),
        ("\n".join(first for first, _ in PAIRS), "pairs_one_column"),
        ("En abril, aguas mil, y en mayo, la niña canta.\n" * 30, "pairs_one_column"),
        (joined([(first, second.replace(",", ", no,")) for first, second in PAIRS], " | "), "pairs_one_column"),
        (joined(PAIRS, ","), "pairs_one_column"),
        (quoted(PAIRS, ",") + "\nuna, dos, tres", "pairs_uneven"),
        ("\t\n" * 30 + "a\t\n" * 30, "pairs_blank"),
        (";x\n" * 30, "pairs_blank"),
        (joined(PAIRS[:1]), "pairs_too_few"),
        (joined(PAIRS[: LEAST - 1]), "pairs_too_few"),
        (joined([(first, first.upper()) for first, _ in PAIRS]), "pairs_same"),
        (joined(PAIRS[:3] * 20), "pairs_alike"),
        (joined([("Hi.", second) for _, second in PAIRS]), "pairs_alike"),
        ("".join(f"a{n}\tb{n}\n" for n in range(MOST + 1)), "pairs_too_many"),
        ("".join(f"a{n}\tb{n}\n" for n in range(1_000_000)), "text_too_long"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(data, code):
    assert refusal(data).code == code


def test_a_refusal_says_how_many_there_are_and_where():
    assert refusal(joined(PAIRS[:7])).values == {"least": LEAST, "pairs": 7}
    assert refusal(joined(PAIRS[:3] * 20)).values == {"least": LEAST, "apart": 3, "pairs": 60}
    assert refusal(quoted(PAIRS, ",") + "\none\n").values == {"row": 31, "columns": 1}


def test_as_many_are_let_through_as_a_spec_may_have_and_more_of_the_operators():
    assert choices(Translation)["lines"].high == MOST
    many = "".join(f"a{n}\tb{n}\n" for n in range(MOST + 1)).encode()
    assert read(many[: many.rindex(b"a")]).pairs == MOST
    assert read(many, operator=True).pairs == MOST + 1
    assert read(joined([(f"{n} {'x' * 1000}", f"{n} {'y' * 1000}") for n in range(1100)]).encode(), operator=True)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3])
@pytest.mark.parametrize("ways", [1, 2, 5])
def test_of_what_goes_through_some_is_held_out_and_some_is_not(ways, share):
    rows = [(f"One {n}.", f"Uno {n} {way}.") for n in range(LEAST) for way in range(ways)]
    seen, unseen = table.split(table.rows(read(joined(rows).encode()).text), share, 0)
    assert seen and unseen and len(seen) + len(unseen) == len(rows)


def test_a_refused_table_raises_nothing_else():
    """Mutated files: pairs come out, or a refusal."""
    rng = random.Random(7)
    came_out = refused = 0
    seeds = [joined(PAIRS).encode(), quoted(PAIRS, ",").encode(), joined(PAIRS, ";").encode("utf-16")]
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
        assert len(table.rows(found.text)) == found.pairs >= LEAST
    assert came_out > 50 and refused > 50


@pytest.mark.parametrize("language", ["es_ES", "en_US"])
@pytest.mark.parametrize(
    "data", [b"", b"one\n" * 30, b"a;b\n", b"\x89PNG\r\n" + bytes(99), "año\taño".encode("latin-1")]
)
def test_a_table_that_cannot_be_used_ends_in_one_sentence_and_code_2(data, language, tmp_path, monkeypatch, capsys):
    from rrn import store
    from rrn.shell.commands import run

    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    for variable in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", language)
    (tmp_path / "pairs.tsv").write_bytes(data)
    assert run(["train", "translation", "--pairs", str(tmp_path / "pairs.tsv")]) == 2
    store.close()
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1 and err.strip() and "{" not in err


def test_the_shell_says_what_it_mended_and_counts_the_pairs(tmp_path, monkeypatch, capsys):
    from rrn import store
    from rrn.shell import train

    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "en_GB")
    (tmp_path / "pairs.csv").write_text(joined(PAIRS, ";") + "\nalone;\n", encoding="utf-8")
    (file,), values = train.data(Translation, {"pairs": str(tmp_path / "pairs.csv")})
    assert values["lines"] == str(len(PAIRS)) and len(values["pairs"]) == 64
    assert store.take(values["pairs"], "local").decode() == read(file.data).text
    store.close()
    assert len(capsys.readouterr().err.splitlines()) == 2
