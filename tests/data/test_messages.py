"""Messages: enough spam, held-out combinations kept apart, no word that gives a message away."""

import re

import numpy as np
import pytest

from rrn.data import messages
from rrn.data.phrase import held
from rrn.data.wording import words

each_language = pytest.mark.parametrize("language", messages.LANGUAGES)


def drawn(language, count=1500, unseen=False, seed=0):
    return messages.several(language, count, np.random.default_rng(seed), unseen=unseen)


@each_language
def test_about_one_message_in_eight_is_spam_and_none_comes_twice(language):
    found = drawn(language)
    assert len(found) == len({one.text.lower() for one in found}) == 1500
    assert sum(one.spam for one in found) == round(1500 * messages.SPAM)


@each_language
def test_what_is_held_out_is_never_learned_from(language):
    seen, unseen = drawn(language), drawn(language, 500, unseen=True)
    assert not {one.made for one in seen} & {one.made for one in unseen}
    assert not {one.text.lower() for one in seen} & {one.text.lower() for one in unseen}
    assert not any(held(one.made) for one in seen) and all(held(one.made) for one in unseen)


@each_language
def test_messages_are_short_and_nothing_is_left_to_fill_in(language):
    for one in drawn(language):
        assert 5 < len(one.text) <= messages.LONGEST and not re.search(r"[{}#]|\.\.|\?[.?]", one.text), one.text


@each_language
def test_a_seed_makes_the_same_messages(language):
    assert drawn(language, 50) == drawn(language, 50) != drawn(language, 50, seed=1)


@each_language
def test_every_slot_is_filled_from_a_list_and_every_list_is_used(language):
    parts = messages.parts(language)
    texts = [text for kind in messages.KINDS for some in parts[kind].values() for text in some]
    asked = {name for text in texts for name in re.findall(r"{(\w+)}", text)}
    assert asked == set(parts["slots"])
    assert sum(len(parts[kind]["bodies"]) for kind in messages.KINDS) > 150
    for kind in messages.KINDS:
        for name, some in parts[kind].items():
            assert name in ("openings", "endings") or len(set(some)) == len(some)


@pytest.mark.parametrize(
    ("language", "both"),
    [
        ("es", "gratis premio gana banco enhorabuena móvil tarjeta cuenta euros llama urgente"),
        ("en", "free prize win bank congratulations phone card account pounds call urgent"),
    ],
)
def test_ham_says_the_words_of_spam_too(language, both):
    said = {True: set(), False: set()}
    for one in drawn(language, 6000):
        said[one.spam] |= {word.read for word in words(one.text)}
    assert set(both.split()) <= said[True] & said[False]


@each_language
def test_addresses_belong_to_nobody(language):
    slots = messages.parts(language)["slots"]
    assert all(address.endswith(".test") for address in slots["site"] + slots["safe"])
