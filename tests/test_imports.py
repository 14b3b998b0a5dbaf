"""Who may import whom: the table of the architecture, read against every import in the project."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(
    p for top in ("app.py", "rrn", "pages") for p in [ROOT / top, *(ROOT / top).rglob("*.py")] if p.is_file()
)

# From rrn, by the first name after it. What is not named here may not be imported.
WEB = {"spec", "events", "i18n", "data", "tasks", "intake", "measures", "figures", "store", "shipped", "jobs", "export"}
ALL = WEB | {"scratch", "xray", "experiments", "card", "line", "lock", "shell", "ui"}
MAY: dict[str, set[str]] = {
    "scratch": set(),
    "lock": set(),
    "spec": set(),
    "events": set(),
    "i18n": set(),
    "data": {"spec"},
    "tasks": {"spec", "data"},
    "intake": {"spec", "tasks", "data"},
    "measures": {"spec", "events"},
    "figures": {"spec", "events", "measures", "data", "scratch"},
    "card": {"spec", "events", "tasks", "measures"},
    "store": {"spec", "events", "tasks", "intake", "lock"},
    "shipped": {"spec", "events", "tasks", "intake", "store"},
    "line": {"spec", "events", "store", "lock"},
    "jobs": {"spec", "events", "tasks", "intake", "store", "shipped", "line", "lock"},
    "export": {"spec", "events", "store", "shipped", "tasks"},
    "ui": WEB | {"scratch", "xray"},
    "app": {"ui", "jobs"},
    "experiments": {"spec", "scratch", "tasks"},
    "xray": {"tasks", "data", "intake", "scratch"},
    "pages": {"ui", "tasks", "experiments", "measures", "figures", "scratch", "xray", "data"},
    "nn": {"spec", "events", "data", "scratch"},
    "recipes": {"spec", "events", "tasks", "data", "nn", "scratch"},
    "shell": ALL,
    "bench": ALL,
    "__main__": ALL,
}

# The worker is cut into files that belong together: each may import what the worker may, and the others.
WORKER = {"worker", "warm", "children", "resident", "reporter"}
KERAS_SIDE = {"nn", "recipes", *WORKER}
OF_THE_WORKER = "spec events tasks data intake store shipped jobs line lock nn recipes".split()
MAY |= {name: WORKER | {*OF_THE_WORKER} for name in WORKER}

INSIDE = dict.fromkeys(("shell", "bench", "__main__"), KERAS_SIDE)  # in a function, not when they are imported

# From outside. A library that is not named here may be imported by anyone.
GUESTS = {
    "keras": KERAS_SIDE,
    "tensorflow": {"nn"},
    "jax": {"nn"},
    "streamlit": {"ui", "app", "pages"},
    "starlette": {"ui", "app"},
    "plotly": {"figures", "ui", "app"},
    "sqlalchemy": {"store"},
    "click": {"shell", "bench", "__main__"},
    "rich": {"shell", "bench", "__main__"},
    "markdown_it": {"ui"},
    "soundfile": {"data", "intake"},
    "soxr": {"intake", "shell"},
    "espeakng_loader": {"shell"},
    "pooch": {"data"},
    "requests": {"data"},
    "sklearn": {"data"},
    # Nothing that a visitor can write is ever opened by these.
    "pickle": set(),
    "joblib": set(),
    "shelve": set(),
    "dill": set(),
}
OPENERS = {"load_model", "load_weights", "eval", "exec"}
READERS = {"np.load", "numpy.load", "torch.load", "pd.read_pickle", "pandas.read_pickle"}


def part(file: Path) -> str:
    """The package of rrn that a file belongs to, or "app" or "pages"."""
    first, *rest = file.relative_to(ROOT).with_suffix("").parts
    return (rest[0] if rest[0] != "__init__" else "rrn") if first == "rrn" else first


def imports(file: Path) -> Iterator[tuple[str, bool, int]]:
    """(name, inside a function, line) of everything imported; `from rrn import jobs` gives rrn.jobs."""
    inside = set()
    tree = ast.parse(file.read_bytes(), str(file))
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inside |= {id(below) for below in ast.walk(node)}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found = [name.name for name in names]
            case ast.ImportFrom(module=module, names=names, level=0):
                found = [f"rrn.{name.name}" for name in names] if module == "rrn" else [str(module)]
            case ast.ImportFrom():
                found = ["a relative import"]
            case _:
                continue
        for name in found:
            yield name, id(node) in inside, node.lineno


def test_the_table_knows_every_part():
    assert {part(file) for file in FILES} <= MAY.keys() | {"rrn"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_follow_the_table(file):
    here = part(file)
    wrong = []
    for name, inside, line in imports(file):
        top, _, rest = name.partition(".")
        if top == "rrn" and rest:
            wanted = rest.split(".")[0]
            fine = wanted == here or wanted in MAY[here] or inside and wanted in INSIDE.get(here, ())
        elif top == "a relative import":
            fine = False
        else:
            asked_of_a_shell = here in INSIDE and inside and top in ("keras", "tensorflow", "jax", "sqlalchemy")
            fine = here in GUESTS.get(top, {here}) or asked_of_a_shell
        if not fine:
            wrong.append(f"line {line}: {name}")
    assert not wrong


def test_the_backend_is_bound_in_one_file():
    bound = {file for file in FILES for name, *_ in imports(file) if name.split(".")[0] in ("tensorflow", "jax")}
    assert bound <= {ROOT / "rrn/nn/backend.py"}


def test_the_web_side_loads_no_keras():
    """In a process of its own: everything that a page may import, imported."""
    names = [str(file.relative_to(ROOT).with_suffix("")).replace(os.sep, ".") for file in FILES if part(file) in WEB]
    code = f"import importlib, sys; [importlib.import_module(n) for n in {names}]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"keras", "tensorflow", "streamlit"} & set(done.stdout.split())


def test_nothing_opens_what_could_run_code():
    called = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in FILES
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Call)
        and (isinstance(node.func, ast.Attribute) and node.func.attr in OPENERS - {"eval", "exec"})
        | (isinstance(node.func, ast.Attribute) and ast.unparse(node.func) in READERS)
        | (isinstance(node.func, ast.Name) and node.func.id in OPENERS)
    ]
    assert not called
