"""The course as it stands: topics found from the files of pages/, and those still to come by name."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st

from rrn import i18n
from rrn.ui import lesson
from rrn.ui.words import lang, t

PAGES = Path(__file__).parents[2] / "pages"
MODULES = range(1, 8)

# Labs that extend a topic, in reading order: where each belongs, also before it exists.
HOSTS = {
    "x-softmax": "1-2",
    "x-mlp": "1-3",
    "x-saltos": "2-4",
    "x-gradientes": "3-1",
    "x-inicializacion": "3-1",
    "x-apiladas": "3-4",
    "x-seleccion": "3-4",
    "x-contador": "3-4",
    "x-longitud-variable": "4-1",
    "x-series": "4-1",
    "x-anomalias": "4-1",
    "x-bptt-truncada": "4-2",
    "x-eficiencia": "4-3",
    "x-l1-l2": "4-4",
    "x-musica": "5-1",
    "x-recomendador": "5-1",
    "x-dialogo": "5-2",
    "x-spam": "5-3",
    "x-ntm": "6-1",
    "x-transformer": "6-1",
    "x-adn": "6-2",
    "x-ocr": "6-4",
}


@dataclass(frozen=True)
class Topic:
    """A page of the course; `file` is None while it is still to come."""

    id: str
    module: int
    file: Path | None

    @property
    def core(self) -> bool:
        """One of the numbered topics, rather than a lab that extends one."""
        return not self.id.startswith("x-")

    @property
    def number(self) -> str:
        """ "5.1"; empty for an extension."""
        return ".".join(self.id.split("-")[:2]) if self.core else ""

    @property
    def title(self) -> str:
        """In the visitor's language: the lesson's title, or the announced one."""
        return read_lesson(self.file)[0].title if self.file else t(f"topic_{self.id}")

    @property
    def name(self) -> str:
        """ "5.1 Modelado de lenguaje": number and title."""
        return f"{self.number} {self.title}".strip()

    def page(self) -> st.Page:
        """The page as Streamlit knows it: the same address in every language."""
        assert self.file, f"{self.id} is still to come"
        return st.Page(self.file, title=self.name, url_path=self.id, visibility="visible" if self.core else "hidden")


def read_lesson(file: Path) -> tuple[lesson.Lesson, str]:
    """A page's lesson and the language it is in: the visitor's, or Spanish where a translation is missing."""
    for language in (lang(), i18n.LANGUAGES[0]):
        text = file.with_suffix(f".{language}.md")
        if text.exists():
            return lesson.read(text), language
    raise FileNotFoundError(f"{file} has no lesson")


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic in reading order, the core ones of a module before its extensions."""
    found = {file.stem: file for file in PAGES.glob("[1-7]-*/*.py")}
    named = [key.removeprefix("topic_") for key in i18n.table(i18n.LANGUAGES[0]) if key.startswith("topic_")]
    extensions = list(HOSTS)

    def module(id: str) -> int:
        if id in found:
            return int(found[id].parent.name[0])
        return int(HOSTS.get(id, id)[0])

    def place(topic: Topic):
        known = extensions.index(topic.id) if topic.id in HOSTS else len(extensions)
        return topic.module, not topic.core, known, topic.id

    ids = dict.fromkeys([*named, *found])
    return tuple(sorted((Topic(id, module(id), found.get(id)) for id in ids), key=place))


def of_module(module: int, *, core: bool = True) -> list[Topic]:
    return [topic for topic in topics() if topic.module == module and topic.core == core]


def find(id: str) -> Topic | None:
    return next((topic for topic in topics() if topic.id == id), None)


def extensions(topic: Topic) -> list[Topic]:
    """The labs that extend a core topic, as far as they exist."""
    return [each for each in topics() if each.file and HOSTS.get(each.id) == topic.id[:3] and not each.core]


def neighbours(topic: Topic) -> tuple[Topic | None, Topic | None]:
    """The core topics before and after it that exist. An extension has the last topic of its host's before it."""
    there = [each for each in topics() if each.core and each.file]
    if topic in there:
        at = there.index(topic)
        return (there[at - 1] if at else None), (there[at + 1] if at + 1 < len(there) else None)
    host = next((each for each in there if each.id.startswith(HOSTS.get(topic.id, "?") + "-")), None)
    return host, None


def groups() -> dict[str, list[st.Page]]:
    """The menu: one group for each module that has a page."""
    menu: dict[str, list[st.Page]] = {}
    for topic in topics():
        if topic.file:
            menu.setdefault(f"{topic.module} {t(f'module_{topic.module}_short')}", []).append(topic.page())
    return menu
