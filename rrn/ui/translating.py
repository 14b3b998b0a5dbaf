"""A sentence through a trained network: its translation, the attention that made it, and the tree of the beam."""

import json
from dataclasses import dataclass, field, fields

import numpy as np
import streamlit as st

from rrn import figures, jobs, measures
from rrn.data import phrases
from rrn.data.vocabulary import SPECIAL, UNKNOWN
from rrn.events import Event
from rrn.figures.translating import matrix, tree
from rrn.spec import Refused
from rrn.tasks.translation import TYPED, Grow, Translate, generated
from rrn.ui import controls, screen, spreadsheet
from rrn.ui.models import Model
from rrn.ui.refusal import said
from rrn.ui.words import n, plain, t

LEAVES = 5  # translations that are listed
GROWN = 120  # pieces of a line whose tree is shown, at most
FAR = 2  # times the longest sentence that a small language was learned from; beyond it a line is called far longer
TICK = 16  # letters of an unknown word beside a matrix


@dataclass
class Said:
    """A translation that was asked for; it stays until the next one is."""

    of: tuple
    events: list[Event] = field(default_factory=list)  # of the translation
    grown: list[Event] = field(default_factory=list)  # of the beam
    why: Refused | None = None


def draw(key: str, readers: dict[str, Model], words: str) -> None:
    """The section below a lab where a sentence is translated, or answered: `words` is "translating" or "asking"."""
    st.header(t(f"{words}_title"), anchor="translating")
    if not readers:
        st.caption(t(f"{words}_no_model"))
        return

    def part():
        left, right = st.columns([4, 9], gap="large")
        with left:
            reader, line, begun, ask = _form(key, readers, words)
        with right:
            answer = _answer(key, reader, line, begun, ask)
            if answer is not None:
                _translation(reader, answer)
                if answer.grown:
                    _leaves(answer, words)
        if answer is not None and answer.grown:
            _inside(key, reader, answer)

    st.fragment(part)()


def _form(key: str, readers: dict[str, Model], words: str):
    s = st.session_state
    names = {id: reader.name for id, reader in readers.items()}
    if s.get(f"{key}.model") not in names:
        s[f"{key}.model"] = next(iter(names))
    controls.say_again(f"{key}.model")
    model = st.radio(t(f"{words}_model"), tuple(names), format_func=names.__getitem__, key=f"{key}.model")
    reader = readers[model]
    place = f"{key}.line.{_kind(reader.spec)}"  # every kind of sentence has a field, and an example, of its own
    s.setdefault(place, example(reader.spec))
    line = st.text_area(t(f"{words}_line"), key=place, height=112, max_chars=TYPED, persist_state="session")
    begun = st.text_input(t(f"{words}_begun"), key=f"{place}.begun", max_chars=200, help=t("translating_begun_help"))
    defaults = {f.name: f.default for f in fields(Translate)}
    values = {f: controls.control(Translate, f, f"{key}.{f}", defaults[f]) for f in ("beam", "normal")}
    return reader, line, begun, values


def _kind(spec) -> str:
    return f"{spec.pairs}.{spec.direction}"


def example(spec) -> str:
    """A sentence that nobody learned from, in the language that is read."""
    if not generated(spec):
        return t("translating_example_es" if spec.direction == "es-en" else "translating_example_en")
    source, _ = phrases.vocabularies(spec.pairs, spec.direction)
    drawn = [phrases.draw(spec.pairs, spec.direction, np.random.default_rng(seed), unseen=True) for seed in range(40)]
    known = phrases.known_to(spec.pairs)
    fitting = [phrase for phrase in drawn if known is None or phrase.size <= known] or drawn
    return source.joined(max(fitting, key=lambda phrase: len(phrase.read)).read)


