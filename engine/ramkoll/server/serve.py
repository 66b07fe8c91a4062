"""Starting the server: a socket on loopback, HTTPS, and connections that may not dawdle."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from ramkoll.model.errors import RamkollError
from ramkoll.server.settings import Limits, Settings

# How long answers that are under way may take when the server is told to stop.
SECONDS_TO_STOP = 1


def listen(host: str, port: int) -> socket.socket:
    """A socket on loopback; port 0 takes any that is free. RamkollError when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            # Windows would let another program take the port over from us.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise RamkollError(
            f"Port {port} går inte att använda.",
            expected="en ledig port mellan 1024 och 65535",
            todo="Stäng det program som använder porten (kanske en annan ramkoll serve), "
            "eller välj en annan med --port.",
        ) from error
    listener.listen(128)
    return listener


def server(
    app: FastAPI,
    settings: Settings,
    certificate: tuple[Path, Path] | None,
    ready: Callable[[], None] = lambda: None,
) -> uvicorn.Server:
    """A server for an app; ``run(sockets=[…])`` runs it. ``ready`` is called when it listens."""
    config = uvicorn.Config(
        app,
        http=_protocol(settings.limits),
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        # Nothing stands before us: a header that says who asks is a lie.
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=SECONDS_TO_STOP,
    )
    if certificate is not None:
        config.ssl_certfile, config.ssl_keyfile = map(str, certificate)
        config.load()
        assert config.ssl is not None
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return _Server(config, ready, settings.limits.headers)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], handshake: float) -> None:
        super().__init__(config)
        self._ready = ready
        self._handshake = handshake

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self.config.ssl is not None:
            # Before TLS is agreed on there is no connection of ours that could be closed.
            loop = asyncio.get_running_loop()
            patient = partial(loop.create_server, ssl_handshake_timeout=self._handshake)
            loop.create_server = patient  # type: ignore[method-assign]
        await super().startup(sockets)
        if self.started:
            self._ready()


def _protocol(limits: Limits) -> type[asyncio.Protocol]:
    class Patient(H11Protocol):
        """HTTP that closes a connection whose request does not come, or whose answer is not read.

        Of too many the one that has been silent longest gives way: else a program that opens
        many and says nothing would shut everybody else out.
        """

        _waits: asyncio.TimerHandle | None = None
        _unread: asyncio.TimerHandle | None = None
        _silent_since = 0.0

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            # Then we are told as soon as anything is left unread, and when nothing is. (With
            # 0 asyncio's TLS would say so always.)
            transport.set_write_buffer_limits(1)
            self._silent_since = self.loop.time()
            self._wait()
            held: list[Any] = [each for each in self.connections if not _is_closing(each)]
            if len(held) > limits.connections:
                silent = [each for each in held if each is not self and each._idle()]
                longest = min(silent, key=lambda each: each._silent_since, default=self)
                longest.transport.abort()

        def pause_writing(self) -> None:
            super().pause_writing()
            if self._unread is None:
                self._unread = self.loop.call_later(limits.send, self.transport.abort)

        def resume_writing(self) -> None:
            self._stop_unread()
            super().resume_writing()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._idle():
                if self._waits is None:  # a second request has begun, but is not whole
                    self._wait()
            else:
                self._stop_waiting()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            self._stop_unread()
            super().connection_lost(exc)

        def on_response_complete(self) -> None:
            self._stop_waiting()
            self._silent_since = self.loop.time()
            super().on_response_complete()
            begun, _ = self.conn.trailing_data
            if begun and self._idle():  # by the next request, which is not whole
                self._wait()

        def _idle(self) -> bool:
            """Whether no request is being answered."""
            cycle: Any = self.cycle  # None before the first, though its type does not say so
            return cycle is None or cycle.response_complete is True

        def _wait(self) -> None:
            self._waits = self.loop.call_later(limits.headers, self._too_slow)

        def _stop_waiting(self) -> None:
            if self._waits is not None:
                self._waits.cancel()
                self._waits = None

        def _stop_unread(self) -> None:
            if self._unread is not None:
                self._unread.cancel()
                self._unread = None

        def _too_slow(self) -> None:
            self._waits = None
            if self._idle():
                self.transport.abort()

    return Patient


def _is_closing(connection: Any) -> bool:
    return bool(connection.transport.is_closing())
