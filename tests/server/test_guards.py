"""Nobody but our own pages with the secret: every route, and every way round that we know."""

import http.client
import json
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from tests.conftest import EXAMPLES
from tests.server.conftest import LIMITS, running

from ramkoll.model.errors import RamkollError
from ramkoll.server.app import make_app
from ramkoll.server.guards import Bucket, wants_secret
from ramkoll.server.headers import CSP_REPORT
from ramkoll.server.settings import Settings

RIGHT_ERROR = {"id", "what", "where", "expected", "todo"}
ENGLISH = ("Not Found", "Unauthorized", "Forbidden", "detail", "Traceback", "Internal")


def every_route(demo=True):
    """Method and path of every route of the app, with something in place of parameters."""
    app = make_app(Settings(Path("."), demo=demo, submissions=EXAMPLES))
    for each in iter_route_contexts(app.routes):
        assert each.path is not None
        assert each.methods
        path = each.path.replace("{command}", "check").replace("{file}", "avdelning-1.xlsx")
        path = (
            path.replace("{name}", "616.xlsx")
            .replace("{job}", "0" * 16)
            .replace("{rule}", "R001")
            .replace("{path:path}", "")
        )
        assert "{" not in path, f"give {path} a value in this test"
        for method in sorted(each.methods):
            yield method, path


ROUTES = sorted(set(every_route()))
API = [(method, path) for method, path in ROUTES if path.startswith(("/api/", "/demo/api/"))]
WITH_SECRET = [each for each in API if each != ("POST", CSP_REPORT)]


def refused(answer, status):
    assert answer.status == status, answer.body
    if answer.headers["content-length"] != "0" and not answer.body:
        return  # to HEAD only the headers are said
    assert set(answer.error) == RIGHT_ERROR
    assert len(answer.error["id"]) == 8
    assert not [word for word in ENGLISH if word.encode() in answer.body]


def test_the_routes_are_those_that_we_think_of():
    paths = {path for _, path in API}
    assert {
        f"/api/v1/{name}" for name in ("health", "commands", "rules", "templates", "openapi.json")
    } <= paths
    assert len(WITH_SECRET) >= 11
    assert all(path.startswith(("/api/v1/", "/demo/api/")) or path == "/" for _, path in ROUTES)


@pytest.mark.parametrize(("method", "path"), WITH_SECRET)
def test_no_route_answers_without_the_secret(client, method, path):
    body = b"{}" if method in ("POST", "PUT", "PATCH") else None
    secret = client.settings.secret
    for wrong in (
        None, "", secret, "Bearer", "Bearer ", f"Bearer {secret[:-1]}", f"Bearer {secret}x",
        f"bearer {secret}", f"Basic {secret}", f"Bearer  {secret}", "Bearer å", f"Bearer {secret.swapcase()}",
    ):  # fmt: skip
        sent = wrong.encode() if wrong is not None else None
        refused(client.ask(method, path, body, Authorization=sent), 401)
    refused(client.ask(method, f"{path}?nyckel={secret}", body, Authorization=None), 401)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_answers_another_host(client, method, path):
    port = client.settings.port
    body = b"{}" if method in ("POST", "PUT", "PATCH") else None
    for wrong in (
        None, "", "localhost", f"localhost:{port + 1}", f"elak.se:{port}", f"localhost.elak.se:{port}",
        f"127.0.0.2:{port}", f"[::1]:{port}", f"0.0.0.0:{port}", f"LOCALHOST:{port}", f"localhost:{port}.",
        f"localhost:0{port}", f"elak@localhost:{port}",
    ):  # fmt: skip
        if wrong is None:
            continue  # the HTTP layer itself refuses that; see below
        refused(client.ask(method, path, body, Host=wrong), 421)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_answers_another_origin(client, method, path):
    port = client.settings.port
    body = b"{}" if method in ("POST", "PUT", "PATCH") else None
    for wrong in (
        "null", "", "https://elak.se", f"https://localhost:{port}", f"http://localhost:{port + 1}",
        "http://localhost", f"http://localhost:{port}/", f"http://elak.se:{port}",
    ):  # fmt: skip
        refused(client.ask(method, path, body, Origin=wrong), 403)


@pytest.mark.parametrize(("method", "path"), WITH_SECRET)
def test_no_route_answers_a_browser_that_says_the_page_is_anothers(client, method, path):
    body = b"{}" if method in ("POST", "PUT", "PATCH") else None
    for wrong in ("cross-site", "same-site", "", "okänd".encode()):
        refused(client.ask(method, path, body, Sec_Fetch_Site=wrong), 403)


def test_our_own_page_is_answered(client):
    port = client.settings.port
    for name in ("localhost", "127.0.0.1"):
        answer = client.get(
            "/api/v1/health",
            Host=f"{name}:{port}",
            Origin=f"http://{name}:{port}",
            Sec_Fetch_Site="same-origin",
        )
        assert answer.status == 200


