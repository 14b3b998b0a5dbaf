"""The simple RNN: h = tanh(x·Wx + h·Wh + b), the whole state fed back through one matrix.

Source: Elman 1990.
"""

import numpy as np

from rrn.scratch.activations import ACTIVATIONS
from rrn.scratch.surgery import NONE, Surgery, audible
from rrn.scratch.trace import Back, State, Trace, Weights, over_time, project, project_back, public, still


def forward(
    x: np.ndarray,
    weights: Weights,
    start: State | None = None,
    *,
    activation: str = "tanh",
    surgery: Surgery = NONE,
) -> Trace:
    """Read a sequence; keeps h and z, the sum before the activation.

    Args:
        x: (batch, time, features), or (batch, time) symbols.
        weights: Wx (features, units), Wh (units, units), b (units,).
        start: (h,) before the first step; zeros without it.
    """
    z = project(x, weights["Wx"], weights["b"])
    steps, batch, units = z.shape
    Wh, f = weights["Wh"], ACTIVATIONS[activation].of
    start = start or still(batch, units, z.dtype)
    heard = audible(surgery, units, z.dtype)
    hs = np.empty_like(z)
    (h,) = start
    for t in range(steps):
        z[t] += h @ Wh
        h = f(z[t])
        if heard is not None:
            h = h * heard
        hs[t] = h
    return Trace(weights, surgery, x, start, (h,), public({"h": hs, "z": z}))


def backward(trace: Trace, dh: np.ndarray, *, activation: str = "tanh") -> Back:
    """Back through time.

    Args:
        dh: (batch, time, units) the gradient that reaches every h from outside.
    """
    Wh = trace.weights["Wh"]
    hs, z = (np.swapaxes(trace.kept[name], 0, 1) for name in ("h", "z"))
    outside = np.swapaxes(dh, 0, 1)
    slope = ACTIVATIONS[activation].slope(z)
    heard = audible(trace.surgery, z.shape[-1], z.dtype)
    if heard is not None:
        slope = slope * heard
    dhs, dz = np.empty_like(z), np.empty_like(z)
    later = np.zeros_like(z[0])
    for t in reversed(range(len(z))):
        dhs[t] = outside[t] + later
        dz[t] = dhs[t] * slope[t]
        later = dz[t] @ Wh.T
        if t in trace.surgery.cut:
            later = np.zeros_like(later)
    before = np.concatenate([trace.start[0][None], hs[:-1]])
    dWx, dx = project_back(trace.x, dz, trace.weights["Wx"])
    gradients = {"Wx": dWx, "Wh": over_time(before, dz), "b": dz.sum(axis=(0, 1))}
    return Back(gradients, dx, (later,), public({"h": dhs, "z": dz}))
