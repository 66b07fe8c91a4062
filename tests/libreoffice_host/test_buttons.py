"""The other buttons: the panel says what the commands say."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import EXAMPLES
from tests.libreoffice_host.office import Office
from tests.libreoffice_host.test_clicks import assert_undone
from tests.live.calls import run

from ramkoll.excel.scan import scan

pytestmark = pytest.mark.libreoffice


@pytest.mark.host("libreoffice", "next_comment", "compare", "units", "trace", "clear_marks")
@pytest.mark.host("libreoffice", "panel", "help")
def test_the_panel_says_what_each_command_says(office: Office) -> None:
    path = EXAMPLES / "616.xlsx"
    book = scan(path)
    office.open(path)
    for label, command in (
        ("Nästa att kommentera", "next_comment"),
        ("Jämför med förra", "compare"),
        ("Mina avdelningar", "units"),
        ("Visa källa", "trace"),
        ("Ta bort markeringar", "clear_marks"),
    ):
        office.ask("select", "Utfall", "E14")
        office.click(label, run(command, book, "Utfall!E14").result.message)
    office.click("Hjälp", "När något inte går")
    office.click("Close Sidebar Deck", lambda: "När något inte går" not in office.texts())
    office.click("Panel", "När något inte går")


@pytest.mark.host("libreoffice", "acknowledge", "withdraw")
def test_a_finding_is_acknowledged_with_a_reason_and_taken_back(
    office: Office, nothing_acknowledged: None
) -> None:
    office.open(EXAMPLES / "616.xlsx")
    office.click("Kontrollera", "Fynd (4)")
    acknowledge_the_first(office)
    office.click("Ångra kvittering", lambda: "Kvitterade (1)" not in office.texts())


def acknowledge_the_first(office: Office) -> None:
    office.click("Kvittera …", "Kvittera: skriv varför.")
    office.mouse("type", "Kant sedan i maj")
    office.click("Kvittera", "Kvitterade (1)")


def test_the_tab_key_goes_through_the_panel_as_it_is_read(
    office: Office, nothing_acknowledged: None
) -> None:
    office.open(EXAMPLES / "616.xlsx")
    office.click("Kontrollera", "Fynd (4)")
    acknowledge_the_first(office)
    office.click("Kvittera …", "Kvittera: skriv varför.")
    office.key("Escape")
    seen = ["Kvittera"]  # the dialog's own button, while it closes
    for _ in range(8):
        office.until(lambda: office.ask("focused") not in (None, seen[-1]), "the next button")
        seen.append(office.ask("focused"))
        office.key("Tab")
    order = "Analys!D9|Kvittera …|Start!B14|Kvittera …|Utfall!I7|Ångra kvittering|Anslutning …"
    assert seen[1:] == ["Kvittera …", *order.split("|")]


@pytest.mark.host("libreoffice", "review", "undo")
def test_granskning_som_blad_writes_a_sheet_that_one_undo_takes_away(office: Office) -> None:
    office.open(EXAMPLES / "616.xlsx")
    before = office.read()
    office.click("Granskning som blad", "Fynden står på bladet")
    now = office.read()
    assert [sheet["name"] for sheet in now["sheets"]][-1] == "Granskning"
    assert_undone(office, before)
    assert len(office.read()["sheets"]) == len(before["sheets"])


@pytest.mark.host("libreoffice", "reconcile")
def test_stam_av_says_that_the_tables_tie(office: Office, consolidated: Path) -> None:
    office.open(consolidated)
    office.click("Stäm av", "Alla 16 stämmer.")
