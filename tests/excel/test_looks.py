"""How workbooks look: compared with what openpyxl reads, and with what Excel shows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.cell import MergedCell
from openpyxl.chart import BarChart, LineChart, Reference, ScatterChart
from openpyxl.chart import Series as OpenpyxlSeries
from openpyxl.styles import (
    Alignment,
    Border,
    Color,
    Font,
    GradientFill,
    PatternFill,
    Protection,
    Side,
)
from openpyxl.styles.colors import COLOR_INDEX
from tests.excel.broken import package, sheet_xml, workbook_relationships, zipped

from ramkoll.excel.looks import Series, SheetLooks, Width, read_looks
from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.styles import Edge, Look
from ramkoll.excel.unreadable import Unreadable
from ramkoll.store.resources import resource

FILE = "605.xlsx"
SIDES = ("top", "bottom", "left", "right")


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def look_of(data: bytes, row: int = 1, column: int = 1) -> Look:
    looks = read_looks(data, FILE)
    (sheet,) = looks.sheets.values()
    return looks.styles[sheet.styles[row, column]]


def sheet_of(data: bytes) -> SheetLooks:
    (sheet,) = read_looks(data, FILE).sheets.values()
    return sheet


def styled(**attributes: Any) -> bytes:
    """A workbook of openpyxl with one cell that is formatted so, and holds nothing."""
    book = openpyxl.Workbook()
    for name, value in attributes.items():
        setattr(book.worksheets[0]["A1"], name, value)
    return saved(book)


def with_styles(
    styles: str, rows: str = '<row r="1"><c r="A1" s="1"/></row>', **parts: str
) -> bytes:
    """A workbook by hand; ``styles`` stands inside its styles part."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<styleSheet xmlns="{main}">{styles}</styleSheet>'
    return package(rows, changes={"xl/styles.xml": text, **parts})


