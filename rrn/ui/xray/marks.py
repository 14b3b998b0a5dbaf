"""What is read, as it is shown."""

import re


def seen(mark: str) -> str:
    """A space or a new line as something to look at."""
    return {" ": "␣", "\n": "↵"}.get(mark, mark)


def plain(words: str) -> str:
    """For a caption: what was typed is no Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+!$~|<>:-])", r"\\\1", words)
