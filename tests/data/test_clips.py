"""Clips as bytes come out as they went in, and bytes that lie are refused."""

import json

import numpy as np
import pytest

from rrn.data.clips import LOUDEST, packed, unpacked


def clips():
    rng = np.random.default_rng(0)
    return [rng.uniform(-1, 1, n).astype(np.float32) for n in (100, 1, 0, 8000, 0)]


def test_clips_come_back_as_they_were():
    found = unpacked(packed(clips()))
    assert [len(one) for one in found] == [100, 1, 0, 8000, 0]
    for one, other in zip(found, clips(), strict=True):
        assert one.dtype == np.float32
        np.testing.assert_allclose(one, other, atol=0.51 / LOUDEST)


@pytest.mark.parametrize("some", [[], [np.zeros(0, np.float32)], [np.zeros(5, np.float32)]], ids=["none", "empty", "0"])
def test_nothing_comes_back_as_nothing(some):
    found = unpacked(packed(some))
    assert [one.tolist() for one in found] == [one.tolist() for one in some]


def test_a_clip_that_is_too_loud_is_made_softer_as_a_whole():
    loud = np.array([2.0, -1.0, 0.5], np.float32)
    soft, same = unpacked(packed([loud, loud / 4]))
    np.testing.assert_allclose(soft, loud / 2, atol=1e-4)
    np.testing.assert_allclose(same, loud / 4, atol=1e-4)


def test_packed_again_it_is_the_same_bytes():
    data = packed(clips())
    assert packed(unpacked(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"no line",
        b"3\n" + bytes(6),
        b"{}\n",
        b"[3]\n",
        b"[3]\n" + bytes(5),
        b"[3]\n" + bytes(7),
        b"[3]\n" + bytes(8),
        b"[3, -1]\n" + bytes(4),
        b"[true, 2]\n" + bytes(6),
        b"[1.5, 1.5]\n" + bytes(6),
        b'["3"]\n' + bytes(6),
        b"[[3]]\n" + bytes(6),
        b"[NaN]\n",
        b"\xff\xfe[3]\n" + bytes(6),
        b"[" * 100_000 + b"\n",
        b"[" + b"9" * 5000 + b"]\n",
        json.dumps([10**30]).encode() + b"\n",
    ],
    ids=lambda data: repr(data[:12]),
)
def test_a_line_that_does_not_tell_what_is_there_is_refused(data):
    with pytest.raises(ValueError):
        unpacked(data)
