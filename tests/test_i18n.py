"""Words: complete in every language, and never written into a page."""

import ast
import string
from pathlib import Path

import pytest

from rrn import i18n

ROOT = Path(__file__).parents[1]
SOURCES = [ROOT / "app.py", *(ROOT / "rrn").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
SPANISH = i18n.table("es")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def calls(file: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]


def literals(node: ast.AST) -> list[str]:
    """The texts that an argument may be: "a", or both of "a" if x else "b"."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return literals(one) + literals(other)
    return []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_language_has_the_same_keys(language):
    assert set(i18n.table(language)) == set(SPANISH)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_language_fills_in_the_same_values(language):
    table = i18n.table(language)
    differ = {key for key in SPANISH if placeholders(table[key]) != placeholders(SPANISH[key])}
    assert not differ


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_text_is_empty_or_shouts(language):
    assert not [key for key, text in i18n.table(language).items() if not text.strip() or "!" in text or "¡" in text]


def test_every_key_that_the_code_says_exists():
    said = {
        (text, file.name)
        for file in SOURCES
        for call in calls(file)
        if isinstance(call.func, ast.Name) and call.func.id == "t" and call.args
        for text in literals(call.args[0])
    }
    assert len(said) > 20
    assert not {(key, file) for key, file in said if key not in SPANISH}


def test_pages_say_nothing_that_is_not_in_a_lesson_or_a_table():
    spoken = [
        (file.name, call.lineno)
        for file in (ROOT / "pages").rglob("*.py")
        for call in calls(file)
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "st"
        and call.args
        and literals(call.args[0])
    ]
    assert not spoken


@pytest.mark.parametrize(
    ("value", "spanish", "english"),
    [
        (0.97, "0,97", "0.97"),
        (12_400, "12\u202f400", "12,400"),
        (1984, "1984", "1984"),
        (4e-9, "4·10⁻⁹", "4·10⁻⁹"),
        (1e-5, "10⁻⁵", "10⁻⁵"),
        (-2.345, "−2,35", "−2.35"),
        (17.83, "17,8", "17.8"),
        (2.0, "2", "2"),
        (100, "100", "100"),
        (0, "0", "0"),
        (0.0, "0", "0"),
        (0.0025, "0,0025", "0.0025"),
        (float("nan"), "–", "–"),
        (2e13, "2·10¹³", "2·10¹³"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(value, spanish, english):
    assert (i18n.number(value, "es"), i18n.number(value, "en")) == (spanish, english)


def test_numbers_inside_a_sentence_are_written_so_too():
    t = i18n.words("es")
    assert "12\u202f400" in t("topics_done", done=12_400, of=27)


def test_a_missing_value_is_an_error_and_not_a_hole():
    with pytest.raises(KeyError):
        i18n.words("en")("topics_done", done=1)
