"""What a command must never do to a workbook, tried in the pane."""

import json

import pytest
from playwright.sync_api import expect
from tests.live.cases import CASES

WICKED = ("=1+1", "+46 70", "-5", "@SUM(A1)", "\t=1+1", "=cmd|' /C calc'!A0", "'=1", "\r=2")


def proposals(pane):
    pane.host("select", "Prognos", "A9")
    pane.run("Prognosförslag")
    pane.host("remember")
    return pane.page.locator("main").get_by_role("button", name="Använd C")


@pytest.mark.host("office", "locked")
def test_a_locked_cell_is_refused_and_stays_locked(open_pane):
    pane = open_pane("616")
    pane.host("protect", "Prognos", True)
    pane.host("lock", "Prognos!E9", True)
    proposals(pane).click()
    pane.done()
    assert "låst" in pane.trouble
    assert "Prognos!E9" in pane.trouble
    assert "tar aldrig bort ett skydd" in pane.trouble
    assert pane.changed() == []


@pytest.mark.host("office", "changed")
def test_a_cell_that_somebody_writes_in_meanwhile_is_not_written_over(own_server, open_pane):
    server = own_server()
    pane = open_pane("616", at=server)
    use = proposals(pane)
    server.hold()
    use.click()
    expect(pane.page.locator(".progress .what")).to_have_text("Väntar på svar")
    pane.host("type", {"Prognos!E9": 4711})
    pane.host("remember")
    server.let_go()
    pane.done()
    assert "ändrades medan Ramkoll räknade" in pane.trouble
    assert "Prognos!E9" in pane.trouble
    assert pane.changed() == []


def test_a_formula_is_never_replaced_by_a_number(open_pane):
    pane = open_pane("616")
    use = proposals(pane)
    pane.page.evaluate("""() => {
      const sheet = ramkollTest.host.model.sheet("Prognos");
      sheet.cells.set("E9", { ...sheet.cells.get("E9"), formula: "=D9*2" });
      ramkollTest.remember();
    }""")
    use.click()
    pane.done()
    assert "formel" in pane.trouble
    assert pane.changed() == []


def test_no_text_becomes_a_formula(open_pane):
    pane = open_pane("616")
    state = {
        "id": "1", "state": "done", "done": 1, "total": 1, "what": "", "error": None,
        "answer": {
            "command": "refresh",
            "result": {"message": "Klart.", "view": {"kind": "none"}},
            "actions": [
                {"op": "values", "sheet": "Start", "address": f"M1:M{len(WICKED)}",
                 "values": [[text] for text in WICKED]},
            ],
        },
    }  # fmt: skip
    pane.host("protect", "Start", False)
    line = json.dumps(state) + "\n"
    pane.page.route("**/events", lambda route: route.fulfill(body=line))
    pane.run("Uppdatera utfall")
    for n, text in enumerate(WICKED, 1):
        cell = pane.host("cell", f"Start!M{n}")
        assert (cell["value"], cell["formula"]) == (text, None)


def test_what_somebody_wrote_in_a_cell_is_text_in_the_pane_too(open_pane):
    pane = open_pane("605")
    wicked = "<img src=x onerror=alert(1)><b>fet</b>"
    pane.host("type", CASES["refresh-605"].written | {"Utfall!I20": wicked})
    pane.run("Uppdatera utfall")
    assert f"kontrollera texten: «{wicked}»" in pane.text
    expect(pane.page.locator("main b, main img[src=x]")).to_have_count(0)


def test_a_sheet_that_is_gone_is_said_so(open_pane):
    pane = open_pane("616")
    pane.run("Kontrollera")
    pane.page.evaluate("() => (ramkollTest.host.model.sheet('Analys').name = 'Egen analys')")
    pane.rows.filter(has_text="Analys!D9").locator("button.go").click()
    expect(pane.page.locator(".trouble")).to_contain_text("Bladet «Analys» finns inte")
