"""voices: make the pack of recordings that the strong recogniser learns from, spoken by eSpeak NG, and by people.

eSpeak NG is a tool for making it, and no part of what the app needs: `make setup-dev` installs it.
"""

import csv
import ctypes
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from rrn.data import course, recordings, voice
from rrn.data.recordings import Recording
from rrn.data.sound import RATE
from rrn.shell import file
from rrn.shell.bar import bar
from rrn.shell.speaking import Speaking
from rrn.shell.words import t

WORDS = {
    "es": ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
# Words that sound like a digit, or have one in them: a network that hears one there is not wrong.
ALIKE = {
    "es": ("cer", "un", "dos", "tres", "cuat", "cinc", "seis", "sie", "och", "nue"),
    "en": ("zer", "one", "won", "two", "too", "tre", "three", "for", "four", "fi", "six", "sev", "eigh", "ate", "ni",
           "oh"),
}  # fmt: skip
ALONE = {"en": ("to", "no", "an")}  # words that are too near one where they stand alone
# The digits as those say them who grew up with another language: spelled so that its voice reads them like that.
ACCENTS = {
    "en": {
        "de": ("sirou", "wann", "tuh", "sri", "for", "faif", "ssicks", "sewen", "äit", "nain"),
        "nl": ("ziero", "wan", "toe", "srie", "for", "faaif", "siks", "sevven", "eet", "nain"),
        "fr": ("ziro", "ouane", "tou", "sri", "for", "faïve", "sixe", "sévène", "éite", "naïne"),
        "it": ("ziro", "uan", "tu", "tri", "for", "faiv", "sics", "seven", "eit", "nain"),
        "es": ("siro", "guan", "tu", "tri", "for", "faif", "sics", "seven", "eit", "nain"),
    },
    "es": {
        "it": ("sero", "uno", "dos", "tres", "quatro", "sinco", "seis", "siete", "ocio", "nueve"),
        "pt-br": ("sêro", "uno", "dós", "três", "quatro", "cinco", "seis", "siete", "ótcho", "nuêve"),
        "ca": ("sero", "uno", "dos", "tres", "quatro", "cinco", "seis", "siete", "otxo", "nueve"),
        "de": ("sero", "uno", "doss", "tress", "kwatro", "sinko", "seïs", "sjete", "otscho", "nwewe"),
        "en-us": ("sairo", "oono", "dose", "trace", "kwahtro", "seenko", "saice", "seeetay", "ohcho", "nwayvay"),
    },
}
EVERY = 3  # voices, of which one speaks with a certain accent
MADE_UP = 40  # speakers that the app makes up
TAKES = 2  # of every digit by every voice
ROWS = 5  # of several digits
OTHERS = 72  # sayings without a digit, half of them of a single word
SHORTEST = 300  # samples of a word that was spoken at all
UTF8, IPA = 1, 2  # of espeak_TextToPhonemes
LETTERS = ("Ll", "Lo")  # Unicode's categories; marks of stress and of length are of others
SPELLED = {"es": "es-419", "en": "en-us"}  # voices that tell the speech sounds for those who are not of eSpeak NG


class Mouth:
    """eSpeak NG, through its library."""

    def __init__(self):
        try:
            import espeakng_loader as where
        except ModuleNotFoundError:
            raise click.UsageError(t("cli_no_espeak")) from None
        self._lib = ctypes.CDLL(where.get_library_path())
        self._rate = self._lib.espeak_Initialize(2, 0, where.get_data_path().encode(), 0)
        self._heard: list[np.ndarray] = []
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self._listen = kind(self._take)  # kept, or it is collected while the library calls it
        self._lib.espeak_SetSynthCallback(self._listen)
        self._lib.espeak_TextToPhonemes.restype = ctypes.c_char_p

    def _take(self, wave, count, events):
        if count > 0:
            self._heard.append(np.ctypeslib.as_array(wave, (count,)).copy())
        return 0

    def voice(self, name: str) -> bool:
        """Take this voice, as es+f1; False where there is none, and the one before stays."""
        return self._lib.espeak_SetVoiceByName(name.encode()) == 0

    def say(self, words: str, rate: int, pitch: int, lively: int) -> np.ndarray:
        """(samples,) at RATE; silence at both ends is cut.

        Args:
            rate: words per minute.
            pitch: 0 to 99, 50 is the voice's own.
            lively: how far the pitch goes up and down, 0 to 99.
        """
        import soxr

        for number, value in ((1, rate), (3, pitch), (4, lively)):
            self._lib.espeak_SetParameter(number, value, 0)
        self._heard.clear()
        data = words.encode()
        self._lib.espeak_Synth(data, len(data) + 1, 0, 1, 0, 1, None, None)
        self._lib.espeak_Synchronize()
        wave = np.concatenate(self._heard or [np.zeros(0, np.int16)]).astype(np.float32) / 32768
        return trimmed(soxr.resample(wave, self._rate, RATE).astype(np.float32))

    def phones(self, words: str) -> tuple[str, ...]:
        """The speech sounds of these words in the voice that was taken, as IPA letters without stress or length."""
        left, found = ctypes.c_char_p(words.encode()), ""
        while left.value:  # a clause at a time; it moves the pointer on
            found += self._lib.espeak_TextToPhonemes(ctypes.byref(left), UTF8, IPA).decode()
        return tuple(letter for letter in re.sub(r"\(.*?\)", "", found) if unicodedata.category(letter) in LETTERS)


def trimmed(sound: np.ndarray, margin: int = 160) -> np.ndarray:
    """The sound without the silence before and behind it."""
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max(initial=0.0))
    return sound[max(0, loud[0] - margin) : loud[-1] + margin] if len(loud) else sound[:0]


