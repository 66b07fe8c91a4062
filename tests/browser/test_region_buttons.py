"""The buttons for the regionstyrelse: the open workbook becomes what the command line writes."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import TEMPLATE
from tests.browser.pane import golden
from tests.live.cases import REPORT

from ramkoll.excel.scan import scan
from ramkoll.server.demo_book import plain_value

# What is said of a run, second by second: when each thing was first seen after the click.
WATCHED = """
(label) => {
  const what = document.querySelector(".progress .what");
  const [from, seen] = [performance.now(), []];
  const look = () => {
    const words = what.textContent;
    if (seen.at(-1)?.[1] !== words) seen.push([performance.now() - from, words]);
  };
  new MutationObserver(look).observe(what, { childList: true, characterData: true, subtree: true });
  window.ramkollSeen = seen;
  [...document.querySelectorAll("nav [role=button]")].find((b) => b.textContent.trim() === label).click();
}
"""


@pytest.fixture(scope="module")
def wanted(consolidated):
    return scan(consolidated)


def contents(pane, sheet):
    """What was written in each cell: a number, a text or a formula, never a formula's value."""
    cells = pane.host("contents", sheet)
    return {at: formula or value for at, (value, formula) in cells.items() if value != ""}


def written(sheet, date_1904):
    found = {}
    for (row, column), cell in sheet.cells.items():
        at = re.sub(r"\$", "", cell_name(row, column))
        value = f"={cell.formula}" if cell.formula is not None else plain_value(cell, date_1904)
        if value not in (None, ""):
            found[at] = value
    return found


def cell_name(row, column):
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def assert_consolidated(pane, wanted):
    for sheet in wanted.sheets:
        have, want = contents(pane, sheet.name), written(sheet, wanted.date_1904)
        apart = {at: (have.get(at), want.get(at)) for at in have.keys() | want.keys()}
        apart = {at: pair for at, pair in apart.items() if pair[0] != pair[1]}
        # When it was made is said on one sheet, and this was made today.
        most = 1 if sheet.name == "Om" else 0
        assert len(apart) <= most, (sheet.name, list(apart.items())[:5])


@pytest.mark.host("office", "units")
def test_mina_avdelningar_shows_every_unit(open_pane):
    pane = open_pane("605")
    pane.page.evaluate(WATCHED, "Mina avdelningar")
    pane.done()
    view = pane.shows("units")
    expect(pane.rows.locator("h3")).to_have_count(len(view["units"]))
    assert any(re.match(r"\d+ av \d+ · ", words) for _, words in pane.page.evaluate("ramkollSeen"))
    assert pane.changed() == []


@pytest.mark.host("office", "consolidate")
def test_sammanstall_makes_the_template_what_the_command_line_writes(open_pane, wanted):
    pane = open_pane(TEMPLATE.stem)
    pane.page.evaluate(WATCHED, "Sammanställ")
    assert "16 av 16 enheter" in pane.done()
    seen = pane.page.evaluate("ramkollSeen")
    assert seen[0][0] < 200
    assert any(re.match(r"\d+ av \d+ · ", words) for _, words in seen)
    assert_consolidated(pane, wanted)
    pane.host("remember")
    pane.ribbon("consolidate")
    again = [place for place in pane.changed() if not place.startswith("Om!")]
    assert again == [], "a second time changes nothing"


@pytest.mark.host("office", "consolidate", "undo")
def test_sammanstall_into_last_times_workbook_mends_it_and_keeps_other_sheets(open_pane, wanted):
    pane = open_pane(REPORT)
    pane.host("type", {"Avdelningar!B5": 1})
    pane.run("Sammanställ")
    pane.shows("consolidate")
    assert_consolidated(pane, wanted)
    pane.host("undo")
    assert pane.value("Avdelningar!B5") == 1, "one step of undo"


@pytest.mark.host("office", "cancel")
def test_sammanstall_that_is_cancelled_leaves_the_workbook(open_pane):
    pane = open_pane(TEMPLATE.stem)
    pane.press("Sammanställ")
    expect(pane.page.locator(".progress .what")).to_contain_text(re.compile(r"\d+ av \d+"))
    pane.button("Avbryt").click()
    assert pane.done() == "Sammanställ avbröts. Inget har ändrats."
    assert pane.changed() == []
    assert pane.host("steps") == 0


@pytest.mark.slow
@pytest.mark.host("office", "rollback")
def test_sammanstall_rolls_back_whichever_of_its_syncs_fails(open_pane):
    pane = open_pane(TEMPLATE.stem)
    pane.run("Sammanställ")
    total = pane.page.evaluate("() => ramkollTest.faults.syncs")
    assert pane.host("undo")
    assert pane.changed() == []
    for n in (total - 1, total // 2):
        pane.faulty(f"f.breakSync({n}); f.breakAt = 40; f.afterFailure = 'before'")
        pane.ribbon("consolidate")
        pane.faulty("f.clear()")
        assert "Inget har ändrats" in pane.trouble, f"sync {n} of {total}"
        assert pane.changed() == [], f"sync {n} of {total}"


def test_sammanstall_in_another_workbook_says_which_it_wants(open_pane):
    pane = open_pane("616")
    pane.run("Sammanställ")
    assert "inte regionstyrelsens arbetsbok" in pane.trouble
    assert pane.changed() == []


@pytest.mark.host("office", "reconcile")
def test_stam_av_shows_every_tie(open_pane):
    pane = open_pane(REPORT)
    assert pane.run("Stäm av") == "Alla 16 stämmer."
    pane.shows("reconcile")
    expect(pane.rows).to_have_count(len(golden("reconcile")["ties"]))
    pane.host("type", {"Avstämning!B8": -541_000})
    pane.run("Stäm av")
    expect(pane.rows.first).to_contain_text("Stämmer inte")
    pane.rows.first.get_by_role("button").first.click()
    pane.page.wait_for_function("() => ramkollTest.selected() === 'Avstämning!D8'")


@pytest.mark.host("office", "trace")
def test_visa_kalla_goes_down_to_file_sheet_and_cell(open_pane):
    pane = open_pane(REPORT)
    pane.host("select", "Avdelningar", "B5")
    pane.ribbon("trace")
    view = pane.shows("trace")
    assert "605.xlsx Utfall!C7" in pane.text
    # A step in this workbook is gone to, one in another is only told of.
    pane.page.get_by_role("treeitem").filter(has_text="Underlag!H6").last.click()
    pane.page.wait_for_function("() => ramkollTest.selected() === 'Underlag!H6'")
    assert view["top"]["at"]["words"] == "Avdelningar!B5"
