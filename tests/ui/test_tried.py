"""Choosing among what was trained: how the problems are called that runs are no rivals in."""

import pytest

from rrn import i18n, shipped
from rrn.ui import models, my_runs, tried


@pytest.fixture(autouse=True)
def spanish(monkeypatch):
    for module in (models, my_runs, tried):
        monkeypatch.setattr(module, "t", i18n.words("es"))
    monkeypatch.setattr(models, "known", lambda key, default: default)


def test_a_problem_is_called_by_what_sets_it_apart():
    run = shipped.open("adding")
    assert tried._called(run, ["steps"]) == f"Pasos {run.spec.steps}"
    assert tried._called(run, ["steps", "units"]) == f"Pasos {run.spec.steps} · Unidades {run.spec.units}"


def test_the_text_of_a_strong_model_is_not_the_visitor_s():
    assert tried._called(shipped.open("quijote"), ["text"]) == "El de la red «Quijote»"
    assert tried._called(shipped.open("language_model-es"), ["text"]).startswith("Del curso")
