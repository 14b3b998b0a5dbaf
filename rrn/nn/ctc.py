"""A network that hears: convolutions over frames, recurrent layers both ways, a symbol or none at every step.

Source: Graves et al. 2006; Graves, Mohamed & Hinton 2013; convolutions in front, Amodei et al. 2016.
"""

import keras

from rrn.data.frames import BLANK, KERNEL, STRIDES, steps
from rrn.nn.cells import recurrent

NEVER = -1e4  # logit of what cannot be


class Ear:
    """The layers, made once, and a model over them for every length of clips: the fast loops want fixed lengths.

    Args:
        spec: with bands, filters, stride, cell, units, layers, reading and dropout.
        outputs: the blank and the symbols.
    """

    def __init__(self, spec, outputs: int):
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
        self.models: dict[int, keras.Model] = {}

    def model(self, frames: int) -> keras.Model:
        """From (batch, frames, bands) and how many steps of each clip are sound, to (batch, steps, 1 + symbols) logits.

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
        logits = self.out(self.drop(x))
        silent = keras.ops.equal(keras.ops.arange(self.outputs), BLANK)
        behind = keras.ops.where(silent, 0.0, NEVER)
        return keras.ops.where(keep[..., None], logits, behind)


class Alignments(keras.losses.Loss):
    """How improbable the right symbols are, over all ways in which they may lie along the steps.

    Called with (batch, most) symbols, BLANK behind them, and (batch, steps, 1 + symbols) logits.
    """

    def call(self, wanted, logits):
        lengths = keras.ops.sum(keras.ops.cast(keras.ops.not_equal(wanted, BLANK), "int32"), axis=-1)
        all_steps = keras.ops.full((keras.ops.shape(logits)[0],), keras.ops.shape(logits)[1], dtype="int32")
        return keras.ops.ctc_loss(wanted, logits, lengths, all_steps, mask_index=BLANK)
