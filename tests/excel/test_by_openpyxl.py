"""The last reader: only what is unclear comes to it, and it says the same as the others or nothing."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from tests.excel.broken import (
    package,
    sheet_xml,
    workbook_relationships,
    workbook_xml,
    zipped,
)
from tests.excel.test_scan_oracle import WORKBOOKS

from ramkoll.excel import by_openpyxl, limits
from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.unreadable import Unreadable
from ramkoll.model.beside import NOTHING_BESIDE, NOTHING_BESIDE_SHEETS
from ramkoll.model.cells import Area, ArrayKind
from ramkoll.model.workbook import Reader, Submission

UNCLEAR = sheet_xml('<row r="1" hidden="kanske"><c r="A1"><f>1+1</f><v>2</v></c></row>')


def bare(submission: Submission) -> Submission:
    """Without what the last reader leaves out; what spills is an array to it."""
    return replace(
        submission,
        sheets=tuple(
            replace(
                each,
                beside=NOTHING_BESIDE,
                cells={
                    key: cell._replace(array=ArrayKind.ARRAY)
                    if cell.array is ArrayKind.DYNAMIC
                    else cell
                    for key, cell in each.cells.items()
                },
            )
            for each in submission.sheets
        ),
        beside=NOTHING_BESIDE_SHEETS,
        reader=Reader.OPENPYXL,
    )


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@pytest.mark.parametrize("name", WORKBOOKS)
def test_it_reads_what_the_others_read(name: str) -> None:
    data = WORKBOOKS[name]()
    assert by_openpyxl.read(data, "x") == bare(scan_bytes(data, "x"))


def test_what_is_merged_and_hidden_is_kept_and_nothing_under_it_lost() -> None:
    data = package(
        sheet=sheet_xml(
            '<row r="1" hidden="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>',
            before='<cols><col min="2" max="99999" hidden="1"/></cols>',
            after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        )
    )
    found = by_openpyxl.read(data, "x")
    assert found == bare(scan_bytes(data, "x"))
    assert found.sheets[0].merged == (Area(1, 1, 1_048_576, 16_384),)
    assert found.sheets[0].cell(1, 2).value == 2


def test_a_value_in_the_last_cell_takes_no_time() -> None:
    data = package('<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>')
    assert by_openpyxl.read(data, "x").sheets[0].cell(1_048_576, 16_384).value == 7


def test_what_is_unclear_is_left_to_it_and_the_log_says_why(
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = UNCLEAR.replace("1+1", '"hemligt"&amp;1')
    with caplog.at_level(logging.DEBUG, "ramkoll.excel"):
        found = scan_bytes(package(sheet=secret), "605.xlsx")
    assert found.reader is Reader.OPENPYXL
    assert found.sheets[0].cell(1, 1).formula == '"hemligt"&1'
    assert "605.xlsx Blad1" in caplog.text
    assert "openpyxl" in caplog.text
    assert "hemligt" not in caplog.text


@pytest.mark.parametrize(
    "rows",
    [
        '<row hidden="x"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row hidden="x"><c r="A1048577"><v>1</v></c></row>',
        '<row hidden="x"><c r="A1"><v>1e999</v></c></row>',
        '<row hidden="x"><c r="A1" t="okänd"><v>1</v></c><x:c xmlns:x="urn:x"/></row>',
        '<row hidden="x"/><y:row xmlns:y="urn:y"><y:c r="A1"><y:v>1</y:v></y:c></y:row>',
    ],
)
def test_what_it_would_misread_is_refused(rows: str) -> None:
    with pytest.raises(Unreadable) as caught:
        scan_bytes(package(rows), "605.xlsx")
    assert caught.value.code == "trasig"


def test_a_sheet_that_it_would_pass_over_is_refused() -> None:
    changes = {
        "xl/workbook.xml": workbook_xml(
            '<sheet name="A" sheetId="1" r:id="rId1"/>', '<sheet name="B" sheetId="2" r:id="rId2"/>'
        ),
        "xl/_rels/workbook.xml.rels": workbook_relationships(
            ("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml")
        ),
    }
    with pytest.raises(Unreadable, match="inget innehåll"):
        by_openpyxl.read(package(changes=changes), "605.xlsx")


@pytest.mark.parametrize("data", [b"", zipped({}), package(changes={"xl/workbook.xml": "<a"})])
def test_what_is_no_workbook_is_refused_by_it_too(data: bytes) -> None:
    with pytest.raises(Unreadable):
        by_openpyxl.read(data, "605.xlsx")


def test_its_limits_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    data = package('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>')
    for limit in ("MAX_FALLBACK_CELLS", "MAX_FALLBACK_BYTES"):
        with monkeypatch.context() as patch:
            patch.setattr(limits, limit, 1)
            with pytest.raises(Unreadable) as caught:
                by_openpyxl.read(data, "605.xlsx")
            assert caught.value.code == "för_stor"
