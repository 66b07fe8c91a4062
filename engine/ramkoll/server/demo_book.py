"""A whole workbook as the demo page's grid shows it: its contents and its looks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ramkoll.excel.looks import BookLooks, DrawnChart, SheetLooks, read_looks
from ramkoll.excel.number_formats import serial_from_date
from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.styles import Look
from ramkoll.model.cells import Cell, CellKind
from ramkoll.model.workbook import Sheet

Json = Any  # what json.dumps takes

_POINTS_PER_PIXEL = 0.75
# Columns to the right of the last cell whose widths may be seen.
_COLUMNS_BESIDE = 50


def book_json(data: bytes, file: str) -> Json:
    """The workbook as plain data: sheets with cells, looks, sizes and what is locked.

    Sizes are in points, rows and columns 1-based, dates as the cell's number. ``cells`` are rows
    of [row, column, value, formula or None, index into ``styles``]. Raises Unreadable.
    """
    submission = scan_bytes(data, file)
    looks = read_looks(data, file)
    styles = _Styles(looks)
    known = submission.sheet(looks.active) or submission.sheets[0]
    return {
        "name": file,
        "names": dict(submission.names),
        "date1904": submission.date_1904,
        "active": known.name,
        "sheets": [
            _sheet(sheet, looks.sheets[sheet.name], styles, submission.date_1904)
            for sheet in submission.sheets
        ],
        "styles": styles.made,
    }


class _Styles:
    """The distinct looks, each with its index."""

    def __init__(self, looks: BookLooks) -> None:
        self.made: list[Json] = []
        self._looks = looks.styles
        self._of: dict[int, int] = {}
        self._same: dict[str, int] = {}

    def index(self, style: int) -> int:
        known = self._of.get(style)
        if known is None:
            look = _look(self._looks[style])
            known = self._same.setdefault(repr(look), len(self.made))
            if known == len(self.made):
                self.made.append(look)
            self._of[style] = known
        return known


def _look(look: Look) -> Json:
    """Only what differs from a cell of a new workbook."""
    found = {
        "format": look.number_format,
        "locked": look.locked,
        "fill": look.fill,
        "colour": look.colour,
        "font": look.font,
        "size": look.size,
        "bold": look.bold,
        "italic": look.italic,
        "underline": look.underline,
        "wrap": look.wrap,
        "horizontal": look.horizontal,
        "vertical": look.vertical,
        "indent": look.indent,
        "borders": {
            side: [edge.kind, edge.colour or "#000000"] for side, edge in look.borders.items()
        },
    }
    usual = {"format": "General", "locked": True, "size": 11.0, "font": "Calibri"}
    return {
        key: value
        for key, value in found.items()
        if value != usual.get(key) and value is not None and (value or key == "locked")
    }


def _sheet(sheet: Sheet, looks: SheetLooks, styles: _Styles, date_1904: bool) -> Json:
    return {
        "name": sheet.name,
        "visibility": sheet.visibility.value,
        "cells": list(_cells(sheet, looks, styles, date_1904)),
        "widths": _widths(sheet, looks),
        "heights": dict(looks.heights),
        "defaultHeight": looks.default_height,
        "hiddenRows": sorted(sheet.hidden_rows),
        "hiddenColumns": sorted(sheet.hidden_columns),
        "freeze": list(looks.frozen),
        "gridlines": looks.gridlines,
        "merged": [area.address for area in sheet.merged],
        "protected": sheet.beside.protection is not None,
        "allow": {
            "allowFormatCells": "formatCells" in looks.allowed,
            "allowFormatRows": "formatRows" in looks.allowed,
            "allowFormatColumns": "formatColumns" in looks.allowed,
        },
        "tables": [
            {"name": each.name, "address": each.area.address} for each in sheet.beside.tables
        ],
        "charts": [_chart(chart) for chart in looks.charts],
        "lists": [list(found) for found in _lists(sheet)],
    }


def _cells(
    sheet: Sheet, looks: SheetLooks, styles: _Styles, date_1904: bool
) -> Iterator[list[Json]]:
    """Cells with content or a look of their own, row by row."""
    for place in sorted({*sheet.cells, *looks.styles}):
        cell, style = sheet.cell(*place), looks.styles.get(place)
        formula = None if cell.formula is None else f"={cell.formula}"
        value = plain_value(cell, date_1904)
        yield [*place, value, formula, None if style is None else styles.index(style)]


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


def _chart(chart: DrawnChart) -> Json:
    """A chart's name and where its series get their figures."""
    return {"name": chart.name, "series": [each._asdict() for each in chart.series]}


def _widths(sheet: Sheet, looks: SheetLooks) -> dict[int, float]:
    found = {}
    columns = {column for _, column in (*sheet.cells, *looks.styles)}
    seen = max(columns, default=1) + _COLUMNS_BESIDE
    for first, last, width in looks.widths:
        # Widths are in digits of the normal font, 7 pixels wide, with 5 pixels around them.
        pixels = int((256 * width + 18) / 256 * 7)
        for column in range(first, min(last, seen) + 1):
            found[column] = pixels * _POINTS_PER_PIXEL
    return found


def _lists(sheet: Sheet) -> Iterator[tuple[str, list[str]]]:
    """Areas whose cells are chosen from a list that is written in the form itself."""
    for each in sheet.beside.validations:
        said = each.formulas[0] if each.formulas else ""
        if each.kind == "list" and said.startswith('"'):
            yield " ".join(area.address for area in each.areas), said.strip('"').split(",")
