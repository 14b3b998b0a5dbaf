import pytest

from rrn.data import course, ngram
from rrn.data.alphabet import Alphabet
from rrn.tasks.language_model import LanguageModel, split

LANGUAGES = sorted(course.SHA256)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_corpus_is_long_enough_and_clean(language):
    text = course.read(language)
    assert len(text.encode()) >= 60_000
    assert text.isprintable() or set(filter(lambda c: not c.isprintable(), text)) == {"\n"}
    assert "\n\n\n" not in text and "  " not in text and text.endswith("\n")
    assert not set("$|{}*`_<>#\\") & set(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_ngram_finds_a_corpus_easy(language):
    alphabet = Alphabet.of(course.read(language))
    seen, unseen = split(alphabet.encode(course.read(language)), LanguageModel())
    found = ngram.bits(seen, unseen, len(alphabet))
    print(language, *(f"{bits:.3f}" for bits in found))
    assert min(found) > 1.6


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_twice(language):
    """No passage of forty characters: nothing was made from a template."""
    text = course.read(language)
    assert len({text[at : at + 40] for at in range(len(text) - 40)}) == len(text) - 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_tenth_tells_stories_too(language):
    """Speech is as common there as before, within a factor of three."""
    text = course.read(language)
    mark = {"es": "—", "en": '"'}[language]
    before, after = text[: len(text) * 9 // 10], text[len(text) * 9 // 10 :]
    assert 1 / 3 < (after.count(mark) / len(after)) / (before.count(mark) / len(before)) < 3


def test_languages_are_about_equally_long():
    sizes = [len(course.read(language)) for language in LANGUAGES]
    assert max(sizes) < 1.25 * min(sizes)


def test_a_changed_corpus_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "FOLDER", tmp_path)
    (tmp_path / "es.txt").write_bytes(b"otra cosa\n")
    course.read.cache_clear()
    with pytest.raises(ValueError, match="was changed"):
        course.read("es")
    course.read.cache_clear()


def test_names_are_those_that_the_task_knows():
    names = {"course", *course.NAMES}
    assert set(LanguageModel.__annotations__["text"].__metadata__[0].names) == names
    assert sorted(course.NAMES.values()) == LANGUAGES


def test_remaking_writes_texts_and_gives_their_hashes(tmp_path, monkeypatch):
    for path in course.FOLDER.glob("stories-*.txt"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(course, "FOLDER", tmp_path)
    assert course.remake() == course.remake()
    for language in LANGUAGES:
        for path in tmp_path.glob(f"stories-*.{language}.txt"):
            for story in course.stories(path.read_text(encoding="utf-8")):
                assert story in (tmp_path / f"{language}.txt").read_text(encoding="utf-8")


def test_a_lesson_gives_its_plain_sentences():
    lesson = """# Title

Subtitle.

## A **question**? {#question}

One [link](https://example.org/a_b) and `code`.

- **First.** Item.
- Second item.

## With a formula {#idea}

Here $x$ stands.

## A guess {#guess}

- Much {> 3}

## Sources {#sources}

- Somebody (1990).

## Quiz {#quiz}

### Which?

- [x] This.
"""
    assert list(course.prose(lesson)) == ["A question?\n\nOne link and code.\n\nFirst. Item.\n\nSecond item."]
