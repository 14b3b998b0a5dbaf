"""doctor: what works on this machine, and what to do about what does not."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata

import click

from rrn.shell.answers import JSON
from rrn.shell.speaking import Speaking
from rrn.shell.words import number, sentence, t
from rrn.spec import Refused

PYTHONS = ((3, 11), (3, 12), (3, 13))
LIBRARIES = ("streamlit", "tensorflow", "keras", "numpy", "plotly", "sqlalchemy", "safetensors", "soundfile", "soxr")
# In a process of its own: a broken TensorFlow ends that one, and its warnings stay off this terminal.
LOOK_FOR_DEVICES = "import json; from rrn.nn import backend; print(json.dumps([backend.name(), *backend.devices()]))"


@dataclass(frozen=True)
class Finding:
    """`do` is what helps where something does not work."""

    check: str
    ok: bool
    found: str
    do: str = ""


def doctor(as_json: bool) -> None:
    """Look at one thing after the other; exit code 1 where something does not work."""
    well = True
    for finding in findings():
        well &= finding.ok
        if as_json:
            click.echo(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            mark = "✓" if finding.ok else "✗"
            click.echo(f"{mark} {t('cli_doctor_' + finding.check)}: {finding.found}")
            if finding.do:
                click.echo(f"  → {finding.do}")
    if not well:
        raise click.exceptions.Exit(1)


def findings() -> Iterator[Finding]:
    for check in (python, libraries, backend, folder, store, models, worker):
        yield from checked(check)


def checked(check: Callable[[], Finding]) -> Iterator[Finding]:
    """A check that breaks is a finding, too."""
    try:
        yield check()
    except Refused as refused:
        yield Finding(check.__name__, False, sentence(refused), t("cli_doctor_do_" + check.__name__))
    except Exception as error:  # whatever is broken here is what doctor is asked to find
        yield Finding(check.__name__, False, f"{type(error).__name__}: {error}", t("cli_doctor_do_" + check.__name__))


def python() -> Finding:
    fine = sys.version_info[:2] in PYTHONS
    return Finding("python", fine, sys.version.split()[0], "" if fine else t("cli_doctor_do_python"))


def libraries() -> Finding:
    missing, found = [], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding(
            "libraries", False, t("cli_doctor_missing", names=", ".join(missing)), t("cli_doctor_do_libraries")
        )
    return Finding("libraries", True, ", ".join(found))


def backend() -> Finding:
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    run = subprocess.run(
        [sys.executable, "-c", LOOK_FOR_DEVICES], capture_output=True, text=True, env=quiet, timeout=120
    )
    if run.returncode:
        last = (run.stderr.strip().splitlines() or [str(run.returncode)])[-1]
        return Finding("backend", False, last, t("cli_doctor_do_backend"))
    name, *devices = json.loads(run.stdout.splitlines()[-1])
    return Finding("backend", True, f"{name}; {', '.join(devices)}")


def folder() -> Finding:
    from rrn import jobs, store

    place = store.folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=place):
        pass
    free = shutil.disk_usage(place).free
    fine = free >= jobs.FREE
    found = t("cli_doctor_free", folder=place, free=number(free / 1e9))
    return Finding("folder", fine, found, "" if fine else t("cli_doctor_do_folder"))


def store() -> Finding:
    from rrn import jobs, tasks
    from rrn.store import set_aside

    count = sum(len(jobs.mine("local", task)) for task in tasks.names())
    damaged = ", ".join(path.name for path in set_aside())
    found = t("cli_doctor_store_runs", count=count)
    return Finding("store", True, found, t("cli_doctor_do_damaged", names=damaged) if damaged else "")


def models() -> Finding:
    from rrn import shipped

    names = shipped.names()
    for name in names:
        shipped.open(name).weights()
    found = ", ".join(names) or t("cli_none")
    return Finding("models", bool(names), found, "" if names else t("cli_doctor_do_models"))


def worker() -> Finding:
    """One character from a shipped model: the warm process, the socket and the resident in one go."""
    import time

    from rrn import jobs, shipped
    from rrn.tasks.language_model import WriteOn

    names = shipped.names()
    if not names:
        return Finding("worker", False, t("cli_doctor_no_question"), t("cli_doctor_do_models"))
    began = time.monotonic()
    list(jobs.ask(WriteOn(length=1), run=names[0]))
    return Finding("worker", True, t("cli_doctor_answered", model=names[0], seconds=number(time.monotonic() - began)))


DOCTOR = Speaking("doctor", callback=doctor, help="cli_doctor", params=[JSON])
