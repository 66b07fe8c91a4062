"""Errors as plain text, for hosts that read no JSON: the macros of the desktop add-in."""

from __future__ import annotations

import json

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KIND = "text/plain; charset=utf-8"


class PlainErrors:
    """To a request with ``Accept: text/plain`` an error is said in lines: what, where, what to do.

    A line that has nothing to say is left out. All else passes as it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        plain = scope["type"] == "http" and Headers(scope=scope).get("accept") == "text/plain"
        if not plain:
            return await self.app(scope, receive, send)
        held: Message | None = None
        parts: list[bytes] = []

        async def said(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and message["status"] >= 400:
                held = message
                return
            if held is None:
                return await send(message)
            parts.append(message.get("body", b""))
            if message.get("more_body", False):
                return
            body = _lines(b"".join(parts))
            headers = MutableHeaders(scope=held)
            headers["Content-Type"] = _KIND
            headers["Content-Length"] = str(len(body))
            await send(held)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, said)


def _lines(body: bytes) -> bytes:
    error = json.loads(body)["error"]
    return "\n".join(filter(None, (error["what"], error["where"], error["todo"]))).encode()
