"""Words disguised so that a person still reads them and a list of words does not know them: "gr4t1s", "pre.mio".

What spammers did to get past filters. Source: Lee & Ng 2005, who undid it.
"""

import numpy as np

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)  # of the letters, at which filters are measured
MEASURED = 0.4  # the one that is told as a number
LIKE = {
    "a": "4@áà", "b": "8ß", "c": "ç(k", "d": "ð", "e": "3éè€", "f": "ƒ", "g": "9q6", "h": "#", "i": "1!íl", "j": "y",
    "k": "q", "l": "1|ł", "m": "n", "n": "ñm", "o": "0óö", "p": "þ", "q": "9g", "r": "я", "s": "5$z", "t": "7+",
    "u": "úüv", "v": "u", "w": "v", "x": "×", "y": "ý", "z": "2s",
}  # fmt: skip
PLAIN = {"á": "a", "é": "e", "í": "i", "ó": "o", "ú": "u", "ü": "u", "ñ": "n"}
INSIDE = " .-_*"
LOOKALIKE, PARTED = 0.7, 0.15  # of what is disguised; the rest is doubled


def disguised(text: str, share: float, rng: np.random.Generator) -> str:
    """The text with each letter disguised by this chance: as a lookalike, or with a mark after it, or doubled.

    With one seed, what is disguised at a small share is so at a larger one as well, and in the same way.
    """
    found = []
    for letter, (chance, kind, which) in zip(text, rng.random((len(text), 3)), strict=True):
        if chance >= share or not letter.isalpha():
            found.append(letter)
        elif kind < LOOKALIKE:
            found.append(_picked(LIKE.get(PLAIN.get(letter.lower(), letter.lower()), letter * 2), letter, which))
        else:
            found.append(letter + (INSIDE[int(which * len(INSIDE))] if kind < LOOKALIKE + PARTED else letter))
    return "".join(found)


def _picked(like: str, letter: str, which: float) -> str:
    others = [sign for sign in like if sign != letter.lower()]
    return others[int(which * len(others))] if others else like
