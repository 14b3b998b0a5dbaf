"""A text through a trained reader while it is typed: the score after every word, and what each word does to it."""

import json
from functools import lru_cache
from html import escape
from typing import NamedTuple

import numpy as np
import streamlit as st

from rrn import jobs, measures
from rrn.data import bag as bags
from rrn.data import opinions, wording
from rrn.data.bag import Bag
from rrn.data.labelled import NAMES
from rrn.data.wording import TRUSTED, Wording
from rrn.figures.chart import Line
from rrn.figures.feeling import lexicon, running
from rrn.figures.style import COLOUR, STONE
from rrn.i18n import LANGUAGES
from rrn.scratch.activations import sigmoid
from rrn.spec import Refused
from rrn.tasks.sentiment import GENERATED, RULES, TYPED, UNSEEN, Explain
from rrn.ui import bars, controls, screen, spreadsheet
from rrn.ui.asked import Asked
from rrn.ui.models import Model
from rrn.ui.refusal import said
from rrn.ui.words import lang, n, plain, probability, probability_among, t

PAUSE = "0.1s"  # of typing, after which the text is read
WAYS = ("missed", "pull", "weight")  # of asking what a word does
TRIED = 12  # texts of the game that are listed
DOUBT = 0.505  # probability below which the likelier of the two is not named
FULL = 3.0  # log-odds from which a word has the full colour


def side(chance: float) -> bool | None:
    """Whether a text is taken for positive; None where that is in doubt."""
    return None if 1 - DOUBT < chance < DOUBT else bool(chance > 0.5)


class Tried(NamedTuple):
    """A text of the game: what its author says it is, and the probabilities that were told."""

    text: str
    positive: bool
    network: float
    bag: float

    def wrong(self, chance: float) -> bool:
        """Whoever is in doubt is not wrong, and not right."""
        return side(chance) is (not self.positive)


class Read(Asked):
    """A text that was asked about."""

    @property
    def words(self) -> tuple[str, ...]:
        return measures.listed(self.events, "word")


def draw(key: str, readers: dict[str, Model]) -> None:
    """The section below a lab where a text is typed and judged."""
    st.header(t("feeling_title"), anchor="judging")
    if not readers:
        st.caption(t("feeling_no_model"))
        return

    def part():
        left, right = st.columns([4, 9], gap="large")
        with left:
            reader, text = _form(key, readers)
        read = ask(key, reader, text)
        if read is None:
            return
        with left:
            _verdicts(read, reader)
        with right:
            _words(key, read, reader)
            _curve(read, reader)
        _game(key, read, reader, text)

    st.fragment(part)()


def names(reader: Model) -> tuple[str, str]:
    """What the negative and the positive class are called here."""
    negative, positive = json.loads(reader.run.kept("names"))
    return (t("class_negative"), t("class_positive")) if (negative, positive) == NAMES else (negative, positive)


def _form(key: str, readers: dict[str, Model]) -> tuple[Model, str]:
    s = st.session_state
    called = {id: reader.name for id, reader in readers.items()}
    if s.get(f"{key}.model") not in called:
        s[f"{key}.model"] = next(iter(called))
    controls.say_again(f"{key}.model")
    model = st.radio(t("feeling_model"), tuple(called), format_func=called.__getitem__, key=f"{key}.model")
    reader = readers[model]
    place = f"{key}.text.{reader.spec.texts}.{reader.id if reader.run.created is None else 'run'}"
    examples = examples_of(reader)

    def take() -> None:
        s[place] = s.get(f"{key}.example") or s[place]

    s.setdefault(place, examples[0])
    text = st.text_input(t("feeling_text"), key=place, max_chars=TYPED, live=PAUSE, persist_state="session",
                         help=t("feeling_text_help"))  # fmt: skip
    st.selectbox(t("feeling_examples"), examples, index=None, key=f"{key}.example", on_change=take,
                 placeholder=t("feeling_examples_one"))  # fmt: skip
    return reader, text


