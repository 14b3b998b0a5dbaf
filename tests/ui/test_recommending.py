"""Composing a session on the page: what each recommender puts first, from the run that is shown, without a worker."""

import html
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, jobs, shipped, store
from rrn.events import Began, Ended, Measured
from rrn.scratch import network as net
from rrn.scratch.activations import softmax
from rrn.tasks import sessions
from rrn.tasks.sessions import NAMES, Sessions
from rrn.ui import menu, recommending
from tests.ui.idle import Idle
from tests.ui.tables import tables

MAIN = menu.PAGES.parent / "rrn" / "ui" / "main.py"
PAGE = menu.PAGES / "5-aplicaciones" / "x-recomendador.py"
KEY = "x-recomendador.recommend.recommending"
SPEC = Sessions(units=8, sessions=200)
U, N = 8, len(NAMES)
t = i18n.words("es")


def weights():
    rng = np.random.default_rng(0)
    shapes = {"cell_1/kernel": (N, 3 * U), "cell_1/recurrent_kernel": (U, 3 * U), "cell_1/bias": (2, 3 * U)}
    shapes |= {"out/kernel": (U, N), "out/bias": (N,)}
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(jobs, "ENGINE", Idle())
    yield
    store.close()


def ship(mine=0.5, **rivals):
    told = [
        Measured(0, sessions.rivals(SPEC) | {f"recall_at_5/{name}": value for name, value in rivals.items()}),
        Began("CPU", "tensorflow", 2, 999),
        Measured(1, {"recall_at_5": mine, "mrr": 0.3, **{f"hits_{place}": mine for place in range(3, 13)}}),
        Ended("done", "", 1, 2),
    ]
    shipped.write("sessions", SPEC, told, weights(), {})


def opened(**address) -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=30)
    at.query_params.update({"lang": "es"} | address)
    at.run()
    at.switch_page(str(PAGE)).run()
    assert not at.exception, at.exception
    return at


def composed(at: AppTest, session: str) -> AppTest:
    at.text_area(key=f"{KEY}.session").set_value(session).run()
    assert not at.exception, at.exception
    return at


def shown(at: AppTest) -> dict[str, list[str]]:
    """By recommender, the names it put first."""
    found = {}
    for each in at.get("html"):
        said = re.search(r'aria-label="([^"]+, las cinco primeras [^"]+)"', each.proto.body)
        if said:
            who, what = html.unescape(said[1]).split(", las cinco primeras con su probabilidad: ")
            found[who] = re.findall(r"[A-Z][a-z]+", what)
    return found


def best(chance):
    return [NAMES[band] for band in np.argsort(-chance, kind="stable")[:5]]


def test_the_first_five_of_each_are_those_of_the_run_that_is_shown():
    ship()
    at = composed(opened(), "Bimo, kemi  ADRA")
    found = shown(at)
    assert t("writing_model_example") in [each.value for each in at.caption]
    x = np.array([[1, 10, 0]])
    network = net.opened_from(weights(), "gru")
    assert found.pop("GRU") == best(softmax(net.forward(network, x).said)[0, -1])
    others = sessions.recommenders_of(SPEC)
    assert set(found) == {t(f"rival_{name}") for name in others} and len(found) == 5
    assert all(found[t(f"rival_{name}")] == best(recommend(x)[0, -1]) for name, recommend in others.items())


def test_bands_are_added_and_removed_by_a_click():
    ship()
    at = opened()
    start = recommending.START
    at.selectbox(key=f"{KEY}.add").set_value("Flumi").run()
    assert at.text_area(key=f"{KEY}.session").value == f"{start} Flumi"
    assert at.selectbox(key=f"{KEY}.add").value is None
    at.button(key=f"{KEY}.less").click().run()
    at.button(key=f"{KEY}.less").click().run()
    assert at.text_area(key=f"{KEY}.session").value == " ".join(start.split()[:-1])
    at.button(key=f"{KEY}.anew").click().run()
    assert not at.exception and at.text_area(key=f"{KEY}.session").value == ""
    at.button(key=f"{KEY}.less").click().run()  # of nothing, nothing is removed
    assert not at.exception
    at.selectbox(key=f"{KEY}.add").set_value("Adra").run()
    assert at.text_area(key=f"{KEY}.session").value == "Adra" and len(shown(at)) == 6


@pytest.mark.parametrize("session", ["", "   ", "\n"])
def test_an_empty_session_is_told_and_nothing_is_recommended(session):
    ship()
    at = composed(opened(), session)
    assert t("recommending_empty") in [each.value for each in at.caption]
    assert shown(at) == {} and not at.error


@pytest.mark.parametrize(
    ("session", "says"),
    [
        ("Adra Beatles", "«Beatles»"),
        ("<script>", r"«\<script\>»"),
        ("🎵", "«🎵»"),
        ("Adra " * 201, "200"),
        (" , ,", "Escribe"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(session, says):
    ship()
    at = composed(opened(), session)
    (error,) = at.error
    assert says in error.value and shown(at) == {}


def test_what_is_unknown_is_answered_with_what_is_near():
    ship()
    (error,) = composed(opened(), "Bimo Kemmi").error
    assert "Kemi" in error.value


def test_the_rule_names_three_after_two_bands_and_none_after_one():
    ship()
    captions = [each.value for each in composed(opened(), "Bimo").caption]
    assert t("recommending_no_rule") in captions
    rule = sessions.world(2).rule[1, 10]
    named = ", ".join(NAMES[band] for band in np.argsort(-rule)[:3])
    assert t("recommending_rule", names=named) in [each.value for each in composed(opened(), "Bimo Kemi").caption]


def test_a_session_longer_than_any_that_was_learned_from_is_read_whole():
    ship()
    at = composed(opened(), " ".join(NAMES) + " Adra Bimo")
    assert len(shown(at)) == 6
    assert any(each.value.startswith("… ") and each.value.endswith("Bimo (jazz)") for each in at.caption)


def table(at: AppTest) -> list[str]:
    """Who recommends, in the order in which it is listed."""
    return tables(at, t("recommending_who"))[0][t("recommending_who")]


@pytest.mark.parametrize(("mine", "place"), [(0.99, 0), (0.01, 5)])
def test_all_that_recommend_are_listed_the_best_first(mine, place):
    ship(mine)
    listed = table(opened())
    assert len(listed) == 6 and listed[place] == "GRU"


def test_a_network_that_stays_behind_is_said_to():
    ship(0.6, markov_2=0.67)
    said = [each.value for each in opened().markdown]
    assert t("measure_not_better", rival=t("rivals_markov_2")) in said
    assert any("**−0,07**" in each for each in said)  # beside what people say
    ship(0.7, markov_2=0.67)
    said = [each.value for each in opened().markdown]
    assert any(each.startswith("Mejor que contar") for each in said)


def test_without_a_run_or_an_example_the_page_says_what_is_missing():
    at = opened()
    assert t("recommending_no_model") in [each.value for each in at.caption]
    assert shown(at) == {}


def test_a_session_stays_when_the_language_changes():
    ship()
    at = composed(opened(), "Bimo Kemi")
    at.radio(key="lang").set_value("en").run()
    assert not at.exception and at.text_area(key=f"{KEY}.session").value == "Bimo Kemi"
