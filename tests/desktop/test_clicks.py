"""The whole way: a macro's call, the desk, the real engine, the window in a browser, and back."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from tests.browser.conftest import BLOCKED, CHROMIUM, browser  # noqa: F401
from tests.browser.pane import golden, spoken
from tests.desktop.conftest import desktop
from tests.desktop.memory_excel import MemoryBook, until
from tests.pipeline.opened import book

from ramkoll.model.errors import RamkollError

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
SIZE: ViewportSize = {"width": 460, "height": 900}


@pytest.fixture
def excel(engine):
    assert engine.warm()
    engine.close_windows()
    engine.excel.books["616.xlsx"] = MemoryBook(book("616"))
    return engine


class Windows:
    """Opens what the desk asked a browser to show; ``expected`` is what a page may complain of."""

    def __init__(self, chromium: Browser, excel) -> None:
        self.chromium, self.excel = chromium, excel
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        self.expected: list[str] = []

    def __call__(self) -> Page:
        context = self.chromium.new_context(locale="sv-SE", viewport=SIZE)
        context.set_default_timeout(20_000)
        context.add_init_script(BLOCKED)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"thrown: {error}"))
        until(lambda: self.excel.opened)
        page.goto(self.excel.opened.pop())
        return page

    def _heard(self, message) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def close(self) -> list[str]:
        for context in self.contexts:
            for page in context.pages:
                self.faults += page.evaluate("() => window.ramkollBlocked ?? []")
            context.close()
        return [f for f in self.faults if not any(re.search(known, f) for known in self.expected)]


@pytest.fixture
def open_window(browser, excel):  # noqa: F811
    """Open windows. What a page complains of fails the test."""
    windows = Windows(browser, excel)
    yield windows
    assert windows.close() == []


def status(page):
    return page.locator("#status")


@pytest.mark.host("desktop", "check", "go_to")
def test_a_click_in_the_ribbon_shows_findings_and_a_finding_goes_to_its_cell(excel, open_window):
    assert excel.press("check").status == 202
    page = open_window()
    wanted = golden("check-616")
    expect(status(page)).to_have_text(wanted["message"])
    expect(page).to_have_title("616.xlsx – Ramkoll")
    text = page.locator("main").evaluate("e => e.textContent")
    assert [words for words in spoken(wanted["view"]) if words not in text] == []
    place = wanted["view"]["findings"][0]["at"]
    page.locator("main button.go").first.click()
    until(lambda: excel.book.selection == place["address"])
    assert excel.book.active == place["sheet"]
    # The address in the window's bar, and what the page keeps, hold no ticket.
    assert page.url == f"http://127.0.0.1:{excel.settings.port}/window.html"


@pytest.mark.host("desktop", "next_comment", "help")
@pytest.mark.slow
def test_an_open_window_follows_the_next_click_in_excel(excel, open_window):
    excel.press("check")
    page = open_window()
    expect(status(page)).to_have_text(golden("check-616")["message"])
    excel.press("next_comment")
    expect(status(page)).to_have_text(golden("next_comment-616")["message"])
    assert excel.opened == []
    excel.press("help")
    expect(page.locator("main h2")).to_have_text("Hjälp")


@pytest.mark.host("desktop", "forecast", "use_forecast", "undo")
def test_a_forecast_is_chosen_in_the_window_written_in_excel_and_taken_back(excel, open_window):
    before = excel.book.workbook
    excel.book.active, excel.book.selection = "Prognos", "A9"
    excel.press("forecast")
    page = open_window()
    expect(status(page)).to_have_text(golden("forecast-616")["message"])
    page.get_by_role("button", name="Använd").first.click()
    expect(status(page)).to_contain_text("ny prognos")
    changed = excel.book.workbook
    assert changed is not before
    undo = page.get_by_role("button", name="Ångra «Använd förslaget»", exact=True)
    undo.click()
    expect(status(page)).to_have_text("Använd förslaget är ångrat.")
    assert excel.book.workbook is before
    expect(undo).to_be_hidden()


@pytest.mark.host("desktop", "acknowledge", "withdraw")
@pytest.mark.slow
def test_a_finding_is_acknowledged_with_its_reason_in_the_window(excel, open_window):
    excel.press("check")
    page = open_window()
    page.get_by_role("button", name="Kvittera").first.click()
    page.get_by_role("textbox").first.fill("Avstämt med ekonomichefen.")
    page.get_by_role("textbox").first.press("Enter")
    kept = page.locator("main").get_by_text("Avstämt med ekonomichefen.")
    expect(kept).to_have_count(1)
    assert excel.done("withdraw", **{"finding": excel.state["arguments"]["finding"]})["result"]


@pytest.mark.host("desktop", "cancel")
def test_the_window_stops_a_command_and_nothing_is_changed(excel, open_window):
    excel.press("panel")
    page = open_window()
    before = excel.book.workbook
    gate = excel.book.held["read"] = threading.Event()
    page.get_by_role("button", name="Uppdatera utfall", exact=True).click()
    expect(status(page)).to_have_text("Uppdatera utfall körs …")
    page.get_by_role("button", name="Avbryt", exact=True).click()
    expect(page.locator(".what")).to_contain_text("Avbryter")
    gate.set()
    expect(status(page)).to_have_text("Uppdatera utfall avbröts. Inget har ändrats.")
    assert excel.book.workbook is before


def test_an_error_is_shown_with_what_to_do_and_can_be_tried_again(excel, open_window):
    excel.book.broken["read"] = RamkollError("Bladet är skyddat.", where="Utfall", todo="Lås upp.")
    excel.press("check")
    page = open_window()
    trouble = page.locator(".trouble")
    expect(trouble).to_contain_text("Bladet är skyddat.")
    expect(trouble).to_contain_text("Gör så här: Lås upp.")
    excel.book.broken.clear()
    trouble.get_by_role("button", name="Försök igen").click()
    expect(status(page)).to_have_text(golden("check-616")["message"])
    expect(trouble).to_be_empty()


@pytest.mark.slow
def test_a_click_in_another_workbook_leaves_nothing_of_the_first_on_the_screen(excel, open_window):
    excel.press("check")
    page = open_window()
    expect(status(page)).to_have_text(golden("check-616")["message"])
    excel.press("check", book="saknas.xlsx")
    expect(page.locator(".trouble")).to_contain_text("Arbetsboken är inte öppen längre.")
    expect(page.locator(".book .name")).to_have_text("saknas.xlsx")
    expect(page.locator("main button.go")).to_have_count(0)


@pytest.mark.host("desktop", "panel")
@pytest.mark.slow
def test_a_window_that_another_one_replaces_closes_or_says_so(excel, open_window):
    excel.press("check")
    old = open_window()
    expect(status(old)).to_have_text(golden("check-616")["message"])
    excel.press("panel")
    open_window.expected.append("Scripts may close only")
    new = open_window()
    expect(status(new)).to_have_text(golden("check-616")["message"])
    until(lambda: old.is_closed() or "annat fönster" in old.inner_text("body"))


@pytest.mark.slow
def test_a_ticket_that_is_used_up_is_said_with_what_to_do(excel, open_window):
    excel.press("panel")
    address = excel.opened[0]
    open_window()
    excel.opened.append(address)
    open_window.expected.append("401")
    second = open_window()
    expect(second.locator(".trouble")).to_contain_text("Välj Panel på fliken Ramkoll")


@pytest.mark.host("desktop", "gone")
@pytest.mark.slow
def test_a_desk_that_ends_is_said_in_the_window(browser, tmp_path):  # noqa: F811
    with desktop(tmp_path) as ending:
        ending.press("panel")
        until(lambda: ending.opened)
        context = browser.new_context(locale="sv-SE", viewport=SIZE)
        page = context.new_page()
        page.goto(ending.opened.pop())
        expect(page.locator(".book .name")).to_have_text("616.xlsx")
    expect(page.locator(".trouble")).to_contain_text("Ramkoll är inte igång längre", timeout=20_000)
    expect(page.locator(".trouble")).to_contain_text("Välj Panel")
    context.close()
