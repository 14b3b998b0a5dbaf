"""A translator by hand and by Keras, with the same weights: states, weights of the attention, logits and gradients."""

from itertools import product

import numpy as np
import pytest

from rrn.scratch import seq2seq
from rrn.tasks.translation import Translation
from tests.scratch.slopes import same
from tests.scratch.translators import EMBEDDING, READINGS, SCORES, SOURCE, TARGET, UNITS, WIDE, drawn, sentences

pytestmark = pytest.mark.keras

CLOSE = 1e-5
READ, WRITTEN = 5, 4
FORMS = [
    *({"cell": cell, "score": score} for cell, score in product(WIDE, SCORES)),
    *({"cell": cell, "reading": reading, "layers": 2} for cell, reading in product(WIDE, READINGS)),
    {"cell": "gru", "layers": 3, "score": "additive"},
]


@pytest.fixture(scope="module", params=FORMS, ids=lambda form: " ".join(map(str, form.values())))
def both(request):
    """(by hand, the layers of Keras, what is read, what was written)."""
    from rrn.nn.seq2seq import Shape, Translator
    from rrn.nn.weights import put

    weights = drawn(**request.param)
    form = {"score": "general", "layers": 1, "reading": "both"} | request.param
    spec = Translation(
        units=UNITS,
        embedding=EMBEDDING,
        attention=form["score"],
        **{name: form[name] for name in ("cell", "layers", "reading")},
    )
    translator = Translator(spec, SOURCE, TARGET)
    put(translator.model(Shape(READ, WRITTEN)), weights)
    return seq2seq.opened_from(weights, spec.cell, spec.attention), translator, *sentences(2, READ, WRITTEN)


def pulled(translator, x, given, pull):
    """(memory, last states, weights of the attention, logits, gradients on all weights by name) of Keras."""
    import tensorflow as tf

    from rrn.nn.seq2seq import Shape

    model = translator.model(Shape(READ, WRITTEN))
    named = {f"{layer.name}/{w.name}": w for layer in model.layers for w in layer.trainable_weights}
    with tf.GradientTape() as tape:
        memory, keep, states = translator.encode(x)
        said = translator.decode(given, memory, keep, states)
        loss = tf.reduce_sum(said * pull)
    slopes = tape.gradient(loss, [w.value for w in named.values()])
    asked = None
    if translator.attention is not None:
        h, *_ = translator.decoder[0](translator.embed_target(given), initial_state=states[0])
        asked = tf.nn.softmax(translator.attention.scores(h, memory), axis=-1)
    slopes = {name: np.asarray(tf.convert_to_tensor(slope)) for name, slope in zip(named, slopes, strict=True)}
    return memory, states, asked, said, slopes


def test_all_that_is_kept_and_every_gradient_is_that_of_keras(both):
    network, translator, x, given = both
    pull = np.random.default_rng(6).normal(size=(*given.shape, TARGET)).astype("float32")
    memory, states, asked, said, slopes = pulled(translator, x.astype("int32"), given.astype("int32"), pull)
    passed = seq2seq.forward(network, x, given)
    same(passed.encoded.memory, np.asarray(memory), CLOSE)
    for mine, theirs in zip(passed.encoded.states, states, strict=True):
        for state, other in zip(mine, theirs, strict=True):
            same(state, np.asarray(other), CLOSE)
    if asked is None:
        assert passed.attention is None
    else:
        same(passed.attention, np.asarray(asked), CLOSE)
    same(passed.said, np.asarray(said), CLOSE)

    back = seq2seq.backward(network, passed, pull)
    letters = {"kernel": "Wx", "recurrent_kernel": "Wh", "bias": "b"}
    for name, slope in slopes.items():
        layer, word = name.split("/")
        match layer:
            case "embed":
                mine = on_rows(network.source, x, back.x)
            case "embed_target":
                compared = np.einsum("bte,btv->ve", passed.decoded.combined.a, pull)
                mine = on_rows(network.target, given, back.given) + compared
            case "attention":
                mine = back.looked.weights[
                    {word: letter for letter, word in seq2seq.LETTERS[network.decoder.score].items()}[word]
                ]
            case "combine":
                mine = back.combined.weights[{"kernel": "W", "bias": "b"}[word]]
            case _:
                mine = back.layers[layer].weights[letters[word]]
        same(mine, slope, CLOSE)


def on_rows(table, symbols, gradient):
    """The gradient on a table, from that on the rows that were taken from it."""
    found = np.zeros_like(table)
    np.add.at(found, symbols, gradient)
    return found


def test_it_writes_what_the_beam_of_one_writes(both):
    """Outside Keras, a second road in float32."""
    from rrn.data.vocabulary import END, NEVER, START
    from rrn.nn.beam import search
    from rrn.nn.encoder_decoder import EncoderDecoder
    from rrn.nn.seq2seq import Shape
    from rrn.nn.weights import take

    network, translator, x, _ = both
    weights = take(translator.model(Shape(READ, WRITTEN)))
    found = search(EncoderDecoder(translator.spec, weights), x, beam=1, normal=0.0, most=9)
    for row, best in zip(x, found.best, strict=True):
        written = seq2seq.write(network, row[None], start=START, end=END, never=NEVER, most=9)
        assert written == [*best[0].ids, *([END] if best[0].ended else [])]
        if best[0].weights is not None:
            passed = seq2seq.forward(network, row[None], np.array([[START, *written[:-1]]]))
            same(passed.attention[0], best[0].weights, CLOSE)
