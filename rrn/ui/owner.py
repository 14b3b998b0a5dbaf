"""Who a visitor is: a secret that their browser keeps and we know only as a hash.

The cookie comes first. Some hosts let no cookie of ours through; there the browser's own storage keeps the same kind of
secret (see address.py), and where that is refused too, the visitor lasts as long as the tab.
"""

import re
import secrets

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

NAME = "rrn_owner"
SECRET = re.compile("[0-9a-f]{32}")
DAYS_400 = 34_560_000  # seconds; browsers keep no cookie longer


class OwnerCookie:
    """Middleware: gives a browser that opens a page without an owner one, out of reach of scripts and other sites."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _opens_a_page(scope):
            return await self.app(scope, receive, send)

        async def send_with_cookie(message):
            if message["type"] == "http.response.start":
                secure = "; Secure" if scope.get("scheme") == "https" else ""
                cookie = f"{NAME}={secrets.token_hex(16)}; Path=/; Max-Age={DAYS_400}; HttpOnly; SameSite=Lax{secure}"
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _opens_a_page(scope: Scope) -> bool:
    """Is this a request for a page, from a browser that has no owner yet?"""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    headers = Headers(scope=scope)
    held = cookie_parser(headers.get("cookie", "")).get(NAME, "")
    return "text/html" in headers.get("accept", "") and not SECRET.fullmatch(held)


def owner() -> str:
    """The visitor's secret, 32 hex digits."""
    return _cookie() or _stored() or st.session_state.setdefault("_owner", secrets.token_hex(16))


def holds() -> str:
    """What keeps the secret: "cookie", "storage", or only this "session"."""
    return "cookie" if _cookie() else "storage" if _stored() else "session"


def _cookie() -> str | None:
    return _secret(st.context.cookies.get(NAME))


def _stored() -> str | None:
    return _secret(st.session_state.get("_stored_owner"))


def _secret(value) -> str | None:
    """The value if it is a secret; what a browser sends may be anything."""
    return value if isinstance(value, str) and SECRET.fullmatch(value) else None
