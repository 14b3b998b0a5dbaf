"""Encoder and decoder: one network reads a sequence, another writes one, with or without attention between them.

Source: Sutskever et al. 2014; Cho et al. 2014; attention, Bahdanau et al. 2015 and Luong et al. 2015.
"""

from dataclasses import dataclass

import keras

from rrn.data.vocabulary import PAD
from rrn.nn.attention import Attention
from rrn.nn.cells import recurrent

SPREAD = 0.3  # of the tables at the start; with Keras' 0.03 the gates hardly tell one word from another for epochs


@dataclass(frozen=True)
class Shape:
    """Of one batch: steps that are read, steps that are written."""

    read: int
    written: int


class Translator:
    """The layers, made once, and a model over them for every shape of batch: the fast loops want fixed lengths.

    Args:
        spec: with cell, units, embedding, layers, attention, reading, dropout and teacher.
        source: numbers of the vocabulary that is read.
        target: of the one that is written.
    """

    def __init__(self, spec, source: int, target: int):
        self.spec = spec
        even = keras.initializers.RandomNormal(stddev=SPREAD)
        self.embed = keras.layers.Embedding(source, spec.embedding, embeddings_initializer=even, name="embed")
        # Read and written by one table: what a word means is what it is found by. Source: Press & Wolf 2017.
        self.embed_target = keras.layers.ReversibleEmbedding(
            target, spec.embedding, embeddings_initializer=even, name="embed_target"
        )
        self.forth = [self._cell(f"cell_{n}") for n in self._layers if spec.reading != "backward"]
        self.back = [self._cell(f"cell_{n}_back") for n in self._layers if spec.reading != "forward"]
        self.decoder = [self._cell(f"decoder_{n}") for n in self._layers]
        self.attention = None if spec.attention == "none" else Attention(spec.attention, name="attention")
        self.combine = keras.layers.Dense(spec.embedding, activation="tanh", name="combine")
        self.drop = keras.layers.Dropout(spec.dropout, name="drop")
        self.models: dict[Shape, keras.Model] = {}

    @property
    def _layers(self) -> range:
        return range(1, self.spec.layers + 1)

    def _cell(self, name):
        return recurrent(self.spec.cell, self.spec.units, return_state=True, name=name)

    def model(self, shape: Shape) -> keras.Model:
        """From (batch, read) and (batch, written) numbers to (batch, written, target) logits of what comes next."""
        if shape not in self.models:
            read = keras.Input((shape.read,), dtype="int32", name="read")
            written = keras.Input((shape.written,), dtype="int32", name="written")
            self.models[shape] = keras.Model([read, written], self._said(read, written))
        return self.models[shape]

    def _said(self, read, written):
        memory, keep, states = self.encode(read)
        logits = self.decode(written, memory, keep, states)
        if self.spec.teacher < 1:
            written = OwnWords(self.spec.teacher, name="own_words")(written, logits)
            logits = self.decode(written, memory, keep, states)
        return logits

    def encode(self, read):
        """The memory (batch, read, units), what of it is no padding, and the last states of every layer."""
        keep = keras.ops.not_equal(read, PAD)
        x = self.drop(self.embed(read))
        last = []
        for n in range(self.spec.layers):
            ways = []
            if self.forth:
                ways.append(self.forth[n](x, mask=keep))
            if self.back:
                h, *states = self.back[n](keras.ops.flip(x, axis=1), mask=keras.ops.flip(keep, axis=1))
                ways.append([keras.ops.flip(h, axis=1), *states])
            # Two directions are added up, so that the decoder is as wide as each.
            h, *states = ways[0] if len(ways) == 1 else [keras.ops.add(a, b) for a, b in zip(*ways, strict=True)]
            last.append(states)
            x = self.drop(h)
        return x, keep, last

    def decode(self, written, memory, keep, states):
        """(batch, written, target) logits. The context is found by the lowest layer and read by those above it."""
        h, *_ = self.decoder[0](self.drop(self.embed_target(written)), initial_state=states[0])
        context = [] if self.attention is None else [self.attention(h, memory, keep)]
        for n in range(1, self.spec.layers):
            x = self.drop(keras.ops.concatenate([h, *context], axis=-1))
            h, *_ = self.decoder[n](x, initial_state=states[n])
        h = self.drop(keras.ops.concatenate([h, *context], axis=-1))
        return self.embed_target(self.drop(self.combine(h)), reverse=True)


class OwnWords(keras.layers.Layer):
    """While training, puts what the model itself would have written in the place of some of the right words.

    Two passes in place of one word after another. Source: scheduled sampling, Bengio et al. 2015; in two passes,
    Mihaylova & Martins 2019.

    Args:
        teacher: share of the words that stay as they are.
    """

    def __init__(self, teacher: float, **settings):
        super().__init__(**settings)
        self.teacher = teacher
        self.seeds = keras.random.SeedGenerator()

    def call(self, written, logits, training=False):
        if not training:
            return written
        said = keras.ops.cast(keras.ops.argmax(keras.ops.stop_gradient(logits), axis=-1), written.dtype)
        said = keras.ops.concatenate(
            [written[:, :1], said[:, :-1]], axis=1
        )  # what is said at a step is read at the next
        stays = keras.random.uniform(keras.ops.shape(written), seed=self.seeds) < self.teacher
        return keras.ops.where(keras.ops.logical_or(stays, keras.ops.equal(written, PAD)), written, said)


class Surprise(keras.losses.Loss):
    """Cross-entropy per written step, padding left out.

    Args:
        smoothing: share of the probability that is wanted evenly over all words. Source: Szegedy et al. 2016.
    """

    def __init__(self, smoothing: float = 0.0):
        super().__init__(reduction="sum")
        self.smoothing = smoothing

    def call(self, wanted, logits):
        counts = keras.ops.cast(keras.ops.not_equal(wanted, PAD), logits.dtype)
        log_p = keras.ops.log_softmax(logits, axis=-1)
        one = keras.ops.take_along_axis(log_p, keras.ops.expand_dims(keras.ops.cast(wanted, "int32"), -1), axis=-1)[
            ..., 0
        ]
        loss = -(1 - self.smoothing) * one - self.smoothing * keras.ops.mean(log_p, axis=-1)
        return keras.ops.sum(loss * counts) / keras.ops.sum(counts)
