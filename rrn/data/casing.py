"""Capital letters that only say where a sentence begins, taken off before learning and put back after writing.

"The" and "the" are one word; "Tom" stays "Tom". Source: truecasing, Lita et al. 2003.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Where a sentence begins: at the start or after the end of another one, perhaps behind an opening mark.
BEGINS = re.compile(r"""(?:^|(?<=[.?!…])\s+|(?<=[.?!…]["'»”])\s+)["'«“¿¡(\s-]*""")
SPACE = "▁"  # sentencepiece puts it before a piece that begins a word, so in a text it cannot stand
# Joiners, directions, and halves of letters, which no encoding has.
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\ud800-\udfff]")


def plain(text: str) -> str:
    """One line in compatibility form (NFKC) without invisible characters, single spaces between its words."""
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).replace(SPACE, "_").split())


def names_of(lines: Iterable[str]) -> frozenset[str]:
    """Words that are written with a capital letter more often than not where no sentence begins: Tom, I, Boston.

    Of several ways to write a word only the commonest is a name: TV, not Tv.
    """
    ways: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        starts = _starts(line)
        for word in WORD.finditer(line):
            if word.start() not in starts:
                ways[word[0].lower()][word[0]] += 1
    commonest = (max(counts, key=lambda word: (counts[word], word[0].islower(), word)) for counts in ways.values())
    return frozenset(word for word in commonest if word[0].isupper())


def lowered(text: str, names: frozenset[str]) -> str:
    """The text with no capital letter that only begins a sentence.

    A text all in capitals, or without any, gets those that its names have.
    """
    if text.upper() == text and sum(map(str.isalpha, text)) > 3 or text.lower() == text:
        known = _by_small(names)
        return WORD.sub(lambda word: known.get(word[0].lower(), word[0].lower()), text)
    starts = _starts(text)

    def small(word):
        if word.start() not in starts or word[0] in names:
            return word[0]
        return word[0][0].lower() + word[0][1:]

    return WORD.sub(small, text)


def raised(text: str) -> str:
    """The text with a capital letter wherever a sentence begins."""
    letters = list(text)
    for at in _starts(text):
        if at < len(letters):
            letters[at] = letters[at].upper()
    return "".join(letters)


@lru_cache(maxsize=8)  # of as many vocabularies; a frozen set remembers its own hash
def _by_small(names: frozenset[str]) -> dict[str, str]:
    """Names by what they are in small letters."""
    return {name.lower(): name for name in names}


def _starts(text):
    return {begin.end() for begin in BEGINS.finditer(text)}
