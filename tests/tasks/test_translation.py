"""What can be asked of translation, what it costs, and how it is scored."""

import json
from itertools import product

import numpy as np
import pytest

from rrn import tasks
from rrn.data import phrases
from rrn.data.phrase import Phrase
from rrn.spec import check, choices, to_dict
from rrn.tasks import translation as task
from rrn.tasks.translation import Grow, Translate, Translation, cost

WORDS = {name: allowed for name, allowed in choices(Translation).items() if isinstance(allowed, tuple)}


@pytest.mark.parametrize("pairs", [*task.GENERATED, "0" * 64])
def test_every_spec_comes_back_from_what_is_saved(pairs):
    for values in product(*WORDS.values()):
        spec = Translation(pairs=pairs, lines=200, **dict(zip(WORDS, values, strict=True)))
        check(spec)
        assert tasks.from_dict(json.loads(json.dumps(to_dict(spec)))) == spec
    assert {"direction", "cell", "attention", "reading"} == set(WORDS)


@pytest.mark.parametrize("question", [Translate(beam=1), Grow(normal=0.3)])
def test_questions_come_back_too(question):
    assert tasks.from_dict(to_dict(question)) == question


def test_sizes_are_those_of_the_vocabularies_or_of_the_table():
    assert task.sizes(Translation(pairs="sums")) == (4 + 11, 4 + 10, task.EXAMPLES, 6)
    assert task.sizes(Translation(pairs="copy"))[3] == phrases.LEARNED + 1
    table = Translation(pairs="0" * 64, lines=321, pieces=900, longest=17)
    assert task.sizes(table) == (900, 900, 321, 17) and not task.generated(table)


def test_parameters_by_hand():
    """Two layers of 8 units over 4 numbers for a word, attention above the first."""
    spec = Translation(pairs="sums", cell="gru", units=8, embedding=4, layers=2, attention="general", reading="both")
    tables = 15 * 4 + 14 * 4
    encoder = 2 * (3 * (4 * 8 + 8 * 8 + 16) + 3 * (8 * 8 + 8 * 8 + 16))
    decoder = 3 * (4 * 8 + 8 * 8 + 16) + 3 * (16 * 8 + 8 * 8 + 16)
    attention, combine = 8 * 8, 16 * 4 + 4
    assert cost(spec).parameters == tables + encoder + decoder + attention + combine


def test_what_costs_more_and_what_does_not():
    plain = Translation(pairs="0" * 64, lines=1000)
    for field, more in {"epochs": 24, "lines": 2000}.items():
        one, two = cost(plain), cost(Translation(**vars(plain) | {field: more}))
        assert two.multiply_adds == 2 * one.multiply_adds and two.parameters == one.parameters
    own = cost(Translation(**vars(plain) | {"teacher": 0.5}))
    assert own.multiply_adds > cost(plain).multiply_adds and own.parameters == cost(plain).parameters
    wide = cost(Translation(**vars(plain) | {"batch": 128}))
    assert wide.bytes > cost(plain).bytes and wide.multiply_adds == cost(plain).multiply_adds


def test_the_share_that_is_right_of_every_size():
    found = task.by_size([True, False, True, True], [3, 3, 5, 0])
    assert found[[0, 3, 5]].tolist() == [1, 0.5, 1] and np.isnan(found[[1, 2, 4]]).all() and len(found) == 6


def test_words_that_come_from_none_are_not_counted_as_pointed():
    weights = np.array([[0.1, 0.6, 0.3], [0.5, 0.2, 0.3], [0.2, 0.2, 0.6], [1.0, 0.0, 0.0]])
    assert task.pointed(weights, (1, -1, 0)) == (1, 2)
    assert task.pointed(weights, (-1, -1)) == (0, 0)


def test_chance_is_one_of_the_replies():
    seen = [Phrase(("a",), (word,), (0,)) for word in "xyzx"]
    assert task.chance(seen) == {"exact/chance": 1 / 3}


def test_rivals_translate_word_by_word_and_look_straight():
    """By hand: "b" is "y" twice and "z" once; what is read in another order than it is written cannot be right."""
    one = Phrase(("a", "b"), ("x", "y"), (0, 1))
    turned = Phrase(("a", "b"), ("y", "x"), (1, 0))
    other = Phrase(("b",), ("z",), (0,))
    found = task.rivals([one, turned, other], [one, turned, other, Phrase(("c",), ("w",), (-1,))], attends=True)
    assert found == {"exact/word_by_word": 1 / 4, "aligned/diagonal": 3 / 5}
    assert "aligned/diagonal" not in task.rivals([one], [one], attends=False)
