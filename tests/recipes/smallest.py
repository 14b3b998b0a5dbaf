"""The smallest run of a task: what every task is tried with."""

from dataclasses import replace

from rrn.spec import Between, choices, number_type


def smallest(kind):
    """The spec with every number at the lower end of its range."""
    lows = {
        name: number_type(kind, name)(allowed.low)
        for name, allowed in choices(kind).items()
        if isinstance(allowed, Between)
    }
    return replace(kind(), **lows)


def text(spec) -> str:
    """For a task that reads one: as many symbols as it may be few."""
    return "ab" * (getattr(spec, "characters", 0) // 2)
