"""The LSTM: a cell state c that gates write to, forget from and read out.

    i, f, o = σ(x·Wx + h·Wh + b)    g = tanh(x·Wx + h·Wh + b)
    c = f·c + i·g                   h = o·tanh(c)

The LSTM of 1997 had no forget gate: force f to 1. Source: Hochreiter & Schmidhuber 1997; forget gate, Gers et al. 2000;
peepholes, Gers & Schmidhuber 2000.
"""

import numpy as np

from rrn.scratch.activations import sigmoid
from rrn.scratch.surgery import NONE, Surgery, audible, forced, free, override
from rrn.scratch.trace import Back, State, Trace, Weights, over_time, project, project_back, public, still

GATES = ("i", "f", "g", "o")  # the order of the columns, as in Keras


def forward(x: np.ndarray, weights: Weights, start: State | None = None, *, surgery: Surgery = NONE) -> Trace:
    """Read a sequence; keeps h, c and the gates i, f, g, o.

    Args:
        x: (batch, time, features), or (batch, time) symbols.
        weights: Wx (features, 4·units), Wh (units, 4·units), b (4·units,); with peepholes also p (3, units), through
            which i and f see the c before and o the c after. Keras has no peepholes.
        start: (h, c) before the first step; zeros without it.
    """
    z = project(x, weights["Wx"], weights["b"])
    steps, batch, n = z.shape[0], z.shape[1], z.shape[2] // 4
    Wh, p = weights["Wh"], weights.get("p")
    start = start or still(batch, n, z.dtype, 2)
    heard = audible(surgery, n, z.dtype)
    fi, ff, fg, fo = (forced(surgery, gate, steps, n) for gate in GATES)
    kept = {name: np.empty((steps, batch, n), z.dtype) for name in ("h", "c", *GATES)}
    h, c = start
    for t in range(steps):
        a = z[t] + h @ Wh
        if p is not None:
            a[:, : 2 * n] += np.concatenate([c * p[0], c * p[1]], axis=1)
        s = sigmoid(a)
        i, f, o = s[:, :n], s[:, n : 2 * n], s[:, 3 * n :]
        i, f, g = override(i, fi, t), override(f, ff, t), override(np.tanh(a[:, 2 * n : 3 * n]), fg, t)
        c = f * c + i * g
        if p is not None:
            o = sigmoid(a[:, 3 * n :] + c * p[2])
        o = override(o, fo, t)
        h = o * np.tanh(c)
        if heard is not None:
            h = h * heard
        for name, value in zip(("h", "c", *GATES), (h, c, i, f, g, o), strict=True):
            kept[name][t] = value
    return Trace(weights, surgery, x, start, (h, c), public(kept))


def backward(trace: Trace, dh: np.ndarray, dc: np.ndarray | None = None) -> Back:
    """Back through time.

    Args:
        dh: (batch, time, units) the gradient that reaches every h from outside.
        dc: (batch, units) the same for the last c; none without it.
    """
    weights, surgery = trace.weights, trace.surgery
    hs, cs, i, f, g, o = (np.swapaxes(trace.kept[name], 0, 1) for name in ("h", "c", *GATES))
    outside = np.swapaxes(dh, 0, 1)
    steps, _, n = hs.shape
    p, back = weights.get("p"), weights["Wh"].T
    heard = audible(surgery, n, hs.dtype)
    closed = [forced(surgery, gate, steps, n) for gate in GATES]
    before = np.concatenate([trace.start[1][None], cs[:-1]])
    bent = np.tanh(cs)
    # What does not depend on the steps after: slopes of all gates at once.
    si, sf, sg, so = g * i * (1 - i), before * f * (1 - f), i * (1 - g * g), bent * o * (1 - o)
    through = o * (1 - bent * bent)
    dhs, dcs, dz = np.empty_like(hs), np.empty_like(cs), np.empty((*hs.shape[:2], 4 * n), hs.dtype)
    later_h = np.zeros_like(hs[0])
    later_c = np.zeros_like(cs[0]) if dc is None else dc
    for t in reversed(range(steps)):
        dhs[t] = outside[t] + later_h
        reaches = dhs[t] if heard is None else dhs[t] * heard
        do = free(reaches * so[t], closed[3], t)
        total = later_c + reaches * through[t]
        if p is not None:
            total = total + do * p[2]
        dcs[t] = total
        di, df = free(total * si[t], closed[0], t), free(total * sf[t], closed[1], t)
        dz[t] = np.concatenate([di, df, free(total * sg[t], closed[2], t), do], axis=1)
        later_h, later_c = dz[t] @ back, total * f[t]
        if p is not None:
            later_c = later_c + di * p[0] + df * p[1]
        if t in surgery.cut:
            later_h, later_c = np.zeros_like(later_h), np.zeros_like(later_c)
    h_before = np.concatenate([trace.start[0][None], hs[:-1]])
    dWx, dx = project_back(trace.x, dz, weights["Wx"])
    gradients = {"Wx": dWx, "Wh": over_time(h_before, dz), "b": dz.sum(axis=(0, 1))}
    parts = dict(zip(GATES, np.split(dz, 4, axis=-1), strict=True))
    if p is not None:
        seen = (parts["i"] * before, parts["f"] * before, parts["o"] * cs)
        gradients["p"] = np.stack([each.sum(axis=(0, 1)) for each in seen])
    return Back(gradients, dx, (later_h, later_c), public({"h": dhs, "c": dcs} | parts))
