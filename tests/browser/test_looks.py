"""Every view in light, dark and forced colours; no fault that axe knows; all of it by keyboard.

The pictures land in the folder that RAMKOLL_PICTURES names, to be looked at; without it in pytest's.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import OFFICE
from tests.live.cases import CASES, REPORT

AXE = (OFFICE / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8") if OFFICE else ""
FAULTS = """
async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
  (one) => `${one.id}: ${one.help}: ${one.nodes.map((n) => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).slice(0, 3).join(" | ")}`)
"""


@pytest.fixture
def pictures(tmp_path):
    folder = Path(os.environ.get("RAMKOLL_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def looked_at(pane, name, pictures):
    """Pictures of the view as it stands, and what axe finds in it."""
    page = pane.page
    found = []
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        pane.host("theme", theme == "dark")
        # A component fades into its colours.
        page.wait_for_timeout(250)
        found += [f"{name} {theme}: {fault}" for fault in page.evaluate(FAULTS)]
        page.screenshot(path=pictures / f"{name}-{theme}.png", full_page=True)
    page.emulate_media(color_scheme="dark", forced_colors="active")
    page.wait_for_timeout(50)
    page.screenshot(path=pictures / f"{name}-forced.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.emulate_media(color_scheme="light", forced_colors="none")
    pane.host("theme", False)
    return [*found, *([f"{name}: wider than the pane"] if wide else [])]


def test_the_views_of_an_avdelning(open_pane, pictures):
    pane = open_pane("616")
    found = looked_at(pane, "start", pictures)
    pane.button("Hjälp", "nav").click()
    found += looked_at(pane, "help", pictures)
    pane.run("Kontrollera")
    found += looked_at(pane, "findings", pictures)
    pane.button("Kvittera", "main").first.click()
    pane.page.get_by_label("Skäl").press("Enter")
    found += looked_at(pane, "acknowledge", pictures)
    pane.run("Nästa att kommentera")
    found += looked_at(pane, "comments", pictures)
    pane.host("select", "Prognos", "A9")
    pane.run("Prognosförslag")
    found += looked_at(pane, "forecast", pictures)
    pane.host("select", "Utfall", "E14")
    pane.run("Visa källa")
    found += looked_at(pane, "trace", pictures)
    pane.run("Sammanställ")
    found += looked_at(pane, "trouble", pictures)
    assert found == []


def test_the_views_of_changes(open_pane, pictures):
    pane = open_pane("605")
    pane.host("type", CASES["refresh-605"].written)
    pane.run("Uppdatera utfall")
    found = looked_at(pane, "refresh", pictures)
    pane.run("Jämför med förra")
    found += looked_at(pane, "compare", pictures)
    assert found == []


@pytest.mark.slow
def test_the_views_of_the_regionstyrelse(open_pane, pictures):
    pane = open_pane(REPORT)
    pane.run("Mina avdelningar")
    found = looked_at(pane, "units", pictures)
    pane.run("Stäm av")
    found += looked_at(pane, "ties", pictures)
    pane.host("select", "Avdelningar", "B5")
    pane.run("Visa källa")
    found += looked_at(pane, "trace-report", pictures)
    pane.run("Sammanställ")
    found += looked_at(pane, "report", pictures)
    assert found == []


def test_the_pane_while_it_works_and_when_it_asks_for_the_code(own_server, open_pane, pictures):
    server = own_server()
    pane = open_pane("616", at=server)
    server.hold()
    try:
        pane.press("Kontrollera")
        expect(pane.page.locator(".progress .what")).to_be_visible()
        found = looked_at(pane, "running", pictures)
        pane.page.keyboard.press("Escape")
        pane.done()
    finally:
        server.let_go()
    pane.page.evaluate("() => sessionStorage.clear()")
    pane.page.goto(server.address)
    expect(pane.page.get_by_label("Startkod")).to_be_visible()
    found += looked_at(pane, "key", pictures)
    assert found == []


def test_the_page_says_its_language_and_its_name(open_pane):
    pane = open_pane("616")
    assert pane.page.locator("html").get_attribute("lang") == "sv"
    assert pane.page.title() == "Ramkoll"
    assert pane.page.locator("#status").get_attribute("role") == "status"


def test_kontrollera_finding_and_kvittera_with_the_keyboard_alone(open_pane):
    pane = open_pane("616")
    keys = pane.page.keyboard

    def tab_to(name):
        for _ in range(60):
            keys.press("Tab")
            if name in pane.page.evaluate("() => document.activeElement.textContent"):
                return
        raise AssertionError(f"Tab never comes to {name}")

    tab_to("Kontrollera")
    keys.press("Enter")
    pane.done()
    assert "Kontrollera" in pane.page.evaluate("() => document.activeElement.textContent")
    tab_to("Analys!D9")
    keys.press("Enter")
    pane.page.wait_for_function("() => ramkollTest.selected() === 'Analys!D9'")
    tab_to("Kvittera")
    keys.press("Enter")
    keys.type("Känt sedan tidigare")
    keys.press("Escape")
    assert "Kvittera" in pane.page.evaluate("() => document.activeElement.textContent")
    keys.press("Space")
    keys.type("Känt sedan tidigare")
    keys.press("Enter")
    try:
        assert pane.done().startswith("Fyndet är kvitterat")
        # What had the focus is gone; the heading of the view has it.
        assert pane.page.evaluate("() => document.activeElement.textContent") == "Fynd"
    finally:
        tab_to("Kvitterade (1)")
        keys.press("Enter")
        tab_to("Ångra kvittering")
        keys.press("Enter")
        assert pane.done() == "Kvitteringen är borttagen."


def test_the_ribbon_takes_no_focus(open_pane):
    pane = open_pane("616")
    assert pane.page.evaluate("() => document.activeElement.tagName") == "BODY"
    pane.ribbon("check")
    pane.ribbon("next_comment")
    assert pane.page.evaluate("() => document.activeElement.tagName") == "BODY"
