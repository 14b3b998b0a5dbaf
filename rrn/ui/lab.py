"""A lab: choose, predict, train, and look at what came of it. A page asks for its parts in the order of reading."""

from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from rrn import jobs, measures, store, tasks
from rrn.events import Began, Event
from rrn.intake import spec as gate
from rrn.measures import Measure
from rrn.scratch.network import Network
from rrn.spec import CELLS, Named, Refused, Spec, choices
from rrn.tasks.sentiment import MESSAGES, Sentiment
from rrn.ui import (
    address,
    controls,
    corpus,
    disguising,
    feeling,
    handed,
    labelled,
    listening,
    live,
    measure_card,
    models,
    my_runs,
    own_words,
    pairs,
    recommending,
    run_state,
    shown,
    sounds,
    together,
    translating,
    writing,
    xray,
)
from rrn.ui.lesson import Choice
from rrn.ui.owner import owner
from rrn.ui.refusal import said
from rrn.ui.words import t
from rrn.xray.specimen import reads_text

if TYPE_CHECKING:
    from rrn.ui.page import Page

SEEDS = 3
SHARED = {"speech": "lab_share_lead_sound", "keywords": "lab_share_lead_words"}  # what whoever has the link can do
# Counted in what was chosen, not chosen themselves.
DATA = ("symbols", "characters", "lines", "clips", "takes", "phones")


