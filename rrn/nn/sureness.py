"""How sure a word that was heard is, and whether it is told at all."""

import json
from dataclasses import astuple, dataclass, fields

import numpy as np

from rrn.scratch.activations import sigmoid

SURE = 30.0  # log-odds beyond which nothing is told apart


@dataclass(frozen=True, eq=False)
class Weighed:
    """What is heard in one clip before anything of it is left out.

    Args:
        labels: numbers of symbols, from 1.
        odds: (labels,) raw log-odds of each to be right.
        there: (labels,) raw log-odds that where it stands there is a word at all.
    """

    labels: tuple[int, ...]
    odds: np.ndarray
    there: np.ndarray


@dataclass(frozen=True)
class Calibration:
    """From raw log-odds of a word to its probability: sigmoid(slope * odds + shift). And when it is told at all.

    Args:
        least: probability below which a word is not told, but taken for no word.
        surest: raw log-odds that there is a word at all, which that of the clip's words must have for which they are
            largest, or the clip is taken for one without words: among other speech, what sounds like a word is rarely
            sure. Below 0, a word may be told although none is more probable: a network that has heard much other
            speech misses words rather than inventing any.
        longest: seconds that are loud for each of the words that are heard; where it is more, most of what was said was
            something else.
        surer: `surest` for such a clip.

    Source: Platt 2000.
    """

    slope: float = 1.0
    shift: float = 0.0
    least: float = 0.0
    surest: float = -np.inf
    longest: float = np.inf
    surer: float = np.inf

    def probability(self, odds) -> np.ndarray:
        return sigmoid(self.slope * np.clip(odds, -SURE, SURE) + self.shift)

    def is_long(self, heard: Weighed, loud: float) -> bool:
        """Whether it is loud for longer than the words that are heard may last."""
        return loud > self.longest * max(1, len(heard.labels))

    def told(self, heard: Weighed, loud: float = 0.0) -> np.ndarray:
        """(words,) which of a clip's words are told.

        Args:
            loud: seconds of the clip that are loud.
        """
        likely = self.probability(heard.odds) >= self.least
        enough = self.surer if self.is_long(heard, loud) else self.surest
        return likely & (heard.there[likely].max(initial=-np.inf) >= enough)


def calibrated(odds: np.ndarray, right: np.ndarray) -> Calibration:
    """The slope and the shift under which what happened is least surprising, by Newton's method.

    Args:
        odds: (words,) raw log-odds.
        right: (words,) whether the word was right.
    """
    x = np.stack([np.clip(odds, -SURE, SURE), np.ones(len(odds))], axis=1)
    # As if one word more of each kind were known, so that words that are all right do not make it certain.
    wanted = np.where(right, (right.sum() + 1) / (right.sum() + 2), 1 / ((~right).sum() + 2))
    at = np.array([1.0, 0.0])
    for _ in range(50):
        p = sigmoid(x @ at)
        curve = (x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(2)
        step = np.linalg.solve(curve, x.T @ (wanted - p))
        at = at + np.clip(step, -0.5, 0.5)
        if np.abs(step).max() < 1e-8:
            break
    return Calibration(float(at[0]), float(at[1]))


def to_bytes(calibration: Calibration) -> bytes:
    return json.dumps(astuple(calibration)).encode()


def from_bytes(data: bytes) -> Calibration:
    """What `to_bytes` wrote. In older ones what stands behind the third number meant something else."""
    numbers = json.loads(data)
    return Calibration(*(numbers if len(numbers) == len(fields(Calibration)) else numbers[:3]))
