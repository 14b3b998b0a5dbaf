"""No word without a use: every key of the tables is said somewhere, whole or as one of a kind (`field_…_help`)."""

import ast
import re
from functools import cache
from pathlib import Path

from rrn import i18n

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "app.py", *(ROOT / "rrn").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
SHORT = 4  # characters that a pattern must have of its own


@cache
def said() -> tuple[frozenset[str], re.Pattern]:
    """Every text in the source, and a pattern of those with something filled in."""
    whole, patterns = set(), set()
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Constant(value=str(text)):
                    whole.add(text)
                    if re.fullmatch(r"[a-z_-]{4,}_", text):  # the beginning of a key
                        patterns.add(f"{re.escape(text)}.+")
                case ast.JoinedStr(values=parts):
                    fixed = [part.value for part in parts if isinstance(part, ast.Constant)]
                    if sum(map(len, fixed)) >= SHORT and re.fullmatch(r"[a-z_-]+", "".join(fixed)):
                        patterns.add(
                            "".join(re.escape(p.value) if isinstance(p, ast.Constant) else ".+" for p in parts)
                        )
    return frozenset(whole), re.compile("|".join(sorted(patterns)))


def test_every_word_is_used():
    whole, pattern = said()
    unused = [key for key in i18n.table(i18n.LANGUAGES[0]) if key not in whole and not pattern.fullmatch(key)]
    assert not unused
