"""The phones of a clip, from given probabilities: no network is trained."""

import json

import numpy as np

from rrn import shipped
from rrn.nn.speller import Speller
from tests.nn.test_listener import log_p

PHONES = "xyzw"
ACCENTS = ({"a": "xy", "b": "z"}, {"a": "xz", "b": "z"}, {"c": "w"})


def spells(accents=ACCENTS):
    return Speller(None, PHONES, accents)


def test_phones_are_read_as_a_path_is():
    assert spells().heard(log_p(30, {3: "x", 4: "x", 9: "w", 12: "w"}, PHONES)) == ["x", "w", "w"]
    assert spells().heard(log_p(30, {}, PHONES)) == []


def test_words_are_pronounced_in_the_accent_that_fits_best_the_same_throughout():
    one, other = {3: "x", 6: "y", 17: "x", 20: "y"}, {3: "x", 6: "z", 17: "x", 20: "z"}
    mixed = {3: "x", 6: {"y": 0.5, "z": 0.1}, 17: "x", 20: "z"}
    found = [spells().pronounced(log_p(30, told, PHONES), ("a", "a")) for told in (one, other, mixed)]
    assert found == [[["x", "y"]] * 2, [["x", "z"]] * 2, [["x", "z"]] * 2]


def test_words_of_which_no_accent_has_all_are_not_pronounced():
    told = log_p(30, {3: "w"}, PHONES)
    assert spells().pronounced(told, ("c",)) == [["w"]]
    assert spells().pronounced(told, ("a", "c")) == spells().pronounced(told, ()) == []
    assert spells(()).pronounced(told, ("c",)) == []


def test_words_for_whose_phones_there_is_no_time_are_pronounced_all_the_same():
    assert spells().pronounced(np.log(np.full((1, 5), 0.2)), ("a",)) == [["x", "y"]]


def test_the_strong_recogniser_pronounces_all_of_its_symbols():
    symbols, phones, accents = (json.loads(shipped.open("ear").kept(name)) for name in ("symbols", "phones", "accents"))
    assert sorted({symbol for accent in accents for symbol in accent}) == sorted(symbols)
    assert {phone for accent in accents for said in accent.values() for phone in said} <= set(phones)
    for accent in accents:
        assert len({symbol.partition(":")[0] for symbol in accent}) == 1 and len(accent) == 10