def with_part(data: bytes, name: str, changed: Callable[[str], str]) -> bytes:
    """The workbook with a part changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {each: archive.read(each) for each in archive.namelist()}
        parts[name] = changed(archive.read(name).decode())
    return zipped(parts)


# --- the oracle


def by_xlsxwriter() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Utfall")
        formats: list[Mapping[str, Any]] = [
            {"bold": True, "italic": True, "underline": 1, "font_size": 14.5},
            {"underline": 33, "font_name": "Arial", "font_color": "#C00000"},
            {"bg_color": "#FFF2CC", "border": 1, "border_color": "#808080"},
            {"top": 6, "bottom": 2, "left": 7, "right": 5, "right_color": "red"},
            {"num_format": "#,##0"},
            {"num_format": '#,##0 "kr";[Red]-#,##0 "kr"'},
            {"num_format": 14},
            {"locked": False},
            {"hidden": True},
            {"align": "right", "valign": "vcenter", "text_wrap": True, "indent": 3},
            {"align": "center_across", "rotation": 45},
            {"pattern": 2, "bg_color": "yellow", "fg_color": "blue"},
        ]
        made = [book.add_format(dict(each)) for each in formats]
        for column, each in enumerate(made):
            sheet.write_number(0, column, column, each)
            sheet.write_blank(1, column, None, each)
        sheet.set_row(0, 44.25)
        sheet.set_row(3, 9, made[2])
        sheet.set_column("B:D", 23.5)
        sheet.set_column("F:XFD", 4, made[0], {"hidden": True})
        sheet.freeze_panes(2, 1)
        sheet.hide_gridlines(2)
        sheet.protect("hemligt", {"format_cells": True, "format_columns": True})
        book.add_worksheet("Tom")
        book.worksheets()[1].activate()
    return stream.getvalue()


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Å & 'Ö'"
    edges = Border(top=Side("thin", "FF00B050"), right=Side("double"), diagonal=Side("thin"))
    sheet["A1"].font = Font(name="Verdana", sz=8, b=False, i=True, u="none", color="FF112233")
    sheet["B1"].border = edges
    sheet["C1"].fill = PatternFill("solid", fgColor="FFABCDEF")
    sheet["D1"].fill = GradientFill(stop=("FF000000", "FFFFFFFF"))
    sheet["E1"].alignment = Alignment("center", "top", wrapText=True)
    sheet["F1"].protection = Protection(locked=False)
    sheet["G1"].number_format = "0.0%"
    sheet["H9"].font = Font(u="doubleAccounting")
    sheet["I1"] = 7
    sheet.row_dimensions[9].height = 31
    sheet.column_dimensions["C"].width = 40
    sheet.sheet_format.defaultRowHeight = 12.75
    sheet.protection.enable()
    sheet.protection.formatRows = False
    return saved(book)


def example() -> bytes:
    return resource("workbooks/2024-08/616.xlsx").read_bytes()


def template() -> bytes:
    return resource("templates/regionstyrelse-1.xlsx").read_bytes()


@pytest.mark.parametrize("make", [by_xlsxwriter, by_openpyxl, example, template])
def test_the_looks_are_those_that_openpyxl_reads(make: Callable[[], bytes]) -> None:
    data = make()
    theirs = openpyxl.load_workbook(io.BytesIO(data))
    ours = read_looks(data, FILE)
    assert ours.active == theirs.active.title
    assert list(ours.sheets) == theirs.sheetnames
    compared = 0
    for name, looks in ours.sheets.items():
        sheet = theirs[name]
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            # openpyxl forgets the looks of what a merged cell hides.
            if isinstance(cell, MergedCell):
                continue
            index = looks.styles.get((cell.row, cell.column))
            assert (index is not None) == cell.has_style, cell
            if index is not None:
                assert ours.styles[index] == as_look(cell), cell
                compared += 1
        heights = {n: row.height for n, row in sheet.row_dimensions.items() if row.height}
        assert looks.heights == heights
        assert {(w.first, w.last): w.width for w in looks.widths} == {
            (c.min, c.max): c.width for c in sheet.column_dimensions.values()
        }
        assert looks.default_height == sheet.sheet_format.defaultRowHeight
        pane = sheet[sheet.freeze_panes or "A1"]
        assert looks.frozen == (pane.row - 1, pane.column - 1)
        assert looks.gridlines == (sheet.sheet_view.showGridLines is not False)
        assert looks.allowed == {
            name
            for name in ("formatCells", "formatRows", "formatColumns")
            if not getattr(sheet.protection, name)
        }
    assert compared > 5


def as_look(cell: Any) -> Look:
    def colour(of: Color | None) -> str | None:
        if of is not None and of.type == "theme":
            assert of.theme == 1, "others are tested by what Excel shows"
        return f"#{of.rgb[-6:]}" if of is not None and of.type == "rgb" else None

    font, at, fill = cell.font, cell.alignment, cell.fill
    edges = ((side, getattr(cell.border, side)) for side in SIDES)
    return Look(
        number_format=cell.number_format,
        locked=cell.protection.locked,
        fill=colour(fill.fgColor) if fill.fill_type == "solid" else None,
        colour=colour(font.color),
        font=font.name,
        size=font.sz,
        bold=font.b,
        italic=font.i,
        underline=font.u is not None,
        wrap=bool(at.wrap_text),
        horizontal=at.horizontal,
        vertical=at.vertical,
        indent=int(at.indent),
        borders={side: Edge(e.style, colour(e.color)) for side, e in edges if e and e.style},
    )


# --- colours


@pytest.mark.parametrize(
    ("theme", "tint", "shown"),
    [
        # The palette of Excel 2007, whose theme openpyxl writes.
        (0, 0.0, "#FFFFFF"),
        (0, -0.149998474074526, "#D9D9D9"),
        (1, 0.499984740745262, "#7F7F7F"),
        (2, 0.0, "#EEECE1"),
        (3, 0.0, "#1F497D"),
        (4, 0.0, "#4F81BD"),
        (4, 0.799981688894314, "#DCE6F1"),
        (4, 0.599993896298105, "#B8CCE4"),
        (4, 0.399975585192419, "#95B3D7"),
        (4, -0.249977111117893, "#366092"),
        (9, 0.0, "#F79646"),
    ],
)
def test_a_colour_of_the_theme_is_what_excel_shows(theme: int, tint: float, shown: str) -> None:
    fill = PatternFill("solid", fgColor=Color(theme=theme, tint=tint))
    found = look_of(styled(fill=fill)).fill
    assert found is not None
    # Excel counts in whole steps; two of 255 are more than the eye sees.
    for at in (1, 3, 5):
        assert int(found[at : at + 2], 16) == pytest.approx(int(shown[at : at + 2], 16), abs=2)


def test_the_theme_s_colour_of_text_is_left_to_the_program_but_not_in_a_fill() -> None:
    assert look_of(styled(font=Font(b=True, color=Color(theme=1)))).colour is None
    assert look_of(styled(fill=PatternFill("solid", fgColor=Color(theme=1)))).fill == "#000000"


@pytest.mark.parametrize("index", range(64))
def test_a_colour_by_number_is_that_of_the_palette(index: int) -> None:
    data = with_styles(
        f'<fonts><font/><font><color indexed="{index}"/></font></fonts>'
        '<cellXfs><xf/><xf fontId="1"/></cellXfs>'
    )
    assert look_of(data).colour == f"#{COLOR_INDEX[index][-6:]}"


@pytest.mark.parametrize(
    "colour",
    [
        'auto="1"', 'indexed="64"', 'indexed="81"', 'indexed="-1"', 'theme="99"', 'theme="4"',
        'rgb="javascript"', 'rgb=""', "",
    ],
)  # fmt: skip
def test_a_colour_that_is_automatic_or_none_is_left_to_the_program(colour: str) -> None:
    data = with_styles(
        f"<fonts><font/><font><color {colour}/></font></fonts>"
        '<cellXfs><xf/><xf fontId="1"/></cellXfs>'
    )
    assert look_of(data) == Look()


def test_a_workbook_may_have_a_palette_of_its_own() -> None:
    data = with_styles(
        '<fonts><font/><font><color indexed="1"/></font></fonts>'
        '<cellXfs><xf/><xf fontId="1"/></cellXfs>'
        '<colors><indexedColors><rgbColor rgb="00111111"/><rgbColor rgb="00222222"/>'
        "</indexedColors></colors>"
    )
    assert look_of(data).colour == "#222222"


# --- what openpyxl does not read as Excel does


def test_a_format_is_used_whatever_its_apply_attribute_says() -> None:
    data = with_styles(
        '<numFmts><numFmt numFmtId="164" formatCode="0.0"/></numFmts>'
        "<fonts><font/><font><b/></font></fonts>"
        '<cellXfs><xf/><xf fontId="1" numFmtId="164" applyFont="0" applyNumberFormat="0" '
        'applyProtection="0" applyAlignment="0"><alignment horizontal="right"/>'
        '<protection locked="0"/></xf></cellXfs>'
    )
    assert look_of(data) == Look("0.0", locked=False, bold=True, horizontal="right")


def test_what_a_font_says_it_is_not_it_is_not() -> None:
    data = with_styles(
        '<fonts><font/><font><b val="0"/><i val="false"/><u val="none"/></font></fonts>'
        '<cellXfs><xf/><xf fontId="1"/></cellXfs>'
    )
    assert look_of(data) == Look()


def test_the_sides_of_a_strict_workbook_are_left_and_right() -> None:
    data = with_styles(
        '<borders><border/><border><start style="thin"/><end style="thick"/></border></borders>'
        '<cellXfs><xf/><xf borderId="1"/></cellXfs>'
    )
    assert look_of(data).borders == {"left": Edge("thin"), "right": Edge("thick")}


def test_what_stays_is_what_is_frozen_and_not_how_far_one_has_scrolled() -> None:
    def panes(attributes: str) -> tuple[int, int]:
        before = f'<sheetViews><sheetView workbookViewId="0"><pane {attributes}/></sheetView></sheetViews>'
        return sheet_of(package(sheet=sheet_xml("", before=before))).frozen

    scrolled = 'xSplit="1" ySplit="4" topLeftCell="F60" activePane="bottomRight"'
    assert panes(f'{scrolled} state="frozen"') == (4, 1)
    assert panes(f'{scrolled} state="frozenSplit"') == (4, 1)
    assert panes(scrolled) == (0, 0)
    assert panes('ySplit="1e300" xSplit="-3" state="frozen"') == (1_048_576, 0)
    assert panes('ySplit="x" state="frozen"') == (0, 0)


def test_what_a_merged_cell_hides_keeps_its_looks() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        format_ = book.add_format({"bg_color": "#FFF2CC", "locked": False})
        book.add_worksheet().merge_range("A1:C1", "Summa", format_)
    for column in (1, 2, 3):
        look = look_of(stream.getvalue(), 1, column)
        assert (look.fill, look.locked) == ("#FFF2CC", False)


# --- charts


def test_charts_have_their_names_and_all_their_series_with_where_the_figures_are() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Utfall"
    bars, lines, points = BarChart(), LineChart(), ScatterChart()
    labels = Reference(sheet, min_col=1, min_row=2, max_row=4)
    for column, chart in ((2, bars), (3, lines)):
        chart.add_data(
            Reference(sheet, min_col=column, min_row=1, max_row=4), titles_from_data=True
        )
        chart.set_categories(labels)
    values = Reference(sheet, min_col=2, min_row=2, max_row=4)
    points.series.append(OpenpyxlSeries(values, labels))
    bars += lines
    sheet.add_chart(bars, "E2")
    sheet.add_chart(points, "E20")
    both, third = sheet_of(saved(book)).charts
    assert both.name == "Chart 1"
    assert both.series == (
        Series("'Utfall'!B1", "'Utfall'!$A$2:$A$4", "'Utfall'!$B$2:$B$4"),
        Series("'Utfall'!C1", "'Utfall'!$A$2:$A$4", "'Utfall'!$C$2:$C$4"),
    )
    assert third.series == (Series("", "'Utfall'!$A$2:$A$4", "'Utfall'!$B$2:$B$4"),)


def test_a_drawing_of_another_kind_is_no_chart_and_takes_no_chart_s_name() -> None:
    book = openpyxl.Workbook()
    for place in ("E2", "E20"):
        chart = BarChart()
        chart.add_data(Reference(book.worksheets[0], min_col=1, min_row=1, max_row=4))
        book.worksheets[0].add_chart(chart, place)
    data = with_part(
        saved(book),
        "xl/drawings/_rels/drawing1.xml.rels",
        # What Excel 2016 and later call a waterfall and the like.
        lambda text: text.replace("/relationships/chart", "/relationships/chartEx", 1),
    )
    assert [chart.name for chart in sheet_of(data).charts] == ["Chart 2"]
    broken = with_part(saved(book), "xl/charts/chart1.xml", lambda _: "<c:chartSpace")
    assert [chart.name for chart in sheet_of(broken).charts] == ["Chart 2"]


# --- odd and hostile workbooks


def test_cells_and_rows_without_an_address_follow_each_other() -> None:
    formats = "<fonts/><cellXfs><xf/><xf/><xf/></cellXfs>"
    rows = '<row><c s="1"/><c/><c s="2"/></row><row r="7" ht="20"><c r="C7" s="1"/><c s="2"/></row>'
    assert sheet_of(with_styles(formats, rows)).styles == {
        (1, 1): 1, (1, 3): 2, (7, 3): 1, (7, 4): 2,
    }  # fmt: skip


def test_a_format_that_the_workbook_lacks_is_none() -> None:
    data = with_styles("<cellXfs><xf/></cellXfs>", '<row r="1"><c r="A1" s="1"/></row>')
    assert sheet_of(data).styles == {}


def test_looks_that_cannot_be_made_out_are_as_in_a_new_workbook() -> None:
    data = with_styles(
        '<fonts><font/></fonts><cellXfs count="x"><xf/>'
        '<xf fontId="7" fillId="-1" borderId="x" numFmtId="999">'
        '<alignment indent="1e9" wrapText="kanske"/><protection locked="ja"/></xf></cellXfs>'
    )
    assert look_of(data) == Look()


def test_a_workbook_without_styles_or_views_has_the_usual_looks() -> None:
    links = workbook_relationships(("worksheet", "worksheets/sheet1.xml"))
    changes = {"xl/_rels/workbook.xml.rels": links}
    looks = read_looks(package(changes=changes, sheet=sheet_xml("")), FILE)
    assert looks.styles == ()
    assert looks.sheets == {"Blad1": SheetLooks()}
    assert looks.active == "Blad1"


def test_columns_that_overlap_count_once() -> None:
    cols = "".join(f'<col min="{n % 3 + 1}" max="99999" width="9"/>' for n in range(1000))
    before = f'<cols><col min="5" max="4" width="7"/><col min="2" max="3"/>{cols}</cols>'
    looks = sheet_of(package(sheet=sheet_xml("", before=before)))
    assert looks.widths == (Width(1, 16_384, 9.0),)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="0"><c s="1"/></row>',
        '<row r="1048577"/>',
        '<row r="x"/>',
        '<row r="1"><c r="XFE1" s="1"/></row>',
        '<row r="1"><c r="A1" s="x"/></row>',
        '<row r="1"><c r="A1" s="1">',
    ],
)
def test_a_sheet_that_is_none_is_unreadable(rows: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_looks(package(rows), FILE)
    assert refused.value.where.startswith(FILE)
    assert refused.value.todo


def test_a_sheet_with_too_many_formatted_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ramkoll.excel.looks.MAX_CELLS", 2)
    rows = '<row r="1"><c s="1"/><c s="1"/><c s="1"/></row>'
    with pytest.raises(Unreadable):
        read_looks(with_styles("<cellXfs><xf/><xf/></cellXfs>", rows), FILE)


def test_every_sheet_that_is_scanned_has_its_looks() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("Ett")
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Ett!$A$1:$A$2"})
        book.add_chartsheet("Diagram").set_chart(chart)
        book.add_worksheet("Två").hide()
    data = stream.getvalue()
    assert [s.name for s in scan_bytes(data, FILE).sheets] == list(read_looks(data, FILE).sheets)
