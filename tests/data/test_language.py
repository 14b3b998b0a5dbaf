"""In which language a text is."""

import pytest

from rrn.data import course, language, reviews, wording

LINES = {
    "es": "La comida no es mala, pero el servicio de la noche es muy lento",
    "en": "The food is not bad but the service was very slow for the price",
    "fr": "Le service est très lent et la cuisine n'est pas bonne pour le prix",
    "de": "Das Essen ist nicht schlecht, aber der Kellner war sehr langsam",
    "it": "Il cibo non è male ma il servizio della sera è molto lento",
    "pt": "A comida não é má, mas o serviço da noite foi muito lento para uma casa do centro",
}


def read(text):
    return [word.read for word in wording.words(text)]


@pytest.mark.parametrize("name", LINES)
def test_a_sentence_is_known_by_its_small_words(name):
    assert language.of(read(LINES[name])) == name
    assert language.foreign(read(LINES[name]), "es") == (name != "es")
    assert not language.foreign(read(LINES[name]), None)


@pytest.mark.parametrize("text", ["", "bueno", "xyz qwerty", "el la", "🙂 🙂", "no"])
def test_of_few_words_nobody_can_tell(text):
    assert language.of(read(text)) is None and not language.foreign(read(text), "en")


@pytest.mark.parametrize("name", ["es", "en"])
def test_the_course_s_own_texts_are_in_their_language(name):
    lines = [read(line) for line in course.read(name).split("\n") if len(line.split()) > 8][:500]
    taken = [language.of(line) for line in lines]
    others = sum(found not in (None, name) for found in taken) / len(taken)
    print(name, "taken for another language:", others)
    assert others < 0.05 and taken.count(name) / len(taken) > 0.6


def test_hardly_any_spanish_review_is_taken_for_foreign():
    taken = [language.foreign(read(text), "es") for _, text in reviews.unseen()]
    assert sum(taken) / len(taken) < 0.02
