"""An event goes through one line of JSON and comes back the same."""

import math
from dataclasses import fields

import numpy as np
import pytest

from rrn.events import KINDS, Began, Captured, Ended, Kept, Listed, Measured, Wrote, from_bytes, to_bytes

ARRAYS = [
    np.arange(6, dtype=np.float32).reshape(2, 3),
    np.arange(6, dtype=">i2").reshape(3, 2).T,
    np.zeros((0, 4), np.int32),
    np.array(2.5),
    np.array([True, False]),
    np.array([np.nan, np.inf, -0.0], np.float16),
]
EVENTS = [
    Began("CPU", "tensorflow", 2, 98_000),
    Measured(0.5, {"loss": 1.25, "bits": 2.0}),
    Measured(np.float64(1), {"loss": np.float32(0.5)}),
    Measured(3),
    Listed(2, "read", ("▁la", "⊣")),
    Wrote(2, "¿Qué?\n\u2028\x85\x1c\r\0 🙂"),
    Kept("alphabet", bytes(range(256))),
    Ended("done", "", 1.5, 20.0),
    Ended("failed", "not_a_number"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_equal(event):
    assert from_bytes(to_bytes(event)) == event


@pytest.mark.parametrize("values", ARRAYS, ids=lambda values: f"{values.dtype}{values.shape}")
def test_an_array_comes_back_with_its_type_and_shape(values):
    event = from_bytes(to_bytes(Captured(1.5, "gates", ("time", "unit"), values)))
    assert (event.step, event.name, event.axes) == (1.5, "gates", ("time", "unit"))
    assert (event.values.dtype, event.values.shape) == (values.dtype, values.shape)
    np.testing.assert_array_equal(event.values, values)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_one_line(event):
    line = to_bytes(event)
    assert line.splitlines() == [line]
    line.decode()


def test_what_is_no_number_comes_back_as_nan():
    values = from_bytes(to_bytes(Measured(1, {"a": math.nan, "b": math.inf, "c": 2.0}))).values
    assert math.isnan(values["a"]) and math.isnan(values["b"]) and values["c"] == 2.0


def test_every_kind_is_tried_here():
    assert {type(event) for event in EVENTS} | {Captured} == set(KINDS.values())


def test_numbers_out_of_numpy_may_stand_anywhere():
    assert from_bytes(to_bytes(Wrote(np.float32(0.5), "a"))).step == 0.5
    assert from_bytes(to_bytes(Began("CPU", "tensorflow", 1, np.int64(7)))).parameters == 7


def test_an_unknown_kind_is_loud():
    assert {f.name for f in fields(Wrote)} == {"step", "text"}
    with pytest.raises(KeyError):
        from_bytes(b'{"event":"Sang","step":1}')