def _answer(key: str, reader: Model, line: str, begun: str, values: dict) -> Said | None:
    """What was asked for, asked anew where a word or a setting has changed."""
    line = typed(reader.spec, line)
    if not line:
        st.caption(t("translating_empty"))
        return None
    of = (reader.id, line, begun, *values.values())
    kept = st.session_state.get(f"{key}.said")
    if kept is None or kept.of != of or kept.why:
        kept = st.session_state[f"{key}.said"] = Said(of)
        try:
            kept.events = list(jobs.ask(Translate(**values), run=reader.id, data=line.encode("utf-8", "replace")))
            # Nothing is read of a line that is copied as a whole, and of a very long one nobody could see the tree.
            read = measures.listed(kept.events, "read")
            if measures.last(kept.events, "parts") == 1 and 0 < len(read) <= GROWN:
                data = json.dumps([line, begun]).encode("utf-8", "replace")
                kept.grown = list(jobs.ask(Grow(**values), run=reader.id, data=data))
        except Refused as why:
            kept.why = why
    if kept.why:
        st.error(said(kept.why), icon=":material/error:")
        return None
    return kept


def typed(spec, line: str) -> str:
    """The line in one row, and of a small language as it is read."""
    if not generated(spec):
        return " ".join(line.split())
    return phrases.vocabularies(spec.pairs, spec.direction)[0].typed(line)


def _translation(reader: Model, answer: Said) -> None:
    begun = answer.of[2].strip()
    texts = measures.samples(answer.grown if begun and answer.grown else answer.events)
    st.code(texts.get(0, ""), language=None, wrap_lines=True)
    if measures.last(answer.events, "strange"):
        st.warning(t("translating_strange"), icon=":material/language:", width=580)
    unknown, copied = measures.listed(answer.events, "unknown"), measures.listed(answer.events, "copied")
    if unknown:
        words = plain(", ".join(dict.fromkeys(unknown)))
        st.warning(t("translating_unknown", words=words), icon=":material/help:", width=580)
        source, _ = phrases.vocabularies(reader.spec.pairs, reader.spec.direction)
        with st.expander(t("translating_vocabulary")):
            st.caption(" ".join(source.symbols))
    if generated(reader.spec) and (foreign := _unwritten(reader.spec, begun)):
        words = plain(", ".join(dict.fromkeys(foreign)))
        st.warning(t("translating_unwritten", words=words), icon=":material/help:", width=580)
    if far := far_longer(reader.spec, answer.of[1]):
        st.warning(t("translating_far", n=far[0], most=far[1]), icon=":material/width:", width=580)
    if copied:
        st.caption(t("translating_copied", words=plain(", ".join(dict.fromkeys(copied)))))
    parts = measures.last(answer.events, "parts") or 0
    if parts > 1:
        st.caption(t("translating_parts", n=int(parts)))
    elif answer.grown:
        st.caption(t("translating_score", score=n(_scores(answer)[0], 3), words=len(_words(answer, "written"))))


def far_longer(spec, line: str) -> tuple[int, int] | None:
    """(steps of the line, of the longest that was learned from) where a small language's line is far longer."""
    if not generated(spec):
        return None  # which is cut into parts of a length that was learned from
    source, _ = phrases.vocabularies(spec.pairs, spec.direction)
    steps, most = len(source.encode(line)) - 1, phrases.longest(spec.pairs, spec.direction) - 1
    return (steps, most) if steps > FAR * most else None


def _unwritten(spec, begun: str) -> list[str]:
    """Words of a beginning that a small language cannot write."""
    _, target = phrases.vocabularies(spec.pairs, spec.direction)
    words = [c for c in begun if not c.isspace()] if target.letters else begun.split()
    return [word for word in words if UNKNOWN in target.encode(word)]


def _read(answer: Said) -> tuple[str, ...]:
    """The words that were read; unknown ones as they were typed."""
    unknown = iter(measures.listed(answer.events, "unknown"))
    words = [next(unknown, word) if word == SPECIAL[UNKNOWN] else word for word in _words(answer, "read")]
    return tuple(word if len(word) <= TICK else f"{word[: TICK - 1]}…" for word in words)


