"""The processes, for real: they start, train, answer, stop, die by kill -9, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from rrn import jobs, line, shipped, store, worker
from rrn.events import Began, Ended, Kept, Measured, Stopped, Wrote
from rrn.spec import Refused
from rrn.store import leases, results
from rrn.tasks.language_model import LanguageModel, Score, WriteOn

pytestmark = [pytest.mark.keras, pytest.mark.timeout(180)]

ANA, BEN = "a" * 32, "b" * 32
TEXT = "el agua clara corre, la barca espera. " * 60
ROOT = Path(__file__).parents[1]
CLIENT = "import sys, time; from rrn import line; print(line.tell({'do': 'hello'})['pid'], flush=True); time.sleep(99)"


def spec(owner=ANA, **fields) -> LanguageModel:
    sha256 = store.put(TEXT.encode(), owner)
    small = {"units": 8, "embedding": 4, "length": 8, "batch": 4, "epochs": 2}
    return LanguageModel(**{"text": sha256, "symbols": len(set(TEXT)), "characters": len(TEXT)} | small | fields)


def endless(owner=ANA) -> LanguageModel:
    """As long as a visitor may ask for: it does not end by itself during a test."""
    return spec(owner, epochs=60, units=256, batch=4, length=64)


def until(true, seconds=30.0):
    """Wait until something holds; its value."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return value


def learning(run) -> bool:
    return any(isinstance(e, Measured) and "loss" in e.values for e in run.events())


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def ended(run, seconds=100.0) -> str:
    until(lambda: not run.alive, seconds)
    return run.state


