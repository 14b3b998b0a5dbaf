"""Choosing among what was trained: how the problems are called that runs are no rivals in."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from rrn import i18n, shipped
from rrn.tasks.adding import Adding
from rrn.tasks.language_model import LanguageModel
from rrn.ui import models, my_runs, tried


@pytest.fixture(autouse=True)
def spanish(monkeypatch):
    for module in (models, my_runs, tried):
        monkeypatch.setattr(module, "t", i18n.words("es"))
    monkeypatch.setattr(models, "known", lambda key, default: default)


def runs(*specs):
    return [SimpleNamespace(spec=spec) for spec in specs]


def test_a_problem_is_called_by_what_sets_it_apart():
    assert tried._names(runs(Adding(steps=30), Adding(steps=50))) == ["Pasos 30", "Pasos 50"]
    course = LanguageModel(text="course-es")
    english, end = replace(course, text="course-en"), replace(course, hold_out_part="first")
    assert tried._names(runs(course, english)) == ["Del curso, en español", "Del curso, en inglés"]
    assert tried._names(runs(course, english, end))[2].startswith("Del curso, en español · ")


def test_the_text_of_a_strong_model_is_not_the_visitor_s():
    own = SimpleNamespace(spec=LanguageModel(text="a" * 64))
    assert tried._names([own, shipped.open("quijote")])[1].startswith("El texto de la red «Quijote»")


def test_problems_that_are_called_alike_are_counted():
    texts = [LanguageModel(text=letter * 64) for letter in "ab"]
    assert tried._names(runs(*texts)) == ["El tuyo (1)", "El tuyo (2)"]


def test_one_epoch_is_one():
    assert my_runs.name(Adding(cell="gru", units=8, epochs=1)) == "GRU · 8 unidades · 1 época"
    assert my_runs.name(Adding(cell="gru", units=8, epochs=2)) == "GRU · 8 unidades · 2 épocas"
