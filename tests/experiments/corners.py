"""The ends of all ranges: where an experiment breaks first, if it does."""

from itertools import product

from rrn.spec import Between, choices, number_type


def corners(kind):
    """Every combination of the lowest and the highest value of every number."""
    ends = {
        name: [number_type(kind, name)(end) for end in (allowed.low, allowed.high)]
        for name, allowed in choices(kind).items()
        if isinstance(allowed, Between)
    }
    return [kind(**dict(zip(ends, values, strict=True))) for values in product(*ends.values())]


def equal(one, other) -> bool:
    """Whether two results hold the same numbers, to the last digit."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[name], other[name]) for name in one)
    if isinstance(one, tuple):
        return all(equal(a, b) for a, b in zip(one, other, strict=True))
    return bool((one == other).all()) if hasattr(one, "all") else one == other
