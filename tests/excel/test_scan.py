"""What a scanned workbook holds: every value, formula and number format as it stood."""

from __future__ import annotations

import pickle
from datetime import datetime
from decimal import Decimal

import pytest
from tests.excel.broken import (
    package,
    sheet_xml,
    workbook_relationships,
    workbook_xml,
)

from ramkoll.excel.cell_values import Book, NumberFormat
from ramkoll.excel.preflight import Unreadable
from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.sheet_xml import Budget, read_sheet
from ramkoll.model.cells import Area, Cell, CellKind
from ramkoll.model.workbook import Visibility

SHEET = "xl/worksheets/sheet1.xml"
RELS = "xl/_rels/workbook.xml.rels"
NUMBER, TEXT, BLANK = CellKind.NUMBER, CellKind.TEXT, CellKind.BLANK


def cells(data: bytes) -> dict[str, Cell]:
    """Cells of the first sheet by address."""
    sheet = scan_bytes(data, "605.xlsx").sheets[0]
    return {Area(*key, *key).address: cell for key, cell in sheet.cells.items()}


def values(rows: str, strings: str = "") -> dict[str, object]:
    found = cells(package(rows, strings=strings))
    return {address: cell.value for address, cell in found.items()}


def formulas(rows: str) -> dict[str, str | None]:
    return {address: cell.formula for address, cell in cells(package(rows)).items()}


def refusal(data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        scan_bytes(data, "605.xlsx")
    assert str(caught.value).startswith("605.xlsx")
    return caught.value


# Values


def test_each_type_of_cell_keeps_its_kind() -> None:
    found = cells(
        package(
            '<row r="2"><c r="A2"><v>0.30000000000000004</v></c><c r="B2" t="n"><v>-1E3</v></c>'
            '<c r="C2" t="b"><v>1</v></c><c r="D2" t="b"><v>0</v></c>'
            '<c r="E2" t="e"><v>#REF!</v></c><c r="F2" t="s"><v>0</v></c>'
            '<c r="G2" t="str"><v>å</v></c><c r="H2" t="inlineStr"><is><t>ö</t></is></c>'
            '<c r="I2" t="d"><v>2024-08-31T12:30:00Z</v></c><c r="J2" t="d"><v>12:00</v></c></row>',
            strings="<si><t>ä</t></si>",
        )
    )
    assert {address: (cell.kind, cell.value) for address, cell in found.items()} == {
        "A2": (NUMBER, Decimal("0.3")),
        "B2": (NUMBER, Decimal(-1000)),
        "C2": (CellKind.BOOL, True),
        "D2": (CellKind.BOOL, False),
        "E2": (CellKind.ERROR, "#REF!"),
        "F2": (TEXT, "ä"),
        "G2": (TEXT, "å"),
        "H2": (TEXT, "ö"),
        "I2": (CellKind.DATE, datetime(2024, 8, 31, 12, 30)),
        "J2": (NUMBER, Decimal("0.5")),
    }


def test_cells_without_value_and_formula_are_left_out_but_empty_texts_are_not() -> None:
    assert values(
        '<row r="1"><c r="A1" s="0"/><c r="B1"><v/></c><c r="C1" t="str"><v/></c>'
        '<c r="D1" t="s"><v></v></c><c r="E1"><f/></c></row>'
    ) == {"C1": ""}


def test_a_formula_without_cached_value_is_a_blank_with_a_formula() -> None:
    assert cells(package('<row r="1"><c r="A1"><f>B1+1</f></c></row>')) == {
        "A1": Cell(BLANK, None, "B1+1")
    }


def test_runs_of_rich_text_are_joined_and_phonetic_guides_left_out() -> None:
    item = (
        '<r><t xml:space="preserve"> Region </t></r><r><rPr><b/></rPr><t>Väst</t></r>'
        '<rPh sb="0" eb="1"><t>uttal</t></rPh><phoneticPr fontId="1"/>'
    )
    assert values(
        f'<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="inlineStr"><is>{item}</is></c></row>',
        strings=f"<si><t/></si><si>{item}</si>",
    ) == {"A1": " Region Väst", "B1": " Region Väst"}


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("rad_x000D_\nrad", "rad\r\nrad"),
        ("_x005F_x000D_", "_x000D_"),
        ("_x005f_x005F_", "_x005F_"),
        ("_xD83D__xDE00_", "\N{GRINNING FACE}"),
        ("_xD83D_", "\N{REPLACEMENT CHARACTER}"),
        ("_x12_ _xZZZZ_ a_x_b", "_x12_ _xZZZZ_ a_x_b"),
        ("a &amp; b &lt; <![CDATA[c & d]]><!-- kvar --> &#229;", "a & b < c & d å"),
    ],
)
def test_escapes_in_texts_are_read(stored: str, text: str) -> None:
    assert values(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><v>' + stored + "</v></c>"
        '<c r="C1" t="inlineStr"><is><t>' + stored + "</t></is></c></row>",
        strings=f"<si><t>{stored}</t></si>",
    ) == {"A1": text, "B1": text, "C1": text}


