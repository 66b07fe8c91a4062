"""Bodies that are too large, packed to burst, cut off, slow, or no JSON."""

import gzip
import json
import socket
import time
import zlib
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from tests.server.conftest import LIMITS, never

from ramkoll.model.errors import RamkollError

CALL = "/api/v1/commands/check"


def packed(data):
    return gzip.compress(data)


def refused(answer, status, says):
    assert answer.status == status, answer.body
    assert says in answer.error["what"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_packed_body_reaches_the_engine_unpacked(client):
    body = json.dumps({"text": "å" * 300_000}, ensure_ascii=False).encode()
    assert len(packed(body)) < LIMITS.wire < len(body)
    answer = client.ask("POST", CALL, packed(body), Content_Encoding="gzip")
    assert client.wait(answer.json["job"])["answer"]["bytes"] == len(body)


def test_a_body_in_chunks_is_read_whole(client):
    parts = (
        b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (b'{"a":', b"1}")) + b"0\r\n\r\n"
    )
    answer = client.ask("POST", CALL, parts, Transfer_Encoding="chunked")
    assert client.wait(answer.json["job"])["answer"]["bytes"] == 7


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(client):
    connection = client.send("POST", CALL, b"", Content_Length=str(LIMITS.wire + 1))
    answer = connection.getresponse()
    assert answer.status == 413
    assert "för stor" in json.loads(answer.read())["error"]["what"]
    connection.close()


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "9" * 40, "0x10", "+5"])
def test_a_length_that_is_no_number_is_refused(client, length):
    answer = client.send("POST", CALL, b"", Content_Length=length.encode()).getresponse()
    assert answer.status in (400, 413)


def test_chunks_that_grow_too_large_are_refused(client):
    part = b"%x\r\n%s\r\n" % (65536, b" " * 65536)
    answer = client.ask("POST", CALL, part * 8, Transfer_Encoding="chunked")
    refused(answer, 413, "för stor")


def test_a_body_of_just_the_most_is_taken(client):
    body = b'{"a":"' + b"x" * (LIMITS.wire - 8) + b'"}'
    assert len(body) == LIMITS.wire
    assert client.ask("POST", CALL, body).status == 202


def test_a_bomb_is_refused_without_being_unpacked(client):
    bomb = packed(b"\0" * 100_000_000)
    assert len(bomb) < LIMITS.wire
    begun = time.perf_counter()
    refused(client.ask("POST", CALL, bomb, Content_Encoding="gzip"), 413, "för stor")
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    "body",
    [
        packed(b'{"a":1}')[:-1],
        packed(b'{"a":1}')[:-9],
        packed(b'{"a":1}')[:5],
        b"",
        b"inte gzip",
        b'{"a":1}',
        zlib.compress(b'{"a":1}'),
        packed(b'{"a":1}') + b"mer",
        packed(b'{"a":1}') + packed(b'{"b":2}'),
        packed(b'{"a":1}')[:-8] + b"\0" * 8,
    ],
)
def test_what_is_no_whole_gzip_is_refused(client, body):
    refused(client.ask("POST", CALL, body, Content_Encoding="gzip"), 400, "kom inte fram helt")


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "zstd", "x"])
def test_other_packings_are_refused(client, coding):
    refused(client.ask("POST", CALL, b"{}", Content_Encoding=coding), 415, "packat")


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]
)
def test_a_form_of_another_site_cannot_call_a_command(client, kind):
    refused(client.ask("POST", CALL, b"{}", Content_Type=kind), 415, "inte JSON")


def test_a_body_that_does_not_come_is_not_waited_for(client):
    begun = time.monotonic()
    answer = client.ask("POST", CALL, b"{", Content_Length="100")
    refused(answer, 408, "i tid")
    assert LIMITS.receive <= time.monotonic() - begun < LIMITS.receive + 2


def test_a_body_that_drips_is_not_waited_for(client):
    connection = client.send("POST", CALL, b"{", Content_Length="100")
    begun = time.monotonic()
    try:
        while time.monotonic() - begun < 5:
            connection.sock.sendall(b" ")
            connection.sock.settimeout(0.1)
            try:
                said = connection.sock.recv(100)
                break
            except TimeoutError:
                connection.sock.settimeout(5)
    finally:
        connection.close()
    assert b" 408 " in said
    assert time.monotonic() - begun < LIMITS.receive + 2


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX: "])
def test_a_connection_that_says_nothing_whole_is_closed(client, sent):
    with socket.create_connection(("127.0.0.1", client.settings.port), 5) as one:
        one.sendall(sent)
        begun = time.monotonic()
        with suppress(ConnectionResetError):
            assert one.recv(100) == b""
        assert time.monotonic() - begun < LIMITS.headers + 2