def spoken(
    mouth: Mouth, variants: list[str], bases: dict[str, list[str]], tell: Callable[[int], None]
) -> Iterator[Recording]:
    """Every voice says every digit, rows of digits, and sayings that have none."""
    rng = np.random.default_rng(0)
    sayings = {language: others(language) for language in WORDS}
    voices = [(language, base, variant) for language in WORDS for base in bases[language] for variant in variants]
    for number, (language, base, variant) in enumerate(voices):
        tell(number)
        if not mouth.voice(f"{base}+{variant}"):
            raise click.UsageError(t("cli_no_voice", name=f"{base}+{variant}"))
        digits = [mouth.phones(word) for word in WORDS[language]]
        for said, words in said_by(language, sayings[language], rng):
            sound = mouth.say(words, int(rng.integers(110, 240)), int(rng.integers(20, 80)), int(rng.integers(20, 80)))
            phones = mouth.phones(words)
            # Some words hold a digit though they are not spelled so, as "great" holds "eight".
            if len(sound) >= SHORTEST and (said or not any(holds(phones, digit) for digit in digits)):
                yield Recording(said, language, f"espeak/{variant}", sound, phones)
    yield from accented(mouth, variants, rng)
    yield from made_up(spelled(mouth, "es"), rng)


def holds(phones: Sequence[str], part: Sequence[str]) -> bool:
    """Whether the part stands in there, without a gap."""
    return any(phones[at : at + len(part)] == part for at in range(len(phones) - len(part) + 1))


def spelled(mouth: Mouth, language: str) -> list[tuple[str, ...]]:
    """The speech sounds of the ten digits as most say them."""
    if not mouth.voice(SPELLED[language]):
        raise click.UsageError(t("cli_no_voice", name=SPELLED[language]))
    return [mouth.phones(word) for word in WORDS[language]]


def made_up(phones: Sequence[tuple[str, ...]], rng: np.random.Generator) -> Iterator[Recording]:
    """The digits by the voice that is made up in the app, by many speakers."""
    for number in range(MADE_UP):
        speaker = voice.speaker(rng)
        for digit in "0123456789":
            sound = voice.digits(digit, speaker, rng)
            yield Recording((f"es:{digit}",), "es", f"made/{number}", sound, phones[int(digit)])


def accented(mouth: Mouth, variants: list[str], rng: np.random.Generator) -> Iterator[Recording]:
    """The digits with the accents of other languages, some voices each. Which phones they come out as is left open."""
    for language, accents in ACCENTS.items():
        for number, (base, words) in enumerate(accents.items()):
            for variant in variants[number % EVERY :: EVERY]:
                if not mouth.voice(f"{base}+{variant}"):
                    raise click.UsageError(t("cli_no_voice", name=f"{base}+{variant}"))
                for digit, word in enumerate(words):
                    sound = mouth.say(word, int(rng.integers(110, 220)), int(rng.integers(20, 80)), 50)
                    if len(sound) >= SHORTEST:
                        yield Recording((f"{language}:{digit}",), language, f"espeak/{variant}", sound)


