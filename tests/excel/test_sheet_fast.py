"""The quick reader gives what the one that knows all of XML gives, or leaves the sheet to it."""

from __future__ import annotations

import io
import pickle
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import EXAMPLES
from tests.excel.broken import package, sheet_xml
from tests.excel.test_scan_oracle import by_xlsxwriter

from ramkoll.excel.cell_marks import Known
from ramkoll.excel.cell_values import Book, NumberFormat
from ramkoll.excel.row_cells import SheetCells
from ramkoll.excel.scan import scan, scan_bytes
from ramkoll.excel.sheet_fast import read_cells
from ramkoll.excel.sheet_xml import Budget, read_sheet
from ramkoll.excel.unreadable import Unreadable
from ramkoll.excel.written import NotUsual
from ramkoll.model.cells import ArrayKind
from ramkoll.model.formula_text import SharedFormula
from ramkoll.model.workbook import Reader

TEXTS = ["delad", "", "  kanter "]
FORMATS = {
    None: NumberFormat("General", False),
    "0": NumberFormat("General", False),
    "1": NumberFormat("#,##0", False),
    "2": NumberFormat("yyyy-mm-dd", True),
}


def book() -> Book:
    return Book(
        "605.xlsx",
        TEXTS,
        FORMATS,
        by_index={str(n): text for n, text in enumerate(TEXTS)},
        dynamic=frozenset({"1"}),
    )


def quick(sheet: str) -> SheetCells:
    return read_cells(sheet.encode(), Known(book()), "605.xlsx Blad1", Budget())


def careful(sheet: str) -> SheetCells:
    return read_sheet(sheet.encode(), book(), "Blad1", Budget())


def same(one: SheetCells, other: SheetCells) -> bool:
    assert len(one.cells) == len(dict(one.cells.items()))
    return (
        dict(one.cells.items()) == dict(other.cells.items())
        and dict(one.arrays) == dict(other.arrays)
        and one.hidden_rows == other.hidden_rows
        and one.frame.tag == other.frame.tag
    )


USUAL = [
    "",
    '<row r="1"/>',
    '<row r="1"></row><row r="3" hidden="1"/>',
    '<row r="2"><c r="B2"><v>1</v></c></row><row r="4" hidden="true"><c r="A4"><v>2</v></c></row>',
    '<row r="1"><c r="A1" s="1"/><c r="B1" s="1" t="s"><v>0</v></c><c r="C1" t="s"><v></v></c></row>',
    '<row r="1"><c r="A1" t="str"><f>""</f><v/></c><c r="B1" t="str"><v></v></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t>å &amp; ä</t></is></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> ö </t></is></c></row>',
    '<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#DIV/0!</v></c></row>',
    '<row r="1"><c r="A1" s="2"><v>45535.25</v></c><c r="B1" s="2"><v>0</v></c></row>',
    '<row r="1"><c r="A1"><v>1E-7</v></c><c r="B1"><v>-0.30000000000000004</v></c></row>',
    '<row r="1"><c r="A1"><f>IF(B1&gt;=2,"&lt;&amp;",1)</f><v>1</v></c></row>',
    '<row r="1"><c r="A1"><f aca="false">B1+1</f><v>1</v></c><c r="B1"><f/><v>1</v></c></row>',
    '<row r="1"><c r="A1"><f>=B1+1</f></c><c r="B1"><f></f></c></row>',
    '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1*2</f><v>2</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" si="0"/><v>4</v></c></row>'
    '<row r="3"><c r="A3"><f t="shared" si="0"></f><v>6</v></c></row>',
    '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A2">SORT(B1:B2)</f><v>1</v></c></row>',
    '<row r="1"><c r="A1"><f t="array" ref="A1">SUM(B1:B2*2)</f><v>1</v></c></row>',
    '<row r="1"><c r="A1"><f t="dataTable" ref="A1:A4" dt2D="1" r1="D1" r2="E1"/><v>1</v></c></row>',
    '<row r="1"><c r="A1" t="str"><f>A&#49;</f><v>rad_x000A_två_x005F_x0041_&#10;</v></c></row>',
    '<row r="1"><c r="A1" t="str"><v>&#38;lt; 1_000</v></c><c r="B1"><v>1000</v></c></row>',
    '<row r="1"><c r="A1" t="str"><v>en\r\ntvå\rtre</v></c></row>',
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    '<row r="1" spans="1:2" ht="15.75"><c r="A1" t="n" s="1"><v>1</v></c></row>',
]


@pytest.mark.parametrize("rows", USUAL)
def test_what_is_written_as_usual_is_read_quickly_and_right(rows: str) -> None:
    assert same(quick(sheet_xml(rows)), careful(sheet_xml(rows)))


