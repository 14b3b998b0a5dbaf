"""Words and numbers as each language writes them."""

import math
import string
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

LANGUAGES = ("es", "en")
MARKS = {"es": (",", "\u202f"), "en": (".", ",")}  # decimal mark, and what parts thousands (a narrow space, no break)
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@cache
def table(language: str) -> dict[str, str]:
    """Every key of a language with its text."""
    return tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))


def words(language: str) -> Callable[..., str]:
    """The function `t(key, **values)` that says things in this language. A missing key or value is a KeyError."""
    known, filled = table(language), _Filled(language)

    def t(key: str, **values) -> str:
        return filled.vformat(known[key], (), values)

    return t


class _Filled(string.Formatter):
    """str.format, with plain numbers written as the language writes them."""

    def __init__(self, language: str):
        self.language = language

    def format_field(self, value, format_spec):
        if isinstance(value, (int, float)) and not isinstance(value, bool) and not format_spec:
            return number(value, self.language)
        return super().format_field(value, format_spec)


def number(value: float, language: str, digits: int = 3) -> str:
    """A number for reading: 0,97 · 12 400 · 4·10⁻⁹ in Spanish, 0.97 · 12,400 · 4·10⁻⁹ in English.

    Args:
        digits: how many figures count in a fraction; a whole number keeps all of its own.
    """
    if not math.isfinite(value):
        return "∞" if value == math.inf else "−∞" if value == -math.inf else "–"
    sign, size = "−" if value < 0 else "", abs(value)
    if size and (size < 1e-3 or size >= 1e9):
        mantissa, power = f"{size:.{digits - 1}e}".split("e")
        text = _trimmed(mantissa).replace(".", MARKS[language][0])
        ten = "10" + str(int(power)).translate(RAISED)
        return sign + (ten if text == "1" else f"{text}·{ten}")
    if isinstance(value, int) or size >= 10**digits:
        whole, fraction = f"{round(size)}", ""
    else:
        before = math.floor(math.log10(size)) + 1 if size else 1
        whole, _, fraction = _trimmed(f"{size:.{max(0, digits - before)}f}").partition(".")
    mark, part = MARKS[language]
    if len(whole) > 4:  # four figures are read at a glance: 1984, 2048
        whole = f"{int(whole):,}".replace(",", part)
    return sign + whole + (mark + fraction if fraction else "")


def _trimmed(text: str) -> str:
    """Without zeros at the end of a fraction."""
    return text.rstrip("0").rstrip(".") if "." in text else text
