"""One recurrent layer that answers at every step or at the last; its sequences are drawn anew for every epoch."""

from collections.abc import Callable
from types import ModuleType

import keras
import numpy as np

from rrn.events import Emit, Measured
from rrn.nn import probe
from rrn.nn import weights as named
from rrn.nn.cells import recurrent
from rrn.nn.cells.start import start
from rrn.nn.fit import fit
from rrn.scratch.network import NOBODY
from rrn.scratch.reach import last_asked, targets

UNSEEN = 400  # sequences that every epoch is measured on


def network(spec, *, steps: int, inputs: int, outputs: int, each: bool, longest: int) -> keras.Model:
    """A model from (batch, steps, inputs) to (batch, steps, outputs), or to (batch, 1, outputs) for the last step.

    Args:
        spec: with cell, units and, perhaps, layers and how they begin.
        each: answer at every step.
        longest: steps that are learned from, for whatever begins with a memory of that length.
    """
    x = given = keras.Input((steps, inputs), name="x")
    for n in range(1, getattr(spec, "layers", 1) + 1):
        x = recurrent(spec.cell, spec.units, name=f"cell_{n}", **start(spec, longest))(x)
    if not each:
        x = x[:, -1:]
    return keras.Model(given, keras.layers.Dense(outputs, name="out")(x))


def shown(x: np.ndarray, inputs: int) -> np.ndarray:
    """Symbols as one-hot vectors, a symbol of -1 as zeros; what is numbers already stays."""
    if x.ndim == 3:
        return x
    return np.concatenate([np.eye(inputs), np.zeros((1, inputs))]).astype(np.float32)[x]


class Drawn(keras.utils.PyDataset):
    """Batches of one epoch; after it, others are drawn. Where a task has `learned`, the same come in another order."""

    def __init__(self, task: ModuleType, spec):
        super().__init__()
        self.task, self.spec = task, spec
        self.always = task.learned(spec) if hasattr(task, "learned") else None
        examples = task.EXAMPLES if self.always is None else len(self.always[0])
        self.count = max(1, examples // spec.batch)
        self.rng = np.random.default_rng(spec.seed)
        self.on_epoch_end()

    def on_epoch_end(self):
        x, self.y = self._drawn(self.count * self.spec.batch)
        self.x = shown(x, self.task.INPUTS)

    def _drawn(self, count):
        if self.always is None:
            return self.task.examples(self.spec, count, self.rng)
        x, y = self.always
        order = self.rng.permutation(len(x))[:count]  # whole batches alone: the graph holds their size
        return x[order], y[order]

    def __len__(self):
        return self.count

    def __getitem__(self, n):
        here = slice(n * self.spec.batch, (n + 1) * self.spec.batch)
        return self.x[here], self.y[here]


def recipe(task: ModuleType) -> tuple[Callable[..., keras.Model], Callable[..., keras.Model]]:
    """(build, run) of a task that has INPUTS, OUTPUTS, EACH, EXAMPLES, steps, examples, score and rivals.

    A task may also have NUMBERS, where numbers are wanted and not classes; `learned`, in the place of EXAMPLES, where
    every epoch learns from the same; `test`, what is measured on where that is not drawn like the rest; and `asked`,
    the step of each sequence whose answer the gradient is followed from.
    """
    numbers = getattr(task, "NUMBERS", False)

    def build(spec, steps: int | None = None) -> keras.Model:
        """The model for sequences of the spec's length, or of so many steps."""
        longest = task.steps(spec)
        sizes = dict(inputs=task.INPUTS, outputs=task.OUTPUTS, each=task.EACH)
        return network(spec, steps=steps or longest, longest=longest, **sizes)

    def run(spec, emit: Emit, given) -> keras.Model:
        """Train, telling at every epoch what the score says of sequences that were not learned from, and how far back
        their gradient reaches; both also before the first batch.
        """
        model = build(spec)
        if given.weights:
            named.put(model, given.weights)
        given.began(model)
        x, y = getattr(task, "test", _unseen(task))(spec, np.random.default_rng([spec.seed, 1]))
        longer = x.shape[1] != task.steps(spec)
        tested = build(spec, x.shape[1]) if longer else model  # the graph holds the length, the weights do not

        followed, wanted = task.examples(spec, probe.LOOKED_AT, np.random.default_rng([spec.seed, 2]))
        wanted = targets(wanted, followed.shape[1])
        asked = task.asked(followed, wanted) if hasattr(task, "asked") else last_asked(wanted)

        def look(model: keras.Model, epoch: int) -> None:
            if longer:
                named.put(tested, named.take(model))
            emit(Measured(epoch, task.score(tested.predict(shown(x, task.INPUTS), verbose=0), x, y)))
            if epoch == 0 or probe.due(epoch, spec.epochs):
                emit(probe.reach(model, spec, followed, wanted, asked, epoch))

        emit(Measured(0, task.rivals(spec)))

        classes = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=NOBODY)
        loss = keras.losses.MeanSquaredError() if numbers else classes
        return fit(model, Drawn(task, spec), loss, spec, emit, given, clip=spec.clip, each_epoch=look)

    return build, run


def _unseen(task):
    return lambda spec, rng: task.examples(spec, UNSEEN, rng)