def test_excel_may_open_the_page_from_its_own_site(client):
    answer = client.get("/finns-inte.html", Sec_Fetch_Site="cross-site", Authorization=None)
    refused(answer, 404)  # and not 403


def test_two_hosts_or_secrets_are_one_too_many(client):
    for name, status in (("Host", (400, 421)), ("Authorization", (401,))):
        connection = client.connection()
        connection.putrequest("GET", "/api/v1/health", skip_host=True)
        right = {
            "Host": f"localhost:{client.settings.port}",
            "Authorization": f"Bearer {client.settings.secret}",
        }
        for each, value in [*right.items(), (name, right[name])]:
            connection.putheader(each, value)
        connection.endheaders()
        assert connection.getresponse().status in status
        connection.close()


def test_a_request_without_a_host_is_no_http(client):
    assert client.get("/api/v1/health", Host=None).status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/health", "/API/v1/health", "//api/v1/health", "/api", "/api/", "/demo/api/x", "/Demo/api",
        "/api/v1/csp-report/", "/api/v1/csp-report/../health",
    ],
)  # fmt: skip
def test_every_spelling_of_the_api_wants_the_secret(path):
    assert wants_secret(path, "GET")
    assert wants_secret(path, "POST")


def test_a_report_may_come_without_the_secret_and_is_all_that_may():
    assert not wants_secret(CSP_REPORT, "POST")
    assert wants_secret(CSP_REPORT, "GET")
    assert not wants_secret("/demo.html", "GET")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/../v1/health",
        "/%61pi/v1/health",
        "/./api/v1/health",
        "//api/v1/health",
        "/api%2fv1/health",
    ],
)
def test_no_spelling_of_a_path_goes_round_the_secret(client, path):
    assert client.get(path, Authorization=None).status in (401, 404)


def test_a_host_that_a_proxy_claims_is_not_believed(client):
    lies = {"X_Forwarded_Host": f"localhost:{client.settings.port}", "X_Forwarded_For": "127.0.0.1"}
    refused(client.get("/api/v1/health", Host="elak.se", **lies), 421)
    refused(
        client.get("/api/v1/health", Authorization=None, X_Forwarded_Proto="https", **lies), 401
    )


def test_there_is_no_cors(client):
    for headers in ({}, {"Access_Control_Request_Method": "POST"}):
        answer = client.ask("OPTIONS", "/api/v1/commands/check", **headers)
        refused(answer, 405)
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "localhost", ""])
def test_the_server_listens_on_loopback_only(host):
    with pytest.raises(RamkollError, match="den egna datorn"):
        Settings(Path("."), host=host)


def test_the_secret_is_another_each_time_and_is_not_shown():
    made = [Settings(Path(".")) for _ in range(20)]
    assert len({each.secret for each in made}) == 20
    assert all(len(each.secret) >= 32 for each in made)
    assert made[0].secret not in repr(made[0])
    with pytest.raises(ValueError, match="guessed"):
        Settings(Path("."), secret="abc")


def test_a_bucket_fills_again_with_time():
    now = [0.0]
    bucket = Bucket(2, 3, lambda: now[0])
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    now[0] = 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    now[0] = 100
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_too_many_requests_are_held_back_and_strangers_do_not_use_up_ours(tmp_path):
    from dataclasses import replace

    slow = replace(LIMITS, rate=0.001, burst=5, stranger_rate=0.001, stranger_burst=3)
    with running(tmp_path, limits=slow) as client:
        strangers = [client.get("/api/v1/health", Authorization=None).status for _ in range(5)]
        assert strangers == [401, 401, 401, 429, 429]
        ours = [client.get("/api/v1/health") for _ in range(6)]
        assert [each.status for each in ours] == [200] * 5 + [429]
        refused(ours[-1], 429)
        assert ours[-1].headers["retry-after"] == "1"
        pages = [client.get("/", Authorization=None).status for _ in range(6)]
        assert pages[-1] == 429


def test_what_is_refused_is_logged_with_its_id_and_nothing_of_the_request(client, caplog):
    caplog.set_level("INFO", "ramkoll.server")
    answer = client.get("/api/v1/rules/Anna-19500101?cell=hemlig", Authorization="Bearer gissning")
    facts = [each.facts for each in caplog.records]
    assert {"id": answer.error["id"], "status": 401} in facts
    said = json.dumps(facts)
    assert not [
        word for word in ("Anna", "hemlig", "gissning", client.settings.secret) if word in said
    ]


def test_rubbish_is_no_http(client):
    connection = client.connection()
    connection.connect()
    connection.sock.sendall(b"\x16\x03\x01 hej\r\n\r\n")
    assert http.client.HTTPResponse(connection.sock).fp.readline().startswith(b"HTTP/1.1 400")
    connection.close()
    assert client.get("/api/v1/health").status == 200
