"""A progress bar on stderr, so that stdout holds the result alone; silent where nobody is looking."""

from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from rrn.shell.words import t


@contextmanager
def bar(total: float, words: str = ""):
    """Gives `tell(done, words)`: how far it has come, and what to write beside the bar."""
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        TextColumn(t("cli_left")),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        line = progress.add_task(words, total=total)

        def tell(done: float | None, words: str) -> None:
            progress.update(line, completed=done, description=words)

        yield tell
