"""What the visitor sees. A page of the course begins with `page = ui.page(__file__)`."""

from rrn.ui.page import page
from rrn.ui.words import t

__all__ = ["page", "t"]
