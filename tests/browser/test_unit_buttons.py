"""The buttons for an avdelning do what Python says, in the open workbook and nowhere else."""

import pytest
from playwright.sync_api import expect
from tests.browser.pane import golden, spoken
from tests.live.cases import CASES

STALE = CASES["refresh-605"].written


@pytest.mark.parametrize("where", ["pane", "ribbon"])
@pytest.mark.host("office", "check")
def test_kontrollera_shows_what_python_found(open_pane, where):
    pane = open_pane("616")
    if where == "pane":
        pane.run("Kontrollera")
    else:
        pane.ribbon("check")
    view = pane.shows("check-616")
    places = pane.rows.locator(".go .place").all_inner_texts()
    assert places == [row["at"]["words"] for row in view["findings"]]
    assert pane.changed() == []


def test_kontrollera_knows_other_forms_too(open_pane):
    pane = open_pane("personal_HR")
    pane.run("Kontrollera")
    pane.shows("check-personal")


@pytest.mark.parametrize("how", ["click", "Enter"])
@pytest.mark.host("office", "go_to")
def test_a_finding_goes_to_its_cell(open_pane, how):
    pane = open_pane("616")
    pane.run("Kontrollera")
    for n, row in enumerate(golden("check-616")["view"]["findings"]):
        link = pane.rows.nth(n).locator("button.go")
        if how == "click":
            link.click()
        else:
            link.press("Enter")
        pane.page.wait_for_function(
            "(place) => ramkollTest.selected() === place", arg=row["at"]["words"]
        )
        assert link.evaluate("e => e === document.activeElement"), "the focus has moved"
    assert pane.changed() == []


def test_findings_are_filtered_by_sheet_and_by_severity(open_pane):
    pane = open_pane("616")
    pane.run("Kontrollera")
    pane.page.get_by_label("Blad").select_option("Utfall")
    assert pane.rows.locator(".go .place").all_inner_texts() == ["Utfall!I7", "Utfall!I21"]
    expect(pane.page.get_by_text("Visar 2 av 4 fynd")).to_be_visible()
    pane.page.get_by_label("Allvar").select_option(label="Upplysning")
    expect(pane.rows.locator(".go")).to_have_count(0)
    pane.page.get_by_label("Blad").select_option(label="Alla blad")
    assert pane.rows.locator(".go .place").all_inner_texts() == ["Start!B14"]


@pytest.mark.host("office", "acknowledge", "withdraw")
def test_a_finding_that_is_acknowledged_is_gone_until_that_is_taken_back(open_pane):
    pane = open_pane("616")
    pane.run("Kontrollera")
    row = pane.rows.filter(has_text="Analys!D9")
    row.get_by_role("button", name="Kvittera", exact=True).click()
    assert pane.page.evaluate("document.activeElement.tagName") == "INPUT"
    row.get_by_role("button", name="Spara kvittering").click()
    expect(row.get_by_text("Skriv varför fyndet är i sin ordning.")).to_be_visible()
    row.get_by_label("Skäl").fill("Känt sedan i maj")
    row.get_by_role("button", name="Spara kvittering").click()
    try:
        assert pane.done().startswith("Fyndet är kvitterat")
        expect(pane.rows.locator(".go")).to_have_count(3)
        # Another pane on the same workbook is told the same.
        other = open_pane("616")
        assert "1 kvitterat" in other.run("Kontrollera")
        expect(other.rows.locator(".go")).to_have_count(3)
    finally:
        pane.page.get_by_text("Kvitterade (1)").click()
        expect(pane.page.get_by_text("«Känt sedan i maj»")).to_be_visible()
        pane.button("Ångra kvittering", "main").click()
    assert pane.done() == "Kvitteringen är borttagen."
    assert "Analys!D9" in pane.rows.locator(".go .place").all_inner_texts()
    assert pane.changed() == []


def test_a_reason_that_says_nothing_is_refused_by_the_server(open_pane):
    pane = open_pane("616")
    pane.run("Kontrollera")
    pane.button("Kvittera", "main").first.click()
    pane.page.get_by_label("Skäl").fill("ok")
    pane.page.get_by_label("Skäl").press("Enter")
    pane.done()
    assert "Skälet är för kort" in pane.trouble
    assert len(pane.error_id) == 8


@pytest.mark.host("office", "check", "clear_marks")
def test_marks_leave_the_cells_own_formats_and_go_in_one_click(open_pane):
    pane = open_pane("616")
    pane.run("Kontrollera")
    switch = pane.page.get_by_role("switch", name="Markera i arbetsboken")
    switch.click()
    pane.done()
    marked = pane.changed()
    assert marked
    assert all("!mark " in place for place in marked)
    assert {place.split(" ")[1] for place in marked} >= {"D9", "B14"} or len(marked) >= 3
    assert pane.host("steps") == 1
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.click()
    pane.done()
    assert pane.changed() == []
    switch.click()
    pane.done()
    assert pane.changed() == marked
    assert "borttagna" in pane.ribbon("clear_marks")
    assert pane.changed() == []
    expect(pane.page.get_by_role("switch")).to_have_attribute("aria-checked", "false")


