"""What charts and pivot tables keep of cells that were changed."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pytest
import xlsxwriter
from tests.excel.edited import changed_parts, part, with_parts
from tests.excel.graft.test_dependents import FILE, check, refs, shown

from ramkoll.excel.graft.cell_edit import CellEdit, CellError, Value
from ramkoll.excel.graft.dependents import Followed, follow
from ramkoll.excel.graft.set_cells import set_cells
from ramkoll.model.cells import Area, parse_a1

CHART = "xl/charts/chart1.xml"


def drawn(
    *,
    hidden: int | None = None,
    alone: bool = False,
    labels: Sequence[object] = ("jan", "feb", "mar"),
) -> bytes:
    """Three months with a chart over them: labels in A, amounts in B, their doubles in C."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Månad å")
        for row, label in enumerate(labels):
            sheet.write(row, 0, label)
            sheet.write(row, 1, 10.5 * (row + 1))
            sheet.write_formula(row, 2, f"=B{row + 1}*2", None, 21 * (row + 1))
        if hidden is not None:
            sheet.set_row(hidden, None, None, {"hidden": True})
        chart = book.add_chart({"type": "column"})
        for column in (1, 2):
            chart.add_series({
                "name": ["Månad å", 0, 0],
                "categories": ["Månad å", 0, 0, 2, 0],
                "values": ["Månad å", 0, column, 2, column],
            })  # fmt: skip
        if alone:
            tab = book.add_chartsheet("Diagram")
            tab.set_chart(chart)
        else:
            sheet.insert_chart("E2", chart)
    return stream.getvalue()


def set_and_followed(book: bytes, values: dict[str, Value]) -> Followed:
    edits, areas = [], []
    for address, value in values.items():
        row, column = parse_a1(address)
        edits.append(CellEdit("Månad å", row, column, value))
        areas.append(("Månad å", Area(row, column, row, column)))
    new = set_cells(book, FILE, edits)
    found = follow(new, FILE, areas, book)
    again = follow(found.data, FILE, areas, book)
    assert (again.data, again.edits) == (found.data, ())
    check(new, found)
    return found


def caches(data: bytes) -> list[tuple[str, dict[int, str]]]:
    """The points of each cache, with the cells they are from."""
    xml = part(data, CHART)
    return [
        (words, {int(n): v for n, v in re.findall(r'<c:pt idx="(\d+)"><c:v>(.*?)</c:v>', cache)})
        for words, cache in re.findall(r"<c:f>(.*?)</c:f>(<c:(?:num|str)Cache>.*?Cache>)", xml)
    ]


@pytest.mark.parametrize("alone", [False, True], ids=["on a sheet", "on a sheet of its own"])
def test_a_chart_follows_written_and_recalculated_cells(alone: bool) -> None:
    book = drawn(alone=alone)
    found = set_and_followed(book, {"B2": 1_000, "A3": "å & <mars>"})
    labels = {0: "jan", 1: "feb", 2: "å &amp; &lt;mars&gt;"}
    assert caches(found.data) == [
        ("'Månad å'!$A$1", {0: "jan"}), ("'Månad å'!$A$1:$A$3", labels),
        ("'Månad å'!$B$1:$B$3", {0: "10.5", 1: "1000", 2: "31.5"}),
        ("'Månad å'!$A$1", {0: "jan"}), ("'Månad å'!$A$1:$A$3", labels),
        ("'Månad å'!$C$1:$C$3", {0: "21", 1: "2000", 2: "63"}),
    ]  # fmt: skip
    before, after = part(book, CHART), part(found.data, CHART)
    back = after.replace(">1000<", ">21<").replace(">2000<", ">42<")
    assert back.replace("å &amp; &lt;mars&gt;", "mar") == before


def test_cells_that_were_emptied_have_no_point_and_get_one_again() -> None:
    book = drawn()
    empty = set_and_followed(book, {"B1": None, "B2": None, "B3": None})
    assert caches(empty.data)[2] == ("'Månad å'!$B$1:$B$3", {})
    assert '<c:ptCount val="3"/>' in part(empty.data, CHART)
    filled = set_and_followed(empty.data, {"B3": 31.5, "B1": 10.5, "B2": 21})
    assert part(filled.data, CHART) == part(book, CHART)


def test_errors_and_texts_are_as_excel_keeps_them() -> None:
    found = set_and_followed(drawn(), {"B1": CellError("#N/A"), "B3": "saknas"})
    assert caches(found.data)[2][1] == {0: "#N/A", 1: "21", 2: "0"}


