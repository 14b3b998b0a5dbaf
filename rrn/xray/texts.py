"""What a network that puts texts in a class reads under the X-ray, and what it has on those that it did not learn from:
as it is, and after surgery.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rrn.data import labelled, wording
from rrn.data.labelled import Labelled
from rrn.data.wording import Word, Wording
from rrn.intake import sequence
from rrn.scratch import network as net
from rrn.scratch.activations import softmax
from rrn.scratch.network import NOBODY
from rrn.scratch.surgery import Surgery
from rrn.tasks import sentiment as task
from rrn.xray import pace
from rrn.xray.specimen import Specimen

MANY = 60
LINES = 20_000  # of a table; a longer one is not parted again while somebody waits
MARK = 24  # characters of a word that are shown

Operations = Callable[[int], dict[int, Surgery]]


@dataclass(frozen=True, eq=False)
class Language:
    """What a run reads, and what it says.

    Args:
        table: (rows, width), of which every word is a sum.
        longest: words, or letters, that it learned from at once.
        names: of the negative and the positive class.
    """

    words: Wording
    table: np.ndarray
    longest: int
    names: tuple[str, str]


class Text(NamedTuple):
    """`ordered`: with its clauses changed round, the same words would say the opposite."""

    specimen: Specimen
    ordered: bool


def judges(spec) -> bool:
    """Whether a run puts texts in one of two classes."""
    return hasattr(spec, "texts")


def language(run, network: net.Network) -> Language:
    assert network.table is not None
    words, (negative, positive) = wording.from_bytes(run.kept("wording")), json.loads(run.kept("names"))
    return Language(words, network.table, task.sizes(run.spec)[3], (negative, positive))


def known(language: Language, text: str, share: float) -> Specimen:
    """A text whose class is known; the answer after its last word is followed.

    Raises:
        Refused: what rrn.intake.sequence refuses.
    """
    words = sequence.words(text, language.words, language.longest)
    return _specimen(language, text, words, int(share >= 0.5))


def typed(language: Language, text: str) -> Specimen:
    """A text that a learner typed.

    Raises:
        Refused: what rrn.intake.sequence refuses.
    """
    return _specimen(language, text, sequence.words(text, language.words, language.longest), NOBODY)


def spelled(language: Language, specimen: Specimen) -> str:
    """What is read, as it would be typed."""
    return ("" if language.words.spelled else " ").join(specimen.marks)


def _specimen(language, text, words: list[Word], right: int) -> Specimen:
    """The words become vectors here: the network opened by hand reads numbers, and knows no letter groups."""
    x = wording.vectors(language.words.encode([[word.read for word in words]], len(words)), language.table)
    y = np.full((1, len(words)), NOBODY)
    y[0, -1] = right
    marks = tuple(text[word.start : word.end].strip()[:MARK] or " " for word in words)
    return Specimen(x, y, len(words) - 1, marks, language.names)


def unseen(run, language: Language, table: str = "") -> list[Text]:
    """Up to MANY texts that were held out, none longer than what was learned from.

    Args:
        table: the visitor's own, where whoever looks may read it; without it there is nothing of theirs.
    """
    found = []
    for one, ordered in _held_out(run.spec, table):
        if 0 < len(language.words.cut(one.text)) <= language.longest:
            found.append((one, ordered))
    some = found if task.generated(run.spec) else found[:: max(1, len(found) // MANY)]
    return [Text(known(language, one.text, one.share), ordered) for one, ordered in some[:MANY]]


def _held_out(spec, table) -> list[tuple[Labelled, bool]]:
    if spec.texts in task.GENERATED:
        return task.unseen(spec)
    lines = len(labelled.rows(table))
    return [(one, False) for one in task.parted(spec, table)[1]] if 0 < lines <= LINES else []


def untouched(steps: int) -> dict[int, Surgery]:
    return {}


def score(network: net.Network, texts: Sequence[Text], surgery: Operations = untouched) -> dict[str, float]:
    """What the task's score says of the network. Every text is read alone, as long as it is.

    Args:
        surgery: what is done to a network that reads so many steps.
    """
    passes = [net.forward(network, one.x, surgery(one.steps)) for one, _ in texts]
    positive = [float(softmax(passed.said[0, -1])[1]) for passed in passes]
    return task.score(positive, [float(one.y[0, -1]) for one, _ in texts], [ordered for _, ordered in texts])


def paces(network: net.Network, texts: Sequence[Text], surgery: Operations = untouched) -> list[float]:
    """The autocorrelation time of every layer, as a mean over texts."""
    times = [pace.of_layers(net.forward(network, one.x, surgery(one.steps))) for one, _ in texts]
    return np.mean(times, axis=0).tolist()
