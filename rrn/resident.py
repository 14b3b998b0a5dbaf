"""Answers questions about runs and shipped models, and keeps the models that it was asked about last."""

import json
import logging
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from multiprocessing.connection import Connection

from rrn import jobs, line, store
from rrn.events import Ended, Event, to_bytes
from rrn.intake import spec as gate
from rrn.intake.text import MOST
from rrn.spec import Question, Refused
from rrn.worker import Given, recipe_of

MODELS = 3
LIMIT = 20.0  # seconds for one answer
AT_ONCE = 8
HEADER = 65_536  # bytes


class Resident:
    """Answers may be given side by side: a model is read, never changed."""

    def __init__(self):
        self._models: OrderedDict[object, object] = OrderedDict()
        self._loading = threading.Lock()
        self._room = threading.Semaphore(AT_ONCE)

    def answer(self, header: dict, asker: Connection) -> None:
        """Tell the answer's events to whoever asks, and Ended at the end. An asker that goes away ends the work."""
        patient = bool(header.get("patient"))
        until = time.monotonic() + (float("inf") if patient else LIMIT)

        def emit(event: Event) -> None:
            if time.monotonic() > until:
                raise Refused("took_too_long")
            asker.send_bytes(to_bytes(event))

        with asker, self._room:
            try:
                line.patience(asker, LIMIT)  # an asker that neither reads nor leaves must not hold us for ever
                # Read to its end before anything is said: closing on unread data would take the answer back.
                data = asker.recv_bytes(line.LONGEST if patient else MOST)
                ended = self._tried(header, data, patient, emit)
                asker.send_bytes(to_bytes(ended))
            except (OSError, EOFError):
                logging.info("whoever asked went away")

    def _tried(self, header, data, patient, emit):
        began = time.monotonic()
        try:
            run = jobs.find(header.get("run"))
            question = _admitted(header, run, patient)
            recipe_of(run.spec).answer(question, self._model(run), Given(run), data, emit)
            return Ended("done", training=time.monotonic() - began)
        except Refused as refused:
            return Ended("failed", refused.code)
        except (OSError, EOFError):
            raise
        except UnicodeDecodeError:
            return Ended("failed", "text_encoding")
        except Exception:
            logging.exception("a question about %s failed", header.get("run"))
            return Ended("failed", "bug")

    def _model(self, run):
        """What answers for this run, opened once. A run's weights come once, at its end."""
        # A shipped model may be written anew under its name; it is then opened as another object.
        key = run.id if isinstance(run, jobs.Run) else run
        with self._loading:
            if key not in self._models:
                self._models[key] = recipe_of(run.spec).opened(run.spec, run.weights(), run.kept)
                while len(self._models) > MODELS:
                    self._models.popitem(last=False)
            self._models.move_to_end(key)
            return self._models[key]


def _admitted(header, run, patient):
    """The question, checked again. A refusal travels as a code alone, so it is one that needs no values."""
    try:
        question = gate.admit(header.get("question"), operator=patient)
    except Refused as refused:
        logging.warning("a question about %s: %s %s", run.id, refused.code, refused.values)
        raise Refused("unknown_question") from refused
    if not isinstance(question, Question) or type(question).__module__ != type(run.spec).__module__:
        raise Refused("unknown_question")
    return question


def serve_handed(channel: socket.socket) -> None:
    """Answer the connections that the warm process hands over, each with its header, until it goes."""
    answer = _ready()
    while True:
        header, descriptors, _, _ = socket.recv_fds(channel, HEADER, 1)
        if not header:
            return
        _begin(answer, json.loads(header), Connection(descriptors[0]))


def serve() -> None:
    """Answer on a socket of our own, where nothing can be handed over."""
    folder = store.folder()
    listener = line.listen(folder, "resident")
    answer = _ready()
    while True:
        try:
            asker = listener.accept()
            line.patience(asker, LIMIT)
            _begin(answer, json.loads(asker.recv_bytes(HEADER)), asker)
        except Exception as why:  # a stranger, or one that left: others are waiting
            logging.info("nobody to answer: %r", why)


def _ready() -> Callable[[dict, Connection], None]:
    from rrn.nn import backend

    backend.use("CPU", 1)  # its models only lend their weights, and a GPU belongs to the runs
    return Resident().answer


def _begin(answer, header, asker):
    threading.Thread(target=answer, args=(header, asker), daemon=True).start()
