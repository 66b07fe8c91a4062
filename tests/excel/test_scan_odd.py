"""Workbooks that are written oddly, and that Excel or openpyxl reads: they are read here too."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
from tests.excel.broken import (
    TRANSITIONAL,
    content_types,
    package,
    sheet_xml,
    workbook_relationships,
    workbook_xml,
    zipped,
)
from tests.excel.corpus import CORPUS
from tests.excel.oracle import Reason, Verdict, compare

from ramkoll import excel
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.cells import Area, Cell, CellKind
from ramkoll.model.workbook import Sheet

SHEET = "xl/worksheets/sheet1.xml"
RELS = "xl/_rels/workbook.xml.rels"
ROWS = '<row r="1"><c r="A1"><v>1.5</v></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="b"><v>1</v></c></row>'
STRINGS = "<si><t>Å</t></si>"
COMPATIBILITY = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def sheet(data: bytes) -> Sheet:
    """The first sheet."""
    return scan_bytes(data, "605.xlsx").sheets[0]


def values(data: bytes) -> dict[str, object]:
    return {Area(*key, *key).address: cell.value for key, cell in sheet(data).cells.items()}


USUAL = {"A1": 1.5, "B1": "Å", "C1": True}


# Packages

PACKAGES: dict[str, bytes] = {
    "no list of relationships": package(ROWS, strings=STRINGS, changes={"_rels/.rels": None}),
    "no type of its own for the workbook": package(
        ROWS,
        strings=STRINGS,
        changes={
            "[Content_Types].xml": content_types().replace(
                'PartName="/xl/workbook.xml"', 'PartName="/xl/annan.xml"'
            )
        },
    ),
    "no types for the sheets": package(
        ROWS,
        strings=STRINGS,
        changes={
            "[Content_Types].xml": content_types()
            .replace("/xl/worksheets/sheet1.xml", "/xl/x.xml")
            .replace("/xl/sharedStrings.xml", "/xl/y.xml")
        },
    ),
    "texts that only the list of contents names": package(
        ROWS,
        strings=STRINGS,
        changes={
            RELS: workbook_relationships(
                ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")
            )
        },
    ),
    "absolute targets": package(
        ROWS,
        strings=STRINGS,
        changes={
            RELS: workbook_relationships(
                ("worksheet", "/xl/worksheets/sheet1.xml"),
                ("sharedStrings", "/xl/sharedStrings.xml"),
            )
        },
    ),
    "targets with backslashes and in another case": package(
        ROWS,
        strings=STRINGS,
        changes={
            RELS: workbook_relationships(
                ("worksheet", "worksheets\\Sheet1.xml"), ("sharedStrings", "SHAREDSTRINGS.XML")
            )
        },
    ),
    "targets with escapes": package(
        strings=STRINGS,
        changes={
            RELS: workbook_relationships(
                ("worksheet", "worksheets/bl%C3%A5%20blad.xml"),
                ("sharedStrings", "./../xl/sharedStrings.xml"),
            ),
            "xl/worksheets/blå blad.xml": sheet_xml(ROWS),
        },
    ),
    "styles that are not there": package(ROWS, strings=STRINGS, changes={"xl/styles.xml": None}),
    "no documentation, no theme, folders": package(
        ROWS, strings=STRINGS, changes={"xl/": "", "docProps/": ""}
    ),
    "parts in UTF-16": package(
        strings=STRINGS,
        sheet="",
        changes={
            SHEET: ('<?xml version="1.0" encoding="UTF-16"?>' + sheet_xml(ROWS)).encode("utf-16"),
            "xl/sharedStrings.xml": f'<sst xmlns="{TRANSITIONAL}">{STRINGS}</sst>'.encode("utf-16"),
        },
    ),
    "parts with a byte order mark": package(
        strings=STRINGS,
        changes={
            SHEET: b"\xef\xbb\xbf" + sheet_xml(ROWS).encode(),
            "xl/workbook.xml": b"\xef\xbb\xbf"
            + workbook_xml('<sheet name="Blad1" sheetId="1" r:id="rId1"/>').encode(),
        },
    ),
    "parts in Latin-1": package(
        changes={
            SHEET: sheet_xml(ROWS),
            "xl/sharedStrings.xml": (
                '<?xml version="1.0" encoding="ISO-8859-1"?>'
                f'<sst xmlns="{TRANSITIONAL}">{STRINGS}</sst>'
            ).encode("latin-1"),
        }
    ),
    "strict": package(ROWS, strings=STRINGS, strict=True),
}


def streamed(parts: dict[str, str | bytes]) -> bytes:
    """An archive written as to a pipe, whose sizes follow each part."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.written = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.written += bytes(data)  # type: ignore[call-overload]
            return len(data)  # type: ignore[arg-type]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return pipe.written


