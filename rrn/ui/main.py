"""The script behind every page: language, menu, the page itself, and the address in step with it."""

import streamlit as st

from rrn.i18n import LANGUAGES
from rrn.ui import address, menu, start
from rrn.ui.words import t

WIDTH = 1120  # pixels: controls on the left, figures on the right
ICON = (  # a square of the thread, "you are here"
    '<svg viewBox="0 0 24 24"><rect x="1" y="1" width="22" height="22" rx="6" fill="#34466f"/>'
    '<circle cx="12" cy="12" r="5" fill="#fdfcf9"/></svg>'
)


def main() -> None:
    """Run the page that the address names, inside the frame that all pages share."""
    # No page_title: it would give every tab the same one. No icon on a page either: the browser would fetch it for the
    # tab from a server that is not ours.
    st.set_page_config(page_icon=ICON, layout="wide")
    address.language()
    home = st.Page(start.show, title=t("start"), default=True)
    chosen = st.navigation({"": [home], **menu.groups()}, position="top")
    address.arrive(chosen.url_path)
    topic = menu.find(chosen.url_path)

    with st.container(horizontal_alignment="center"), st.container(width=WIDTH):
        _head(topic)
        above = st.container()
        chosen.run()
        if topic:
            _foot(topic)
    if notices := address.notices():
        above.warning(" ".join(notices), icon=":material/link_off:", width=580)
    address.write()


def _head(topic: menu.Topic | None) -> None:
    """Where you are, and the language of everything."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if topic:
            st.caption(t("crumb", module=topic.module, name=t(f"module_{topic.module}")))
        else:
            core = [each for each in menu.topics() if each.core]
            st.caption(t("start_crumb", topics=len(core)))
        st.radio(
            t("language"),
            LANGUAGES,
            format_func=str.upper,
            key="lang",
            horizontal=True,
            label_visibility="collapsed",
        )


def _foot(topic: menu.Topic) -> None:
    """The way on: labs that extend the topic, the topic before and the one after, where they exist."""
    before, after = menu.neighbours(topic)
    st.divider()
    if further := menu.extensions(topic):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(t("go_further"), width="content")
            for each in further:
                st.page_link(each.page(), icon=":material/add:")
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if before:
            st.page_link(before.page(), label=before.name, icon=":material/arrow_back:")
        else:
            st.page_link(st.Page(start.show, default=True), label=t("back_to_map"), icon=":material/route:")
        if after:
            st.page_link(after.page(), label=after.name, icon=":material/arrow_forward:", icon_position="right")


main()
