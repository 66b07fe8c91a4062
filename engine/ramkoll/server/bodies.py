"""What a request may carry: bounded on the wire, bounded when unpacked, and in time."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterator

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ramkoll.server.errors import RELOAD, Refused
from ramkoll.server.headers import CSP_REPORT
from ramkoll.server.settings import MEGABYTE, Limits

GZIP = 16 + zlib.MAX_WBITS
# Unpacked at a time, so that other requests are answered in between.
_PART = 256 * 1024


class Bodies:
    """Hands on a body as it arrives, unpacked; raises Refused where the app reads it."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        small = scope["path"] == CSP_REPORT
        wire = self.limits.csp_report if small else self.limits.wire
        chunked = "transfer-encoding" in headers
        if chunked and ("content-length" in headers or scope["http_version"] == "1.0"):
            # Where such a body ends is understood in several ways.
            raise Refused(400, "Anropet säger på två sätt hur långt det är.", todo=RELOAD)
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()) or int(length[:20]) > wire:
            raise _too_large(wire)
        coding = headers.get("content-encoding", "identity").strip().casefold()
        if coding not in ("identity", "gzip"):
            raise Refused(
                415,
                "Innehållet är packat på ett sätt som servern inte kan läsa.",
                expected="gzip eller opackat",
                todo="Ladda om panelen; den kan vara äldre än servern.",
            )
        body = _Body(receive, wire, min(self.limits.unpacked, wire * 100), self.limits.receive)
        if coding == "gzip":
            body.unpack = zlib.decompressobj(GZIP)
            # Those within see what they get.
            scope = {**scope, "headers": list(scope["headers"])}
            inner = MutableHeaders(scope=scope)
            del inner["content-encoding"]
            del inner["content-length"]
        await self.app(scope, body.receive, send)


class _Body:
    def __init__(self, receive: Receive, wire: int, unpacked: int, seconds: float) -> None:
        self.source = receive
        self.wire_left, self.left, self.unpacked = wire, unpacked, unpacked
        self.wire, self.seconds = wire, seconds
        self.unpack: zlib._Decompress | None = None
        self.deadline: float | None = None
        self.whole = False

    async def receive(self) -> Message:
        if self.whole:  # what comes now is that the client has gone
            return await self.source()
        loop = asyncio.get_running_loop()
        if self.deadline is None:
            self.deadline = loop.time() + self.seconds
        try:
            async with asyncio.timeout_at(self.deadline):
                message = await self.source()
        except TimeoutError as error:
            raise Refused(408, "Innehållet kom inte fram i tid.", todo="Försök igen.") from error
        if message["type"] != "http.request":
            self.whole = True
            return message
        data = message.get("body", b"")
        more = message.get("more_body", False)
        self.wire_left -= len(data)
        if self.wire_left < 0:
            raise _too_large(self.wire)
        if self.unpack is not None:
            data = await self._unpacked(data, more)
        self.whole = not more
        return {"type": "http.request", "body": data, "more_body": more}

    async def _unpacked(self, data: bytes, more: bool) -> bytes:
        assert self.unpack is not None
        parts = []
        try:
            for part in _parts(self.unpack, data):
                parts.append(part)
                self.left -= len(part)
                if self.left < 0:
                    raise _too_large(self.unpacked)
                await asyncio.sleep(0)
        except zlib.error as error:
            raise _broken() from error
        # More after the end is no gzip of ours, and too little is cut off on the way.
        if self.unpack.unused_data or not (more or self.unpack.eof):
            raise _broken()
        return b"".join(parts)


def _parts(unpack: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while data:
        part = unpack.decompress(data, _PART)
        data = unpack.unconsumed_tail
        yield part
    # What is left inside when the last byte was taken in with a full part.
    while not unpack.eof and (part := unpack.decompress(b"", _PART)):
        yield part


def _too_large(limit: int) -> Refused:
    size = f"{limit // MEGABYTE} MB" if limit >= MEGABYTE else f"{limit // 1024} kB"
    return Refused(
        413,
        "Arbetsboken är för stor att skicka.",
        expected=f"högst {size}",
        todo="Ta bort egna blad med stora mängder data ur arbetsboken och försök igen.",
    )


def _broken() -> Refused:
    return Refused(
        400, "Det som skickades kom inte fram helt.", todo="Försök igen; ladda annars om panelen."
    )
