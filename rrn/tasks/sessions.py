"""Listening sessions: which band comes next? The styles of the last two decide, and a hidden taste does the rest.

Every visitor prefers one style, and nobody is told which. The first two bands are picked by taste: the popular ones,
those of the own style more often. After them, the styles of the last two bands name three likely ones; a share of
picks, the noise, follows taste instead.

Source: after Hidasi et al. 2016, who recommend with a GRU from the session alone.
"""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, NamedTuple

import numpy as np

from rrn.data import recommenders
from rrn.spec import Between, Cell, Cost, Spec
from rrn.tasks import _cost

# Invented bands, the same in both languages, from the most popular to the least; each begins with another sound.
NAMES = (
    *("Adra", "Bimo", "Cale", "Doru", "Elva", "Firo", "Gola", "Humi", "Irte", "Jano"),
    *("Kemi", "Lupo", "Mirna", "Nilo", "Orba", "Pelu", "Quino", "Rada", "Sefi", "Tovar"),
    *("Uldo", "Vika", "Wari", "Xela", "Yuma", "Zafo", "Brena", "Crilo", "Drogo", "Flumi"),
)
ANSWERS = NAMES
STYLES = ("rock", "jazz", "folk", "pop", "salsa", "tango")  # band n plays style n % 6
INPUTS = OUTPUTS = len(NAMES)
EACH = True  # answer at every step
PAD = -1  # no band: nothing is read and nothing is asked
SHORTEST, LONGEST = 4, 12  # bands of a session
UNSEEN = 400  # sessions that are measured on
AT = 5  # how many are recommended
FROM = 1  # the first step whose answer counts: two bands are read
LIKELY = (0.6, 0.3, 0.1)  # of the three that the rule names
FAVOUR = 4.0  # how many times likelier a band of the own style is than another as popular
WORLD = 2016  # the seed of the rule: the same for every run
PROBLEM = ("order", "noise", "sessions")  # what makes it another problem


@dataclass(frozen=True, kw_only=True)
class Sessions(Spec):
    cell: Cell = "gru"
    units: Annotated[int, Between(8, 128, step=8)] = 32
    sessions: Annotated[int, Between(100, 4000, step=100)] = 1000  # that are learned from
    order: Annotated[int, Between(1, 2)] = 2  # how many bands decide about the next
    noise: Annotated[float, Between(0.0, 0.8, step=0.1)] = 0.3  # the share of picks that follow taste
    clip: Annotated[float, Between(0.0, 10.0, step=0.25)] = 1.0
    epochs: Annotated[int, Between(1, 60)] = 15
    rate: Annotated[float, Between(1e-5, 1.0, log=True)] = 1e-2


class World(NamedTuple):
    """`taste` (styles, items): what is picked by whoever prefers a style; `rule` (items, items, items): what the last
    but one and the last decide.
    """

    taste: np.ndarray
    rule: np.ndarray


@cache
def world(order: int) -> World:
    """The same for every run."""
    rng, items = np.random.default_rng(WORLD), np.arange(INPUTS)
    popular, style = 1 / (items + 1), items % len(STYLES)  # Zipf's law
    taste = popular * np.where(style == np.arange(len(STYLES))[:, None], FAVOUR, 1.0)
    rule = np.zeros((len(STYLES), len(STYLES), INPUTS))
    chance = np.sqrt(popular) / np.sqrt(popular).sum()
    for before, last in np.ndindex(rule.shape[:2]):
        rule[before, last, rng.choice(items, 3, replace=False, p=chance)] = LIKELY
    if order == 1:
        rule = rule[:1].repeat(len(STYLES), axis=0)
    return World(taste / taste.sum(axis=1, keepdims=True), rule[style][:, style])


def steps(spec: Sessions) -> int:
    """Of a sequence."""
    return LONGEST - 1


def draw(spec: Sessions, count: int, rng: np.random.Generator) -> np.ndarray:
    """(count, LONGEST) sessions of visitors with tastes of their own, PAD after the last band."""
    taste, rule = world(spec.order)
    mine = taste[rng.integers(len(STYLES), size=count)]
    found = np.full((count, LONGEST), PAD)
    for step in range(LONGEST):
        chance = (
            mine if step < 2 else spec.noise * mine + (1 - spec.noise) * rule[found[:, step - 2], found[:, step - 1]]
        )
        found[:, step] = (rng.random((count, 1)) > chance.cumsum(axis=1)).sum(axis=1).clip(max=INPUTS - 1)
    length = rng.integers(SHORTEST, LONGEST + 1, size=(count, 1))
    return np.where(np.arange(LONGEST) < length, found, PAD)


def _pairs(sessions):
    """(x, y): what is read, and what follows it; nothing is read after the end."""
    x, y = sessions[:, :-1], sessions[:, 1:]
    return np.where(y == PAD, PAD, x), y