def said_by(language: str, sayings: list[str], rng: np.random.Generator) -> Iterator[tuple[tuple[str, ...], str]]:
    """What one voice says: symbols, and the words for them."""
    for digit in list(range(10)) * TAKES:
        yield (f"{language}:{digit}",), WORDS[language][digit]
    for _ in range(ROWS):
        digits = rng.integers(0, 10, size=rng.integers(2, 8))
        between = str(rng.choice([" ", " ", ", ", ". "]))
        yield tuple(f"{language}:{d}" for d in digits), between.join(WORDS[language][d] for d in digits)
    for _ in range(OTHERS):
        yield (), str(rng.choice(sayings))


def others(language: str) -> list[str]:
    """Sayings of one to five words out of the course's own lessons, none of which sounds like a digit."""
    words = [word for word in re.findall(r"[^\W\d_]{2,}", course.read(language).lower())
             if not any(part in word for part in ALIKE[language]) and word not in ALONE.get(language, ())]  # fmt: skip
    rng = np.random.default_rng(1)
    alone = sorted(set(words))  # rare words as often as common ones
    starts, sizes = rng.integers(0, len(words) - 5, size=len(alone)), rng.integers(2, 6, size=len(alone))
    return alone + [" ".join(words[at : at + size]) for at, size in zip(starts, sizes, strict=True)]


def people(folder: str) -> list[Recording]:
    """The clips of a folder with audio.flac and clips.csv: name, digit, speaker, take, start, end."""
    audio, table = (file.read(f"{folder}/{name}").data for name in ("audio.flac", "clips.csv"))
    try:
        sound, rate = recordings.decoded(audio)
        rows = [([*"0123456789"].index(row["digit"]), row["speaker"], int(row["start"]), int(row["end"]))
                for row in csv.DictReader(table.decode().splitlines())]  # fmt: skip
    except (ValueError, KeyError, TypeError, RuntimeError):  # RuntimeError: what soundfile cannot open
        raise click.UsageError(t("cli_voices_also_unclear", name=folder)) from None
    if rate != RATE:
        raise click.UsageError(t("cli_other_rate", name=folder, rate=rate, needed=RATE))
    return [Recording((f"en:{digit}",), "en", f"real/{who}", sound[start:end]) for digit, who, start, end in rows]


def known(table: str) -> tuple[list[str], dict[str, list[str]]]:
    """The variants that may be used, and the base voices of every language."""
    try:
        words = json.loads(file.read(table).data)
        return list(words["train_variants"]), {language: list(words["base_voices"][language]) for language in WORDS}
    except (ValueError, KeyError, TypeError):
        raise click.UsageError(t("cli_voices_unclear", name=table)) from None


def voices(path: str, table: str, also: str | None) -> None:
    """Write a pack of recordings."""
    if Path(path).is_dir() or not Path(path).absolute().parent.is_dir():  # before minutes of speaking, not after them
        raise click.UsageError(t("cli_voices_nowhere", name=path))
    variants, bases = known(table)
    found = people(also) if also else []
    mouth = Mouth()
    phones = dict(zip((f"en:{digit}" for digit in range(10)), spelled(mouth, "en"), strict=True))
    found = [replace(one, phones=phones[one.said[0]]) for one in found]
    with bar(len(variants) * sum(map(len, bases.values()))) as tell:
        found = [*spoken(mouth, variants, bases, lambda n: tell(n, t("cli_voices_made", n=n))), *found]
    Path(path).write_bytes(recordings.to_bytes(found))
    seconds = sum(len(one.sound) for one in found) / RATE
    click.echo(t("cli_voices", clips=len(found), minutes=round(seconds / 60), speakers=len(recordings.speakers(found))))


VOICES = Speaking(
    "voices",
    callback=voices,
    help="cli_voices_help",
    params=[
        click.Argument(["path"], metavar="FILE"),
        click.Option(["--voices", "table"], required=True, metavar="FILE", help="cli_voices_table"),
        click.Option(["--also"], metavar="FOLDER", help="cli_voices_also"),
    ],
)
