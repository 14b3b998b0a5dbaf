"""Judging a text on the page, without a worker: what is shown of an answer, and what of one that is worth little."""

import csv
import io
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, jobs, shipped, store
from rrn.data import bag, opinions, wording
from rrn.data.bag import Bag
from rrn.data.wording import Wording
from rrn.events import Began, Captured, Ended, Kept, Listed, Measured
from rrn.spec import Refused
from rrn.store import leases
from rrn.tasks import sentiment as task
from rrn.tasks.sentiment import Explain, Sentiment
from rrn.ui import feeling, menu, words
from rrn.ui.words import plain
from tests.ui.idle import Idle
from tests.ui.tables import tables

MAIN = menu.PAGES.parent / "rrn" / "ui" / "main.py"
PAGE = menu.PAGES / "5-aplicaciones" / "5-3-sentimientos.py"
KEY = "5-3-sentimientos.feel.judging"
SPEC = Sentiment(units=4, embedding=4, epochs=2)
KNOWN = opinions.words("es")
U, E = 4, 4
SHAPES = {
    "embed/embeddings": (task.sizes(SPEC)[0], E),
    "cell_1/kernel": (E, 3 * U),
    "cell_1/recurrent_kernel": (U, 3 * U),
    "cell_1/bias": (2, 3 * U),
    "out/kernel": (U, 2),
    "out/bias": (2,),
}
WEIGHTS = {"buena": 2.0, "mala": -2.0, "no": 0.25}
t = i18n.words("es")


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(jobs, "ENGINE", Idle())
    rng = np.random.default_rng(0)
    weights = {name: rng.normal(size=shape).astype(np.float32) / 3 for name, shape in SHAPES.items()}
    kept = {
        "wording": Wording(KNOWN, len(KNOWN)).to_bytes(),
        "bag": Bag(WEIGHTS).to_bytes(),
        "names": json.dumps(["-", "+"]).encode(),
    }
    told = [
        *(Kept(name, data) for name, data in kept.items()),
        Began("CPU", "tensorflow", 2, 999),
        Measured(0, {"ordered/bag": 0.5, "flips/bag": 0.1, "accuracy/bag": 0.5}),
        Measured(2, {"accuracy": 0.9, "ordered": 0.95, "flips": 1.0, "f1": 0.9, "calibration": 0.02}),
        Ended("done", "", 1, 2),
    ]
    shipped.write("sentiment-es", SPEC, told, weights, kept)
    yield
    store.close()


@pytest.fixture
def asked(monkeypatch):
    """The texts that were asked about: “raro” is unknown, “french” foreign, and the last word decides."""
    heard = []

    def ask(question, *, run, data=b""):
        text = data.decode()
        heard.append((question, text))
        if "roto" in text:
            raise Refused("no_answer")
        words = text.split()
        positive = 0.9 if words[-1:] == ["buena"] else 0.2
        yield Measured(0, {"positive": positive, "bag": 0.2, "known": 0.1 if "raro" in text else 1.0,
                           "words": float(any(map(str.isalpha, text))) * len(words), "parts": 1.0 + text.count("/"),
                           "foreign": float("french" in text)})  # fmt: skip
        yield Listed(0, "word", tuple(words))
        for name in ("running", "missed", "pull", "weight", "denied"):
            yield Captured(0, name, ("word",), np.linspace(0.1, positive, len(words), dtype=np.float32))

    monkeypatch.setattr(jobs, "ask", ask)
    return heard


ME, OTHER = "a" * 32, "b" * 32
SPAM = "![](//a.b/c)"  # a class as a visitor may call it
TABLE = "".join(
    f"{label}\tnumber {n} was a {said}\n" for n in range(40) for label, said in (("ham", "joy"), (SPAM, "bargain"))
)


def of_a_table(whose: str, **fields) -> str:
    """A run that has learned from somebody's own table; what it reads at every epoch is a text of that."""
    spec = replace(SPEC, texts=store.put(TABLE.encode(), whose), lines=TABLE.count("\n"), **fields)
    run = jobs.start(spec, whose)
    kept = [Kept("wording", Wording(KNOWN, spec.words).to_bytes()), Kept("bag", Bag(WEIGHTS).to_bytes())]
    kept += [Kept("names", json.dumps(["ham", SPAM]).encode()), Began("CPU", "tensorflow", 2, 999)]
    watched = [Listed(2, "word", ("a", "bargain")), Captured(2, "running", ("word",), np.array([0.5, 0.9], np.float32))]
    weights = {name: np.zeros(shape, np.float32) for name, shape in SHAPES.items()}
    weights["embed/embeddings"] = np.zeros((task.sizes(spec)[0], E), np.float32)
    told = [*kept, Measured(0, {"accuracy/bag": 0.5}), Measured(2, {"accuracy": 0.9, "loss": 0.1}), *watched]
    leases.finish(leases.claim(run.id), told, Ended("done", "", 1.0, 2.0), weights)
    return run.id


