"""The report into a workbook that is there: ours is ours, and all else is as it was."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from tests.excel.edited import entries
from tests.rules.region import write_region

from ramkoll import cli
from ramkoll.excel.children import Children
from ramkoll.excel.graft.set_cells import KEEP, CellEdit, set_cells
from ramkoll.excel.scan import scan
from ramkoll.model.cells import CellKind
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.consolidate import consolidate
from ramkoll.pipeline.into import Put, consolidate_into
from ramkoll.store.layouts import load_layouts

MADE = datetime(2025, 6, 12, 8, 0)
TABLE = "Ekonomisk analys"


def quiet(done: int, total: int, what: str) -> None:
    """No progress."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_region(tmp_path_factory.mktemp("region"), load_layouts())


@pytest.fixture(scope="module")
def report(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("rapport") / "regionstyrelsen.xlsx"
    consolidate(folder, out, load_layouts(), quiet, MADE)
    return out


@pytest.fixture
def into(folder: Path, tmp_path: Path) -> Callable[..., Put]:
    def put(path: Path, *, force: bool = False) -> Put:
        with Children() as children:
            return consolidate_into(
                folder, path, load_layouts(), quiet, MADE, children=children, force=force
            )

    return put


def shown(book: Submission) -> dict[str, object]:
    """Every cell as it reads, whatever its format is called in this file."""
    return {
        sheet.name: {at: cell._replace(style=0) for at, cell in sheet.cells.items()}
        for sheet in book.sheets
    }


def own_workbook(path: Path) -> Path:
    """A region's own workbook: a cover with a picture of its own, and a formula on a sheet of ours."""
    with xlsxwriter.Workbook(path) as book:
        cover = book.add_worksheet("Försättsblad")
        cover.write("A1", "Månadsrapport å ä ö", book.add_format({"bold": True}))
        cover.write("B3", 12.5)
        cover.write_formula("B4", "=B3*2", None, 25)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Försättsblad!$B$3:$B$4"})
        cover.insert_chart("D2", chart)
        cover.write_comment("B3", "Från mötet i maj", {"author": "Eva"})
    return path


def test_the_last_report_becomes_the_new_one_and_a_second_run_changes_nothing(
    report: Path, into: Callable[..., Put], tmp_path: Path
) -> None:
    path = tmp_path / "gammal.xlsx"
    old = set_cells(report.read_bytes(), report.name, [CellEdit("Underlag", 6, 8, 4711)])
    path.write_bytes(old)
    made = into(path)
    assert shown(scan(path))[TABLE] == shown(scan(report))[TABLE]
    assert shown(scan(path)) | {"Om": 0} == shown(scan(report)) | {"Om": 0}
    assert made.rewrite.missing == ()
    once = path.read_bytes()
    assert into(path).grafted.edits == ()
    assert path.read_bytes() == once


def test_a_workbook_of_the_regions_own_gets_the_sheets_last_and_keeps_every_byte_of_its_own(
    report: Path, into: Callable[..., Put], tmp_path: Path
) -> None:
    path = own_workbook(tmp_path / "egen.xlsx")
    before = path.read_bytes()
    made = into(path)
    after, wanted = scan(path), scan(report)
    assert [sheet.name for sheet in after.sheets] == [
        "Försättsblad",
        *(sheet.name for sheet in wanted.sheets),
    ]
    assert made.rewrite.missing == tuple(sheet.name for sheet in wanted.sheets)
    assert shown(after)[TABLE] == shown(wanted)[TABLE]
    assert dict(after.names) == dict(wanted.names)
    old, new = entries(before), entries(path.read_bytes())
    changed = {name for name in old if old[name] != new.get(name)}
    assert changed <= {
        "[Content_Types].xml",
        "docProps/app.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
    }
    assert {edit.part for edit in made.grafted.edits} >= changed


def test_a_formula_of_the_regions_own_shows_the_new_figure(
    report: Path, into: Callable[..., Put], tmp_path: Path
) -> None:
    path = own_workbook(tmp_path / "egen.xlsx")
    into(path)
    wanted = scan(report).sheet(TABLE).cell(5, 2)
    assert wanted.formula
    old = [
        CellEdit(TABLE, 5, 2, 17.0, KEEP),
        CellEdit("Försättsblad", 10, 1, 34.0, f"'{TABLE}'!B5*2"),
    ]
    path.write_bytes(set_cells(path.read_bytes(), path.name, old))
    made = into(path)
    found = scan(path).sheet("Försättsblad").cell(10, 1)
    assert found.double == pytest.approx(wanted.double * 2)
    assert "Försättsblad!A10" in {each.in_sheet for each in made.grafted.recalculated}
    assert made.grafted.doubtful == ()


def test_what_somebody_has_written_stops_it_and_is_told_when_it_goes_all_the_same(
    report: Path, into: Callable[..., Put], tmp_path: Path
) -> None:
    path = tmp_path / "rapport.xlsx"
    at = next(
        at
        for at, cell in scan(report).sheet(TABLE).cells.items()
        if cell.kind is CellKind.NUMBER and cell.formula
    )
    row, column = at
    edits = [
        CellEdit(TABLE, row, column, -123_456),
        CellEdit(TABLE, 1, 1, "Ekonomi enligt Eva"),
    ]
    path.write_bytes(set_cells(report.read_bytes(), report.name, edits))
    before = path.read_bytes()
    with pytest.raises(RamkollError) as refused:
        into(path)
    said = str(refused.value)
    assert "«Ekonomi enligt Eva»" in said
    assert "«−123\xa0456»" in said
    assert "--force" in said
    assert path.read_bytes() == before
    made = into(path, force=True)
    assert {each.text for each in made.rewrite.lost} == {"Ekonomi enligt Eva", "−123\xa0456"}
    assert shown(scan(path))[TABLE] == shown(scan(report))[TABLE]


def test_what_stands_beside_the_report_is_kept(
    report: Path, into: Callable[..., Put], tmp_path: Path
) -> None:
    path = tmp_path / "rapport.xlsx"
    right = max(column for _, column in scan(report).sheet(TABLE).cells) + 3
    beside = [
        CellEdit(TABLE, 5, right, "Fråga Eva", fill="#FFCC00"),
        CellEdit(TABLE, 6, right, 17, "8+9"),
        CellEdit("Underlag", 6, 8, 4711),
    ]
    path.write_bytes(set_cells(report.read_bytes(), report.name, beside))
    before = scan(path).sheet(TABLE)
    into(path)
    after = scan(path).sheet(TABLE)
    assert after.cell(5, right) == before.cell(5, right)
    assert after.cell(6, right) == before.cell(6, right)
    assert after.cell(6, right).formula == "8+9"


def test_a_sheet_of_somebody_elses_is_not_taken_for_ours(
    into: Callable[..., Put], tmp_path: Path
) -> None:
    path = tmp_path / "egen.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet(TABLE).write("B7", "Våra egna siffror")
        book.add_worksheet("Prognos").write("C3", 17)
    before = path.read_bytes()
    with pytest.raises(RamkollError) as refused:
        into(path)
    assert "«Våra egna siffror»" in str(refused.value)
    assert f"'{TABLE}'!B7" in str(refused.value) or f"{TABLE}!B7" in str(refused.value)
    assert "Prognos!C3 «17»" in str(refused.value)
    assert path.read_bytes() == before


def test_a_workbook_that_is_open_is_left_and_said_who_has_it(
    report: Path, into: Callable[..., Put], tmp_path: Path
) -> None:
    path = tmp_path / "rapport.xlsx"
    path.write_bytes(set_cells(report.read_bytes(), "", [CellEdit("Underlag", 6, 8, 4711)]))
    before = path.read_bytes()
    (tmp_path / ".~lock.rapport.xlsx#").write_text("Eva Ek,eva,dator,22.11.2026 09:00,profil;")
    with pytest.raises(RamkollError, match="Eva Ek"):
        into(path)
    assert path.read_bytes() == before


def test_the_command_says_what_it_did_part_by_part(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = own_workbook(tmp_path / "egen.xlsx")
    command = ["consolidate", str(folder), "--into", str(path), "--time", "2025-06-12T08:00"]
    cli.main(command)
    said = capsys.readouterr().out
    assert "Nya blad, sist i arbetsboken: Sammanfattning" in said
    assert "xl/workbook.xml" in said
    shutil.copy(own_workbook(tmp_path / "annan.xlsx"), path)
    cli.main([*command, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert "Underlag" in found["nya_blad"]
    assert found["överskrivet"] == []
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        parts = set(archive.namelist())
    assert {each["del"] for each in found["delar"]} <= parts
