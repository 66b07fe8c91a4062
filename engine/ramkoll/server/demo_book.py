"""A whole workbook as the demo page's grid shows it: contents as scanned, looks from openpyxl."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell as Styled
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

from ramkoll.excel.number_formats import serial_from_date
from ramkoll.excel.ooxml import find_part, read_xml, relationships
from ramkoll.excel.preflight import open_package, workbook_part
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.cells import BLANK_CELL, Cell, CellKind
from ramkoll.model.workbook import Sheet

Json = Any  # what json.dumps takes

# The theme's first colours, which writers name instead of white and black.
_THEME = {0: "#FFFFFF", 1: "#000000"}
_POINTS_PER_PIXEL = 0.75
_DRAWING = frozenset({"{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"})
_SIDES = ("top", "bottom", "left", "right")


def book_json(data: bytes, file: str) -> Json:
    """The workbook as plain data: sheets with cells, looks, sizes and what is locked.

    Sizes are in points, rows and columns 1-based, dates as the cell's number. ``cells`` are rows
    of [row, column, value, formula or None, index into ``styles``]. Raises Unreadable.
    """
    submission = scan_bytes(data, file)
    book = openpyxl.load_workbook(io.BytesIO(data))
    styles = _Styles()
    charts = _chart_names(data, file)
    return {
        "name": file,
        "names": dict(submission.names),
        "date1904": submission.date_1904,
        "active": book.active.title if book.active else submission.sheets[0].name,
        "sheets": [
            _sheet(
                sheet, book[sheet.name], styles, submission.date_1904, charts.get(sheet.name, [])
            )
            for sheet in submission.sheets
        ],
        "styles": styles.made,
    }


class _Styles:
    """The distinct looks, each with its index."""

    def __init__(self) -> None:
        self.made: list[Json] = []
        self._of: dict[int, int] = {}
        self._same: dict[str, int] = {}

    def index(self, cell: Styled) -> int:
        known = self._of.get(cell.style_id)
        if known is None:
            look = _look(cell)
            known = self._same.setdefault(repr(look), len(self.made))
            if known == len(self.made):
                self.made.append(look)
            self._of[cell.style_id] = known
        return known


def _look(cell: Styled) -> Json:
    """Only what differs from a cell of a new workbook."""
    font, side, at = cell.font, cell.border, cell.alignment
    filled = cell.fill.fill_type == "solid"
    borders = {
        name: [edge.style, _colour(edge.color) or "#000000"]
        for name in _SIDES
        if (edge := getattr(side, name)) is not None and edge.style
    }
    found = {
        "format": cell.number_format,
        "locked": cell.protection.locked,
        "fill": _colour(cell.fill.fgColor) if filled else None,
        "colour": _colour(font.color),
        "font": font.name,
        "size": font.sz,
        "bold": font.b,
        "italic": font.i,
        "underline": bool(font.u),
        "wrap": bool(at.wrap_text),
        "horizontal": at.horizontal,
        "vertical": at.vertical,
        "indent": int(at.indent or 0),
        "borders": borders,
    }
    usual = {"format": "General", "locked": True, "size": 11.0, "font": "Calibri"}
    return {
        key: value
        for key, value in found.items()
        if value != usual.get(key) and value is not None and (value or key == "locked")
    }


def _colour(colour: Color | None) -> str | None:
    if colour is None:
        return None
    if colour.type == "rgb":
        return f"#{colour.rgb[-6:]}"
    found = _THEME.get(colour.theme) if colour.type == "theme" else None
    return None if found == "#000000" else found


def _sheet(sheet: Sheet, looks: Any, styles: _Styles, date_1904: bool, names: list[str]) -> Json:
    panes = re.fullmatch(r"([A-Z]+)(\d+)", looks.freeze_panes or "A1")
    assert panes is not None
    frozen = looks[panes.group()]
    protection = looks.protection
    return {
        "name": sheet.name,
        "visibility": sheet.visibility.value,
        "cells": list(_cells(sheet, looks, styles, date_1904)),
        "widths": _widths(looks),
        "heights": {
            row: size.height
            for row, size in looks.row_dimensions.items()
            if size.height is not None
        },
        "defaultHeight": looks.sheet_format.defaultRowHeight or 15,
        "hiddenRows": sorted(sheet.hidden_rows),
        "hiddenColumns": sorted(sheet.hidden_columns),
        "freeze": [frozen.row - 1, frozen.column - 1],
        "gridlines": looks.sheet_view.showGridLines is not False,
        "merged": [area.address for area in sheet.merged],
        # openpyxl says what is forbidden; a host says what is allowed.
        "protected": bool(protection.sheet),
        "allow": {
            "allowFormatCells": not protection.formatCells,
            "allowFormatRows": not protection.formatRows,
            "allowFormatColumns": not protection.formatColumns,
        },
        "tables": [
            {"name": each.displayName, "address": each.ref} for each in looks.tables.values()
        ],
        "charts": [_chart(name, chart) for name, chart in zip(names, looks._charts, strict=False)],
        "lists": [list(found) for found in _lists(looks)],
    }


def _cells(sheet: Sheet, looks: Any, styles: _Styles, date_1904: bool) -> Iterator[list[Json]]:
    """Cells with content or a look of their own."""
    for row in looks.iter_rows():
        for styled in row:
            place = styled.row, styled.column
            cell = sheet.cell(*place)
            if cell is BLANK_CELL and not styled.has_style:
                continue
            formula = None if cell.formula is None else f"={cell.formula}"
            value = plain_value(cell, date_1904)
            yield [*place, value, formula, styles.index(styled) if styled.has_style else None]


def plain_value(cell: Cell, date_1904: bool) -> Json:
    """The value as a host has it: a number, a text, true or false, an error, or None."""
    value = cell.value
    if value is None:
        return None
    if cell.kind is CellKind.ERROR:
        return {"error": str(value)}
    if isinstance(value, datetime):
        return serial_from_date(value, date_1904)
    return value if isinstance(value, str | bool) else float(value)


def _chart(name: str, chart: Any) -> Json:
    """A chart's name and where its series get their figures."""
    return {
        "name": name,
        "series": [
            {
                "name": _source(series.tx),
                "labels": _source(series.cat),
                "values": _source(series.val),
            }
            for series in chart.series
        ],
    }


