"""The symbols of a text and their numbers. Number 0 stands for every symbol that the text does not have."""

from dataclasses import dataclass

import numpy as np

UNKNOWN = 0


@dataclass(frozen=True)
class Alphabet:
    symbols: str

    @classmethod
    def of(cls, text: str) -> "Alphabet":
        return cls("".join(sorted(set(text))))

    def __len__(self) -> int:
        return len(self.symbols)

    def encode(self, text: str) -> np.ndarray:
        """(characters,) int32 ids; 1 is the first symbol, UNKNOWN what is not in the alphabet."""
        known, points = _points(self.symbols), _points(text)
        at = np.minimum(np.searchsorted(known, points), len(known) - 1)
        return np.where(known[at] == points, at + 1, UNKNOWN).astype(np.int32)

    def decode(self, ids) -> str:
        return "".join(self.symbols[i - 1] if i else "\N{REPLACEMENT CHARACTER}" for i in ids)


def _points(text):
    """Unicode code points; half a surrogate pair is one too, so that no prompt can fail here."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
