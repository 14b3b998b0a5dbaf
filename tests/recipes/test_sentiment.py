"""The recipe of sentiment: what it learns from, what it tells, and what it answers."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rrn.data import bag as bags
from rrn.data import labelled, opinions, reviews, wording
from rrn.events import Captured, Kept, Listed, Measured
from rrn.spec import Refused
from rrn.tasks import sentiment as task
from rrn.tasks.sentiment import Explain, Judge, Sentiment, cost

pytestmark = pytest.mark.keras

SMALL = Sentiment(units=8, embedding=4, cell="rnn", epochs=2, batch=16)
SAID = (("spam", "gratis y sin pagar"), ("ham", "mañana en casa"))
TABLE = "".join(f"{label}\tlínea {n} {said}\n" for n in range(60) for label, said in SAID)
SHARES = "".join(f"{n % 11 / 10:.1f}\ttexto {n} {'bueno' if n % 11 > 5 else 'malo'}\n" for n in range(80))
OF_TABLE = replace(SMALL, texts="0" * 64, lines=120, longest=12, epochs=1, hold_out=0.2, words=500, grams=1000)


class Given(SimpleNamespace):
    """What a worker hands to a recipe."""

    def __init__(self, text=TABLE, weights=None, **more):
        super().__init__(weights=weights, compiling=0.0, began=lambda model: None, **more)
        self.bytes = lambda name: (text[name] if isinstance(text, dict) else text).encode()


def trained(spec, given=None):
    import keras

    from rrn.recipes import sentiment as recipe

    keras.utils.set_random_seed(spec.seed)
    told = []
    return recipe.run(spec, told.append, given or Given()), told


def material(spec, text=TABLE):
    from rrn.recipes import sentiment as recipe

    return recipe.material(spec, Given(text))


def measured(told, name):
    return {event.step: event.values[name] for event in told if isinstance(event, Measured) and name in event.values}


def kept(told):
    return {event.name: event.data for event in told if isinstance(event, Kept)}


@pytest.fixture(scope="module")
def of_rules():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(task, "EXAMPLES", 64)
        patch.setattr(task, "UNSEEN", 40)
        return trained(SMALL)


@pytest.fixture(scope="module")
def of_table():
    return trained(OF_TABLE)


# What a run tells


def test_a_run_keeps_its_words_its_bag_and_the_names_of_its_classes(of_rules, of_table):
    for (model, told), spec, names in ((of_rules, SMALL, ["-", "+"]), (of_table, OF_TABLE, ["ham", "spam"])):
        found = kept(told)
        assert json.loads(found["names"]) == names
        assert len(wording.from_bytes(found["wording"])) == task.sizes(spec)[0]
        assert bags.from_bytes(found["bag"]).weights
        assert sum(int(np.prod(w.shape)) for w in model.trainable_weights) == cost(spec).parameters


def test_every_epoch_is_measured_beside_its_rivals(of_rules, of_table):
    _, told = of_rules
    for name in ("accuracy", "f1", "calibration", "ordered", "flips"):
        values = measured(told, name)
        assert list(values) == [0, 1, 2] and all(0 <= value <= 1 for value in values.values()), name
        assert set(measured(told, f"{name}/bag")) == {0}
    assert measured(told, "accuracy/majority") == {0: 0.5} and not measured(told, "calibration/majority")
    assert set(measured(told, "loss")) >= {1, 2}
    _, told = of_table
    assert list(measured(told, "accuracy")) == [0, 1] and not measured(told, "ordered") and not measured(told, "flips")


def test_one_text_is_watched_word_by_word_at_every_epoch(of_rules):
    _, told = of_rules
    words = [event.words for event in told if isinstance(event, Listed) and event.name == "word"]
    running = [event for event in told if isinstance(event, Captured) and event.name == "running"]
    assert [event.step for event in running] == [0, 1, 2] and len(set(words)) == 1
    held = {one.text: one.ordered for one in opinions.unseen("es", 40, SMALL.seed)}
    assert held[" ".join(words[0])]
    for event in running:
        assert event.axes == ("word",) and event.values.shape == (len(words[0]),)
        assert ((event.values > 0) & (event.values < 1)).all()
    assert not np.array_equal(running[0].values, running[-1].values)


def test_what_is_watched_ends_where_the_model_does(of_rules):
    from rrn.nn.reader import chance

    model, told = of_rules
    words = wording.from_bytes(kept(told)["wording"])
    read = [event.words for event in told if isinstance(event, Listed)][-1]
    (logits,) = np.asarray(model(words.encode([list(read)], opinions.LONGEST["es"]), training=False))
    last = [event.values[-1] for event in told if isinstance(event, Captured) and event.name == "running"][-1]
    assert last == pytest.approx(chance(logits[1] - logits[0]), abs=1e-4)


def test_how_far_the_gradient_reaches_is_told(of_rules, of_table):
    for _, told in (of_rules, of_table):
        found = [event for event in told if isinstance(event, Captured) and event.name == "gradient"]
        assert found[0].step == 0 and found[0].axes == ("back",)
        assert all(np.isfinite(event.values).all() and event.values[0] > 0 for event in found)


def test_held_out_texts_are_measured_as_the_model_sees_them(of_rules):
    """All at once through Keras, at the end of the run."""
    model, told = of_rules
    held = opinions.unseen("es", 40, SMALL.seed)
    words = wording.from_bytes(kept(told)["wording"])
    logits = np.asarray(model(words.encode([one.text.split() for one in held], opinions.LONGEST["es"]), training=False))
    hits = (logits[:, 1] >= logits[:, 0]) == np.array([one.positive for one in held])
    ordered = np.array([one.ordered for one in held])
    assert measured(told, "accuracy")[2] == pytest.approx(hits.mean())
    assert measured(told, "ordered")[2] == pytest.approx(hits[ordered].mean())


# What it learns from


@pytest.mark.parametrize("texts", ["reviews-es", "reviews-en"])
def test_a_bag_of_words_cannot_tell_where_order_decides(texts):
    from rrn.recipes.sentiment import rivals

    what = material(replace(SMALL, texts=texts))
    bag = bags.fitted([text.split() for _, text in what.seen], [share for share, _ in what.seen])
    found = rivals(what, bag)
    print(texts, {name: round(value, 2) for name, value in found.items()})
    assert len(what.seen) == task.EXAMPLES and len(what.tested) == task.UNSEEN
    assert 0.35 < found["ordered/bag"] < 0.7
    assert 0.4 < found["accuracy/bag"] < 0.85 and found["accuracy/majority"] == 0.5
    assert found["flips/bag"] <= 1 and found["f1/majority"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "spec",
    [SMALL, replace(SMALL, texts="reviews-en", reads="letters"), replace(SMALL, texts="written-es"), OF_TABLE],
    ids=lambda spec: f"{spec.texts[:10]} {spec.reads}",
)
def test_what_is_measured_on_is_not_learned_from_and_no_word_comes_from_there(spec):
    what = material(spec)
    assert not {text for _, text in what.tested} & {text for _, text in what.seen} and len(what.tested) > 10
    if spec.texts != "reviews-es":
        again = wording.learned((text for _, text in what.seen), what.words.rows, grams=what.words.grams,
                                spelled=what.words.spelled)  # fmt: skip
        assert what.words == again
    read = [word.read for _, text in what.seen for word in what.words.cut(text)]
    assert len(what.words) == task.sizes(spec)[0] and np.mean([what.words.knows(word) for word in read]) > 0.9


def test_written_reviews_are_all_learned_from_and_measured_on():
    what = material(replace(SMALL, texts="written-es", words=4000))
    assert what.seen == reviews.seen() and what.tested == reviews.unseen() and what.names == ("-", "+")
    assert len(what.seen) == task.sizes(replace(SMALL, texts="written-es"))[2]


def test_a_second_table_is_learned_from_and_not_measured_on():
    also = {"0" * 64: TABLE, "1" * 64: SHARES}
    spec = replace(OF_TABLE, also="1" * 64, more=80)
    alone, both = material(OF_TABLE, also), material(spec, also)
    rows = labelled.labelled(labelled.rows(SHARES))
    assert both.tested == alone.tested and both.seen == alone.seen + [one for one in rows if one.share != 0.5]
    assert both.unlabelled == [one.text for one in rows if one.share == 0.5] != []
    assert both.names == ("ham", "spam") and {0.3, 1.0} <= {share for share, _ in both.seen}
    assert len(both.seen) + len(both.unlabelled) + len(both.tested) == task.sizes(spec)[2]


@pytest.mark.parametrize(
    ("text", "lines"), [(TABLE, 119), ("no table", 1), ("a\tx\nb\ty\nc\tz", 3), ("a\tx\na\ty", 2), ("", 1)]
)
def test_a_table_that_does_not_go_with_the_settings_is_refused(text, lines):
    """A link may name any text of the visitor's, also one that did not go through the gate for labels."""
    with pytest.raises(Refused) as why:
        material(replace(OF_TABLE, lines=lines), text)
    assert why.value.code == "wrong_size"


