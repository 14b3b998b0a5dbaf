"""The store: what is kept, for whom, and what happens when things go wrong around it."""

import multiprocessing
import os
import secrets
import sqlite3

import numpy as np
import pytest
from sqlalchemy import insert, select, update

from rrn import store
from rrn.events import Ended, Kept, Measured, Wrote
from rrn.spec import Refused
from rrn.store import database, leases, results, runs, tables, visitors
from rrn.tasks.language_model import LanguageModel

ANA, BEN = "a" * 32, "b" * 32
TEXT = ("la barca espera en el agua clara, " * 30).encode()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("RRN_DATABASE_URL", raising=False)
    yield tmp_path
    store.close()


def queued(owner=ANA, engine="warm", **fields) -> str:
    run_id = secrets.token_hex(16)
    runs.add([runs.New(run_id, LanguageModel(**fields), 1e9)], owner, engine=engine)
    return run_id


def refused(code, function, *arguments, **named):
    with pytest.raises(Refused) as why:
        function(*arguments, **named)
    assert why.value.code == code


def test_a_text_is_for_whoever_put_it():
    sha256 = store.put(TEXT, ANA)
    assert store.put(TEXT, ANA) == sha256  # twice is once
    assert store.holds(sha256, ANA) and store.take(sha256, ANA) == TEXT
    assert not store.holds(sha256, BEN)
    refused("unknown_name", store.take, sha256, BEN)


def test_what_was_handed_in_is_let_go_unless_a_run_names_it():
    kept, lost = store.put(TEXT, ANA), store.put(TEXT + b"!", ANA)
    store.put(TEXT + b"!", BEN)
    queued(text=kept)
    for sha256 in (kept, lost):
        runs.let_go(sha256, ANA)
    assert store.holds(kept, ANA) and not store.holds(lost, ANA) and store.holds(lost, BEN)


def test_the_owner_s_secret_is_nowhere_in_the_file(folder):
    store.put(TEXT, ANA)
    queued(ANA)
    store.mark(ANA, "3-3-lstm", "run")
    store.close()
    everything = b"".join(p.read_bytes() for p in folder.iterdir())
    assert ANA.encode() not in everything and visitors.whose(ANA).encode() in everything


def test_progress_is_kept_by_page():
    for what in ("run", "quiz", "quiz"):
        store.mark(ANA, "3-3-lstm", what)
    store.mark(BEN, "3-2-gru", "measure")
    assert store.progress(ANA) == {"3-3-lstm": {"run", "quiz"}}
    assert store.progress("c" * 32) == {}


def test_a_run_from_queue_to_end():
    run_id = queued()
    (taken,) = leases.take(1)
    assert taken.run == run_id and runs.row(run_id).state == "running"
    leases.tell(taken, [Kept("alphabet", b"abc"), Measured(1, {"loss": 2.0})])
    leases.tell(taken, [Wrote(1, "agua")])
    weights = {"cell_1/kernel": np.arange(6, dtype=np.float32).reshape(2, 3)}
    leases.finish(taken, [Measured(2, {"loss": 1.0})], Ended("done", "", 0.5, 2.0), learned=weights)
    told = results.events(run_id)
    assert [type(e).__name__ for e in told] == ["Kept", "Measured", "Wrote", "Measured", "Ended"]
    assert results.events(run_id, after=3) == told[3:]
    assert results.kept(run_id, "alphabet") == b"abc"
    assert np.array_equal(results.weights(run_id)["cell_1/kernel"], weights["cell_1/kernel"])
    assert runs.row(run_id).state == "done"
    assert [(row.multiply_adds, row.training) for row in runs.speeds("language_model")] == [(1e9, 2.0)]


def test_only_whoever_holds_the_lease_may_write():
    run_id = queued()
    (taken,) = leases.take(1)
    stranger = leases.Taken(run_id, "0" * 32)
    for change in (
        lambda: leases.tell(stranger, [Wrote(0, "x")]),
        lambda: leases.finish(stranger, [], Ended("done")),
        lambda: leases.stop_asked(stranger),
        lambda: leases.claim(run_id),
    ):
        with pytest.raises(leases.Lost):
            change()
    leases.bury(stranger)
    assert runs.row(run_id).state == "running" and results.events(run_id) == []
    leases.finish(taken, [], Ended("done"))
    with pytest.raises(leases.Lost):
        leases.tell(taken, [Wrote(9, "after the end")])


def test_a_silent_run_is_lost_and_fails_with_a_reason(monkeypatch):
    run_id = queued()
    leases.take(1)
    now = database.clock
    monkeypatch.setattr(leases, "clock", lambda c: now(c) + leases.LEASE + 1)
    monkeypatch.setattr(runs, "clock", lambda c: now(c) + leases.LEASE + 1)
    found = runs.row(run_id)  # whoever sees it first ends it
    assert (found.state, found.why) == ("failed", "lost")
    assert results.events(run_id) == [Ended("failed", "lost")]


