"""The GRU: an update gate that mixes old state and candidate, a reset gate inside the candidate.

    z, r = σ(x·Wx + h·Wh + b)
    g = tanh(x·Wx + r·(h·Wh + b′) + b)     reset after the product: Keras' default, two bias vectors
    g = tanh(x·Wx + (r·h)·Wh + b)          reset before it: as published, one bias vector
    h = z·h + (1 − z)·g                    z keeps: Cho et al. 2014, and Keras
    h = (1 − z)·h + z·g                    z updates: Chung et al. 2014

Which product it is says the shape of b; which reading of z, the keyword `z_keeps`.
Source: Cho et al. 2014; Chung et al. 2014.
"""

import numpy as np

from rrn.scratch.activations import sigmoid
from rrn.scratch.surgery import NONE, Surgery, audible, forced, free, override
from rrn.scratch.trace import Back, State, Trace, Weights, over_time, project, project_back, public, still

GATES = ("z", "r", "g")  # the order of the columns, as in Keras


def reset_after(weights: Weights) -> bool:
    """Whether the reset gate works on the product: then b is (2, 3·units), else (3·units,)."""
    return weights["b"].ndim == 2


def forward(
    x: np.ndarray, weights: Weights, start: State | None = None, *, z_keeps: bool = True, surgery: Surgery = NONE
) -> Trace:
    """Read a sequence; keeps h, the gates z, r, g, and "inner", what the reset gate multiplies.

    Args:
        x: (batch, time, features), or (batch, time) symbols.
        weights: Wx (features, 3·units), Wh (units, 3·units), b (2, 3·units) or (3·units,).
        start: (h,) before the first step; zeros without it.
    """
    after, Wh = reset_after(weights), weights["Wh"]
    b, inside = weights["b"] if after else (weights["b"], 0)
    a = project(x, weights["Wx"], b)
    steps, batch, n = a.shape[0], a.shape[1], a.shape[2] // 3
    start = start or still(batch, n, a.dtype)
    heard = audible(surgery, n, a.dtype)
    fz, fr, fg = (forced(surgery, gate, steps, n) for gate in GATES)
    kept = {name: np.empty((steps, batch, n), a.dtype) for name in ("h", *GATES, "inner")}
    (h,) = start
    for t in range(steps):
        fed = h @ Wh + inside if after else h @ Wh[:, : 2 * n]
        s = sigmoid(a[t, :, : 2 * n] + fed[:, : 2 * n])
        z, r = override(s[:, :n], fz, t), override(s[:, n:], fr, t)
        inner = fed[:, 2 * n :] if after else h
        g = np.tanh(a[t, :, 2 * n :] + (r * inner if after else (r * h) @ Wh[:, 2 * n :]))
        g = override(g, fg, t)
        h = z * h + (1 - z) * g if z_keeps else (1 - z) * h + z * g
        if heard is not None:
            h = h * heard
        for name, value in zip(("h", *GATES, "inner"), (h, z, r, g, inner), strict=True):
            kept[name][t] = value
    return Trace(weights, surgery, x, start, (h,), public(kept))


def backward(trace: Trace, dh: np.ndarray, *, z_keeps: bool = True) -> Back:
    """Back through time.

    Args:
        dh: (batch, time, units) the gradient that reaches every h from outside.
    """
    weights, surgery, after = trace.weights, trace.surgery, reset_after(trace.weights)
    hs, z, r, g, inner = (np.swapaxes(trace.kept[name], 0, 1) for name in ("h", *GATES, "inner"))
    outside = np.swapaxes(dh, 0, 1)
    steps, batch, n = hs.shape
    Wh = weights["Wh"]
    heard = audible(surgery, n, hs.dtype)
    closed = [forced(surgery, gate, steps, n) for gate in GATES]
    before = np.concatenate([trace.start[0][None], hs[:-1]])
    keep = z if z_keeps else 1 - z
    slope_z = (before - g if z_keeps else g - before) * z * (1 - z)
    slope_g, slope_r = (1 - keep) * (1 - g * g), r * (1 - r)
    dhs = np.empty_like(hs)
    da = np.empty((steps, batch, 3 * n), hs.dtype)  # on the sums before the activations
    dfed = np.empty_like(da)  # on what Wh made of the state
    later = np.zeros_like(hs[0])
    for t in reversed(range(steps)):
        dhs[t] = outside[t] + later
        reaches = dhs[t] if heard is None else dhs[t] * heard
        dz, dg = free(reaches * slope_z[t], closed[0], t), free(reaches * slope_g[t], closed[2], t)
        dinner = dg * r[t] if after else (dg @ Wh[:, 2 * n :].T) * r[t]
        dr = (dg if after else dg @ Wh[:, 2 * n :].T) * inner[t] * slope_r[t]
        dr = free(dr, closed[1], t)
        da[t] = np.concatenate([dz, dr, dg], axis=1)
        later = reaches * keep[t]
        if after:
            dfed[t] = np.concatenate([dz, dr, dinner], axis=1)
            later = later + dfed[t] @ Wh.T
        else:
            later = later + da[t, :, : 2 * n] @ Wh[:, : 2 * n].T + dinner
        if t in surgery.cut:
            later = np.zeros_like(later)
    dWx, dx = project_back(trace.x, da, weights["Wx"])
    db = da.sum(axis=(0, 1))
    if after:
        gradients = {"Wx": dWx, "Wh": over_time(before, dfed), "b": np.stack([db, dfed.sum(axis=(0, 1))])}
    else:
        gates, candidate = over_time(before, da[:, :, : 2 * n]), over_time(r * before, da[:, :, 2 * n :])
        gradients = {"Wx": dWx, "Wh": np.concatenate([gates, candidate], axis=1), "b": db}
    parts = dict(zip(GATES, np.split(da, 3, axis=-1), strict=True))
    return Back(gradients, dx, (later,), public({"h": dhs} | parts))
