"""One option per field of a spec or a question. Range, choices and default are those that the field declares."""

from dataclasses import fields

import click

from rrn import i18n
from rrn.shell.words import language, option, t
from rrn.spec import Between, Named, Question, choices, number_type


class Field(click.Option):
    """An option that sets one field; what was not given stays None, and the field keeps its own default.

    Values arrive as text and are judged at the door like those of a link, so that a shell and a page refuse alike.
    """

    def __init__(self, kind: type, field: str, *, says: str | None = None, metavar: str = "N"):
        self.kind, self.field, self.says = kind, field, says or f"field_{field}"
        self.allowed = choices(kind)[field]
        self.standard = next(f.default for f in fields(kind) if f.name == field)
        match self.allowed:
            case Named():
                metavar = "NAME|FILE"
            case tuple():
                metavar = "|".join(self.allowed)
        names = dict.fromkeys((option(field), f"--{field}"))  # --top-k, and --top_k as the spec spells it
        super().__init__([*names, field], metavar=metavar)

    def explain(self) -> str:
        limits = ""  # words stand behind the option's name already
        match self.allowed:
            case Between(low=low, high=high, most=most):
                limits = f"{low:g}–{high if most is None else most:g}; "
            case Named(names=names):
                limits = ", ".join(names) + "; "
        here = f"{self.says}_{task_of(self.kind)}"  # a field that is something else in this task
        says = here if here in i18n.table(language()) else self.says
        return f"{t(says)}  [{limits}{t('cli_default', value=str(self.standard))}]"


def options(kind: type, *, without: tuple[str, ...] = (), says: str = "field_") -> list[Field]:
    return [Field(kind, f.name, says=says + f.name) for f in fields(kind) if f.name not in without]


def words(kind: type, given: dict[str, str | None]) -> dict:
    """What a JSON of this spec would hold: the fields that were given, numbers read where they can be."""
    named = {"question": kind.__name__} if issubclass(kind, Question) else {}
    first = {"task": task_of(kind)} | named
    return first | {field: _read(kind, field, raw) for field, raw in given.items() if raw is not None}


def task_of(kind: type) -> str:
    return kind.__module__.rpartition(".")[2]


def _read(kind, field, raw):
    if not isinstance(choices(kind)[field], Between):
        return raw
    try:
        value = float(raw)
    except ValueError:
        return raw  # not a number: refused at the door, with its range
    return int(value) if number_type(kind, field) is int and value.is_integer() else value