def examples(spec: Sessions, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw sessions.

    Returns:
        x: (count, LONGEST - 1) bands as their places in NAMES, PAD after the last.
        y: the same shape: the band that follows each.
    """
    return _pairs(draw(spec, count, rng))


def logged(spec: Sessions) -> np.ndarray:
    """(sessions, LONGEST): those that all learn from, network and rivals."""
    return draw(spec, spec.sessions, np.random.default_rng(spec.seed))


def learned(spec: Sessions) -> tuple[np.ndarray, np.ndarray]:
    """The same sessions in every epoch."""
    return _pairs(logged(spec))


def test(spec: Sessions, rng: np.random.Generator | None = None) -> tuple[np.ndarray, np.ndarray]:
    """UNSEEN sessions that nobody learned from; the same for the network and its rivals, whatever `rng`."""
    return examples(spec, UNSEEN, np.random.default_rng([spec.seed, 1]))


def known(spec: Sessions, x: np.ndarray) -> np.ndarray:
    """(count, steps, items) what follows, for whoever knows the rule and the tastes but not whose session it is: the
    taste is inferred from what was picked so far, by Bayes. Nobody can rank better.
    """
    taste, rule = world(spec.order)
    belief = np.full((len(x), len(STYLES)), 1 / len(STYLES))
    p = np.zeros((*x.shape, INPUTS))
    for step in range(x.shape[1]):
        here = x[:, step]
        ruled = spec.noise if step >= 2 else 1.0
        picked = ruled * taste[:, here].T
        if step >= 2:
            picked = picked + (1 - spec.noise) * rule[x[:, step - 2], x[:, step - 1], here][:, None]
        # What nobody with any taste would have picked, as after a rule without noise, says nothing of the taste.
        says = (here != PAD) & picked.any(axis=1)
        belief = np.where(says[:, None], belief * picked, belief)
        belief = belief / belief.sum(axis=1, keepdims=True)
        p[:, step] = belief @ taste
        if step >= 1:
            p[:, step] = spec.noise * p[:, step] + (1 - spec.noise) * rule[x[:, step - 1], here]
    return p


def recommenders_of(spec: Sessions) -> dict[str, recommenders.Recommender]:
    """Who else recommends, by name: all have counted the sessions that the network learns from, but for the ceiling,
    which knows the rule.
    """
    seen = logged(spec)
    return {
        "ceiling": lambda x: known(spec, x),
        "popularity": recommenders.popularity(seen, INPUTS),
        "markov_1": recommenders.markov(seen, INPUTS, 1),
        "markov_2": recommenders.markov(seen, INPUTS, 2),
        "neighbours": recommenders.neighbours(seen, INPUTS),
    }


def ranks(said: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(count, steps) the place, from 1, of what followed; of equals the more popular one comes first.

    Args:
        said: (count, steps, items) logits or probabilities.
    """
    own = np.take_along_axis(said, np.maximum(y, 0)[..., None], axis=-1)
    ahead = (said > own) | ((said == own) & (np.arange(said.shape[-1]) < y[..., None]))
    return 1 + ahead.sum(axis=-1)


def score(said: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """{"recall_at_5": share of bands that were among the five recommended; "mrr": the mean of 1 / place; "hits_N": the
    share for the Nth band of a session}. What counts begins with the third band.

    Args:
        said: (count, LONGEST - 1, OUTPUTS) logits or probabilities.
    """
    asked = y != PAD
    asked[:, :FROM] = False
    place = ranks(said, y)
    found = {"recall_at_5": (place <= AT)[asked].mean(), "mrr": (1 / place)[asked].mean()}
    by_position = {
        f"hits_{step + 2}": (place[:, step] <= AT)[asked[:, step]].mean()
        for step in range(FROM, y.shape[1])
        if asked[:, step].any()
    }
    return {name: float(value) for name, value in (found | by_position).items()}


def remembers(x: np.ndarray) -> dict[str, np.ndarray]:
    """What a network has to keep, at every step of (count, steps): rule_NAME is its word."""
    before = np.full(x.shape, PAD)
    before[:, 1:] = x[:, :-1]
    style = np.where(before == PAD, PAD, before % len(STYLES))
    return {f"before_{name}": (style == n).astype(float) for n, name in enumerate(STYLES)}


def rivals(spec: Sessions) -> dict[str, float]:
    """Whom a run is compared with, as MEASURE/RIVAL, on the sessions that it is measured on."""
    x, y = test(spec)
    found = {name: score(recommend(x), x, y) for name, recommend in recommenders_of(spec).items()}
    return {f"{measure}/{name}": value for name, values in found.items() for measure, value in values.items()}


SPEC = Sessions
QUESTIONS = ()


def cost(spec: Sessions) -> Cost:
    return _cost.sequences(spec, steps=steps(spec), inputs=INPUTS, outputs=OUTPUTS, examples=spec.sessions)
