"""Translators that nobody trained, named as a run names its weights."""

import numpy as np

UNITS, EMBEDDING, SOURCE, TARGET = 4, 3, 9, 8
WIDE = {"rnn": 1, "gru": 3, "lstm": 4}
SCORES = ("none", "dot", "general", "additive")
READINGS = ("forward", "backward", "both")


def drawn(cell="gru", layers=1, reading="both", score="general", seed=0, units=UNITS) -> dict[str, np.ndarray]:
    """Weights of `rrn.nn.seq2seq` with these settings."""
    rng = np.random.default_rng(seed)
    wide = units if score == "none" else 2 * units
    found = {"embed/embeddings": rng.normal(size=(SOURCE, EMBEDDING))}
    ways = {"forward": ("",), "backward": ("_back",), "both": ("", "_back")}[reading]
    for n in range(1, layers + 1):
        for way in ways:
            _layer(found, f"cell_{n}{way}", cell, EMBEDDING if n == 1 else units, units, rng)
        _layer(found, f"decoder_{n}", cell, EMBEDDING if n == 1 else wide, units, rng)
    shapes = {
        "none": {},
        "dot": {},
        "general": {"kernel": (units, units)},
        "additive": {"query": (units, units), "memory": (units, units), "combine": (units,)},
    }
    found |= {f"attention/{name}": rng.normal(size=shape) for name, shape in shapes[score].items()}
    found |= {"combine/kernel": rng.normal(size=(wide, EMBEDDING)), "combine/bias": rng.normal(size=EMBEDDING)}
    return found | {"embed_target/embeddings": rng.normal(size=(TARGET, EMBEDDING))}


def _layer(found, name, cell, reads, units, rng):
    wide = WIDE[cell] * units
    found[f"{name}/kernel"] = rng.normal(size=(reads, wide))
    found[f"{name}/recurrent_kernel"] = rng.normal(size=(units, wide)) / 2
    found[f"{name}/bias"] = rng.normal(size=(2, wide) if cell == "gru" else wide) / 2


def sentences(batch=1, read=5, written=4, seed=1) -> tuple[np.ndarray, np.ndarray]:
    """(what is read, what is written before each step), no padding in either."""
    rng = np.random.default_rng(seed)
    given = rng.integers(4, TARGET, size=(batch, written))
    given[:, 0] = 1
    return rng.integers(4, SOURCE, size=(batch, read)), given
