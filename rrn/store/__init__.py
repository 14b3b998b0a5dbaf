"""Rows: runs and their events, weights and kept bytes; what visitors handed in; how far they are.

SQLite in the data folder, or what RRN_DATABASE_URL names. Every change is one short transaction.
"""

from rrn.store.database import close, folder, set_aside
from rrn.store.visitors import LOCAL, has_texts, holds, mark, progress, put, take

__all__ = ["LOCAL", "close", "folder", "has_texts", "holds", "mark", "progress", "put", "set_aside", "take"]
