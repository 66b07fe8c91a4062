"""A real server on a port of its own, shared by a module's tests, and a client that can misbehave."""

import http.client
import json
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest
from tests.server import stand_in

from ramkoll.live.command import Command, Reads
from ramkoll.live.results import Result
from ramkoll.server import routes
from ramkoll.server.app import make_app
from ramkoll.server.serve import listen, server
from ramkoll.server.settings import Limits, Settings

LIMITS = Limits(
    workers=1,
    wire=200_000,
    unpacked=1_000_000,
    answer=1_000_000,
    receive=1.0,
    headers=1.0,
    send=1.0,
    command=3.0,
    cancel=0.4,
    heartbeat=0.2,
    rate=10_000,
    burst=10_000,
    stranger_rate=10_000,
    stranger_burst=10_000,
    memory=2 * 1024**3,
)


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]


@dataclass
class Client:
    """Asks as the pane would; ``headers`` replace or, when None, remove what the pane sends."""

    app: Any
    settings: Settings
    server: object

    @property
    def pool(self):
        return self.app.state.api.pool

    @property
    def jobs(self):
        return self.app.state.api.jobs

    def connection(self, timeout=20):
        return http.client.HTTPConnection("127.0.0.1", self.settings.port, timeout=timeout)

    def send(self, method, path, body=None, **headers):
        ours = {
            "Host": f"localhost:{self.settings.port}",
            "Authorization": f"Bearer {self.settings.secret}",
        }
        if body is not None:
            ours["Content-Type"] = "application/json"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in (ours | named).items() if value is not None}
        connection = self.connection()
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            connection.putheader(name, value)
        if body is not None and "Content-Length" not in sent and "Transfer-Encoding" not in sent:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        if body:
            with suppress(BrokenPipeError, ConnectionResetError):  # refused before it was sent
                connection.send(body)
        return connection

    def ask(self, method, path, body=None, **headers):
        connection = self.send(method, path, body, **headers)
        found = connection.getresponse()
        answer = Answer(found.status, {n.lower(): v for n, v in found.getheaders()}, found.read())
        connection.close()
        return answer

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def call(self, **body):
        answer = self.ask("POST", "/api/v1/commands/check", json.dumps(body).encode())
        assert answer.status == 202, answer.body
        return answer.json["job"]

    def wait(self, job, state=("done", "failed", "cancelled"), seconds=20):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.get(f"/api/v1/jobs/{job}").json
            if found["state"] in state:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{found} after {seconds} s")

    def begun(self, **body):
        """A job whose command runs in the worker, and has said so."""
        job = self.call(**body)
        while self.wait(job, ("running",))["what"] != "Börjar":
            time.sleep(0.01)
        return job

    def run(self, **body):
        return self.wait(self.call(**body))

    def warm(self):
        until = time.monotonic() + 30
        while not self.pool.pids and time.monotonic() < until:
            time.sleep(0.02)
        return self.pool.pids


def never(book, host) -> Result:
    """What the stand-in does instead."""
    raise AssertionError


@contextmanager
def running(folder, **changes):
    """A client of a server that runs in a thread, with a worker in a process of its own."""
    patch = pytest.MonkeyPatch()
    known = {"check": Command("check", Reads.NOTHING, never)}
    patch.setattr(routes, "commands", lambda: known)
    listener = listen("127.0.0.1", 0)
    settings = Settings(
        data=folder, port=listener.getsockname()[1], https=False, limits=LIMITS, user="Åsa"
    )
    settings = replace(settings, **changes)
    app = make_app(settings, stand_in.make_runner)
    ready = threading.Event()
    made = server(app, settings, None, ready.set)
    thread = threading.Thread(target=made.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield Client(app, settings, made)
    finally:
        made.should_exit = True
        thread.join(20)
        patch.undo()
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with running(tmp_path_factory.mktemp("data")) as found:
        yield found
