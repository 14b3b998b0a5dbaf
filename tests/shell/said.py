"""How the tests of the shell speak to it."""

import io
import sys
from contextlib import contextmanager

import pytest

from rrn import shipped, store
from rrn.shell.commands import run
from rrn.tasks.language_model import LanguageModel


def in_locale(monkeypatch, name: str) -> None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", name)


def refused_in_one_line(line: list[str], language: str, tmp_path, monkeypatch, capsys) -> None:
    """The only model there is, "reader", writes texts; one line comes in."""
    monkeypatch.setenv("RRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RRN_MODELS_DIR", str(tmp_path / "models"))
    shipped.write("reader", LanguageModel(), [], {}, {})
    in_locale(monkeypatch, language)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"hola\n")))
    assert run(line) == 2
    out, err = capsys.readouterr()
    store.close()
    assert out == "" and len(err.splitlines()) == 1 and err.strip()
    assert "Traceback" not in err and "{" not in err


@contextmanager
def trained(folder, line: str):
    """The id of a run that `train` with this line has made, in a data folder of its own."""
    from rrn import line as socket

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RRN_DATA_DIR", str(folder))
        patch.setenv("LANG", "en")
        patch.setattr(sys, "stdout", io.StringIO())
        try:
            assert run(["train", *line.split()]) == 0
            yield sys.stdout.getvalue().strip()
        finally:
            socket.hang_up()
            store.close()