@pytest.mark.parametrize(
    "spec", [SMALL, OF_TABLE, replace(OF_TABLE, texts="f" * 64, lines=80)], ids=["rules", "", "shares"]
)
def test_an_epoch_has_every_text_once_and_its_share(spec, monkeypatch):
    from rrn.recipes.sentiment import Texts

    monkeypatch.setattr(task, "EXAMPLES", 100)
    what = material(spec, SHARES if spec.lines == 80 else TABLE)
    data, orders = Texts(what, spec), []
    for _ in range(2):
        met = []
        for n in range(len(data)):
            numbers, wanted = data[n]
            assert numbers.shape == (spec.batch, task.sizes(spec)[3], what.words.parts)
            assert wanted.sum(axis=1) == pytest.approx(np.ones(spec.batch))
            met += [(row.tobytes(), round(float(w), 5)) for row, w in zip(numbers, wanted[:, 1], strict=True)]
        steps = task.sizes(spec)[3]
        all_of_it = [(what.words.encode([[w.read for w in what.words.cut(text)]], steps).tobytes(), round(share, 5))
                     for share, text in what.seen]  # fmt: skip
        assert set(met) == set(all_of_it) and len(all_of_it) <= len(met) < len(all_of_it) + spec.batch
        orders.append(met)
        data.on_epoch_end()
    assert orders[0] != orders[1]


