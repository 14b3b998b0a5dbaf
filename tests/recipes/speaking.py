"""Small runs of speech and small packs, which several tests train and read."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from rrn.data import recordings, voice
from rrn.data.recordings import Recording
from rrn.tasks.speech import Speech

SMALL = Speech(sounds="tones", most=3, snr=20, examples=240, batch=16, epochs=8, units=16, filters=16, bands=24)
TINY = replace(SMALL, examples=100, batch=32, epochs=1, units=4, filters=8, bands=8, cell="rnn")
UNSEEN = 100
SPEAKERS = {
    "espeak/low": voice.Speaker(100),
    "espeak/high": voice.Speaker(210, 1.15),
    "espeak/third": voice.Speaker(150),
}
DIGITS = ("1", "3", "8")


def takes(speakers=SPEAKERS, digits=DIGITS):
    """Recordings of single digits by made-up speakers, a row of two by each, and a saying without a digit."""
    rng = np.random.default_rng(0)
    for name, speaker in speakers.items():
        for digit in digits:
            for _ in range(2):
                yield Recording((f"es:{digit}",), "es", name, voice.digits(digit, speaker, rng))
        row = digits[:2]
        yield Recording(tuple(f"es:{d}" for d in row), "es", name, voice.digits(row, speaker, rng))
        yield Recording((), "es", name, voice.vowels("ai", speaker, rng))


PACKED = list(takes())
PACK = recordings.to_bytes(PACKED)
OF_PACK = replace(TINY, sounds="0" * 64, clips=len(PACKED), symbols=len(DIGITS), life="on", masks=1, stride=3)


class Given(SimpleNamespace):
    """What a worker hands to a recipe."""

    def __init__(self, data=PACK, weights=None, **more):
        super().__init__(weights=weights, compiling=0.0, began=lambda model: None, **more)
        self.bytes = lambda name: data


def spelled():
    """The pack with its phones, but for one voice of which they are not known."""
    letters = {"1": "uno", "3": "tres", "8": "ocho"}

    def phones(one):
        known = "".join(letters[symbol.removeprefix("es:")] for symbol in one.said) or "ai"
        return () if one.speaker == "espeak/third" else tuple(known)

    return [replace(one, phones=phones(one)) for one in PACKED]


SPELLED = recordings.to_bytes(spelled())
OF_SPELLED = replace(OF_PACK, phones=11, spelling=0.5)