def opened(**address) -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=60)
    at.session_state["_owner"] = ME
    at.query_params.update(address)
    at.run()
    return at.switch_page(str(PAGE)).run()


def says(at, words: str) -> bool:
    found = [e.value for kind in ("markdown", "caption", "warning", "error") for e in at.get(kind)]
    return any(words in str(value) for value in found)


def write(at, text: str) -> AppTest:
    return next(e for e in at.text_input if e.label == t("feeling_text")).set_value(text).run()


def test_a_text_is_judged_once_and_anew_when_a_word_changes(asked):
    at = opened()
    assert not at.exception and [type(question) for question, _ in asked] == [Explain]
    at.run()
    assert len(asked) == 1
    write(at, "la comida es buena")
    assert asked[-1][1] == "la comida es buena" and len(asked) == 2
    assert says(at, t("feeling_verdict", name="**positiva**", chance="0,9")) and says(at, t("feeling_disagree"))


@pytest.mark.parametrize(
    ("text", "key"),
    [("muy raro", "feeling_unknown"), ("french words", "feeling_foreign"), ("!!! 😀", "feeling_no_words")],
)
def test_where_the_network_knows_too_little_the_page_says_so(asked, text, key):
    at = write(opened(), text)
    assert not at.exception and says(at, t(key, share="10"))


def test_nothing_typed_is_no_error_and_a_failure_is_one_sentence(asked):
    assert says(write(opened(), "   "), t("feeling_empty"))
    at = write(opened(), "roto")
    assert not at.exception and len(at.error) == 1


def test_markup_stays_a_text(asked):
    at = write(opened(), "<script>alert(1)</script> es buena")
    shown = " ".join(each.proto.body for each in at.get("html"))
    assert "<script>" not in shown and "&lt;script&gt;" in shown


def test_who_was_fooled_is_counted(asked):
    at = write(opened(), "la comida es buena")
    at.button(key=f"{KEY}.is_negative").click().run()
    write(at, "la comida es mala")
    at.button(key=f"{KEY}.is_negative").click().run()
    at.button(key=f"{KEY}.is_negative").click().run()  # once more is no other sentence
    assert says(at, t("feeling_fooled", n=2, network=1, bag=0))
    assert [*tables(at)[0].values()][0] == ["la comida es mala", "la comida es buena"]
    at.button(key=f"{KEY}.is_positive").click().run()  # who has thought again is counted once
    assert says(at, t("feeling_fooled", n=2, network=2, bag=1))


@pytest.mark.parametrize(
    ("text", "key"), [("es buena", "feeling_denied_one"), ("la comida es buena", "feeling_denied")]
)
def test_places_where_a_negation_turns_the_verdict_are_counted_in_words(asked, text, key):
    at = write(opened(), text)
    assert says(at, t(key, word=text.split()[0], chance="0,1", count=2))


def test_a_word_in_the_table_is_never_a_formula():
    read = feeling.Read(("run", "text"))
    read.events = [Listed(0, "word", ("=1+1", "buena"))]
    read.events += [Captured(0, n, ("word",), np.array([0.5, 1.0])) for n in ("running", *feeling.WAYS, "denied")]
    rows = list(csv.reader(io.StringIO(feeling.table(read).decode("utf-8-sig"))))
    assert rows[0][0] == "word" and rows[1][0] == "'=1+1" and rows[2] == ["buena", *["1.0000"] * 5]


@pytest.mark.parametrize(("chance", "text"), [(0.5, "0,5"), (0.9999, "> 0,99"), (0.0001, "< 0,01")])
def test_no_probability_is_told_as_certain(chance, text):
    assert words.probability(chance) == text


@pytest.mark.parametrize(("chance", "side"), [(np.float32(0.9), True), (0.505, True), (0.5, None), (0.1, False)])
def test_a_side_is_taken_where_there_is_no_doubt(chance, side):
    assert feeling.side(chance) is side


