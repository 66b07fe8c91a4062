"""The workbooks of the stand-in Excel as plain data, and how Excel reads what is put into a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.desktop.excel.com import refused

from ramkoll.excel.number_formats import serial_from_date
from ramkoll.live.areas import CellKey, area_of
from ramkoll.model.cells import Area, CellKind
from ramkoll.model.workbook import Submission

ERRORS = {"#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029}
ERRORS |= {"#NUM!": 2036, "#N/A": 2042, "#SPILL!": 2045, "#CALC!": 2050}
NUMBER_OF = {text: number - 2146828288 for text, number in ERRORS.items()}
_TEXT_OF = {number: text for text, number in NUMBER_OF.items()}
_VISIBLE = {"visible": -1, "hidden": 0, "veryHidden": 2}


class Style(NamedTuple):
    number_format: str = "General"
    fill: int | None = None
    fill_theme: int | None = None
    fill_tint: float = 0.0
    pattern: int = -4142
    colour: int | None = None
    theme: int | None = None
    tint: float = 0.0
    bold: bool = False
    italic: bool = False
    size: float = 11.0
    wrap: bool = False
    horizontal: int = 1
    vertical: int = -4107
    indent: int = 0
    locked: bool = True


PLAIN = Style()
Line = tuple[int, int, int | None]  # style, weight, colour (None: automatic)


@dataclass
class Condition:
    area: list[Area]
    kind: int
    formula: str
    stop: bool = True
    look: dict[str, object] = field(default_factory=dict)


@dataclass
class Chart:
    name: str
    title: str | None
    left: float
    top: float
    series: list[str]


@dataclass
class Sheet:
    name: str
    visible: int = -1
    cells: dict[CellKey, tuple[Any, str | None]] = field(default_factory=dict)
    styles: dict[CellKey, Style] = field(default_factory=dict)
    above: dict[CellKey, Line] = field(default_factory=dict)
    beside: dict[CellKey, Line] = field(default_factory=dict)
    merged: set[Area] = field(default_factory=set)
    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    tables: dict[str, Area] = field(default_factory=dict)
    charts: list[Chart] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    links: set[CellKey] = field(default_factory=set)
    arrays: list[Area] = field(default_factory=list)
    spills: list[Area] = field(default_factory=list)
    protected: bool = False
    people_only: bool = False
    allows: set[str] = field(default_factory=set)
    used: Area | None = None
    shown: dict[tuple[CellKey, str], Any] = field(default_factory=dict)

    def style(self, at: CellKey) -> Style:
        return self.styles.get(at, PLAIN)

    def restyle(self, at: CellKey, **changes: Any) -> None:
        style = self.style(at)._replace(**changes)
        if style == PLAIN:
            self.styles.pop(at, None)
        else:
            self.styles[at] = style

    def hidden_by_merge(self, at: CellKey) -> bool:
        return any(a.holds(*at) and at != (a.top, a.left) for a in self.merged)

    def state(self) -> dict[str, Any]:
        """Everything that a user could see of the sheet."""
        return {
            "cells": dict(sorted(self.cells.items())),
            "styles": dict(sorted(self.styles.items())),
            "above": dict(sorted(self.above.items())),
            "beside": dict(sorted(self.beside.items())),
            "merged": sorted(area.address for area in self.merged),
            "heights": dict(sorted(self.heights.items())),
            "widths": dict(sorted(self.widths.items())),
            "tables": {name: area.address for name, area in self.tables.items()},
            "charts": [(c.name, c.title, c.left, c.top, tuple(c.series)) for c in self.charts],
            "conditions": sorted(
                (
                    c.kind,
                    c.formula,
                    c.stop,
                    sorted(a.address for a in c.area),
                    sorted(c.look.items()),
                )
                for c in self.conditions
            ),
            "links": sorted(self.links),
        }

    def write(self, at: CellKey, text: Any, *, new_formulas: bool = False) -> None:
        """As if typed, in English: a text is read for what it looks like."""
        if self.hidden_by_merge(at):
            return
        if self.protected and not self.people_only and self.style(at).locked:
            raise refused("Cellen är skyddad.")
        if any(area.holds(*at) for area in self.arrays):
            raise refused("Du kan inte ändra en del av en matris.")
        self.links.discard(at)
        value, formula, code = _parsed(text, self.style(at).number_format)
        if formula is not None:
            if not new_formulas:
                formula = re.sub(r"=(INDEX|OFFSET)\(", r"=@\1(", formula)
            value = self.shown.get((at, formula), 0.0)
        if value is None:
            self.cells.pop(at, None)
        else:
            self.cells[at] = value, formula
        if code is not None:
            self.restyle(at, number_format=code)


def _parsed(text: Any, code: str) -> tuple[Any, str | None, str | None]:
    """Value, formula, and the number format that Excel gives a cell for it."""
    if text is None or text == "":
        return None, None, None
    if not isinstance(text, str):
        return (text if isinstance(text, bool) else float(text)), None, None
    if len(text) > 32_767:
        raise refused("Texten är för lång.")
    if code == "@":
        return text, None, None
    if text.startswith("'"):
        return text[1:], None, None
    if text.startswith("=") and len(text) > 1:
        if len(text) > 8_192 or text.count("(") != text.count(")"):
            raise refused("Formeln är felaktig.")
        dates = "TODAY(" in text and code == "General"
        return 0.0, text, "yyyy-mm-dd" if dates else None
    if re.fullmatch(r"[-+].*[A-Za-z].*", text):
        raise refused("Formeln är felaktig.")
    if text in NUMBER_OF:
        return NUMBER_OF[text], None, None
    if text.casefold() in ("true", "false", "sant", "falskt"):
        return text.casefold() in ("true", "sant"), None, None
    if re.fullmatch(r"\d+[/-]\d+", text):
        return 45_293.0, None, "d-mmm" if code == "General" else None
    if re.fullmatch(r"\d+ ?%", text):
        return float(text.rstrip(" %")) / 100, None, "0%"
    try:
        return float(text.replace(",", ".")), None, None
    except ValueError:
        return text, None, None


def formula_text(value: Any, formula: str | None) -> str:
    """What Formula says of a cell."""
    if formula is not None:
        return formula
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return _TEXT_OF[value]
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass
class Name:
    name: str
    refers_to: str
    visible: bool = True


@dataclass
class Book:
    name: str
    path: str
    sheets: list[Sheet]
    names: list[Name] = field(default_factory=list)
    date_1904: bool = False
    shared: bool = False
    read_only: bool = False
    autosave: bool = False
    closed: bool = False
    active: int = 0
    selected: dict[str, str] = field(default_factory=dict)
    chart_is_active: bool = False

    def sheet(self, name: str) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.name == name)

    def state(self) -> dict[str, Any]:
        """Everything that a user could see of the workbook."""
        return {
            "sheets": {sheet.name: sheet.state() for sheet in self.sheets},
            "names": sorted((name.name, name.refers_to, name.visible) for name in self.names),
            "active": self.active,
            "selected": self.selected.get(self.sheets[self.active].name, "$A$1"),
        }


def book_of(workbook: Submission, path: str = "") -> Book:
    """A workbook that was read from its file, open. Looks are made up: the reader has none."""
    sheets = []
    for each in workbook.sheets:
        sheet = Sheet(each.name, _VISIBLE[each.visibility.value], merged=set(each.merged))
        for at, cell in each.cells.items():
            value: Any = cell.value
            if cell.kind is CellKind.ERROR:
                value = NUMBER_OF[str(cell.value)]
            elif cell.kind is CellKind.DATE:
                value = serial_from_date(value, workbook.date_1904)
            elif value is not None and not isinstance(value, (bool, str)):
                value = float(value)
            formula = None if cell.formula is None else f"={cell.formula}"
            if formula is not None and value is None:
                value = 0.0
            sheet.cells[at] = value, formula
            if formula is not None:
                sheet.shown[at, formula] = value
            if cell.number_format != "General":
                sheet.styles[at] = Style(number_format=cell.number_format)
        sheets.append(sheet)
    names = [Name(name, f"={text}") for name, text in workbook.names.items()]
    active = next(i for i, each in enumerate(sheets) if each.visible == -1)
    file = workbook.file
    return Book(
        file, path or f"C:\\Uppföljning\\{file}", sheets, names, workbook.date_1904, active=active
    )


def every(areas: list[Area]) -> Iterator[CellKey]:
    for area in areas:
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                yield row, column


def area(address: str) -> Area:
    return area_of(address.replace("$", ""))


def meet(one: Area, other: Area) -> bool:
    down = one.top <= other.bottom and other.top <= one.bottom
    return down and one.left <= other.right and other.left <= one.right