def examples_of(reader: Model) -> list[str]:
    """Texts to begin with: in the small language of the rules, or in the words of life. A shipped model's are in the
    language that it reads, those of a visitor's table in the visitor's.
    """
    texts = reader.spec.texts
    if texts in RULES:
        return t(f"feeling_rules_{RULES[texts]}").split(" / ")
    shipped = reader.run.created is None
    read = screen.remembered(f"language.{reader.id}", reader.id, lambda: _wording(reader).language) if shipped else None
    language = texts.rpartition("-")[2] if texts in GENERATED else read
    return t(f"feeling_life_{language if language in LANGUAGES else lang()}").split(" / ")


def _wording(reader: Model) -> Wording:
    return wording.from_bytes(reader.run.kept("wording"))


def ask(key: str, reader: Model, text: str) -> Read | None:
    """What the reader makes of the text, asked anew where a word has changed."""
    text = " ".join(text.split())
    if not text:
        st.caption(t("feeling_empty"))
        return None
    kept = st.session_state.get(f"{key}.read")
    if kept is None or kept.of != (reader.id, text) or kept.why:
        kept = st.session_state[f"{key}.read"] = Read((reader.id, text))
        try:
            kept.events = list(jobs.ask(Explain(), run=reader.id, data=text.encode("utf-8", "replace")))
        except Refused as why:
            kept.why = why
    if kept.why:
        st.error(said(kept.why), icon=":material/error:")
        return None
    return kept


def _verdicts(read: Read, reader: Model) -> None:
    """Network and bag, side by side, and what the network cannot judge by."""
    negative, positive = names(reader)
    network, bag = read.value("positive"), read.value("bag")
    shown = [bars.Bar(t("feeling_network"), network, True), bars.Bar(t("feeling_bag"), bag, False)]
    sentence = t("feeling_alt", name=positive, network=probability_among(network), bag=probability_among(bag))
    bars.draw(t("feeling_chance", name=positive), shown, COLOUR[reader.spec.cell], rows=2, alt=sentence)
    winner, chance = (positive, network) if network >= 0.5 else (negative, 1 - network)
    if side(network) is None:
        st.markdown(t("feeling_doubt"))
    else:
        st.markdown(t("feeling_verdict", name=f"**{plain(winner)}**", chance=probability(chance)))
    if {side(network), side(bag)} == {True, False}:
        st.caption(t("feeling_disagree"))
    if read.value("words") == 0:
        st.warning(t("feeling_no_words"), icon=":material/help:")
    elif read.value("foreign"):
        st.warning(t("feeling_foreign"), icon=":material/language:")
    elif read.value("known") < TRUSTED:
        st.warning(t("feeling_unknown", share=f"{100 * read.value('known'):.0f}"), icon=":material/help:")
    if read.value("parts") > 1:
        st.caption(t("feeling_parts", n=int(read.value("parts")), words=len(read.words)))


def _words(key: str, read: Read, reader: Model) -> None:
    """The text, every word coloured by what it does; which way of asking is chosen above it."""
    if not read.words:
        return
    controls.say_again(f"{key}.way")
    ways = {way: t(f"feeling_way_{way}") for way in WAYS}
    way = st.radio(t("feeling_way"), WAYS, format_func=ways.__getitem__, key=f"{key}.way", horizontal=True,
                   help=t("feeling_way_help"))  # fmt: skip
    values = read.array(way)
    most = int(np.abs(values).argmax())
    about = t("feeling_words_alt", way=ways[way], word=read.words[most], value=float(values[most]))
    spans = "".join(_span(word, float(value)) for word, value in zip(read.words, values, strict=True))
    st.html(f'<div role="img" aria-label="{escape(about)}" style="font-size:18px;line-height:2.6">{spans}</div>')
    st.caption(t(f"feeling_way_{way}_says"))
    denied, verdict = read.array("denied"), side(read.value("positive"))
    turned = [k for k, p in enumerate(denied) if {side(p), verdict} == {True, False}]
    if verdict is None:
        st.caption(t("feeling_no_verdict"))
    elif turned:
        k = max(turned, key=lambda k: abs(float(denied[k]) - read.value("positive")))
        says = "feeling_denied" if len(turned) > 1 else "feeling_denied_one"
        st.caption(t(says, word=plain(read.words[k]), chance=probability(float(denied[k])), count=len(turned)))
    else:
        st.caption(t("feeling_not_denied"))
    st.download_button(
        t("feeling_save"), table(read), t("feeling_save_name"), "text/csv", key=f"{key}.save",
        icon=":material/download:", type="tertiary", on_click="ignore",
    )  # fmt: skip


