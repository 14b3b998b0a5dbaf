"""Whatever can be refused can be said: every code in the source has its sentence, in every language."""

import ast
import string
import tomllib
from pathlib import Path

import pytest

RRN = Path(__file__).parents[1] / "rrn"
WORDS = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((RRN / "i18n").glob("*.toml"))}
KEYS = sorted({key for words in WORDS.values() for key in words if key.startswith(("refused_", "note_"))})


def refusals():
    """(code, names of its values or None where they are not all written out, file) of every Refused in the source."""
    for file in sorted(RRN.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_bytes(), str(file))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Refused":
                names = [keyword.arg for keyword in node.keywords]
                for code in codes(node.args[0]):
                    yield code, None if None in names else frozenset(names), file.relative_to(RRN)


def codes(node):
    """The words that an expression may stand for: "a", or "a" if … else "b"."""
    match node:
        case ast.Constant(value=str(code)):
            return [code]
        case ast.IfExp(body=body, orelse=other):
            return codes(body) + codes(other)
    return []


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize(("code", "names", "file"), sorted(set(refusals()), key=str), ids=str)
def test_what_is_refused_can_be_said(code, names, file, language):
    text = WORDS[language][f"refused_{code}"]
    if names is not None:
        assert placeholders(text) <= names


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("file", ["nn", "recipes"])
def test_what_ends_a_run_needs_no_values(file, language):
    """A run that failed keeps the code alone."""
    for code, _, path in refusals():
        if path.parts[0] == file:
            assert not placeholders(WORDS[language][f"refused_{code}"]), code


@pytest.mark.parametrize("key", KEYS)
def test_languages_say_the_same(key):
    assert len({frozenset(placeholders(words[key])) for words in WORDS.values()}) == 1


@pytest.mark.parametrize("key", KEYS)
def test_a_sentence_is_calm_and_whole(key):
    for words in WORDS.values():
        assert words[key].endswith((".", "?", ":", "}")) and not set("!¡") & set(words[key])