def test_hidden_rows_have_no_points() -> None:
    book = drawn(hidden=1)
    chart = re.sub(
        r'(<c:f>\'Månad å\'!\$B\$1:\$B\$3</c:f>.*?)<c:ptCount val="3"/>.*?</c:numCache>',
        r'\1<c:ptCount val="2"/><c:pt idx="0"><c:v>10.5</c:v></c:pt>'
        r'<c:pt idx="1"><c:v>31.5</c:v></c:pt></c:numCache>',
        part(book, CHART),
        count=1,
    )
    book = with_parts(book, {CHART: chart})
    found = set_and_followed(book, {"B2": 5, "B3": 7})
    assert caches(found.data)[2][1] == {0: "10.5", 1: "7"}


def test_a_label_that_only_excel_can_word_is_left_and_told_of() -> None:
    found = set_and_followed(drawn(), {"A2": 2.5, "B2": 7})
    assert caches(found.data)[1][1][1] == "feb"
    assert caches(found.data)[2][1][1] == "7"
    assert [edit.part for edit in found.left] == [CHART]


def test_a_chart_that_draws_other_cells_keeps_its_bytes() -> None:
    found = set_and_followed(drawn(), {"D1": 3})
    assert (found.edits, found.left) == ((), ())


PIVOT = {
    "[Content_Types].xml": (
        '<Override PartName="/xl/pivotCache/pivotCacheDefinition1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"/>'
        '<Override PartName="/xl/pivotTables/pivotTable1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml"/></Types>'
    )
}
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CACHE = "xl/pivotCache/pivotCacheDefinition1.xml"


def with_pivot(source: str) -> bytes:
    """Data in A1:B3, a pivot table in D1:E4, and formulas over both."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Månad å")
        sheet.write_column("A1", ["Enhet", "605", "607"])
        sheet.write_column("B1", ["Kr", 10, 20])
        sheet.write("E4", 30)
        sheet.write_formula("G1", "=E4/2", None, 15)
        sheet.write_formula("G2", "=B2/2", None, 5)
        sheet.write("I1", 1)
        book.define_name("Källa", "='Månad å'!$A$1:$B$3")
    types = part(stream.getvalue(), "[Content_Types].xml")
    data = with_parts(
        stream.getvalue(),
        {"[Content_Types].xml": types.replace("</Types>", PIVOT["[Content_Types].xml"])},
    )
    out = io.BytesIO(data)
    import zipfile

    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(
            CACHE,
            f'<pivotCacheDefinition {MAIN} recordCount="2"><cacheSource type="worksheet">'
            f'<worksheetSource {source}/></cacheSource><cacheFields count="0"/></pivotCacheDefinition>',
        )
        archive.writestr(
            "xl/pivotTables/pivotTable1.xml",
            f'<pivotTableDefinition {MAIN} name="P" cacheId="1"><location ref="D1:E4" '
            'firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/></pivotTableDefinition>',
        )
        archive.writestr(
            "xl/pivotTables/_rels/pivotTable1.xml.rels",
            f'<Relationships {RELS}><Relationship Id="rId1" Type="{TYPE}/pivotCacheDefinition" '
            'Target="../pivotCache/pivotCacheDefinition1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/_rels/sheet1.xml.rels",
            f'<Relationships {RELS}><Relationship Id="rId1" Type="{TYPE}/pivotTable" '
            'Target="../pivotTables/pivotTable1.xml"/></Relationships>',
        )
    return out.getvalue()


@pytest.mark.parametrize("source", ['ref="A1:B3" sheet="Månad å"', 'name="Källa"'])
def test_a_pivot_table_is_refreshed_and_what_uses_it_is_doubted(source: str) -> None:
    book = with_pivot(source)
    found = set_and_followed(book, {"B2": 12})
    assert 'recordCount="2" refreshOnLoad="1">' in part(found.data, CACHE)
    assert refs(found.doubtful) == ["'Månad å'!G1"]
    assert shown(found.data, "Månad å!G2") == 6
    assert CACHE.lower() in {edit.part for edit in found.edits}
    elsewhere = set_and_followed(book, {"I1": 7})
    assert (elsewhere.edits, elsewhere.doubtful) == ((), ())


def test_a_pivot_table_over_another_workbook_is_none_of_ours() -> None:
    book = with_pivot(f'xmlns:r="{TYPE}" r:id="rId1" ref="A1:B3" sheet="Månad å"')
    found = set_and_followed(book, {"B2": 12})
    assert changed_parts(set_cells(book, FILE, [CellEdit("Månad å", 2, 2, 12)]), found.data) == {
        "xl/worksheets/sheet1.xml"
    }
    assert found.doubtful == ()
