"""What is read from the server: the pane's files, forms, rules, health; and the headers of it all."""

import json
import re
import zipfile
from io import BytesIO

import pytest
from fastapi import FastAPI
from tests.server.conftest import running

from ramkoll.rules.catalogue import rules
from ramkoll.server import app as app_module
from ramkoll.server.files import Pages, templates
from ramkoll.server.headers import CSP, CSP_REPORT
from ramkoll.store.resources import resource

OUTSIDE = "hemligheten utanför"


@pytest.fixture(scope="module")
def pane(tmp_path_factory):
    """A server with a built pane of its own, and something beside it that is nobody's business."""
    folder = tmp_path_factory.mktemp("pane")
    dist = folder / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>Å</title>", encoding="utf-8")
    (dist / "demo.html").write_text("<!doctype html>demo", encoding="utf-8")
    (dist / "assets" / "panel-1a2b3c.js").write_text("'use strict'", encoding="utf-8")
    (dist / "assets" / "panel-1a2b3c.css").write_text("p{}", encoding="utf-8")
    (dist / "icon-32.png").write_bytes(b"\x89PNG")
    (folder / "utanför.txt").write_text(OUTSIDE, encoding="utf-8")
    (folder / "outside.txt").write_text(OUTSIDE, encoding="utf-8")
    found = {p.relative_to(dist).as_posix(): p for p in dist.rglob("*") if p.is_file()}
    patch = pytest.MonkeyPatch()
    patch.setattr(app_module, "pages", lambda: Pages(found))
    with running(folder) as client:
        yield client
    patch.undo()


def page(client, path, **headers):
    return client.get(path, Authorization=None, **headers)


def test_the_pane_needs_no_secret_and_holds_none(pane):
    for path in ("/", "/index.html", "/demo.html", "/assets/panel-1a2b3c.js"):
        answer = page(pane, path)
        assert answer.status == 200
        assert pane.settings.secret.encode() not in answer.body


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/assets/panel-1a2b3c.js", "text/javascript; charset=utf-8"),
        ("/assets/panel-1a2b3c.css", "text/css; charset=utf-8"),
        ("/icon-32.png", "image/png"),
    ],
)
def test_a_file_is_of_its_kind(pane, path, kind):
    assert page(pane, path).headers["content-type"] == kind


def test_what_has_a_hash_in_its_name_is_kept_and_the_rest_is_asked_for_again(pane):
    assert "immutable" in page(pane, "/assets/panel-1a2b3c.js").headers["cache-control"]
    first = page(pane, "/")
    assert first.headers["cache-control"] == "no-cache"
    again = page(pane, "/", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["content-security-policy"] == CSP


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.txt", "/..%2foutside.txt", "/%2e%2e/outside.txt", "/%2e%2e%2foutside.txt", "/assets/../../outside.txt",
        "/..%5coutside.txt", "/..\\outside.txt", "/assets/..%252f..%252foutside.txt", "//etc/passwd", "/%2fetc%2fpasswd",
        "/file:///etc/passwd", "/C:/Windows/win.ini", "/%00", "/index.html%00.png", "/index.html/", "/assets", "/assets/",
        "/....//outside.txt", "/%c0%ae%c0%ae/outside.txt", "/INDEX.HTML", "/index.html::$DATA", "/.git/config", "/" + "a" * 5000,
        "/~/outside.txt", "/%ff", "/\u00e5".encode().decode("latin-1"),
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_pane(pane, path):
    connection = pane.connection()
    # The client would refuse or tidy some of these: they are sent as they are.
    connection.connect()
    host = f"localhost:{pane.settings.port}"
    connection.sock.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1")
    )
    said = b""
    while part := connection.sock.recv(65536):
        said += part
    connection.close()
    assert said.split(b" ", 2)[1] in (b"404", b"400"), said
    assert OUTSIDE.encode() not in said
    assert b"root:" not in said


