"""What is learned. One file per task; a task's name is its file's name.

Every task has SPEC, QUESTIONS, PROBLEM (fields that make it another problem) and cost. One whose sequences are drawn is
trained by `rrn.nn.sequences` and opened by the X-ray without a line of its own there; it says

    INPUTS, OUTPUTS, EACH, EXAMPLES      sizes; whether every step is answered; sequences of an epoch
    NAMES, ANSWERS  or  NUMBERS          how its symbols and answers are written, or that it reads and says numbers
    steps, examples, score, rivals       the length, what is read and wanted, how well it was said, whom to beat
    remembers                            what has to be kept in mind at every step, by rule; rule_RULE is its word
    test, asked                          perhaps: what is measured on, and the step whose answer is followed
    learned                              perhaps, in the place of EXAMPLES: the same sequences in every epoch
"""

import importlib
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import ModuleType

from rrn.spec import Question, Refused, Spec


@cache
def names() -> tuple[str, ...]:
    return tuple(sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py")))


def module(name: str) -> ModuleType:
    """The task's module. A name from a link or the store is looked up among the files first, never imported unseen."""
    if not isinstance(name, str) or name not in names():
        raise Refused("unknown_task", known=", ".join(names()))
    return importlib.import_module(f"rrn.tasks.{name}")


def from_dict(words: dict) -> Spec | Question:
    """The spec or question that `to_dict` wrote; Refused for an unknown task, question or field."""
    rest = dict(words)
    task = module(rest.pop("task", ""))
    kind = task.SPEC
    if "question" in rest:
        asked = rest.pop("question")
        kind = next((q for q in task.QUESTIONS if q.__name__ == asked), None)
        if kind is None:
            raise Refused("unknown_question")
    known = {f.name for f in fields(kind)}
    for field in rest:
        if field not in known:
            raise Refused("unknown_field", field=field)
    return kind(**rest)


def of(spec) -> ModuleType:
    """The task that a spec belongs to."""
    return module(type(spec).__module__.rpartition(".")[2])
