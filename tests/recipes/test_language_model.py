"""The language model's recipe: what it builds, what it tells, and that it learns."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from rrn.data.alphabet import Alphabet
from rrn.events import Captured, Kept, Measured, Wrote
from rrn.spec import Refused
from rrn.tasks.language_model import PROMPT, UNKNOWN_BITS, LanguageModel, Score, WriteOn, cost

pytestmark = pytest.mark.keras

TEXT = "el agua clara corre, la barca espera. " * 40
SMALL = {"symbols": len(set(TEXT)), "characters": len(TEXT), "embedding": 4, "length": 8, "batch": 4, "epochs": 1}


class Given(SimpleNamespace):
    """What a worker hands to a recipe."""

    def __init__(self, text=TEXT, weights=None, **more):
        super().__init__(weights=weights, compiling=0.0, began=lambda model: None, **more)
        self.bytes = lambda name: text.encode()


def trained(**fields):
    import keras

    from rrn.recipes import language_model

    keras.utils.set_random_seed(0)
    told = []
    spec = LanguageModel(**SMALL | {"units": 16} | fields)
    return spec, language_model.run(spec, told.append, Given()), told


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("layers", [1, 2])
def test_cost_counts_what_build_makes(cell, layers):
    from rrn.recipes.language_model import build

    spec = LanguageModel(**SMALL, units=24, cell=cell, layers=layers)
    built = sum(int(np.prod(w.shape)) for w in build(spec).trainable_weights)
    assert cost(spec).parameters == built


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_stepper_equals_the_layers(cell):
    from rrn.nn import weights
    from rrn.nn.stepper import Stepper
    from rrn.recipes.language_model import build

    spec = LanguageModel(**SMALL, units=24, cell=cell, layers=2)
    model = build(spec)
    rng = np.random.default_rng(1)
    weights.put(model, {name: rng.normal(0, 0.2, w.shape) for name, w in weights.take(model).items()})
    symbols = rng.integers(spec.symbols + 1, size=(spec.batch, 2 * spec.length))
    # Two windows: the second one shows that both carry their state.
    theirs = np.concatenate([model.predict_on_batch(half) for half in np.split(symbols, 2, axis=1)], axis=1)
    stepper = Stepper(cell, weights.take(model))
    for row, wanted in zip(symbols, theirs, strict=True):
        stepper.reset()
        found = np.concatenate([stepper.read(row[:5]), stepper.read(row[5:])])
        assert np.abs(found - wanted).max() <= 1e-5 * np.abs(wanted).max()


def test_learns_a_text_that_repeats():
    spec, _, told = trained(epochs=6, rate=0.03, units=24)
    told = [e for e in told if isinstance(e, Measured)]
    rivals, last = told[0].values, [e for e in told if "bits" in e.values][-1]
    assert last.step == 6
    assert last.values["bits"] < rivals["ngram_0"] - 0.5 < rivals["uniform"]


def test_tells_alphabet_rivals_losses_and_a_sample_per_epoch():
    _, _, told = trained(epochs=2)
    assert json.loads(next(e.data for e in told if isinstance(e, Kept))) == "".join(sorted(set(TEXT)))
    assert set(told[1].values) == {"uniform", *(f"ngram_{n}" for n in range(6))}
    losses = [e for e in told if isinstance(e, Measured) and "loss" in e.values]
    assert losses[-1].step == 2 and all(e.values["gradient_norm"] > 0 for e in losses)
    samples = [e for e in told if isinstance(e, Wrote)]
    assert [e.step for e in samples] == [0, 1, 2] and all(len(e.text) > 200 for e in samples)
    assert len({e.text[:8] for e in samples}) == 1  # the same prompt


def test_before_the_first_batch_it_knows_no_more_than_whoever_guesses():
    _, _, told = trained(epochs=1)
    told = [e for e in told if isinstance(e, Measured)]
    first, loss = (next(n for n, e in enumerate(told) if name in e.values) for name in ("bits", "loss"))
    assert first < loss and told[first].step == 0
    assert told[first].values["bits"] == pytest.approx(told[0].values["uniform"], abs=0.2)


def test_same_spec_same_run():
    numbers = [[e.values for e in trained(epochs=1)[2] if isinstance(e, Measured)] for _ in range(2)]
    assert numbers[0][0] == numbers[1][0] and numbers[0][-1] == numbers[1][-1]


def test_training_on_starts_where_the_weights_are():
    import keras

    from rrn.nn import weights
    from rrn.recipes import language_model

    spec, model, told = trained(epochs=8, rate=0.03)
    again = []
    onward = LanguageModel(**SMALL | {"units": 16, "epochs": 1, "rate": 1e-5})
    keras.utils.set_random_seed(1)
    language_model.run(onward, again.append, Given(weights=weights.take(model)))
    bits = [[(e.step, e.values["bits"]) for e in t if isinstance(e, Measured) and "bits" in e.values]
            for t in (told, again)]  # fmt: skip
    (_, before), (start, begun), (_, after) = bits[0][-1], bits[1][0], bits[1][-1]
    assert start == 0 and begun == pytest.approx(before, abs=1e-4) and after == pytest.approx(before, abs=0.02)


@pytest.mark.parametrize("seen_before", [True, False])
def test_weights_that_are_broken_end_the_run(monkeypatch, seen_before):
    """Weights of 1e38 are what a far too high rate leaves behind: seen before the first batch, else in its loss."""
    from rrn.nn import weights
    from rrn.recipes import language_model

    spec = LanguageModel(**SMALL | {"units": 16})
    broken = {name: np.full(w.shape, 1e38) for name, w in weights.take(language_model.build(spec)).items()}
    learned_from = []
    monkeypatch.setattr(language_model.Windows, "__getitem__", _noted(learned_from, language_model.Windows))
    if not seen_before:
        monkeypatch.setattr(language_model, "bits_in_windows", lambda *_: 1.0)
        monkeypatch.setattr(language_model, "Stepper", lambda *_: None)
        monkeypatch.setattr(language_model, "letters", lambda *_: [])
    with pytest.raises(Refused) as why:
        language_model.run(spec, lambda event: None, Given(weights=broken))
    assert why.value.code == "not_a_number" and bool(learned_from) is not seen_before


def _noted(places: list[int], windows):
    """Windows.__getitem__ that also notes which batches were asked for."""
    real = windows.__getitem__

    def get(self, n):
        places.append(n)
        return real(self, n)

    return get


def test_weights_that_the_last_step_broke_end_the_run(monkeypatch):
    """Their loss was a number still; what they say at the end of the epoch is none."""
    from rrn.recipes import language_model

    monkeypatch.setattr(language_model, "bits_in_windows", lambda *_: np.nan)
    with pytest.raises(Refused) as why:
        trained()
    assert why.value.code == "not_a_number"


def test_a_text_that_is_not_the_one_of_the_spec_is_refused():
    with pytest.raises(Refused):
        trained(symbols=9)


def asked(question, data, weights=None):
    from rrn.nn import weights as named
    from rrn.recipes.language_model import answer, opened

    spec, model, told = trained(epochs=2, rate=0.03)
    kept = next(e.data for e in told if isinstance(e, Kept))
    heard = []
    answer(
        question, opened(spec, named.take(model), None), Given(spec=spec, kept=lambda name: kept), data, heard.append
    )
    return heard


def test_writes_on_with_candidates_for_every_character():
    heard = asked(WriteOn(length=60, seed=4), "el ágüa".encode())
    text = "".join(e.text for e in heard if isinstance(e, Wrote) and e.step >= 0)
    assert len(text) == 60 and set(text) <= set(TEXT)
    chosen = np.concatenate([e.values for e in heard if isinstance(e, Captured) and e.name == "chosen"])
    p = np.concatenate([e.values for e in heard if isinstance(e, Captured) and e.name == "probability"])
    points = np.concatenate([e.values for e in heard if isinstance(e, Captured) and e.name == "candidate"])
    assert len(chosen) == len(p) == 60 and (p.sum(axis=1) <= 1.0001).all() and (np.diff(p, axis=1) <= 0).all()
    for letter, probability, best, row in zip(text, chosen, points, p, strict=True):
        if ord(letter) in best:
            assert row[list(best).index(ord(letter))] == pytest.approx(probability, rel=1e-5)
    numbers = {name: value for e in heard if isinstance(e, Measured) for name, value in e.values.items()}
    copied = numbers["copied"]
    assert numbers["unknown"] == 2  # á and ü
    passage = next(e.text for e in heard if isinstance(e, Wrote) and e.step == -1)
    assert copied == len(passage) and passage in TEXT and passage in text


def test_a_prompt_that_no_page_would_send_is_not_read():
    with pytest.raises(Refused) as why:
        asked(WriteOn(length=1), b"a" * (PROMPT + 1))
    assert why.value.code == "unknown_question"


def test_same_seed_same_words():
    one, two, other = (asked(WriteOn(length=40, seed=s), b"el") for s in (1, 1, 2))
    said = [["".join(e.text for e in heard if isinstance(e, Wrote) and e.step >= 0)] for heard in (one, two, other)]
    assert said[0] == said[1] != said[2]


def test_score_charges_unknown_characters():
    known, with_unknown = (asked(Score(), text.encode())[-1] for text in (TEXT[:400], TEXT[:399] + "€"))
    assert known.values["unknown"] == 0 and with_unknown.values["unknown"] == 1
    extra = (with_unknown.values["bits_per_character"] - known.values["bits_per_character"]) * 400
    assert extra > UNKNOWN_BITS - 8


def test_score_is_the_same_in_any_pieces(monkeypatch):
    from rrn.recipes import language_model

    whole = asked(Score(), TEXT[:500].encode())[-1].values["bits_per_character"]
    monkeypatch.setattr(language_model, "READ", 7)
    assert asked(Score(), TEXT[:500].encode())[-1].values["bits_per_character"] == pytest.approx(whole, rel=1e-6)


def test_bits_in_windows_agree_with_reading_in_one_go():
    """Parallel streams with a run-up may only differ a little from one stream with everything before it."""
    from rrn.nn import weights
    from rrn.nn.stepper import Stepper
    from rrn.recipes.language_model import _surprise, bits_in_windows
    from rrn.tasks.language_model import split

    spec, model, _ = trained(epochs=4, rate=0.03, length=16)
    seen, unseen = split(Alphabet.of(TEXT).encode(TEXT), spec)
    stepper = Stepper("lstm", weights.take(model))
    logits = stepper.read(np.concatenate([seen, unseen[:-1]])).astype(np.float64)[len(seen) - 1 :]
    whole = _surprise(logits, unseen).mean() / np.log(2)
    assert bits_in_windows(model, seen, unseen, spec) == pytest.approx(whole, rel=0.03)
