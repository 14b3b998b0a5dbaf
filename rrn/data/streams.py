"""A long text as a few streams side by side, so that a batch's state goes on into the next batch."""

import numpy as np


def windows(ids: np.ndarray, streams: int, length: int, start: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Cut a text into `streams` equal runs of neighbouring windows.

    The text is read as a ring, so that a short one still fills every stream.

    Args:
        ids: (characters,) at least 2.
        start: where on the ring the first stream begins.

    Returns:
        x: (windows, streams, length) what is read; window k + 1 of a stream goes on where window k ended.
        y: the same shape, one character further on.
    """
    count = max(1, len(ids) // (streams * length))
    begin = start + np.arange(streams) * (len(ids) / streams)
    at = np.floor(begin).astype(np.int64)[None, :, None] + np.arange(count * length).reshape(count, 1, length)
    return ids[at % len(ids)], ids[(at + 1) % len(ids)]
