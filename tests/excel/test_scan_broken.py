"""Workbooks that must be refused whole: never a traceback, never a part silently missing."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.excel.broken import (
    TRANSITIONAL,
    package,
    sheet_xml,
    workbook_relationships,
    workbook_xml,
    zipped,
)

from ramkoll.excel.limits import MAX_FILE_BYTES
from ramkoll.excel.preflight import Unreadable
from ramkoll.excel.scan import scan, scan_bytes
from ramkoll.model.cells import Cell, CellKind
from ramkoll.model.errors import RamkollError

SHEET = "xl/worksheets/sheet1.xml"
RELS = "xl/_rels/workbook.xml.rels"


def refusal(data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        scan_bytes(data, "605.xlsx")
    assert str(caught.value).startswith("605.xlsx")
    return caught.value


@pytest.mark.parametrize(
    ("cell", "where"),
    [
        ('<c r="B2" t="s"><v>99</v></c>', "605.xlsx Blad1!B2"),
        ('<c r="B2" t="s"><v>-1</v></c>', "605.xlsx Blad1!B2"),
        ('<c r="B2" s="77"><v>1</v></c>', "605.xlsx Blad1!B2"),
        ('<c r="B2"><v>tolv</v></c>', "605.xlsx Blad1!B2"),
        ('<c r="B2"><v>1_000</v></c>', "605.xlsx Blad1!B2"),
        ('<c r="B2"><v>NaN</v></c>', "605.xlsx Blad1!B2"),
        ('<c r="B2"><v>1e999</v></c>', "605.xlsx Blad1!B2"),
        ('<c r="B2" t="b"><v>ja</v></c>', "605.xlsx Blad1!B2"),
        ('<c r="B2" t="d"><v>i går</v></c>', "605.xlsx Blad1!B2"),
        ('<c r="B2" t="okänd"><v>1</v></c>', "605.xlsx Blad1!B2"),
        ('<c r="A2"><v>1</v></c><c r="A2"><v>2</v></c>', "605.xlsx Blad1!A2"),
        ('<c r="A2"><v>1</v><v>2</v></c>', "605.xlsx Blad1!A2"),
        ('<c r="A2"><f>B1</f><f>B2</f><v>2</v></c>', "605.xlsx Blad1!A2"),
        ('<c r="A2"><v>1<row r="3"><c r="A3"><v>2</v></c></row></v></c>', "605.xlsx Blad1"),
        ('<c r="XFE2"><v>1</v></c>', "605.xlsx Blad1"),
        ('<c r="b"><v>1</v></c>', "605.xlsx Blad1"),
        ('<c r="XFD2"/><c><v>1</v></c>', "605.xlsx Blad1!XFE2"),
    ],
)
def test_a_malformed_cell_is_refused_where_it_stands(cell: str, where: str) -> None:
    found = refusal(package(f'<row r="2">{cell}</row>'))
    assert (found.code, found.where) == ("trasig", where)


@pytest.mark.parametrize(
    "sheet",
    [
        "",
        "<worksheet",
        sheet_xml("<row r='1'><c></row>"),
        sheet_xml("<row r='0'/>"),
        sheet_xml("<row r='1048577'/>"),
        sheet_xml(f"<row r='{'9' * 5000}'/>"),
        sheet_xml("<row r='ett'/>"),
        sheet_xml("&okänd;"),
        sheet_xml("", after="<sheetData/>"),
        sheet_xml('<c r="A1"><v>1</v></c>'),
        sheet_xml("", after='<row r="1"><c r="A1"><v>1</v></c></row>'),
        sheet_xml("", before="<x><sheetData><row><c><v>1</v></c></row></sheetData></x>"),
        sheet_xml("") + "mer",
        f'<chartsheet xmlns="{TRANSITIONAL}"/>',
        '<?xml version="1.0" encoding="okänd"?>' + sheet_xml(""),
        '<?xml version="1.0" encoding="shift_jis"?>' + sheet_xml(""),
    ],
)
def test_a_malformed_sheet_is_refused(sheet: str) -> None:
    assert refusal(package(sheet=sheet)).code == "trasig"


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/workbook.xml", "<workbook/>"),
        ("xl/workbook.xml", workbook_xml()),
        (
            "xl/workbook.xml",
            workbook_xml('<sheet name="Blad1" r:id="rId1"/>', '<blad name="B" r:id="rId2"/>'),
        ),
        (
            "xl/workbook.xml",
            workbook_xml('<sheet name="Blad1" r:id="rId1"><sheet name="B" r:id="rId2"/></sheet>'),
        ),
        ("xl/workbook.xml", workbook_xml('<sheet name="Blad1" sheetId="1"/>')),
        ("xl/workbook.xml", workbook_xml('<sheet name="Blad1" sheetId="1" r:id="rId9"/>')),
        ("xl/workbook.xml", workbook_xml('<sheet sheetId="1" r:id="rId1"/>')),
        ("xl/workbook.xml", workbook_xml('<sheet name="" sheetId="1" r:id="rId1"/>')),
        ("xl/workbook.xml", workbook_xml('<sheet name="B" state="borta" r:id="rId1"/>')),
        (
            "xl/workbook.xml",
            workbook_xml('<sheet name="A" r:id="rId1"/>', '<sheet name="B" r:id="rId1"/>'),
        ),
        (
            "xl/workbook.xml",
            workbook_xml('<sheet name="Å" r:id="rId1"/>', '<sheet name="å" r:id="rId2"/>'),
        ),
        (SHEET, None),
        ("xl/styles.xml", "<styleSheet/>"),
        ("xl/sharedStrings.xml", f'<sst xmlns="{TRANSITIONAL}"><si>'),
        (RELS, "<Relationships/>"),
        (
            RELS,
            workbook_relationships(
                ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")
            ).replace("rId2", "rId1"),
        ),
        (RELS, None),
        (RELS, workbook_relationships(("worksheet", "../../../etc/sheet1.xml"))),
        ("_rels/.rels", "<"),
        ("[Content_Types].xml", "<"),
    ],
)
def test_a_part_that_is_missing_or_broken_is_never_passed_over(
    part: str, content: str | None
) -> None:
    assert refusal(package(changes={part: content})).code == "trasig"


def test_an_old_macro_sheet_is_refused_by_name() -> None:
    found = refusal(package(changes={RELS: workbook_relationships(("xlMacrosheet", "m.xml"))}))
    assert (found.code, found.where) == ("osäker", "605.xlsx Blad1")


def test_a_workbook_without_styles_and_texts_is_read() -> None:
    changes = {
        RELS: workbook_relationships(("worksheet", "worksheets/sheet1.xml")),
        "xl/styles.xml": None,
        "xl/sharedStrings.xml": None,
    }
    found = scan_bytes(package('<row><c s="4"><v>1</v></c></row>', changes=changes), "x")
    assert found.sheets[0].cell(1, 1) == Cell(CellKind.NUMBER, 1.0, style=4)


# Files


def test_a_file_is_read_under_its_own_or_a_given_name(tmp_path: Path) -> None:
    path = tmp_path / "605 Vård.xlsx"
    path.write_bytes(package())
    assert scan(path).file == "605 Vård.xlsx"
    assert scan(path, "605").file == "605"
    assert scan(path, "605") == scan_bytes(package(), "605")


def test_a_path_without_a_readable_file_is_told_in_swedish(tmp_path: Path) -> None:
    large = tmp_path / "stor.xlsx"
    with large.open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    for path, words in (
        (tmp_path / "saknas.xlsx", "Filen finns inte."),
        (tmp_path, "mapp"),
        (tmp_path / "fil\0.xlsx", "går inte att läsa"),
        (large, "större än"),
    ):
        with pytest.raises(RamkollError, match=words):
            scan(path)


@pytest.mark.skipif(sys.platform == "win32", reason="devices are no paths there")
def test_a_device_is_never_waited_for() -> None:
    with pytest.raises(RamkollError, match="enhet, ingen fil"):
        scan(Path(os.devnull))


def test_a_locked_file_is_told_in_swedish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(RamkollError, match="den är låst"):
        scan(tmp_path / "605.xlsx")


# Any bytes at all

WHOLE = package(
    '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A2">B1</f><v>1</v></c>'
    '<c r="B1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><f t="shared" si="0"/></c></row>',
    strings="<si><t>å</t></si>",
)
with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
    PLAIN = {name: archive.read(name) for name in archive.namelist()}
XML_PARTS = (SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", RELS)


@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=8),
    st.integers(0, len(WHOLE)),
)
def test_changed_bytes_give_a_submission_or_a_refusal(
    changes: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(WHOLE)
    for at, byte in changes:
        data[at] = byte
    _read_or_refuse(bytes(data))
    _read_or_refuse(bytes(data[:length]))


@given(
    st.sampled_from(XML_PARTS),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), min_size=1, max_size=4),
)
def test_changed_xml_gives_a_submission_or_a_refusal(
    part: str, changes: list[tuple[float, bytes]]
) -> None:
    data = bytearray(PLAIN[part])
    for place, piece in changes:
        at = int(place * len(data))
        data[at : at + len(piece)] = piece
    _read_or_refuse(zipped({**PLAIN, part: bytes(data)}))


@given(st.binary(max_size=200))
def test_bytes_without_meaning_are_refused(data: bytes) -> None:
    _read_or_refuse(data)
    _read_or_refuse(b"PK\x03\x04" + data)


def _read_or_refuse(data: bytes) -> None:
    with suppress(RamkollError):
        assert scan_bytes(data, "605.xlsx").sheets