def test_cells_and_rows_without_address_follow_the_ones_before() -> None:
    assert values(
        '<row><c><v>1</v></c><c/><c><v>2</v></c></row><row r="5"><c r="D5"><v>3</v></c>'
        "<c><v>4</v></c></row><row><c><v>5</v></c></row>"
    ) == {"A1": 1, "C1": 2, "D5": 3, "E5": 4, "A6": 5}


def test_addresses_that_only_end_like_their_row_are_read() -> None:
    assert values(
        '<row r="1"><c r="B1"><v>1</v></c></row><row r="11"><c r="B11"><v>2</v></c></row>'
    ) == {"B1": 1, "B11": 2}


def test_the_last_cell_of_a_sheet_is_read() -> None:
    assert values('<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>') == {"XFD1048576": 7}


def test_attributes_in_any_order_and_unknown_elements_are_taken() -> None:
    cell = '<c t="str" cm="1" s="0" r="A1"><v>x</v><extLst><v>9</v></extLst></c>'
    assert values(f'<row spans="1:2" r="1">{cell}</row>') == {"A1": "x"}


# Formulas


def test_formulas_are_kept_as_stored_without_equals_sign() -> None:
    found = formulas(
        '<row r="1"><c r="A1"><f>SUM(B1:C1)&amp;"&lt;å&gt;"</f><v>1</v></c>'
        '<c r="B1"><f>=C1</f><v>1</v></c>'
        '<c r="C1"><f t="array" ref="C1:C2">_xlfn.UNIQUE(D1:D9)</f><v>1</v></c>'
        '<c r="D1"><f t="dataTable" ref="D1:D2" dt2D="1" dtr="1" r1="F1" r2="F2"/><v>1</v></c>'
        '<c r="E1"><f t="dataTable" ref="E1:E2" dtr="1" r1="F1"/><v>1</v></c>'
        '<c r="F1"><f t="dataTable" ref="F1:F2" r1="F1"/><v>1</v></c></row>'
    )
    assert found == {
        "A1": 'SUM(B1:C1)&"<å>"',
        "B1": "C1",
        "C1": "_xlfn.UNIQUE(D1:D9)",
        "D1": "TABLE(F1,F2)",
        "E1": "TABLE(F1,)",
        "F1": "TABLE(,F1)",
    }


def test_shared_formulas_are_written_out_for_each_cell() -> None:
    found = formulas(
        '<row r="1"><c r="A1"><f t="shared" si="1"/><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0" ref="A2:B3">B2*$C$1+B$1</f><v>1</v></c>'
        '<c r="B2"><f t="shared" si="0"/><v>1</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/></c><c r="B3"><f t="shared" si="0">D9</f></c>'
        '<c r="C3"><f t="shared" si="1" ref="A1:C3">E5</f><v>1</v></c></row>'
    )
    assert found == {
        "A1": "C3",
        "A2": "B2*$C$1+B$1",
        "B2": "C2*$C$1+C$1",
        "A3": "B3*$C$1+B$1",
        "B3": "D9",
        "C3": "E5",
    }


def test_a_shared_formula_without_text_anywhere_leaves_the_value_that_it_gave() -> None:
    cell, empty = '<c r="B4"><f t="shared" si="3"/><v>1</v></c>', '<c><f t="shared" si="3"/></c>'
    assert cells(package(f'<row r="4">{cell}{empty}</row>')) == {"B4": Cell(NUMBER, Decimal(1))}


@pytest.mark.parametrize("budget", [Budget(cells=3), Budget(formula_characters=100)])
def test_a_sheet_that_takes_more_than_there_is_room_for_is_refused(budget: Budget) -> None:
    first = f'<c><f t="shared" si="0" ref="A1:C1">{"A1+" * 20}1</f></c>'
    others = '<c><f t="shared" si="0"/></c>' * 3
    xml = sheet_xml(f"<row>{first}{others}</row>")
    book = Book("605.xlsx", (), {None: NumberFormat("General", False)})
    assert len(read_sheet(xml.encode(), book, "A", Budget()).cells) == 4
    with pytest.raises(Unreadable) as caught:
        read_sheet(xml.encode(), book, "A", budget)
    assert (caught.value.code, caught.value.where) == ("för_stor", "605.xlsx A")


# The workbook around the cells


