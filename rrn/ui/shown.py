"""Which run a lab shows: the one that the address names, else the last one of this session, else what ships."""

from rrn import jobs, shipped
from rrn.intake.run_id import run_id
from rrn.spec import Refused, Spec
from rrn.ui import address
from rrn.ui.words import lang

Shown = jobs.Run | shipped.Shipped | jobs.Group


def find(kind: type[Spec], task: str, param: str, owner: str) -> Shown | None:
    """The run to show; a link to one that is not there is told above the page, and the example stands in for it.

    Whoever comes back without a link finds the run that still trains.
    """
    asked = address.asked(param)
    if asked is not None:
        try:
            run = jobs.find(run_id(asked))
            if type(run.spec) is not kind:
                raise Refused("unknown_run")
            address.want(param, run.id)
            return run
        except Refused as why:
            address.want(param, None)
            address.notice(why.code, **why.values)
    if asked is None and address.arrived():
        mine = next((run for run in jobs.mine(owner, task) if run.alive), None)
        if mine is not None:
            address.want(param, mine.id)
            return mine
    return example(task)


def group(kind: type[Spec], param: str) -> jobs.Group | None:
    """Several runs of one thing, where the address asks for them."""
    asked = address.asked(param)
    if asked is None:
        return None
    try:
        found = jobs.group(asked)
        if any(type(run.spec) is not kind for run in found.runs):
            raise Refused("unknown_run")
        address.want(param, found.id)
        return found
    except Refused as why:
        address.want(param, None)
        address.notice(why.code, **why.values)
        return None


def example(task: str) -> shipped.Shipped | None:
    names = shipped.names()
    return next((shipped.open(name) for name in (f"{task}-{lang()}", task) if name in names), None)


def strong(kind: type[Spec], task: str) -> list[str]:
    """Shipped models with a name of their own, trained for longer than a visitor's."""
    names = [name for name in shipped.names() if name != task and not name.startswith(f"{task}-")]
    return [name for name in names if type(shipped.open(name).spec) is kind]


def example_group(page_id: str) -> jobs.Group | None:
    """The shipped runs PAGE-1, PAGE-2 …, for a lab whose runs belong together."""
    names = shipped.names()
    found: list[jobs.Run | shipped.Shipped] = []
    while f"{page_id}-{len(found) + 1}" in names:
        found.append(shipped.open(f"{page_id}-{len(found) + 1}"))
    return jobs.Group(page_id, found) if found else None
