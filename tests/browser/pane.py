"""The pane in a browser, and the workbook behind it, for tests to click in and look at."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect
from tests.browser.served import Served
from tests.conftest import GOLDENS

IDLE = "() => !document.body.hasAttribute('aria-busy')"
_SECONDS = 60
# What of a view is not words on the screen: names for the program, and cells that words stand for.
_SILENT = {"id", "kind", "sheet", "address", "line", "can_acknowledge", "severity", "state"}


class Pane:
    """``faults`` is what the page has complained of; ``expected`` says what it may."""

    def __init__(self, page: Page, server: Served) -> None:
        self.page = page
        self.server = server
        self.faults: list[str] = []
        self.expected: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"thrown: {error}"))

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.type}: {message.text}")

    def unexpected(self) -> list[str]:
        seen = self.page.evaluate("() => window.ramkollBlocked ?? []")
        faults = self.faults + [f"CSP: {each}" for each in seen]
        return [f for f in faults if not any(re.search(known, f) for known in self.expected)]

    # The workbook.

    def host(self, name: str, *arguments: Any) -> Any:
        """Ask or do something in the fake host: see addin/office/tests/page-host.ts."""
        return self.page.evaluate(
            "([name, given]) => window.ramkollTest[name](...given)", [name, list(arguments)]
        )

    def faulty(self, script: str) -> None:
        """Break the host: ``f`` is its faults."""
        self.page.evaluate(f"() => {{ const f = window.ramkollTest.faults; {script} }}")

    def value(self, place: str) -> Any:
        return self.host("cell", place)["value"]

    def changed(self) -> list[str]:
        """The places that are not as they were."""
        return [place for place, _, _ in self.host("changes")]

    # The pane.

    def button(self, label: str, within: str = "body") -> Locator:
        return self.page.locator(within).get_by_role("button", name=label, exact=True)

    def press(self, label: str) -> None:
        """Press a button of the command bar, and wait for nothing."""
        self.button(label, "nav").click()

    def run(self, label: str) -> str:
        """Press a button of the command bar, and wait until it is done; what the pane then says."""
        self.press(label)
        return self.done()

    def ribbon(self, command: str) -> str:
        """Press a button of the ribbon. Fails unless event.completed() is called."""
        self.host("click", command)
        return self.done()

    def done(self) -> str:
        self.page.wait_for_function(IDLE, timeout=_SECONDS * 1000)
        return self.status

    @property
    def status(self) -> str:
        return self.page.locator("#status").inner_text()

    @property
    def trouble(self) -> str:
        return self.page.locator(".trouble").inner_text()

    @property
    def error_id(self) -> str:
        return self.page.locator(".trouble code").inner_text()

    @property
    def text(self) -> str:
        """All words of the view, those folded away too."""
        return self.page.locator("main").evaluate("e => e.textContent")

    @property
    def rows(self) -> Locator:
        """The view's own rows."""
        return self.page.locator(
            "main > section > ul.rows > li, main > section > div > ul.rows > li"
        )

    def shows(self, name: str) -> dict:
        """Hold the status line and the view against a golden; gives it."""
        wanted = golden(name)
        if "view" in wanted:
            expect(self.page.locator("#status")).to_have_text(wanted["message"])
            wanted = wanted["view"]
        text = self.text
        missing = [words for words in spoken(wanted) if words not in text]
        assert not missing, missing
        return wanted

    def shows_current(self, name: str, rows: str) -> dict:
        """As ``shows``, for a view that shows one of its rows at a time."""
        view = golden(name)["view"]
        expect(self.page.locator("#status")).to_have_text(golden(name)["message"])
        text = self.text
        missing = [words for words in spoken(view[rows][view["current"]]) if words not in text]
        assert not missing, missing
        return view


def golden(name: str) -> dict:
    """An answer of Python's, or only its view."""
    return json.loads(Path(GOLDENS / "live" / f"{name}.json").read_text("utf-8"))


def spoken(view: Any, name: str = "") -> list[str]:
    """Every text of a view that a reader is to see."""
    if isinstance(view, dict):
        return [text for key, each in view.items() for text in spoken(each, key)]
    if isinstance(view, list):
        return [text for each in view for text in spoken(each, name)]
    return [view] if isinstance(view, str) and view and name not in _SILENT else []
