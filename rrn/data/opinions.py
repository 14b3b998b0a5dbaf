"""Short reviews made by rules, in Spanish or English: negation turns a clause round, and a contrast lets one win.

"The food is good, but the service is not good" is negative, and positive with its clauses the other way round: the same
words, so whoever only counts them cannot know. Such reviews are called ordered.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rrn.data.phrase import held

# the place that is reviewed, a noun, f where its adjectives end in -a, pairs of good and bad
SPANISH = (
    (0, "la comida", "f", (("buen", "mal"), ("ric", "sos"), ("fresc", "salad"))),
    (0, "la sopa", "f", (("buen", "mal"), ("ric", "sos"), ("caser", "fría"))),
    (0, "el postre", "m", (("buen", "mal"), ("ric", "sos"), ("fresc", "sec"))),
    (0, "el servicio", "m", (("buen", "mal"), ("rápid", "lent"), ("atent", "desatent"))),
    (0, "la camarera", "f", (("simpátic", "antipátic"), ("rápid", "lent"), ("atent", "desatent"))),
    (0, "el cocinero", "m", (("buen", "mal"), ("simpátic", "antipátic"), ("rápid", "lent"))),
    (1, "la habitación", "f", (("limpi", "suci"), ("cómod", "incómod"), ("bonit", "fea"))),
    (1, "el baño", "m", (("limpi", "suci"), ("cómod", "incómod"), ("nuev", "viej"))),
    (1, "la cama", "f", (("cómod", "incómod"), ("limpi", "suci"), ("nuev", "viej"))),
    (2, "la película", "f", (("buen", "mal"), ("divertid", "aburrid"), ("bonit", "lent"))),
    (2, "el libro", "m", (("buen", "mal"), ("divertid", "aburrid"), ("bonit", "lent"))),
    (2, "la música", "f", (("buen", "mal"), ("bonit", "fea"), ("divertid", "aburrid"))),
)
ENGLISH = (
    (0, "the food", (("good", "bad"), ("tasty", "bland"), ("fresh", "salty"))),
    (0, "the soup", (("good", "bad"), ("tasty", "bland"), ("homemade", "cold"))),
    (0, "the dessert", (("good", "bad"), ("tasty", "bland"), ("fresh", "dry"))),
    (0, "the service", (("good", "bad"), ("fast", "slow"), ("attentive", "careless"))),
    (0, "the waitress", (("friendly", "rude"), ("fast", "slow"), ("attentive", "careless"))),
    (0, "the cook", (("good", "bad"), ("friendly", "rude"), ("fast", "slow"))),
    (1, "the room", (("clean", "dirty"), ("comfortable", "uncomfortable"), ("pretty", "ugly"))),
    (1, "the bathroom", (("clean", "dirty"), ("comfortable", "uncomfortable"), ("new", "old"))),
    (1, "the bed", (("comfortable", "uncomfortable"), ("clean", "dirty"), ("new", "old"))),
    (2, "the film", (("good", "bad"), ("funny", "boring"), ("pretty", "slow"))),
    (2, "the book", (("good", "bad"), ("funny", "boring"), ("pretty", "slow"))),
    (2, "the music", (("good", "bad"), ("pretty", "ugly"), ("funny", "boring"))),
)
# How two clauses are joined, and which of them wins; {was} is the first one in the past.
JOINED = {
    "es": (
        ("{a} , pero {b}", "b"),
        ("aunque {a} , {b}", "b"),
        ("{a} , aunque {b}", "a"),
        ("antes {was} , ahora {b}", "b"),
    ),
    "en": (
        ("{a} , but {b}", "b"),
        ("although {a} , {b}", "b"),
        ("{a} , although {b}", "a"),
        ("{was} before , now {b}", "b"),
    ),
}
AND = {"es": "{a} y {b}", "en": "{a} and {b}"}
IS = {"es": (("es", "era"), "no", "muy", "nada"), "en": (("is", "was"), "not", "very", "at all")}
LANGUAGES = ("es", "en")
PLACES = 3  # a restaurant, a hotel, an evening out
LONGEST = {"es": 16, "en": 17}  # words of a review at most
ORDERED, JOINING, NEGATED, STRESSED = 0.5, 0.15, 0.45, 0.3  # shares


class Opinion(NamedTuple):
    """`ordered`: with its clauses changed round, the same words would say the opposite."""

    text: str
    positive: bool
    ordered: bool


class _Clause(NamedTuple):
    text: str
    was: str  # the same in the past
    positive: bool
    what: str  # noun and adjective, of which combinations are held out


def draw(language: str, rng: np.random.Generator, *, unseen: bool, ordered: bool | None = None) -> Opinion:
    """One review.

    Args:
        unseen: of a combination that is held out.
        ordered: only such a one, or only another one.
    """
    while True:
        kind = rng.random() if ordered is None else 0.0 if ordered else rng.uniform(ORDERED, 1)
        place = int(rng.integers(PLACES))
        a, b = _clause(language, rng, place), _clause(language, rng, place)
        if a.what.split("/")[0] == b.what.split("/")[0]:
            continue
        if kind >= ORDERED + JOINING:
            found, key = Opinion(a.text, a.positive, False), a.text
        elif kind >= ORDERED:
            found, key = Opinion(AND[language].format(a=a.text, b=b.text), a.positive, False), a.what + b.what
            if a.positive != b.positive:
                continue
        else:
            if a.positive == b.positive:
                continue
            form, wins = JOINED[language][int(rng.integers(len(JOINED[language])))]
            found = Opinion(form.format(a=a.text, b=b.text, was=a.was), (a if wins == "a" else b).positive, True)
            key = "+".join(sorted((a.what, b.what)))
        if held(key) == unseen:
            return found


def several(
    language: str, count: int, rng: np.random.Generator, *, unseen: bool, ordered: bool | None = None
) -> list[Opinion]:
    """So many different reviews, as many positive as negative ones, fewer where there are not enough."""
    found: dict[bool, dict[Opinion, None]] = {True: {}, False: {}}
    for _ in range(40 * count):
        one = draw(language, rng, unseen=unseen, ordered=ordered)
        if len(found[one.positive]) < -(-count // 2):
            found[one.positive][one] = None
        if all(len(of) >= -(-count // 2) for of in found.values()):
            break
    pairs = zip(*found.values(), strict=False)
    return [one for pair in pairs for one in pair][:count]


def unseen(language: str, count: int, seed: int) -> list[Opinion]:
    """So many that are held out, half of them ordered; the same for one seed."""
    rng = np.random.default_rng([seed, 1])
    halves = [several(language, count // 2, rng, unseen=True, ordered=ordered) for ordered in (True, False)]
    return [one for pair in zip(*halves, strict=True) for one in pair]


def negated(some: Sequence[Opinion], language: str) -> list[tuple[str, str]]:
    """Those of one clause that say no "no", each with the same that does, and so says the opposite."""
    (says, _), no, *_ = IS[language]
    single = [one.text.split() for one in some if not one.ordered and one.text.split().count(says) == 1]
    plain = [" ".join(said) for said in single if no not in said]
    denied = f" {no} {says} " if language == "es" else f" {says} {no} "
    # "no es muy bueno" is less than "es muy bueno" and not its opposite
    return [(text, text.replace(f" {says} ", denied)) for text in plain if IS[language][2] not in text.split()]


def _clause(language, rng, place):
    noun, good, bad = _spanish(rng, place) if language == "es" else _english(rng, place)
    is_good = bool(rng.random() < 0.5)
    negated, stressed = bool(rng.random() < NEGATED), bool(rng.random() < STRESSED)
    now, past = (_said(language, noun, verb, good if is_good else bad, negated, stressed) for verb in IS[language][0])
    return _Clause(now, past, is_good != negated, f"{noun}/{good if is_good else bad}")


def _said(language, noun, verb, adjective, negated, stressed):
    """ "la comida no es nada buena", "the food is not good at all"."""
    _, no, very, at_all = IS[language]
    if not negated:
        words = [noun, verb, *([very] if stressed else []), adjective]
    elif language == "es":
        words = [noun, no, verb, *([at_all] if stressed else []), adjective]
    else:
        words = [noun, verb, no, adjective, *([at_all] if stressed else [])]
    return " ".join(words)


def _spanish(rng, place):
    here = [row for row in SPANISH if row[0] == place]
    _, noun, gender, pairs = here[int(rng.integers(len(here)))]
    good, bad = (_agreed(stem, gender) for stem in pairs[int(rng.integers(len(pairs)))])
    return noun, good, bad


def _agreed(stem, gender):
    return stem if stem in ("fría", "fea") else stem + {"f": "a", "m": "o"}[gender]


def _english(rng, place):
    here = [row for row in ENGLISH if row[0] == place]
    _, noun, pairs = here[int(rng.integers(len(here)))]
    return noun, *pairs[int(rng.integers(len(pairs)))]


def words(language: str) -> tuple[str, ...]:
    """All words that a review can have, in the order of the alphabet."""
    verbs, *others = IS[language]
    found = set(" ".join([*verbs, *others, AND[language], *(form for form, _ in JOINED[language])]).split())
    if language == "es":
        for _, noun, gender, pairs in SPANISH:
            found |= {*noun.split(), *(_agreed(stem, gender) for pair in pairs for stem in pair)}
    else:
        for _, noun, pairs in ENGLISH:
            found |= {*noun.split(), *(word for pair in pairs for word in pair)}
    return tuple(sorted(found - {"{a}", "{b}", "{was}"}))
