"""What hosting installs: exact versions with hashes, from the package index and nowhere else."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"([a-z0-9][a-z0-9._-]*)==(\S+)( ; .+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
# Older versions have a hole that is known: streamlit CVE-2026-33682; starlette CVE-2026-48710 and -48818; keras opens
# hostile model files.
FLOORS = {"streamlit": "1.54", "starlette": "1.1.0", "keras": "3.15.1"}


def pins(file):
    """Name and version of every pin; one name may stand there twice, for different versions of Python."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [found.group(1, 2) for line in lines if (found := PIN.fullmatch(line))]


@pytest.mark.parametrize("file", FILES)
def test_every_line_is_a_pin_a_hash_or_a_comment(file):
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        comment = not line or line.lstrip().startswith("#")
        assert comment or PIN.fullmatch(line) or HASH.fullmatch(line), f"not allowed in {file}: {line}"


@pytest.mark.parametrize("file", FILES)
def test_every_pin_has_a_hash(file):
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    for line, after in zip(lines, lines[1:] + [""], strict=True):
        assert not PIN.fullmatch(line) or HASH.fullmatch(after), f"no hash under {line}"


def test_development_repeats_no_pin():
    assert not {name for name, _ in pins("requirements.txt")} & {name for name, _ in pins("requirements-dev.txt")}


def test_the_ranges_of_the_project_admit_the_pins():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {FILES[0]: project["project"]["dependencies"], FILES[1]: project["dependency-groups"]["dev"]}
    for file, wanted in groups.items():
        found = pins(FILES[0]) + pins(file)
        for requirement in map(Requirement, wanted):
            versions = [version for name, version in found if name == requirement.name]
            assert versions, f"{requirement.name} is not in {file}; run make lock"
            assert all(requirement.specifier.contains(v) for v in versions), f"{requirement}, but {versions}"


@pytest.mark.parametrize("name", FLOORS)
def test_nothing_is_older_than_its_floor(name):
    versions = [Version(version) for found, version in pins("requirements.txt") if found == name]
    assert versions and min(versions) >= Version(FLOORS[name])


def test_no_other_lock_stands_in_the_way():
    """Hosting takes the first of these that it finds, and would pass over requirements.txt."""
    for name in ("uv.lock", "Pipfile", "Pipfile.lock", "environment.yml", "poetry.lock"):
        assert not list(ROOT.glob(name)) + list((ROOT / "rrn").rglob(name))
