"""A whole translator, opened: an encoder reads a sentence, a decoder writes another, with or without attention.

It is what `rrn.nn.seq2seq` builds, by the same names: embed, cell_1, cell_1_back, decoder_1, attention, combine,
embed_target. Sentences here have no padding: those of one call are of one length.

Source: Sutskever et al. 2014; Cho et al. 2014; attention, Bahdanau et al. 2015 and Luong et al. 2015.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rrn.scratch import attention, decoder, dense, encoder, opened
from rrn.scratch.surgery import Surgery, at_step
from rrn.scratch.trace import Back, Trace, Weights

LETTERS: dict[str, dict[str, str]] = {
    "none": {},
    "dot": {},
    "general": {"W": "kernel"},
    "additive": {"W": "query", "U": "memory", "v": "combine"},
}  # of the attention's weights, by score


class Translator(NamedTuple):
    """`source` (words, embedding) is the table of what is read, `target` that of what is written; `encoder` has its
    layers by name.
    """

    source: np.ndarray
    target: np.ndarray
    encoder: dict[str, Weights]
    decoder: decoder.Decoder

    @property
    def cell(self) -> str:
        return self.decoder.cell

    @property
    def activation(self) -> str:
        """Of a simple cell."""
        return "tanh"

    @property
    def units(self) -> int:
        return self.decoder.layers["decoder_1"]["Wh"].shape[0]

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of all layers that can be looked into, in the order in which a sentence goes through them."""
        return (*self.encoder, *self.decoder.layers)

    @property
    def attends(self) -> bool:
        return self.decoder.score != "none"


class Pass(NamedTuple):
    """A way forward: what the encoder kept, what the decoder kept, and the logits of every next word."""

    encoded: encoder.Encoded
    decoded: decoder.Decoded
    said: np.ndarray  # (batch, written, target)

    @property
    def traces(self) -> dict[str, Trace]:
        """Of every layer, by name."""
        return self.encoded.traces | self.decoded.traces

    @property
    def attention(self) -> np.ndarray | None:
        """(batch, written, read) weights; None without attention."""
        return None if self.decoded.looked is None else self.decoded.looked.a


class Return(NamedTuple):
    """A way back: one step per layer, by name; of the attention, or None; of the decoder's dense layer; the gradient on
    the embeddings that were read, `x`, and on those that were written, `given`, (batch, time, embedding) each.
    """

    layers: dict[str, Back]
    looked: attention.Back | None
    combined: dense.Back
    x: np.ndarray
    given: np.ndarray


def opened_from(weights: dict[str, np.ndarray], cell: str, score: str) -> Translator:
    """The translator whose weights are named LAYER/WEIGHT, in float64.

    Args:
        score: of its attention, a name in LETTERS.

    Raises:
        KeyError: a layer that such a translator has is not there.
    """
    exact = {name: w.astype(np.float64) for name, w in weights.items()}
    names = {name.split("/")[0] for name in exact}
    heights = range(1, 1 + sum(name.startswith("decoder_") for name in names))
    ways = (f"cell_{n}{way}" for n in heights for way in ("", encoder.BACK))
    asks = {letter: exact[f"attention/{word}"] for letter, word in LETTERS[score].items()}
    writes = {f"decoder_{n}": opened.layer(exact, f"decoder_{n}") for n in heights}
    return Translator(
        exact["embed/embeddings"],
        exact["embed_target/embeddings"],
        {name: opened.layer(exact, name) for name in ways if name in names},
        decoder.Decoder(cell, writes, score, asks, opened.dense(exact, "combine")),
    )


def forward(network: Translator, x: np.ndarray, given: np.ndarray, surgery: dict[str, Surgery] | None = None) -> Pass:
    """Read sentences, and say at every step what comes after what has been written up to it.

    Args:
        x: (batch, read) numbers.
        given: (batch, written) numbers that were written before each step: the start, then word by word.
        surgery: by name of the layer.
    """
    encoded = encode(network, x, surgery)
    decoded = decoder.forward(network.target[given], encoded.memory, encoded.states, network.decoder, surgery)
    return Pass(encoded, decoded, decoded.combined.a @ network.target.T)


def encode(network: Translator, x: np.ndarray, surgery: dict[str, Surgery] | None = None) -> encoder.Encoded:
    """What the encoder alone makes of sentences, (batch, read) numbers."""
    return encoder.forward(network.source[x], network.cell, network.encoder, surgery)


def backward(network: Translator, passed: Pass, dsaid: np.ndarray) -> Return:
    """From the gradient on what was said, (batch, written, target)."""
    late = decoder.backward(network.decoder, passed.decoded, dsaid @ network.target)
    dmemory = np.zeros_like(passed.encoded.memory) if late.memory is None else late.memory
    early = encoder.backward(network.cell, passed.encoded.traces, dmemory, late.starts)
    return Return(early.layers | late.layers, late.looked, late.combined, early.x, late.x)


def write(
    network: Translator,
    x: np.ndarray,
    *,
    start: int,
    end: int,
    never: Sequence[int],
    most: int,
    surgery: dict[str, Surgery] | None = None,
) -> list[int]:
    """What it writes by itself, the likeliest word at every step; `end` is the last, unless there was no room for it.

    Args:
        x: (1, read) numbers.
        start, end: numbers that a sentence begins and ends with.
        never: numbers that are not written.
        most: words at most.
        surgery: by name; what is forced in the decoder, over `most` steps.
    """
    encoded = encode(network, x, surgery)
    states, written = encoded.states, [start]
    while len(written) <= most and (len(written) == 1 or written[-1] != end):
        now = {name: at_step(each, len(written) - 1) for name, each in (surgery or {}).items()}
        last = network.target[[written[-1:]]]
        decoded = decoder.forward(last, encoded.memory, states, network.decoder, now)
        said = decoded.combined.a[0, 0] @ network.target.T
        said[list(never)] = -np.inf
        written.append(int(said.argmax()))
        states = decoded.states
    return written[1:]
