"""The reviews that were written for the course: every row is whole, nothing stands on both sides."""

import unicodedata

import pytest

from rrn.data import reviews, wording

FILES = sorted(reviews.FOLDER.glob("es-*.tsv"))


def bare(text):
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_row_has_a_sign_a_subject_a_place_and_a_text(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines
    for line in lines:
        sign, what, where, text = line.split("\t")
        assert sign in "+-" and len(sign) == 1 and what.strip() == what and what, line
        assert where == "neutro" or len(where) == 2, line
        assert text.strip() == text and len(wording.words(text)) >= 2, line
        assert "\ufffd" not in text and all(c.isprintable() for c in text), ascii(line)


def test_all_rows_are_read():
    held = [file for file in FILES if "held-out" in file.name]
    lines = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}
    assert len(held) == 1 and len(reviews.unseen()) == lines[held[0]]
    assert len(reviews.seen()) == sum(lines.values()) - lines[held[0]] > 3000
    assert {share for share, _ in reviews.seen()} == {0.0, 1.0} == {share for share, _ in reviews.unseen()}


def test_no_review_stands_twice_and_none_that_is_held_out_is_learned_from():
    seen, unseen = ([bare(text) for _, text in side] for side in (reviews.seen(), reviews.unseen()))
    assert len(set(unseen)) == len(unseen) and not set(seen) & set(unseen)
    assert len(set(seen)) == len(seen)


def test_nothing_of_what_is_held_out_stands_in_what_is_learned_from():
    """Nor so many words of it in a row."""
    many = 10
    texts = [[[word.read for word in wording.words(text)] for _, text in side] for side in
             (reviews.seen(), reviews.unseen())]  # fmt: skip
    runs = [{tuple(words[n : n + many]) for words in side for n in range(len(words) - many + 1)} for side in texts]
    assert not runs[0] & runs[1]


@pytest.mark.parametrize("side", [reviews.seen, reviews.unseen], ids=["seen", "unseen"])
def test_both_classes_are_about_as_many(side):
    shares = [share for share, _ in side()]
    assert 0.45 < sum(shares) / len(shares) < 0.55
