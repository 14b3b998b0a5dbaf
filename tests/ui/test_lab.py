"""The lab without a browser and without a worker: what it says in every state, and that it loses nothing."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rrn import i18n, jobs, measures, shipped, store, tasks
from rrn.events import Began, Captured, Ended, Kept, Measured, Wrote
from rrn.figures import variants
from rrn.spec import Named, Refused, choices
from rrn.store import leases
from rrn.tasks.language_model import LanguageModel
from rrn.tasks.speech import Speech
from rrn.ui import menu, my_runs, run_state, tried
from tests.ui.idle import Idle

MAIN = menu.PAGES.parent / "rrn" / "ui" / "main.py"
PAGE = menu.PAGES / "5-aplicaciones" / "5-1-modelado-lenguaje.py"
LAB = "5-1-modelado-lenguaje.bits"
SMALL = LanguageModel(text="course-es", units=16, epochs=4, symbols=83, characters=87_839)
SHAPES = {"embed/embeddings": (3, 32), "cell_1/kernel": (32, 64), "cell_1/recurrent_kernel": (16, 64)}
SHAPES |= {"cell_1/bias": (64,), "out/kernel": (16, 3), "out/bias": (3,)}
WEIGHTS = {name: np.zeros(shape, np.float32) for name, shape in SHAPES.items()}
RIVALS = Measured(0, {"uniform": 6.0, "ngram_0": 4.4, "ngram_3": 2.6})
EVENTS = [
    Kept("alphabet", b'"ab"'),
    RIVALS,
    Began("CPU", "tensorflow", 2, 12_345),
    Measured(0.5, {"loss": 3.0, "gradient_norm": 0.3}),
    Measured(1, {"bits": 3.4}),
    Wrote(1, "**no** $x$ <b>"),
]
t = i18n.words("es")


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(jobs, "ENGINE", Idle())
    for name in ("language_model-es", "language_model-en", "quijote"):
        text = "course-en" if name.endswith("-en") else "course-es"
        shipped.write(
            name, replace(SMALL, text=text), [*EVENTS, Ended("done", "", 1, 2)], WEIGHTS, {"alphabet": b'"a"'}
        )
    yield
    store.close()


def opened(**address) -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=30)
    at.query_params.update(address)
    at.run()
    at.switch_page(str(PAGE)).run()
    assert not at.exception, at.exception
    return at


def train(at) -> "jobs.Run":
    at.button(key=f"{LAB}.train").click().run()
    assert not at.exception, at.exception
    return jobs.find(at.session_state["_want"]["run"])


def carry_out(run, events=EVENTS, how="done", why=""):
    """What a worker does with a queued run."""
    taken = leases.claim(run.id)
    leases.finish(taken, list(events), Ended(how, why, 1.0, 9.0), WEIGHTS)


def says(at, words: str) -> bool:
    parts = [*at.markdown, *at.caption, *at.error, *at.info, *at.success, *at.warning]
    return any(words in part.value for part in parts)


def drawn(at, *figures: str) -> bool:
    """Is every one of these figures of the lab there?"""
    keys = {chart.key for chart in at.get("plotly_chart")}
    return {f"{LAB}.{figure}" for figure in figures} <= keys


def button(at, key):
    return next((b for b in at.button if b.key == f"{LAB}.{key}"), None)


def test_the_example_is_alive_on_first_sight():
    at = opened(lang="es")
    assert says(at, t("lab_state_example_line"))
    assert drawn(at, "bits_per_character", "gradient_norm", "gradient_reach")
    assert at.session_state["_want"]["text"] == "course-es"


def test_the_course_text_follows_the_language():
    at = opened(lang="es")
    at.radio(key="lang").set_value("en").run()
    assert at.session_state["_want"]["text"] == "course-en"
    assert says(at, i18n.words("en")("lab_state_example_line"))


def test_a_language_undoes_no_setting():
    at = opened(lang="es", units="32", rate="0.0037", cell="gru", dropout="0.3")
    at.radio(key="lang").set_value("en").run().run()
    wanted = at.session_state["_want"]
    assert [wanted[name] for name in ("units", "rate", "cell", "dropout")] == ["32", "0.0037", "gru", "0.3"]


def test_train_queues_the_settings_and_gives_way_to_stop():
    at = opened(lang="es", units="32", epochs="5")
    run = train(at)
    assert (run.spec.units, run.spec.epochs, run.spec.text) == (32, 5, "course-es")
    assert run.spec.characters > 60_000
    assert button(at, "train") is None and button(at, "stop") is not None
    assert says(at, t("lab_state_queued_line", place=1))


def test_stop_is_said_at_once():
    at = opened(lang="es")
    run = train(at)
    leases.claim(run.id)
    at.run()
    at.button(key=f"{LAB}.stop").click().run()
    assert button(at, "stop").disabled and button(at, "stop").label == t("lab_stopping")


@pytest.mark.parametrize(
    ("how", "why", "state"),
    [
        ("done", "", run_state.DONE),
        ("stopped", "", run_state.STOPPED),
        ("failed", "not_a_number", run_state.FAILED),
        ("failed", "lost", run_state.LOST),
        ("failed", "stopped_before_weights", run_state.STOPPED),
        ("failed", "bug", run_state.FAILED),
    ],
)
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_end_has_its_word_and_keeps_the_curve(how, why, state, language):
    at = opened(lang=language)
    carry_out(train(at), how=how, why=why)
    at.run()
    assert not at.exception
    assert says(at, i18n.words(language)(f"lab_state_{state.name}"))
    assert drawn(at, "bits_per_character", "gradient_norm", "gradient_reach")
    assert button(at, "train") is not None


def test_a_run_of_mine_that_ended_counts_as_progress():
    at = opened(lang="es")
    run = train(at)
    carry_out(run)
    at.run()
    assert store.progress(at.session_state["_owner"]) == {"5-1-modelado-lenguaje": {"run"}}


def test_the_prediction_turns_to_text_and_the_number_decides():
    at = opened(lang="es")
    at.radio(key=f"{LAB}.will_it_beat").set_value(0).run()
    run = train(at)
    carry_out(run)
    at.run()
    assert not [r for r in at.radio if r.key == f"{LAB}.will_it_beat"]
    assert any("Acertaste" in each.value for each in at.success)
    assert says(at, t("measure_not_better", rival=t("rivals_ngram", n=3)))


def test_a_run_that_failed_has_no_number_to_judge_by():
    at = opened(lang="es")
    at.radio(key=f"{LAB}.will_it_beat").set_value(0).run()
    carry_out(train(at), how="failed", why="not_a_number")
    at.run()
    assert not at.exception and not at.success
    assert t("measure_bits_per_character") not in [metric.label for metric in at.metric]


def test_what_a_run_measured_before_it_learned_is_no_number_of_it():
    at = opened()
    run, before = train(at), Measured(0, {"bits": 6.39})
    carry_out(run, [*EVENTS[:3], before, EVENTS[3]], how="stopped")
    at.run()
    assert not at.exception and says(at, t("measure_first")) and not says(at, "6,39")
    assert tried._numbers(jobs.find(run.id), measures.bits_per_character) == (None, None)
    numbers = {}
    my_runs._caption(jobs.find(run.id), numbers, measures.bits_per_character)
    assert numbers == {run.id: None}


def test_own_runs_are_told_apart_by_what_they_learned(monkeypatch):
    for module in (my_runs, run_state):
        monkeypatch.setattr(module, "t", t)

    def run(sounds):
        spec = replace(Speech(), sounds=sounds)
        return SimpleNamespace(spec=spec, id="", parent="", alive=False, state="done", created=1)

    assert "dígitos en español" in my_runs._line(run("digits"), (), ["sounds"])
    assert "dígitos" not in my_runs._line(run("digits"), (), [])
    assert "0" * 64 not in my_runs._line(run("0" * 64), (), ["sounds"])


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("task", tasks.names())
def test_whatever_sets_runs_apart_has_words(task, language):
    kind = tasks.module(task).SPEC
    for field in tasks.module(task).PROBLEM:
        allowed = choices(kind)[field]
        values = allowed.names if isinstance(allowed, Named) else allowed if isinstance(allowed, tuple) else ()
        for value in values if field != "text" else ():
            assert variants.value(replace(kind(), **{field: value}), field, i18n.words(language))


def test_a_sample_is_never_markdown():
    at = opened(lang="es")
    assert any(code.value == EVENTS[-1].text for code in at.code)
    assert not says(at, EVENTS[-1].text)


def test_over_budget_says_which_slider_and_keeps_train_shut():
    at = opened(lang="es", units="512", layers="3", epochs="60")
    assert button(at, "train").disabled
    assert says(at, t("field_units").lower())


def test_factory_settings_come_back():
    at = opened(lang="es", units="32", rate="0.1")
    at.button(key=f"{LAB}.reset").click().run()
    assert not {"units", "rate"} & set(at.session_state["_want"])
    at.run()
    assert not {"units", "rate"} & set(at.session_state["_want"])


def own_text(at, text):
    at.radio(key=f"{LAB}.source").set_value("own").run()
    at.text_area(key=f"{LAB}.paste").set_value(text)
    at.button(key=f"{LAB}.use").click().run()
    assert not at.exception, at.exception


def test_my_own_text_is_learned_from():
    at = opened(lang="es")
    own_text(at, "el agua clara corre\r\n" * 40)
    sha = at.session_state["_want"]["text"]
    assert store.take(sha, at.session_state["_owner"]) == ("el agua clara corre\n" * 40).encode()
    spec = train(at).spec
    assert (spec.text, spec.characters, spec.symbols) == (sha, 800, len(set("el agua clara corre\n")))


@pytest.mark.parametrize(
    ("text", "code"), [("", "text_empty"), ("corto", "text_too_short"), ("a" * 300, "text_one_symbol")]
)
def test_a_bad_text_is_one_sentence_and_stays_where_it_was(text, code):
    at = opened(lang="es")
    own_text(at, text)
    assert len(at.error) == 1
    assert at.text_area(key=f"{LAB}.paste").value == text
    assert button(at, "train").disabled


def test_a_picture_named_txt_is_refused():
    at = opened(lang="es")
    at.radio(key=f"{LAB}.source").set_value("own").run()
    at.file_uploader(key=f"{LAB}.file.0").upload("a.txt", b"\x89PNG\r\n" + bytes(300), "text/plain").run()
    assert [each.value for each in at.error] == [t("refused_text_not_text")]


def test_an_uploaded_text_is_taken():
    at = opened(lang="es")
    at.radio(key=f"{LAB}.source").set_value("own").run()
    data = b"\xff\xfe" + ("la barca\n" * 40).encode("utf-16-le")
    at.file_uploader(key=f"{LAB}.file.0").upload("a.txt", data, "text/plain").run()
    assert says(at, t("corpus_yours", characters=360, symbols=len(set("la barca\n"))))
    assert says(at, t("corpus_note_bom"))


def test_knowing_the_hash_of_a_text_gives_no_right_to_it():
    sha = store.put(b"secret " * 100, "b" * 32)
    at = opened(lang="es", text=sha)
    assert at.session_state["_want"]["text"] == "course-es"
    assert says(at, t("refused_text_not_yours"))


def shared(how="done"):
    owner = "b" * 32
    run = jobs.start(replace(SMALL, text=store.put(b"secret words " * 100, owner), symbols=11, characters=1300), owner)
    carry_out(run, how=how)
    return run


def test_a_shared_run_is_looked_at_and_not_touched():
    at = opened(lang="es", run=shared().id)
    assert says(at, t("lab_theirs_text"))
    assert button(at, "train").label == t("lab_train")
    assert not [b for b in at.button if b.key and ".runs." in b.key]
    assert not any("secret" in code.value for code in at.code)


@pytest.mark.parametrize("id", ["0" * 32, "<script>", "quijote", ""])
def test_a_run_that_is_not_there_is_one_sentence(id):
    at = opened(lang="es", run=id)
    assert says(at, t("refused_unknown_run"))
    assert says(at, t("lab_state_example_line"))


@pytest.fixture
def answers(monkeypatch):
    """A resident that writes three characters, copied from somewhere."""
    asked = []

    def ask(question, *, run, data=b""):
        asked.append((question, run, data.decode()))
        yield Measured(0, {"unknown": 2})
        yield Wrote(0, "a<b")
        yield Captured(0, "chosen", ("time",), np.array([0.9, 0.5, 0.25], np.float32))
        yield Captured(0, "candidate", ("time", "rank"), np.array([[97, 98], [60, 98], [98, 97]], np.int32))
        yield Captured(0, "probability", ("time", "rank"), np.array([[0.9, 0.1], [0.5, 0.2], [0.25, 0.2]], np.float32))
        yield Measured(3, {"copied": 2})
        yield Wrote(-1, "<b")

    monkeypatch.setattr(jobs, "ask", ask)
    return asked


def write(at, model):
    key = f"{LAB}.writing"
    at.radio(key=f"{key}.model").set_value(model)
    at.text_area(key=f"{key}.prompt").set_value("*Hola* ")
    at.select_slider(key=f"{key}.temperature").set_value(0.5)
    at.button(key=f"{key}.go").click().run()
    assert not at.exception, at.exception


def test_writing_on_shows_text_candidates_and_what_was_copied(answers):
    at = opened(lang="es")
    write(at, "example")
    question, run, prompt = answers[0]
    assert (question.temperature, run, prompt) == (0.5, "language_model-es", "*Hola* ")
    assert "*Hola* a<b" in [code.value for code in at.code]
    assert says(at, t("writing_copied", characters=2)) and says(at, t("writing_unknown", n=2))
    assert f"{LAB}.writing.certainty" in {chart.key for chart in at.get("plotly_chart")}
    at.slider(key=f"{LAB}.writing.at.3").set_value(2).run()
    assert says(at, t("writing_chosen", chance=0.5, bits=1.0))
    bars = [html.proto.body for html in at.get("html") if t("fig_candidates_title", n=2) in html.proto.body]
    assert len(bars) == 1 and ">&lt;</span>" in bars[0] and "<b" not in bars[0]
    assert len(answers) == 1


def test_a_prompt_that_is_refused_leaves_the_text_before_it(answers):
    at = opened(lang="es")
    write(at, "example")
    at.text_area(key=f"{LAB}.writing.prompt").set_value("a" * 2001)
    at.button(key=f"{LAB}.writing.go").click().run()
    assert "*Hola* a<b" in [code.value for code in at.code] and len(answers) == 1
    assert any("2001" in each.value for each in at.error)


def test_strong_models_write_too(answers):
    at = opened(lang="es")
    write(at, "quijote")
    assert answers[0][1] == "quijote"


def test_a_passage_of_a_text_that_is_not_mine_is_not_told(answers):
    run = shared()
    at = opened(lang="es", run=run.id)
    write(at, "run")
    assert "*Hola* a<b" in [code.value for code in at.code]
    assert not says(at, t("writing_copied", characters=2)) and "<b" not in [code.value for code in at.code]


def test_a_question_that_fails_keeps_what_was_written(monkeypatch):
    def ask(question, *, run, data=b""):
        yield Wrote(0, "medio")
        raise Refused("answer_lost")

    monkeypatch.setattr(jobs, "ask", ask)
    at = opened(lang="es")
    write(at, "example")
    assert "*Hola* medio" in [code.value for code in at.code]
    assert says(at, t("refused_answer_lost"))


def test_my_runs_open_go_on_and_go_away():
    at = opened(lang="es", units="32", epochs="3")
    first = train(at)
    carry_out(first)
    at.run()
    at.slider(key=f"{LAB}.units").set_value(64)
    at.run()
    second = train(at)
    carry_out(second, how="stopped")
    at.run()
    assert at.radio(key=f"{LAB}.runs.picked").value == second.id  # the one that has come above

    at.radio(key=f"{LAB}.runs.picked").set_value(first.id).run()
    assert at.radio(key=f"{LAB}.runs.picked").value == first.id
    at.button(key=f"{LAB}.runs.open").click().run()
    assert at.session_state["_want"]["run"] == first.id
    assert at.slider(key=f"{LAB}.units").value == 32  # the settings come with the run

    at.slider(key=f"{LAB}.runs.epochs").set_value(5).run()
    at.button(key=f"{LAB}.runs.further").click().run()
    third = jobs.find(at.session_state["_want"]["run"])
    assert (third.parent, third.spec) == (first.id, replace(first.spec, epochs=5))
    carry_out(third)
    at.run()

    at.button(key=f"{LAB}.runs.delete").click().run()
    assert not at.exception
    assert "run" not in at.session_state["_want"] and says(at, t("lab_state_example_line"))
    at.button(key=f"{LAB}.runs.wipe").click().run()
    assert not at.exception
    assert jobs.mine(at.session_state["_owner"], "language_model") == []
    assert says(at, t("runs_none"))


def test_a_text_that_went_with_its_last_run_is_asked_for_again():
    at = opened(lang="es")
    own_text(at, "el agua clara corre\n" * 40)
    carry_out(train(at))
    at.run()
    at.button(key=f"{LAB}.runs.delete").click().run()
    assert not at.exception
    assert says(at, t("corpus_missing")) and button(at, "train").disabled


def test_without_any_model_the_axes_wait():
    import shutil

    shutil.rmtree(shipped.folder())
    at = opened(lang="es")
    assert says(at, t("lab_empty")) and len(at.get("plotly_chart")) == 1
    assert says(at, t("writing_no_model"))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_runs_that_are_missing_because_the_store_was_damaged_are_explained(language):
    said = i18n.words(language)("runs_set_aside")
    assert said not in [each.value for each in opened(lang=language).warning]
    store.close()
    (store.folder() / "rrn.sqlite.damaged-20261123").write_bytes(b"not a database")
    assert said in [each.value for each in opened(lang=language).warning]
