"""Sets on demand, from a server on this machine: nothing here goes out into the network."""

import hashlib
import io
import socket
import tarfile
import threading
import wave
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from rrn.data import fetch, pairs, recordings
from rrn.data.fetch import SETS
from rrn.spec import Refused

ROWS = "".join(f"I have {n} dogs.\tTengo {n} perros.\n" for n in range(5000))


def packed(text=ROWS, name="spa-eng/spa.txt") -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as into:
        into.writestr(zipfile.ZipInfo(name), text)
    return whole.getvalue()


def deflated() -> bytes:
    """A zip whose packed bytes make no sense."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as into:
        into.writestr("spa-eng/spa.txt", ROWS)
    data = bytearray(whole.getvalue())
    data[60:200] = b"\xff" * 140
    return bytes(data)


def with_entry(at: int, value: int) -> bytes:
    """A zip with another byte in what it says of its file: 6 is the version that unpacks it, 8 whether it is locked."""
    data = bytearray(packed())
    data[data.index(b"PK\x01\x02") + at] = value
    return bytes(data)


class Server(ThreadingHTTPServer):
    """Sends `body`; `how` says what goes wrong meanwhile."""

    body, how, asked = packed(), "well", 0
    daemon_threads = True


class Sender(BaseHTTPRequestHandler):
    def do_GET(self):
        here = self.server
        here.asked += 1
        if here.how == "gone":
            return self.send_error(404)
        if here.how == "silent":
            return here.over.wait(10)
        self.send_response(200)
        if here.how != "endless":
            self.send_header("Content-Length", str(len(here.body)))
        self.end_headers()
        self.wfile.write(here.body[: len(here.body) // 2] if here.how in ("cut", "stuck") else here.body)
        if here.how == "stuck":
            here.over.wait(10)

    def log_message(self, *_):
        pass


@contextmanager
def serving():
    with Server(("127.0.0.1", 0), Sender) as server:
        server.over = threading.Event()
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()


@pytest.fixture
def server(monkeypatch):
    """What stands at the address of the set now."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(fetch, "WAIT", 0.5)
    with serving() as found:
        given(monkeypatch, address=f"http://127.0.0.1:{found.server_port}/spa-eng.zip", size=len(found.body))
        yield found


def given(monkeypatch, **changes):
    monkeypatch.setitem(SETS, "tatoeba", replace(SETS["tatoeba"], **changes))


def refused(folder, progress=None) -> Refused:
    with pytest.raises(Refused) as why:
        fetch.tatoeba(folder, progress)
    assert not [path for path in folder.rglob("*") if path.name.startswith("tmp")]
    return why.value


def test_every_set_says_whose_it_is_where_it_lies_and_what_may_be_done_with_it():
    for name, which in SETS.items():
        assert name.isidentifier() and which.title and which.file == which.address.rpartition("/")[2]
        assert which.address.startswith("https://") and "https://" in which.source
        assert which.licence and 0 < which.size < 500_000_000
        assert which.sha256 is None or len(bytes.fromhex(which.sha256)) == 32
    assert SETS["tatoeba"].licence == "CC BY 2.0 FR"
    assert all(who in SETS["tatoeba"].source for who in ("tatoeba.org", "manythings.org/anki"))


def test_a_table_is_downloaded_once_and_read_from_then_on(server, tmp_path):
    assert not fetch.here("tatoeba", tmp_path)
    text = fetch.tatoeba(tmp_path)
    assert text == ROWS and len(pairs.rows(text)) == 5000 and fetch.here("tatoeba", tmp_path)
    server.how = "gone"
    assert fetch.tatoeba(tmp_path) == ROWS and server.asked == 1


def test_progress_goes_from_nothing_to_all(server, tmp_path):
    told = []
    fetch.tatoeba(tmp_path, lambda done, total: told.append((done, total)))
    size = len(server.body)
    assert len(told) > 2 and told == sorted(told) and told[-1] == (size, size)
    assert {total for _, total in told} == {size} and told[0][0] == fetch.PIECE


