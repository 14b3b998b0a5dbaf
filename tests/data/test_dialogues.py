"""Dialogues: the answer names the fact that was asked for, and the place is where it was said."""

import numpy as np
import pytest

from rrn.data import dialogues, phrases

SAID = {"es": ("me llamo", "¿ cómo me llamo ?", "te llamas"), "en": ("my name is", "what is my name ?", "your name is")}


@pytest.mark.parametrize("language", sorted(SAID))
def test_the_answer_is_the_name_and_the_place_where_it_was_said(language):
    rng = np.random.default_rng(0)
    introduced, question, answer = SAID[language]
    for n in range(400):
        made = dialogues.draw(language, rng, unseen=bool(n % 2))
        read, name, place = " ".join(made.read), made.written[-1], made.aligned[-1]
        assert read.startswith(f"{introduced} {name} .") and read.endswith(question)
        assert name in dialogues.NAMES and made.read[place] == name and made.read.count(name) == 1
        assert " ".join(made.written) == f"{answer} {name}"
        assert set(made.aligned[:-1]) == {-1}


@pytest.mark.parametrize("language", sorted(SAID))
@pytest.mark.parametrize("turns", [0, 3, 20])
def test_turns_are_sentences_between_name_and_question(language, turns):
    made = dialogues.draw(language, np.random.default_rng(1), unseen=True, turns=turns)
    assert made.size == turns and made.read.count(".") == turns + 1


@pytest.mark.parametrize("language", sorted(SAID))
def test_small_talk_gives_no_name_away(language):
    small = {word for turn in dialogues.TALKS[language].small for word in turn.split()}
    assert not small & {*dialogues.NAMES} and len({*dialogues.NAMES}) == len(dialogues.NAMES)
    assert len(dialogues.TALKS["es"].small) == len(dialogues.TALKS["en"].small)


@pytest.mark.parametrize("language", sorted(SAID))
def test_of_every_length_that_is_learned_from_there_are_as_many(language):
    """Or those without small talk, of which there are few, would hardly be met."""
    learned = phrases.several("dialogue", f"{language}-en", 900, np.random.default_rng(0), unseen=False)
    sizes = np.bincount([phrase.size for phrase in learned])
    assert len(sizes) == dialogues.LEARNED + 1 and min(sizes) > 0.25 * 900
    names = {phrase.written[-1] for phrase in learned}
    assert names == {*dialogues.NAMES}
