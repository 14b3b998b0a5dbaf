"""What is read, as it is shown."""

from dataclasses import replace

from rrn.ui import screen
from rrn.ui.words import lang
from rrn.xray.specimen import Specimen


def seen(mark: str) -> str:
    """A space or a new line as something to look at."""
    return {" ": "␣", "\n": "↵"}.get(mark, mark)


def in_words(specimen: Specimen) -> Specimen:
    """Numbers with the decimal mark of the visitor's language."""
    if not specimen.numbers:
        return specimen
    return replace(specimen, marks=tuple(mark.replace(".", screen.SEPARATORS[lang()][0]) for mark in specimen.marks))