@pytest.mark.host("office", "next_comment")
def test_nasta_att_kommentera_steps_through_what_is_missing_and_starts_over(open_pane):
    pane = open_pane("616")
    pane.ribbon("next_comment")
    view = pane.shows_current("next_comment-616", "cells")
    missing = [cell["at"]["words"] for cell in view["cells"] if not cell["written"]]
    stops = [pane.host("selected")]
    for _ in missing:
        pane.run("Nästa att kommentera")
        stops.append(pane.host("selected"))
    assert stops == [*missing, missing[0]]
    pane.button("Nästa", "main").click()
    place = view["cells"][1]["at"]["words"]
    pane.page.wait_for_function("(place) => ramkollTest.selected() === place", arg=place)
    expect(pane.page.get_by_text("Kommentar finns")).to_be_visible()
    pane.button("Föregående", "main").click()
    pane.page.wait_for_function("(place) => ramkollTest.selected() === place", arg=missing[0])
    assert pane.changed() == []


@pytest.mark.host("office", "forecast", "use_forecast", "undo")
def test_prognosforslag_shows_the_selected_row_and_anvand_writes_one_number(open_pane):
    pane = open_pane("616")
    pane.host("select", "Prognos", "A9")
    pane.run("Prognosförslag")
    view = pane.shows_current("forecast-616", "rows")
    row = view["rows"][view["current"]]
    assert row["at"]["words"] == "Prognos!E9"
    pane.button("Använd C " + row["proposals"][2]["name"], "main").click()
    assert row["proposals"][2]["value"] in pane.done()
    assert pane.changed() == ["Prognos!E9"]
    written = pane.host("cell", "Prognos!E9")
    assert (written["value"], written["formula"]) == (557, None)
    assert pane.host("steps") == 1
    assert pane.host("undo")
    assert pane.changed() == []


def test_prognosforslag_shows_another_row_and_goes_there(open_pane):
    pane = open_pane("616")
    pane.run("Prognosförslag")
    rows = golden("forecast-616")["view"]["rows"]
    n, row = next((n, row) for n, row in enumerate(rows) if row["line"] == "K07")
    pane.page.get_by_label("Rad").select_option(index=n)
    pane.page.wait_for_function("() => ramkollTest.selected() === 'Prognos!E18'")
    assert [words for words in spoken(row) if words not in pane.text] == []


@pytest.mark.host("office", "refresh", "undo")
def test_uppdatera_utfall_changes_what_the_engine_fills_and_lists_texts_to_read_again(open_pane):
    pane = open_pane("605")
    pane.host("type", STALE)
    pane.host("type", {"Prognos!E9": 1234, "Texter!C5": "=min egen text"})
    pane.host("remember")
    steps = pane.host("steps")
    pane.run("Uppdatera utfall")
    assert pane.status == golden("refresh-605")["message"]
    marks = [place for place in pane.changed() if "!mark " in place]
    assert [place for place in pane.changed() if place not in marks] == ["Månad!K21"]
    assert pane.value("Månad!K21") == -2_039_058
    for row in golden("refresh-605")["view"]["check_texts"]:
        assert row["note"] in pane.text
        assert any(row["at"]["address"] in place for place in marks), marks
    assert pane.host("steps") == steps + 1
    pane.host("undo")
    assert pane.changed() == []


def test_uppdatera_utfall_twice_does_nothing_the_second_time(open_pane):
    pane = open_pane("605")
    assert "Allt är redan aktuellt" in pane.run("Uppdatera utfall")
    assert pane.changed() == []
    assert pane.host("steps") == 0


@pytest.mark.host("office", "compare")
def test_jamfor_med_forra_shows_each_cell_that_differs(open_pane):
    pane = open_pane("605")
    pane.host("type", STALE)
    pane.host("remember")
    pane.run("Jämför med förra")
    pane.shows("compare-605")
    pane.button("Månad!K21", "main").click()
    pane.page.wait_for_function("() => ramkollTest.selected() === 'Månad!K21'")
    assert pane.changed() == []


@pytest.mark.host("office", "trace", "go_to")
def test_visa_kalla_is_a_tree_that_goes_to_cells(open_pane):
    pane = open_pane("616")
    pane.host("select", "Utfall", "E14")
    pane.run("Visa källa")
    pane.shows("trace-616")
    tree = pane.page.get_by_role("tree")
    tree.get_by_role("treeitem").first.focus()
    pane.page.keyboard.press("ArrowDown")
    pane.page.keyboard.press("Enter")
    place = golden("trace-616")["view"]["top"]["children"][0]["at"]["words"]
    pane.page.wait_for_function("(place) => ramkollTest.selected() === place", arg=place)


@pytest.mark.host("office", "help", "panel")
def test_hjalp_and_panel_need_no_server(open_pane):
    pane = open_pane("616")
    pane.host("click", "panel")
    pane.host("click", "help")
    expect(pane.page.get_by_role("heading", name="Hjälp")).to_be_visible()
    for label in ("Kontrollera", "Sammanställ", "Ta bort markeringar"):
        expect(pane.page.locator("dt", has_text=label).first).to_be_visible()
    pane.button("Hjälp", "nav").click()
    expect(pane.page.get_by_role("heading", name="Hjälp")).to_be_visible()


@pytest.mark.host("office", "review")
def test_granskning_som_blad_writes_the_findings_on_a_new_sheet_and_goes_there(open_pane):
    pane = open_pane("616")
    assert pane.run("Granskning som blad") == (
        "Fynden står på bladet Granskning. 4 fynd: 3 varningar, 1 upplysning."
    )
    assert pane.value("Granskning!A1") == "Granskning av arbetsboken"
    assert pane.host("cell", "Granskning!D8")["formula"] == '=HYPERLINK("#Utfall!I7","I7")'
    assert pane.host("selected") == "Granskning!A1"
    # Once more it is the same sheet, and the list in the pane is the same one.
    pane.run("Granskning som blad")
    assert pane.host("sheets").count("Granskning") == 1
    expect(pane.page.get_by_role("heading", name="Fynd")).to_be_visible()