@pytest.mark.parametrize(("positive", "chance", "wrong"),
                         [(True, 0.5, False), (False, 0.5, False), (True, 0.49, True), (False, 0.51, True),
                          (True, 0.51, False), (False, 0.2, False)])  # fmt: skip
def test_in_the_game_whoever_is_in_doubt_is_not_wrong(positive, chance, wrong):
    assert feeling.Tried("", positive, 0.0, 0.0).wrong(chance) is wrong


def test_the_lexicon_is_judged_by_the_held_out_reviews_in_which_order_decides():
    ordered = feeling._ordered("es", 0)
    held = [one for one in opinions.unseen("es", task.UNSEEN, 0) if one.ordered]
    assert [positive for _, positive in ordered] == [one.positive for one in held]
    assert [words for words, _ in ordered] == [[w.read for w in wording.words(one.text)] for one in held]
    always = bag.Bag({}, 1.0)
    assert feeling._hits(always, ordered) == np.mean([positive for _, positive in ordered])


def test_what_was_changed_in_the_lexicon_stays_with_the_next_word_until_it_is_taken_back():
    def lexicon(kind, name):
        return next(each for each in at.get(kind) if each.label == name)

    def share():
        return lexicon("metric", t("lexicon_metric")).value

    at = opened()
    before = share()
    heavy = lexicon("selectbox", t("lexicon_word"))
    assert [*heavy.options] == ["buena", "mala", "no"]
    lexicon("select_slider", t("lexicon_weight", word="buena")).set_value(-3.0).run()
    heavy.set_value("no").run()
    lexicon("select_slider", t("lexicon_weight", word="no")).set_value(4.0).run()
    lexicon("selectbox", t("lexicon_word")).set_value("buena").run()
    assert not at.exception and lexicon("select_slider", t("lexicon_weight", word="buena")).value == -3.0
    turned = Bag(WEIGHTS | {"buena": -3.0, "no": 4.0})
    assert share() == i18n.number(feeling._hits(turned, feeling._ordered("es", 0)), "es", 3) != before
    lexicon("button", t("lexicon_back")).click().run()
    assert share() == before and lexicon("select_slider", t("lexicon_weight", word="buena")).value == 2.0


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_example_in_the_small_language_is_known_to_the_network(language):
    known = set(opinions.words(language))
    for example in i18n.words("es")(f"feeling_rules_{language}").split(" / "):
        assert set(example.split()) <= known


@pytest.mark.parametrize("whose", [ME, OTHER])
def test_a_text_that_somebody_handed_in_is_drawn_for_nobody_else(asked, whose):
    at = opened(run=of_a_table(whose))
    assert not at.exception, at.exception
    figures = [each.proto.spec for each in at.get("plotly_chart")]
    assert figures and any("bargain" in figure for figure in figures) is (whose == ME)


def test_classes_are_called_as_their_owner_called_them_and_never_read_as_markdown(asked):
    at = opened(run=of_a_table(OTHER))
    assert at.button(key=f"{KEY}.is_positive").label == t("feeling_it_is", name=plain(SPAM))
    assert at.button(key=f"{KEY}.is_negative").label == t("feeling_it_is", name="ham")


def test_every_network_has_a_game_of_its_own(asked, tmp_path):
    shutil.copytree(tmp_path / "models" / "sentiment-es", tmp_path / "models" / "critic-es")
    at = opened(run=of_a_table(ME))
    at.button(key=f"{KEY}.is_negative").click().run()
    assert says(at, t("feeling_fooled", n=1, network=0, bag=0))
    who = next(e for e in at.radio if e.label == t("feeling_model"))
    who.set_value(who.options[1]).run()
    assert not at.exception and not says(at, t("feeling_fooled", n=1, network=0, bag=0))


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_a_table_of_one_s_own_has_examples_in_the_language_of_the_page(asked, lang):
    opened(lang=lang, run=of_a_table(ME))
    assert asked[-1][1] == i18n.words(lang)(f"feeling_life_{lang}").split(" / ")[0]


def test_where_no_network_of_the_small_language_ships_there_is_no_lexicon_to_edit(asked, tmp_path):
    example, strong = (tmp_path / "models" / name for name in ("sentiment-es", "critic-es"))
    example.rename(strong)
    spec = json.loads((strong / "spec.json").read_text("utf-8"))
    (strong / "spec.json").write_text(json.dumps(spec | {"texts": "written-es"}), "utf-8")
    at = opened()
    assert not at.exception and says(at, t("lexicon_none"))