# Runs again, and further


def test_same_spec_same_run_and_training_on_starts_where_the_weights_are(of_rules, monkeypatch):
    from rrn.nn import weights as named

    monkeypatch.setattr(task, "EXAMPLES", 64)
    monkeypatch.setattr(task, "UNSEEN", 40)
    model, told = of_rules
    again, heard = trained(SMALL)
    for name, value in named.take(model).items():
        assert np.array_equal(named.take(again)[name], value), name
    assert measured(told, "calibration") == measured(heard, "calibration")
    onward, heard = trained(replace(SMALL, epochs=1, rate=1e-5), Given(weights=named.take(model)))
    for name, value in named.take(model).items():
        assert named.take(onward)[name] == pytest.approx(value, abs=1e-3), name
    assert measured(heard, "calibration")[0] == pytest.approx(measured(told, "calibration")[2], abs=1e-5)


@pytest.mark.parametrize(
    "fields", [{"dropout": 0.5, "hidden": 0.3, "layers": 2}, {"reads": "letters", "longest": 60}], ids=str
)
def test_other_settings_train_too(fields, monkeypatch):
    monkeypatch.setattr(task, "EXAMPLES", 32)
    monkeypatch.setattr(task, "UNSEEN", 20)
    _, told = trained(replace(SMALL, epochs=1, cell="gru", **fields))
    assert np.isfinite(list(measured(told, "loss").values())).all() and list(measured(told, "ordered")) == [0, 1]


# What is answered


def answered(run, spec, question, data):
    from rrn.nn import weights as named
    from rrn.recipes.sentiment import answer, opened

    model, told = run
    heard = []
    answer(question, opened(spec, named.take(model), kept(told).__getitem__), Given(spec=spec), data, heard.append)
    return heard


LINES = [
    "línea 3 gratis y sin pagar",
    "",
    "mañana en casa 🙂",
    "zzz " * 30,
    "The food was not as bad as it was for the others",
]


def test_every_line_is_judged(of_table):
    heard = answered(of_table, OF_TABLE, Judge(), "\n".join(LINES).encode())
    assert [event.step for event in heard] == [0, 1, 2, 3, 4]
    found = [event.values for event in heard]
    assert all({"positive", "bag", "known", "words", "parts", "foreign"} <= set(values) for values in found)
    assert found[1]["positive"] == found[1]["bag"] == 0.5 and found[1]["words"] == 0
    assert found[0]["parts"] == 1 and found[3]["parts"] == 3 and found[3]["known"] == 0
    assert found[0]["bag"] > 0.5 > found[2]["bag"] and all(0 <= values["positive"] <= 1 for values in found)


def test_lines_are_judged_the_same_in_any_pieces(of_table, monkeypatch):
    from rrn.recipes import sentiment as recipe

    data = "\n".join(text for _, text in reviews.unseen()[:9]).encode()
    whole = answered(of_table, OF_TABLE, Judge(), data)
    monkeypatch.setattr(recipe, "AT_ONCE", 2)
    for one, other in zip(answered(of_table, OF_TABLE, Judge(), data), whole, strict=True):
        assert one.step == other.step and one.values == pytest.approx(other.values, abs=1e-5)


def test_a_text_is_taken_apart_along_its_words(of_rules):
    text = "La comida no es mala, pero el servicio..."
    heard = answered(of_rules, SMALL, Explain(), text.encode())
    (words,) = (event.words for event in heard if isinstance(event, Listed))
    assert words == ("La", "comida", "no", "es", "mala", ",", "pero", "el", "servicio", "...")
    arrays = {event.name: event.values for event in heard if isinstance(event, Captured)}
    assert {"running", "missed", "pull", "weight", "denied"} == set(arrays)
    assert all(values.shape == (10,) and np.isfinite(values).all() for values in arrays.values())
    (judged,) = answered(of_rules, SMALL, Judge(), text.encode())
    assert arrays["running"][-1] == pytest.approx(judged.values["positive"], abs=1e-5)
    assert answered(of_rules, SMALL, Explain(), b"")[0].values["positive"] == 0.5


# The result that the lesson is about


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("texts", ["reviews-es", "reviews-en"])
def test_a_network_reads_order_where_a_bag_of_words_only_counts(texts):
    _, told = trained(Sentiment(texts=texts))
    ends = {name: list(measured(told, name).values())[-1] for name in ("accuracy", "ordered", "flips", "ordered/bag")}
    print(texts, ends)
    assert ends["ordered"] > 0.95 and ends["accuracy"] > 0.95 and ends["ordered/bag"] < 0.7 and ends["flips"] > 0.6
