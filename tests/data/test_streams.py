import numpy as np
import pytest

from rrn.data.streams import windows

CASES = [(100, 4, 5, 0), (103, 4, 5, 0), (103, 4, 5, 77), (1000, 7, 8, 999), (20, 4, 5, 3), (7, 4, 8, 2), (2, 3, 5, 1)]


@pytest.mark.parametrize(("size", "streams", "length", "start"), CASES)
def test_each_stream_reads_every_character_in_order(size, streams, length, start):
    x, _ = windows(np.arange(size), streams, length, start)
    read = x.transpose(1, 0, 2).reshape(streams, -1)
    assert ((read[:, 1:] - read[:, :-1]) % size == 1 % size).all()


@pytest.mark.parametrize(("size", "streams", "length", "start"), CASES)
def test_what_is_wanted_is_one_character_further_on(size, streams, length, start):
    x, y = windows(np.arange(size), streams, length, start)
    assert x.shape == y.shape == (max(1, size // (streams * length)), streams, length)
    np.testing.assert_array_equal(y, (x + 1) % size)
    np.testing.assert_array_equal(x[:, :, 1:], y[:, :, :-1])
    np.testing.assert_array_equal(x[1:, :, 0], y[:-1, :, -1])


@pytest.mark.parametrize(("size", "streams", "length", "start"), CASES)
def test_the_first_stream_begins_where_it_is_told(size, streams, length, start):
    x, _ = windows(np.arange(size), streams, length, start)
    assert x[0, 0, 0] == start % size


def test_no_character_is_read_twice_where_the_text_is_long_enough():
    for size in (100, 101, 119, 120):
        x, _ = windows(np.arange(size), 4, 5)
        assert len(np.unique(x)) == x.size


def test_every_character_is_read_where_the_text_fits():
    x, _ = windows(np.arange(120), 4, 5, 11)
    assert sorted(x.ravel()) == list(range(120))