def test_a_run_that_was_told_of_lately_is_not_lost(monkeypatch):
    run_id = queued()
    (taken,) = leases.take(1)
    now = database.clock
    monkeypatch.setattr(leases, "clock", lambda c: now(c) + 8)
    leases.tell(taken, [])
    monkeypatch.setattr(leases, "clock", lambda c: now(c) + 16)
    leases.sweep()
    assert runs.row(run_id).state == "running"


def test_a_lease_from_before_the_machine_began_anew_is_no_lease():
    run_id = queued()
    leases.take(1)
    with database.writing() as connection:
        connection.execute(update(tables.runs).values(until=database.clock(connection) + 1e6))
    assert runs.row(run_id).state == "failed"


def test_setting_the_clock_ends_no_run(monkeypatch):
    run_id = queued()
    leases.take(1)
    for jump in (-3600, 86_400):
        monkeypatch.setattr("time.time", lambda jump=jump: 1.8e9 + jump)
        leases.sweep()
        assert runs.row(run_id).state == "running"


def test_places_in_the_queue_count_visitors_only():
    first, second = queued(ANA), queued(BEN)
    local = queued("local", text="course-es")
    third = queued("c" * 32)
    assert [runs.place(r) for r in (first, second, local, third)] == [1, 2, None, 3]
    assert [t.run for t in leases.take(1)] == [local, first]  # runs of `local` wait for nobody
    assert leases.take(1) == []
    assert [runs.place(r) for r in (first, second, third)] == [None, 1, 2]


def test_what_belongs_together_takes_one_place():
    """In the queue, and of what a visitor may have alive."""
    specs = [LanguageModel(text="course-es", units=16, seed=seed) for seed in range(3)]
    for n in range(3):
        runs.add(
            [runs.New(secrets.token_hex(16), spec, 1e9) for spec in specs], ANA, origin=runs.Origin(group=f"{n:032x}")
        )
    refused("yours_full", queued, ANA)
    after = queued(BEN)
    assert [row.id for row in runs.of_group(f"{0:032x}")] == [
        row.id for row in reversed(runs.mine(ANA, "language_model")[-3:])
    ]
    assert [runs.place(row.id) for row in runs.of_group(f"{1:032x}")] == [2, 2, 2]
    assert runs.place(after) == 4


def test_other_engines_runs_are_left_to_them():
    run_id = queued(engine="cluster")
    assert leases.take(5) == [] and leases.claim(run_id).run == run_id


def test_a_visitor_may_have_three_runs_alive():
    for _ in range(3):
        queued(ANA)
    refused("yours_full", queued, ANA)
    queued(BEN)


def test_fifty_may_wait():
    for n in range(50):
        queued(f"{n:032}")
    refused("waiting_full", queued, ANA)
    queued("local")


def test_what_a_visitor_keeps_has_an_end(monkeypatch):
    monkeypatch.setattr(visitors, "MOST", 1000)
    store.put(b"x" * 900, ANA)
    refused("quota_bytes", store.put, b"y" * 200, ANA)
    store.put(b"y" * 200, BEN)
    store.put(b"z" * 2000, "local")
    monkeypatch.setattr(runs, "ENDED", 2)
    for _ in range(2):
        runs.ask_to_stop(queued(BEN), BEN)
    refused("quota_runs", queued, BEN)


def test_stopping_what_waits_ends_it():
    run_id = queued()
    refused("unknown_run", runs.ask_to_stop, run_id, BEN)
    runs.ask_to_stop(run_id, ANA)
    assert runs.row(run_id).state == "stopped" and results.events(run_id) == [Ended("stopped")]
    assert leases.take(1) == []


def test_stopping_what_runs_raises_its_flag():
    run_id = queued()
    (taken,) = leases.take(1)
    assert not leases.stop_asked(taken)
    runs.ask_to_stop(run_id, ANA)
    assert leases.stop_asked(taken) and runs.row(run_id).state == "running"
    leases.bury(taken)  # it had to be killed
    assert runs.row(run_id).why == "stopped_before_weights"


def rows(table) -> int:
    with database.reading() as connection:
        return len(connection.execute(select(table)).all())


def finished(owner, **fields) -> str:
    run_id = queued(owner, **fields)
    taken = leases.claim(run_id)
    leases.finish(taken, [Kept("alphabet", b"abc")], Ended("done"), learned={"out/bias": np.zeros(3, np.float32)})
    return run_id


def test_deleting_a_run_takes_all_that_belongs_to_it():
    sha256 = store.put(TEXT, ANA)
    one, two = finished(ANA, text=sha256), finished(ANA, text=sha256)
    other = finished(BEN, text=store.put(TEXT, BEN))
    refused("unknown_run", runs.remove, one, BEN)
    runs.remove(one, ANA)
    refused("unknown_run", runs.row, one)
    assert results.events(one) == [] and not results.has_weights(one)
    assert store.holds(sha256, ANA)  # the second run still needs it
    runs.remove(two, ANA)
    assert not store.holds(sha256, ANA) and store.holds(sha256, BEN)
    assert [rows(t) for t in (tables.runs, tables.events, tables.weights, tables.kept, tables.texts)] == [1, 2, 1, 1, 1]
    assert runs.row(other).state == "done"


