"""The address: read once per visit of a page, then kept in step with what its widgets say.

A visit begins when the page changes. Settings then come from the address, else from what this session kept for the
page, else from the defaults. Widgets take them as their start value, not through session_state: after a restart of the
server under an open tab, session_state would win over what the visitor just moved.

Writing st.query_params would add a step to Back for every move of a slider, so a small component replaces the address
in the browser. It cannot reach the address bar of a page that frames us; there, and only there, we write
st.query_params.
"""

from collections.abc import Callable
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import streamlit as st

from rrn.i18n import LANGUAGES
from rrn.spec import Refused
from rrn.ui import owner, refusal
from rrn.ui.words import t

SCRIPT = """
export default function({ data: [data], setStateValue }) {
  document.documentElement.lang = data.search.lang;

  // A server that restarted knows only the address this tab was opened with: tell it the one that stands here, which
  // names the run that is shown, before that address is replaced.
  const before = window.rrnSession;
  window.rrnSession = data.session;
  if (before && before !== data.session && window.parent === window) {
    setStateValue("was", { session: data.session, page: location.pathname.split("/").pop(), search: location.search });
    return;
  }

  const put = (left) => {
    const here = location.pathname.split("/").pop();
    if (here !== data.page) { if (left) setTimeout(put, 50, left - 1); return }
    const embed = [...new URLSearchParams(location.search)].filter(([key]) => key.startsWith("embed"));
    const search = new URLSearchParams([...embed, ...Object.entries(data.search)]).toString();
    if (search !== location.search.slice(1))
      history.replaceState(history.state, "", location.pathname + (search && "?" + search) + location.hash);
  };
  if (window.parent === window) put(40);
  else if (!data.framed) setStateValue("framed", true);

  if (data.lend) {
    try {
      let secret = localStorage.getItem("rrn_owner");
      if (!/^[0-9a-f]{32}$/.test(secret ?? "")) {
        secret = [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, "0")).join("");
        localStorage.setItem("rrn_owner", secret);
      }
      setStateValue("owner", secret);
    } catch { /* a browser that keeps nothing for us */ }
  }
}
"""
bar = st.components.v2.component("rrn_address", js=SCRIPT)


def language() -> None:
    """Decide the language, before anything is said. Call it first.

    The address counts on the first run of a session only, or Back would change the language.
    """
    s = st.session_state
    s["_want"], s["_known"], s["_whole"] = {}, {"lang", "v"}, True
    if "_kept" not in s:
        asked = st.query_params.get("lang")
        s["_kept"], s["_notices"], s["_wrong"] = {}, [], []
        s["_session"] = token_hex(8)
        s["lang"] = s["_lang"] = asked if asked in LANGUAGES else _browser_language()
        if asked is not None and asked not in LANGUAGES:
            notice("link_language")
    s.setdefault("lang", s["_lang"])
    s["_translated"], s["_lang"] = s["lang"] != s["_lang"], s["lang"]
    s["_want"]["lang"] = s["lang"]
    answer = s.get("_address", {})
    s["_stored_owner"] = answer.get("owner")
    was = answer.get("was")
    if isinstance(was, dict) and was.get("session") == s["_session"] and "_was" not in s:
        s["_was"] = was.get("page"), dict(parse_qsl(str(was.get("search"))[1:]))


def _browser_language() -> str:
    locale = st.context.locale
    spoken = locale.split("-")[0].lower() if isinstance(locale, str) else ""
    return spoken if spoken in LANGUAGES else LANGUAGES[0]


def translated() -> bool:
    """Did the language change with this run? A widget with options then needs its choice said again."""
    return st.session_state.get("_translated", False)


def arrive(page: str) -> None:
    """Is this a visit of the page, or one more run of it? Call it once `st.navigation` has told which page it is."""
    s = st.session_state
    s["_arrived"] = s.get("_page") != page
    if s["_arrived"]:
        if "_page" in s:
            s["_notices"] = []
        s["_page"], s["_start"], s["_wrong"] = page, {}, []


def arrived() -> bool:
    """Is this run the first one of a visit of the page?"""
    return st.session_state["_arrived"]


