"""Words of one's own: named, said into a microphone take by take, listened to again, and kept after each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html import escape

import numpy as np
import streamlit as st

from rrn import measures, store
from rrn.data import recordings, takes
from rrn.data.recordings import Recording
from rrn.data.sound import RATE
from rrn.events import Event
from rrn.intake import decoder, take
from rrn.intake.pack import ours
from rrn.spec import Refused, choices
from rrn.store import runs
from rrn.tasks import keywords
from rrn.tasks.keywords import EXAMPLE_CLIPS, Keywords
from rrn.ui import handed, screen
from rrn.ui.handed import Data, Kind
from rrn.ui.owner import owner
from rrn.ui.refusal import known, said
from rrn.ui.words import n, plain, t

LEAST_WORDS, LEAST_TAKES = 3, 5
MOST_WORDS = int(choices(Keywords)["symbols"].high)
A_FILE = 5  # MB of one word; whoever uploads several holds them all in memory until the page has read them
MOST_TAKES = int(choices(Keywords)["takes"].high)
FILES = ("wav", "flac", "ogg", "oga", "opus", "mp3")
OF_ALL = ("audio_busy", "quota_bytes", "takes_enough")  # refusals that the files after it would meet too


def counts(pack: Sequence[Recording]) -> dict[str, int]:
    """By word, in the order in which they were first said, how many takes there are."""
    return dict(Counter(one.said[0] for one in pack if one.said))


def of_visitor(sha: str, pack: list[Recording], notes: tuple[str, ...] = ()) -> Data:
    """What the lab holds of a pack."""
    opening = " · ".join(f"{word} {count}" for word, count in counts(pack).items())
    return Data(sha, {"clips": len(pack), "symbols": len(counts(pack)), "takes": takes.most(pack)}, opening, notes)


def _of_course(name: str) -> Data:
    return Data(name, {"clips": EXAMPLE_CLIPS, "symbols": len(takes.EXAMPLE), "takes": takes.TAKES})


def _about(data: Data) -> str:
    return t("recordings_about_example", words=", ".join(takes.EXAMPLE), takes=takes.TAKES)


def missing(pack: Sequence[Recording]) -> str:
    """What there has to be before anything can be learned, as a sentence; "" where nothing is missing."""
    if any(len(one.said) != 1 for one in pack) or len(counts(pack)) > MOST_WORDS:
        return t("own_other_pack", most=MOST_WORDS)  # recordings of another page, by a link
    few = {word: LEAST_TAKES - count for word, count in counts(pack).items() if count < LEAST_TAKES}
    if len(counts(pack)) < LEAST_WORDS:  # which words lack how many stands beside their names
        return t("own_missing_words", least=LEAST_WORDS, takes=LEAST_TAKES, have=len(counts(pack)) - len(few))
    if few:
        words = ", ".join(f"{word} ({k})" for word, k in few.items())
        return t("own_missing_takes", least=LEAST_TAKES, words=words)
    return ""


def hindrance(key: str, data: Data | None) -> str:
    """Why what was chosen cannot be learned from, as a sentence; "" where it can."""
    return missing(_pack(key)) if data is None or len(data.name) == 64 else ""


# What is said


def _pack(key: str) -> list[Recording]:
    """The takes so far."""
    own: Data | None = st.session_state.get(f"{key}.own")
    if own is None:
        return []
    return screen.remembered(f"{key}.pack", own.name, lambda: recordings.from_bytes(store.take(own.name, owner())))


def _keep(key: str, pack: list[Recording]) -> None:
    """Put the takes into the store in the place of those before: nothing that was said is lost with a tab."""
    s = st.session_state
    before: Data | None = s.get(f"{key}.own")
    if pack:
        handed.keep(key, PACK, recordings.to_bytes(pack))
    else:
        s.pop(f"{key}.own", None)
    if before and before.name != getattr(s.get(f"{key}.own"), "name", None):
        runs.let_go(before.name, owner())


def names(key: str, pack: Sequence[Recording]) -> list[str]:
    """The words that can be said, one for each field; "" where there is none. Those that have takes are among them."""
    s, place = st.session_state, f"{key}.names"
    have = counts(pack)
    begin = t("own_words").split() if missing(pack) else have
    found: list[str] = s.setdefault(place, [*begin, *[""] * MOST_WORDS][:MOST_WORDS])
    for word in have:
        if word not in found:  # the pack came from the address: its words take the places of those without takes
            free = [slot for slot, name in enumerate(found) if name not in have]
            if free:
                found[free[0]] = word
    return found


def accept(key: str, word: str, data: bytes) -> None:
    """A recording of a word through the gates and into the pack; why not, where it is refused, and what to mend."""
    s = st.session_state
    try:
        pack = _pack(key)
        if counts(pack).get(word, 0) >= MOST_TAKES:
            raise Refused("takes_enough", most=MOST_TAKES)
        found = take.read(decoder.decode(data))
        _keep(key, [*pack, Recording((word,), "", "own", found.samples)])
    except Refused as why:
        s[f"{key}.take_refused"], s[f"{key}.take_notes"] = why, ()
        return
    s.pop(f"{key}.take_refused", None)
    s[f"{key}.take_notes"] = found.notes
    s[f"{key}.target"] = following(word, names(key, pack), counts(_pack(key)))
    s[f"{key}.shown"] = len(pack)  # the newest


def following(word: str, words: Sequence[str], have: dict[str, int]) -> str:
    """The word to say next: of those with fewest takes the one that comes after `word`."""
    named = [name for name in words if name]
    at = named.index(word) + 1 if word in named else 0
    return min([*named[at:], *named[:at]], key=lambda name: have.get(name, 0))


def rename(key: str, slot: int) -> None:
    """What was typed into a field is the word's new name, also of its takes; what cannot be used is not taken."""
    s = st.session_state
    pack = _pack(key)
    words = names(key, pack)
    old, new = words[slot], takes.symbol(s[f"{key}.name.{slot}"])
    s.pop(f"{key}.name_refused", None)
    if new == old:
        return
    if new in words and new:
        s[f"{key}.name_refused"] = Refused("word_twice", word=new)
    elif not new and old in counts(pack):
        s[f"{key}.name_refused"] = Refused("word_has_takes", word=old)
    elif not new and len([word for word in words if word]) <= LEAST_WORDS:
        s[f"{key}.name_refused"] = Refused("words_too_few", least=LEAST_WORDS)
    else:
        words[slot] = new
        if old in counts(pack):
            try:
                _keep(key, [replace(one, said=(new,)) if one.said == (old,) else one for one in pack])
            except Refused as why:
                words[slot], s[f"{key}.name_refused"] = old, why
        if s.get(f"{key}.target") == old:
            s.pop(f"{key}.target")