def test_names_of_the_whole_workbook_are_kept_and_others_not() -> None:
    data = package(
        names="<definedNames><definedName name='Ram_år'>Blad1!$A$1</definedName>"
        "<definedName name='Hyra'>=12.5</definedName>"
        "<definedName name='_xlnm.Print_Area' localSheetId='0'>Blad1!$A$1</definedName>"
        "<definedName name='_xlnm._FilterDatabase'>Blad1!$A$1</definedName>"
        "<definedName name='egen' localSheetId='0'>Blad1!$B$1</definedName></definedNames>"
    )
    assert scan_bytes(data, "x").names == {"Ram_år": "Blad1!$A$1", "Hyra": "12.5"}


def test_merged_hidden_and_visible_are_told() -> None:
    columns = (
        '<cols><col min="2" max="3" hidden="1"/><col min="5" max="5"/>'
        '<col min="16380" max="99999" hidden="true"/></cols>'
    )
    merged = '<mergeCells count="2"><mergeCell ref="A1:C2"/><mergeCell ref="$D$4"/></mergeCells>'
    xml = sheet_xml('<row r="3" hidden="1"/><row r="4" hidden="0"/>', before=columns, after=merged)
    sheet = scan_bytes(package(sheet=xml), "x").sheets[0]
    assert sheet.merged == (Area(1, 1, 2, 3), Area(4, 4, 4, 4))
    assert sheet.hidden_rows == {3}
    assert sheet.hidden_columns == {2, 3, 16380, 16381, 16382, 16383, 16384}


def test_sheets_come_in_tab_order_through_their_relationships_only() -> None:
    sheets = workbook_xml(
        '<sheet name="Å &amp; Ö" sheetId="7" r:id="rId3" state="veryHidden"/>',
        '<sheet name="Diagram" sheetId="8" r:id="rId2"/>',
        '<sheet name="Först skriven" sheetId="1" state="hidden" r:id="rId1"/>',
    )
    links = workbook_relationships(
        ("worksheet", "worksheets/sheet1.xml"),
        ("chartsheet", "chartsheets/sheet1.xml"),
        ("worksheet", "/xl/Blad/../blad/utan%20nummer.data"),
    )
    other = sheet_xml('<row><c t="inlineStr"><is><t>annan</t></is></c></row>')
    stray = {"xl/worksheets/sheet2.xml": other, "xl/blad/utan nummer.data": other}
    found = scan_bytes(package(changes={"xl/workbook.xml": sheets, RELS: links, **stray}), "x")
    assert [(s.name, s.visibility, s.cell(1, 1).value) for s in found.sheets] == [
        ("Å & Ö", Visibility.VERY_HIDDEN, "annan"),
        ("Först skriven", Visibility.HIDDEN, Decimal(1)),
    ]


def test_a_prefix_on_every_element_changes_nothing() -> None:
    plain = sheet_xml('<row r="1"><c r="A1" t="str"><f>B1</f><v>x</v></c></row>')
    prefixed = (
        plain.replace("xmlns=", "xmlns:x=").replace("</", "</x:").replace("<", "<x:")
    ).replace("<x:/x:", "</x:")
    assert "<x:worksheet xmlns:x=" in prefixed
    assert cells(package(sheet=prefixed)) == cells(package(sheet=plain))


def test_an_unknown_namespace_is_refused_rather_than_read_as_empty() -> None:
    xml = sheet_xml("<row><c><v>1</v></c></row>", namespace="urn:annan")
    assert refusal(package(sheet=xml)).code == "trasig"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_either_encoding_of_xml_is_read(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    xml = sheet_xml('<row><c t="str"><v>åäö</v></c></row>')
    data = package(
        changes={SHEET: f'<?xml version="1.0" encoding="{name}"?>{xml}'.encode(encoding)}
    )
    assert cells(data)["A1"].value == "åäö"


def test_a_large_sheet_is_read_in_pieces_without_loss() -> None:
    rows = "".join(
        f'<row r="{i}"><c r="A{i}"><v>{i}</v></c><c r="B{i}" t="str"><v>rad {i} å</v></c></row>'
        for i in range(1, 5_001)
    )
    texts = "".join(f"<si><t>text {i}</t></si>" for i in range(5_000))
    after = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    last = '<row r="6000"><c r="A6000" t="s"><v>4999</v></c></row>'
    xml = sheet_xml(rows + last, after=after)
    sheet = scan_bytes(package(sheet=xml, strings=texts), "x").sheets[0]
    assert len(sheet.cells) == 10_001
    assert all(sheet.cell(i, 1).value == i for i in range(1, 5_001))
    assert all(sheet.cell(i, 2).value == f"rad {i} å" for i in range(1, 5_001))
    assert sheet.cell(6000, 1).value == "text 4999"
    assert sheet.merged == (Area(1, 1, 1, 2),)


def test_a_submission_travels_between_processes() -> None:
    found = scan_bytes(package(), "605.xlsx")
    assert pickle.loads(pickle.dumps(found)) == found
    assert len(found.sha256) == 64
