"""What weights begin with. Shapes are (inputs, outputs)."""

import numpy as np

Shape = tuple[int, int]
DEVIATION = 0.05  # of normal weights


def zeros(shape: Shape) -> np.ndarray:
    """All units alike; where the weights around them are alike too, they get one gradient and stay alike for ever."""
    return np.zeros(shape)


def normal(rng: np.random.Generator, shape: Shape, deviation: float = DEVIATION) -> np.ndarray:
    return rng.normal(0, deviation, shape)


def glorot(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """Uniform with variance 2 / (inputs + outputs): neither signal nor gradient grows. Source: Glorot & Bengio 2010."""
    limit = np.sqrt(6 / sum(shape))
    return rng.uniform(-limit, limit, shape)


def he(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """Normal with variance 2 / inputs: makes up for the half that a ReLU cuts off. Source: He et al. 2015."""
    return rng.normal(0, np.sqrt(2 / shape[0]), shape)


def orthogonal(rng: np.random.Generator, shape: Shape, gain: float = 1.0) -> np.ndarray:
    """All singular values are `gain`: lengths are kept, however often it is applied. Source: Saxe et al. 2014."""
    q, r = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    q = q * np.sign(np.diag(r))  # else the signs would not be drawn evenly
    return gain * (q if shape[0] >= shape[1] else q.T)


def identity(units: int, gain: float = 1.0) -> np.ndarray:
    """A state that stays as it is; with ReLU, the IRNN. Source: Le et al. 2015."""
    return gain * np.eye(units)


def chrono(rng: np.random.Generator, units: int, longest: float) -> tuple[np.ndarray, np.ndarray]:
    """Biases (i, f) of an LSTM whose units forget over times spread evenly from 1 step to `longest`.

    A gate at f forgets over about 1 / (1 − f) steps; with f = σ(ln(T − 1)), that is T.
    Source: Tallec & Ollivier 2018.
    """
    f = np.log(rng.uniform(1, longest - 1, units))
    return -f, f