def test_whoever_hears_of_the_progress_may_end_it(server, tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch.tatoeba(tmp_path, stop)
    assert not fetch.here("tatoeba", tmp_path)
    assert fetch.tatoeba(tmp_path) == ROWS


def test_the_right_hash_is_let_in(server, tmp_path, monkeypatch):
    given(monkeypatch, sha256=hashlib.sha256(server.body).hexdigest())
    assert fetch.tatoeba(tmp_path) == ROWS
    assert not list(tmp_path.rglob("*.sha256"))  # nothing to note


def test_a_wrong_hash_is_refused_and_nothing_kept(server, tmp_path, monkeypatch):
    given(monkeypatch, sha256="0" * 64)
    assert refused(tmp_path).code == "fetch_changed"
    assert not fetch.here("tatoeba", tmp_path)


def test_the_hash_of_the_first_download_is_noted_and_another_file_refused(server, tmp_path):
    fetch.tatoeba(tmp_path)
    (noted,) = tmp_path.rglob("*.sha256")
    assert noted.read_text().strip() == hashlib.sha256(server.body).hexdigest()
    (path,) = tmp_path.rglob("*.zip")
    path.unlink()
    server.body = packed(ROWS + "More.\tMás.\n")
    assert refused(tmp_path).code == "fetch_changed"
    server.body = packed()
    assert fetch.tatoeba(tmp_path) == ROWS


def test_a_file_that_was_damaged_here_is_downloaded_again(server, tmp_path):
    fetch.tatoeba(tmp_path)
    (path,) = tmp_path.rglob("*.zip")
    path.write_bytes(path.read_bytes()[:-9])
    assert fetch.tatoeba(tmp_path) == ROWS and server.asked == 2


@pytest.mark.parametrize(
    ("how", "code"), [("gone", "fetch_gone"), ("cut", "fetch_cut"), ("stuck", "fetch_cut"), ("silent", "fetch_away")]
)
def test_what_goes_wrong_is_told_apart_and_the_next_time_it_may_work(server, tmp_path, how, code):
    server.how = how
    why = refused(tmp_path)
    assert why.code == code and why.values["title"] == SETS["tatoeba"].title
    assert how != "gone" or why.values["status"] == 404
    assert not fetch.here("tatoeba", tmp_path) and not list(tmp_path.rglob("*.sha256"))
    server.how = "well"
    assert fetch.tatoeba(tmp_path) == ROWS


def test_without_a_network_it_is_said(tmp_path, monkeypatch):
    with socket.socket() as nobody:  # bound and not listening
        nobody.bind(("127.0.0.1", 0))
        given(monkeypatch, address=f"http://127.0.0.1:{nobody.getsockname()[1]}/spa-eng.zip")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert refused(tmp_path).code == "fetch_away"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Please log in to this network</html>",
        packed(name="other.txt"),
        packed()[:2000],
        packed("caf\u00e9\tcafé\n").replace("é".encode(), b"\xe9\xe9"),
        with_entry(6, 255),
        with_entry(8, 1),
        deflated(),
    ],
    ids=["a page", "another zip", "half a zip", "another encoding", "a later zip", "a locked zip", "damaged inside"],
)
def test_what_is_not_the_set_is_not_kept(server, tmp_path, body):
    server.body = body
    assert refused(tmp_path).code == "fetch_not_it"
    assert not fetch.here("tatoeba", tmp_path) and not list(tmp_path.rglob("*.sha256"))


def test_a_file_without_an_end_is_not_read_to_it(server, tmp_path, monkeypatch):
    given(monkeypatch, size=100_000)
    server.how, server.body = "endless", bytes(2_000_000)
    assert refused(tmp_path).code == "fetch_not_it"
    assert not fetch.here("tatoeba", tmp_path)


