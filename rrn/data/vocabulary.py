"""What a sentence is cut into, and the numbers of the pieces: whole words of a small language, or subwords.

Source: subwords by a unigram model, Kudo 2018, in the library sentencepiece.
"""

import base64
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rrn.data import casing
from rrn.data.casing import SPACE
from rrn.spec import Refused

PAD, START, END, UNKNOWN = 0, 1, 2, 3
NEVER = (PAD, START, UNKNOWN)  # numbers that are not written
SPECIAL = ("", "⊢", "⊣", "�")  # how they are shown
BYTES = 256
MARKS = re.compile("[¿?¡!.,;:]")  # that are typed at a word
LONGEST = 4192  # bytes of a line that pieces are learned from; long words take the library very long


@dataclass(frozen=True)
class Words:
    """The words, or with `letters` the characters, of a language whose every word is known beforehand."""

    symbols: tuple[str, ...]
    letters: bool = False

    def __len__(self) -> int:
        return len(SPECIAL) + len(self.symbols)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {word: n for n, word in enumerate(self.symbols, len(SPECIAL))}

    def pieces(self, ids: Iterable[int]) -> list[str]:
        return [(SPECIAL + self.symbols)[n] for n in ids]

    def typed(self, text: str) -> str:
        """A line as somebody types it, made one that `encode` reads: marks stand apart, as words do, or are left out
        where the language has none.
        """
        if not self.letters:
            text = MARKS.sub(lambda mark: f" {mark[0]} " if mark[0] in self.symbols else " ", text)
        return " ".join(text.split())

    def encode(self, text: str, sampling: float = 0.0) -> list[int]:
        """Numbers, END behind them; a word of such a language is cut in one way only."""
        words = [c for c in text if not c.isspace()] if self.letters else text.lower().split()
        return [*(self._numbers.get(word, UNKNOWN) for word in words), END]

    def decode(self, ids: Iterable[int]) -> str:
        return self.joined(self.pieces(n for n in ids if n > END))

    def joined(self, words: Iterable[str]) -> str:
        """A line that `encode` takes apart into these words."""
        return ("" if self.letters else " ").join(words)

    def to_bytes(self) -> bytes:
        return json.dumps({"symbols": self.symbols, "letters": self.letters}, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Subwords:
    """Pieces of words, down to single bytes: nothing is unknown.

    Args:
        model: as sentencepiece keeps it.
        names: words that keep their capital letter at the start of a sentence.
        size: numbers there are, all specials included.
    """

    model: bytes
    names: frozenset[str]
    size: int

    def __len__(self) -> int:
        return self.size

    @cached_property
    def _cutter(self) -> Any:
        import sentencepiece

        return sentencepiece.SentencePieceProcessor(model_proto=self.model)

    def pieces(self, ids: Iterable[int]) -> list[str]:
        return [self._cutter.IdToPiece(int(n)) if self._is_piece(n) else SPECIAL[min(n, UNKNOWN)] for n in ids]

    def _is_piece(self, n) -> bool:
        """Whether a number stands for letters: a short text fills fewer numbers than a network has been given."""
        return len(SPECIAL) <= n < self._cutter.GetPieceSize()

    def encode(self, text: str, sampling: float = 0.0) -> list[int]:
        """Numbers, END behind them.

        Args:
            sampling: 0 cuts in the likeliest way; the more, the more often in another one, by the sampling of
                sentencepiece, which has a seed of its own.
        """
        line = casing.lowered(casing.plain(text), self.names)
        if sampling:
            return [*self._cutter.encode(line, enable_sampling=True, alpha=sampling, nbest_size=-1), END]
        return [*self._cutter.encode(line), END]

    def decode(self, ids: Iterable[int]) -> str:
        return casing.raised(self._cutter.decode([int(n) for n in ids if self._is_piece(n)]))

    def to_bytes(self) -> bytes:
        model = base64.b64encode(self.model).decode()
        return json.dumps({"model": model, "names": sorted(self.names), "size": self.size}, ensure_ascii=False).encode()


Vocabulary = Words | Subwords


def from_bytes(data: bytes) -> Vocabulary:
    """What `to_bytes` wrote."""
    found = json.loads(data)
    if "symbols" in found:
        return Words(tuple(found["symbols"]), found["letters"])
    return Subwords(base64.b64decode(found["model"]), frozenset(found["names"]), found["size"])


def subwords(lines: Sequence[str], size: int) -> Subwords:
    """Cut these lines into at most `size` pieces, the 256 bytes among them.

    Raises:
        Refused: pairs_too_long where there is no line of at most LONGEST bytes.
    """
    import sentencepiece

    lines = [casing.plain(line) for line in lines]
    names = casing.names_of(lines)
    small = _without_rare([casing.lowered(line, names) for line in lines], size - BYTES - len(SPECIAL))
    if not any(0 < len(line.encode()) <= LONGEST for line in small):
        raise Refused("pairs_too_long")
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(small),
        model_writer=model,
        vocab_size=size,
        model_type="unigram",
        character_coverage=0.9999,
        byte_fallback=True,
        hard_vocab_limit=False,  # a short text has fewer pieces than were asked for
        normalization_rule_name="identity",  # `casing.plain` has done it
        pad_id=PAD,
        bos_id=START,
        eos_id=END,
        unk_id=UNKNOWN,
        max_sentence_length=LONGEST,
        num_threads=1,
        minloglevel=2,
    )
    return Subwords(model.getvalue(), names, size)


def _without_rare(lines, most):
    """The lines with spaces in the place of all letters but the commonest: what is no piece is bytes."""
    counts = Counter(SPACE)
    for line in lines:
        counts.update(line.replace(" ", SPACE))
    rare = str.maketrans(dict.fromkeys("".join(letter for letter, _ in counts.most_common()[most:]), " "))
    return [line.translate(rare) for line in lines] if rare else lines
