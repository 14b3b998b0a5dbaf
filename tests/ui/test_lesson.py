from math import inf

import pytest

from rrn.ui import lesson

TEXT = """# Title

One promise.

## First {#first}

Prose with $x$.

```
# no heading
```

$$
y = x
$$

## How much? {#how_much}
- Little {< 0.3}
- Half {0.3 .. 0.7}
- A lot {> 0.7}

## Quiz {#quiz}

### Which?
- [ ] This one
> Not this.
- [x] That one
> That,
> indeed.
"""


def test_a_lesson_has_its_title_and_promise():
    taught = lesson.parse(TEXT)
    assert (taught.title, taught.promise) == ("Title", "One promise.")


def test_sections_keep_heading_and_body_and_code_is_not_a_heading():
    taught = lesson.parse(TEXT)
    assert list(taught.sections) == ["first", "how_much", "quiz"]
    assert taught.sections["first"].heading == "First"
    assert "# no heading" in taught.sections["first"].body and "$$\ny = x\n$$" in taught.sections["first"].body


def test_a_prediction_has_ranges():
    guess = lesson.parse(TEXT).prediction("how_much")
    assert guess.question == "How much?"
    assert [(o.text, o.low, o.high) for o in guess.options] == [
        ("Little", -inf, 0.3),
        ("Half", 0.3, 0.7),
        ("A lot", 0.7, inf),
    ]
    assert [o.holds(0.5) for o in guess.options] == [False, True, False]


def test_a_number_on_the_border_belongs_to_the_middle():
    assert [o.holds(0.3) for o in lesson.parse(TEXT).prediction("how_much").options] == [False, True, False]


def test_a_question_has_options_with_their_why():
    (asked,) = lesson.parse(TEXT).quiz
    assert asked.question == "Which?"
    assert [(o.text, o.right, o.why) for o in asked.options] == [
        ("This one", False, "Not this."),
        ("That one", True, "That, indeed."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no title",
        "# Title",
        TEXT.replace(" {#first}", ""),
        TEXT.replace("{#how_much}", "{#first}"),
        TEXT.replace("[x]", "[ ]"),
        TEXT.replace("> Not this.\n", ""),
        TEXT.replace("- [ ] This one", "- This one"),
    ],
)
def test_a_writers_mistake_is_named(text):
    with pytest.raises(lesson.Unreadable):
        lesson.parse(text)


def test_a_guess_without_a_range_is_named():
    with pytest.raises(lesson.Unreadable, match="a guess is"):
        lesson.parse(TEXT.replace("{< 0.3}", "")).prediction("how_much")


def test_an_unknown_section_is_named():
    with pytest.raises(lesson.Unreadable, match="nowhere"):
        lesson.parse(TEXT).prediction("nowhere")
