"""The course's own corpus, one text per language: stories written for it and the prose of its lessons.

The texts are frozen, so that runs of this year and the next can be compared. They are remade only by
`python -m rrn.data.course`, which prints the new hashes for this file.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("course_texts")
PAGES = Path(__file__).parents[2] / "pages"
NAMES = {"course-es": "es", "course-en": "en"}
SHA256 = {
    "es": "048c7d85facecfdf1efca51834be7f6b9dbf7b5d4d4e3da7886ed533a8b7b20f",
    "en": "cd691347514d62fbd813b9aa3975cd1c18c0691595a0024375be7309cd0d1d15",
}
LEFT_OUT = ("sources", "quiz")  # sections of a lesson that are no prose


@cache
def read(language: str) -> str:
    """The frozen corpus in "es" or "en".

    Raises:
        ValueError: the file is not the one that this version was released with.
    """
    data = (FOLDER / f"{language}.txt").read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256[language]:
        raise ValueError(f"{language}.txt was changed; remake it with `python -m rrn.data.course` and note its hash")
    return data.decode()


def remake() -> dict[str, str]:
    """Write both texts anew from stories and lessons, and give their hashes by language."""
    return {language: _write(language) for language in SHA256}


def _write(language):
    data = assembled(language).encode()
    (FOLDER / f"{language}.txt").write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def assembled(language: str) -> str:
    """The stories of every file and the sections of the lessons, spread evenly: the last tenth is like the rest."""
    files = [
        list(stories(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob(f"stories-*.{language}.txt"))
    ]
    lessons = [
        section
        for path in sorted(PAGES.glob(f"*/*.{language}.md"))
        for section in prose(path.read_text(encoding="utf-8"))
    ]
    placed = [((n + 0.5) / len(group), piece) for group in (*files, lessons) for n, piece in enumerate(group)]
    pieces = [piece for _, piece in sorted(placed, key=lambda pair: pair[0])]
    return "\n\n".join(pieces) + "\n"


def stories(text: str) -> Iterator[str]:
    """Story by story. A title is a short paragraph that ends without a stop."""
    story: list[str] = []
    for paragraph in re.split(r"\n{2,}", text.strip()):
        if story and len(paragraph) < 60 and paragraph[-1].isalpha():
            yield "\n\n".join(story)
            story = []
        story.append(paragraph)
    yield "\n\n".join(story)


def prose(lesson: str) -> Iterator[str]:
    """Section by section what a lesson says in plain sentences: nothing with a formula, a table or a gap to fill in."""
    for section in re.split(r"(?m)^## ", lesson)[1:]:
        heading, _, body = section.strip().partition("\n")
        title, _, name = heading.rstrip("}").partition(" {#")
        if name not in LEFT_OUT and not re.search(r"[$|{]", body):
            yield _plain("\n\n".join([title, body.strip()]))


def _plain(markdown):
    """Without the marks of Markdown; the items of a list become paragraphs."""
    words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", re.sub(r"(?m)^- ", "", markdown))
    return re.sub(r"\n+", "\n\n", re.sub(r"[*`]", "", words))


if __name__ == "__main__":
    for language, sha256 in remake().items():
        print(f'    "{language}": "{sha256}",')