class Lab:
    """One lab of a page: its controls on the left, its figures on the right, the rest below.

    `part` tells apart several labs under one heading, also in the address.
    """

    def __init__(self, page: "Page", name: str, default: Spec, part: str = ""):
        self.page, self.default, self.prefix = page, default, f"{part}." if part else ""
        self.key = f"{page.id}.{name}-{part}" if part else f"{page.id}.{name}"
        self.kind = type(default)
        self.task = tasks.of(default).__name__.rpartition(".")[2]
        self.steps = 0
        self.handed: handed.Kind | None = None  # what is learned from, where that is chosen
        self.data: handed.Data | None = None
        self.hindrance = ""  # why Train cannot be pressed, as a sentence
        self.run = shown.find(self.kind, self.task, self.prefix, owner(), self.key)
        self.left, self.right = st.columns([4, 9], gap="large")

    # What the visitor decides

    def corpus(self) -> None:
        """Let the visitor choose the text to learn from."""
        self._choose(corpus.TEXT, follow=self.run is None or self.run.created is None)

    def pairs(self) -> None:
        """Let the visitor choose the pairs to learn from."""
        self._choose(pairs.TABLE)

    def texts(self) -> None:
        """Let the visitor choose the labelled texts to learn from; those of the course are in their language."""
        assert isinstance(self.default, Sentiment)
        self.default = replace(self.default, texts=labelled.TABLE.standard())
        self._choose(labelled.TABLE, follow=self.run is None or self.run.created is None)

    def sounds(self) -> None:
        """Let the visitor choose which sounds to learn from."""
        self._choose(sounds.PACK)

    def words(self) -> None:
        """Let the visitor choose the takes to learn from, and record their own."""
        self._choose(own_words.PACK)
        self.hindrance = own_words.hindrance(self.key, self.data)

    def _choose(self, kind: handed.Kind, *, follow: bool = False) -> None:
        self.handed = kind
        default, param = self._default(kind.field), f"{self.prefix}{kind.field}"
        with self.left:
            self._step("lab_choose")
            linked = self.run is not None and self.run.created is not None and not self.run.owned_by(owner())
            self.data = handed.choose(self.key, kind, self.kind, default, param, follow=follow, linked=linked)
            if self.data is None:
                self.hindrance = t(f"{kind.words}_missing")

    def controls(self, *first: str, more: tuple[str, ...] = ()) -> Spec:
        """The spec as the controls say it: the fields in `first` in sight, those in `more` folded away."""
        with self.left:
            if self.steps == 0:
                self._step("lab_choose")
            values = {field: self._control(field) for field in first}
            with st.expander(t("lab_more"), icon=":material/tune:"):
                values |= {field: self._control(field) for field in more}
                self._device()
                st.button(t("lab_reset"), key=f"{self.key}.reset", icon=":material/restart_alt:", type="tertiary",
                          on_click=self._reset, args=((*first, *more),))  # fmt: skip
            controls.settled()
        if self.handed and self.data:
            values |= {self.handed.field: self.data.name, **self.data.counts}
        return replace(self.default, **values)

    def predict(self, id: str) -> Choice | None:
        """Ask for a guess before the run; once one is under way, say what was guessed."""
        s = st.session_state
        prediction = self.page.lesson.prediction(id)
        key = f"{self.key}.{id}"
        with self.left:
            self._step("lab_predict")
            st.markdown(prediction.question)
            own = self._own
            made = self._guessed(len(prediction.options))
            if own and made is not None and s.get(f"{key}.again") != own.id:
                st.markdown(t("lab_you_said", said=prediction.options[made].text))
                if not own.alive:
                    st.button(
                        t("lab_predict_again"),
                        key=f"{key}.anew",
                        type="tertiary",
                        on_click=s.__setitem__,
                        args=(f"{key}.again", own.id),
                    )
                s[f"{self.key}.guess"] = None
            else:
                controls.say_again(key)
                s[f"{self.key}.guess"] = st.radio(
                    prediction.question,
                    range(len(prediction.options)),
                    index=None,
                    format_func=lambda n: prediction.options[n].text,
                    key=key,
                    label_visibility="collapsed",
                )
        return None if made is None else prediction.options[made]

    def train(self, spec: Spec):
        """The button that trains, or the one that stops; the run to show: the visitor's, else the example.

        With "more seeds" or, where the task has them all, "all cells" it trains several runs of the same thing, one
        after the other.
        """
        with self.left:
            every = ("cells",) if set(choices(self.kind)["cell"]) == set(CELLS) else ()
            way = self._how_many("one", "seeds", *every)
        if way == "cells":
            return self._train(together.specs(spec, cell=CELLS))
        return self._train(together.specs(spec, SEEDS if way == "seeds" else 1))

    def train_each(self, specs: list[Spec], *, repeat: bool = True):
        """The same for runs that belong together; what is shown is all of them, until then the page's own example.

        Args:
            repeat: offer to train each of them with several seeds.
        """
        if repeat:
            with self.left:
                if self._how_many("each", "seeds") == "seeds":
                    specs = [again for spec in specs for again in together.specs(spec, SEEDS)]
        if not isinstance(self.run, jobs.Run | jobs.Group):
            group = shown.example_group(self.page.id)
            self.run = group if group and type(group.spec) is self.kind else None
        return self._train(specs)

    def _how_many(self, *ways: str) -> str:
        """One run, or several of one thing: what the visitor asks for."""
        key = f"{self.key}.how_many"
        names = {way: t(f"lab_how_many_{way}") for way in ways}
        controls.say_again(key)
        with st.expander(t("lab_how_many"), icon=":material/repeat:"):
            return st.radio(t("lab_how_many"), ways, format_func=names.__getitem__, key=key,
                            label_visibility="collapsed")  # fmt: skip

    def _train(self, specs: list[Spec]):
        self._check(specs)
        s, own = st.session_state, self._own
        with self.left:
            self._step("lab_step_train")
            if own and own.alive:
                stopping = s.get(f"{self.key}.stopping") == own.id
                st.button(
                    t("lab_stopping" if stopping else "lab_stop"),
                    key=f"{self.key}.stop",
                    icon=":material/stop:",
                    disabled=stopping,
                    width="stretch",
                    on_click=self._stop,
                )
            elif st.button(
                self._train_words(),
                key=f"{self.key}.train",
                type="primary",
                icon=":material/play_arrow:",
                disabled=bool(self.hindrance),
                width="stretch",
            ):
                self._start(specs)
            if self.hindrance:
                st.warning(self.hindrance, icon=":material/priority_high:")
            else:
                st.caption(self._estimate(specs))
            if f"{self.key}.refused" in s:
                st.error(said(s.pop(f"{self.key}.refused")), icon=":material/error:")
        if own and own.state in ("done", "stopped") and s.get(f"{self.key}.marked") != own.id:
            store.mark(owner(), self.page.id, "run")
            s[f"{self.key}.marked"] = own.id
        return self.run

    # What came of it

    def live(self, run, *figures: live.Figure) -> None:
        """State, figures and samples of the run, growing while it is alive; the first figure has the whole width."""
        with self.right:
            if run is None:
                live.empty(self.key, self.default, figures)
                return
            stopping = st.session_state.get(f"{self.key}.stopping") == run.id
            if isinstance(run, jobs.Group):
                together.draw(self.key, run, figures, stopping=stopping)
            else:
                live.draw(self.key, run, figures, stopping=stopping)
            if run.created is not None and not run.owned_by(owner()):
                st.caption(t("lab_theirs_text" if reads_text(run.spec) else "lab_theirs"))

    def measure(
        self,
        run,
        measure: Measure,
        answers: Choice | None = None,
        verdict: Callable[[list[together.Row]], float | None] = together.best,
        also: tuple[together.Read, ...] = (),
        *,
        share: bool = True,
    ) -> None:
        """The number that the run came to, between its rivals, and the verdict on the prediction.

        Args:
            verdict: of several runs, the number that decides about the prediction.
            also: of several runs, what else their table tells.
            share: offer the link to what is shown; of several measures one does.
        """
        if run is None:
            return
        if isinstance(run, jobs.Group):
            together.card(self.key, run, measure, answers, verdict, also)
            if share:
                self._share(run)
            return
        kept = live.seen(self.key, run)
        if not measures.counts(kept.events):
            return
        measure_card.draw(run, kept.events, measure, answers)
        if share:
            self._share(run)

    def _share(self, run) -> None:
        """The link to what is shown."""
        if run.created is not None and not run.alive:
            with st.popover(t("lab_share"), icon=":material/link:", type="tertiary"):
                text = "lab_share_lead_text" if reads_text(run.spec) else "lab_share_lead"
                st.caption(t(SHARED.get(self.task, text)))
                st.code(address.link(), language=None, wrap_lines=True)

    def value(self, run, measure: Callable[[list[Event]], float | None], cell: str = "") -> float | None:
        """What the shown run measures so far, for a sentence; None where there is none.

        Args:
            cell: only of a run with this cell, the first one of several; without it, of several runs the first.
        """
        shown_runs = [each for each in shown.members(run) if not cell or each.spec.cell == cell]
        if not shown_runs:
            return None
        first = shown_runs[0]
        key = f"{self.key}.{first.id}" if isinstance(run, jobs.Group) else self.key
        events = live.seen(key, first).events
        if isinstance(measure, Measure) and measures.epoch(events) < 1:  # what was measured has learned next to nothing
            return None
        return measure(events)

    def shows(self, is_so: Callable[[Any], bool]) -> bool:
        """Whether it is so of the spec of what is shown, or of the default where nothing is."""
        return is_so(self.default if self.run is None else self.run.spec)

    def gap(self, run, measure: Measure) -> float | None:
        """Of several runs, how far the best median is from the second; None for a single one."""
        return together.gap(self._rows(run, measure)) if isinstance(run, jobs.Group) else None

    def best(self, run, measure: Measure, of: together.Read | None = None) -> float | None:
        """The number of a single run; of several, the median of the best variant.

        Args:
            measure: says which variant is the best.
            of: what is read of it; the measure itself where None.
        """
        if not isinstance(run, jobs.Group):
            return self.value(run, of or measure)
        found = self._rows(run, measure)
        values = found[0].read(of or measure) if found else []
        return median(values) if values else None

    def _rows(self, run: jobs.Group, measure: Measure) -> list[together.Row]:
        return together.rows(together.read(self.key, run), measure)

    def inside(self, run, read: Callable[[Network, np.ndarray], float]) -> float | None:
        """What is read off the opened network while it reads sequences that it did not learn from; of several runs,
        that of the deepest. None where there is none yet.
        """
        ready = [each for each in shown.members(run) if not each.alive and each.weights_saved]
        if not ready:
            return None
        return xray.value(f"{self.key}.inside", max(ready, key=lambda each: getattr(each.spec, "layers", 1)), read)

    def translating(self, run) -> None:
        """Let the shown run, or a strong model, translate a sentence."""
        translating.draw(f"{self.key}.translating", self._offered(run), "translating")

    def asking(self, run) -> None:
        """Let the shown run answer in a conversation."""
        translating.draw(f"{self.key}.translating", self._offered(run), "asking")

    def recommending(self, run) -> None:
        """Let the shown run, and those that only count, recommend after a session that a learner composes."""
        recommending.draw(f"{self.key}.recommending", self._offered(run))

    def _offered(self, run) -> dict[str, models.Model]:
        """Networks that can be asked here; a dialogue is no job for those that translate."""
        talks, sorts = getattr(self.default, "pairs", "") == "dialogue", getattr(self.default, "texts", "") in MESSAGES
        found = models.offered(run, self.kind, self.task, allowed=lambda spec: not talks)
        return {id: model for id, model in found.items() if not sorts or model.spec.texts in MESSAGES}

    def judging(self, run) -> None:
        """Let the shown run, or a strong model, judge a text while it is typed."""
        feeling.draw(f"{self.key}.judging", self._offered(run))

    def listening(self, run) -> None:
        """Let the shown run, or a strong model, hear a sound: made here, from a file or from the microphone."""
        listening.draw(f"{self.key}.listening", self._offered(run))

    def interval(self, run) -> None:
        """How far the share of left-out takes can be trusted."""
        own_words.interval([] if run is None else live.seen(self.key, run).events)

    def disguising(self, run) -> None:
        """What the shown filters flag, and a message whose words a learner disguises."""
        with self.right:
            disguising.outcomes(self.key, run)
        disguising.draw(f"{self.key}.disguising", self._offered(run))

    def lexicon(self, run) -> None:
        """Let the bag's weights be changed, to see how far it gets on held-out texts in which order decides."""
        feeling.edit_lexicon(f"{self.key}.lexicon", next(iter(self._offered(run).values()), None))

    def writing(self, run) -> None:
        """Let the shown run, or a strong model, write on from a prompt."""
        offered = self._offered(run)
        writing.draw(f"{self.key}.writing", writing.question(self.task), offered)

    def xray(self, run, measure: Measure) -> None:
        """Open the shown run, or a strong model: gates, states and gradients while it reads, and surgery."""
        st.header(t("xray_title"), anchor="xray")
        st.caption(t("xray_lead"))
        offered = self._offered(run)
        if not offered:
            st.caption(t("xray_none"))
            return
        which = next(iter(offered))
        if len(offered) > 1:
            key = f"{self.key}.xray.which"
            if st.session_state.get(key) not in offered:
                st.session_state[key] = which
            controls.say_again(key)
            names = {id: model.name for id, model in offered.items()}
            which = st.radio(t("xray_which"), tuple(names), format_func=names.__getitem__, key=key, horizontal=True)
        xray.draw(f"{self.key}.xray", offered[which].run, measure)

    def my_runs(self, measure: Measure) -> None:
        """The visitor's runs of this task, each with its number."""
        above = [run.id for run in shown.members(self.run)]
        my_runs.draw(f"{self.key}.runs", self.kind, self.task, above, self._open, measure)

    # Inside

    def _step(self, words: str) -> None:
        self.steps += 1
        st.markdown(f"**{self.steps} · {t(words)}**")

    def _control(self, field: str):
        return controls.control(self.kind, field, f"{self.key}.{field}", self._default(field), f"{self.prefix}{field}")

    def _default(self, field: str) -> Any:
        return getattr(self.default, field)

    @property
    def _own(self) -> jobs.Run | jobs.Group | None:
        """What is shown, where it is the visitor's."""
        run = self.run
        return run if isinstance(run, jobs.Run | jobs.Group) and run.owned_by(owner()) else None

    def _guessed(self, options: int) -> int | None:
        """Which of so many answers was predicted for what is shown. A guess belongs to the lab it was made in, and one
        about several runs to all of them, not to each.
        """
        own = self._own
        if own is None or own.origin.lab != self.key:
            return None
        alone = not isinstance(own, jobs.Group)
        if (alone and own.origin.group) or own.origin.guess not in range(options):
            return None
        return own.origin.guess

    def _check(self, specs: list[Spec]) -> None:
        if not self.hindrance:
            try:
                for spec in specs:
                    gate.within_budget(spec)
                gate.within_budget_together(specs)
            except Refused as why:
                self.hindrance = said(why)

    def _train_words(self) -> str:
        if not self._own:
            return t("lab_train")
        lost = run_state.of(self._own, []) == run_state.LOST
        return t("lab_train_anew" if lost else "lab_train_again")

    def _estimate(self, specs: list[Spec]) -> str:
        seconds = [jobs.estimate(spec) for spec in specs]
        words = t("lab_estimate", time=run_state.duration(sum(seconds)))
        if len(specs) > 1:
            return f"{t('lab_runs', n=len(specs))} {words}"
        return f"{words} {t('lab_parameters', parameters=tasks.of(specs[0]).cost(specs[0]).parameters)}."

    def _device(self) -> None:
        """Where to compute. A GPU is offered once a run has told that there is one."""
        s, known = st.session_state, f"{self.key}.devices"
        found = s.setdefault(known, ["auto", "CPU"])
        if self.run is not None and self.run.created is not None:
            first = shown.members(self.run)[0]
            events = live.seen(self.key if first is self.run else f"{self.key}.{first.id}", first).events
            began = next((e.device for e in events if isinstance(e, Began)), "CPU")
            if began not in found:
                found.append(began)
        named = {name: name for name in found} | {"auto": t("field_device_auto")}
        controls.say_again(f"{self.key}.device")
        st.radio(
            t("field_device"),
            tuple(found),
            format_func=named.__getitem__,
            key=f"{self.key}.device",
            help=t("field_device_help"),
            horizontal=True,
        )

    def _start(self, specs: list[Spec]) -> None:
        s = st.session_state
        try:
            device, guess = s.get(f"{self.key}.device", "auto"), s.get(f"{self.key}.guess")
            if len(specs) == 1:
                run = jobs.start(specs[0], owner(), device=device, lab=self.key, guess=guess).id
                group = None
            else:
                run, group = None, jobs.start_each(specs, owner(), device=device, lab=self.key, guess=guess).id
        except Refused as why:
            s[f"{self.key}.refused"] = why
        else:
            address.want(f"{self.prefix}run", run)
            address.want(f"{self.prefix}group", group)
        # From the top: the prediction turns to text and Train to Stop before anything else is drawn.
        st.rerun()

    def _stop(self) -> None:
        own = self._own
        if own is None:
            return
        st.session_state[f"{self.key}.stopping"] = own.id  # so that the page says so at once
        try:
            own.stop(owner())
        except Refused as why:
            st.session_state[f"{self.key}.refused"] = why

    def _open(self, id: str | None) -> None:
        """Show another run of the visitor's, its settings in the controls; None shows the example again."""
        address.want(f"{self.prefix}group", None)
        address.want(f"{self.prefix}run", id)
        if id is not None:
            self._fill(jobs.find(id).spec)

    def _fill(self, spec: Spec) -> None:
        values = {}
        for field, allowed in choices(self.kind).items():
            if field in DATA:
                continue
            if isinstance(allowed, Named):
                if self.handed:
                    handed.take(self.key, self.handed, getattr(spec, field))
                continue
            value, _ = gate.read(self.kind, field, str(getattr(spec, field)))
            values[f"{self.key}.{field}"] = value
        controls.put(values)

    def _reset(self, fields: tuple[str, ...]) -> None:
        controls.put({f"{self.key}.{field}": self._default(field) for field in fields})
        if self.handed:
            handed.take(self.key, self.handed, self.handed.standard())
