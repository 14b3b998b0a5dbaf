"""How fast the cells by hand are, side by side with a loop that works gate by gate and step by step.

    python benchmarks/scratch.py

One LSTM of 100 units reads 25 one-hot symbols of 65 and learns from them, batch 1, one thread; then a slider's time:
50 steps, 32 units, forward and backward. Medians of runs that take turns.
"""

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # before NumPy is imported

import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from rrn.scratch import gru, losses, lstm, optimizers, simple
from rrn.scratch.activations import sigmoid, softmax

SYMBOLS, UNITS, STEPS, RATE = 65, 100, 25, 0.1
ROUNDS, TURNS = 40, 7


def weights(rng, wide, symbols=SYMBOLS, units=UNITS):
    drawn = {"Wx": rng.normal(0, 0.1, (symbols, wide * units)), "Wh": rng.normal(0, 0.1, (units, wide * units))}
    return drawn | {"b": np.zeros((2, wide * units) if wide == 3 else wide * units)}


def ours(cell, wide):
    """One update per call: forward, loss, backward, plain gradient descent."""
    rng = np.random.default_rng(0)
    state = {"cell": weights(rng, wide), "W": rng.normal(0, 0.1, (UNITS, SYMBOLS)), "b": np.zeros(SYMBOLS)}

    def update(symbols, wanted):
        trace = cell.forward(symbols[None], state["cell"])
        h = trace.kept["h"]
        _, dlogits = losses.cross_entropy(h @ state["W"] + state["b"], wanted[None])
        back = cell.backward(trace, dlogits @ state["W"].T)
        state["cell"] = optimizers.sgd(state["cell"], back.weights, RATE)
        state["W"] = state["W"] - RATE * h[0].T @ dlogits[0]
        state["b"] = state["b"] - RATE * dlogits[0].sum(axis=0)

    return update


def plain():
    """The same LSTM as it is often written first: a matrix per gate, a column per symbol, a sum per step."""
    rng = np.random.default_rng(0)
    W = {name: rng.normal(0, 0.1, (UNITS, n)) for g in "ifgo" for name, n in ((f"x{g}", SYMBOLS), (f"h{g}", UNITS))}
    W |= {f"b{g}": np.zeros((UNITS, 1)) for g in "ifgo"} | {"y": rng.normal(0, 0.1, (SYMBOLS, UNITS))}
    W["by"] = np.zeros((SYMBOLS, 1))

    def update(symbols, wanted):
        x, h, c, a, p = {}, {-1: np.zeros((UNITS, 1))}, {-1: np.zeros((UNITS, 1))}, {}, {}
        for t, symbol in enumerate(symbols):
            x[t] = np.zeros((SYMBOLS, 1))
            x[t][symbol] = 1
            a[t] = {}
            for g in "ifgo":
                z = W[f"x{g}"] @ x[t] + W[f"h{g}"] @ h[t - 1] + W[f"b{g}"]
                a[t][g] = np.tanh(z) if g == "g" else sigmoid(z)
            c[t] = a[t]["f"] * c[t - 1] + a[t]["i"] * a[t]["g"]
            h[t] = a[t]["o"] * np.tanh(c[t])
            p[t] = softmax((W["y"] @ h[t] + W["by"]).T).T
        d = {name: np.zeros_like(value) for name, value in W.items()}
        dh_next, dc_next = np.zeros((UNITS, 1)), np.zeros((UNITS, 1))
        for t in reversed(range(len(symbols))):
            dy = p[t].copy()
            dy[wanted[t]] -= 1
            d["y"] += dy @ h[t].T
            d["by"] += dy
            dh = W["y"].T @ dy + dh_next
            dc = dh * a[t]["o"] * (1 - np.tanh(c[t]) ** 2) + dc_next
            on = {"o": dh * np.tanh(c[t]), "i": dc * a[t]["g"], "g": dc * a[t]["i"], "f": dc * c[t - 1]}
            dh_next = np.zeros((UNITS, 1))
            for g in "ifgo":
                dz = on[g] * (1 - a[t][g] ** 2 if g == "g" else a[t][g] * (1 - a[t][g]))
                d[f"x{g}"] += dz @ x[t].T
                d[f"h{g}"] += dz @ h[t - 1].T
                d[f"b{g}"] += dz
                dh_next += W[f"h{g}"].T @ dz
            dc_next = dc * a[t]["f"]
        for name in W:
            W[name] -= RATE / len(symbols) * d[name]

    return update


def speed(update) -> float:
    """Characters per second."""
    rng = np.random.default_rng(1)
    text = rng.integers(0, SYMBOLS, STEPS + 1)
    began = time.perf_counter()
    for _ in range(ROUNDS):
        update(text[:-1], text[1:])
    return ROUNDS * STEPS / (time.perf_counter() - began)


def slider(cell, wide) -> float:
    """Milliseconds for 50 steps of 32 units, forward and backward."""
    rng = np.random.default_rng(2)
    drawn, x, pull = weights(rng, wide, 8, 32), rng.normal(size=(1, 50, 8)), rng.normal(size=(1, 50, 32))
    began = time.perf_counter()
    cell.backward(cell.forward(x, drawn), pull)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    rivals = {"gate by gate": plain(), "LSTM": ours(lstm, 4), "GRU": ours(gru, 3), "simple RNN": ours(simple, 1)}
    for update in rivals.values():
        speed(update)
    found = {name: [] for name in rivals}
    for _ in range(TURNS):
        for name, update in rivals.items():
            found[name].append(speed(update))
    base = statistics.median(found["gate by gate"])
    for name, speeds in found.items():
        print(f"{name:14} {statistics.median(speeds):8.0f} characters/s  {statistics.median(speeds) / base:5.1f}×")
    for name, cell, wide in (("LSTM", lstm, 4), ("GRU", gru, 3), ("simple RNN", simple, 1)):
        print(f"{name:14} {statistics.median(slider(cell, wide) for _ in range(30)):8.1f} ms for 50 steps of 32 units")


if __name__ == "__main__":
    main()
