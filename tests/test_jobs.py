"""Jobs as the web side sees them. No worker is started here: the engine only notes what it is asked."""

import os
import secrets
import time

import numpy as np
import pytest

from rrn import jobs, line, shipped, store, tasks
from rrn.events import Ended, Kept, Measured
from rrn.spec import Refused
from rrn.store import leases
from rrn.tasks.language_model import LanguageModel, WriteOn
from rrn.tasks.speech import Speech

ANA, BEN = "a" * 32, "b" * 32
TEXT = ("la barca espera en el agua clara, " * 30).encode()
SPEC = LanguageModel(text="course-es", units=16)


class Noting:
    name = "warm"

    def __init__(self):
        self.started, self.stopped = [], []

    def start(self, run_id):
        self.started.append(run_id)

    def stop(self, run_id):
        self.stopped.append(run_id)


@pytest.fixture(autouse=True)
def engine(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(jobs, "ENGINE", Noting())
    yield jobs.ENGINE
    store.close()


def refused(code, function, *arguments, **named):
    with pytest.raises(Refused) as why:
        function(*arguments, **named)
    assert why.value.code == code


def finish(run, **more):
    taken = leases.claim(run.id)
    weights = {"out/bias": np.zeros(3, np.float32)}
    leases.finish(taken, [Kept("alphabet", b"abc")], Ended("done", **more), weights)


def test_a_run_is_queued_and_the_engine_told(engine):
    run = jobs.start(SPEC, ANA)
    assert engine.started == [run.id]
    assert (run.state, run.alive, run.place, run.spec, run.device) == ("queued", True, 1, SPEC, "auto")
    assert run.owned_by(ANA) and not run.owned_by(BEN) and not run.weights_saved
    assert abs(run.created.timestamp() - time.time()) < 60
    assert jobs.find(run.id).spec == SPEC
    refused("no_weights", run.weights)


def test_runs_of_an_owner_newest_first():
    mine = [jobs.start(SPEC, ANA).id for _ in range(3)]
    jobs.start(SPEC, BEN)
    assert [run.id for run in jobs.mine(ANA, "language_model")] == mine[::-1]
    assert jobs.mine(ANA, "another_task") == [] and jobs.mine("c" * 32, "language_model") == []


def test_over_budget_is_refused_before_anything_is_queued(engine):
    big = LanguageModel(text="course-es", units=512, layers=3)
    began = time.perf_counter()
    refused("over_budget", jobs.start, big, ANA)
    assert time.perf_counter() - began < 0.05
    assert engine.started == [] and jobs.mine(ANA, "language_model") == []
    assert jobs.start(big, "local").state == "queued"  # whoever runs the machine has no budget


def test_a_text_that_the_owner_did_not_put_is_unknown():
    sha256 = store.put(TEXT, ANA)
    spec = LanguageModel(text=sha256, units=16)
    refused("unknown_name", jobs.start, spec, BEN)
    run = jobs.start(spec, ANA)
    assert run.bytes(sha256) == TEXT
    with pytest.raises(KeyError):
        run.bytes("0" * 64)


@pytest.mark.parametrize("device", ["GPU", "gpu:0", "GPU:00", "/CPU:0", ""])
def test_a_device_has_a_known_form(device):
    refused("no_device", jobs.start, SPEC, ANA, device=device)


def test_training_on_is_for_the_owner_and_the_same_network():
    run = jobs.start(SPEC, ANA)
    refused("no_weights", jobs.start, SPEC, ANA, onward=run.id)
    finish(run)
    further = LanguageModel(text="course-es", units=16, epochs=2, rate=1e-3)
    refused("unknown_run", jobs.start, further, BEN, onward=run.id)
    refused("unknown_run", jobs.start, further, ANA, onward="f" * 32)
    refused("other_network", jobs.start, LanguageModel(text="course-es", units=24), ANA, onward=run.id)
    assert jobs.start(further, ANA, onward=run.id).parent == run.id


def test_other_sounds_may_follow_where_there_are_as_many_symbols():
    run = jobs.start(Speech(sounds="vowels"), ANA)
    finish(run)
    refused("other_network", jobs.start, Speech(sounds="digits"), ANA, onward=run.id)
    assert jobs.start(Speech(sounds="vowels", average=1), ANA, onward=run.id).parent == run.id


def test_training_on_a_shipped_model_is_for_everyone():
    shipped.write("ribera", SPEC, [], {"out/bias": np.zeros(3)}, {})
    assert jobs.start(SPEC, BEN, onward="ribera").parent == "ribera"


def test_stop_is_for_the_owner(engine):
    run = jobs.start(SPEC, ANA)
    refused("unknown_run", run.stop, BEN)
    assert run.state == "queued" and engine.stopped == []
    run.stop(ANA)
    assert run.state == "stopped" and run.place is None and engine.stopped == [run.id]


def test_delete_is_for_the_owner(engine):
    run = jobs.start(SPEC, ANA)
    finish(run)
    refused("unknown_run", jobs.delete, run.id, BEN)
    assert run.weights_saved
    jobs.delete(run.id, ANA)
    refused("unknown_run", jobs.find, run.id)
    refused("unknown_run", lambda: run.state)
    assert engine.stopped == []


def test_delete_all_takes_everything_and_stops_what_lives(engine):
    sha256 = store.put(TEXT, ANA)
    run = jobs.start(LanguageModel(text=sha256, units=16), ANA)
    store.mark(ANA, "5-1-modelado-lenguaje", "run")
    other = jobs.start(SPEC, BEN)
    jobs.delete_all(ANA)
    assert jobs.mine(ANA, "language_model") == [] and store.progress(ANA) == {} and not store.holds(sha256, ANA)
    assert engine.stopped == [run.id] and other.state == "queued"


def test_what_is_deleted_is_gone_whether_or_not_a_worker_can_be_told(engine, monkeypatch):
    def nobody(run_id):
        raise Refused("no_worker")

    monkeypatch.setattr(engine, "stop", nobody)
    one, two = jobs.start(SPEC, ANA), jobs.start(SPEC, ANA)
    jobs.delete(one.id, ANA)
    refused("unknown_run", jobs.find, one.id)
    jobs.delete_all(ANA)
    refused("unknown_run", jobs.find, two.id)


@pytest.mark.parametrize("name", ["f" * 32, "F" * 32, "f" * 31, "", "../../etc", "<script>", None, "f" * 32 + "\n"])
def test_unknown_and_malformed_ids_get_one_answer(name):
    refused("unknown_run", jobs.find, name)


def test_a_run_that_nobody_can_carry_out_is_not_left_behind():
    class Broken(Noting):
        def start(self, run_id):
            raise Refused("no_worker")

    refused("no_worker", jobs.start, SPEC, ANA, engine=Broken())
    assert jobs.mine(ANA, "language_model") == []


def test_a_full_disk_starts_no_runs(monkeypatch):
    monkeypatch.setattr(jobs, "_free", lambda: 1e6)
    refused("disk_full", jobs.start, SPEC, ANA)


def test_the_estimate_learns_from_what_was_measured():
    before = jobs.estimate(SPEC)
    assert before is not None and before > 0
    run = jobs.start(SPEC, ANA)
    finish(run, compiling=1.0, training=100.0)
    assert jobs.estimate(SPEC) == pytest.approx(101.0)
    twice = LanguageModel(text="course-es", units=16, epochs=2 * SPEC.epochs)
    assert jobs.estimate(twice) == pytest.approx(201.0)


def test_a_run_of_much_more_work_says_nothing_where_there_is_one_of_as_much(monkeypatch):
    work = tasks.of(SPEC).cost(SPEC).multiply_adds
    monkeypatch.setattr(jobs, "_shipped", lambda task: [(work, 1.0, 20.0), (200 * work, 1.0, 400.0)])
    assert jobs.estimate(SPEC) == pytest.approx(21.0)
    monkeypatch.setattr(jobs, "_shipped", lambda task: [(200 * work, 1.0, 400.0)])
    assert jobs.estimate(SPEC) == pytest.approx(3.0)


def test_a_question_is_checked_before_anyone_is_asked():
    run = jobs.start(SPEC, ANA)
    refused("out_of_range", jobs.ask, WriteOn(length=0), run=run.id)
    refused("out_of_range", jobs.ask, WriteOn(length=50_000), run=run.id)
    refused("unknown_run", jobs.ask, WriteOn(), run=secrets.token_hex(16))
    refused("text_too_long", jobs.ask, WriteOn(), run=run.id, data=b"a" * 2_000_001)


def test_an_answer_that_breaks_off_is_refused(monkeypatch):
    from rrn.events import Wrote, to_bytes

    run = jobs.start(SPEC, ANA)
    monkeypatch.setattr(line, "ask", lambda header, data: (m for m in [to_bytes(Wrote(0, "a"))]))
    heard = []
    with pytest.raises(Refused) as why:
        heard.extend(jobs.ask(WriteOn(), run=run.id))
    assert why.value.code == "answer_lost"


def test_a_failed_answer_is_a_refusal(monkeypatch):
    from rrn.events import to_bytes

    run = jobs.start(SPEC, ANA)
    told = [to_bytes(e) for e in (Measured(0, {"x": 1.0}), Ended("failed", "no_weights"))]
    monkeypatch.setattr(line, "ask", lambda header, data: (m for m in told))
    answer = jobs.ask(WriteOn(), run=run.id)
    assert next(answer) == Measured(0, {"x": 1.0})
    refused("no_weights", next, answer)


def test_workers_get_no_secrets(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    monkeypatch.setenv("GITHUB_TOKEN", "hidden")
    passed = line.environment()
    assert "hidden" not in passed.values() and passed["RRN_DATA_DIR"] == str(store.folder())


def test_the_operator_says_how_many_threads_a_run_gets(monkeypatch):
    from rrn import worker

    monkeypatch.delenv("RRN_THREADS", raising=False)
    assert worker.threads(10_000) == 1 <= worker.threads() <= worker.MOST_THREADS
    monkeypatch.setenv("RRN_THREADS", "7")
    assert worker.threads() == worker.threads(3) == 7


def test_a_socket_s_address_is_short_wherever_the_data_is(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path)[:60] if len(str(tmp_path)) < 60 else "/tmp")
    deep = tmp_path / ("long" * 30)
    near, far = line.socket_name(store.folder()), line.socket_name(deep)
    assert len(os.fsencode(far)) <= 103 and far != near
    assert far == line.socket_name(deep) != line.socket_name(deep / "other")


def test_no_worker_is_one_sentence(monkeypatch):
    """Processes that end at once: after three of them nobody waits any longer."""
    monkeypatch.setattr(line, "command", lambda: ["false"])
    refused("no_worker", line.tell, {"do": "hello"})
    line.hang_up()


def test_waiting_for_a_worker_has_an_end(monkeypatch, tmp_path):
    """It listens and never answers, as a process that hangs in an import would."""
    monkeypatch.setattr(line, "WITHIN", 0.5)
    store.folder().mkdir()
    with line.listen(store.folder(), "worker"):
        began = time.monotonic()
        refused("no_worker", line.tell, {"do": "hello"})
        assert time.monotonic() - began < 5
    line.hang_up()


def test_a_guess_stays_with_its_run():
    """A reload must not lose what was predicted."""
    assert jobs.find(jobs.start(SPEC, ANA, lab="a.b", guess=2).id).origin == ("a.b", 2, None)
    assert jobs.start(SPEC, BEN).origin == ("", None, None)


def test_whoever_only_handed_in_a_text_can_take_it_away():
    store.put(TEXT, ANA)
    assert store.has_texts(ANA) and not store.has_texts(BEN)
    jobs.delete_all(ANA)
    assert not store.has_texts(ANA)