# A row that is right, so that a reader which lost only part of a sheet would be seen.
AFTER = '<row r="7"><c r="A7"><v>7</v></c></row>'
UNUSUAL = [
    '<row r="6"><c r="A6"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
    "<row><c><v>1</v></c></row>",
    '<c r="A1"><v>1</v></c>',
    '<row r="1"><c r="A1"><v>1</v></c> <c r="B1"><v>2</v></c></row>',
    "<row r='1'><c r='A1'><v>1</v></c></row>",
    '<row r="1"><c s="0" r="A1"><v>1</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v><f>B1</f></c></row>',
    '<row r="1"><c r="A1"><!-- <c r="B1"> --><v>1</v></c></row>',
    '<row r="1"><c r="A1" t="str"><v><![CDATA[<c>]]></v></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>',
    '<row r="1"><c r="A1" t="d"><v>2024-08-31</v></c></row>',
    '<row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>',
    '<row r="1"><c r="A1"><f t="shared" si="3"/><v>1</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" ref="A1:A2" si="3">B2</f><v>1</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v></c><extLst><ext uri="x"/></extLst></row>',
    '<row r="1"><c r="A1" foo="a/b"><v>1</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v><extLst/></c></row>',
    '<row r="1"><c r="a1"><v>1</v></c></row>',
    '<row r="1"><c r="$A$1"><v>1</v></c></row>',
    '<row r="01"><c r="A1"><v>1</v></c></row>',
    '<row r="1"><c r="A1"><v> 1 </v></c></row>',
]


@pytest.mark.parametrize("rows", UNUSUAL)
def test_what_is_written_in_another_way_is_left_to_the_careful_reader(rows: str) -> None:
    sheet = sheet_xml(rows + AFTER)
    with pytest.raises(NotUsual):
        quick(sheet)
    try:
        expected = careful(sheet)
    except Unreadable:
        return
    found = scan_bytes(package(sheet=sheet), "605.xlsx")
    assert found.reader is Reader.NAMESPACES
    assert found.sheets[0].cells.keys() == expected.cells.keys()


FAULTY = [
    '<row r="1"><c r="A1"><v>nan</v></c></row>',
    '<row r="1"><c r="A1"><v>1e999</v></c></row>',
    '<row r="1"><c r="A1"><v>1_000</v></c></row>',
    '<row r="1"><c r="A1"><v>१</v></c></row>',
    '<row r="1"><c r="A1"><v>1-2</v></c></row>',
    '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
    '<row r="1"><c r="A1" t="s"><v>3</v></c></row>',
    '<row r="1"><c r="A1" t="s"><v>ett</v></c></row>',
    '<row r="1"><c r="A1" t="b"><v>2</v></c></row>',
    '<row r="1"><c r="A1" s="9"><v>1</v></c></row>',
    '<row r="1"><c r="A1" t="str"><v>&okänd;</v></c></row>',
    '<row r="1"><c r="A1" t="str"><v>&#1;</v></c></row>',
    '<row r="1"><c r="A1" t="str"><v>&</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    '<row r="1"><c r="XFE1"><v>1</v></c></row>',
    '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
    '<row r="1"><c r="A2"><v>1</v></c></row>',
    '<row r="0"><c r="A0"><v>1</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v></c>',
    '<row r="1"><c r="A1"><v>1</v></row>',
]


@pytest.mark.parametrize("rows", FAULTY)
def test_what_may_be_a_fault_is_never_the_quick_readers_to_judge(rows: str) -> None:
    with pytest.raises(NotUsual):
        quick(sheet_xml(rows + AFTER))


@pytest.mark.parametrize(
    "sheet",
    [
        sheet_xml("", before="<!-- <sheetData> -->"),
        sheet_xml("", after="<!-- </sheetData> -->"),
        sheet_xml("", after="<sheetData/>"),
        sheet_xml("", before="<sheetData/>"),
        sheet_xml("", after="<?pi <sheetData> ?>"),
        '<?xml version="1.0" encoding="iso-8859-1"?>' + sheet_xml(""),
        sheet_xml("").replace("worksheet", "x:worksheet"),
    ],
)
def test_what_stands_around_the_cells_cannot_hide_any(sheet: str) -> None:
    with pytest.raises((NotUsual, Unreadable)):
        quick(sheet)