def test_deleting_all_leaves_no_trace_in_the_file(folder):
    sha256 = store.put(TEXT, ANA)
    finished(ANA, text=sha256)
    queued(ANA)
    store.mark(ANA, "3-3-lstm", "quiz")
    store.put(b"other words entirely", BEN)
    runs.remove_all(ANA)
    assert [rows(t) for t in (tables.runs, tables.events, tables.weights, tables.kept, tables.progress)] == [0] * 5
    store.close()
    everything = b"".join(p.read_bytes() for p in folder.iterdir())
    assert b"barca" not in everything and b"other words entirely" in everything


def elsewhere(function, folder, *arguments) -> multiprocessing.Process:
    """A process of its own, forked from one that never imported Keras."""
    clean = multiprocessing.get_context("forkserver")
    clean.set_forkserver_preload([__name__])
    process = clean.Process(target=function, args=(str(folder), *arguments))
    process.start()
    return process


def write_much(folder: str, number: int, times: int) -> None:
    os.environ["RRN_DATA_DIR"] = folder
    taken = leases.claim(queued(f"{number:032}"))
    for n in range(times):
        leases.tell(taken, [Measured(n, {"loss": 1.0})])
    store.close()


def test_many_processes_write_at_once_and_none_is_locked_out(folder):
    """Eight processes that open the store at the same moment, 30 read-then-write transactions each."""
    crowd = [elsewhere(write_much, folder, n, 30) for n in range(8)]
    for one in crowd:
        one.join()
    assert [one.exitcode for one in crowd] == [0] * 8
    assert rows(tables.events) == 240


@pytest.mark.parametrize("damage", ["no database", "cut short", "page overwritten"])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(folder, damage):
    for n in range(40):
        store.put(TEXT + str(n).encode(), ANA)
    let_go()
    path = folder / "rrn.sqlite"
    whole = path.read_bytes()
    broken = {
        "no database": b"\x89PNG" * 2000,
        "cut short": whole[: len(whole) // 2],
        "page overwritten": whole[:4096] + os.urandom(8192) + whole[12288:],
    }[damage]
    path.write_bytes(broken)
    store.put(TEXT, BEN)
    (aside,) = store.set_aside()
    assert aside.read_bytes() == broken and aside.name.startswith("rrn.sqlite.damaged-")
    assert store.progress(ANA) == {}


def let_go():
    """As if this process had ended: the next use is a start."""
    store.close()
    database._engines.clear()
    for file in database._inside.values():
        file.close()
    database._inside.clear()


def test_a_damaged_log_costs_nothing_that_was_confirmed_before(folder):
    store.mark(ANA, "3-3-lstm", "run")
    let_go()
    (folder / "rrn.sqlite-wal").write_bytes(os.urandom(5000))
    assert store.progress(ANA) == {"3-3-lstm": {"run"}} and store.set_aside() == []


def test_a_store_in_use_is_not_looked_over(folder):
    """Somebody who comes second must not put away a file under the first one's feet."""
    store.mark(ANA, "3-3-lstm", "run")
    second = elsewhere(come_second, folder)
    second.join()
    assert second.exitcode == 0


def come_second(folder: str) -> None:
    def not_allowed(path):
        raise AssertionError(path)

    os.environ["RRN_DATA_DIR"] = folder
    database._look_over = not_allowed
    assert store.progress(ANA) == {"3-3-lstm": {"run"}}
    store.close()


def test_a_newer_store_is_not_touched(folder):
    store.mark(ANA, "3-3-lstm", "run")
    with database.writing() as connection:
        connection.execute(update(tables.about).values(value="99"))
    let_go()
    before = (folder / "rrn.sqlite").read_bytes()
    refused("store_newer", store.mark, ANA, "3-3-lstm", "quiz")
    let_go()
    assert (folder / "rrn.sqlite").read_bytes() == before


def test_a_store_that_is_away_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "file"))
    refused("store_away", store.put, TEXT, ANA)
    monkeypatch.setenv("RRN_DATABASE_URL", f"sqlite:///{tmp_path}")  # a folder is no file
    refused("store_away", store.progress, ANA)


def test_a_full_disk_is_one_sentence_and_loses_nothing(folder, monkeypatch):
    store.mark(ANA, "3-3-lstm", "run")
    with database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def small(raw, record):
        raw.execute(f"PRAGMA max_page_count={pages}").close()

    from sqlalchemy import event

    store.close()
    event.listen(database._engine(), "connect", small)
    refused("store_away", store.put, b"x" * 500_000, ANA)
    assert store.progress(ANA) == {"3-3-lstm": {"run"}}


def test_a_doubled_key_is_a_bug_and_stays_loud():
    run_id = queued()
    with pytest.raises(Exception, match="UNIQUE"):
        with database.writing() as connection:
            row = connection.execute(select(tables.runs)).one()._asdict()
            connection.execute(insert(tables.runs).values(**row | {"number": 7, "id": run_id}))


def test_the_file_is_an_ordinary_sqlite_file_in_wal_mode(folder):
    store.mark(ANA, "3-3-lstm", "run")
    connection = sqlite3.connect(folder / "rrn.sqlite")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
