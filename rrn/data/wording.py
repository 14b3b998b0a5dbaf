"""How a text is read word by word: where its words are, and the numbers that each is looked up by.

A word has a number of its own where it is frequent. With letter groups it is also the sum of the pieces of its
spelling, so that "buenisimo", "Buenísimo" and "buenísimaaa" lie near each other although nobody listed them.

Source: letter groups hashed into a table, Bojanowski et al. 2017 (fastText).
"""

import json
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from rrn.data import language
from rrn.data.casing import INVISIBLE

PAD, UNKNOWN = 0, 1
SPECIAL = 2  # numbers before the words
SIZES = (3, 4, 5)  # letters of a group, the marks < and > of a word's ends among them
PARTS = 14  # numbers of a word at most: its own, and groups evenly out of longer ones
COMMON = 60  # of the most frequent words, that tell which language they are of
TRUSTED = 1 / 3  # share of known words below which a judgement of a text is taken for less
CACHED = 200_000  # words whose numbers are remembered

ACCENTS = "\u0300-\u036f"  # that stand behind their letter
LETTERS = rf"[^\W\d_](?:[^\W\d_]+|[{ACCENTS}]|{INVISIBLE.pattern})*"
# Letters, perhaps with an apostrophe inside; a number; or one mark or emoji as often as it is repeated.
WORD = re.compile(rf"{LETTERS}(?:['’]{LETTERS})*|\d+(?:[.,]\d+)*|([^\w\s])\1*|_+")
LETTER = re.compile(rf"\s+|\S[{ACCENTS}]*")
DRAWN = "\ufe0e\ufe0f"  # say only how an emoji is drawn
LENGTHENED = re.compile(r"(\D)\1{2,}")


class Word(NamedTuple):
    """`read` is what the network gets to see of what stands in text[start:end]."""

    read: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text: in small letters, three of what is lengthened, nothing of what is invisible."""
    found = []
    for match in WORD.finditer(text):
        read = LENGTHENED.sub(r"\1\1\1", _plain(match[0]).replace("’", "'"))
        if read.strip(DRAWN):
            found.append(Word(read, *match.span()))
    return found


def letters(text: str) -> list[Word]:
    """Every visible character of a text as a word of its own; a run of blanks is one blank."""
    return [Word(read, *match.span()) for match in LETTER.finditer(text) if (read := _letter(match[0]))]


@lru_cache(maxsize=4096)  # the same few, again and again
def _letter(found):
    """What is read of a character; nothing where it is invisible."""
    if INVISIBLE.fullmatch(found) or found in DRAWN:
        return ""
    return " " if found.isspace() else _plain(found)


def _plain(word):
    """In small letters, each with its accent in one; nothing of what is invisible."""
    return unicodedata.normalize("NFC", INVISIBLE.sub("", word).lower())


def vectors(numbers: np.ndarray, table: np.ndarray) -> np.ndarray:
    """(texts, steps, parts) numbers to (texts, steps, width): the sum of a word's rows over the root of their count.

    Args:
        table: (rows, width).
    """
    counts = (numbers != PAD).astype(table.dtype)
    if numbers.shape[2] == 1:
        return table[numbers[..., 0]] * counts
    summed = np.einsum("bspw,bsp->bsw", table[numbers], counts)
    return summed / np.sqrt(np.maximum(counts.sum(axis=2, keepdims=True), 1))


@dataclass(frozen=True)
class Wording:
    """The words that have a number of their own, and how many rows letter groups share.

    Args:
        symbols: words, or with `spelled` characters, the most frequent first.
        grams: rows of the table for letter groups; 0 where there are none.
        rows: of the table for words: room for as many as a spec says, of which a short text fills fewer.
    """

    symbols: tuple[str, ...]
    rows: int
    grams: int = 0
    spelled: bool = False

    def __len__(self) -> int:
        return SPECIAL + self.rows + self.grams

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {word: n for n, word in enumerate(self.symbols, SPECIAL)}

    @cached_property
    def _known(self) -> dict[str, tuple[int, ...]]:
        return {}

    @cached_property
    def language(self) -> str | None:
        """Which one it is of, told by its most frequent words; None where nobody can tell."""
        return None if self.spelled else language.of(self.symbols[:COMMON])

    @property
    def parts(self) -> int:
        """Numbers of a word at most."""
        return PARTS if self.grams else 1

    def place(self, word: str) -> int:
        """Among the symbols, from 0; as many as there are where it is none of them."""
        return self._numbers.get(word, SPECIAL + len(self.symbols)) - SPECIAL

    def cut(self, text: str) -> list[Word]:
        return letters(text) if self.spelled else words(text)

    def read(self, text: str) -> list[str]:
        """The same without where they stand."""
        if self.spelled:  # there are many: in a third of the time
            return [read for read in map(_letter, LETTER.findall(text)) if read]
        return [word.read for word in words(text)]

    def knows(self, word: str) -> bool:
        return word in self._numbers

    def numbers(self, word: str) -> tuple[int, ...]:
        """What a word is looked up by; UNKNOWN alone where there is nothing."""
        found = self._known.get(word)
        if found is None:
            own = [self._numbers[word]] if word in self._numbers else []
            found = tuple(own + self._groups(word)) or (UNKNOWN,)
            if len(self._known) < CACHED:
                self._known[word] = found
        return found

    def _groups(self, word: str) -> list[int]:
        if not self.grams:
            return []
        whole = f"<{word}>"
        # Picked by where they begin: a word may be as long as a file, and most of its groups are never looked at.
        starts = [range(max(0, len(whole) - size + 1)) for size in SIZES]
        count = sum(map(len, starts))
        picked = range(count) if count < PARTS else [int(n) for n in np.linspace(0, count - 1, PARTS - 1)]
        groups = []
        for n in picked:
            for size, places in zip(SIZES, starts, strict=True):
                if n < len(places):
                    groups.append(whole[n : n + size])
                    break
                n -= len(places)
        first = SPECIAL + self.rows
        return [first + zlib.crc32(group.encode("utf-8", "replace")) % self.grams for group in groups]

    def encode(self, read: Sequence[Sequence[str]], steps: int) -> np.ndarray:
        """(texts, steps, parts) numbers, PAD behind shorter texts and words; longer texts lose their end."""
        found = np.zeros((len(read), steps, self.parts), np.int32)
        for row, text in zip(found, read, strict=True):
            for at, word in enumerate(text[:steps]):
                numbers = self.numbers(word)
                row[at, : len(numbers)] = numbers
        return found

    def to_bytes(self) -> bytes:
        found = {"symbols": self.symbols, "rows": self.rows, "grams": self.grams, "spelled": self.spelled}
        return json.dumps(found, ensure_ascii=False).encode()


def from_bytes(data: bytes) -> Wording:
    """What `to_bytes` wrote."""
    found = json.loads(data)
    return Wording(tuple(found["symbols"]), found["rows"], found["grams"], found["spelled"])


def learned(texts: Iterable[str], rows: int, *, grams: int, spelled: bool, least: int = 2) -> Wording:
    """The wording of what is learned from: words that occur at least so often, no more than there are rows."""
    cut = letters if spelled else words
    counts = Counter(word.read for text in texts for word in cut(text))
    often = sorted((word for word, count in counts.items() if count >= least), key=lambda word: (-counts[word], word))
    return Wording(tuple(often[:rows]), rows, grams, spelled)
