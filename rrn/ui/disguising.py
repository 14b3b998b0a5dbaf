"""Spam on the page: who finds how much of it, and a message whose words are disguised while a slider moves."""

import numpy as np
import streamlit as st

from rrn import jobs, measures
from rrn.data.disguise import disguised
from rrn.events import Event
from rrn.figures import variants
from rrn.figures.chart import Chart, Line
from rrn.figures.style import COLOUR, STONE
from rrn.spec import Refused
from rrn.tasks.sentiment import MESSAGES, TYPED, Judge, Sentiment
from rrn.ui import bars, controls, live, screen, shown
from rrn.ui.models import Model
from rrn.ui.refusal import said
from rrn.ui.words import n, probability_among, t

PAUSE = "0.3s"  # of typing, after which the message is judged
STOPS = [round(0.05 * n, 2) for n in range(13)]  # shares of the letters
HEADS = ("caught", "flagged", "accuracy", "precision", "found", "f1")
TYPED_MOST = min(TYPED, 160)  # about the length of an SMS


def outcomes(key: str, run) -> None:
    """A table: of so many messages that were held out, what each filter flags, beside whoever flags nothing."""
    told = {each.spec: live.seen(f"{key}.{each.id}" if isinstance(run, jobs.Group) else key, each).events
            for each in shown.members(run) if not each.alive}  # fmt: skip
    rows = []
    for spec, events in told.items():
        name = variants.name(spec, list(told), t)
        bag = t("fig_disguise_bag_of", name=name) if len(told) > 1 else t("rival_bag")
        rows += [(label, found[-1][1]) for label, whose in ((name, ""), (bag, "bag_"))
                 if (found := measures.captured(events, f"{whose}confusion"))]  # fmt: skip
    if not rows:
        return
    total = rows[0][1]
    never = np.stack([total.sum(axis=1), np.zeros(2)], axis=1)
    st.markdown(f"**{t('spam_outcomes')}**")
    st.caption(t("spam_outcomes_lead", ham=int(total[0].sum()), spam=int(total[1].sum())))
    screen.table(_table([*rows, (t("spam_never"), never)]))


def _table(rows: list[tuple[str, np.ndarray]]) -> dict[str, list[str]]:
    """By column; counts are of messages."""
    table: dict[str, list[str]] = {t("spam_who"): [name for name, _ in rows]}
    found = [_scores(confusion) for _, confusion in rows]
    return table | {t(f"spam_{head}"): [each[head] for each in found] for head in HEADS}


def _scores(confusion: np.ndarray) -> dict[str, str]:
    (kept, alarms), (missed, hits) = confusion.tolist()
    return {
        "caught": n(int(hits)),
        "flagged": n(int(alarms)),
        "accuracy": n((kept + hits) / confusion.sum()),
        "precision": n(hits / (hits + alarms)) if hits + alarms else "–",
        "found": n(hits / max(1, hits + missed)),
        "f1": n(2 * hits / max(1, 2 * hits + alarms + missed)),
    }


def draw(key: str, readers: dict[str, Model]) -> None:
    """The section where a message is typed and disguised."""
    st.header(t("spam_title"), anchor="judging")
    readers = {id: model for id, model in readers.items() if model.spec.texts in MESSAGES}
    if not readers:
        st.caption(t("feeling_no_model"))
        return

    def part():
        left, right = st.columns([4, 9], gap="large")
        with left:
            text, share, seed = _form(key, next(iter(readers.values())).spec)
        if not text:
            with right:
                st.caption(t("spam_empty"))
            return
        written = [disguised(text, stop, np.random.default_rng(seed)) for stop in STOPS]
        with left:
            st.code(written[STOPS.index(share)], language=None, wrap_lines=True)
        with right:
            _verdicts(key, readers, text, written, STOPS.index(share))

    st.fragment(part)()


def _form(key: str, spec: Sentiment) -> tuple[str, float, int]:
    s = st.session_state
    place, language = f"{key}.text.{spec.texts}", MESSAGES[spec.texts]
    examples = t(f"spam_examples_{language}").split(" / ")
    s.setdefault(place, examples[0])

    def take() -> None:
        s[place] = s.get(f"{key}.example.{language}") or s[place]

    def again() -> None:
        s[f"{key}.seed"] = s.get(f"{key}.seed", 0) + 1

    text = st.text_input(t("spam_text"), key=place, max_chars=TYPED_MOST, live=PAUSE, persist_state="session")
    st.selectbox(t("feeling_examples"), examples, index=None, key=f"{key}.example.{language}", on_change=take,
                 placeholder=t("feeling_examples_one"))  # fmt: skip
    s.setdefault(f"{key}.share", STOPS[0])
    controls.say_again(f"{key}.share")
    share = st.select_slider(t("spam_share"), STOPS, key=f"{key}.share",
                             format_func=lambda stop: f"{round(100 * stop)} %")  # fmt: skip
    st.button(t("spam_again"), key=f"{key}.again", icon=":material/casino:", type="tertiary", on_click=again)
    return " ".join(text.split()), share, s.get(f"{key}.seed", 0)


def _verdicts(key: str, readers: dict[str, Model], text: str, written: list[str], at: int) -> None:
    """How likely each filter takes the message for spam: now, and at every share of disguise."""
    of = (text, tuple(written), tuple(readers))
    try:
        told = screen.remembered(f"{key}.judged", of, lambda: _judged(readers, written))
    except Refused as why:
        st.error(said(why), icon=":material/error:")
        return
    lines, specs = [], [model.spec for model in readers.values()]
    for place, (model, events) in enumerate(zip(readers.values(), told, strict=True)):
        look = variants.look(model.spec, specs)
        bag = t("fig_disguise_bag_of", name=model.name) if len(readers) > 1 else t("rival_bag")
        for name, value, colour, dash in (
            (model.name, "positive", look.colour, look.dash),
            (bag, "bag", STONE, ("dash", "dot")[place % 2]),
        ):
            y = [e.values[value] for e in measures.measured(events)]
            lines.append(Line(name, [100 * stop for stop in STOPS], y, colour, dash=dash,
                              width=2.0 if value == "positive" else 1.5))  # fmt: skip
    alt = t("spam_verdicts_alt", share=round(100 * STOPS[at]),
            said=", ".join(f"{line.name} {probability_among(line.y[at])}" for line in lines))  # fmt: skip
    marked = [bars.Bar(line.name, line.y[at], line.colour != STONE) for line in lines]
    bars.draw(t("spam_verdicts"), marked, COLOUR[specs[0].cell], rows=len(lines), alt=alt, names=134)
    chart = Chart(
        title=t("spam_curve"),
        x_title=t("fig_disguise_letters"),
        y_title=t("spam_chance"),
        x_range=(0.0, 100 * STOPS[-1]),
        y_range=(-0.02, 1.02),
        lines=[*lines, Line("", [100 * STOPS[at]] * 2, [0.0, 1.0], STONE, dash="dot", width=1.5)],
        height=260,
        gutter=124,
        finding=alt,
    )
    screen.chart(chart)


def _judged(readers: dict[str, Model], written: list[str]) -> list[list[Event]]:
    data = "\n".join(written).encode("utf-8", "replace")
    return [list(jobs.ask(Judge(), run=model.id, data=data)) for model in readers.values()]
