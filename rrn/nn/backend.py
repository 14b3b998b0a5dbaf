"""What Keras cannot say for every backend: recurrent loops with a gradient of their own.

Going back through T steps, automatic differentiation makes T small weight gradients and adds them up. Written by hand,
the backward loop carries only dh and dc; the weight gradient is one matrix product over all
steps, after the loop. Under JAX the stock loops of Keras are used.
"""

import os

import keras

from rrn.spec import Refused

FUSED = keras.backend.backend() == "tensorflow"

if FUSED:
    import tensorflow as tf


def name() -> str:
    return keras.backend.backend()


def devices() -> list[str]:
    """What a run may ask for: "CPU", and "GPU:0", "GPU:1" … where there are any. Runs no operation."""
    if not FUSED:
        import jax

        return ["CPU", *(f"GPU:{d.id}" for d in jax.devices() if d.platform == "gpu")]
    return ["CPU", *(f"GPU:{n}" for n, _ in enumerate(tf.config.list_physical_devices("GPU")))]


def use(device: str, threads: int) -> str:
    """Bind this process to a device before its first operation; say which it is.

    Args:
        device: "auto" (the first GPU, else the CPU), "CPU" or "GPU:n".
        threads: how many the CPU may use; the number changes the order of additions, hence the last digits.
    """
    known = devices()
    if device == "auto":
        device = known[1] if len(known) > 1 else "CPU"
    if device not in known:
        raise Refused("no_device", device=device, known=", ".join(known))
    if FUSED:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        gpus = tf.config.list_physical_devices("GPU")
        tf.config.set_visible_devices([] if device == "CPU" else [gpus[int(device[4:])]], "GPU")
        if os.environ.get("RRN_BFLOAT16") == "1":  # worth it in large layers, where the processor has units for it
            tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})
    return device


def _loop(steps, body, state, buffers, *, backward=False):
    """Run `body(t, state, write)` for every t in a while-loop that writes into time-major buffers."""
    arrays = tuple(tf.TensorArray(tf.float32, size=steps, element_shape=shape) for shape in buffers)

    def one(t, state, arrays):
        state, written = body(steps - 1 - t if backward else t, state)
        at = steps - 1 - t if backward else t
        return t + 1, state, tuple(a.write(at, w) for a, w in zip(arrays, written, strict=True))

    _, state, arrays = tf.while_loop(
        lambda t, *_: t < steps, one, (tf.constant(0), state, arrays), parallel_iterations=1, maximum_iterations=steps
    )
    return state, tuple(a.stack() for a in arrays)


def _weight_gradient(before, dz):
    """(steps, batch, units) states and (steps, batch, wide) gradients to (units, wide): one product over all steps."""
    return tf.tensordot(before, dz, [[0, 1], [0, 1]])


def _kept(keep, new, old):
    """The new state, or the old one at a step that is padding."""
    return new if keep is None else tf.where(keep, new, old)


def _split_gradient(keep, d):
    """What of a state's gradient goes into the step, and what passes it by because the step is padding."""
    if keep is None:
        return d, 0.0
    return tf.where(keep, d, 0.0), tf.where(keep, 0.0, d)


def lstm(z, h0, c0, recurrent, keep=None):
    """An LSTM layer over a whole sequence, from input projections that already hold the bias.

    Args:
        z: (steps, batch, 4 * units), in the gate order of Keras: input, forget, candidate, output.
        h0, c0: (batch, units) the state before the first step.
        recurrent: (units, 4 * units).
        keep: (steps, batch, 1) False where a step is padding: the state passes it unchanged. None: nothing is.

    Returns:
        h: (steps, batch, units), and the last c: (batch, units).
    """
    steps, batch, units = z.shape[0], z.shape[1], recurrent.shape[0]

    @tf.custom_gradient
    def layer(z, h0, c0, recurrent):
        def forward(t, state):
            h, c = state
            i, f, g, o = tf.split(z[t] + h @ recurrent, 4, axis=-1)
            i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
            here = None if keep is None else keep[t]
            c_new = f * c + i * g
            h_new = o * tf.tanh(c_new)
            h, c = _kept(here, h_new, h), _kept(here, c_new, c)
            return (h, c), (h, c, tf.concat([i, f, g, o], axis=-1))

        one = (batch, units)
        (_, c_last), (hs, cs, gates) = _loop(steps, forward, (h0, c0), (one, one, (batch, 4 * units)))

        def gradient(dhs, dc_last):
            c_before = tf.concat([c0[None], cs[:-1]], axis=0)
            back = tf.transpose(recurrent)

            def backward(t, state):
                dh, dc = state
                i, f, g, o = tf.split(gates[t], 4, axis=-1)
                here = None if keep is None else keep[t]
                bent = tf.tanh(cs[t])  # of a step that is padding, where nothing of it is used, another c
                dh, dh_by = _split_gradient(here, dh + dhs[t])
                dc, dc_by = _split_gradient(here, dc)
                dc = dc + dh * (o * (1 - bent * bent))
                dz = [dc * g * (i * (1 - i)), dc * c_before[t] * (f * (1 - f)), dc * i * (1 - g * g)]
                dz = tf.concat([*dz, dh * bent * (o * (1 - o))], axis=-1)
                return (dz @ back + dh_by, dc * f + dc_by), (dz,)

            start = (tf.zeros_like(h0), dc_last)
            (dh0, dc0), (dz,) = _loop(steps, backward, start, ((batch, 4 * units),), backward=True)
            h_before = tf.concat([h0[None], hs[:-1]], axis=0)
            return dz, dh0, dc0, _weight_gradient(h_before, dz)

        return (hs, c_last), gradient

    return layer(z, h0, c0, tf.convert_to_tensor(recurrent))


