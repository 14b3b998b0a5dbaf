"""A network that hears: convolutions over frames, recurrent layers both ways, a symbol or none at every step.

Source: Graves et al. 2006; Graves, Mohamed & Hinton 2013; convolutions in front, Amodei et al. 2016.
"""

import keras

from rrn.data.frames import BLANK, KERNEL, STRIDES, steps
from rrn.nn.cells import recurrent

NEVER = -1e4  # logit of what cannot be
NO_WAY = -1e30  # ln p of it
UNKNOWN = -1  # in place of the first phone of a clip of which none is known


class Ear:
    """The layers, made once, and a model over them for every length of clips: the fast loops want fixed lengths.

    Args:
        spec: with bands, filters, stride, cell, units, layers, reading and dropout.
        outputs: the blank and the symbols.
        phones: that it learns to hear besides.
    """

    def __init__(self, spec, outputs: int, phones: int = 0):
        self.spec, self.outputs = spec, outputs
        self.convolutions = [
            keras.layers.Conv1D(spec.filters, KERNEL, stride, activation="relu", name=f"conv_{n}")
            for n, stride in enumerate(STRIDES[spec.stride], 1)
        ]
        numbers = range(1, spec.layers + 1)
        self.forth = [recurrent(spec.cell, spec.units, name=f"cell_{n}") for n in numbers]
        self.back = [recurrent(spec.cell, spec.units, name=f"cell_{n}_back") for n in numbers if spec.reading == "both"]
        self.drop = keras.layers.SpatialDropout1D(spec.dropout)
        self.out = keras.layers.Dense(outputs, name="out")
        self.phones = keras.layers.Dense(1 + phones, name="phones") if phones else None
        self.models: dict[int, keras.Model] = {}

    def model(self, frames: int) -> keras.Model:
        """From (batch, frames, bands) and how many steps of each clip are sound, to (batch, steps, 1 + symbols) logits,
        behind which stand those of the phones, which are told by the first recurrent layer.

        Behind a clip's end there is a blank, for certain: what a clip costs does not depend on how far it is filled up.
        """
        if frames not in self.models:
            heard = keras.Input((frames, self.spec.bands), name="heard")
            lasts = keras.Input((1,), dtype="int32", name="lasts")
            self.models[frames] = keras.Model([heard, lasts], self._said(heard, lasts, steps(frames, self.spec.stride)))
        return self.models[frames]

    def _said(self, heard, lasts, count):
        x = heard
        for convolution in self.convolutions:
            x = convolution(x)
        keep = keras.ops.less(keras.ops.arange(count)[None], lasts)
        for n, forth in enumerate(self.forth):
            x = self.drop(x)
            ways = [forth(x, mask=keep)]
            if self.back:
                h = self.back[n](keras.ops.flip(x, axis=1), mask=keras.ops.flip(keep, axis=1))
                ways.append(keras.ops.flip(h, axis=1))
            x = keras.ops.concatenate(ways, axis=-1)
            if n == 0 and self.phones:
                spelled = _until(keep, self.phones(self.drop(x)))
        said = _until(keep, self.out(self.drop(x)))
        return keras.ops.concatenate([said, spelled], axis=-1) if self.phones else said


def _until(keep, logits):
    """Behind a clip's end a blank, for certain."""
    silent = keras.ops.equal(keras.ops.arange(logits.shape[-1]), BLANK)
    return keras.ops.where(keep[..., None], logits, keras.ops.where(silent, 0.0, NEVER))


class Alignments(keras.losses.Loss):
    """How improbable the right symbols are, in nats, over all ways in which they may lie along the steps.

    What `keras.ops.ctc_loss` counts, which takes TensorFlow the square of the symbols' number.

    Called with (batch, most) symbols, BLANK behind them, and (batch, steps, 1 + symbols) logits.

    Source: the forward variables of Graves et al. 2006.
    """

    def call(self, wanted, logits):
        places = 2 * wanted.shape[1] + 1  # a blank before, between and behind the symbols
        within = keras.ops.stack([keras.ops.full_like(wanted, BLANK), wanted], axis=-1)
        labels = keras.ops.reshape(within, (-1, places - 1))
        labels = keras.ops.pad(labels, ((0, 0), (0, 1)), constant_values=BLANK)
        # A blank is passed over between two symbols, unless they are equal.
        before = keras.ops.pad(labels, ((0, 0), (2, 0)), constant_values=BLANK)[:, :-2]
        passes = keras.ops.where((labels != BLANK) & (labels != before), 0.0, NO_WAY)
        at = keras.ops.broadcast_to(labels[:, None], (keras.ops.shape(labels)[0], logits.shape[1], places))
        log_p = keras.ops.take_along_axis(keras.ops.log_softmax(logits, axis=-1), at, axis=2)
        log_p = keras.ops.transpose(log_p, (1, 0, 2))

        def step(ways, here):
            come = [ways, _moved(ways, 1), _moved(ways, 2) + passes]
            return here + keras.ops.logsumexp(keras.ops.stack(come), axis=0), None

        start = keras.ops.where(keras.ops.arange(places) < 2, log_p[0], NO_WAY)
        ways, _ = keras.ops.scan(step, start, log_p[1:])
        lengths = keras.ops.sum(keras.ops.cast(wanted != BLANK, "int32"), axis=-1, keepdims=True)
        is_end = (keras.ops.arange(places) >= 2 * lengths - 1) & (keras.ops.arange(places) <= 2 * lengths)
        return -keras.ops.logsumexp(keras.ops.where(is_end, ways, NO_WAY), axis=-1)


def _moved(ways, places):
    return keras.ops.pad(ways[:, :-places], ((0, 0), (places, 0)), constant_values=NO_WAY)


class Spelled(keras.losses.Loss):
    """The same for symbols and, besides, for the phones that a clip is made of.

    To hear which phones there are teaches more of each clip than to hear which of a few words there are, or none: it is
    what other words differ in.

    Source: two levels, Fernández, Graves & Schmidhuber 2007; phones at a lower layer, Krishna, Toshniwal &
    Livescu 2018.

    Called with (batch, most + phones), UNKNOWN where a clip's phones are not known, and the logits of both.

    Args:
        outputs: the blank and the symbols.
        most: symbols of a clip.
        share: how much the phones count beside the symbols.
    """

    def __init__(self, outputs: int, most: int, share: float):
        super().__init__()
        self.outputs, self.most, self.share = outputs, most, share
        self.each = Alignments(reduction=None)

    def call(self, wanted, logits):
        said = self.each(wanted[:, : self.most], logits[..., : self.outputs])
        phones = wanted[:, self.most :]
        known = keras.ops.cast(phones[:, 0] != UNKNOWN, "float32")
        spelled = self.each(keras.ops.maximum(phones, BLANK), logits[..., self.outputs :])
        return said + self.share * known * spelled
