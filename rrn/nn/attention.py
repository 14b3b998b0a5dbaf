"""Attention: every step of the decoder looks back over all that the encoder read.

Source: Bahdanau et al. 2015 (additive); Luong et al. 2015 (dot, general, and the place: after the decoder's cell).
"""

import keras

HIDDEN = -1e9  # the score of padding: its weight is 0 after the softmax


class Attention(keras.layers.Layer):
    """Weights over the memory for every query, and the mean of the memory that they make.

    Args:
        score: "dot" s·m, "general" s·W·m, or "additive" v·tanh(W s + U m).
    """

    def __init__(self, score: str, **settings):
        super().__init__(**settings)
        self.score = score

    def build(self, query_shape, memory_shape, keep_shape):
        units, wide = query_shape[-1], memory_shape[-1]
        if self.score == "general":
            self.kernel = self.add_weight(shape=(units, wide), name="kernel")
        if self.score == "additive":
            self.of_query = self.add_weight(shape=(units, wide), name="query")
            self.of_memory = self.add_weight(shape=(wide, wide), name="memory")
            self.combine = self.add_weight(shape=(wide,), initializer=_column, name="combine")

    def call(self, query, memory, keep):
        """The context, (batch, answer, wide).

        Args:
            query: (batch, answer, units) states of the decoder.
            memory: (batch, read, wide) states of the encoder.
            keep: (batch, read) False where the memory is padding.
        """
        scores = self.scores(query, memory)
        scores = keras.ops.where(keras.ops.expand_dims(keep, 1), scores, HIDDEN)
        return keras.ops.matmul(keras.ops.softmax(scores, axis=-1), memory)

    def scores(self, query, memory):
        """(batch, answer, read), before the softmax."""
        if self.score == "additive":
            asked = keras.ops.expand_dims(keras.ops.matmul(query, self.of_query), 2)
            read = keras.ops.expand_dims(keras.ops.matmul(memory, self.of_memory), 1)
            return keras.ops.sum(keras.ops.tanh(asked + read) * self.combine, axis=-1)
        if self.score == "general":
            query = keras.ops.matmul(query, self.kernel)
        return keras.ops.matmul(query, keras.ops.transpose(memory, (0, 2, 1)))

    def compute_output_shape(self, query_shape, memory_shape, keep_shape):
        return (*query_shape[:2], memory_shape[-1])


def _column(shape, dtype=None):
    """Glorot's range for a matrix with one column."""
    return keras.initializers.GlorotUniform()((*shape, 1), dtype=dtype)[:, 0]