PIECES = st.sampled_from(
    sorted(
        {
            '<row r="1">', '<row r="2">', '<row r="2" hidden="1">', '<row r="3"/>', "</row>",
            '<c r="A1">', '<c r="B1" s="1">', '<c r="A2" t="s">', '<c r="B2" t="str">', '<c r="C2"/>',
            "</c>", "<v>", "</v>", "<v/>", "0", "1", "-2.5", "å", "&amp;", "&gt;", "<f>", "</f>", "A1",
            '<f t="shared" ref="A1:A2" si="0">', '<f t="shared" si="0"/>', " ", ">", "/>", '"',
            "<is><t>", "</t></is>", '<c r="A1"><v>1</v></c>', '<c r="A2" t="s"><v>0</v></c>',
        }
    )
)  # fmt: skip


@given(st.lists(PIECES, max_size=14))
def test_no_arrangement_of_pieces_is_read_in_two_ways(pieces: list[str]) -> None:
    sheet = sheet_xml("".join(pieces))
    try:
        found = quick(sheet)
    except (NotUsual, Unreadable):
        return
    try:
        expected = careful(sheet)
    except Unreadable:
        return  # what is no XML may be read; it must not be read wrong
    assert same(found, expected)


def by_openpyxl() -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append([1, 2.5, "text", " å ", True, datetime(2024, 8, 31), "=A1+B1", None, "#N/A"])
    made.save(stream := io.BytesIO())
    return stream.getvalue()


SNIPPETS = [
    "",
    "<",
    ">",
    "/",
    '"',
    "<row>",
    "</row>",
    "<c/>",
    "<!--",
    "-->",
    "&",
    'r="1"',
    "x:",
    " ",
]
SMALL = sheet_xml(
    '<row r="1" spans="1:2"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B2" si="0">A1</f>'
    '<v>1</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>två</t></is></c>'
    '<c r="B2"><f t="shared" si="0"/><v>2</v></c><c r="C2"><f/><v>3</v></c></row><row r="6"/>'
)


def test_a_sheet_with_one_damage_is_no_xml_or_read_as_xml_says() -> None:
    """Every place, every piece put in there, none or some of what stood there lost."""
    start = SMALL.index("<sheetData>") - 2
    for at in range(start, len(SMALL)):
        for lost in range(4):
            for snippet in SNIPPETS:
                sheet = SMALL[:at] + snippet + SMALL[at + lost :]
                try:
                    read = quick(sheet)
                except (NotUsual, Unreadable):
                    continue
                assert same(read, careful(sheet)), sheet


@pytest.mark.parametrize("data", [by_xlsxwriter(), by_openpyxl()], ids=["XlsxWriter", "openpyxl"])
def test_what_usual_programs_write_needs_no_other_reader(data: bytes) -> None:
    assert scan_bytes(data, "605.xlsx").reader is Reader.FAST


def test_the_examples_need_no_other_reader() -> None:
    for path in sorted(EXAMPLES.glob("*.xlsx")):
        assert scan(path).reader is Reader.FAST, path.name


def test_cells_are_a_mapping_that_travels() -> None:
    sheet = scan(EXAMPLES / "605.xlsx").sheets[2]
    cells = sheet.cells
    listed = dict(cells.items())
    assert len(cells) == len(listed) == len(list(cells)) == len(list(cells.values()))
    assert all(cells[at] == cell and at in cells for at, cell in listed.items())
    assert cells.get((1_000, 1_000)) is None
    assert (1_000, 1_000) not in cells
    assert "A1" not in cells  # type: ignore[comparison-overlap]
    with pytest.raises(KeyError):
        _ = cells[1_000, 1_000]
    assert pickle.loads(pickle.dumps(cells)) == listed


def test_array_formulas_are_marked() -> None:
    found = quick(sheet_xml(USUAL[15])).cells[1, 1]
    assert (found.array, found.formula) == (ArrayKind.DYNAMIC, "SORT(B1:B2)")
    assert quick(sheet_xml(USUAL[16])).cells[1, 1].array is ArrayKind.ARRAY
    assert quick(sheet_xml(USUAL[17])).cells[1, 1].array is ArrayKind.TABLE


def test_shared_formulas_of_more_text_than_is_read_are_refused_before_any_is_written_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SharedFormula, "moved", lambda *_: pytest.fail("written out"))
    first = (
        f'<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A9">{"B1+" * 20}1</f><v>1</v></c></row>'
    )
    others = (
        f'<row r="{n}"><c r="A{n}"><f t="shared" si="0"/><v>1</v></c></row>' for n in range(2, 10)
    )
    xml = sheet_xml(first + "".join(others)).encode()
    assert read_cells(xml, Known(book()), "605.xlsx A", Budget()).cells
    with pytest.raises(Unreadable) as caught:
        read_cells(xml, Known(book()), "605.xlsx A", Budget(formula_characters=100))
    assert (caught.value.code, caught.value.where) == ("för_stor", "605.xlsx A")