def begin(key: str, param: str, default: Any, check: Callable[[str], tuple[Any, bool]]) -> Any:
    """What a widget starts with: from the address, from this session, or the default.

    Args:
        key: of the widget.
        param: name in the address; its last part is the field, "lab.units".
        check: from the raw text to (value, fine): the value may be mended, None is hopeless.

    Returns:
        The start value, or None: the widget knows it already, hand it no value.
    """
    s = st.session_state
    s["_known"].add(param)
    if s["_arrived"]:
        value = s["_kept"].get(key, default)
        if param in st.query_params:
            read, fine = check(st.query_params[param])
            value = default if read is None else read
            if not fine:
                s["_wrong"].append(param)
        s["_start"][key] = value
    elif s["_translated"] and key in s:
        s[key] = s[key]  # options compare by their label, which is in the other language now: say the choice again
        return None
    return s["_start"].get(key, default)


def keep(key: str, param: str, default: Any) -> None:
    """After the widget: remember its value, and put it into the address where it differs from the default."""
    s = st.session_state
    s["_kept"][key] = s[key]
    if s[key] != default:
        s["_want"][param] = str(s[key])
    else:
        s["_want"].pop(param, None)  # a part of the page that is drawn by itself finds what it said before


def want(param: str, value: str | None) -> None:
    """Put something into the address that no widget holds, such as run=ID; None takes it out again."""
    s = st.session_state
    s["_known"].add(param)
    place = f"{s['_page']}?{param}"
    if value is None:
        s["_want"].pop(param, None)
        s["_kept"].pop(place, None)
    else:
        s["_want"][param] = s["_kept"][place] = str(value)


def asked(param: str) -> str | None:
    """What the address asks for on arrival, else what this session kept for the page. Not checked: pass it a gate."""
    s = st.session_state
    s["_known"].add(param)
    place = f"{s['_page']}?{param}"
    if s["_arrived"] and param in st.query_params:
        s["_kept"][place] = st.query_params[param]
    page, was = s.get("_was", ("", {}))
    if page == s["_page"] and param in was:
        s["_kept"][place] = was.pop(param)
    return s["_kept"].get(place)


def notice(code: str, **values) -> None:
    """Say `refused_CODE` above the page, once, for as long as this visit lasts."""
    notices = st.session_state["_notices"]
    if (code, values) not in notices:
        notices.append((code, values))


def notices() -> list[str]:
    """The sentences to show above the page, now that all of it has run."""
    s = st.session_state
    if s["_arrived"]:
        unknown = {p for p in st.query_params if p not in s["_known"] and not p.startswith("embed")}
        if unknown:
            notice("link_unknown")  # their names are the visitor's text: not repeated
    said = [refusal.said(Refused(code, **values)) for code, values in s["_notices"]]
    if s["_wrong"]:
        fields = [param.rpartition(".")[2] for param in s["_wrong"]]
        names = ", ".join(refusal.known(f"field_{field}", default=field).lower() for field in fields)
        said.append(t("refused_link_values", fields=names))
    return said


def link() -> str:
    """The full link to what the page shows now, to be copied. Call it after the widgets."""
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(st.session_state["_want"]), ""))


def write() -> None:
    """Bring the browser's address in step with the page. Call it last."""
    s = st.session_state
    framed = _framed()
    bar(
        data=_data(lend=owner.holds() == "session"),
        key="_address",
        height=0,
        on_framed_change=_heard,
        on_owner_change=_heard,
        on_was_change=_heard,
    )
    s["_whole"] = s["_arrived"] = s["_translated"] = False  # a part that is drawn anew by itself is no new visit
    if framed:
        _write_framed()


def write_part(name: str) -> None:
    """The same at the end of a part that is drawn anew by itself. While the whole page is drawn it waits for `write`.

    Args:
        name: of the part, a key of its own.
    """
    if st.session_state.get("_whole"):
        return
    bar(data=_data(lend=False), key=f"_address.{name}", height=0)
    if _framed():
        _write_framed()


def _data(lend: bool) -> list[dict[str, Any]]:
    """What the script reads. In a list: Streamlit would look for data frames in a dict, and import pandas for it."""
    s = st.session_state
    told = {"page": s["_page"], "search": s["_want"], "framed": _framed(), "session": s["_session"], "lend": lend}
    return [told]


def _framed() -> bool:
    """Does another page frame us? Its address bar is out of the component's reach."""
    return bool(st.session_state.get("_address", {}).get("framed"))


def _write_framed() -> None:
    if st.query_params.to_dict() != st.session_state["_want"]:
        st.query_params.from_dict(st.session_state["_want"])


def _heard() -> None:
    """The component told us something; the run that follows reads it."""
