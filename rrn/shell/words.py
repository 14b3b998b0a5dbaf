"""The shell's words: Spanish where the locale begins with es, English elsewhere."""

import os
from typing import Any

from rrn import i18n
from rrn.spec import Refused


def language() -> str:
    """The first of the locale's variables that is set decides, in the order that POSIX gives them."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE")
    return "es" if next(filter(None, map(os.environ.get, names)), "").lower().startswith("es") else "en"


def t(key: str, **values) -> str:
    return i18n.words(language())(key, **values)


def number(value: float, digits: int = 3) -> str:
    return i18n.number(value, language(), digits)


def sentence(refused: Refused) -> str:
    """What is wrong and what is allowed, a field named as its option."""
    values = {name: _said(name, value) for name, value in refused.values.items()}
    try:
        return t(f"refused_{refused.code}", **values)
    except KeyError:  # a code out of the store that this version has no words for
        return t("cli_failed", why=refused.code)


def option(field: str) -> str:
    """The option that sets a field: "top_p" is --top-p."""
    return "--" + field.replace("_", "-")


def _said(name: str, value: Any) -> str:
    match value:
        case str() if name == "field":
            return option(value)
        case tuple() | list():
            return ", ".join(map(str, value))
        case int() | float():
            return f"{value:g}"  # as it would be typed
        case _:
            return str(value)