def test_a_second_request_that_is_never_finished_is_closed_too(client):
    with socket.create_connection(("127.0.0.1", client.settings.port), 5) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 421 " in one.recv(10_000)
        one.sendall(b"GET / HT")
        begun = time.monotonic()
        with suppress(ConnectionResetError):
            while one.recv(10_000):
                pass
        assert time.monotonic() - begun < LIMITS.headers + 2


def test_an_idle_client_with_a_running_stream_is_not_cut_off(client):
    job = client.call(do="hang")
    connection = client.send("GET", f"/api/v1/jobs/{job}/events")
    answer = connection.getresponse()
    begun = time.monotonic()
    while time.monotonic() - begun < LIMITS.headers + 0.3:
        assert answer.readline()
    client.ask("DELETE", f"/api/v1/jobs/{job}")
    connection.close()
    client.wait(job)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_connections_that_say_nothing_give_way_to_one_that_does(client, sent):
    begun = time.monotonic()
    with silent(client, LIMITS.connections + 20, sent):
        assert client.get("/api/v1/health").status == 200
        assert time.monotonic() - begun < LIMITS.headers, "they were not closed for their silence"


def test_a_stream_that_runs_does_not_give_way(client):
    job = client.call(do="hang")
    connection = client.send("GET", f"/api/v1/jobs/{job}/events")
    answer = connection.getresponse()
    with silent(client, LIMITS.connections + 20):
        assert answer.readline()
        assert answer.readline()
    client.ask("DELETE", f"/api/v1/jobs/{job}")
    connection.close()
    client.wait(job)


@contextmanager
def silent(client, many, sent=b""):
    found = []
    try:
        for _ in range(many):
            found.append(socket.create_connection(("127.0.0.1", client.settings.port), 5))
            with suppress(OSError):
                found[-1].sendall(sent)
        yield
    finally:
        for each in found:
            each.close()


def test_a_client_that_never_reads_its_answers_is_let_go_of(client):
    large = client.run(do="much", size=900_000)["id"]
    head = f"Host: localhost:{client.settings.port}\r\nAuthorization: Bearer "
    ask = f"GET /api/v1/jobs/{large} HTTP/1.1\r\n{head}{client.settings.secret}\r\n\r\n"
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        one.connect(("127.0.0.1", client.settings.port))
        one.sendall(ask.encode() * 20)
        connections = client.server.server_state.connections
        assert held(connections, 1, 1), "it is not answered"
        assert held(connections, 0, LIMITS.send + 2)


def held(connections, count, seconds):
    until = time.monotonic() + seconds
    while len(connections) != count and time.monotonic() < until:
        time.sleep(0.02)
    return len(connections) == count


# What the worker makes of a body: the engine's own reading of a call, without a command.

NO_REGION: Any = None
WORKBOOK = '{"name":"a.xlsx","sheets":[{"name":"Utfall","values":[[%s]]}]}'


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b'"text"', b"\xff\xfe", b"{}", b'{"workbook":{}}',
        b'{"workbook":' + b'{"a":' * 100_000 + b"}" * 100_001,
        b"[" * 500_000,
        ('{"workbook":' + WORKBOOK % "1" + ',"okant":1}').encode(),
        ('{"workbook":' + WORKBOOK % "1" + ',"arguments":{"a":{"b":1}}}').encode(),
        ('{"workbook":' + WORKBOOK % "1" + ',"arguments":{"a":NaN}}').encode(),
        *(('{"workbook":' + WORKBOOK % cell + "}").encode() for cell in ("NaN", "Infinity", "-Infinity", "1e999", "{}", "[1]")),
        b'{"workbook":{"name":1,"sheets":[]}}',
        b'{"workbook":{"name":"a","sheets":[{"name":"A","top":"1"}]}}',
        b'{"workbook":{"name":"a","sheets":[{"name":"A","top":1.5}]}}',
        b'{"workbook":{"name":"a","sheets":[{"name":"A","visibility":"dold"}]}}',
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_understood_is_refused_without_quoting_it(body, monkeypatch):
    from ramkoll.live import run
    from ramkoll.live.command import Command, Reads

    monkeypatch.setattr(run, "commands", lambda: {"check": Command("check", Reads.NOTHING, never)})
    with pytest.raises(RamkollError, match="går inte att läsa") as said:
        run.run_command("check", body, NO_REGION, lambda *_: None)
    assert len(str(said.value)) < 300
