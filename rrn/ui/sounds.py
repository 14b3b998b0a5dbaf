"""Which sounds to learn from: said by the voice that is made here, or by people, whose recordings are fetched."""

import streamlit as st

from rrn import store
from rrn.data import fetch, recordings
from rrn.data.recordings import Recording
from rrn.intake import pack
from rrn.spec import Refused
from rrn.tasks.speech import GENERATED
from rrn.ui import handed
from rrn.ui.handed import Data, Kind
from rrn.ui.refusal import said
from rrn.ui.words import t


def of_people(sha: str, found: list[Recording], notes: tuple[str, ...] = ()) -> Data:
    """What the lab holds of a pack; it opens with its symbols and who says them."""
    symbols = sorted({symbol for one in found for symbol in one.said})
    who = ", ".join(name.rpartition("/")[2] for name in recordings.speakers(found))
    return Data(sha, {"clips": len(found), "symbols": len(symbols)}, f"{' '.join(symbols)} · {who}", notes)


def _on_demand(key: str) -> None:
    """Digits spoken by people, at a click: size and licence are said before."""
    if f"{key}.own" in st.session_state:
        return
    known = fetch.SETS["spoken_digits"]
    megabytes = round(known.size / 1e6, 1)
    st.caption(t("sounds_fetch_about", megabytes=megabytes, licence=known.licence, source=known.source))
    if not st.button(t("sounds_fetch_go"), key=f"{key}.fetch", icon=":material/download:"):
        return
    bar = st.progress(0.0)

    def tell(here: int, whole: int) -> None:
        bar.progress(min(1.0, here / (whole or known.size)))

    try:
        found = fetch.spoken_digits(store.folder(), tell)
        handed.keep(key, PACK, recordings.to_bytes(found))
    except Refused as why:
        st.error(said(why), icon=":material/error:")
        return
    st.rerun()  # from the top, for it is shown above


PACK = Kind(
    field="sounds",
    words="sounds",
    names={name: f"field_sounds_{name}" for name in GENERATED},
    standard=lambda: "vowels",
    made=lambda name: Data(name, {"clips": 1, "symbols": 5}),
    about=lambda data: t(f"sounds_about_{data.name}"),
    files=(),
    own=of_people,
    strange="sounds_not_yours",
    beside=_on_demand,
    opened=pack.ours,
)
