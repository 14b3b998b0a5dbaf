"""What the documents name is there: paths, make's targets, shell commands and their options."""

import re
from pathlib import Path

import click
import pytest

from rrn.shell.commands import SHELL

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / name for name in ("README.md", "README.es.md", "CONTRIBUTING.md", "CHANGELOG.md")]
DOCUMENTS += sorted((ROOT / "docs").glob("*.md"))
READMES = ("README.md", "README.es.md")
FOLDERS = r"(?<![\w./~-])(?:rrn|pages|models|tests|docs|benchmarks|\.ci|\.streamlit)/[\w./-]*"
FILES = r"\b(?:app\.py|requirements[\w-]*\.txt|pyproject\.toml)\b"
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)


def read(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def code(document: Path) -> list[str]:
    """Every block of shell lines, and everything between backticks."""
    text = read(document)
    return [*re.findall(r"```sh\n(.*?)```", text, flags=re.S), *re.findall(r"`([^`\n]+)`", text)]


@each_document
def test_links_lead_somewhere(document):
    targets = re.findall(r"\]\(([^)#\s]+)", read(document))
    assert not [t for t in targets if "://" not in t and not (document.parent / t).exists()]


@each_document
def test_paths_exist(document):
    """Capitals, as in models/NAME, stand for something else."""
    named = {path for words in code(document) for path in re.findall(f"{FOLDERS}|{FILES}", words)}
    assert not [path for path in named if not re.search("[A-Z]{2}", path) and not (ROOT / path).exists()]


@each_document
def test_make_targets_exist(document):
    targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", read(ROOT / "Makefile"), flags=re.M))
    named = {target for words in code(document) for target in re.findall(r"^(?:.* )?make ([a-z-]+)", words, flags=re.M)}
    assert named <= targets


@each_document
def test_shell_lines_can_be_typed(document):
    for line in re.findall(r"python -m rrn ([a-z][^`\n]*)", "\n".join(code(document))):
        words = line.split()
        command: click.Command | None = SHELL
        while isinstance(command, click.Group) and words:
            command = command.get_command(click.Context(command), words.pop(0))
        assert command, line
        known = {name for option in command.params for name in option.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_both_readmes_hold_the_same_commands():
    """Up to what follows them: texts and files have names in the reader's language."""

    def typed(name):
        blocks = re.findall(r"```sh\n(.*?)```", read(ROOT / name), flags=re.S)
        return [line.split("#")[0].split()[:4] for block in blocks for line in block.splitlines()]

    assert typed("README.md") == typed("README.es.md")


@pytest.mark.parametrize("name", READMES)
def test_every_command_stands_in_the_readme(name):
    assert set(re.findall(r"python -m rrn ([a-z]+)", read(ROOT / name))) >= set(SHELL.commands)
