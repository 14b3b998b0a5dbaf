"""The recipe of translation: what it learns from, what it tells, and what it answers."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rrn.data import numerals
from rrn.data.phrase import Phrase
from rrn.data.vocabulary import END, PAD, START, Words, from_bytes
from rrn.events import Captured, Kept, Listed, Measured, Wrote
from rrn.spec import Refused
from rrn.tasks import translation as task
from rrn.tasks.translation import Grow, Translate, Translation, cost

pytestmark = pytest.mark.keras


def sentences(count=120):
    """The text of a table: English and Spanish, each pair with a number of its own."""
    said = [
        (" ".join(w for w, _ in numerals.english(n)), " ".join(w for w, _ in numerals.spanish(n))) for n in range(count)
    ]
    return "".join(f"I have {english} dogs.\tTengo {spanish} perros.\n" for english, spanish in said)


TABLE = sentences()
SMALL = Translation(pairs="sums", units=8, embedding=4, cell="rnn", epochs=2, batch=16)
OF_TABLE = replace(SMALL, pairs="0" * 64, lines=120, pieces=340, longest=24, epochs=1, hold_out=0.2)


class Given(SimpleNamespace):
    """What a worker hands to a recipe."""

    def __init__(self, text=TABLE, weights=None, **more):
        super().__init__(weights=weights, compiling=0.0, began=lambda model: None, **more)
        self.bytes = lambda name: text.encode()


def trained(spec, given=None):
    import keras

    from rrn.recipes import translation as recipe

    keras.utils.set_random_seed(spec.seed)
    told = []
    return recipe.run(spec, told.append, given or Given()), told


def numbers(told):
    return {name: value for event in told if isinstance(event, Measured) for name, value in event.values.items()}


@pytest.fixture(scope="module")
def of_rules():
    """A run on sums and one on pairs of numbers: the former has no alignment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(task, "EXAMPLES", 64)
        patch.setattr(task, "UNSEEN", 20)
        return trained(replace(SMALL, pairs="numbers"))


@pytest.fixture(scope="module")
def of_table():
    return trained(OF_TABLE)


def test_a_run_on_rules_tells_what_is_exact_what_is_aligned_and_one_translation(of_rules):
    _, told = of_rules
    found = [e for e in told if isinstance(e, Measured) and "exact" in e.values]
    assert [e.step for e in found] == [1, 2]
    assert all(0 <= e.values["exact"] <= 1 and 0 <= e.values["aligned"] <= 1 for e in found)
    sizes = [e for e in told if isinstance(e, Captured) and e.name == "exact_by_size"]
    assert [e.step for e in sizes] == [1, 2] and sizes[0].axes == ("size",)
    read, written = (
        next(e.words for e in told if isinstance(e, Listed) and e.name == name) for name in ("read", "written")
    )
    attention = next(e for e in told if isinstance(e, Captured) and e.name == "attention")
    assert attention.values.shape == (len(written), len(read)) and read[-1] == "⊣"
    assert attention.values.sum(axis=1) == pytest.approx(np.ones(len(written)), abs=1e-4)
    assert "".join(w for w in written if w != "⊣") == next(e.text for e in told if isinstance(e, Wrote))


def test_a_run_on_a_table_tells_what_is_exact_and_how_much_overlaps(of_table):
    model, told = of_table
    found = numbers(told)
    assert {"loss", "exact", "bleu", "chrf"} <= set(found) and "aligned" not in found
    assert 0 <= found["bleu"] <= 100 and 0 <= found["chrf"] <= 100
    kept = {e.name: from_bytes(e.data) for e in told if isinstance(e, Kept)}
    line = "Tengo dos perros."
    assert kept["source"].decode(kept["source"].encode(line)) == line and len(kept["target"]) == OF_TABLE.pieces
    assert sum(int(np.prod(w.shape)) for w in model.trainable_weights) == cost(OF_TABLE).parameters


@pytest.mark.parametrize(
    ("cell", "attention", "reading", "layers", "teacher"),
    [
        ("rnn", "none", "forward", 3, 1.0),
        ("gru", "dot", "both", 2, 0.5),
        ("lstm", "general", "backward", 1, 1.0),
        ("lstm", "additive", "both", 2, 1.0),
        ("gru", "additive", "forward", 1, 0.0),
    ],
)
def test_cost_counts_what_build_makes(cell, attention, reading, layers, teacher):
    """The rest of the grid stands beside the network in NumPy, where the layers need no graph."""
    from rrn.recipes.translation import build

    shape = {"cell": cell, "attention": attention, "reading": reading, "layers": layers}
    spec = replace(SMALL, units=24, embedding=12, teacher=teacher, **shape)
    built = sum(int(np.prod(w.shape)) for w in build(spec).trainable_weights)
    assert cost(spec).parameters == built


