"""A lab that trains several runs with one click, without a browser and without a worker."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, jobs, shipped, store
from rrn.events import Began, Captured, Ended, Measured
from rrn.spec import CELLS, Refused
from rrn.store import leases
from rrn.tasks.counting import Counting
from rrn.ui import menu
from tests.ui.idle import Idle
from tests.ui.tables import tables

MAIN = menu.PAGES.parent / "rrn" / "ui" / "main.py"
PAGE = menu.PAGES / "3-tipos" / "x-contador.py"
LAB = "x-contador.count"
GATES = {"rnn": 1, "gru": 3, "lstm": 4}
t = i18n.words("es")


def events(counted):
    gradient = np.ones(21, np.float32)
    return [
        Measured(0, {"counted/read": 10.0, "counted": 0.0}),
        Captured(0, "gradient", ("step",), gradient),
        Began("CPU", "tensorflow", 2, 100),
        Measured(1, {"loss": 1.0, "gradient_norm": 0.3}),
        Measured(1, {"counted": counted}),
    ]


def weights(cell, units=8):
    n = GATES[cell]
    shapes = {"cell_1/kernel": (4, n * units), "cell_1/recurrent_kernel": (units, n * units)}
    shapes |= {"cell_1/bias": (2, n * units) if cell == "gru" else (n * units,)}
    shapes |= {"out/kernel": (units, 4), "out/bias": (4,)}
    return {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(jobs, "ENGINE", Idle())
    for place, cell in enumerate(CELLS):
        ended = [*events(place), Ended("done", "", 1, 2)]
        shipped.write(f"x-contador-{place + 1}", Counting(cell=cell), ended, weights(cell), {})
    yield
    store.close()


def opened(**address) -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=30)
    at.query_params.update(address)
    at.run()
    at.switch_page(str(PAGE)).run()
    assert not at.exception, at.exception
    return at


def train(at) -> jobs.Group:
    at.button(key=f"{LAB}.train").click().run()
    assert not at.exception, at.exception
    return jobs.group(at.session_state["_want"]["group"])


def carry_out(run, counted=12.0, how="done", why=""):
    leases.finish(leases.claim(run.id), events(counted), Ended(how, why, 1.0, 9.0), weights(run.spec.cell))


def says(at, words: str) -> bool:
    parts = [*at.markdown, *at.caption, *at.error, *at.info, *at.success, *at.warning]
    return any(words in part.value for part in parts)


def table(at) -> dict:
    return tables(at)[0]


def test_the_page_s_own_runs_are_there_on_first_sight():
    at = opened(lang="es")
    assert says(at, t("lab_state_example_line"))
    assert table(at)[t("together_what")] == ["LSTM", "GRU", "RNN simple"]


def test_one_click_queues_every_cell_in_one_place():
    group = train(opened(lang="es", epochs="5"))
    assert [(run.spec.cell, run.spec.epochs, run.place) for run in group.runs] == [(cell, 5, 1) for cell in CELLS]
    assert all(jobs.group_of(run).id == group.id for run in group.runs)


def test_several_seeds_are_one_group_too():
    at = opened(lang="es")
    at.radio(key=f"{LAB}.how_many").set_value("seeds").run()
    group = train(at)
    assert len(group.runs) == 9 and {run.spec.seed for run in group.runs} == {0, 1, 2}


def test_while_the_second_trains_the_first_is_done_and_none_is_judged():
    at = opened(lang="es")
    group = train(at)
    carry_out(group.runs[0])
    leases.claim(group.runs[1].id)
    at.run()
    assert says(at, t("together_running", n=2, of=3, what="GRU"))
    assert not tables(at)


def test_at_the_end_a_table_says_who_and_no_more_than_was_shown():
    at = opened(lang="es")
    at.radio(key=f"{LAB}.how_far").set_value(2).run()
    group = train(at)
    for run, counted in zip(group.runs, (3.0, 10.0, 17.0), strict=True):
        carry_out(run, counted)
    at.run()
    assert table(at)[t("measure_counted_unit")] == ["17", "10", "3"]
    assert says(at, t("together_one_seed", best="LSTM"))
    assert any("Acertaste" in each.value for each in at.success)
    assert store.progress(at.session_state["_owner"]) == {"x-contador": {"run"}}


def test_a_run_that_failed_leaves_the_others_their_table():
    at = opened(lang="es")
    group = train(at)
    carry_out(group.runs[0])
    carry_out(group.runs[1], how="failed", why="not_a_number")
    carry_out(group.runs[2])
    at.run()
    assert sorted(table(at)[t("together_what")]) == ["LSTM", "RNN simple"]
    assert says(at, t("together_left_out", names="GRU")) and says(at, t("together_partly", n=2, of=3, time="30 s"))
    assert any("una tasa de 0,003" in each.value for each in at.error)  # and what to try


def test_stop_ends_all_of_them():
    at = opened(lang="es")
    group = train(at)
    at.button(key=f"{LAB}.stop").click().run()
    assert {run.state for run in jobs.group(group.id).runs} == {"stopped"}
    assert not at.exception


def test_a_link_to_a_group_opens_all_of_it():
    group = train(opened(lang="es"))
    at = opened(lang="es", group=group.id)
    assert at.session_state["_want"]["group"] == group.id
    assert says(at, t("lab_state_queued_line", place=1))


def test_a_group_that_is_not_there_is_one_sentence_and_the_example_stays():
    at = opened(lang="es", group="0" * 32)
    assert len([w for w in at.warning if w.icon == ":material/link_off:"]) == 1
    assert says(at, t("lab_state_example_line"))


def test_a_member_that_was_deleted_is_left_out():
    at = opened(lang="es")
    group = train(at)
    for run in group.runs:
        carry_out(run)
    jobs.delete(group.runs[1].id, at.session_state["_owner"])
    at.run()
    assert not at.exception
    assert sorted(table(at)[t("together_what")]) == ["LSTM", "RNN simple"]


def test_a_group_opened_by_its_link_is_looked_at_and_not_touched():
    group = train(opened(lang="es"))
    for run in group.runs:
        carry_out(run)
    at = opened(lang="es", group=group.id)
    assert says(at, t("lab_theirs"))
    assert not [b for b in at.button if b.key == f"{LAB}.stop"]


def test_too_many_together_say_so():
    specs = [replace(Counting(), seed=seed) for seed in range(40)]
    with pytest.raises(Refused) as why:
        jobs.start_each(specs, "a" * 32)
    assert why.value.code == "too_many_together"


def test_a_guess_belongs_to_the_lab_that_it_was_made_in():
    """Another page's answers are others, and perhaps fewer."""
    at = opened(lang="es")
    at.radio(key=f"{LAB}.how_far").set_value(2).run()
    group = train(at)
    for run in group.runs:
        carry_out(run)
    run = jobs.find(group.runs[2].id)
    assert run.origin == (LAB, 2, group.id)
    at.session_state["_kept"] |= {
        "3-4-comparacion?counting.run": run.id,
        "3-4-comparacion.arena.settings.task": "counting",
    }
    at.switch_page(str(menu.find("3-4-comparacion").file)).run()
    assert not at.exception
    assert not any("Dijiste" in each.value for each in (*at.markdown, *at.success, *at.info))


