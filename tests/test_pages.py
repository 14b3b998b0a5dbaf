"""Every page that is found opens in every language, by its default address and with settings in it."""

import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, line, store
from rrn.spec import Refused
from rrn.ui import menu, progress

MAIN = menu.PAGES.parent / "rrn" / "ui" / "main.py"
PAGES = [topic for topic in menu.topics() if topic.file]
HOSTILE = {"lang": "xx", "run": "<script>", "units": "1000000000", "epochs": "nan", "rate": "1e400", "a'b": "1"}

in_every_language = pytest.mark.parametrize("language", i18n.LANGUAGES)
LABS = [
    topic
    for topic in PAGES
    if topic.file and any(part in topic.file.read_text("utf-8") for part in ("page.lab(", "page.trial("))
]
each_page = pytest.mark.parametrize("topic", PAGES, ids=lambda topic: topic.id)


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(line, "tell", nobody)
    yield
    store.close()


def nobody(message):
    """In the place of a worker: each of these tests has its data folder, and would start one of its own for it."""
    raise Refused("no_worker")


def opened(topic=None, **address) -> AppTest:
    """The app with a page open; the first run is that of the start page."""
    at = AppTest.from_file(str(MAIN), default_timeout=30)
    at.query_params.update(address)
    at.run()
    if topic:
        at.switch_page(str(topic.file)).run()
    assert not at.exception, at.exception
    return at


def known(at: AppTest) -> dict:
    """What the widgets say whose settings the address knows."""
    return {each.key: each.value for each in (*at.slider, *at.radio) if each.key in at.session_state["_kept"]}


def notices(at: AppTest) -> list[str]:
    return [each.value for each in at.warning if each.icon == ":material/link_off:"]


@in_every_language
def test_the_start_page_names_every_topic(language):
    at = opened(lang=language)
    t = i18n.words(language)
    shown = " ".join(each.proto.body for each in at.get("html"))
    links = " ".join(each.proto.label for each in at.get("page_link"))
    assert at.title[0].value == t("start_title")
    for topic in menu.topics():
        assert t(f"topic_{topic.id}") in shown + links
    assert notices(at) == []


@in_every_language
def test_the_start_page_links_to_what_exists_and_to_nothing_else(language):
    at = opened(lang=language)
    assert {each.proto.page for each in at.get("page_link")} == {topic.id for topic in PAGES}


def test_the_one_primary_button_goes_on_with_the_course():
    at = opened(lang="es")
    at.button(key="start.go_on").click().run()
    assert not at.exception
    assert at.title[0].value == next(topic for topic in PAGES if topic.core).title


@each_page
@in_every_language
def test_a_page_opens(topic, language):
    at = opened(topic, lang=language)
    assert at.title[0].value == i18n.table(language)[f"topic_{topic.id}"]
    assert notices(at) == []


@each_page
def test_a_page_opens_with_a_hostile_address_and_says_so(topic):
    at = opened(topic, **HOSTILE)
    assert notices(at)
    assert not any("script" in said for said in notices(at))


@pytest.mark.parametrize("topic", LABS, ids=lambda topic: topic.id)
def test_a_lab_opens_with_settings_in_the_address(topic):
    """Every slider and choice that the address knows, each at an end of its range where it does not start."""
    at = opened(topic)
    for choice in at.radio:
        if choice.key in at.session_state["_kept"]:
            choice.set_value(choice.options[-1])
    at.run()  # a choice may open another lab, with sliders of its own
    for slider in at.slider:
        if slider.key in at.session_state["_kept"]:
            slider.set_value(slider.min if slider.value != slider.min else slider.max)
    at.run()
    assert not at.exception
    moved = known(at)
    assert moved
    again = opened(topic, **at.session_state["_want"])
    assert known(again) == moved
    assert notices(again) == []


@each_page
def test_changing_the_language_keeps_settings_and_answers(topic):
    at = opened(topic)
    for _ in range(2):  # a choice may open another lab, with choices of its own
        for radio in (each for each in at.radio if each.key.startswith(topic.id)):
            radio.set_value(radio.options[-1])
        at.run()
    before = {each.key: at.session_state[each.key] for each in at.radio if each.key.startswith(topic.id)}
    at.radio(key="lang").set_value("en").run()
    assert not at.exception
    assert {key: at.session_state[key] for key in before} == before


@each_page
def test_the_quiz_answers_each_choice_with_its_why_and_is_then_done(topic):
    at = opened(topic)
    asked = {f"{topic.id}.quiz.{place}": each for place, each in enumerate(menu.read_lesson(topic.file)[0].quiz)}
    for place in range(max(len(each.options) for each in asked.values())):  # all questions at once: a run is slow
        chosen = {key: each.options[place] for key, each in asked.items() if place < len(each.options)}
        for key, option in chosen.items():
            at.radio(key=key).set_value(option.text)
            at.button(key=f"{key}.check").click()
        at.run()
        assert not at.exception
        for option in chosen.values():
            assert option.why in [each.value for each in (at.success if option.right else at.info)]
    assert store.progress(at.session_state["_owner"])[topic.id] >= {"quiz"}


def test_a_topic_is_done_with_a_run_and_the_quiz():
    assert progress.done({"a": {"run", "quiz"}, "b": {"measure", "quiz"}, "c": {"quiz"}, "d": {"run"}}) == {"a", "b"}


def test_the_course_has_its_topics_and_every_extension_a_host():
    topics = menu.topics()
    assert sum(topic.core for topic in topics) >= 27
    assert {topic.id for topic in topics if not topic.core} >= set(menu.HOSTS)
    numbers = {topic.id[:3] for topic in topics if topic.core}
    assert set(menu.HOSTS.values()) <= numbers
    assert [topic.number for topic in topics if topic.core] == sorted(topic.number for topic in topics if topic.core)


def test_the_pages_teach_also_while_the_store_is_away(monkeypatch):
    def away(*_):
        raise Refused("store_away")

    monkeypatch.setattr(store, "progress", away)
    at = opened(lang="es")
    assert len(notices(at)) == 1 and len(at.header) == len(menu.MODULES)
