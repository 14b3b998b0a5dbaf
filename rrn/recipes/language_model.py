"""Language model in Keras: embed, remember, name the next character.

Trained by truncated backpropagation through time: a text runs through the network in a few streams side by side, window
after window; the state goes on from each window into the next, the gradient does not.
"""

import json
import time

import keras
import numpy as np

from rrn.data import ngram
from rrn.data.alphabet import Alphabet
from rrn.data.streams import windows
from rrn.events import Captured, Emit, Kept, Measured, Wrote
from rrn.nn import weights as named
from rrn.nn.cells import recurrent
from rrn.nn.fit import fit
from rrn.nn.stepper import Stepper
from rrn.spec import Refused
from rrn.tasks.language_model import SAMPLE, UNKNOWN_BITS, LanguageModel, Score, WriteOn, distribution, longest_copy, split

CHUNK = 0.05  # seconds of writing between two pieces of streamed text
SHOWN = 5  # candidates told per written character


def build(spec: LanguageModel) -> keras.Model:
    """A model from (batch, length) symbols to (batch, length, symbols + 1) logits, its state kept between batches."""
    x = given = keras.Input(batch_shape=(spec.batch, spec.length), dtype="int32", name="symbols")
    x = keras.layers.Embedding(spec.symbols + 1, spec.embedding, name="embed")(x)
    for n in range(1, spec.layers + 1):
        x = recurrent(spec.cell, spec.units, stateful=True, weight_drop=spec.weight_drop, name=f"cell_{n}")(x)
        x = keras.layers.Dropout(spec.dropout)(x)
    return keras.Model(given, keras.layers.Dense(spec.symbols + 1, name="out")(x))


class Windows(keras.utils.PyDataset):
    """One epoch: every window of every stream once, from a new starting place each time."""

    def __init__(self, ids: np.ndarray, spec: LanguageModel):
        super().__init__()
        self.ids, self.spec, self.rng = ids, spec, np.random.default_rng(spec.seed)
        self.on_epoch_end()

    def on_epoch_end(self):
        start = int(self.rng.integers(len(self.ids)))
        self.x, self.y = windows(self.ids, self.spec.batch, self.spec.length, start)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, n):
        return self.x[n], self.y[n]


def run(spec: LanguageModel, emit: Emit, given) -> keras.Model:
    """Train, telling at every epoch the bits per character on unseen text and a sample from one prompt."""
    text = given.text(spec.text)
    alphabet = Alphabet.of(text)
    if (len(alphabet), len(text)) != (spec.symbols, spec.characters):
        raise Refused("wrong_size", symbols=len(alphabet), characters=len(text))
    emit(Kept("alphabet", json.dumps(alphabet.symbols).encode()))
    ids = alphabet.encode(text)
    seen, unseen = split(ids, spec.hold_out)
    rivals = {f"ngram_{n}": bits for n, bits in enumerate(ngram.bits(seen, unseen, len(alphabet)))}
    emit(Measured(0, {"uniform": float(np.log2(len(alphabet)))} | rivals))

    model = build(spec)
    if given.weights:
        named.put(model, given.weights)
    given.began(model)
    prompt = first_words(text[: len(seen)])

    def look(model: keras.Model, epoch: int) -> None:
        emit(Measured(epoch, {"bits": bits_in_windows(model, seen, unseen, spec)}))
        stepper = Stepper(spec.cell, named.take(model))
        rng = np.random.default_rng(spec.seed)
        written = "".join(letter for letter, _, _ in letters(stepper, alphabet, prompt, WriteOn(length=SAMPLE), rng))
        emit(Wrote(epoch, prompt + written))

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return fit(model, Windows(seen, spec), loss, spec, emit, given, clip=spec.clip, each_epoch=look)


def first_words(text: str) -> str:
    """About a dozen letters to start every sample from: the first words of the text's second half."""
    tail = text[len(text) // 2 :].split(maxsplit=4)
    return " ".join(tail[1:4])[:24] or text[:1]


def bits_in_windows(model: keras.Model, seen: np.ndarray, unseen: np.ndarray, spec: LanguageModel) -> float:
    """Bits per character of the unseen part, in parallel streams that each read one window of run-up first."""
    streams, length = spec.batch, spec.length
    share = -(-len(unseen) // streams)
    steps = 1 + -(-share // length)
    lead = np.concatenate([np.resize(seen[-length:], length), unseen])
    at = np.minimum(np.arange(streams) * share, len(unseen))[:, None] + np.arange(steps * length)
    read = lead[np.minimum(at, len(lead) - 1)]
    wanted = lead[np.minimum(at + 1, len(lead) - 1)]
    # Position j of a stream names unseen[at + 1 - length]; it counts where that lies in the stream's own share.
    target = at + 1 - length
    own = np.arange(streams)[:, None] * share
    counts = (target >= own) & (target < np.minimum(own + share, len(unseen)))
    _reset(model)
    total = 0.0
    for n in range(steps):
        here = slice(n * length, (n + 1) * length)
        logits = model.predict_on_batch(read[:, here]).astype(np.float64)
        total += _surprise(logits, wanted[:, here])[counts[:, here]].sum()
    _reset(model)
    return float(total / len(unseen) / np.log(2))


def _surprise(logits, wanted):
    """-ln p of the wanted symbol at each place."""
    top = logits.max(axis=-1, keepdims=True)
    norm = np.log(np.exp(logits - top).sum(axis=-1)) + top[..., 0]
    return norm - np.take_along_axis(logits, wanted[..., None].astype(np.int64), axis=-1)[..., 0]


def _reset(model):
    for layer in model.layers:
        if getattr(layer, "stateful", False):
            layer.reset_state()


def letters(stepper: Stepper, alphabet: Alphabet, prompt: str, ask: WriteOn, rng: np.random.Generator):
    """Write `ask.length` characters: each with the ids and probabilities of its likeliest candidates."""
    stepper.reset()
    logits = np.zeros(len(alphabet) + 1, np.float32)
    for symbol in alphabet.encode(prompt):
        logits = stepper.step(symbol)
    for _ in range(ask.length):
        p = distribution(logits, ask)
        chosen = int(np.searchsorted(np.cumsum(p), rng.random() * p.sum(), side="right"))
        chosen = min(chosen, len(p) - 1)
        best = np.argsort(-p, kind="stable")[:SHOWN]
        yield alphabet.decode([chosen]), best, p[best]
        logits = stepper.step(chosen)