@pytest.mark.parametrize(
    "name",
    ["..%2f..%2foutside.txt", "%2e%2e%2fpyproject.toml", "..%5cx", "avdelning-1.toml", "README.md", "%00", "avdelning-1.xlsx%00", "AVDELNING-1.XLSX", "~$avdelning-1.xlsx", "."],
)  # fmt: skip
def test_no_name_of_a_form_leads_elsewhere(pane, name):
    assert pane.get(f"/api/v1/templates/{name}").status == 404


def test_the_forms_are_listed_and_can_be_opened(pane):
    listed = pane.get("/api/v1/templates").json
    assert [each["file"] for each in listed] == sorted(
        p.name for p in resource("templates").glob("*.xlsx")
    )
    for each in listed:
        answer = pane.get(f"/api/v1/templates/{each['file']}")
        assert len(answer.body) == each["bytes"]
        assert each["file"] in answer.headers["content-disposition"]
        assert "xl/workbook.xml" in zipfile.ZipFile(BytesIO(answer.body)).namelist()


def test_a_form_of_the_regions_own_goes_before_ours(tmp_path):
    (tmp_path / "avdelning-1.xlsx").write_bytes(b"egen")
    (tmp_path / "egen-2.xlsx").write_bytes(b"egen")
    (tmp_path / "~$egen-2.xlsx").write_bytes(b"")
    found = templates(tmp_path)
    assert found["avdelning-1.xlsx"].parent == found["egen-2.xlsx"].parent == tmp_path
    assert "~$egen-2.xlsx" not in found
    assert found["omrade-1.xlsx"].parent == resource("templates")


def test_every_rule_is_listed_and_has_a_page(pane):
    listed = pane.get("/api/v1/rules").json
    assert [each["id"] for each in listed] == [each.id for each in rules()]
    assert {each["severity"] for each in listed} == {"stoppar", "varning", "upplysning"}
    one = pane.get(f"/api/v1/rules/{listed[0]['id'].lower()}").json
    assert one == listed[0]
    assert "Varför:" in one["page"]
    assert pane.get("/api/v1/rules/R999").status == 404


def test_health_says_what_is_set_up_and_no_path(tmp_path):
    (tmp_path / "in").mkdir()
    with running(tmp_path, submissions=tmp_path / "in") as client:
        client.warm()
        found = client.get("/api/v1/health")
    assert found.json["status"] == "ok"
    assert found.json["submissions"] is True
    assert found.json["inputs"] is False
    assert found.json["workers"] == 1
    assert found.json["uptime"] >= 0
    assert str(tmp_path).encode() not in found.body


def test_the_commands_say_what_they_read(pane):
    assert pane.get("/api/v1/commands").json == [{"id": "check", "reads": []}]


def test_an_unknown_command_is_not_found_and_not_quoted(pane):
    answer = pane.ask("POST", "/api/v1/commands/Anna-19500101", b"{}")
    assert answer.status == 404
    assert b"Anna" not in answer.body


def test_every_answer_has_the_headers(pane):
    answers = [
        page(pane, "/"),
        page(pane, "/assets/panel-1a2b3c.js"),
        page(pane, "/saknas"),
        page(pane, "/api/v1/health"),
        pane.get("/api/v1/health"),
        pane.get("/api/v1/health", Host="elak.se"),
        pane.get("/api/v1/templates/avdelning-1.xlsx"),
        pane.ask("POST", "/api/v1/commands/check", b"x", Content_Encoding="br"),
        pane.ask("PATCH", "/api/v1/health"),
    ]
    assert {each.status for each in answers} == {200, 401, 404, 405, 415, 421}
    for each in answers:
        assert each.headers["content-security-policy"] == CSP
        assert each.headers["x-content-type-options"] == "nosniff"
        assert each.headers["referrer-policy"] == "no-referrer"
        assert each.headers["cross-origin-opener-policy"] == "same-origin-allow-popups"
        assert each.headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in each.headers["permissions-policy"]
        assert not {"server", "x-powered-by", "x-frame-options", "set-cookie"} & set(each.headers)
        assert not [name for name in each.headers if name.startswith("access-control")]
    assert {each.headers["cache-control"] for each in answers[2:]} == {"no-store"}
    assert page(pane, "/icon-32.png").headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_policy_allows_no_script_or_style_in_the_page():
    assert "unsafe" not in CSP
    assert "*" not in CSP.split("frame-ancestors")[0]
    assert "script-src 'self' https://appsforoffice.microsoft.com;" in CSP