def gru(z, h0, recurrent, bias, keep=None):
    """A GRU layer (reset after the product, as Keras does by default) over a whole sequence.

    Args:
        z: (steps, batch, 3 * units) input projections with the input bias: update, reset, candidate.
        h0: (batch, units).
        recurrent: (units, 3 * units).
        bias: (3 * units,) the recurrent bias.
        keep: as for `lstm`.

    Returns:
        h: (steps, batch, units).
    """
    steps, batch, units = z.shape[0], z.shape[1], recurrent.shape[0]

    @tf.custom_gradient
    def layer(z, h0, recurrent, bias):
        def forward(t, state):
            (h,) = state
            inner = h @ recurrent + bias
            zx, rx, gx = tf.split(z[t], 3, axis=-1)
            zh, rh, gh = tf.split(inner, 3, axis=-1)
            u, r = tf.sigmoid(zx + zh), tf.sigmoid(rx + rh)
            g = tf.tanh(gx + r * gh)
            new = _kept(None if keep is None else keep[t], u * h + (1 - u) * g, h)
            return (new,), (new, tf.concat([u, r, g, gh], axis=-1))

        _, (hs, kept) = _loop(steps, forward, (h0,), ((batch, units), (batch, 4 * units)))

        def gradient(dhs):
            h_before = tf.concat([h0[None], hs[:-1]], axis=0)
            back = tf.transpose(recurrent)

            def backward(t, state):
                u, r, g, gh = tf.split(kept[t], 4, axis=-1)
                dh, dh_by = _split_gradient(None if keep is None else keep[t], state[0] + dhs[t])
                dg = dh * (1 - u) * (1 - g * g)
                du = dh * (h_before[t] - g) * (u * (1 - u))
                dr = dg * gh * (r * (1 - r))
                d_inner = tf.concat([du, dr, dg * r], axis=-1)  # of h @ recurrent + bias
                return (d_inner @ back + dh * u + dh_by,), (d_inner, tf.concat([du, dr, dg], axis=-1))

            wide = (batch, 3 * units)
            (dh0,), (d_inner, dz) = _loop(steps, backward, (tf.zeros_like(h0),), (wide, wide), backward=True)
            return dz, dh0, _weight_gradient(h_before, d_inner), tf.reduce_sum(d_inner, axis=[0, 1])

        return hs, gradient

    return layer(z, h0, tf.convert_to_tensor(recurrent), tf.convert_to_tensor(bias))


def simple(z, h0, recurrent, keep=None):
    """A simple (Elman) tanh layer over a whole sequence.

    Args:
        z: (steps, batch, units) input projections with the bias.
        h0: (batch, units).
        recurrent: (units, units).
        keep: as for `lstm`.

    Returns:
        h: (steps, batch, units).
    """
    steps, batch, units = z.shape[0], z.shape[1], recurrent.shape[0]

    @tf.custom_gradient
    def layer(z, h0, recurrent):
        def forward(t, state):
            new = _kept(None if keep is None else keep[t], tf.tanh(z[t] + state[0] @ recurrent), state[0])
            return (new,), (new,)

        _, (hs,) = _loop(steps, forward, (h0,), ((batch, units),))

        def gradient(dhs):
            slope = 1 - hs * hs
            back = tf.transpose(recurrent)

            def backward(t, state):
                dh, dh_by = _split_gradient(None if keep is None else keep[t], state[0] + dhs[t])
                dz = dh * slope[t]
                return (dz @ back + dh_by,), (dz,)

            (dh0,), (dz,) = _loop(steps, backward, (tf.zeros_like(h0),), ((batch, units),), backward=True)
            return dz, dh0, _weight_gradient(tf.concat([h0[None], hs[:-1]], axis=0), dz)

        return hs, gradient

    return layer(z, h0, tf.convert_to_tensor(recurrent))
