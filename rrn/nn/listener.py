"""What was said, when, and how sure that is: the search on top of a network that hears."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rrn.data.frames import MARGIN, centre
from rrn.nn.hearer import Hearer
from rrn.nn.speller import Speller
from rrn.nn.sureness import Calibration, Weighed
from rrn.scratch import ctc, decoding, rescoring

AT_ONCE = 64  # clips that are heard at once
FAINT = 1.5  # of the scale of frames (30 dB) below its loudest frame a word has ended
ABOVE = 0.3  # of the way from what is there all the time to the loudest, where a word begins to be heard
CANDIDATES = 3  # of every search, that are weighed against each other
SILENT = -1e-4  # ln p from which a blank is sure: a search that skips most of these steps finds the same candidates

# (steps, 1 + symbols) each, of one clip: as it is, and where it was also heard slower and faster, those. Each has steps
# of its own, so what they say is compared, not their steps.
Views = Sequence[np.ndarray]


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
        speller: of a network that tells phones, kept for whoever asks: no symbol depends on it.
    """

    def __init__(
        self,
        hearer: Hearer,
        symbols: Sequence[str],
        hop: float,
        calibration: Calibration,
        speller: Speller | None = None,
    ):
        self.hearer, self.symbols, self.hop, self.calibration = hearer, tuple(symbols), hop, calibration
        self.speller = speller
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

    def said(self, views: Views, frames: np.ndarray, language: str = "auto", width: int = 8) -> Said:
        """The most probable symbols of one clip, `decoding.MOST` of them at most.

        Args:
            frames: of the first of the views.
            language: one of the symbols', or "auto": whichever makes the clip more probable.
            width: prefixes that the search keeps; 1: the best symbol of every step, and never a word where none is more
                probable.
        """
        loud = self.loud(frames)
        heard = self.weighed(views, language, width)
        if not heard.labels and -np.inf < self.calibration.surest < 0:
            doubted = self.weighed(views, language, width, doubted=True)
            heard = doubted if self.calibration.told(doubted, loud).any() else heard
        told = self.calibration.told(heard, loud)
        kept, unsure = (
            tuple(label for label, is_one in zip(heard.labels, which, strict=True) if is_one) for which in (told, ~told)
        )
        spans = self._spans(views[0], frames, heard.labels)[told]
        spoken = language_of(self.symbols[kept[0] - 1]) if kept else ""
        return Said(kept, self.calibration.probability(heard.odds)[told], spans, spoken, unsure)

    def weighed(self, views: Views, language: str = "auto", width: int = 8, *, doubted: bool = False) -> Weighed:
        """The same before calibration, and with nothing left out.

        Args:
            doubted: the most probable words also where none is more probable than any.
        """
        asked = [self.of[language]] if language in self.of else [*self.of.values()]
        candidates = {labels for allowed in asked for view in views for labels in _search(view, allowed, width)}
        if doubted:
            candidates = candidates - {()} or {()}
        each = [{labels: p for p, labels in rescoring.best_of(view, candidates)} for view in views]
        labels = max(sorted(candidates), key=lambda one: np.mean([found[one] for found in each]))
        allowed = self.of[language_of(self.symbols[labels[0] - 1])] if labels else []
        places = [allowed.index(label) + 1 for label in labels]
        sure = np.mean([rescoring.confidences(_only(view, allowed), places) for view in views], axis=0)
        return Weighed(labels, *sure)

    def loud(self, frames: np.ndarray) -> float:
        """Seconds that are little softer than the loudest, and well above what is there all the time."""
        found = _loudness(frames)[MARGIN:-MARGIN]
        low, high = np.quantile(found, 0.1), found.max()
        return int((found > max(high - FAINT, low + ABOVE * (high - low))).sum()) * self.hop

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
        loud = _loudness(frames)
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


def _search(log_p, allowed, width) -> list[tuple[int, ...]]:
    """The best labels that use these symbols alone.

    Source: steps that are surely blank need no search, Chen et al. 2016.
    """
    only = _only(log_p, allowed)
    silent = only[:, 0] > SILENT
    only = only[~silent | np.append(True, ~silent[:-1])]  # of a pause its first step is enough, between equal words too
    if width == 1:
        found = [decoding.greedy(only)[: decoding.MOST]]
    else:
        found = [one.labels for one in decoding.prefix_beam(only, width, most=decoding.MOST).best[:CANDIDATES]]
    return [tuple(allowed[label - 1] for label in labels) for labels in found]


def _loudness(frames):
    """Of the loudest band, over three frames."""
    return np.convolve(frames.max(axis=1), np.ones(3) / 3, mode="same")


def _only(log_p, allowed):
    """The blank and these symbols, not made to add up to 1: what other languages take is lost to this one."""
    return log_p[:, [0, *allowed]]