def _words(answer: Said, name: str) -> tuple[str, ...]:
    return measures.listed(answer.grown, name)


def _scores(answer: Said) -> list[float]:
    return [e.values["score"] for e in measures.measured(answer.grown) if "score" in e.values]


def _inside(key: str, reader: Model, answer: Said) -> None:
    """Attention and tree, side by side."""
    left, right = st.columns(2, gap="large")
    found = measures.captured(answer.grown, "attention")
    with left:
        if found:
            _attention(key, answer, found[-1][1])
        else:
            st.caption(t("translating_no_attention"))
    with right:
        screen.plot(
            lambda: figures.beam_tree(answer.grown, t),
            key=f"{key}.tree",
            alt=t("fig_tree_alt", beam=answer.of[3], nodes=len(tree(answer.grown))),
            of=answer.of,
        )
        _carry_on(key, reader, answer)


def _attention(key: str, answer: Said, weights: np.ndarray) -> None:
    read, written = _read(answer), _words(answer, "written")
    row, column = np.unravel_index(int(weights.argmax()), weights.shape)
    screen.plot(
        lambda: matrix(weights, read, written, t("fig_attention_title"), t),
        key=f"{key}.attention",
        alt=t("fig_attention_said", rows=len(written), columns=len(read), row=written[row], column=read[column],
              weight=float(weights[row, column])),
        of=answer.of,
    )  # fmt: skip
    st.download_button(
        t("translating_save"), table(weights, read, written), "attention.csv", "text/csv", key=f"{key}.save",
        icon=":material/download:", type="tertiary", on_click="ignore",
    )  # fmt: skip


def table(weights: np.ndarray, read: tuple[str, ...], written: tuple[str, ...]) -> bytes:
    """The matrix as a table for a spreadsheet: the words that were read along the top."""
    return spreadsheet.table(["", *read], written, weights)


def _leaves(answer: Said, words: str) -> None:
    """The translations that were finished, the one that won first."""
    texts = measures.samples(answer.grown)
    rows = [e.values for e in measures.measured(answer.grown) if "ranked" in e.values]
    lines = [
        f"| {t('translating_rank')} | {t(f'{words}_text')} | log p | {t('translating_ranked')} |",
        "| --: | --- | --: | --: |",
    ]
    for rank, values in enumerate(rows[:LEAVES]):
        text = texts.get(rank, "").replace("|", "\\|").replace("`", "'")
        lines.append(f"| {rank + 1} | `{text or '∅'}` | {n(values['score'], 3)} | {n(values['ranked'], 3)} |")
    st.markdown("\n".join(lines))


def _carry_on(key: str, reader: Model, answer: Said) -> None:
    """Any beginning in the tree can be taken up, changed and carried on from."""
    nodes = tree(answer.grown)
    given = answer.of[2].strip()
    beginnings: dict[str, None] = {}
    for node in nodes:
        text = beginning(reader.spec, given, node.beginning(nodes))
        if text != given and "<0x" not in text:  # a letter spelled in bytes cannot be typed
            beginnings[text] = None
    place = f"{key}.line.{_kind(reader.spec)}.begun"
    chosen = f"{key}.node.{hash(answer.of) & 0xFFFFFF}"

    def take() -> None:
        st.session_state[place] = st.session_state[chosen] or ""

    st.selectbox(t("translating_take"), list(beginnings), index=None, key=chosen, on_change=take,
                 placeholder=t("translating_take_one"))  # fmt: skip


def beginning(spec, given: str, words: list[str]) -> str:
    """What was given and the pieces after it, as it would be typed: subwords carry the mark of a word's beginning."""
    kept = [word for word in words if word not in ("⊣", "⊢")]
    if not generated(spec):
        return f"{given}{''.join(kept).replace('▁', ' ')}".strip()
    _, target = phrases.vocabularies(spec.pairs, spec.direction)
    return f"{given} {target.joined(kept)}".strip()