def _span(word: str, value: float) -> str:
    """A word above its number; blue speaks for the positive class, ochre against it, as in every signed figure."""
    strength = min(1.0, abs(value) / FULL)
    colour = "84,112,180" if value > 0 else "165,108,18"
    number = n(value, 2) if abs(value) >= 0.005 else "0"
    return (
        f'<span style="display:inline-block;text-align:center;line-height:1.25;margin:0 5px 6px 0;padding:2px 5px;'
        f"border-radius:4px;max-width:100%;overflow-wrap:anywhere;"
        f'background:rgba({colour},{0.45 * strength:.3f})">{escape(word)}'
        f'<br><span style="font-size:11px;opacity:.8">{number}</span></span>'
    )


def _curve(read: Read, reader: Model) -> None:
    """The running score, as it changes while one types."""
    words, cell = read.words, reader.spec.cell
    if not words:
        return
    steps = [float(step) for step in range(1, len(words) + 1)]
    bias = _bag(reader).bias
    bag = sigmoid(bias + np.cumsum(read.array("weight")))
    lines = [
        Line(t("feeling_bag"), steps, bag.tolist(), STONE, dash="dash", width=1.5),
        Line(t("feeling_network"), steps, read.array("running").tolist(), COLOUR[cell], marker="circle"),
    ]
    at = int(np.abs(np.diff(read.array("running"), prepend=0.5)).argmax())
    finding = t("feeling_curve_alt", word=words[at], chance=probability(float(read.array("running")[-1])))
    chart = running(words, lines, t("fig_running_title"), t, finding)
    screen.chart(chart)
    st.caption(t("feeling_curve_turn", word=plain(words[at]), place=at + 1))


def _bag(reader: Model) -> Bag:
    return screen.remembered(f"bag.{reader.id}", reader.id, lambda: bags.from_bytes(reader.run.kept("bag")))


def table(read: Read) -> bytes:
    """Every word with its numbers, for a spreadsheet."""
    columns = ("running", *WAYS, "denied")
    return spreadsheet.table(["word", *columns], read.words, np.stack([read.array(name) for name in columns], axis=1))


def _game(key: str, read: Read, reader: Model, text: str) -> None:
    """Fool it: whoever typed the text says what is right, and who was wrong is counted."""
    s = st.session_state
    negative, positive = names(reader)
    st.markdown(f"**{t('feeling_fool')}**")
    st.caption(t("feeling_fool_lead"))
    tried: list[Tried] = s.setdefault(f"{key}.tried.{reader.id}", [])

    def judged(is_positive: bool) -> None:
        row = Tried(" ".join(text.split()), is_positive, read.value("positive"), read.value("bag"))
        # A sentence counts once: whoever says otherwise about it has thought again.
        tried[:] = [*(one for one in tried if one.text != row.text), row][-TRIED:]

    with st.container(horizontal=True):
        st.button(t("feeling_it_is", name=plain(positive)), key=f"{key}.is_positive", on_click=judged, args=(True,))
        st.button(t("feeling_it_is", name=plain(negative)), key=f"{key}.is_negative", on_click=judged, args=(False,))
    if not tried:
        return
    network, bag = sum(row.wrong(row.network) for row in tried), sum(row.wrong(row.bag) for row in tried)
    st.markdown(t("feeling_fooled", n=len(tried), network=network, bag=bag))
    newest = tried[::-1]
    screen.table({
        t("feeling_text"): [row.text[:120] for row in newest],
        t("feeling_right"): [positive if row.positive else negative for row in newest],
        t("feeling_network"): [_judged(row, row.network) for row in newest],
        t("feeling_bag"): [_judged(row, row.bag) for row in newest],
    })  # fmt: skip


