"""Words as sums of rows: of their own row, and of those of their letter groups.

Source: Bojanowski et al. 2017.
"""

import keras

from rrn.data.wording import PAD

SPREAD = 0.3  # of the rows at the start, as in a translator: the gates must tell one word from another


class WordTable(keras.layers.Layer):
    """(batch, steps, parts) numbers to (batch, steps, width): the sum of a word's rows over the root of their count.

    Args:
        rows: of the table.
        width: of a row.
        hidden: share of a word's numbers that is left out while training, so that none of them is relied on alone.
    """

    def __init__(self, rows: int, width: int, hidden: float = 0.0, **settings):
        super().__init__(**settings)
        self.rows, self.width, self.hidden = rows, width, hidden
        self.seeds = keras.random.SeedGenerator()

    def build(self, shape):
        even = keras.initializers.RandomNormal(stddev=SPREAD)
        self.embeddings = self.add_weight(shape=(self.rows, self.width), initializer=even, name="embeddings")

    def call(self, numbers, training=False):
        counts = keras.ops.cast(keras.ops.not_equal(numbers, PAD), self.embeddings.dtype)
        if training and self.hidden:
            stays = keras.random.uniform(keras.ops.shape(numbers), seed=self.seeds) >= self.hidden
            counts = counts * keras.ops.cast(stays, counts.dtype)
        found = keras.ops.take(self.embeddings, numbers, axis=0)
        summed = keras.ops.sum(found * keras.ops.expand_dims(counts, -1), axis=2)
        return summed / keras.ops.sqrt(keras.ops.maximum(keras.ops.sum(counts, axis=2, keepdims=True), 1.0))
