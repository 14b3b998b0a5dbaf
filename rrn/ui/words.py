"""The visitor's language: which one it is, and words in it."""

import re

import streamlit as st

from rrn import i18n


def lang() -> str:
    """ "es" or "en"."""
    return st.session_state.get("lang", i18n.LANGUAGES[0])


def t(key: str, **values) -> str:
    """The text of a key, its {placeholders} filled in; numbers are written as the language writes them."""
    return i18n.words(lang())(key, **values)


def n(value: float, digits: int = 3) -> str:
    """A number as the visitor's language writes it."""
    return i18n.number(value, lang(), digits)


def probability(value: float) -> str:
    """A probability with two decimals; nothing is certain, so the ends are not reached."""
    if 0.005 <= value < 0.995:
        return n(value, 2)
    return f"> {n(0.99, 2)}" if value > 0.5 else f"< {n(0.01, 2)}"


def probability_among(value: float) -> str:
    """A probability among several: small ones in full, for rivals differ in them; none is told as certain."""
    return n(value, 2) if 0 < value < 0.5 else probability(value)


def plain(words: str) -> str:
    """For a place that reads Markdown: what a visitor typed is none."""
    return re.sub(r"([\\`*_{}\[\]()#+!$~|<>:-])", r"\\\1", words)