def zip64(parts: dict[str, str | bytes]) -> bytes:
    """An archive whose local headers leave room for sizes beyond 4 GB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            with archive.open(name, "w", force_zip64=True) as entry:
                entry.write(part if isinstance(part, bytes) else part.encode())
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


WHOLE = parts_of(package(ROWS, strings=STRINGS))
PACKAGES |= {
    "sizes after the parts": streamed(WHOLE),
    "large sizes": zip64(WHOLE),
    "not packed": b"".join([zipped(WHOLE)]),
    "parts in another order": zipped(dict(reversed(WHOLE.items()))),
    "something after the archive": zipped(WHOLE) + b"\0" * 20,
}


@pytest.mark.parametrize("name", PACKAGES)
def test_an_odd_package_is_read_as_any_other(name: str) -> None:
    assert values(PACKAGES[name]) == USUAL
    assert compare(PACKAGES[name]).verdict in (Verdict.EQUAL, Verdict.ONLY_WE_READ)


def test_two_workbooks_in_one_file_are_refused() -> None:
    other = content_types().replace(
        "<Override",
        '<Override PartName="/xl/annan.xml" ContentType="a.spreadsheetml.sheet.main+xml"/><Override',
        1,
    )
    found = compare(package(changes={"[Content_Types].xml": other, "xl/annan.xml": "<workbook/>"}))
    assert "flera arbetsböcker" in found.refusal


# Cells


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Where cells stand
        ('<row r="2"><c r="B3"><v>1</v></c><c><v>2</v></c></row>', {"B3": 1, "C2": 2}),
        ('<row r="3"><c r="A3"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>', {"A3": 3, "A1": 1}),
        ('<row r="1"><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c></row>', {"C1": 3, "A1": 1}),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>', {"A1": 1, "B1": 2}),
        ("<row><c><v>1</v></c></row><row><c/><c><v>2</v></c></row>", {"A1": 1, "B2": 2}),
        ('<row r=""><c r=""><v>1</v></c></row>', {"A1": 1}),
        ('<row r="2.0"><c r="a2"><v>1</v></c><c r="$B$2"><v>2</v></c></row>', {"A2": 1, "B2": 2}),
        ('<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>', {"XFD1048576": 7}),
        # What they hold
        ('<row><c t=""><v>1</v></c><c t=" n "><v> 2 </v></c></row>', {"A1": 1, "B1": 2}),
        ('<row><c t="inlineStr"><v>å</v></c><c><is><t>ä</t></is></c></row>', {"A1": "å", "B1": "ä"}),
        ('<row><c t="str"><is><t>å</t></is></c><c t="inlineStr"><v>1</v><is><t>ä</t></is></c></row>', {"A1": "å", "B1": "ä"}),
        ('<row><c s=""><v>1</v></c></row>', {"A1": 1}),
        ('<row><c s="00"><v>1</v></c><c t="b"><v>TRUE</v></c></row>', {"A1": 1, "B1": True}),
        ('<row><c t="d"><v>PT12H</v></c><c t="d"><v>P1DT6H0M0S</v></c></row>', {"A1": 0.5, "B1": 1.25}),
        ('<row><c t="d"><v>2024-08-31</v></c></row>', {"A1": datetime(2024, 8, 31)}),
        ('<row><c t="e"><v>#SPILL!</v></c><c t="e"><v/></c></row>', {"A1": "#SPILL!"}),
        # Comments, texts as they are, and newer alternatives
        ("<!-- rad --><row><!-- cell --><c><v>1<!-- 9 -->2</v></c></row>", {"A1": 12}),
        ('<row><c t="str"><v><![CDATA[<å & ä>]]></v></c></row>', {"A1": "<å & ä>"}),
        ("<row><?x y?><c><?x y?><v>1</v></c></row>", {"A1": 1}),
        (
            f'<row {COMPATIBILITY}><mc:AlternateContent><mc:Choice Requires="x"><c r="A1"><v>9</v></c></mc:Choice>'
            '<mc:Fallback><c r="A1"><v>1</v></c></mc:Fallback></mc:AlternateContent></row>',
            {"A1": 1},
        ),
        ('<row xmlns:x="urn:x"><x:c r="A1"><v>9</v></x:c><c r="A1" x:y="z"><x:v>9</x:v><v>1</v></c></row>', {"A1": 1}),
        ('<row><c><v>1</v><extLst><ext uri="x"><v>9</v></ext></extLst></c></row>', {"A1": 1}),
    ],
)  # fmt: skip
def test_an_odd_cell_is_read_where_and_as_it_stands(rows: str, expected: dict[str, object]) -> None:
    assert values(package(rows)) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ('<f t="shared">A1</f>', "A1"),
        ('<f t="shared" ref="B2:B3" si="0">A1</f>', "A1"),
        ("<f>=A1</f>", "A1"),
        ("<f>A1<!-- x -->+1</f>", "A1+1"),
        ('<f t="normal" ca="1">TODAY()</f>', "TODAY()"),
        ("<f>=</f>", None),
        ("<f/>", None),
        ('<f t="shared"/>', None),
        ('<f t="array" ref="B2"/>', None),
    ],
)
def test_an_odd_formula_is_read(formula: str, expected: str | None) -> None:
    data = package(f'<row r="2"><c r="B2">{formula}<v>1</v></c></row>')
    assert sheet(data).cell(2, 2).formula == expected
    assert sheet(data).cell(2, 2).value == 1


@pytest.mark.parametrize(
    ("reference", "area"),
    [
        ("C3:A1", Area(1, 1, 3, 3)),
        ("$A$1:$B$2", Area(1, 1, 2, 2)),
        ("A:B", Area(1, 1, 1_048_576, 2)),
        ("2:3", Area(2, 1, 3, 16_384)),
        ("B7", Area(7, 2, 7, 2)),
    ],
)
def test_a_merged_area_may_be_written_in_several_ways(reference: str, area: Area) -> None:
    after = f'<mergeCells><mergeCell ref="{reference}"/></mergeCells>'
    assert sheet(package(sheet=sheet_xml("", after=after))).merged == (area,)


@pytest.mark.parametrize(
    "xml",
    [
        sheet_xml(ROWS, after='<mergeCells><mergeCell ref="A1:B"/><mergeCell/></mergeCells>'),
        sheet_xml(ROWS, before='<cols><col min="a" max="2" hidden="1"/><col hidden="1"/></cols>'),
    ],
)
def test_what_is_not_made_out_beside_the_cells_does_not_stop_them(xml: str) -> None:
    assert values(package(sheet=xml, strings=STRINGS)) == USUAL


def test_texts_that_are_missing_are_missed_at_their_cell() -> None:
    found = compare(package(ROWS, changes={"xl/sharedStrings.xml": None}))
    assert "605" not in found.refusal
    assert "Blad1!B1" in found.refusal


def test_a_sheet_with_an_empty_id_is_an_old_module_without_cells() -> None:
    both = workbook_xml('<sheet name="Modul1" r:id=""/>', '<sheet name="Blad1" r:id="rId1"/>')
    found = scan_bytes(package(ROWS, strings=STRINGS, changes={"xl/workbook.xml": both}), "x")
    assert [each.name for each in found.sheets] == ["Blad1"]


@pytest.mark.parametrize("state", ["", "Visible", "HIDDEN", " veryHidden "])
def test_a_sheet_may_be_hidden_in_any_case(state: str) -> None:
    book = workbook_xml(f'<sheet name="Blad1" sheetId="1" state="{state}" r:id="rId1"/>')
    found = sheet(package(changes={"xl/workbook.xml": book})).visibility
    assert found.lower() == (state.strip().lower() or "visible")


def test_1904_may_be_said_in_the_older_way() -> None:
    data = package(properties='<workbookPr date1904="on"/>')
    assert scan_bytes(data, "x").date_1904


def test_styles_written_for_readers_of_different_age_are_counted_once() -> None:
    choice = '<mc:Choice Requires="x"><xf numFmtId="1"/><xf numFmtId="1"/></mc:Choice>'
    styles = (
        f'<styleSheet xmlns="{TRANSITIONAL}" {COMPATIBILITY}><cellXfs><xf numFmtId="0"/>'
        f'<mc:AlternateContent>{choice}<mc:Fallback><xf numFmtId="9"/></mc:Fallback>'
        '</mc:AlternateContent><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    data = package(
        '<row><c s="1"><v>1</v></c><c s="2"><v>1</v></c></row>', changes={"xl/styles.xml": styles}
    )
    percent, day = sheet(data).cell(1, 1), sheet(data).cell(1, 2)
    assert percent == Cell(CellKind.NUMBER, 1.0, None, "0%", 1)
    assert (day.kind, day.value) == (CellKind.DATE, datetime(1900, 1, 1))


# The list of what is read otherwise than openpyxl reads it


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (package('<row><c t="str"><v>a_x000D_b</v></c></row>'), Reason.ESCAPE),
        (package('<row><c s="1"><v>0.5</v></c></row>', formats={20: "h:mm"}), Reason.CLOCK),
        (package('<row><c s="1"><v>60</v></c></row>', formats={14: "yyyy-mm-dd"}), Reason.CALENDAR),
        (package('<row><c s="1"><v>-1</v></c></row>', formats={14: "yyyy-mm-dd"}), Reason.CALENDAR),
        (
            package(
                sheet=sheet_xml(
                    "<row><c><v>1</v></c><c><v>2</v></c></row>",
                    after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>',
                )
            ),
            Reason.MERGED,
        ),
        (package('<row><c><f t="dataTable" ref="A1" r1="B1"/><v>1</v></c></row>'), Reason.WHAT_IF),
        (package('<row><c t="str"><f>""</f><v></v></c></row>'), Reason.EMPTY_TEXT),
        (package('<row><c t="inlineStr"><v>å</v></c></row>'), Reason.INLINE),
        (package('<row><c t=" n"><v>1</v></c></row>'), Reason.TYPE),
        ((CORPUS / "names-of-parts.xlsx").read_bytes(), Reason.LOST_SHEET),
        (
            package(
                '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A2">A1048576</f></c></row>'
                '<row r="2"><c r="A2"><f t="shared" si="0"/></c></row>'
            ),
            Reason.OUTSIDE,
        ),
        (
            package(
                '<row><c r="A1"><f t="shared" si="0" ref="A1:A2">B1\n+C1</f></c></row>'
                '<row><c r="A2"><f t="shared" si="0"/></c></row>'
            ),
            Reason.BLANKS,
        ),
    ],
)  # fmt: skip
def test_each_difference_from_openpyxl_has_its_reason(data: bytes, reason: Reason) -> None:
    found = compare(data)
    assert found.verdict is Verdict.EQUAL
    assert found.reasoned[reason] == 1


def test_the_differences_on_purpose_are_those_that_the_package_lists() -> None:
    listed = [line[2:] for line in str(excel.__doc__).splitlines() if line.startswith("- ")]
    assert listed == [str(reason) for reason in Reason]
