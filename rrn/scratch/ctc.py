"""Connectionist temporal classification: how probable some labels are when nobody says at which step each is heard.

The labels stand in a lattice with a blank before, between and behind them: _ a _ b _ for a b, five places. A path goes
through it from step to step: it stays, goes on to the next place, or skips a blank between two different labels.

    α_t(s) = ln p_t(s) + ln(e^α_{t−1}(s) + e^α_{t−1}(s−1) + e^α_{t−1}(s−2))     all ways to s, up to step t
    β_t(s) = the same from the end: all ways on from s, after step t
    ln p(labels) = ln(e^α_T(last) + e^α_T(last − 1))
    ∂(−ln p)/∂logit = softmax(logit) − how much each symbol is in use

Symbol 0 is the blank, labels are 1 and up. `log_p` is (steps, symbols), natural logarithms, of one step at least. What
no path gives has −inf. Where shapes have dots, (..., labels), many labellings of one length are counted at once.

Source: Graves et al. 2006. Their β counts step t itself too, ours does not: α + β is then all ways through s.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from rrn.scratch.activations import softmax

BLANK = 0
Labels = Sequence[int] | np.ndarray


def extended(labels: Labels) -> np.ndarray:
    """(..., 2 labels + 1): what every place of the lattice says, blanks and labels by turns."""
    labels = np.asarray(labels, int)
    places = np.full((*labels.shape[:-1], 2 * labels.shape[-1] + 1), BLANK)
    places[..., 1::2] = labels
    return places


def fits(steps: int, labels: Labels) -> bool:
    """There are steps enough: one for each label, and one for the blank between two that are equal."""
    labels = np.asarray(labels, int)
    return steps >= len(labels) + int((labels[1:] == labels[:-1]).sum())


def forward(log_p: np.ndarray, labels: Labels) -> np.ndarray:
    """α, (steps, ..., places): the log-probability of all ways that are at a place at a step, up to that step."""
    alpha = np.empty((len(log_p), *extended(labels).shape))
    for t, row in enumerate(_rows(log_p, labels)):
        alpha[t] = row
    return alpha


def _rows(log_p, labels) -> Iterator[np.ndarray]:
    """α step by step, (..., places) each."""
    places = extended(labels)
    skips, first = _skips(places), _said(log_p[:1], places)[0]
    row = np.full(places.shape, -np.inf)
    row[..., :2] = first[..., :2]  # a path begins with the blank or with the first label
    yield row
    for said in np.asarray(log_p[1:], float):
        row = said[places] + np.logaddexp.reduce(_reached(row, skips))
        yield row


def backward(log_p: np.ndarray, labels: Labels) -> np.ndarray:
    """β, (steps, ..., places): the log-probability of all ways on from a place, after that step to the end."""
    places = extended(labels)
    said, skips = _said(log_p, places), _skips(places)
    beta = np.full(said.shape, -np.inf)
    beta[-1, ..., -2:] = 0  # a path ends with the last label or with the blank
    for t in range(len(beta) - 2, -1, -1):
        ahead = (said[t + 1] + beta[t + 1])[..., ::-1]  # from the end the lattice looks the same
        beta[t] = np.logaddexp.reduce(_reached(ahead, skips[..., ::-1]))[..., ::-1]
    return beta


def log_likelihoods(log_p: np.ndarray, many: Labels | Sequence[Labels]) -> np.ndarray:
    """(...): ln p of each of many labellings of one length, (..., labels)."""
    for row in _rows(log_p, np.asarray(many, int)):  # the last one counts: all of them would take gigabytes
        last = row
    return np.logaddexp.reduce(last[..., -2:], axis=-1)


def log_likelihood(log_p: np.ndarray, labels: Labels) -> float:
    """ln p(labels): all paths that give them, together. With the sign changed it is the loss, in nats."""
    return float(log_likelihoods(log_p, labels))


def occupancy(log_p: np.ndarray, labels: Labels) -> np.ndarray:
    """(steps, places): the probability that a path which gives the labels is at a place; 1 in all at every step.

    Zeros if no path gives them.
    """
    through = forward(log_p, labels) + backward(log_p, labels)
    whole = np.logaddexp.reduce(through[0])
    return np.zeros_like(through) if whole == -np.inf else np.exp(through - whole)


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """ln softmax along the last axis."""
    apart = logits - logits.max(axis=-1, keepdims=True)
    return apart - np.log(np.exp(apart).sum(axis=-1, keepdims=True))


def gradient(logits: np.ndarray, labels: Labels) -> np.ndarray:
    """(steps, symbols): the gradient of −ln p(labels) on the logits; log-probabilities are logits too.

    Zeros if no path gives the labels: there is none to make more probable.
    """
    logits = np.asarray(logits, float)
    at = occupancy(log_softmax(logits), labels)
    if not at.any():
        return np.zeros_like(logits)
    says = np.eye(logits.shape[1])[extended(labels)]  # (places, symbols)
    return softmax(logits) - at @ says


def best_path(log_p: np.ndarray, labels: Labels) -> np.ndarray:
    """(steps,): the place at every step of the one most probable path that gives the labels.

    Raises:
        ValueError: no path gives them.

    Source: Viterbi 1967.
    """
    places = extended(labels)
    said, skips = _said(log_p, places), _skips(places)
    best = np.full(len(places), -np.inf)
    best[:2] = said[0, :2]
    back = np.zeros(said.shape, int)  # how many places before the path was one step before
    for t in range(1, len(said)):
        ways = _reached(best, skips)
        back[t] = ways.argmax(axis=0)
        best = said[t] + ways.max(axis=0)
    at = len(places) - 1
    if at and best[at - 1] > best[at]:
        at -= 1
    if best[at] == -np.inf:
        raise ValueError(f"no path of {len(said)} steps gives the labels {np.asarray(labels).tolist()}")
    path = np.empty(len(said), int)
    for t in range(len(said) - 1, -1, -1):
        path[t] = at
        at -= back[t, at]
    return path


def spans(path: np.ndarray) -> list[tuple[int, int]]:
    """Of every label its first step on a path of places, and the one behind its last."""
    labels = (path[-1] + 1) // 2
    steps = [np.flatnonzero(path == 2 * n + 1) for n in range(labels)]
    return [(int(at[0]), int(at[-1]) + 1) for at in steps]


def _said(log_p, places):
    """(steps, ..., places): the log-probability of what every place says."""
    return np.asarray(log_p, float)[:, places]


def _skips(places):
    """(..., places − 2): that a path may go from a place to the second after it: both are labels, and not the same."""
    return (places[..., 2:] != BLANK) & (places[..., 2:] != places[..., :-2])


def _reached(row, skips):
    """(3, ..., places): what comes to every place from itself, from the one before, and from the second before."""
    ways = np.full((3, *row.shape), -np.inf)
    ways[0] = row
    ways[1, ..., 1:] = row[..., :-1]
    ways[2, ..., 2:] = np.where(skips, row[..., :-2], -np.inf)
    return ways
