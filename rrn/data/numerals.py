"""Numbers from 0 to 9999 as Spanish and English say them, and which word every digit comes from."""

import numpy as np

from rrn.data.phrase import Phrase, held

MOST = 9999
LONGEST = 7  # words of a number, its end included
ES_SMALL = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
).split()
ES_TENS = "_ _ veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
ES_HUNDREDS = (
    "_ ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
).split()
EN_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
EN_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()

Said = list[tuple[str, tuple[int, ...]]]  # a word, and the powers of ten whose digits it gives


def spanish(n: int) -> Said:
    """ "dos mil trescientos cuarenta y cinco", every word with the places of its digits."""
    if n == 0:
        return [("cero", (0,))]
    said: Said = []
    thousands, hundreds, rest = n // 1000, n // 100 % 10, n % 100
    if thousands:
        said += [(ES_SMALL[thousands], (3,))] if thousands > 1 else []
        said += [("mil", (3,) if thousands == 1 else ())]
    if hundreds:
        said += [("cien" if n % 1000 == 100 else ES_HUNDREDS[hundreds], (2,))]
    if rest >= 30:
        said += [(ES_TENS[rest // 10], (1,))]
        said += [("y", ()), (ES_SMALL[rest % 10], (0,))] if rest % 10 else []
    elif rest:
        said += [(ES_SMALL[rest], (1, 0) if rest > 9 else (0,))]
    return said


def english(n: int) -> Said:
    """ "two thousand three hundred forty five", every word with the places of its digits."""
    if n == 0:
        return [("zero", (0,))]
    said: Said = []
    thousands, hundreds, rest = n // 1000, n // 100 % 10, n % 100
    if thousands:
        said += [(EN_SMALL[thousands], (3,)), ("thousand", ())]
    if hundreds:
        said += [(EN_SMALL[hundreds], (2,)), ("hundred", ())]
    if rest >= 20:
        said += [(EN_TENS[rest // 10], (1,))]
        said += [(EN_SMALL[rest % 10], (0,))] if rest % 10 else []
    elif rest:
        said += [(EN_SMALL[rest], (1, 0) if rest > 9 else (0,))]
    return said


def draw(direction: str, rng: np.random.Generator, *, unseen: bool) -> Phrase:
    """A number of one to four digits, as likely to be short as to be long; Spanish is read for "es-en"."""
    while True:
        digits = int(rng.integers(1, 5))
        n = int(rng.integers(0 if digits == 1 else 10 ** (digits - 1), 10**digits))
        if (digits > 1 and held(str(n))) == unseen:  # of the ten with one digit none is held out
            return of(n, direction)


def of(n: int, direction: str) -> Phrase:
    """This number."""
    said = spanish(n) if direction == "es-en" else english(n)
    places = {power: at for at, (_, powers) in enumerate(said) for power in powers}
    digits = str(n)
    aligned = tuple(places.get(len(digits) - 1 - k, -1) for k in range(len(digits)))
    return Phrase(tuple(word for word, _ in said), tuple(digits), aligned)


def words(direction: str) -> tuple[str, ...]:
    """All words that numbers are said with."""
    say = spanish if direction == "es-en" else english
    return tuple(sorted({word for n in range(MOST + 1) for word, _ in say(n)}))
