"""What tests of recipes share."""

import pytest

from rrn.tasks import speech as task


@pytest.fixture
def few(monkeypatch):
    """Few held-out clips, and few lengths of a pack's, each of which is another graph."""
    from rrn.recipes import spoken

    monkeypatch.setattr(task, "UNSEEN", 20)
    monkeypatch.setattr(spoken, "MEASURED", 24)
    monkeypatch.setattr(spoken, "FRAMES", (300, 800))
