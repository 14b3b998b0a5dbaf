"""What was said, when, and how sure that is: the search on top of a network that hears."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rrn.data.frames import MARGIN, centre
from rrn.nn.hearer import Hearer
from rrn.scratch import ctc, decoding, rescoring
from rrn.scratch.activations import sigmoid

AT_ONCE = 64  # clips that are heard at once
FAINT = 1.5  # of the scale of frames (30 dB) below its loudest frame a word has ended
SURE = 30.0  # log-odds beyond which nothing is told apart


@dataclass(frozen=True)
class Calibration:
    """From raw log-odds of a word to its probability: sigmoid(slope * odds + shift).

    Args:
        least: probability below which a word is not told, but taken for no word.
        surest: probability that the surest word of a clip must have, or the clip is taken for one without words: among
            other speech, what sounds like a word is rarely sure.

    Source: Platt 2000.
    """

    slope: float = 1.0
    shift: float = 0.0
    least: float = 0.0
    surest: float = 0.0

    def probability(self, odds) -> np.ndarray:
        return sigmoid(self.slope * np.clip(odds, -SURE, SURE) + self.shift)

    def told(self, sure: np.ndarray) -> np.ndarray:
        """(words,) which of a clip's words are told, by their probabilities."""
        return (sure >= self.least) & (sure.max(initial=0.0) >= self.surest)


@dataclass(frozen=True, eq=False)
class Said:
    """What is heard in one clip.

    Args:
        labels: numbers of symbols, from 1.
        confidence: (labels,) probability of each to be right.
        spans: (labels, 2) seconds of its start and its end.
        language: of the symbols; "" where there are none or they have no language.
        unsure: labels that were found too, and not told: they are not sure enough.
    """

    labels: tuple[int, ...]
    confidence: np.ndarray
    spans: np.ndarray
    language: str
    unsure: tuple[int, ...] = ()


class Listener:
    """Hears clips and writes down symbols, of one language at a time.

    Args:
        symbols: in the order of the outputs; "es:3" says of which language one is.
        hop: seconds from frame to frame.
    """

    def __init__(self, hearer: Hearer, symbols: Sequence[str], hop: float, calibration: Calibration):
        self.hearer, self.symbols, self.hop, self.calibration = hearer, tuple(symbols), hop, calibration
        self.of: dict[str, list[int]] = {}
        for number, symbol in enumerate(symbols, 1):
            self.of.setdefault(language_of(symbol), []).append(number)

    def log_p(self, clips: Sequence[np.ndarray]) -> list[np.ndarray]:
        """(steps, 1 + symbols) of every clip of (frames, bands), clips of about one length at once."""
        order = np.argsort([len(clip) for clip in clips], kind="stable")
        found: list[np.ndarray] = [np.zeros(0)] * len(clips)
        for start in range(0, len(order), AT_ONCE):
            rows = [int(row) for row in order[start : start + AT_ONCE]]
            for row, one in zip(rows, self.hearer.log_p([clips[row] for row in rows]), strict=True):
                found[row] = one
        return found

    def said(self, log_p: np.ndarray, frames: np.ndarray, language: str = "auto", width: int = 8) -> Said:
        """The most probable symbols of one clip, `decoding.MOST` of them at most.

        Args:
            language: one of the symbols', or "auto": whichever makes the clip more probable.
            width: prefixes that the search keeps; 1: the best symbol of every step.
        """
        asked = [language] if language in self.of else list(self.of)
        searched = [self._search(log_p, self.of[one], width) for one in asked]
        best = max(range(len(asked)), key=lambda n: searched[n][0])
        labels, allowed = searched[best][1], self.of[asked[best]]
        only = _only(log_p, allowed)
        odds = rescoring.confidences(only, [allowed.index(label) + 1 for label in labels])
        sure = self.calibration.probability(odds)
        told = self.calibration.told(sure)
        spans = self._spans(log_p, frames, labels)[told]
        kept = tuple(label for label, is_told in zip(labels, told, strict=True) if is_told)
        unsure = tuple(label for label, is_told in zip(labels, told, strict=True) if not is_told)
        return Said(kept, sure[told], spans, asked[best] if kept else "", unsure)

    def odds(self, log_p: np.ndarray, width: int = 8) -> tuple[tuple[int, ...], np.ndarray]:
        """Labels and their raw log-odds, before calibration and with none left out."""
        labels = max((self._search(log_p, allowed, width) for allowed in self.of.values()), key=lambda one: one[0])[1]
        allowed = self.of[language_of(self.symbols[labels[0] - 1])] if labels else []
        return labels, rescoring.confidences(_only(log_p, allowed), [allowed.index(label) + 1 for label in labels])

    def _search(self, log_p, allowed, width) -> tuple[float, tuple[int, ...]]:
        """The log-probability of the best labels that use these symbols alone, and the labels."""
        only = _only(log_p, allowed)
        if width == 1:
            labels = decoding.greedy(only)[: decoding.MOST]
        else:
            labels = decoding.prefix_beam(only, width, most=decoding.MOST).best[0].labels
        return ctc.log_likelihood(only, labels), tuple(allowed[label - 1] for label in labels)

    def _spans(self, log_p, frames, labels) -> np.ndarray:
        """(labels, 2) seconds. A network with a blank says a word at one place in it; where it begins and ends is told
        by the loudness: it reaches to the softest frame between its place and the next one's, less what is silent.
        """
        if not labels:
            return np.zeros((0, 2))
        path = ctc.best_path(log_p, labels)
        stride = self.hearer.spec.stride
        at = [centre((first + last - 1) / 2, stride) + MARGIN for first, last in ctc.spans(path)]
        at = [int(np.clip(round(frame), 0, len(frames) - 1)) for frame in at]
        loud = np.convolve(frames.max(axis=1), np.ones(3) / 3, mode="same")
        cuts = (
            [0]
            + [a + int(loud[a : max(b, a + 1)].argmin()) for a, b in zip(at[:-1], at[1:], strict=True)]
            + [len(loud)]
        )
        found = []
        for place, start, end in zip(at, cuts[:-1], cuts[1:], strict=True):
            heard = start + np.flatnonzero(loud[start:end] > loud[start:end].max(initial=-9) - FAINT)
            first, last = (int(heard[0]), int(heard[-1]) + 1) if len(heard) else (place, place + 1)
            found.append([max(0, first - MARGIN) * self.hop, max(1, last - MARGIN) * self.hop])
        return np.array(found)


def language_of(symbol: str) -> str:
    return symbol.partition(":")[0] if ":" in symbol else ""


def _only(log_p, allowed):
    """The blank and these symbols, not made to add up to 1: what other languages take is lost to this one."""
    return log_p[:, [0, *allowed]]


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
    return json.dumps([calibration.slope, calibration.shift, calibration.least, calibration.surest]).encode()


def from_bytes(data: bytes) -> Calibration:
    return Calibration(*json.loads(data))
