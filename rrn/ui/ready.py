"""What every visit needs, read once when the server has shown its first page."""

import gc
import importlib
import threading
import time

from rrn import i18n, shipped
from rrn.ui import lesson, menu

PARTS = ("lab", "trial", "by_hand", "tried", "xray")  # imported by pages, when they ask for them


def soon(wait: float) -> None:
    """Read lessons, examples and the parts of pages in a thread, then keep them out of every garbage collection.

    Streamlit collects after every run of a script, and its cost grows with what it has to look at.
    """

    def read():
        time.sleep(wait)
        for part in PARTS:
            importlib.import_module(f"rrn.ui.{part}")
        for file in (topic.file for topic in menu.topics() if topic.file):
            for text in (file.with_suffix(f".{language}.md") for language in i18n.LANGUAGES):
                if text.exists():
                    lesson.read(text)
        for name in shipped.names():
            shipped.open(name)
        gc.collect()
        gc.freeze()

    threading.Thread(target=read, name="ready", daemon=True).start()
