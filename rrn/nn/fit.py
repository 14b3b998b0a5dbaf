"""Train a model and tell how it goes: loss and gradient norm at least every half second, and so hear a stop in time."""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import keras

from rrn.events import Emit, Measured
from rrn.nn.running_mean import RunningMean
from rrn.spec import Refused, Spec

EVERY = 0.4  # seconds between two points of the curve


class Watched(keras.optimizers.Adam):
    """Adam that remembers the norm of the gradient before it was clipped, and how often it was."""

    def build(self, variables):
        if self.built:  # by another model over the same layers, which writes into the numbers below
            return
        super().build(variables)
        with keras.name_scope(self.name):
            self.norm = self.add_variable(shape=(), initializer="zeros", dtype="float32", name="gradient_norm")
            self.clipped = self.add_variable(shape=(), initializer="zeros", dtype="float32", name="clipped")

    def apply(self, grads, trainable_variables=None):
        squares = [keras.ops.sum(keras.ops.square(keras.ops.convert_to_tensor(g))) for g in grads]
        self.norm.assign(keras.ops.sqrt(sum(squares)))
        if self.global_clipnorm:
            self.clipped.assign_add(keras.ops.cast(self.norm > self.global_clipnorm, "float32"))
        return super().apply(grads, trainable_variables)


class Curve(keras.callbacks.Callback):
    """Loss and gradient norm of the batches since the last point; not a number ends the run."""

    def __init__(self, spec: Spec, emit: Emit, batches: int, given, each_epoch, mean: RunningMean | None = None):
        super().__init__()
        self.spec, self.emit, self.batches, self.given, self.each_epoch = spec, emit, batches, given, each_epoch
        self.weights_mean = mean or RunningMean(0)
        self.began = time.monotonic()
        self.told = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch, self.mean, self.count = epoch, 0.0, 0
        for layer in self.model.layers:
            if getattr(layer, "stateful", False):
                layer.reset_state()

    def on_train_batch_end(self, batch, logs=None):
        if self.weights_mean.window:  # in JAX, to name the model is to bring all its weights up to date
            self.weights_mean.step(self.model)
        now = time.monotonic()
        if not self.given.compiling:
            self.given.compiling = now - self.began
        last = batch + 1 == self.batches
        if now - self.told < EVERY and not last:
            return
        self.told = now
        # Keras hands out the mean since the epoch began; the difference of two such sums is the mean in between.
        loss = (logs["loss"] * (batch + 1) - self.mean * self.count) / (batch + 1 - self.count)
        self.mean, self.count = logs["loss"], batch + 1
        if not math.isfinite(loss):
            raise Refused("not_a_number", rate=self.spec.rate)
        norm = float(self.model.optimizer.norm)
        told = {"loss": loss, "gradient_norm": norm}
        if last and self.model.optimizer.global_clipnorm:
            told["clipped"] = float(self.model.optimizer.clipped) / ((self.epoch + 1) * self.batches)
        self.emit(Measured(self.epoch + (batch + 1) / self.batches, told))

    def on_epoch_end(self, epoch, logs=None):
        if self.each_epoch:
            with self.weights_mean.shown():
                self.each_epoch(self.model, epoch + 1)


def fit(
    model: keras.Model,
    data: keras.utils.PyDataset,
    loss: keras.losses.Loss,
    spec: Spec,
    emit: Emit,
    given,
    *,
    clip: float = 0.0,
    average: int = 0,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    each_epoch: Callable[[keras.Model, int], None] | None = None,
) -> keras.Model:
    """Train by Adam with a rate that falls to zero along a cosine, gradient clipped by its global norm.

    Args:
        each_epoch: called with the model and the epochs that it has learned for, 0 before the first batch.
        average: epochs that a running mean of the weights reaches back, which is looked at and kept in their place,
            also where the run is stopped. The rate then does not fall: the mean comes to rest instead. 0: no mean.

    Source: Kingma & Ba 2015; cosine, Loshchilov & Hutter 2017; clipping, Pascanu et al. 2013.
    """
    batches = len(data)
    mean = RunningMean(average * batches)
    optimizer = Watched(_rate(spec, batches, average), global_clipnorm=clip or None)
    model.compile(optimizer=optimizer, loss=loss, jit_compile=False)
    # Built before `fit`, model and optimizer are traced once instead of twice.
    model.optimizer.build(model.trainable_variables)
    if each_epoch:  # not before it is compiled, or what it predicts with is traced twice
        each_epoch(model, 0)
    curve = Curve(spec, emit, batches, given, each_epoch, mean)
    try:
        model.fit(data, epochs=spec.epochs, verbose=0, shuffle=False, callbacks=[curve, *callbacks])
    finally:
        mean.keep()
    return model


def _rate(spec, batches, average):
    return spec.rate if average else keras.optimizers.schedules.CosineDecay(spec.rate, spec.epochs * batches)


def fit_shapes(
    model_of: Callable[[Any], keras.Model],
    batches: Any,
    loss: keras.losses.Loss,
    spec: Spec,
    emit: Emit,
    given,
    *,
    clip: float = 0.0,
    average: int = 0,
    each_epoch: Callable[[keras.Model, int], None] | None = None,
) -> None:
    """Train as `fit` does, on batches of several shapes: a model over the same layers for each, one optimizer for all.

    Keras would widen the graph of one model to any length at the second shape, and the fast loops want fixed ones.

    Args:
        model_of: the model for a shape.
        batches: an epoch's (shape, x, y), as many every time; iterated once an epoch.
        average: as in `fit`.
    """
    mean = RunningMean(average * len(batches))
    optimizer = Watched(_rate(spec, len(batches), average), global_clipnorm=clip or None)
    curve = Curve(spec, emit, len(batches), given, each_epoch, mean)
    try:
        for epoch in range(spec.epochs):
            total = 0.0
            for n, (shape, x, y) in enumerate(batches):
                model = model_of(shape)
                if not model.compiled:
                    model.compile(optimizer=optimizer, loss=loss, jit_compile=False)
                    optimizer.build(model.trainable_variables)
                if n == 0:
                    curve.set_model(model)
                    curve.on_epoch_begin(epoch)
                model.reset_metrics()
                total += float(model.train_on_batch(x, y))
                curve.on_train_batch_end(n, {"loss": total / (n + 1)})
            curve.on_epoch_end(epoch)
    finally:
        mean.keep()
