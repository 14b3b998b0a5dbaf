"""Language model in Keras: embed, remember, name the next character.

Trained by truncated backpropagation through time: a text runs through the network in a few streams side by side, window
after window; the state goes on from each window into the next, the gradient does not.
"""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial

import keras
import numpy as np

from rrn.data import ngram
from rrn.data.alphabet import UNKNOWN, Alphabet
from rrn.data.streams import windows
from rrn.events import Captured, Emit, Kept, Measured, Wrote
from rrn.nn import probe
from rrn.nn import weights as named
from rrn.nn.cells import recurrent
from rrn.nn.fit import fit
from rrn.nn.stepper import Stepper
from rrn.spec import Refused
from rrn.tasks.language_model import (
    PROMPT,
    SAMPLE,
    UNKNOWN_BITS,
    LanguageModel,
    Score,
    WriteOn,
    distribution,
    longest_copy,
    split,
)

CHUNK = 0.05  # seconds of writing between two pieces of streamed text
SHOWN = 5  # candidates told per written character
READ = 256  # characters scored between two pieces of news
COMPARED = 2000  # written characters searched for in the text that was learned from


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


class FreshStarts(keras.callbacks.Callback):
    """Now and then a stream forgets what it has read.

    A state that is carried through a whole epoch is one that the network hardly learns to begin from, and an LSTM's
    cell can drift in it to values of several hundred, where no gate moves it any more.
    """

    def __init__(self, spec: LanguageModel):
        super().__init__()
        self.spec, self.rng = spec, np.random.default_rng(spec.seed)

    def on_train_batch_begin(self, batch, logs=None):
        goes_on = self.rng.random((self.spec.batch, 1)) >= self.spec.fresh_starts
        if goes_on.all():
            return
        for layer in self.model.layers:
            for state in layer.states if getattr(layer, "stateful", False) else ():
                state.assign(state * goes_on.astype("float32"))


def run(spec: LanguageModel, emit: Emit, given) -> keras.Model:
    """Train, telling at every epoch the bits per character on unseen text and a sample from one prompt; both also
    before the first batch.
    """
    text = given.bytes(spec.text).decode()
    alphabet = Alphabet.of(text)
    if (len(alphabet), len(text)) != (spec.symbols, spec.characters):
        raise Refused("wrong_size", symbols=len(alphabet), characters=len(text))
    emit(Kept("alphabet", json.dumps(alphabet.symbols).encode()))
    ids = alphabet.encode(text)
    seen, unseen = split(ids, spec)
    rivals = {f"ngram_{n}": bits for n, bits in enumerate(ngram.bits(seen, unseen, len(alphabet)))}
    emit(Measured(0, {"uniform": float(np.log2(len(alphabet)))} | rivals))

    model = build(spec)
    if given.weights:
        named.put(model, given.weights)
    given.began(model)
    prompt = first_words(split(text, spec)[0])

    followed = window_ends(unseen, spec.length)

    def look(model: keras.Model, epoch: int) -> None:
        bits = bits_in_windows(model, seen, unseen, spec)
        if not np.isfinite(bits):  # the last step broke the weights, and its own loss was still a number
            raise Refused("not_a_number", rate=spec.rate)
        emit(Measured(epoch, {"bits": bits}))
        if epoch == 0 or probe.due(epoch, spec.epochs):
            emit(probe.reach(model, spec, *followed, epoch))
        stepper = Stepper(spec.cell, named.take(model))
        rng = np.random.default_rng(spec.seed)
        written = "".join(letter for letter, *_ in letters(stepper, alphabet, prompt, WriteOn(length=SAMPLE), rng))
        emit(Wrote(epoch, prompt + written))

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    fit(
        model,
        Windows(seen, spec),
        loss,
        spec,
        emit,
        given,
        clip=spec.clip,
        callbacks=[FreshStarts(spec)],
        each_epoch=look,
    )
    if spec.calibration == "temperature":
        emit(Measured(spec.epochs, {"temperature": calibrate(model, seen, unseen, spec)}))
    return model