def delete(key: str, place: int) -> None:
    """Take a take away."""
    s, pack = st.session_state, _pack(key)
    try:
        _keep(key, [one for at, one in enumerate(pack) if at != place])
    except Refused as why:
        s[f"{key}.take_refused"] = why
        return
    s[f"{key}.target"] = pack[place].said[0]
    s.pop(f"{key}.shown", None)
    quiet(key)


def delete_all(key: str) -> None:
    """Take all takes away, from here and from the store where no run has learned from them."""
    try:
        _keep(key, [])
    except Refused as why:
        st.session_state[f"{key}.take_refused"] = why
        return
    for place in ("target", "shown"):
        st.session_state.pop(f"{key}.{place}", None)
    quiet(key)


def quiet(key: str) -> None:
    """What was said of the last take or files has been read."""
    for place in ("take_notes", "take_refused", "files_added", "files_notes", "files_refused"):
        st.session_state.pop(f"{key}.{place}", None)


# What is drawn


def recorder(key: str) -> None:
    """Name the words, say them one after the other, hear what was recorded, see what is missing."""
    decoder.prepare()
    pack = _pack(key)
    _names(key, pack)
    word = _target(key, pack)
    _record(key, word)
    _last(key)
    if pack:
        _takes(key, pack)
    lacking = missing(pack)
    st.caption(f":material/check_circle: {t('own_ready')}" if not lacking else plain(lacking))


