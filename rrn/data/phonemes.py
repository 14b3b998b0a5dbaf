"""The sounds of the Spanish digits: where a man's mouth resonates, what hisses in it, and for how long.

Source: F1 and F2 of the vowels, means of four men, Bradlow 1995; consonants after the tables of Klatt 1980, made
Spanish by us: stops without breath, a tap, an s cut off by the band. F3 to F5 are round numbers of ours.
"""

from typing import NamedTuple

MURMUR = 270.0  # hertz: where the nose resonates; a zero at the same place undoes it


class Sound(NamedTuple):
    """One sound, or a part of one that bursts.

    Args:
        formants: the five lowest resonances of the tract, in hertz.
        lasts: milliseconds, at the usual speed.
        voice: how loud the folds sound, 1 in a vowel.
        hiss: the noise of a narrow passage, 0.25 as loud as a vowel; around which hertz, how wide.
        zero: the hertz that the closed mouth swallows while the nose is open.
    """

    formants: tuple[float, float, float, float, float]
    lasts: float
    voice: float = 1.0
    hiss: float = 0.0
    around: float = 3000.0
    wide: float = 1000.0
    zero: float = MURMUR


VOWELS = {
    "a": Sound((638, 1353, 2500, 3500, 4000), 130),
    "e": Sound((458, 1814, 2550, 3500, 4000), 120),
    "i": Sound((286, 2147, 2900, 3600, 4000), 110),
    "o": Sound((460, 1019, 2450, 3400, 4000), 125),
    "u": Sound((322, 992, 2350, 3400, 4000), 115),
}
CONSONANTS = {
    "j": Sound((280, 2070, 2850, 3600, 4000), 65, voice=0.8),
    "w": Sound((300, 700, 2250, 3400, 4000), 70, voice=0.8),
    "s": Sound((320, 1450, 2550, 3500, 4000), 110, voice=0.0, hiss=0.07, around=4200, wide=900),
    "n": Sound((400, 1400, 2470, 3400, 4000), 70, voice=0.6, zero=700),
    "ŋ": Sound((400, 1100, 2350, 3400, 4000), 60, voice=0.6, zero=900),
    "r": Sound((380, 1400, 2100, 3300, 4000), 26, voice=0.12),
    "β": Sound((300, 950, 2200, 3400, 4000), 55, voice=0.35),
    # What is shut, and what bursts out of it: a voiced stop hums behind the closure.
    "d-": Sound((200, 1600, 2600, 3500, 4000), 40, voice=0.25),
    "d+": Sound((300, 1600, 2600, 3500, 4000), 10, voice=0.3, hiss=0.04, around=3000, wide=1200),
    "t-": Sound((300, 1650, 2600, 3500, 4000), 65, voice=0.0),
    "t+": Sound((350, 1650, 2600, 3500, 4000), 14, voice=0.0, hiss=0.12, around=3400, wide=1500),
    "k-": Sound((300, 1200, 2250, 3400, 4000), 65, voice=0.0),
    "k+": Sound((350, 1100, 2250, 3400, 4000), 24, voice=0.0, hiss=0.12, around=1250, wide=350),
    "tʃ-": Sound((300, 1800, 2600, 3500, 4000), 55, voice=0.0),
    "tʃ+": Sound((320, 1850, 2650, 3500, 4000), 75, voice=0.0, hiss=0.12, around=2700, wide=600),
}
SOUNDS = VOWELS | CONSONANTS
WORDS = {
    "0": ("s", "e", "r", "o"),
    "1": ("u", "n", "o"),
    "2": ("d-", "d+", "o", "s"),
    "3": ("t-", "t+", "r", "e", "s"),
    "4": ("k-", "k+", "w", "a", "t-", "t+", "r", "o"),
    "5": ("s", "i", "ŋ", "k-", "k+", "o"),
    "6": ("s", "e", "j", "s"),
    "7": ("s", "j", "e", "t-", "t+", "e"),
    "8": ("o", "tʃ-", "tʃ+", "o"),
    "9": ("n", "w", "e", "β", "e"),
}
