"""The engine over HTTP on this machine: commands are started, followed and cancelled."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
import time
from typing import Any, Callable, Dict, List, NamedTuple, Optional
from urllib.parse import quote, urlsplit

from ramkoll_lo.problem import AGAIN, Cancelled, Problem, from_server

_BASE = "/api/v1"
_OURS = ("127.0.0.1", "localhost", "::1")
# A smaller body costs more to compress than to send over loopback.
_GZIP_FROM = 64 * 1024
_ANSWER = 30.0  # seconds to hand over a workbook, or to get a short answer
_POLL, _SLOW_POLL, _IMPATIENT = 0.1, 0.4, 3.0
_TRIES = 5  # how often an engine that does not answer is asked again
_TO_CANCEL = 5.0

Told = Callable[[int, int, str], None]


class Address(NamedTuple):
    """Where an engine listens, and the start code that it wants."""

    url: str
    code: str


class NoAnswer(Problem):
    """No answer came, and one may come if asked again."""


class Locked(Problem):
    """The start code is missing or wrong."""


class Engine:
    """A running engine."""

    def __init__(self, address: Address) -> None:
        self.address = address
        parts = urlsplit(address.url)
        try:
            port = parts.port
        except ValueError:
            port = None
        if parts.scheme not in ("http", "https") or parts.hostname not in _OURS or not port:
            raise Problem(
                "Adressen till Ramkoll går inte att använda.",
                where=address.url,
                expected="en adress på den här datorn, som http://127.0.0.1:8443",
                todo="Rätta adressen under Anslutning i panelen.",
            )
        self._https, self._host, self._port = parts.scheme == "https", parts.hostname, port

    def health(self) -> Dict[str, Any]:
        """That the engine answers, and the code is right."""
        return dict(self._ask("GET", "/health"))

    def reads(self, command: str) -> List[str]:
        """The sheets that a command is to be sent; ``*`` is every sheet."""
        for each in self._ask("GET", "/commands"):
            if each["id"] == command:
                return list(each["reads"])
        raise Problem(
            f"Ramkoll har inget kommando «{command}».",
            where=self.address.url,
            todo="Uppdatera Ramkoll och starta om det; det kan vara äldre än tillägget.",
        )

    def run(
        self,
        command: str,
        workbook: Dict[str, Any],
        arguments: Dict[str, Any],
        told: Told,
        stop: threading.Event,
    ) -> Dict[str, Any]:
        """Run a command to its end, and give its answer. Cancelled when ``stop`` is set."""
        call = {"workbook": workbook, "arguments": arguments, "lines": True}
        body = json.dumps(call, ensure_ascii=False, allow_nan=False).encode()
        if stop.is_set():
            raise Cancelled
        job = self._ask("POST", f"/commands/{quote(command)}", body)["job"]
        state = self._last(f"/jobs/{quote(job)}", told, stop)
        if stop.is_set() or state["state"] == "cancelled":
            raise Cancelled
        if state["state"] == "done" and state["answer"]:
            return dict(state["answer"])
        if state["error"]:
            raise from_server(state["error"])
        raise Problem("Ramkoll sa inte hur det gick.", todo=AGAIN)

    def _last(self, path: str, told: Told, stop: threading.Event) -> Dict[str, Any]:
        """Ask until the job has ended, or has been asked to end and does not."""
        begun, failures, given_up = time.monotonic(), 0, 0.0
        while True:
            if stop.is_set() and not given_up:
                given_up = time.monotonic() + _TO_CANCEL
                self._ask("DELETE", path)
            try:
                state = dict(self._ask("GET", path))
                failures = 0
            except NoAnswer:
                failures += 1
                if failures >= _TRIES:
                    raise
                stop.wait(_SLOW_POLL)
                continue
            told(state["done"], state["total"], state["what"])
            if state["state"] in ("done", "failed", "cancelled"):
                return state
            if given_up and time.monotonic() > given_up:
                raise Cancelled
            patient = time.monotonic() - begun > _IMPATIENT
            _pause(_SLOW_POLL if patient else _POLL, stop, bool(given_up))

    def _ask(self, method: str, path: str, body: Optional[bytes] = None) -> Any:
        headers = {"Authorization": f"Bearer {self.address.code}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
            if len(body) > _GZIP_FROM:
                headers["Content-Encoding"] = "gzip"
                body = gzip.compress(body, 1)
        kind = http.client.HTTPSConnection if self._https else http.client.HTTPConnection
        connection = kind(str(self._host), self._port, timeout=_ANSWER)
        try:
            connection.request(method, _BASE + path, body, headers)
            answer = connection.getresponse()
            return _said(answer.status, answer.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(
                "Ramkoll svarar inte. Inget har ändrats.",
                where=self.address.url,
                todo="Kontrollera att Ramkoll är startat («ramkoll desktop»), och försök igen.",
            ) from error
        finally:
            connection.close()


def _said(status: int, body: bytes) -> Any:
    if status < 300:
        return json.loads(body)
    try:
        problem = from_server(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        problem = Problem(f"Ramkoll svarade med kod {status}.", todo=AGAIN)
        if status == 413:
            problem = Problem(
                "Arbetsboken är för stor för att skickas till Ramkoll.",
                todo="Ta bort blad som inte hör till uppföljningen och försök igen.",
            )
    if status == 401:
        raise Locked(
            "Startkoden saknas eller gäller inte längre.",
            where=problem.where,
            id=problem.id,
            todo="Starta om Ramkoll («ramkoll desktop»), eller skriv den nya koden under "
            "Anslutning i panelen.",
        )
    raise problem


def _pause(seconds: float, stop: threading.Event, stopping: bool) -> None:
    if stopping:
        time.sleep(seconds)
    else:
        stop.wait(seconds)
