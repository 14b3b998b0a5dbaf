"""Disguises: as many letters as asked for, nothing else, and more of the same where more is asked for."""

import numpy as np
import pytest

from rrn.data.disguise import LIKE, PLAIN, SHARES, disguised
from rrn.data.messages import several

TEXTS = [one.text for one in several("es", 300, np.random.default_rng(3), unseen=False)]


def edits(one: str, other: str) -> int:
    """Levenshtein's distance: letters changed, put in or left out."""
    row = list(range(len(other) + 1))
    for n, a in enumerate(one, 1):
        before, row = row, [n]
        for m, b in enumerate(other, 1):
            row.append(min(before[m] + 1, row[-1] + 1, before[m - 1] + (a != b)))
    return row[-1]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_about_as_many_letters_change_as_asked_for(share):
    letters = sum(map(str.isalpha, "".join(TEXTS)))
    changed = sum(edits(text, disguised(text, share, np.random.default_rng(n))) for n, text in enumerate(TEXTS))
    assert changed / letters == pytest.approx(share, abs=0.04)


def test_without_a_share_a_text_stays_as_it_is():
    assert [disguised(text, 0.0, np.random.default_rng(0)) for text in TEXTS] == TEXTS


def test_only_letters_change_and_each_grows_by_one_sign_at_most():
    for n, text in enumerate(TEXTS):
        made = disguised(text, 0.6, np.random.default_rng(n))
        assert len(text) <= len(made) <= len(text) + sum(map(str.isalpha, text))
    assert disguised("12:30 + 4 = ?", 1.0, np.random.default_rng(0)) == "12:30 + 4 = ?"


def test_every_letter_that_is_asked_for_changes():
    for letter in "abcdefghijklmnñopqrstuvwxyzáéíóúüABCÑ":
        made = {disguised(letter, 1.0, np.random.default_rng(n)) for n in range(60)}
        assert letter not in made and len(made) > 2


def test_what_is_disguised_at_a_small_share_is_so_at_a_larger_one():
    text = "has ganado un premio"
    for seed in range(20):
        some, more = (disguised(text, share, np.random.default_rng(seed)) for share in (0.2, 0.5))
        assert edits(text, some) <= edits(text, more) and edits(some, more) <= edits(text, more)


def test_a_lookalike_is_one_sign_and_never_the_letter_itself():
    assert all(letter not in like for letter, like in LIKE.items())
    assert set("abcdefghijklmnopqrstuvwxyz") == set(LIKE) and set(PLAIN.values()) <= set(LIKE)


def test_shares_begin_with_none():
    assert SHARES[0] == 0 and list(SHARES) == sorted(SHARES)
