"""A run becomes a patient: its weights are read, and what it is measured on is drawn."""

from functools import lru_cache

from rrn.data import course
from rrn.jobs import Run
from rrn.scratch import seq2seq
from rrn.shipped import Shipped
from rrn.tasks import sentiment
from rrn.ui import screen
from rrn.ui.owner import owner
from rrn.ui.words import lang
from rrn.ui.xray.patient import Patient
from rrn.ui.xray.sentences import Sentences
from rrn.ui.xray.sequences import Sequences
from rrn.ui.xray.texts import Texts
from rrn.xray import look as looks
from rrn.xray import pair, sentences, texts
from rrn.xray import score as scores
from rrn.xray.specimen import reads_text


def opened(key: str, run: Run | Shipped) -> Patient:
    """The run, opened once: what belongs to a visitor stays with their visit of the page, and goes with the run."""
    if isinstance(run, Shipped):
        return _shipped(run, lang())
    return screen.remembered(f"{key}.patient", run.id, lambda: _opened(run, lang()))


@lru_cache(maxsize=16)
def _shipped(run: Shipped, language: str) -> Patient:
    """A shipped model is another object when its files have changed."""
    return _opened(run, language)


def _opened(run, language) -> Patient:
    network = looks.opened(run)
    if isinstance(network, seq2seq.Translator):
        words = pair.languages(run)
        unseen = sentences.unseen(run, words, _table(run))
        score = sentences.score(network, unseen) if unseen else {}
        return Sentences(network, run, score, unseen, words)
    if texts.judges(run.spec):
        reads = texts.language(run, network)
        held_out = texts.unseen(run, reads, _labelled(run))
        return Texts(network, run, texts.score(network, held_out) if held_out else {}, held_out, reads)
    text = _text(run, language)
    data = scores.unseen(run, text)
    return Sequences(network, run, scores.score(run, network, data) if data else {}, data, text)


def _text(run, language) -> str:
    if not reads_text(run.spec):
        return ""
    name = run.spec.text
    if name in course.NAMES or name == "course":
        return course.read(course.NAMES.get(name, language))
    return _own(run, name)


def _table(run) -> str:
    few = sentences.generated(run.spec) or run.spec.lines > sentences.LINES
    return "" if few else _own(run, run.spec.pairs)


def _labelled(run) -> str:
    few = run.spec.texts in sentiment.GENERATED or run.spec.lines > texts.LINES
    return "" if few else _own(run, run.spec.texts)


def _own(run, name) -> str:
    return run.bytes(name).decode() if run.owned_by(owner()) else ""
