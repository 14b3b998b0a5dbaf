"""The measure of a run, by hand: as it is, and after surgery."""

import numpy as np

from rrn import tasks
from rrn.scratch import network as net
from rrn.scratch.losses import cross_entropy
from rrn.scratch.surgery import Surgery
from rrn.xray.pair import translates
from rrn.xray.specimen import alphabet, reads_text
from rrn.xray.texts import judges

SEQUENCES = 200
WINDOWS, STEPS = 24, 60  # pieces of a text


def unseen(run, text: str = "") -> tuple[np.ndarray, np.ndarray] | None:
    """(x, y) that the run did not learn from; None for a language model without a text to measure on, and for those
    whose sentences or texts are in `rrn.xray.sentences` and `rrn.xray.texts`.
    """
    if not reads_text(run.spec):
        task, rng = tasks.of(run.spec), np.random.default_rng([run.spec.seed, 1])
        if translates(run.spec) or judges(run.spec):
            return None
        return task.test(run.spec, rng) if hasattr(task, "test") else task.examples(run.spec, SEQUENCES, rng)
    if len(text) <= STEPS:
        return None
    part = tasks.of(run.spec).split(text, run.spec)[1] or text
    ids = alphabet(run).encode(part).astype(int)
    steps = min(STEPS, len(ids) - 1)
    places = np.linspace(0, len(ids) - 1 - steps, WINDOWS).astype(int)[:, None] + np.arange(steps)
    return ids[places], ids[places + 1]


def fresh(run, seed: int) -> tuple[np.ndarray, np.ndarray] | None:
    """(x, y) drawn anew, neither learned from nor measured on before; None where a task always measures on the same."""
    task = tasks.of(run.spec)
    if reads_text(run.spec) or hasattr(task, "test") or translates(run.spec) or judges(run.spec):
        return None
    return task.examples(run.spec, SEQUENCES, np.random.default_rng([run.spec.seed, 4, seed]))


def score(
    run, network: net.Network, data: tuple[np.ndarray, np.ndarray], surgery: dict[int, Surgery] | None = None
) -> dict[str, float]:
    """What the task's score says of the network. A language model begins every piece from an empty state."""
    x, y = data
    said = net.forward(network, x, surgery).said
    if reads_text(run.spec):
        return {"bits": cross_entropy(said, y)[0] / float(np.log(2))}
    task = tasks.of(run.spec)
    return task.score(said if task.EACH else said[:, -1:], x, y)
