"""A translator that was trained, as a run keeps it, under the X-ray: what is shown is what Keras computes."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rrn.data import phrases
from rrn.events import Kept
from rrn.scratch.surgery import Surgery
from rrn.spec import CELLS
from rrn.tasks import translation
from rrn.xray.look import look_with, opened
from rrn.xray.pair import languages, spelled, typed
from rrn.xray.sentences import score, unseen
from tests.recipes.smallest import smallest
from tests.scratch.slopes import same

pytestmark = pytest.mark.keras

CLOSE = 1e-5  # float32 beside float64
KINDS = [
    *(pytest.param({"cell": cell}, marks=[] if cell == "gru" else pytest.mark.slow) for cell in CELLS),
    {"layers": 2, "attention": "additive", "reading": "backward"},
]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: " ".join(map(str, kind.values())))
def trained(request):
    """(run, Keras' layers)."""
    import keras

    from rrn.nn.weights import take
    from rrn.recipes import translation as recipe

    spec = replace(smallest(translation.SPEC), pairs="sums", rate=0.05, teacher=1.0, **request.param)
    told: list = []
    given = SimpleNamespace(weights=None, compiling=0.0, began=lambda model: None, bytes=lambda name: b"")
    keras.utils.set_random_seed(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(translation, "EXAMPLES", 16)
        patch.setattr(translation, "UNSEEN", 4)
        patch.setattr(keras.Model, "run_eagerly", property(lambda model: True, lambda model, value: None))
        weights = take(recipe.run(spec, told.append, given))
    kept = {event.name: event.data for event in told if isinstance(event, Kept)}
    return SimpleNamespace(spec=spec, weights=lambda: weights, kept=kept.__getitem__)


def test_what_is_shown_of_a_held_out_sentence_is_what_keras_says_of_it(trained):
    import keras

    from rrn.nn.seq2seq import Shape, Translator
    from rrn.nn.weights import put

    words, network = languages(trained), opened(trained)
    pair = unseen(trained, words)[0]
    look = look_with(network, pair)
    layers = Translator(trained.spec, len(words.source), len(words.target))
    model = layers.model(Shape(pair.x.shape[1], pair.steps))
    put(model, trained.weights())
    said = np.asarray(model([pair.x.astype("int32"), pair.given.astype("int32")], training=False))[0]
    same(look.passed.said[0], said, CLOSE)
    same(look.said, np.asarray(keras.ops.softmax(said)), CLOSE)
    assert look.answer == said[pair.at].argmax()
    memory, keep, _ = layers.encode(pair.x.astype("int32"))
    ways = {"forward": ("",), "backward": ("_back",), "both": ("", "_back")}[trained.spec.reading]
    kept = [look.kept(f"cell_{trained.spec.layers}{way}", "h")[:: -1 if way else 1] for way in ways]
    same(sum(kept), np.asarray(memory)[0], CLOSE)


def test_its_score_is_the_share_of_words_that_keras_foresees(trained):
    from rrn.nn.encoder_decoder import EncoderDecoder, forced, padded

    words, network = languages(trained), opened(trained)
    pairs = unseen(trained, words)
    ids = [pair.x[0].tolist() for pair in pairs], [pair.written[0].tolist() for pair in pairs]
    read, written = (padded(side, max(map(len, side))) for side in ids)
    log_p = forced(EncoderDecoder(trained.spec, trained.weights()), read, written).log_p
    for row, pair in zip(log_p, pairs, strict=True):
        assert look_with(network, pair).log_p == pytest.approx(float(row[: pair.steps].sum()), rel=1e-4)
    assert 0 <= score(network, pairs)["words"] <= 1


def test_a_typed_sentence_reads_as_it_is_spelled_and_an_operation_changes_what_is_said(trained):
    words, network = languages(trained), opened(trained)
    phrase = phrases.several("sums", "es-en", 1, np.random.default_rng(0), unseen=True)[0]
    pair = typed(words, network, words.source.joined(phrase.read))
    assert spelled(words, pair) == "".join(phrase.read)
    before = look_with(network, pair)
    for part in network.parts:
        after = look_with(network, pair, {part: Surgery(silence=(0, 1, 2))})
        assert not np.allclose(after.said, before.said)
