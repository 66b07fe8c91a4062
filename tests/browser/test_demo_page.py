"""The page for those without Excel: the grid, the ribbon and the pane on one workbook."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect


@pytest.fixture
def demo(pages, server):
    page, _ = pages(viewport={"width": 1400, "height": 900})
    said: list[tuple[str, str]] = []
    page.on("console", lambda message: said.append((message.type, message.text)))
    page.on("pageerror", lambda error: said.append(("error", str(error))))
    page.goto(f"{server.address}demo.html#nyckel={server.secret}")
    yield page
    assert [text for kind, text in said if kind in ("error", "warning")] == []
    assert page.evaluate("() => window.ramkollBlocked") == []


def test_a_click_in_the_ribbon_runs_the_command_in_the_pane(demo, tmp_path):
    pane = demo.frame_locator("#pane")
    expect(pane.get_by_role("heading", name="Börja här")).to_be_visible(timeout=60_000)
    demo.locator("#ribbon").get_by_role("button", name="Kontrollera").click()
    expect(pane.locator("#status")).to_contain_text("4 fynd", timeout=60_000)
    pane.locator("button.go", has_text="Analys!D9").click()
    expect(demo.locator("#name-box")).to_have_value("D9")
    folder = Path(os.environ.get("RAMKOLL_PICTURES") or tmp_path)
    demo.screenshot(path=folder / "demo-light.png")
    demo.get_by_role("button", name="Mörkt utseende").click()
    demo.wait_for_timeout(300)
    demo.screenshot(path=folder / "demo-dark.png")
