"""The entry point: `streamlit run app.py`.

The script is rrn/ui/main.py. It lies in another folder because a folder `pages/` beside the script that is run wakes
Streamlit's older way of finding pages, and deep links would open on it.
"""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from rrn import jobs
from rrn.ui import ready
from rrn.ui.owner import OwnerCookie
from rrn.ui.screen import broke

FIRST = 2.0  # seconds for the first page
CALM = 8.0  # seconds until it is surely drawn, and the worker has imported Keras


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Pay for slow imports before the first visitor, then keep them out of every garbage collection."""
    jobs.wake(FIRST)  # Keras takes seconds to import, in a process of its own; nobody waits for it here

    import plotly.graph_objects as go

    go.Figure(go.Scatter(x=[1], y=[1])).to_json()
    ready.soon(CALM)
    gc.collect()
    gc.freeze()  # Streamlit collects after every run of a script: a page switch takes 26 ms instead of 106
    yield


app = st.App("rrn/ui/main.py", lifespan=lifespan, middleware=[Middleware(OwnerCookie)], on_script_error=broke)