def _chart_names(data: bytes, file: str) -> dict[str, list[str]]:
    """The names of the charts of each sheet, in the order openpyxl reads them; it drops names."""
    parts = open_package(data, file)
    main = workbook_part(parts, file)
    sheets = relationships(parts, main, file)
    found: dict[str, list[str]] = {}
    for tab in read_xml(find_part(parts, main) or b"", file, "workbook").iter():
        link = next((v for k, v in tab.attrib.items() if k.endswith("}id")), "")
        if not tab.tag.endswith("}sheet") or link not in sheets:
            continue
        part = sheets[link].target
        for drawing in relationships(parts, part, file).values():
            if drawing.kind != "drawing":
                continue
            root = read_xml(find_part(parts, drawing.target) or b"", file, "wsDr", _DRAWING)
            frames = (each for each in root.iter() if each.tag.endswith("}nvGraphicFramePr"))
            found[tab.attrib["name"]] = [frame[0].attrib["name"] for frame in frames]
    return found


def _source(of: Any) -> str:
    found = getattr(of, "numRef", None) or getattr(of, "strRef", None)
    return str(found.f) if found is not None else ""


def _widths(looks: Any) -> dict[int, float]:
    found = {}
    for size in looks.column_dimensions.values():
        if not size.customWidth:
            continue
        # Widths are in digits of the normal font, 7 pixels wide, with 5 pixels around them.
        pixels = int((256 * size.width + 18) / 256 * 7)
        for column in range(size.min, min(size.max, looks.max_column + 50) + 1):
            found[column] = pixels * _POINTS_PER_PIXEL
    return found


def _lists(looks: Worksheet) -> Iterator[tuple[str, list[str]]]:
    """Areas whose cells are chosen from a list that is written in the form itself."""
    for each in looks.data_validations.dataValidation:
        said = each.formula1 or ""
        if each.type == "list" and said.startswith('"'):
            yield str(each.sqref), said.strip('"').split(",")
