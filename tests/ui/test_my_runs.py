"""What is done with a run of one's own."""

from types import SimpleNamespace

import streamlit as st

from rrn import jobs
from rrn.tasks.language_model import LanguageModel
from rrn.tasks.speech import Speech
from rrn.ui import my_runs


def test_training_further_changes_the_epochs_and_blends_nothing(monkeypatch):
    started, session = [], {"k.epochs": 7}
    monkeypatch.setattr(st, "session_state", session)
    monkeypatch.setattr(my_runs, "owner", lambda: "a")

    def start(spec, owner, *, onward, lab):
        started.append((spec, onward))
        return SimpleNamespace(id="new")

    monkeypatch.setattr(jobs, "start", start)
    for spec in (Speech(blend=0.5, rate=0.01), LanguageModel(units=8)):
        run = SimpleNamespace(spec=spec, id="old", origin=SimpleNamespace(lab=""))
        my_runs._further("k", run, lambda id: None)
    assert started == [(Speech(epochs=7, rate=0.01), "old"), (LanguageModel(units=8, epochs=7), "old")]
    assert session["k.picked"] == "new"