def _names(key: str, pack: list[Recording]) -> None:
    s, words = st.session_state, names(key, pack)
    with st.expander(t("own_names"), icon=":material/edit:"):
        st.caption(t("own_names_lead", least=LEAST_WORDS, most=MOST_WORDS))
        # Row by row, so that on a phone they stack in order.
        columns = [column for _ in range(MOST_WORDS // 2) for column in st.columns(2)]
        for slot, column in zip(range(MOST_WORDS), columns, strict=True):
            s[f"{key}.name.{slot}"] = words[slot]
            with column:
                st.text_input(t("own_name", n=slot + 1), key=f"{key}.name.{slot}", max_chars=takes.LETTERS,
                              on_change=rename, args=(key, slot))  # fmt: skip
        if f"{key}.name_refused" in s:
            st.error(said(s[f"{key}.name_refused"]), icon=":material/error:")


def _target(key: str, pack: list[Recording]) -> str:
    """The word to be said: the next one by itself, or the one that is picked."""
    s, have = st.session_state, counts(pack)
    words = [name for name in names(key, pack) if name]
    if s.get(f"{key}.target") not in words:
        s[f"{key}.target"] = following("", words, have)
    s[f"{key}.target"] = s[f"{key}.target"]  # its label counts takes, and so changes: say the choice again
    labels = {
        word: t("own_count" if have.get(word, 0) <= LEAST_TAKES else "own_count_enough",
                word=plain(word), have=have.get(word, 0), least=LEAST_TAKES)
        for word in words
    }  # fmt: skip
    return st.radio(t("own_word"), words, format_func=labels.__getitem__, key=f"{key}.target", horizontal=True,
                    on_change=quiet, args=(key,))  # fmt: skip


def _record(key: str, word: str) -> None:
    """The word, large, and the microphone; under it, files of the same word."""
    s = st.session_state
    st.html(f'<div style="font-size:40px;font-weight:600;line-height:1.1;overflow-wrap:anywhere">{escape(word)}</div>')
    # Another microphone after every take: it is empty at once, and the web process keeps no sound twice.
    place = f"{key}.microphone.{s.get(f'{key}.recorded', 0)}"
    st.audio_input(t("own_say", word=plain(word)), key=place, on_change=_recorded, args=(key, place, word))
    with st.expander(t("own_upload"), icon=":material/upload:"):
        place = f"{key}.files.{s.get(f'{key}.uploaded', 0)}"
        files = st.file_uploader(
            t("own_files", word=plain(word)), type=list(FILES), accept_multiple_files=True,
            key=place, max_upload_size=A_FILE,
        )  # fmt: skip
        st.button(t("own_files_use", word=plain(word)), key=f"{key}.use", icon=":material/check:", disabled=not files,
                  on_click=_uploaded, args=(key, place, word))  # fmt: skip


def _recorded(key: str, place: str, word: str) -> None:
    s = st.session_state
    if s.get(place) is not None:
        s[f"{key}.recorded"] = s.get(f"{key}.recorded", 0) + 1
        quiet(key)
        accept(key, word, s[place].getvalue())


def _uploaded(key: str, place: str, word: str) -> None:
    """All files of a word that can be read. Notes are kept by the names of the files that they are about, and so is why
    others were refused. What all would meet ends it.
    """
    s = st.session_state
    quiet(key)
    s[f"{key}.uploaded"] = s.get(f"{key}.uploaded", 0) + 1
    had = counts(_pack(key)).get(word, 0)
    refused: list[tuple[str, Refused]] = []
    notes: dict[str, list[str]] = {}
    for file in s.get(place) or ():
        accept(key, word, file.getvalue())
        for note in s.pop(f"{key}.take_notes"):
            notes.setdefault(note, []).append(file.name)
        if why := s.pop(f"{key}.take_refused", None):
            refused.append((file.name, why))
            if why.code in OF_ALL:
                break
    s[f"{key}.files_notes"], s[f"{key}.files_refused"] = notes, refused
    s[f"{key}.files_added"] = counts(_pack(key)).get(word, 0) - had, len(s.get(place) or ())
    if refused:
        s[f"{key}.target"] = word  # whose files they are


def _last(key: str) -> None:
    """What is to be said of the newest take, or of the files that came last."""
    s = st.session_state
    if f"{key}.take_refused" in s:
        st.error(said(s[f"{key}.take_refused"]), icon=":material/error:")
    if f"{key}.files_added" in s:
        added, files = s[f"{key}.files_added"]
        st.caption(f":material/check: {t('own_files_added', added=added, files=files)}")
    for file, why in s.get(f"{key}.files_refused", ()):
        st.error(f"{plain(file)}: {said(why)}", icon=":material/error:")
    for note in s.get(f"{key}.take_notes", ()):
        st.caption(f":material/info: {known(f'note_{note}', note)}")
    for note, names in s.get(f"{key}.files_notes", {}).items():
        st.caption(f":material/info: {plain(', '.join(names))}: {known(f'note_{note}', note)}")


def _takes(key: str, pack: list[Recording]) -> None:
    """One take at a time, to be heard and taken away; the newest unless another is picked."""
    s, place = st.session_state, f"{key}.shown"
    seen: Counter = Counter()
    labels = []
    for one in pack:
        seen[one.said] += 1
        labels.append(t("own_take", word=" ".join(one.said), n=seen[one.said], seconds=n(len(one.sound) / RATE, 2)))
    if s.get(place) not in range(len(pack)):
        s[place] = len(pack) - 1
    s[place] = s[place]  # labels change as takes go
    at = st.selectbox(t("own_takes", n=len(pack)), range(len(pack)), format_func=labels.__getitem__, key=place)
    st.audio(np.asarray(pack[at].sound), sample_rate=RATE)
    with st.container(horizontal=True, gap="small"):
        st.button(t("own_delete"), key=f"{key}.delete", icon=":material/delete:", on_click=delete, args=(key, at))
        with st.popover(t("own_delete_all"), icon=":material/delete_sweep:", type="tertiary"):
            st.markdown(t("own_delete_all_sure"))
            st.button(t("own_delete_all_yes"), key=f"{key}.wipe", on_click=delete_all, args=(key,))


def interval(events: Sequence[Event]) -> None:
    """How many of the left-out takes are right, and between what the share may lie that is behind it."""
    share, of = measures.left_out(events), len(measures.listed(events, "left_out"))
    if share is not None and of and measures.counts(events):
        low, high = keywords.interval(round(share * of), of)
        st.caption(t("own_interval", hits=round(share * of), of=of, low=low, high=high))
        told, taken = measures.last(events, "told"), measures.last(events, "taken")
        if told is not None and taken is not None:  # neither where the run was stopped
            st.caption(t("own_told", told=told, taken=taken))


PACK = Kind(
    field="recordings",
    words="recordings",
    names={"example": "field_recordings_example"},
    standard=lambda: "example",
    made=_of_course,
    about=_about,
    files=(),
    own=of_visitor,
    strange="recordings_not_yours",
    beside=recorder,
    opened=ours,
)