def _judged(row: Tried, chance: float) -> str:
    return f"{probability(chance)} · {t('feeling_wrong')}" if row.wrong(chance) else probability(chance)


def edit_lexicon(key: str, reader: Model | None) -> None:
    """The bag's heaviest words with their weights, to be changed, and what it then gets right where order decides."""
    st.markdown(f"**{t('lexicon_title')}**")
    if reader is None or reader.spec.texts not in RULES:
        st.caption(t("lexicon_none"))
        return
    ordered = _ordered(RULES[reader.spec.texts], reader.spec.seed)

    def part():
        bag = _bag(reader)
        heavy = sorted(bag.weights, key=lambda word: -abs(bag.weights[word]))[:ROWS]
        st.caption(t("lexicon_lead", n=len(ordered)))
        left, right = st.columns([5, 8], gap="large")
        with left:
            changed = _changed(f"{key}.{reader.id}", bag, heavy)
        weights = [changed.get(word, bag.weights[word]) for word in heavy]
        own = Bag(dict(bag.weights) | changed, bag.bias)
        before, after = (_hits(one, ordered) for one in (bag, own))
        with right:
            # The arrow follows the hyphen; the sign of a number as it is written is another character.
            change = n(after - before).replace("−", "-")
            st.metric(t("lexicon_metric"), n(after), delta=None if after == before else change)
            st.caption(t("lexicon_says", before=n(before), chance=n(0.5, 2)))
            screen.plot(
                lambda: lexicon(heavy, [bag.weights[word] for word in heavy], weights, t),
                key=f"{key}.figure", alt=t("lexicon_alt", word=heavy[0], weight=weights[0], share=after),
                of=(reader.id, tuple(weights)),
            )  # fmt: skip

    st.fragment(part)()


def _changed(key: str, bag: Bag, heavy: list[str]) -> dict[str, float]:
    """One word at a time with its weight under a slider; all that was changed, until it is taken back."""
    changed: dict[str, float] = st.session_state.setdefault(f"{key}.changed", {})
    # A word's slider would lose its place with the next word: what it was set to is kept apart from it.
    word = st.selectbox(t("lexicon_word"), heavy, key=f"{key}.word")
    place = f"{key}.weight.{heavy.index(word)}"
    most = int(np.ceil(max(abs(weight) for weight in bag.weights.values()))) + 2
    stops = sorted({*(round(0.1 * k, 1) for k in range(-10 * most, 10 * most + 1)), bag.weights[word]})
    st.session_state.setdefault(place, changed.get(word, bag.weights[word]))

    def moved():
        changed[word] = st.session_state[place]

    def back():
        changed.clear()
        for k in range(len(heavy)):
            st.session_state.pop(f"{key}.weight.{k}", None)

    st.select_slider(t("lexicon_weight", word=plain(word)), stops, format_func=n, key=place, on_change=moved)
    st.button(t("lexicon_back"), key=f"{key}.back", on_click=back, disabled=not changed)
    return changed


ROWS = 24  # words of the lexicon that can be changed


@lru_cache(maxsize=8)
def _ordered(language: str, seed: int) -> list[tuple[list[str], bool]]:
    """The words of the held-out reviews in which order decides, and whether each is positive."""
    held = opinions.unseen(language, UNSEEN, seed)
    return [([word.read for word in wording.words(one.text)], one.positive) for one in held if one.ordered]


def _hits(bag: Bag, ordered: list[tuple[list[str], bool]]) -> float:
    return float(np.mean([(bag.log_odds(words) >= 0) == positive for words, positive in ordered]))