@pytest.mark.parametrize(
    ("body", "directive"),
    [
        ({"csp-report": {"effective-directive": "style-src-attr", "blocked-uri": "inline", "script-sample": "Anna"}}, "style-src-attr"),
        ([{"type": "csp-violation", "body": {"effectiveDirective": "img-src"}}], "img-src"),
        ({"csp-report": {"effective-directive": "Anna Andersson"}}, "unknown"),
        ({"csp-report": 1}, "unknown"),
        (17, "unknown"),
    ],
)  # fmt: skip
def test_a_report_is_counted_by_its_directive_and_nothing_else_is_kept(
    pane, body, directive, caplog
):
    caplog.set_level("INFO", "ramkoll.server")
    before = pane.get("/api/v1/health").json["csp_reports"]
    answer = pane.ask(
        "POST",
        CSP_REPORT,
        json.dumps(body).encode(),
        Authorization=None,
        Content_Type="application/csp-report",
    )
    assert (answer.status, answer.body) == (204, b"")
    assert pane.get("/api/v1/health").json["csp_reports"] == before + 1
    facts = [each.facts for each in caplog.records]
    assert {"directive": directive} in facts
    assert "Anna" not in json.dumps(facts)


def test_a_report_that_is_none_does_no_harm(pane):
    for body in (b"", b"{", b"[" * 10_000, b"\xff"):
        assert pane.ask("POST", CSP_REPORT, body, Authorization=None).status == 204
    assert pane.ask("POST", CSP_REPORT, b"x" * 20_000, Authorization=None).status == 413


def test_a_fault_of_ours_is_500_with_an_id_and_no_traceback(pane, caplog, monkeypatch):
    def broken():
        cell = "Anna 19500101"
        raise ZeroDivisionError(cell)

    caplog.set_level("INFO", "ramkoll.server")
    monkeypatch.setattr(type(pane.jobs), "counts", property(lambda self: broken()))
    answer = pane.get("/api/v1/health")
    assert answer.status == 500
    assert answer.headers["content-security-policy"] == CSP
    assert not re.search(rb"Anna|Zero|Traceback|\.py", answer.body)
    [logged] = [each.facts for each in caplog.records if each.facts.get("id") == answer.error["id"]]
    assert "test_pages.py" in logged["at"][0]
    assert "Anna" not in json.dumps(logged)
    monkeypatch.undo()
    assert pane.get("/api/v1/health").status == 200


def test_a_checkout_without_a_built_pane_says_that_there_is_no_such_page(tmp_path, monkeypatch):
    monkeypatch.setattr(app_module, "pages", lambda: Pages({}))
    with running(tmp_path) as client:
        assert page(client, "/").status == 404


def test_the_api_is_described_with_every_body(pane):
    document = pane.get("/api/v1/openapi.json").json
    assert set(document["paths"]) >= {"/api/v1/commands/{command}", "/api/v1/jobs/{job}/events"}
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert named <= set(document["components"]["schemas"])
    assert {"Call", "Snapshot", "JobState", "Answer", "FindingsView", "ErrorBody"} <= named
    assert document["components"]["schemas"]["NoView"]["required"] == ["kind"]


def test_the_app_is_one_that_any_server_can_run(pane):
    assert isinstance(pane.app, FastAPI)
