"""What can go wrong at a click: nothing is written, and it is said in plain Swedish."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import pytest
from tests.browser.served import Served
from tests.conftest import EXAMPLES
from tests.libreoffice_host.compared import apart, cells_of
from tests.libreoffice_host.office import Office
from tests.libreoffice_host.test_clicks import TEMPLATE, all_of, opened_with, with_values
from tests.live.calls import run
from tests.live.cases import CASES

from ramkoll.excel.scan import scan

pytestmark = pytest.mark.libreoffice


@pytest.mark.host("libreoffice", "cancel")
def test_escape_stops_a_command_and_nothing_has_changed(office: Office) -> None:
    office.open(TEMPLATE)
    before = office.read()
    office.click("Sammanställ", lambda: re.search(r"\d+ av \d+ ·", office.texts()))
    office.key("Escape")
    office.until(lambda: "Sammanställ avbröts. Inget har ändrats." in office.texts(), "the end")
    assert office.read() == before
    assert office.ask("undo_titles") == []


@pytest.mark.host("libreoffice", "changed")
def test_a_cell_that_has_changed_meanwhile_is_not_written(office: Office) -> None:
    office.open(TEMPLATE)
    office.click("Sammanställ", lambda: re.search(r"\d+ av \d+ ·", office.texts()))
    office.ask("type", "Avdelningar", "B5", 17)
    before = office.read()
    office.until(
        lambda: "Arbetsboken ändrades medan Ramkoll räknade." in office.texts(), "the words", 60
    )
    assert "Avdelningar!B5" in office.texts()
    assert apart(cells_of(office.read()), cells_of(before)) == []


@pytest.mark.host("libreoffice", "locked")
def test_a_locked_cell_is_left_and_said_to_be_locked(office: Office) -> None:
    office.open(EXAMPLES / "616.xlsx")
    office.ask("protect", "Prognos", "E9")
    office.ask("select", "Prognos", "E9")
    before = office.read()
    office.click("Prognosförslag", lambda: office.find("Använd"))
    office.click("Använd", "Cellen är låst på ett skyddat blad.")
    assert "Var: Prognos!E9" in office.texts()
    assert office.read() == before
    office.click("Stäng", lambda: "Cellen är låst" not in office.texts())


@pytest.mark.host("libreoffice", "gone")
def test_without_an_engine_it_says_how_to_get_one(office: Office, server: Served) -> None:
    office.open(EXAMPLES / "616.xlsx")
    office.engine("http://127.0.0.1:9", "ingen-sadan-kod")
    office.click("Kontrollera", "Ramkoll är inte startat på den här datorn")
    office.engine(server.address, server.secret)
    office.click("Försök igen", "Fynd (4)")


def opened_for(office: Office, case: str) -> list[dict]:
    """Open the workbook of a command, and give what the command wants done in it."""
    command, _, name = case.partition("-")
    path = EXAMPLES / f"{name}.xlsx" if name else TEMPLATE
    written = CASES[case].written if case in CASES else {}
    opened_with(office, path, written)
    return [asdict(each) for each in run(command, with_values(scan(path), written)).actions]


# What LibreOffice itself refuses, when all that comes before has been done.
IMPOSSIBLE = {"op": "name", "name": "inte ett namn", "refers_to": "Start!$A$1"}


@pytest.mark.host("libreoffice", "rollback")
@pytest.mark.parametrize("case", ["refresh-605", "review-616", "consolidate"])
def test_a_fault_in_mid_writing_leaves_all_as_it_was(office: Office, case: str) -> None:
    actions = opened_for(office, case)
    before, steps, at = all_of(office), office.ask("undo_titles"), office.ask("selected")
    assert actions
    said, where = office.ask("apply", [*actions, IMPOSSIBLE])
    assert (said, where) == (
        "LibreOffice kunde inte göra det som Ramkoll bad om. Inget har ändrats.", "name",
    )  # fmt: skip
    assert all_of(office) == before
    assert office.ask("draws")
    assert office.ask("undo_titles") == steps
    assert office.ask("selected") == at


@pytest.mark.parametrize("case", ["refresh-605", "review-616"])
def test_what_is_undone_can_be_done_again(office: Office, case: str) -> None:
    assert office.ask("apply", opened_for(office, case)) == []
    done = all_of(office)
    office.ask("undo")
    assert all_of(office) != done
    office.ask("redo")
    assert all_of(office) == done


def test_the_connection_is_asked_for_and_kept(office: Office) -> None:
    kept = office.folder / "profile" / "user" / "ramkoll.json"
    office.open(EXAMPLES / "616.xlsx")
    office.click("Panel", lambda: office.find("Anslutning …"))
    try:
        office.click("Anslutning …", "Adress och startkod visas där Ramkoll startas.")
        office.mouse("type", "http://127.0.0.1:9")
        office.key("Tab")
        office.mouse("type", "en-kod")
        office.click("Spara", "Inställningen är sparad.")
        found = json.loads(kept.read_text("utf-8"))
        assert (found["address"], found["code"]) == ("http://127.0.0.1:9", "en-kod")
        office.click("Kontrollera", "http://127.0.0.1:9")
    finally:
        kept.unlink(missing_ok=True)
