"""Guess the next word first: the table and the recurrent layers learn a language before they learn what to say of it.

Texts need no labels for that. Source: Dai & Le 2015; Howard & Ruder 2018.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import keras
import numpy as np

from rrn.data.wording import Wording
from rrn.events import Event, Measured
from rrn.nn.fit import fit

STEPS = 16  # words of a piece
NOTHING = -1  # follows where a piece has ended
BATCH, RATE, CLIP = 128, 3e-3, 1.0


class Pieces(keras.utils.PyDataset):
    """Every piece of every text once an epoch, each with the words that follow."""

    def __init__(self, words: Wording, texts: Sequence[Sequence[str]], apart: int, seed: int):
        super().__init__()
        self.words, self.apart, self.rng = words, apart, np.random.default_rng([seed, 9])
        pieces = [text[at : at + STEPS + 1] for text in texts for at in range(0, len(text), STEPS)]
        self.pieces = [piece for piece in pieces if len(piece) > 1]
        self.on_epoch_end()

    def on_epoch_end(self):
        count = -(-len(self.pieces) // BATCH) * BATCH
        self.order = np.resize(self.rng.permutation(len(self.pieces)), count)

    def __len__(self):
        return len(self.order) // BATCH

    def __getitem__(self, n):
        here = [self.pieces[row] for row in self.order[n * BATCH : (n + 1) * BATCH]]
        wanted = np.full((len(here), STEPS), NOTHING, np.int32)
        for row, piece in zip(wanted, here, strict=True):
            row[: len(piece) - 1] = [min(self.words.place(word), self.apart) for word in piece[1:]]
        return self.words.encode([piece[:-1] for piece in here], STEPS), wanted


def learn(
    read: Callable, words: Wording, texts: Sequence[Sequence[str]], most: int, spec, emit: Callable, given
) -> None:
    """Train what `read` goes through, for `spec.guess` epochs, told as steps before 0.

    Args:
        read: from (batch, STEPS, parts) numbers to states at every step, by layers that are somebody else's too.
        most: next words that are told apart, the most frequent ones; all others are one more.
    """
    apart = min(len(words.symbols), most)
    piece = keras.Input((STEPS, words.parts), dtype="int32", name="piece")
    model = keras.Model(piece, keras.layers.Dense(apart + 1, name="next")(read(piece)))

    def tell(event: Event) -> None:
        if isinstance(event, Measured):
            emit(Measured(event.step - spec.guess, {"next_word": event.values["loss"]}))

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=NOTHING)
    first = replace(spec, epochs=spec.guess, rate=RATE, batch=BATCH)
    fit(model, Pieces(words, texts, apart, spec.seed), loss, first, tell, given, clip=CLIP)
