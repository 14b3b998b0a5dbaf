"""Which trained networks a page can ask or open: what is shown, and the strong models."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rrn import jobs, shipped
from rrn.spec import Spec
from rrn.ui import shown, together
from rrn.ui.owner import owner
from rrn.ui.refusal import known
from rrn.ui.words import t


@dataclass(frozen=True, eq=False)
class Model:
    """A run or a shipped model, and what it is called here.

    `private`: it learned from somebody else's text, so what it copied from there is not told.
    """

    run: jobs.Run | shipped.Shipped
    name: str
    private: bool = False

    @property
    def id(self) -> str:
        return self.run.id

    @property
    def spec(self) -> Any:
        """Of whatever task it is."""
        return self.run.spec


def offered(
    run: shown.Shown | None, kind: type[Spec], task: str, allowed: Callable[[Spec], bool] = lambda spec: True
) -> dict[str, Model]:
    """By what they are here, which is the same in every language: "run", "example", "example-2", an id, or a name.

    Args:
        allowed: of the spec of a strong model, or of the task's example, whether it fits the lab.
    """
    found: dict[str, Model] = {}
    for place, member in enumerate(shown.members(run), 1):
        if member.alive or not member.weights_saved:
            continue
        private = member.created is not None and not member.owned_by(owner())
        if isinstance(run, jobs.Group):
            id = member.id if member.created is not None else f"example-{place}"
            found[id] = Model(member, together.name(member.spec, run), private)
        elif member.created is None:
            found["example"] = Model(member, t("writing_model_example"))
        else:
            found["run"] = Model(member, t("writing_model_run"), private)
    if not found and (example := shown.example(task)) and allowed(example.spec):
        found["example"] = Model(example, t("writing_model_example"))
    for name in shown.strong(kind, task):
        if allowed(shipped.open(name).spec):
            found[name] = _strong(name)
    return found


def _strong(name: str) -> Model:
    """Called by its name, by the languages that it goes between, or by what it reads."""
    model = shipped.open(name)
    direction = getattr(model.spec, "direction", None)
    words = t(f"field_direction_{direction}") if direction else called(name)
    return Model(model, t("writing_model_strong", name=words))


def called(name: str) -> str:
    """A strong model's name in words."""
    return known(f"model_{name}", name.capitalize())