def test_what_is_measured_on_is_not_learned_from():
    from rrn.recipes.translation import material

    for spec in (SMALL, OF_TABLE, replace(SMALL, pairs="grammar", direction="en-es")):
        what = material(spec, Given())
        assert not set(what.tested) & {read for read, _ in what.seen}
        assert len(what.tested) > 10 and all(what.tested.values())


@pytest.mark.parametrize(("direction", "first"), [("en-es", "I have"), ("es-en", "Tengo")])
def test_the_direction_says_which_column_is_read(direction, first):
    from rrn.recipes.translation import material

    what = material(replace(OF_TABLE, direction=direction), Given())
    assert all(read.startswith(first) and not written.startswith(first) for read, written in what.seen)


@pytest.mark.parametrize("most", [7, 10, 15, 24, 1000])
def test_sentences_of_all_lengths_are_measured(most, monkeypatch):
    """A table may be sorted by length, so the first so many would not do."""
    from rrn.recipes.translation import material

    whole = list(material(OF_TABLE, Given()).tested)
    monkeypatch.setattr(task, "UNSEEN", most)
    some = list(material(OF_TABLE, Given()).tested)
    assert len(some) == min(most, len(whole)) and len(whole) == 24
    places = [whole.index(line) for line in some]
    assert places[0] == 0 and places[-1] == len(whole) - 1 and max(np.diff(places)) <= -(-len(whole) // most) + 1


@pytest.mark.parametrize(("lines", "longest", "code"), [(119, 24, "wrong_size"), (120, 6, "pairs_too_long")])
def test_a_table_that_does_not_go_with_the_settings_is_refused(lines, longest, code):
    with pytest.raises(Refused) as why:
        trained(replace(OF_TABLE, lines=lines, longest=longest), Given(TABLE))
    assert why.value.code == code


@pytest.mark.parametrize("text", ["a\tb\nno pair", "a\tb\n" * 30, "no pair"])
def test_a_text_that_is_no_table_is_refused_and_not_stumbled_over(text):
    """A link may name any text of the visitor's, also one that did not go through the gate for pairs."""
    from rrn.recipes.translation import material

    with pytest.raises(Refused) as why:
        material(replace(OF_TABLE, lines=max(1, text.count("\t"))), Given(text))
    assert why.value.code == "wrong_size"


@pytest.mark.parametrize("spec", [replace(SMALL, pairs="copy"), OF_TABLE, replace(OF_TABLE, sampling=0.3)], ids=str)
def test_an_epoch_has_every_pair_in_a_batch_that_it_fits(spec, monkeypatch):
    from rrn.recipes.translation import Batches, material

    monkeypatch.setattr(task, "EXAMPLES", 100)
    what = material(spec, Given())
    batches = Batches(what, spec)
    wanted = sorted(tuple(what.target.encode(written)) for _, written in what.seen)
    steps = {len(what.source.encode(read)) for read, _ in what.seen}
    for _ in range(2):
        met, shapes = [], set()
        for shape, (read, begun), said in batches:
            shapes.add(shape)
            assert read.shape == (spec.batch, shape.read) and said.shape == begun.shape == (spec.batch, shape.written)
            for row in range(spec.batch):
                ids = said[row][said[row] != PAD].tolist()
                assert ids[-1] == END and begun[row][: len(ids)].tolist() == [START, *ids[:-1]]
                assert not begun[row][len(ids) :].any() and END in read[row]
                met.append(tuple(ids))
        assert len(met) == len(batches) * spec.batch
        assert set(met) == set(wanted) and len(met) < len(wanted) + len(shapes) * spec.batch
        assert len(shapes) <= 2 and max(s.read for s in shapes) >= max(steps)


def test_exact_is_letter_by_letter_and_any_right_translation_will_do():
    from rrn.recipes.translation import exact

    assert exact(["Ve.", "Hola", "Sí."], [["Vete.", "Ve."], ["Hola."], ["No."]]) == pytest.approx(1 / 3)


def test_overlap_is_that_of_the_libraries_own_example():
    """BLEU and chrF of sentences by hand: all right, in capitals, with a second reference; and none right."""
    from rrn.recipes.translation import overlap

    right = [["The dog sees the cat .", "A dog sees the cat ."], ["We go home now ."]]
    assert overlap(["a dog sees the cat .", "WE GO HOME NOW ."], right) == {
        "bleu": pytest.approx(100),
        "chrf": pytest.approx(100),
    }
    none = overlap(["zzz zzz", "qqq"], right)
    assert none["bleu"] < 1 and none["chrf"] < 1
    # 5 of 6 words, 3 of 5 pairs, 1 of 4 and none of 3 (which counts as half a one) in a sentence as long as the right.
    some = overlap(["the dog eats the cat ."], [["The dog sees the cat ."]])
    by_hand = 100 * np.exp(np.mean(np.log([5 / 6, 3 / 5, 1 / 4, 0.5 / 3])))
    assert some["bleu"] == pytest.approx(by_hand, rel=1e-3)


def test_pointing_counts_words_that_look_most_where_they_come_from():
    from rrn.recipes.translation import Material, pointing
    from tests.nn.translators import drawn

    words = Words(tuple("abc"), letters=True)
    spec = replace(SMALL, attention="general")
    network = drawn(spec, len(words), len(words))
    made = {
        "ab": Phrase(("a", "b"), ("b", "a"), (1, 0)),
        "c": Phrase(("c",), ("c",), (0,)),
        "b": Phrase(("b",), ("a", "b"), (-1, 0)),
    }
    tested = {line: ["".join(phrase.written)] for line, phrase in made.items()}
    what = Material(words, words, [], tested, made, {})
    looks = []
    for line, phrase in made.items():
        memory = network.read(np.array([words.encode(line)]))
        states, last = memory.states, np.array([START])
        for word, place in zip(words.encode("".join(phrase.written)), (*phrase.aligned, -1), strict=True):
            _, states, looked = network.write(last, states, memory)
            last = np.array([word])
            if place >= 0:
                looks.append(looked[0].argmax() == place)
    assert pointing(network, what, spec) == {"aligned": pytest.approx(np.mean(looks))}
    assert pointing(network, what, replace(spec, attention="none")) == {}


def answered(run, spec, question, data):
    from rrn.nn import weights as named
    from rrn.recipes.translation import answer, opened

    model, told = run
    kept = {e.name: e.data for e in told if isinstance(e, Kept)}
    heard = []
    answer(question, opened(spec, named.take(model), kept.__getitem__), Given(spec=spec), data, heard.append)
    return heard


def test_every_line_is_answered(of_table):
    lines = ["Tengo dos perros.", "", "🙂", "Tengo mil perros, y tres gatos, y cinco casas. No."]
    heard = answered(of_table, OF_TABLE, Translate(beam=3), "\n".join(lines).encode())
    wrote = {e.step: e.text for e in heard if isinstance(e, Wrote)}
    assert list(wrote) == [0, 1, 2, 3] and wrote[1] == "" and wrote[2] == "🙂"
    told = {e.step: e.values for e in heard if isinstance(e, Measured)}
    assert all({"score", "parts", "strange"} == set(values) for values in told.values()) and told[3]["parts"] > 1
    assert {e.step for e in heard if isinstance(e, Captured)} == {0}  # attention of what was read in one part
    assert next(e.words for e in heard if isinstance(e, Listed) and (e.step, e.name) == (2, "copied")) == ("🙂",)


def test_lines_are_answered_the_same_in_any_pieces(of_table, monkeypatch):
    from rrn.recipes import translation as recipe

    data = "\n".join(line.split("\t")[1] for line in TABLE.splitlines()[:9]).encode()
    whole = [e.text for e in answered(of_table, OF_TABLE, Translate(), data) if isinstance(e, Wrote)]
    monkeypatch.setattr(recipe, "AT_ONCE", 2)
    assert [e.text for e in answered(of_table, OF_TABLE, Translate(), data) if isinstance(e, Wrote)] == whole
    assert len(whole) == 9


def test_a_tree_is_told_step_by_step(of_rules):
    spec = replace(SMALL, pairs="numbers")
    heard = answered(of_rules, spec, Grow(beam=3), json.dumps(["dos mil", "2"]).encode())
    steps = sorted({e.step for e in heard if isinstance(e, Captured) and e.name == "score"})
    assert steps == list(range(len(steps))) and steps
    for step in steps:
        word, parent, score = (
            next(e for e in heard if e.step == step and getattr(e, "name", "") == name)
            for name in ("word", "parent", "score")
        )
        assert len(word.words) == len(parent.values) == len(score.values) <= 3
    best = [e for e in heard if isinstance(e, Measured) and "ranked" in e.values]
    assert [e.values["ranked"] for e in best] == sorted((e.values["ranked"] for e in best), reverse=True)
    written = next(e.words for e in heard if isinstance(e, Listed) and e.name == "written")
    attention = next(e.values for e in heard if isinstance(e, Captured) and e.name == "attention")
    assert written[0] == "2" and attention.shape == (len(written), len(("dos", "mil", "⊣")))


def test_same_spec_same_run_and_training_on_starts_where_the_weights_are(of_rules, monkeypatch):
    from rrn.nn import weights as named

    monkeypatch.setattr(task, "EXAMPLES", 64)
    monkeypatch.setattr(task, "UNSEEN", 20)
    spec = replace(SMALL, pairs="numbers")
    model, told = of_rules
    again, heard = trained(spec)
    for name, value in named.take(model).items():
        assert np.array_equal(named.take(again)[name], value), name
    assert all(numbers(told)[name] == numbers(heard)[name] for name in ("exact", "aligned"))
    onward, _ = trained(replace(spec, epochs=1, rate=1e-5), Given(weights=named.take(model)))
    for name, value in named.take(model).items():
        assert named.take(onward)[name] == pytest.approx(value, abs=1e-3), name
