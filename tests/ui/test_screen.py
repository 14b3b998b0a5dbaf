"""What belongs to the screen: a table in which every cell stays what it is."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.tables import tables

CELLS = {"a|b": "1|2", "markup": "<b>x</b> **y** $z$", "number": "20\u202f000", "share": "10\u00a0%"}


def drawn():
    import streamlit as st

    from rrn.ui import screen

    screen.table({name: [cell] for name, cell in st.session_state["cells"].items()})


@pytest.mark.parametrize("cells", [CELLS, {"one": ""}])
def test_a_cell_is_a_text_whatever_stands_in_it(cells):
    at = AppTest.from_function(drawn)
    at.session_state["cells"] = cells
    at.run()
    (table,) = tables(at)
    assert not at.exception and table == {name: [cell] for name, cell in cells.items()}
