"""Phone recognition: the phones that a network hears, beside those of the words that it writes."""

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from rrn.nn.hearer import Hearer
from rrn.scratch import ctc, decoding


class Speller:
    """Writes down phones.

    Args:
        hearer: of a network that has learned phones besides.
        phones: in the order of the outputs that tell them.
        accents: pronunciation lexicons, one for each accent: the phones of every symbol of a language.
    """

    def __init__(self, hearer: Hearer, phones: Sequence[str], accents: Sequence[Mapping[str, Sequence[str]]]):
        self.hearer, self.phones, self.accents = hearer, tuple(phones), accents
        self.number = {phone: n for n, phone in enumerate(phones, 1)}

    def log_p(self, frames: np.ndarray) -> np.ndarray:
        """(steps, 1 + phones) of one clip of (frames, bands)."""
        (found,) = self.hearer.phones([frames])
        return found

    def heard(self, log_p: np.ndarray) -> list[str]:
        """The best phone of every step, read as CTC reads a path."""
        return [self.phones[n - 1] for n in decoding.greedy(log_p)]

    def pronounced(self, log_p: np.ndarray, symbols: Sequence[str]) -> list[list[str]]:
        """The phones of each of these symbols; nothing where no accent has all of them.

        A voice keeps its accent through a clip: it is the one under which they are most probable, the first one where
        no path gives any.
        """
        ways = [[list(accent[one]) for one in symbols] for accent in self.accents if {*symbols} <= {*accent}]
        if not symbols or not ways:
            return []
        return max(ways, key=lambda way: ctc.log_likelihood(log_p, [self.number[n] for n in chain.from_iterable(way)]))
