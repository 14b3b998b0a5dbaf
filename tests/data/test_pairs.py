"""A table becomes pairs, and no sentence is both learned from and measured on."""

import gzip
import random
import re
import unicodedata
from pathlib import Path

import pytest

from rrn.data import pairs

TABLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "translation-en-es" / "pairs.tsv.gz"


def crossing(seen, unseen) -> set[str]:
    """Sentences on both sides of a split, by their letters and digits alone."""
    sides = []
    for part in (seen, unseen):
        lines = [(n, unicodedata.normalize("NFKC", line).lower()) for pair in part for n, line in enumerate(pair)]
        sides.append({(n, re.sub(r"[\W_]", "", line)) for n, line in lines})
    return {line for _, line in sides[0] & sides[1]}


def some_pairs(count, sentences, seed=0):
    """Sentences that are written in several ways, each perhaps in several pairs."""
    rng = random.Random(seed)
    ways = (str.lower, str.upper, "¿{}?".format, "{}.".format, " {} !".format)
    return [
        tuple(rng.choice(ways)(f"{side}{rng.randrange(sentences)}") for side in ("it", "eso")) for _ in range(count)
    ]


def test_rows_have_two_columns_and_what_else_there_is_is_not_read():
    text = "\ufeffGo.\tVe.\r\nHi.\tHola.\tCC-BY\tmore\n\nno tab\n\tnothing\nnothing\t \n Yes. \t Sí. "
    assert pairs.rows(text.removeprefix("\ufeff")) == [("Go.", "Ve."), ("Hi.", "Hola."), ("Yes.", "Sí.")]


def test_a_bare_sentence_is_its_letters_and_digits():
    assert pairs.bare("¿Qué hora es?") == pairs.bare("qué HORA… es") == "quéhoraes"
    assert pairs.bare("Es la 1.") != pairs.bare("Es la 2.")
    assert pairs.bare("e\u0301") == pairs.bare("É")


def test_pairs_that_share_a_sentence_hang_together_however_far():
    made = [("a", "x"), ("b", "y"), ("A!", "y"), ("c", "z"), ("d", "Z."), ("x", "a")]
    group = pairs.groups(made).tolist()
    assert group[0] == group[1] == group[2]
    assert group[3] == group[4]
    assert len({group[0], group[3], group[5]}) == 3  # the same letters in the other language are no link


@pytest.mark.parametrize("seed", range(3))
def test_groups_are_those_that_a_slow_search_finds(seed):
    made = some_pairs(120, 90, seed)
    left, wanted = set(range(len(made))), {}
    while left:
        group, new = set(), {min(left)}
        while new:
            group |= new
            sides = [{pairs.bare(made[n][side]) for n in group} for side in (0, 1)]
            new = {n for n in left - group if any(pairs.bare(made[n][side]) in sides[side] for side in (0, 1))}
        wanted |= dict.fromkeys(group, min(group))
        left -= group
    found = pairs.groups(made).tolist()
    assert all((found[a] == found[b]) == (wanted[a] == wanted[b]) for a in wanted for b in wanted)
    assert 5 < len(set(found)) < len(made)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("share", [0.01, 0.1, 0.3])
def test_nothing_crosses_a_split(share, seed):
    made = some_pairs(2000, 1800, seed)
    seen, unseen = pairs.split(made, share, seed)
    assert not crossing(seen, unseen)
    assert sorted(seen + unseen) == sorted(made)
    assert abs(len(unseen) - share * len(made)) <= max(1, share * len(made) / 20)


def test_a_split_follows_the_seed():
    made = some_pairs(400, 500)
    splits = [pairs.split(made, 0.1, seed) for seed in (1, 1, 2)]
    assert splits[0] == splits[1] != splits[2]


def test_a_sentence_that_half_a_table_hangs_on_is_learned_from():
    made = [(f"thanks {n}", "gracias") for n in range(50)] + [(f"one {n}", f"uno {n}") for n in range(50)]
    _, unseen = pairs.split(made, 0.2, 0)
    assert len(unseen) == 20 and all(second != "gracias" for _, second in unseen)


def test_references_are_all_that_stands_beside_a_sentence():
    made = [("Go.", "Ve."), ("Hi.", "Hola."), ("Go.", "Vete."), ("Go.", "Ve.")]
    assert pairs.references(made) == {"Go.": ["Ve.", "Vete."], "Hi.": ["Hola."]}


@pytest.mark.shared
@pytest.mark.skipif(not TABLE.exists(), reason="the table of sentences is not here")
def test_nothing_crosses_in_everyday_sentences():
    made = pairs.rows(gzip.decompress(TABLE.read_bytes()).decode())
    seen, unseen = pairs.split(made, 0.03, 0)
    print(len(made), "pairs,", len(unseen), "held out,", len(crossing(seen, unseen)), "crossing")
    assert not crossing(seen, unseen)
    assert len(seen) + len(unseen) == len(made) > 100_000
    assert len(unseen) > 1000 and len(unseen) == pytest.approx(0.03 * len(made), rel=0.05)