def test_a_zip_that_unpacks_to_far_more_is_not_unpacked(server, tmp_path):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as into:
        into.writestr("spa-eng/spa.txt", "a\tb\n" * 1_000_000)
    server.body = whole.getvalue()
    assert refused(tmp_path).code == "fetch_not_it"


def test_a_folder_that_cannot_be_written_is_said(server, tmp_path):
    (tmp_path / "sets").write_text("a file where the folder should be")
    assert refused(tmp_path).code == "store_away"


# Spoken digits: recordings in a packed archive

SPOKEN = "fsdd-1.0.9/recordings"


def sound(samples=800, rate=8000, channels=1) -> bytes:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.random.default_rng(0).integers(-9000, 9000, samples * channels, "<i2").tobytes())
    return whole.getvalue()


def archive(files: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as into:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            into.addfile(member, io.BytesIO(data))
    return whole.getvalue()


FILES = {
    f"{SPOKEN}/{digit}_{who}_{take}.wav": sound() for who in ("theo", "lucas") for digit in "30" for take in (0, 11)
}


@pytest.fixture
def digits(server, monkeypatch):
    """The server sends these files as the set of spoken digits, with the hash that they have."""

    def sends(body: bytes):
        server.body = body
        address = f"http://127.0.0.1:{server.server_port}/v1.0.9.tar.gz"
        sha256 = hashlib.sha256(body).hexdigest()
        which = replace(SETS["spoken_digits"], address=address, size=len(body), sha256=sha256)
        monkeypatch.setitem(SETS, "spoken_digits", which)

    return sends


def test_spoken_digits_are_recordings_with_who_says_what(digits, tmp_path):
    digits(archive({"fsdd-1.0.9/README.md": b"digits", **FILES, f"{SPOKEN}/nobody.wav": b"", "pip.py": b""}))
    told = []
    found = fetch.spoken_digits(tmp_path, lambda done, total: told.append(done))
    assert [(one.said, one.speaker) for one in found] == [((d,), w) for d in "03" for w in ("lucas", "theo")
                                                          for _ in range(2)]  # fmt: skip
    assert {one.language for one in found} == {"en"} and told
    assert found[0].sound.shape == (800,) and 0.2 < np.abs(found[0].sound).max() < 0.3
    pack = recordings.from_bytes(recordings.to_bytes(found))
    assert len(pack) == 8 and np.array_equal(pack[0].sound, found[0].sound)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Please log in to this network</html>",
        archive({"README.md": b"nothing spoken"}),
        archive(FILES)[:300],
        archive({f"{SPOKEN}/3_theo_0.wav": b"no sound"}),
        archive({f"{SPOKEN}/3_theo_0.wav": sound(rate=16000)}),
        archive({f"{SPOKEN}/3_theo_0.wav": sound(channels=2)}),
        archive({f"{SPOKEN}/3_theo_0.wav": sound()[:30]}),
        archive({"zeros": bytes(5_000_000), **FILES}),
    ],
    ids=[
        "a page",
        "another archive",
        "half an archive",
        "no sound",
        "another rate",
        "two channels",
        "cut",
        "far larger",
    ],
)
def test_what_is_no_archive_of_spoken_digits_is_not_kept(digits, tmp_path, body):
    digits(body)
    with pytest.raises(Refused) as why:
        fetch.spoken_digits(tmp_path)
    assert why.value.code == "fetch_not_it" and not fetch.here("spoken_digits", tmp_path)


def test_spoken_digits_with_another_hash_are_refused(digits, tmp_path, server):
    digits(archive(FILES))
    server.body = archive({f"{SPOKEN}/3_theo_0.wav": sound(900)})
    with pytest.raises(Refused) as why:
        fetch.spoken_digits(tmp_path)
    assert why.value.code in ("fetch_changed", "fetch_not_it") and not fetch.here("spoken_digits", tmp_path)
