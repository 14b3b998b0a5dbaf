"""What all tests share."""

import gc

import pytest


@pytest.fixture(scope="module", autouse=True)
def light(request):
    """Tests of pages find the memory as the app's server leaves it at its start.

    Streamlit collects garbage after every run of a script. Where earlier tests have imported Keras, each run would look
    through all of it, and take five times as long.
    """
    if hasattr(request.module, "AppTest"):
        gc.collect()
        gc.freeze()
