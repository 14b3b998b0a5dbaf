import gc
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import psutil
import pytest

from rrn.intake import audio, decoder
from rrn.intake import light as light_process
from rrn.intake.decoder import decode, prepare
from rrn.spec import Refused
from tests.intake import fuzz_audio
from tests.intake.sounds import encoded, flac_bomb, long_ogg, tone

VOICE = encoded(tone())
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits and processes as Linux has them")


@pytest.fixture(autouse=True)
def none_ready():
    decoder._leave()
    yield
    decoder._leave()


def light():
    """The light processes that are there, and those that nobody has waited for."""
    return [child for child in psutil.Process().children() if is_light(child)]


def is_light(process):
    try:
        return process.status() == psutil.STATUS_ZOMBIE or "rrn.intake.audio" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def refusal(data, **more):
    with pytest.raises(Refused) as caught:
        decode(data, **more)
    return caught.value


def instead(monkeypatch, code):
    """Light processes that do something else once they are up."""
    start = subprocess.Popen

    def other(command, **more):
        return start([sys.executable, "-c", f"import sys, time; {code}"], **more)

    monkeypatch.setattr(decoder.subprocess, "Popen", other)


UP = "sys.stdout.write('.'); sys.stdout.flush(); "


def same(one, two):
    return np.array_equal(one.samples, two.samples) and vars(one) | {"samples": 0} == vars(two) | {"samples": 0}


@pytest.mark.parametrize("operator", [False, True])
@pytest.mark.parametrize("coding", [("WAV", "FLOAT"), ("OGG", "OPUS")])
def test_the_process_says_what_the_gate_says(operator, coding):
    data = encoded(np.stack([tone(loud=3), -tone(loud=3)], axis=1), *coding)
    assert same(decode(data, operator=operator), audio.read(data))
    decode(data).samples[0] = 1  # may be written to, as any array


def test_a_refusal_comes_back_with_its_values():
    for data in (b"", b"Hola", encoded(np.zeros((900, 9))), VOICE[:100], VOICE + bytes(audio.MOST)):
        with pytest.raises(Refused) as caught:
            audio.read(data)
        why = refusal(data)
        assert (why.code, why.values) == (caught.value.code, caught.value.values)


def test_a_visitors_file_has_a_process_to_itself_and_the_operators_share_one():
    seen = set()
    for _ in range(3):
        prepare()
        seen |= {child.pid for child in light()}
        decode(VOICE)
    assert len(seen) == 3 and len(light()) == 1
    one = light()
    for _ in range(9):
        decode(VOICE, operator=True)
    assert light() == one


def test_after_so_many_files_of_the_operators_comes_another_process(monkeypatch):
    monkeypatch.setattr(decoder, "FILES", 3)
    seen = set()
    for _ in range(6):
        decode(VOICE, operator=True)
        seen |= {child.pid for child in light()}
    assert len(seen) == 2 and not light()


def test_several_threads_at_once_get_each_their_own():
    files = [encoded(tone(hertz=200 + 100 * n)) for n in range(8)]
    wanted = [audio.read(data) for data in files]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda data: decode(data, operator=True), files * 4))
    assert all(same(one, two) for one, two in zip(found, wanted * 4, strict=True))
    assert len(light()) <= decoder.AT_ONCE


def test_a_process_that_dies_while_it_waits_is_replaced():
    prepare()
    (waiting,) = light()
    waiting.kill()
    time.sleep(0.1)
    assert decode(VOICE).seconds == 0.5
    assert waiting.pid not in {child.pid for child in light()}


@pytest.mark.parametrize(
    "code",
    [
        UP + "sys.exit(3)",
        UP + "sys.stdin.buffer.read(9); sys.exit(0)",
        UP + "print('This is not an answer at all.' * 99)",
        UP + "sys.stdout.buffer.write(b'\\xff' * 9)",
        UP + "time.sleep(60)",
    ],
)
def test_the_death_of_a_process_is_a_file_that_cannot_be_read(monkeypatch, caplog, code):
    monkeypatch.setattr(decoder, "WALL", 0.5)
    instead(monkeypatch, code)
    begun = time.monotonic()
    assert refusal(bytes(1_000_000)).code == "audio_unreadable"
    assert time.monotonic() - begun < 3 and "died or took too long" in caplog.text


@pytest.mark.parametrize("code", ["sys.exit(1)", "time.sleep(60)"])
def test_a_process_that_never_comes_up_is_not_the_files_fault(monkeypatch, code):
    monkeypatch.setattr(decoder, "START", 0.5)
    instead(monkeypatch, code)
    assert refusal(VOICE).code == "audio_busy"


def test_a_machine_that_starts_no_process_is_not_the_files_fault(monkeypatch):
    def none(*args, **more):
        raise BlockingIOError

    monkeypatch.setattr(decoder.subprocess, "Popen", none)
    prepare()
    assert refusal(VOICE).code == "audio_busy"


def test_whoever_waits_too_long_for_a_turn_is_told(monkeypatch):
    monkeypatch.setattr(decoder, "WAIT", 0.1)
    monkeypatch.setattr(decoder, "_turns", threading.BoundedSemaphore(1))
    with decoder._turns:
        assert refusal(VOICE).code == "audio_busy"
    assert decode(VOICE).seconds == 0.5


