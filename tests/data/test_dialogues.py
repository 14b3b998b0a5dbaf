"""Dialogues: the answer names the fact that was asked for, and the place is where it was said."""

import numpy as np
import pytest

from rrn.data import dialogues

ASKED = {  # words of the question: words before the fact where it is said, words before it in the answer
    "es": {"¿ cómo me llamo ?": ("me llamo", "te llamas"), "¿ dónde vivo ?": ("vivo en", "vives en")},
    "en": {
        "what is my name ?": ("my name is", "your name is"),
        "where do i live ?": ("i live in", "you live in"),
    },
}


@pytest.mark.parametrize("language", sorted(ASKED))
def test_the_answer_is_the_fact_and_the_place_where_it_was_said(language):
    rng = np.random.default_rng(0)
    counts = dict.fromkeys(ASKED[language], 0)
    for n in range(400):
        made = dialogues.draw(language, rng, unseen=bool(n % 2))
        read, fact, place = " ".join(made.read), made.written[-1], made.aligned[-1]
        (question,) = [q for q in ASKED[language] if read.endswith(q)]
        said, answer = ASKED[language][question]
        assert made.read[place] == fact and made.read.count(fact) == 1
        assert " ".join(made.read[:place]).endswith(said) and made.read[place + 1] == "."
        assert " ".join(made.written) == f"{answer} {fact}"
        assert set(made.aligned[:-1]) == {-1}
        counts[question] += 1
    assert min(counts.values()) > 100


@pytest.mark.parametrize("language", sorted(ASKED))
@pytest.mark.parametrize("turns", [0, 3, 8])
def test_turns_are_sentences_between_facts_and_question(language, turns):
    made = dialogues.draw(language, np.random.default_rng(1), unseen=True, turns=turns)
    assert made.size == turns and made.read.count(".") == turns + 2


@pytest.mark.parametrize("language", sorted(ASKED))
def test_small_talk_gives_no_fact_away(language):
    small = {word for turn in dialogues.TALKS[language].small for word in turn.split()}
    assert not small & {*dialogues.NAMES, *dialogues.CITIES}
    assert len(dialogues.TALKS["es"].small) == len(dialogues.TALKS["en"].small)
