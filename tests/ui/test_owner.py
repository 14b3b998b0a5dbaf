import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import streamlit as st

from rrn.ui import owner

SECRET = "0123456789abcdef" * 2


def cookies_given(method="GET", accept="text/html", cookie="", scheme="http", kind="http") -> list[str]:
    """The cookies that the middleware adds to an answer."""

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    sent = []

    async def send(message):
        sent.extend(value.decode() for name, value in message["headers"] if name == b"set-cookie")

    headers = [(b"accept", accept.encode()), (b"cookie", cookie.encode())]
    scope = {"type": kind, "method": method, "scheme": scheme, "headers": headers}
    # In a thread of its own: a browser test in the same run leaves a loop behind in this one.
    with ThreadPoolExecutor(1) as alone:
        alone.submit(lambda: asyncio.run(owner.OwnerCookie(app)(scope, None, send))).result()
    return sent


def test_a_browser_without_an_owner_gets_one_that_no_script_can_read():
    (cookie,) = cookies_given()
    assert re.match(rf"{owner.NAME}=[0-9a-f]{{32}}; Path=/; .*HttpOnly; SameSite=Lax$", cookie)


def test_every_browser_gets_another():
    assert cookies_given() != cookies_given()


def test_over_https_the_cookie_stays_there():
    assert cookies_given(scheme="https")[0].endswith("; Secure")


@pytest.mark.parametrize(
    "request_",
    [{"cookie": f"{owner.NAME}={SECRET}"}, {"accept": "*/*"}, {"method": "POST"}, {"kind": "websocket"}],
)
def test_nobody_else_gets_a_cookie(request_):
    assert cookies_given(**request_) == []


def test_a_cookie_that_is_no_secret_is_replaced():
    assert len(cookies_given(cookie=f"{owner.NAME}=../../etc/passwd")) == 1


@pytest.mark.parametrize(
    ("cookie", "stored", "expected"),
    [
        (SECRET, "f" * 32, "cookie"),
        (None, "f" * 32, "storage"),
        ("admin", SECRET.upper(), "session"),
        (object(), ["x"], "session"),
    ],
)
def test_the_cookie_comes_first_then_storage_then_the_session(monkeypatch, cookie, stored, expected):
    monkeypatch.setattr(st, "context", SimpleNamespace(cookies={owner.NAME: cookie}))
    monkeypatch.setattr(st, "session_state", {"_stored_owner": stored})
    assert owner.holds() == expected
    assert owner.SECRET.fullmatch(owner.owner()) and owner.owner() == owner.owner()