def test_a_bug_of_the_gate_is_logged_and_said_calmly(monkeypatch, caplog):
    monkeypatch.setattr(light_process, "read", lambda data: 1 / 0)
    header, samples = light_process.answer(VOICE)
    with pytest.raises(Refused, match="audio_unreadable"):
        decoder._understood(header, samples)
    assert "ZeroDivisionError" in caplog.text


def test_nothing_is_left_behind():
    for operator in (False, True, False):
        decode(VOICE, operator=operator)
    decoder._leave()
    gc.collect()
    assert not light()


KEEPS_ONE = (
    "from rrn.intake import decoder; decoder.prepare(); print(decoder._ready[0]._process.pid, flush=True); input()"
)


@LINUX
@pytest.mark.parametrize("end", ["leaves", "is killed"])
def test_a_process_leaves_when_its_parent_does(end):
    parent = subprocess.Popen([sys.executable, "-c", KEEPS_ONE], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with parent:
        child = psutil.Process(int(parent.stdout.readline()))
        time.sleep(0.4)
        parent.send_signal(signal.SIGKILL) if end == "is killed" else parent.stdin.write(b"\n")
    for _ in range(50):
        if not child.is_running() or child.status() == psutil.STATUS_ZOMBIE:  # the system's to bury
            return
        time.sleep(0.1)
    pytest.fail("it lives on")


@LINUX
def test_the_process_has_its_limits_and_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("RRN_SECRET", "hush")
    decode(VOICE, operator=True)
    (child,) = light()
    assert child.rlimit(psutil.RLIMIT_AS)[0] == light_process.MEMORY
    assert child.rlimit(psutil.RLIMIT_CPU)[0] in (4, 5)
    assert child.rlimit(psutil.RLIMIT_FSIZE)[0] == child.rlimit(psutil.RLIMIT_CORE)[0] == 0
    assert "RRN_SECRET" not in child.environ() and child.environ()["OPENBLAS_NUM_THREADS"] == "1"
    with open(f"/proc/{child.pid}/maps") as maps:
        assert "libsndfile" in maps.read()
    assert os.readlink(f"/proc/{child.pid}/fd/2") == os.devnull == os.readlink(f"/proc/{child.pid}/fd/1")


def test_the_process_loads_nothing_heavy():
    code = "import sys, soundfile, soxr; from rrn.intake import audio, light; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"keras", "tensorflow", "streamlit", "pandas", "sqlalchemy"} & set(done.stdout.split())
    code = "import sys; from rrn.intake import decoder; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"soundfile", "soxr"} & set(done.stdout.split())  # of no use where files are only handed on


BOMBS = """
import resource, sys
from rrn.intake import decoder
from rrn.spec import Refused
for name in sys.argv[1:]:
    try:
        print(decoder.decode(open(name, "rb").read()).notes)
    except Refused as why:
        print(why.code)
decoder._leave()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


@LINUX
def test_small_files_that_hold_hours_take_little_and_hurt_nobody(tmp_path):
    for name, data in {
        "flac": flac_bomb(),
        "ogg": long_ogg(180),
        "large": encoded(np.zeros((400_000, 8)), "WAV", "DOUBLE", 192_000)[: audio.MOST],
        "voice": VOICE,
    }.items():
        (tmp_path / name).write_bytes(data)
    paths = [str(tmp_path / name) for name in ("flac", "ogg", "large", "voice")]
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", BOMBS, *paths], capture_output=True, text=True, check=True, timeout=30)
    *answers, megabytes = done.stdout.splitlines()
    assert answers == [str(("audio_first_minute", "audio_silent"))] * 2 + [str(("audio_cut", "audio_silent")), "()"]
    assert int(megabytes) < 300 and time.monotonic() - begun < 15


@LINUX
def test_a_file_that_takes_for_ever_is_ended_and_others_do_not_notice(monkeypatch):
    monkeypatch.setattr(decoder, "WALL", 2.0)
    endless = encoded(tone(), "OGG", "OPUS") + b"OggS" * 4_900_000
    with ThreadPoolExecutor(1) as pool:
        prepare()
        begun = time.monotonic()
        waiting = pool.submit(refusal, endless)
        took = []
        while not waiting.done():
            before = time.monotonic()
            assert decode(VOICE).seconds == 0.5
            took.append(time.monotonic() - before)
    assert waiting.result().code == "audio_unreadable"
    assert time.monotonic() - begun < 5 and max(took) < 2  # a tenth where nobody else wants the machine


def test_a_hundred_clips_in_a_row_take_a_moment():
    clips = [encoded(tone(5, 8000, 100 + n), rate=8000) for n in range(100)]
    begun = time.monotonic()
    for clip in clips:
        decode(clip, operator=True)
    assert time.monotonic() - begun < 4  # half a second where nobody else wants the machine


def test_mutated_files_break_nothing():
    ended, lines, longest = fuzz_audio.run(200)
    assert not lines and longest < 5
    assert ended["read"] > 40 and ended["audio_unreadable"] > 20


@pytest.mark.slow
def test_thousands_of_mutated_files_break_nothing():
    ended, lines, longest = fuzz_audio.run(5000, seed=1)
    print(dict(ended.most_common()), f"{longest:.2f} s")
    assert not lines and longest < 5