def window_ends(ids: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(x, y, at): windows from all over a text, at most as long as it, asked for the character after their last."""
    length = min(length, len(ids) - 1)
    starts = np.linspace(0, len(ids) - 1 - length, probe.LOOKED_AT).astype(int)
    places = starts[:, None] + np.arange(length)
    return ids[places], ids[places + 1], np.full(len(starts), length - 1)


def calibrate(model: keras.Model, seen: np.ndarray, unseen: np.ndarray, spec: LanguageModel) -> float:
    """Divide the logits by the one temperature that suits the held-out part best, inside the output layer's weights.

    A network that knows its training text by heart is too sure of itself elsewhere. The bits told at the last epoch are
    those from before, for after it the held-out part has been looked at.

    Returns:
        the temperature, from 1 to 1.5; 1 changes nothing.

    Source: Guo et al. 2017.
    """
    out = model.get_layer("out")
    kernel, bias = out.get_weights()
    needed = {}
    for temperature in np.linspace(1, 1.5, 11):
        out.set_weights([kernel / temperature, bias / temperature])
        needed[float(temperature)] = bits_in_windows(model, seen, unseen, spec)
    best = min(needed, key=needed.__getitem__)
    out.set_weights([kernel / best, bias / best])
    return best


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
        with np.errstate(invalid="ignore"):  # of weights that are broken nothing is a number, which the caller sees
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


def letters(
    stepper: Stepper, alphabet: Alphabet, prompt: str, ask: WriteOn, rng: np.random.Generator
) -> Iterator[tuple[str, float, np.ndarray, np.ndarray]]:
    """Write `ask.length` characters: each with its probability, and the ids and probabilities of its rivals."""
    stepper.reset()
    logits = stepper.read(alphabet.encode(prompt or "\n"))[-1]
    for _ in range(ask.length):
        p = distribution(logits, ask)
        chosen = int(rng.choice(len(p), p=p))
        best = np.argsort(-p, kind="stable")[:SHOWN]
        yield alphabet.decode([chosen]), p[chosen], best, p[best]
        logits = stepper.read(np.array([chosen]))[0]


def opened(spec: LanguageModel, weights: dict[str, np.ndarray], kept) -> Callable[[], Stepper]:
    """What answers: makes a network out of the weights that begins with an empty state."""
    return partial(Stepper, spec.cell, weights)


def answer(question: WriteOn | Score, network: Callable[[], Stepper], given, data: bytes, emit: Emit) -> None:
    """Write on from a prompt, or score a text; both travel as UTF-8 in `data`."""
    stepper = network()
    alphabet = Alphabet(json.loads(given.kept("alphabet")))
    match question:
        case WriteOn():
            prompt = data.decode()
            if len(prompt) > PROMPT:  # no page sends one, and reading it could not be interrupted
                raise Refused("unknown_question")
            write(stepper, alphabet, question, prompt, given, emit)
        case Score():
            score(stepper, alphabet, data.decode(), emit)


def write(stepper: Stepper, alphabet: Alphabet, ask: WriteOn, prompt: str, given, emit: Emit) -> None:
    """Text in pieces of about 50 ms, each with the candidates of its characters; at the end the longest copy."""
    written: list[str] = []
    piece: list[tuple] = []
    due = 0.0  # the first character goes out at once
    if strange := int((alphabet.encode(prompt) == UNKNOWN).sum()):
        emit(Measured(0, {"unknown": strange}))
    for letter in letters(stepper, alphabet, prompt, ask, np.random.default_rng(ask.seed)):
        piece.append(letter)
        if time.monotonic() >= due:
            _tell(piece, alphabet, len(written), emit)
            written += [letter for letter, *_ in piece]
            piece, due = [], time.monotonic() + CHUNK
    if piece:
        _tell(piece, alphabet, len(written), emit)
        written += [letter for letter, *_ in piece]
    try:
        text = given.bytes(given.spec.text).decode()
    except KeyError:
        return  # a strong model ships without the text that it learned from
    learned, _ = split(text, given.spec)
    passage = longest_copy("".join(written[:COMPARED]), learned)
    emit(Measured(len(written), {"copied": len(passage)}))
    emit(Wrote(-1, passage))


def _tell(piece, alphabet, step, emit):
    letters, chosen, best, p = zip(*piece, strict=True)
    # A symbol travels as its Unicode code point; unknown is 0 and stays 0.
    points = np.array([0, *map(ord, alphabet.symbols)], np.int32)[np.array(best)]
    emit(Wrote(step, "".join(letters)))
    emit(Captured(step, "chosen", ("time",), np.array(chosen, np.float32)))
    emit(Captured(step, "candidate", ("time", "rank"), points))
    emit(Captured(step, "probability", ("time", "rank"), np.array(p, np.float32)))


def score(stepper: Stepper, alphabet: Alphabet, text: str, emit: Emit) -> None:
    """Bits per character of a whole text, the state carried from its first character to its last.

    The first character has nothing before it and costs as much as under equal chances.
    """
    if not text:
        raise Refused("text_empty")
    ids = alphabet.encode(text)
    bits = np.log2(len(alphabet) + 1)
    for start in range(0, len(ids), READ):
        logits = stepper.read(ids[start : start + READ]).astype(np.float64)
        wanted = ids[start + 1 : start + READ + 1]
        bits += _surprise(logits[: len(wanted)], wanted).sum() / np.log(2)
        done = min(start + READ, len(ids))
        unknown = int((ids[:done] == UNKNOWN).sum())
        whole = (bits + UNKNOWN_BITS * unknown) / done
        emit(Measured(done, {"bits_per_character": whole, "unknown": unknown}))
