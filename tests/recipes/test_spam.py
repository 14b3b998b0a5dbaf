"""Messages in the recipe of sentiment: disguises, what is measured of them, and a bag that reads words all the same."""

import gzip
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from rrn.data import bag as bags
from rrn.data import wording
from rrn.data.disguise import SHARES
from rrn.events import Captured, Kept, Measured
from rrn.tasks import sentiment as task
from rrn.tasks.sentiment import Judge, Sentiment, cost

pytestmark = pytest.mark.keras
SMS = Path(__file__).resolve().parents[3] / "shared" / "data" / "sms-spam-en" / "sms.tsv.gz"

SPEC = Sentiment(
    texts="messages-es", reads="letters", cell="rnn", units=4, embedding=4, longest=75, epochs=1, masked="all"
)
GIVEN = SimpleNamespace(weights=None, compiling=0.0, began=lambda model: None)


@pytest.fixture(scope="module")
def recipe():
    from rrn.recipes import sentiment

    return sentiment


@pytest.fixture(scope="module")
def run(recipe):
    """A short run: its events, and what answers for it."""
    from rrn.nn import weights as named

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(task, "SENT", 400)
        patch.setattr(task, "UNSEEN_SENT", 100)
        told = []
        model = recipe.run(SPEC, told.append, GIVEN)
        assert model.count_params() == cost(SPEC).parameters
        kept = {event.name: event.data for event in told if isinstance(event, Kept)}
        return told, recipe.opened(SPEC, named.take(model), kept.__getitem__)


def captured(told, name):
    return [event.values for event in told if isinstance(event, Captured) and event.name == name]


def last(told, name):
    return [event.values[name] for event in told if isinstance(event, Measured) and name in event.values][-1]


def test_without_disguise_the_f1_is_the_one_that_is_measured(run):
    told, _ = run
    for whose, key in (("", "f1"), ("bag_", "f1/bag")):
        by_share, table = captured(told, f"{whose}f1_by_disguise")[-1], captured(told, f"{whose}confusion")[-1]
        assert by_share.shape == (len(SHARES),) and by_share[0] == pytest.approx(last(told, key))
        (_, alarms), (missed, hits) = table
        assert 2 * hits / max(1, 2 * hits + alarms + missed) == pytest.approx(last(told, key))
        assert table.sum() == 100 and hits + missed == round(100 * 0.13)
        assert captured(told, f"{whose}alarms_by_disguise")[-1].shape == (len(SHARES),)


def test_whoever_says_ham_always_is_right_in_seven_of_eight_and_finds_nothing(run):
    told, _ = run
    assert last(told, "accuracy/majority") == pytest.approx(0.87) and last(told, "f1/majority") == 0
    assert last(told, "found/majority") == last(told, "false_alarms/majority") == 0


def test_the_bag_reads_words_where_the_network_reads_letters(run, recipe):
    told, critic = run
    kept = next(bags.from_bytes(event.data) for event in told if isinstance(event, Kept) and event.name == "bag")
    assert "gratis" in kept.weights and critic.wording.spelled
    answered = []
    recipe.answer(Judge(), critic, GIVEN, b"Has ganado un premio\nnos vemos", answered.append)
    for event, text in zip(answered, ("Has ganado un premio", "nos vemos"), strict=True):
        odds = kept.log_odds([word.read for word in wording.words(text)])
        assert event.values["bag"] == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-3)
    one = critic.explain("Has ganado un premio")
    per_word = kept.log_odds(["has", "ganado", "un", "premio"]) - kept.bias
    assert len(one.words) == 20 and one.bag.sum() == pytest.approx(per_word, abs=1e-6)


@pytest.mark.parametrize(("masked", "whom"), [("positive", [True]), ("all", [True, False])])
def test_those_texts_are_disguised_that_are_masked_and_anew_every_epoch(recipe, monkeypatch, masked, whom):
    monkeypatch.setattr(task, "SENT", 200)
    spec = replace(SPEC, masked=masked)
    what = recipe.material(spec, GIVEN)
    data = recipe.Texts(what, spec)
    first, plain = data.read, [what.words.read(text) for _, text in what.seen]
    changed = {share >= 0.5 for a, b, (share, _) in zip(first, plain, what.seen, strict=True) if a != b}
    assert changed == set(whom)
    data.on_epoch_end()
    assert data.read == first, "after the last epoch none are drawn"
    data[0]
    assert data.read != first and [share for share, _ in what.seen] == data.shares.tolist()


def test_where_nothing_is_disguised_texts_stay_as_they_are(recipe, monkeypatch):
    monkeypatch.setattr(task, "SENT", 200)
    spec = replace(SPEC, masked="none")
    what = recipe.material(spec, GIVEN)
    data = recipe.Texts(what, spec)
    data.on_epoch_end()
    data[0]
    assert data.read == [what.words.read(text) for _, text in what.seen]


def test_reviews_are_not_measured_with_disguises(recipe):
    assert not task.disguises(Sentiment()) and task.disguises(SPEC) and task.disguises(replace(SPEC, masked="none"))
    assert task.disguises(replace(Sentiment(), masked="positive"))


@pytest.mark.shared
@pytest.mark.slow
def test_real_messages_are_told_apart_too(recipe):
    """A regression on groups of letters reaches an F1 of 0.97 there; a small network that reads 120 letters, 0.8."""
    import keras

    table = gzip.decompress(SMS.read_bytes()).decode()
    spec = Sentiment(
        texts="0" * 64, lines=len(table.splitlines()), reads="letters", units=32, embedding=24, longest=120, epochs=5,
        batch=48, rate=1e-2,
    )  # fmt: skip
    told = []
    keras.utils.set_random_seed(spec.seed)
    recipe.run(spec, told.append, SimpleNamespace(**vars(GIVEN), bytes=lambda name: table.encode()))
    assert last(told, "f1") > 0.75 and last(told, "accuracy") > last(told, "accuracy/majority") + 0.03
    print({name: round(last(told, name), 3) for name in ("f1", "f1/bag", "accuracy", "accuracy/majority")})
