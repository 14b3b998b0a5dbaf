"""Shipped models: written once, read like any run."""

import numpy as np
import pytest

from rrn import jobs, shipped
from rrn.events import Began, Captured, Ended, Kept, Measured, Wrote
from rrn.spec import Refused
from rrn.tasks.language_model import LanguageModel

SPEC = LanguageModel(text="course-es", units=16, seed=3)
TOLD = [
    Kept("alphabet", b'"abc"'),
    Began("CPU", "tensorflow", 2, 1234),
    Measured(1, {"bits": 2.5}),
    Captured(1, "gate", ("time",), np.arange(3, dtype=np.float32)),
    Wrote(1, "la ribera"),
    Ended("done", "", 1.0, 9.0),
]
WEIGHTS = {"out/kernel": np.linspace(-2, 2, 12).reshape(3, 4).astype(np.float32)}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def test_what_is_written_is_read(folder):
    assert shipped.write("ribera", SPEC, TOLD, WEIGHTS, {"alphabet": b'"abc"'}) == folder / "ribera"
    assert shipped.names() == ("ribera",)
    model = shipped.open("ribera")
    assert (model.id, model.spec, model.state, model.alive, model.created) == ("ribera", SPEC, "done", False, None)
    assert [type(e) for e in model.events()] == [type(e) for e in TOLD]
    assert model.events(after=4) == TOLD[4:] and model.device == "CPU"
    assert model.kept("alphabet") == b'"abc"' and model.weights_saved
    found = model.weights()["out/kernel"]
    assert found.dtype == np.float32 and np.abs(found - WEIGHTS["out/kernel"]).max() < 1e-3


def test_whoever_may_read_the_folder_may_read_every_file(folder):
    place = shipped.write("ribera", SPEC, TOLD, WEIGHTS, {"alphabet": b"1"})
    plain = folder / "plain"
    plain.write_bytes(b"")
    assert {file.stat().st_mode for file in place.rglob("*") if file.is_file()} == {plain.stat().st_mode}


def test_half_precision_halves_the_file(folder):
    big = {"out/kernel": np.ones((100, 100), np.float32)}
    half, whole = (shipped.write(f"m{h:d}", SPEC, [], big, {}, half=h) / "weights.safetensors" for h in (True, False))
    assert half.stat().st_size < 0.55 * whole.stat().st_size
    assert np.array_equal(shipped.open("m0").weights()["out/kernel"], big["out/kernel"])


def test_a_model_written_again_is_read_again():
    shipped.write("ribera", SPEC, TOLD, WEIGHTS, {"alphabet": b"1"})
    assert len(shipped.open("ribera").events()) == len(TOLD)
    shipped.write("ribera", SPEC, TOLD[:2], WEIGHTS, {})
    assert len(shipped.open("ribera").events()) == 2
    with pytest.raises(KeyError):
        shipped.open("ribera").kept("alphabet")


def test_reads_like_a_run_and_belongs_to_nobody():
    shipped.write("ribera", SPEC, TOLD, WEIGHTS, {})
    model = jobs.find("ribera")
    row = set(dir(jobs.Run)) | {"id", "parent", "device", "created"}
    assert {name for name in row if not name.startswith("_")} <= set(dir(model))
    assert not model.owned_by("local") and model.place is None and model.why == ""
    with pytest.raises(Refused):
        model.stop("local")


@pytest.mark.parametrize("name", ["unknown", "..", "../ribera", "", "kept/../ribera", None])
def test_a_name_is_looked_up_never_followed(name):
    shipped.write("ribera", SPEC, TOLD, WEIGHTS, {})
    with pytest.raises(Refused) as why:
        shipped.open(name)
    assert why.value.code == "unknown_run"
    with pytest.raises(KeyError):
        shipped.open("ribera").kept("../spec.json")


def test_a_name_with_a_path_in_it_is_not_written():
    with pytest.raises(Refused):
        shipped.write("../x", SPEC, [], {}, {})
