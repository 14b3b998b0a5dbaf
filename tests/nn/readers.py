"""Networks that read texts, with weights drawn at random: no Keras, and nothing is trained."""

import numpy as np

from tests.xray.formulas import GATES, STEP, gates_of


def drawn(rows: int, cell: str = "gru", layers: int = 1, units: int = 6, width: int = 5, seed: int = 0):
    """Weights by LAYER/WEIGHT over a table of so many rows."""
    rng, sizes = np.random.default_rng(seed), {"embed/embeddings": (rows, width)}
    for n in range(1, layers + 1):
        wide = GATES[cell] * units
        sizes[f"cell_{n}/kernel"] = (width if n == 1 else units, wide)
        sizes[f"cell_{n}/recurrent_kernel"] = (units, wide)
        sizes[f"cell_{n}/bias"] = (2, wide) if cell == "gru" else (wide,)
    sizes |= {"out/kernel": (units, 2), "out/bias": (2,)}
    return {name: rng.normal(0, 0.6, size) for name, size in sizes.items()}


def log_odds(weights, cell, x):
    """(steps,) after every word, by the formulas of the cells, of (steps, width) vectors."""
    layer = 1
    while f"cell_{layer}/kernel" in weights:
        gates = gates_of(weights, f"cell_{layer}", cell)
        h = c = np.zeros(weights[f"cell_{layer}/recurrent_kernel"].shape[0])
        found = []
        for now in x:
            made = STEP[cell](gates, now, h, c)
            h, c = made["h"], made.get("c")
            found.append(h)
        x, layer = np.array(found), layer + 1
    said = x @ weights["out/kernel"] + weights["out/bias"]
    return said[:, 1] - said[:, 0]


def vector(weights, numbers):
    """Of one word, looked up by these numbers."""
    return weights["embed/embeddings"][list(numbers)].sum(axis=0) / np.sqrt(len(numbers))
