"""Which run a lab shows: the one that the address names, else the last one of this session, else what ships."""

import re

from rrn import jobs, shipped
from rrn.intake.run_id import run_id
from rrn.spec import Refused, Spec
from rrn.ui import address
from rrn.ui.words import lang

Shown = jobs.Run | shipped.Shipped | jobs.Group


def find(kind: type[Spec], task: str, prefix: str, owner: str, lab: str) -> Shown | None:
    """The run or the group to show; a link to one that is not there is told above the page, and the example stands in
    for it. Whoever comes back without a link finds what was asked for in this lab and still trains.

    Args:
        prefix: of the lab's names in the address, which are `run` and `group`.
        lab: the lab's key.
    """
    asked = False
    for param, look in ((f"{prefix}group", jobs.group), (f"{prefix}run", lambda id: jobs.find(run_id(id)))):
        id = address.asked(param)
        if id is None:
            continue
        asked = True
        try:
            found = look(id)
            if any(type(run.spec) is not kind for run in members(found)):
                raise Refused("unknown_run")
        except Refused as why:
            address.want(param, None)
            address.notice(why.code, **why.values)
        else:
            address.want(param, found.id)
            return found
    if not asked and address.arrived():
        mine = next((run for run in jobs.mine(owner, task) if run.alive and run.origin.lab == lab), None)
        if mine is not None:
            found = jobs.group_of(mine)
            address.want(f"{prefix}group" if isinstance(found, jobs.Group) else f"{prefix}run", found.id)
            return found
    return example(task)


def members(found: Shown | None) -> list[jobs.Run | shipped.Shipped]:
    """The runs of a group; a run alone is a group of one."""
    return found.runs if isinstance(found, jobs.Group) else [] if found is None else [found]


def example(task: str) -> shipped.Shipped | None:
    names = shipped.names()
    return next((shipped.open(name) for name in (f"{task}-{lang()}", task) if name in names), None)


def strong(kind: type[Spec], task: str) -> list[str]:
    """Shipped models with a name of their own, trained for longer than a visitor's."""
    names = [n for n in shipped.names() if n != task and not n.startswith(f"{task}-") and not re.search(r"-\d+$", n)]
    return [name for name in names if type(shipped.open(name).spec) is kind]


def example_group(page_id: str) -> jobs.Group | None:
    """The shipped runs PAGE-1, PAGE-2 …, or PAGE-es-1 … where language plays a part, for a lab whose runs belong
    together.
    """
    names = shipped.names()
    name = f"{page_id}-{lang()}" if f"{page_id}-{lang()}-1" in names else page_id
    found: list[jobs.Run | shipped.Shipped] = []
    while f"{name}-{len(found) + 1}" in names:
        found.append(shipped.open(f"{name}-{len(found) + 1}"))
    return jobs.Group(name, found) if found else None
