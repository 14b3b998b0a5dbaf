"""A pair of sentences whose words are known to stand for one another, and which combinations are held out."""

import zlib
from dataclasses import dataclass

HELD = 6  # one combination in so many is never learned from


@dataclass(frozen=True)
class Phrase:
    """`aligned` says for every written word at which place, from 0, the word stands that it comes from; −1: at none.

    `size` is what the pairs are sorted by: words that are read, where nothing else is said.
    """

    read: tuple[str, ...]
    written: tuple[str, ...]
    aligned: tuple[int, ...]
    size: int = -1

    def __post_init__(self):
        if self.size < 0:
            object.__setattr__(self, "size", len(self.read))


def held(combination: str) -> bool:
    """Whether this combination is kept out of what is learned from; the same one always is."""
    return zlib.crc32(combination.encode()) % HELD == 0
