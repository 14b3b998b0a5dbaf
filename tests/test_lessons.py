"""Lessons: the two languages teach the same, and every page has both."""

import re
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest

from rrn import i18n
from rrn.ui import lesson

PAGES = Path(__file__).parents[1] / "pages"
STEMS = sorted({path.with_suffix("").with_suffix("") for path in PAGES.rglob("*.es.md")})
FORMULA = re.compile(r"\$\$.+?\$\$|(?<!\\)\$[^$\n]+\$", re.DOTALL)
RANGED = re.compile(r"^- .*\{(?:[<>] ?[\d.]+|[\d.]+ \.\. [\d.]+)\}$", re.MULTILINE)


def both(stem: Path) -> list[lesson.Lesson]:
    return [lesson.read(Path(f"{stem}.{language}.md")) for language in i18n.LANGUAGES]


def predictions(taught: lesson.Lesson) -> dict[str, lesson.Prediction]:
    return {id: taught.prediction(id) for id, part in taught.sections.items() if RANGED.search(part.body)}


each_lesson = pytest.mark.parametrize("stem", STEMS, ids=lambda stem: stem.name)


def test_there_are_lessons():
    assert STEMS


@each_lesson
def test_sections_have_the_same_ids_in_the_same_order(stem):
    spanish, english = both(stem)
    assert list(spanish.sections) == list(english.sections)


@each_lesson
def test_formulas_are_the_same(stem):
    spanish, english = both(stem)
    for id, section in spanish.sections.items():
        assert FORMULA.findall(section.body) == FORMULA.findall(english.sections[id].body), id
        assert section.body.count("$$") == english.sections[id].body.count("$$") and section.body.count("$$") % 2 == 0


@each_lesson
def test_code_blocks_and_tables_are_as_many(stem):
    spanish, english = both(stem)
    for id, section in spanish.sections.items():
        for mark in ("```", "| ---", "!["):
            assert section.body.count(mark) == english.sections[id].body.count(mark), (id, mark)


@each_lesson
def test_the_quiz_asks_the_same_and_has_the_same_right_answers(stem):
    spanish, english = ([[option.right for option in asked.options] for asked in taught.quiz] for taught in both(stem))
    assert spanish == english
    assert len(spanish) >= (2 if stem.name.startswith("x-") else 4)


@each_lesson
def test_right_answers_do_not_always_stand_in_the_same_place(stem):
    places = {[option.right for option in asked.options].index(True) for asked in both(stem)[0].quiz}
    assert len(places) > 1


@each_lesson
def test_predictions_have_the_same_ranges(stem):
    spanish, english = ([[(o.low, o.high) for o in p.options] for p in predictions(one).values()] for one in both(stem))
    assert spanish == english


@each_lesson
def test_a_prediction_leaves_no_number_out(stem):
    for guess in predictions(both(stem)[0]).values():
        ranges = sorted((option.low, option.high) for option in guess.options)
        assert ranges[0][0] == -inf and ranges[-1][1] == inf
        assert all(first[1] == second[0] for first, second in pairwise(ranges))


@each_lesson
def test_the_title_is_the_one_that_the_map_announces(stem):
    for language, taught in zip(i18n.LANGUAGES, both(stem), strict=True):
        assert taught.title == i18n.table(language)[f"topic_{stem.name}"]


@each_lesson
def test_display_formulas_fit_a_phone(stem):
    """One equation in each block; about 30 glyphs fit 390 pixels."""
    for section in both(stem)[0].sections.values():
        for block in re.findall(r"\$\$(.+?)\$\$", section.body, re.DOTALL):
            glyphs = re.sub(r"\\(?:mathrm|mathbf|text|left|right|frac|tilde|,|;)|[{}^_ \n]|\\mid", "", block)
            glyphs = re.sub(r"\\[a-zA-Z]+", "x", glyphs)
            assert "\\\\" not in block and len(glyphs) <= 40, block


@pytest.mark.parametrize("page", sorted(PAGES.rglob("*.py")), ids=lambda page: page.stem)
def test_every_page_has_its_lesson_in_every_language(page):
    assert all(page.with_suffix(f".{language}.md").exists() for language in i18n.LANGUAGES)