def test_one_of_a_group_opened_alone_is_not_judged_by_the_guess_about_all():
    at = opened(lang="es")
    at.radio(key=f"{LAB}.how_far").set_value(2).run()
    group = train(at)
    for run in group.runs:
        carry_out(run)
    at.run()
    at.radio(key=f"{LAB}.runs.picked").set_value(at.radio(key=f"{LAB}.runs.picked").options[0]).run()
    at.button(key=f"{LAB}.runs.open").click().run()
    assert not at.exception and "group" not in at.session_state["_want"]
    assert not any("Acertaste" in each.value for each in at.success)


def test_a_sentence_about_a_cell_waits_for_that_cell():
    at = opened(lang="es")
    group = train(at)
    carry_out(group.runs[0])
    carry_out(group.runs[1], how="failed", why="not_a_number")
    carry_out(group.runs[2], 17.0)
    jobs.delete(group.runs[2].id, at.session_state["_owner"])
    at.run()
    assert says(at, t("measure_first"))  # the LSTM's number is not the simple cell's


def test_deleting_all_that_is_shown_shows_the_example_again_and_complains_of_nothing():
    at = opened(lang="es")
    group = train(at)
    for run in group.runs:
        carry_out(run)
    at.run()
    at.button(key=f"{LAB}.runs.wipe").click().run()
    assert says(at, t("lab_state_example_line"))
    assert not [w for w in at.warning if w.icon == ":material/link_off:"]
    assert not any("patient" in key for key in at.session_state["_remembered"])


def test_while_none_is_ready_the_x_ray_says_so():
    at = opened(lang="es")
    train(at)
    at.run()
    assert says(at, t("xray_none")) and not [r for r in at.radio if r.key == f"{LAB}.xray.which"]
