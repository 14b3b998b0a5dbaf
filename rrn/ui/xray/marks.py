"""What is read, as it is shown."""


def seen(mark: str) -> str:
    """A space or a new line as something to look at."""
    return {" ": "␣", "\n": "↵"}.get(mark, mark)