def warm() -> dict:
    return line.tell({"do": "hello"})


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    """One data folder, and with it one warm process, for the whole file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RRN_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.setenv("RRN_MODELS_DIR", str(tmp_path_factory.mktemp("models")))
        patch.delenv("RRN_DATABASE_URL", raising=False)
        yield
        line.hang_up()
        store.close()


@pytest.fixture(autouse=True)
def alone(_folder):
    """A test begins where no run is alive."""
    yield
    for owner in (ANA, BEN, "local"):
        jobs.delete_all(owner)
    until(lambda: not warm()["runs"])


@pytest.fixture(scope="module")
def trained(_folder):
    """What two tests ask questions of: a run as a shipped model, for it outlives the runs of a test."""
    run = jobs.start(spec(), ANA)
    assert ended(run) == "done"
    events = run.events()
    shipped.write("barca", run.spec, events, run.weights(), {"alphabet": run.kept("alphabet")})
    return events


def test_a_run_from_click_to_end():
    jobs.wake()
    run = jobs.start(spec(), ANA)
    told = []
    while run.alive:
        told += run.events(after=len(told))
        time.sleep(0.05)
    told += run.events(after=len(told))
    assert (run.state, run.why) == ("done", "")
    assert len(told) == len(run.events())
    began_event = next(e for e in told if isinstance(e, Began))
    assert (began_event.device, began_event.backend) == ("CPU", "tensorflow") and began_event.threads >= 1
    assert began_event.parameters == sum(w.size for w in run.weights().values())
    assert [e.step for e in told if isinstance(e, Wrote)] == [0, 1, 2]
    assert any(isinstance(e, Kept) for e in told) and run.kept("alphabet")
    match told[-1]:
        case Ended(how="done", compiling=compiling, training=training):
            assert compiling > 0 and training > 0
        case other:
            raise AssertionError(other)


def test_equal_specs_give_equal_runs():
    one, two = (jobs.start(spec(owner), owner) for owner in (ANA, BEN))
    assert two.place == 1 or not one.alive
    numbers = []
    for run in (one, two):
        assert ended(run) == "done"
        numbers.append([e.values["bits"] for e in run.events() if isinstance(e, Measured) and "bits" in e.values])
    assert numbers[0] == numbers[1]


def test_stop_keeps_what_was_learned_and_frees_the_process():
    run = jobs.start(endless(), ANA)
    until(lambda: learning(run))
    pid = warm()["runs"][run.id]
    began = time.monotonic()
    run.stop(ANA)
    assert ended(run) == "stopped"
    until(lambda: gone(pid))
    assert time.monotonic() - began < 4
    assert run.weights_saved and isinstance(run.events()[-1], Ended) and run.events()[-1].how == "stopped"
    assert list(jobs.ask(WriteOn(length=3), run=run.id, data=b"el"))
    further = jobs.start(spec(units=256, batch=4, length=64, epochs=1), ANA, onward=run.id)
    until(lambda: learning(further))
    assert further.parent == run.id


def test_a_run_that_is_deaf_is_made_to_end():
    run = jobs.start(endless(), ANA)
    until(lambda: learning(run))
    pid = warm()["runs"][run.id]
    os.kill(pid, signal.SIGSTOP)  # hears nothing, not even SIGTERM
    began = time.monotonic()
    run.stop(ANA)
    assert ended(run, 10) == "failed" and run.why == "stopped_before_weights"
    assert gone(pid) and 2.5 < time.monotonic() - began < 6


@pytest.mark.parametrize(("asked", "why"), [(True, "stopped_before_weights"), (False, "lost")])
def test_a_run_that_ends_before_it_has_weights_says_whether_it_was_asked_to(asked, why, monkeypatch):
    def train(taken, threads, reporter, begun):
        reporter.stopped = asked
        raise Stopped

    monkeypatch.setattr(worker, "_train", train)
    monkeypatch.setattr(worker.signal, "signal", lambda *_: None)
    run = jobs.start(spec(), ANA, engine=Unasked())
    worker.carry_out(leases.claim(run.id), threads=1)
    assert (run.state, run.why) == ("failed", why)


def test_the_queue_lets_one_visitor_train_and_local_beside(_folder):
    first = jobs.start(endless(), ANA)
    second, third = jobs.start(endless(BEN), BEN), jobs.start(endless(), ANA)
    local = jobs.start(spec("local"), "local")
    until(lambda: first.place is None)
    assert ended(local) == "done"
    assert [run.place for run in (first, second, third, local)] == [None, 1, 2, None]
    assert first.state == "running" and second.state == "queued"
    jobs.delete(first.id, ANA)  # deleted while it runs
    until(lambda: second.state == "running")
    assert third.place == 1
    with pytest.raises(Refused):
        first.events() or first.state
    assert results.events(first.id) == []


def test_a_killed_run_is_seen_at_once():
    run = jobs.start(endless(), ANA)
    until(lambda: learning(run))
    began = time.monotonic()
    os.kill(warm()["runs"][run.id], signal.SIGKILL)
    assert ended(run) == "failed" and run.why == "lost"
    assert time.monotonic() - began < 3
    assert learning(run) and run.events()[-1] == Ended("failed", "lost")  # the curve so far is kept


def test_a_loss_that_is_no_number_fails_with_its_reason_and_keeps_the_curve(trained):
    """Weights of 1e38 are what a far too high rate leaves behind."""
    broken = {name: np.full(w.shape, 1e38) for name, w in shipped.open("barca").weights().items()}
    shipped.write("broken", spec(), [], broken, {}, half=False)
    run = jobs.start(spec(), ANA, onward="broken")
    assert ended(run) == "failed" and run.why == "not_a_number"
    told = run.events()
    assert told[-1].why == "not_a_number" and any(isinstance(e, Began) for e in told) and not run.weights_saved


def test_a_text_that_is_not_as_the_spec_says_is_refused_by_the_worker():
    run = jobs.start(spec(characters=len(TEXT) + 1), ANA)
    assert ended(run) == "failed" and run.why == "wrong_size"
    assert run.events()[-1] == Ended("failed", "wrong_size")


def test_questions_are_answered_and_repeat(trained):
    def written(seed):
        told = list(jobs.ask(WriteOn(length=50, seed=seed), run="barca", data=b"la barca"))
        assert isinstance(told[-1], Ended)
        return "".join(e.text for e in told if isinstance(e, Wrote) and e.step >= 0)

    one, two, other = written(1), written(1), written(2)
    assert len(one) == 50 and one == two != other


def test_a_bad_question_gets_a_code(trained):
    with pytest.raises(Refused) as why:
        list(jobs.ask(Score(), run="barca", data=b""))
    assert why.value.code == "text_empty"
    with pytest.raises(Refused) as why:
        list(jobs.ask(Score(), run="barca", data=b"\xff\xfe\xfa"))
    assert why.value.code == "text_encoding"
    # Past the page's own check, straight at the worker.
    for question in ({"task": "os"}, {"task": "language_model", "question": "WriteOn", "length": 10**9}, None, "x"):
        with pytest.raises(Refused) as why:
            list(jobs._answer({"question": question, "run": "barca"}, b""))
        assert why.value.code == "unknown_question"


def test_dropping_an_answer_ends_the_work_and_others_are_answered_meanwhile(trained):
    long = jobs.ask(Score(), run="barca", data=TEXT.encode() * 100, patient=True)
    next(long)
    resident = psutil.Process(warm()["resident"])
    assert list(jobs.ask(WriteOn(length=3), run="barca", data=b"el"))
    long.close()

    def idle():
        before = resident.cpu_times().user
        time.sleep(0.3)
        return resident.cpu_times().user - before < 0.1

    until(idle, 10)


def test_a_killed_resident_is_replaced(trained):
    before = warm()["resident"]
    os.kill(before, signal.SIGKILL)
    assert list(jobs.ask(WriteOn(length=3), run="barca", data=b"el"))
    assert warm()["resident"] != before


def test_a_model_that_is_written_anew_answers_with_its_new_weights(trained):
    def bits():
        told = jobs.ask(Score(), run="again", data=b"el agua clara corre")
        return [e.values["bits_per_character"] for e in told if isinstance(e, Measured)][-1]

    known = shipped.open("barca")
    kept = {"alphabet": known.kept("alphabet")}
    shipped.write("again", known.spec, trained, known.weights(), kept)
    learned = bits()
    shipped.write("again", known.spec, trained, {name: 0 * w for name, w in known.weights().items()}, kept)
    assert bits() == pytest.approx(np.log2(known.spec.symbols + 1)) and learned != pytest.approx(bits())


def test_a_stalled_client_holds_nobody_up(trained):
    stalled = line._dial(store.folder(), line.socket_name(store.folder()), time.monotonic() + 5)
    os.write(stalled.fileno(), b"\0\0\1\0half a message")
    began = time.monotonic()
    assert warm()["pid"]
    assert time.monotonic() - began < 5
    stalled.close()


def test_a_killed_warm_process_takes_its_run_along_and_is_replaced():
    run = jobs.start(endless(), ANA)
    until(lambda: learning(run))
    before = warm()
    os.kill(before["pid"], signal.SIGKILL)
    for pid in (before["pid"], before["runs"][run.id], before["resident"]):
        until(lambda pid=pid: gone(pid), 5)
    assert warm()["pid"] != before["pid"]
    assert ended(run, 20) == "failed" and run.why == "lost"


def client(folder: Path) -> subprocess.Popen:
    env = line.environment() | {"RRN_DATA_DIR": str(folder)}
    return subprocess.Popen([sys.executable, "-c", CLIENT], stdout=subprocess.PIPE, text=True, env=env)


class Unasked:
    """Leaves it to the warm process to find the run, and holds no line to it."""

    name = "warm"

    def start(self, run_id):
        pass

    stop = start


def test_two_clients_race_and_start_one_that_leaves_with_the_last(tmp_path, monkeypatch):
    """In a folder whose name is too long for a socket. What was learned when it leaves is kept."""
    deep = tmp_path / ("long" * 30)
    racing = [client(deep) for _ in range(2)]
    with monkeypatch.context() as there:
        there.setenv("RRN_DATA_DIR", str(deep))
        run = jobs.start(endless(), ANA, engine=Unasked())
    try:
        pids = {int(one.stdout.readline()) for one in racing}
        assert len(pids) == 1
        racing[0].kill()
        with monkeypatch.context() as there:
            there.setenv("RRN_DATA_DIR", str(deep))
            until(lambda: learning(run))
        children = psutil.Process(*pids).children(recursive=True)
        assert len(children) == 2  # the run and the resident
        racing[1].kill()
        for pid in (*pids, *(child.pid for child in children)):
            until(lambda pid=pid: gone(pid), 5)
        with monkeypatch.context() as there:
            there.setenv("RRN_DATA_DIR", str(deep))
            assert (run.state, run.why, run.weights_saved) == ("stopped", "closed", True)
    finally:
        for one in racing:
            one.kill()
            one.communicate()


class Elsewhere:
    """An engine that does as a cluster's would: `python -m rrn.worker ID`."""

    name = "elsewhere"

    def start(self, run_id):
        with open(store.folder() / "elsewhere.log", "w") as log:
            self.process = subprocess.Popen(line.command(run_id), env=line.environment(), stdout=log, stderr=log)

    def stop(self, run_id):
        self.process.kill()


def test_where_forking_is_unsafe_and_on_a_cluster_processes_do_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RRN_FORK", "0")
    engine = Elsewhere()
    there, here = jobs.start(spec(), ANA, engine=engine), jobs.start(spec(), ANA)
    assert (ended(there), ended(here)) == ("done", "done") and there.weights_saved
    assert engine.process.wait(10) == 0
    assert warm()["children"] == "spawned"
    assert list(jobs.ask(WriteOn(length=3), run=there.id, data=b"el"))
    pids = [warm()["pid"], warm()["resident"]]
    os.kill(pids[0], signal.SIGKILL)
    for pid in pids:
        until(lambda pid=pid: gone(pid), 5)
