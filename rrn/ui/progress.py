"""How far a visitor has come. The pages teach also while the store is away; then nothing is known."""

from rrn import store
from rrn.spec import Refused
from rrn.ui import address
from rrn.ui.owner import owner


def read() -> dict[str, set[str]]:
    """What was done on each page: "run", "measure", "quiz"."""
    try:
        return store.progress(owner())
    except Refused as why:
        address.notice(why.code, **why.values)
        return {}


def mark(page_id: str, what: str) -> None:
    """Note that something was done on a page."""
    try:
        store.mark(owner(), page_id, what)
    except Refused as why:
        address.notice(why.code, **why.values)


def done(progress: dict[str, set[str]]) -> set[str]:
    """Ids of the pages that are done: something was trained or measured there, and the quiz was answered."""
    return {id for id, what in progress.items() if what & {"run", "measure"} and "quiz" in what}
