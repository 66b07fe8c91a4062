"""What setting a cell writes, what it takes care of, and what it refuses."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime

import pytest
from tests.excel.broken import ole, package, sheet_xml, workbook_relationships
from tests.excel.edited import (
    FILE,
    changed_parts,
    check_edit,
    part,
    rich_workbook,
    with_parts,
)

from ramkoll.excel.graft.cell_edit import KEEP, CellEdit, CellError
from ramkoll.excel.graft.set_cells import set_cells
from ramkoll.excel.preflight import Unreadable
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.cells import CellKind
from ramkoll.model.errors import RamkollError

SHEET = "xl/worksheets/sheet1.xml"
STYLES = "xl/styles.xml"
CHAIN = (
    '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<c r="B1" i="1"/></calcChain>'
)


def edit(
    row: int, column: int, value: object = KEEP, formula: object = None, **look: str
) -> CellEdit:
    return CellEdit("Blad1", row, column, value, formula, **look)  # type: ignore[arg-type]


def rows_after(rows: str, *edits: CellEdit, before: str = "", after: str = "") -> str:
    """The rows of the sheet after the edits, checked as every edit is."""
    data = package(sheet=sheet_xml(rows, before=before, after=after))
    xml = part(check_edit(data, edits), SHEET)
    start = xml.index("<sheetData") + len("<sheetData>")
    return xml[start : xml.index("</sheetData>")]


def refusal(data: bytes, *edits: CellEdit) -> str:
    with pytest.raises(RamkollError) as caught:
        set_cells(data, FILE, edits)
    assert str(caught.value).startswith(FILE)
    assert caught.value.todo
    return str(caught.value)


def refused_rows(rows: str, *edits: CellEdit) -> str:
    return refusal(package(rows), *edits)


# What is written


@pytest.mark.parametrize(
    ("value", "xml"),
    [
        (5, '<c r="B2"><v>5</v></c>'),
        (0.1, '<c r="B2"><v>0.1</v></c>'),
        (-0.0, '<c r="B2"><v>0</v></c>'),
        (True, '<c r="B2" t="b"><v>1</v></c>'),
        (CellError("#N/A"), '<c r="B2" t="e"><v>#N/A</v></c>'),
        ("#N/A", '<c r="B2" t="inlineStr"><is><t>#N/A</t></is></c>'),
        ("=1+1", '<c r="B2" t="inlineStr"><is><t>=1+1</t></is></c>'),
        ("a<b&c", '<c r="B2" t="inlineStr"><is><t>a&lt;b&amp;c</t></is></c>'),
        (" x", '<c r="B2" t="inlineStr"><is><t xml:space="preserve"> x</t></is></c>'),
        ("_x000D_", '<c r="B2" t="inlineStr"><is><t>_x005F_x000D_</t></is></c>'),
    ],
)
def test_each_kind_of_value_is_stored_in_its_cell(value: object, xml: str) -> None:
    assert rows_after('<row r="2"/>', edit(2, 2, value)) == f'<row r="2">{xml}</row>'


def test_a_carriage_return_survives_and_so_does_what_looks_like_one() -> None:
    for text in ("a\r\nb", "_x000D\r", "_x005F_x000D_", "__x0041_"):
        after = set_cells(package(), FILE, [edit(1, 1, text)])
        assert scan_bytes(after, FILE).sheets[0].cell(1, 1).value == text
        assert set_cells(after, FILE, [edit(1, 1, text)]) is after


def test_a_date_is_the_day_number_of_the_workbooks_own_calendar() -> None:
    for properties in ("", '<workbookPr date1904="1"/>'):
        data = package(formats={14: "yyyy-mm-dd"}, properties=properties)
        for moment in (date(2024, 8, 31), datetime(2024, 8, 31, 12, 30), date(1904, 1, 2)):
            look = edit(1, 1, moment, number_format="yyyy-mm-dd")
            cell = scan_bytes(set_cells(data, FILE, [look]), FILE).sheets[0].cell(1, 1)
            assert cell.kind is CellKind.DATE
            assert (
                cell.value == datetime.combine(moment, datetime.min.time()) or cell.value == moment
            )
    assert "kalenderns början" in refusal(package(), edit(1, 1, date(1850, 1, 1)))


def test_cells_and_rows_come_in_order_and_gaps_stay_empty() -> None:
    rows = '<row r="2"><c r="B2"><v>1</v></c><c r="E2"><v>2</v></c></row><row r="9"/>'
    found = rows_after(
        rows,
        edit(2, 4, 4),
        edit(2, 3, 3),
        edit(1, 1, 0),
        edit(5, 1, 5),
        edit(2, 6, 6),
        edit(12, 1, 7),
    )
    assert found == (
        '<row r="1"><c r="A1"><v>0</v></c></row><row r="2"><c r="B2"><v>1</v></c>'
        '<c r="C2"><v>3</v></c><c r="D2"><v>4</v></c><c r="E2"><v>2</v></c><c r="F2"><v>6</v></c></row>'
        '<row r="5"><c r="A5"><v>5</v></c></row><row r="9"/><row r="12"><c r="A12"><v>7</v></c></row>'
    )


def test_spans_and_the_used_area_grow_only_when_they_must() -> None:
    data = package(
        sheet=sheet_xml(
            '<row r="2" spans="2:3"><c r="B2"><v>1</v></c></row>', before='<dimension ref="B2:C2"/>'
        )
    )
    assert '<dimension ref="B2:C2"/>' in part(check_edit(data, [edit(2, 3, 1)]), SHEET)
    wider = part(check_edit(data, [edit(2, 5, 1), edit(4, 1, 1)]), SHEET)
    assert '<dimension ref="A2:E4"/>' in wider
    assert '<row r="2" spans="2:5">' in wider


def test_everything_unknown_in_and_around_a_cell_stays() -> None:
    rows = (
        '<!-- före --><row r="1" ht="20" x:own="1" xmlns:x="urn:x"><c r="A1" s="0" ph="1"><!-- i -->'
        "<v>1</v><extLst><ext uri='u'/></extLst></c><!-- efter --></row>"
    )
    found = rows_after(rows, edit(1, 1, 2))
    assert found == rows.replace("<v>1</v>", "<v>2</v>")


def test_a_comment_that_looks_like_cells_is_no_cell() -> None:
    rows = (
        '<!-- <row r="1"><c r="A1"/></row> --><row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>'
    )
    assert rows_after(rows, edit(1, 1, 2)).endswith('<row r="1"><c r="A1"><v>2</v></c></row>')


def test_emptying_keeps_the_cells_look_and_makes_no_new_cells() -> None:
    rows = '<row r="1"><c r="A1" s="0" t="str"><v>x</v></c></row>'
    assert (
        rows_after(rows, edit(1, 1, None), edit(7, 7, "")) == '<row r="1"><c r="A1" s="0"/></row>'
    )


def test_a_new_cell_looks_as_its_row_or_else_its_column() -> None:
    formats = {1: "0", 2: "0.00"}
    cols = '<cols><col min="2" max="3" style="1"/></cols>'
    rows = '<row r="1" s="2" customFormat="1"/><row r="2"/>'
    data = package(formats=formats, sheet=sheet_xml(rows, before=cols))
    after = part(
        set_cells(data, FILE, [edit(1, 2, 1), edit(2, 2, 1), edit(3, 3, 1), edit(2, 4, 1)]), SHEET
    )
    for cell in ('<c r="B1" s="2">', '<c r="B2" s="1">', '<c r="C3" s="1">', '<c r="D2"><v>'):
        assert cell in after


def test_the_last_edit_of_a_cell_wins_in_what_it_says() -> None:
    data = package()
    after = set_cells(
        data, FILE, [edit(1, 1, 5), edit(1, 1, number_format="0.00"), edit(1, 1, fill="#FF0000")]
    )
    cell = scan_bytes(after, FILE).sheets[0].cell(1, 1)
    assert (cell.value, cell.number_format) == (5, "0.00")


# Looks


def test_a_new_look_is_added_last_and_used_again() -> None:
    data = rich_workbook()
    first = set_cells(
        data, FILE, [CellEdit("Tomt", 1, 1, 5, number_format='0.0" kr"', fill="#abcdef")]
    )
    old, new = part(data, STYLES), part(first, STYLES)
    assert changed_parts(data, first) == {STYLES, "xl/worksheets/sheet3.xml"}
    for name in ("numFmts", "fills", "cellXfs"):
        before = old[old.index("<", old.index(f"<{name}") + 1) : old.index(f"</{name}>")]
        after = new[new.index("<", new.index(f"<{name}") + 1) : new.index(f"</{name}>")]
        assert after.startswith(before)
        count = new[new.index(f"<{name} ") :].split('"')[1]
        child = {"numFmts": "<numFmt ", "fills": "<fill>", "cellXfs": "<xf "}[name]
        assert int(count) == after.count(child)
    again = set_cells(
        first, FILE, [CellEdit("Tabell", 9, 9, 5, number_format='0.0" kr"', fill="#ABCDEF")]
    )
    assert part(again, STYLES) == new


def test_a_look_that_is_there_already_changes_nothing() -> None:
    data = rich_workbook()
    same = [
        CellEdit("Utfall å", 2, 2, number_format="#,##0"),
        CellEdit("Utfall å", 1, 1, fill="#DDEEFF"),
    ]
    assert set_cells(data, FILE, same) is data


def test_fill_is_taken_away_without_touching_the_rest() -> None:
    after = check_edit(rich_workbook(), [CellEdit("Utfall å", 1, 1, fill="")])
    assert changed_parts(rich_workbook(), after) == {STYLES, SHEET}
    assert 'fontId="1" fillId="0"' in part(after, STYLES)


# Formulas

SHARED = (
    '<row r="1"><c r="B1"><f t="shared" ref="B1:B3" si="0">A1*$A$1</f><v>1</v></c></row>'
    '<row r="2"><c r="B2"><f t="shared" si="0"/><v>2</v></c></row>'
    '<row r="3"><c r="B3"><f t="shared" si="0"/><v>3</v></c></row>'
)


def test_a_formula_has_its_value_beside_it() -> None:
    found = rows_after(
        '<row r="1"/>', edit(1, 1, "å ", '=IF(A2<1,"å ","")'), edit(1, 2, 2.5, "1.5+1")
    )
    assert found == (
        '<row r="1"><c r="A1" t="str"><f>IF(A2&lt;1,"å ","")</f><v xml:space="preserve">å </v></c>'
        '<c r="B1"><f>1.5+1</f><v>2.5</v></c></row>'
    )


def test_a_cell_that_shares_anothers_formula_leaves_alone() -> None:
    found = rows_after(SHARED, edit(2, 2, 7))
    assert found == SHARED.replace('<f t="shared" si="0"/><v>2</v>', "<v>7</v>")


def test_the_cell_that_others_share_from_leaves_them_their_formulas() -> None:
    found = rows_after(SHARED, edit(1, 2, 7))
    assert found == (
        '<row r="1"><c r="B1"><v>7</v></c></row>'
        '<row r="2"><c r="B2"><f>A2*$A$1</f><v>2</v></c></row>'
        '<row r="3"><c r="B3"><f>A3*$A$1</f><v>3</v></c></row>'
    )


def test_a_new_value_of_a_shared_formula_keeps_it_shared() -> None:
    expected = (
        SHARED.replace("<v>1</v>", "<v>10</v>")
        .replace("<v>3</v>", "<v>z</v>")
        .replace('<c r="B3">', '<c r="B3" t="str">')
    )
    assert rows_after(SHARED, edit(1, 2, 10, "A1*$A$1"), edit(3, 2, "z", "A3*$A$1")) == expected
    assert rows_after(SHARED, edit(1, 2, 10, KEEP), edit(3, 2, "z", KEEP)) == expected


def test_all_cells_of_a_shared_formula_may_be_set_at_once() -> None:
    found = rows_after(SHARED, edit(1, 2, 1, "1"), edit(2, 2, 10, KEEP), edit(3, 2, None))
    assert found == (
        '<row r="1"><c r="B1"><f>1</f><v>1</v></c></row>'
        '<row r="2"><c r="B2"><f>A2*$A$1</f><v>10</v></c></row><row r="3"><c r="B3"/></row>'
    )


def test_part_of_an_array_formula_is_refused_but_its_values_may_be_renewed() -> None:
    rows = (
        '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c></row>'
    )
    for row in (1, 2):
        assert "matrisformeln i A1:A2" in refused_rows(rows, edit(row, 1, 7))
    assert rows_after(rows, edit(1, 1, 7, KEEP), edit(2, 1, 8, KEEP)) == rows.replace(
        "<v>1</v>", "<v>7</v>"
    ).replace("<v>2</v>", "<v>8</v>")


def test_a_rich_values_mark_goes_with_the_value() -> None:
    rows = '<row r="1"><c r="A1" t="e" vm="1"><v>#VALUE!</v></c></row>'
    assert rows_after(rows, edit(1, 1, 1)) == '<row r="1"><c r="A1"><v>1</v></c></row>'


def with_chain() -> bytes:
    data = package('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c></row>')
    types = part(data, "[Content_Types].xml").replace(
        "</Types>", '<Override PartName="/xl/calcChain.xml" ContentType="x/y"/></Types>'
    )
    rels = workbook_relationships(
        ("worksheet", "worksheets/sheet1.xml"),
        ("styles", "styles.xml"),
        ("calcChain", "calcChain.xml"),
    )
    changes = {
        "[Content_Types].xml": types,
        "xl/_rels/workbook.xml.rels": rels,
        "xl/calcChain.xml": CHAIN,
    }
    return package(
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c></row>', changes=changes
    )


@pytest.mark.parametrize("change", [edit(1, 2, 1), edit(1, 3, 1, "A1")])
def test_the_calculation_chain_goes_when_a_cell_gains_or_loses_a_formula(change: CellEdit) -> None:
    data = with_chain()
    after = check_edit(data, [change])
    assert changed_parts(data, after) == {
        SHEET, "xl/calcChain.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels",
    }  # fmt: skip
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        assert "calcChain" not in part(after, name)
        assert "styles" in part(after, name)


@pytest.mark.parametrize("change", [edit(1, 1, 5), edit(1, 2, 5, KEEP), edit(1, 2, 5, "A1+1")])
def test_the_calculation_chain_stays_when_the_same_cells_have_formulas(change: CellEdit) -> None:
    assert changed_parts(with_chain(), check_edit(with_chain(), [change])) == {SHEET}


def test_recalculation_is_asked_for_only_when_wanted_and_once() -> None:
    data = rich_workbook()
    after = set_cells(data, FILE, [], recalculate=True)
    assert changed_parts(data, after) <= {"xl/workbook.xml"}
    assert 'fullCalcOnLoad="1"' in part(after, "xl/workbook.xml")
    assert set_cells(after, FILE, [], recalculate=True) is after
    bare = set_cells(package(names="<definedNames/><extLst/>"), FILE, [], recalculate=True)
    assert '<definedNames/><calcPr fullCalcOnLoad="1"/><extLst/>' in part(bare, "xl/workbook.xml")


# Refusals


def test_a_cell_hidden_in_a_merged_area_may_only_be_emptied() -> None:
    data = rich_workbook()
    assert "sammanfogade cellerna A16:C17. Skriv i A16" in refusal(
        data, CellEdit("Utfall å", 17, 2, 5)
    )
    assert set_cells(data, FILE, [CellEdit("Utfall å", 17, 2, None)]) is data
    check_edit(data, [CellEdit("Utfall å", 16, 1, "ny")])


def test_a_tables_heading_is_refused_and_its_rows_are_not() -> None:
    data = rich_workbook()
    assert "rubrik i tabellen Poster" in refusal(data, CellEdit("Tabell", 2, 3, "ny"))
    assert set_cells(data, FILE, [CellEdit("Tabell", 2, 3, "b")]) is data
    check_edit(data, [CellEdit("Tabell", 3, 3, "ny")])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (CellEdit("Okänt", 1, 1, 5), "Bladet «Okänt» finns inte"),
        (edit(0, 1, 5), "ingen cell i rad 0"),
        (edit(1_048_577, 1, 5), "ingen cell"),
        (edit(1, 16_385, 5), "ingen cell"),
        (edit(1, 1, "a\x07"), "styrtecken"),
        (edit(1, 1, "\ud800"), "styrtecken"),
        (edit(1, 1, "x" * 32_768), "för lång"),
        (edit(1, 1, "😀" * 16_384), "för lång"),
        (edit(1, 1, float("nan")), "ryms inte"),
        (edit(1, 1, 10**400), "ryms inte"),
        (edit(1, 1, CellError("#FEL!")), "Felvärdet"),
        (edit(1, 1, 1, "="), "Formeln är tom"),
        (edit(1, 1, 1, "A1\x00"), "styrtecken"),
        (edit(1, 1, 1, "={A1}"), "Matrisformler"),
        (edit(1, 1, KEEP, "A1"), "värde saknas"),
        (edit(1, 1, fill="gul"), "ingen färg"),
        (edit(1, 1, number_format=""), "Talformatet är tomt"),
    ],
)
def test_what_no_cell_can_hold_is_refused_with_its_place(wrong: CellEdit, says: str) -> None:
    assert says in refusal(package(), edit(1, 1, 5), wrong)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"/><row r="1"/>',
        '<row r="1"/><row r="1"/>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="A2"/></row>',
        '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
        '<row r="1"><c r="XFE1"/></row>',
        '<row r="x"/>',
        '<row r="0"/>',
        '<row r="1048577"/>',
        '<row r="1"><c r="A1"></row>',
        '<row r="1"><c r="A1"><f t="shared" si="4"/><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>77</v></c></row>',
        '<rowed r="1"/>',
        '<y:row xmlns:y="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="1"/>',
        '<mc:AlternateContent xmlns:mc="urn:mc"><row r="1"/></mc:AlternateContent>',
        '<row r="1"><y:c xmlns:y="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="A1"/></row>',
        '<row r="1" xmlns="urn:other"><c r="A1"/></row>',
    ],
)
def test_a_sheet_whose_cells_are_in_doubt_is_refused_rather_than_damaged(rows: str) -> None:
    message = refused_rows(rows, edit(1, 1, "text", 'A1&"x"' if "shared" in rows else None))
    assert "Ingenting är ändrat" in message


@pytest.mark.parametrize(
    "sheet",
    [
        sheet_xml("").replace("<sheetData></sheetData>", ""),
        sheet_xml("").replace("</sheetData>", "</sheetData><sheetData/>"),
        sheet_xml("").replace("<sheetData>", ""),
        sheet_xml("").replace("worksheet", "dialogsheet"),
        sheet_xml("", namespace="urn:other"),
        sheet_xml("").replace("<sheetData>", '<sheetData xmlns="urn:other">'),
        '<?xml version="1.0" encoding="ISO-8859-1"?>' + sheet_xml(""),
        sheet_xml("").replace("<sheetData>", "<sheetData").replace("</sheetData>", ""),
    ],
)
def test_a_part_that_is_no_plain_sheet_is_refused(sheet: str) -> None:
    assert "Ingenting är ändrat" in refusal(package(sheet=sheet), edit(1, 1, 5))


def test_a_sheet_in_utf_16_is_refused() -> None:
    sheet = ('<?xml version="1.0" encoding="UTF-16"?>' + sheet_xml("")).encode("utf-16")
    data = package(changes={SHEET: sheet})
    assert "teckenkodning" in refusal(data, edit(1, 1, 5))


def test_signed_and_shared_workbooks_are_refused() -> None:
    data = package()
    rels = part(data, "_rels/.rels").replace(
        "</Relationships>",
        '<Relationship Id="s" Type="http://schemas.openxmlformats.org/package/2006/relationships/'
        'digital-signature/origin" Target="_xmlsignatures/origin.sigs"/></Relationships>',
    )
    signed = package(changes={"_rels/.rels": rels, "_xmlsignatures/origin.sigs": ""})
    assert "signerad" in refusal(signed, edit(1, 1, 5))
    rels = workbook_relationships(
        ("worksheet", "worksheets/sheet1.xml"), ("revisionHeaders", "revisions/revisionHeaders.xml")
    )
    assert "delad" in refusal(package(changes={"xl/_rels/workbook.xml.rels": rels}), edit(1, 1, 5))


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"%PDF-1.7", ole("EncryptedPackage")])
def test_what_is_no_workbook_is_refused_as_when_it_is_read(data: bytes) -> None:
    with pytest.raises(Unreadable):
        set_cells(data, FILE, [edit(1, 1, 5)])


def test_entries_that_overlap_are_refused() -> None:
    data = bytearray(rich_workbook())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start, infos = archive.start_dir, archive.infolist()
    # The list says that the first part is as long as all of the archive.
    size = start - infos[0].header_offset
    at = data.index(b"PK\1\2")
    data[at + 20 : at + 24] = size.to_bytes(4, "little")
    with pytest.raises(Unreadable):
        set_cells(bytes(data), FILE, [CellEdit("Tomt", 1, 1, 5)])


def test_a_damaged_style_part_is_refused() -> None:
    for xml in ("<styleSheet/>", part(package(), STYLES).replace("<fill>", "<fyll>")):
        data = with_parts(package(), {STYLES: xml})
        assert "Ingenting är ändrat" in refusal(data, edit(1, 1, 5, fill="#FF0000"))


def test_nothing_asked_for_gives_the_same_bytes() -> None:
    data = rich_workbook()
    assert set_cells(data, FILE, []) is data
    assert set_cells(data, FILE, [CellEdit("Tomt", 5, 5)]) is data


def test_an_archive_whose_list_runs_past_its_end_is_refused() -> None:
    data = package()
    last = data.rindex(b"PK\1\2")
    # Readers take what there is of a name that is too long; a copy would hold all of it.
    longer = data[: last + 28] + struct.pack("<H", 60) + data[last + 30 :]
    scan_bytes(longer, FILE)
    with pytest.raises(Unreadable, match="skadad eller ofullständig"):
        set_cells(longer, FILE, [CellEdit("Blad1", 1, 1, 7)])


def test_styles_with_what_is_no_look_among_the_looks_are_refused() -> None:
    data = package()
    styles = part(data, STYLES).replace("<cellXfs>", "<cellXfs><is><t>a</t></is>")
    with pytest.raises(RamkollError, match="format är skadade"):
        set_cells(
            with_parts(data, {STYLES: styles}),
            FILE,
            [CellEdit("Blad1", 3, 2, 1, number_format="0.00")],
        )


def test_number_formats_in_two_forms_get_no_list_beside_them() -> None:
    data = rich_workbook()
    formats = '<numFmts count="1"><numFmt numFmtId="164" formatCode="0.0&quot;a&quot;"/></numFmts>'
    old = part(data, STYLES)
    start, end = old.index("<numFmts"), old.index("</numFmts>") + len("</numFmts>")
    wrapped = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice xmlns:q="urn:q" Requires="q">{formats}</mc:Choice>'
        f"<mc:Fallback>{formats}</mc:Fallback></mc:AlternateContent>"
    )
    data = with_parts(data, {STYLES: old[:start] + wrapped + old[end:]})
    with pytest.raises(RamkollError, match="finns i flera former"):
        set_cells(data, FILE, [CellEdit("Tomt", 1, 1, 1, number_format='0.000" kr"')])
    # A look that needs no new format is made all the same.
    after = set_cells(data, FILE, [CellEdit("Tomt", 1, 1, 1, number_format="0.00")])
    assert scan_bytes(after, FILE).sheets[2].cell(1, 1).number_format == "0.00"
