"""What somebody types in a cell of the demo's grid, read as a Swedish Excel reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ramkoll.excel.graft.cell_edit import CellEdit, CellError
from ramkoll.excel.number_formats import serial_from_date
from ramkoll.model.cells import CellRef, parse_a1
from ramkoll.model.errors import RamkollError

_SPACES = re.compile("[ \u00a0\u202f]")
_NUMBER = re.compile(r"[-+]?(\d{1,3}( \d{3})+|\d+)?(,\d+)?(E[-+]?\d+)?", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_SWEDISH = re.compile(r"\b(SUMMA|OM|MEDEL|ANTAL|AVRUNDA|LETARAD|OMFEL|SUMMA\.OM|PRODUKTSUMMA)\(")
_ERRORS = {"#SAKNAS!": "#N/A", "#DIVISION/0!": "#DIV/0!", "#VÄRDEFEL!": "#VALUE!"}

Plain = float | str | bool | None


@dataclass(frozen=True)
class Content:
    """What a cell is to hold: a value, or a formula with its equals sign.

    ``number_format`` comes with the input, for a cell that has General.
    """

    value: Plain | CellError = None
    formula: str | None = None
    number_format: str | None = None


def read_typed(text: str, at: CellRef, number_format: str = "General") -> Content:
    """What ``text`` means in a cell of this format. RamkollError when it cannot be that."""
    if text.startswith("'"):
        return Content(text[1:])
    if text.startswith("=") and len(text) > 1:
        return _formula(text, at)
    if number_format == "@":
        return Content(text or None)
    stripped = text.strip()
    if not stripped:
        return Content(None)
    if stripped.upper() in ("SANT", "FALSKT"):
        return Content(stripped.upper() == "SANT")
    if stripped.upper() in _ERRORS:
        return Content(CellError(_ERRORS[stripped.upper()]))
    found = _date(stripped, at) or _number(stripped)
    return found or Content(text)


def _formula(text: str, at: CellRef) -> Content:
    if _SWEDISH.search(text.upper()) or ";" in re.sub(r'"[^"]*"', "", text):
        raise RamkollError(
            "Exempelsidan förstår bara engelska formler.",
            where=f"{at.sheet}!{at.address}",
            expected="till exempel =SUM(A1:A9), med kommatecken mellan argumenten",
            todo="Skriv formeln på engelska, eller skriv ett tal.",
        )
    return Content(None, text)


def _number(text: str) -> Content | None:
    percent = text.endswith("%")
    bare = _SPACES.sub(" ", text.removesuffix("%").strip()).replace("\u2212", "-")
    if not _NUMBER.fullmatch(bare) or not any(each.isdigit() for each in bare):
        return None
    number = float(bare.replace(" ", "").replace(",", "."))
    if number in (float("inf"), float("-inf")):
        return None
    if not percent:
        return Content(number)
    return Content(number / 100, number_format="0%" if "," not in bare else "0.00%")


def _date(text: str, at: CellRef) -> Content | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3] or 1)
    try:
        serial = serial_from_date(date(year, month, day), False)
    except ValueError:
        raise RamkollError(
            f"Datumet {text} finns inte.",
            where=f"{at.sheet}!{at.address}",
            expected="ett datum som 2024-08-31",
            todo="Rätta datumet.",
        ) from None
    return Content(serial, number_format="yyyy-mm-dd" if found[3] else "yyyy-mm")


def as_edit(sheet: str, address: str, content: Content) -> CellEdit:
    """The content as an edit of a file. RamkollError for a bad address."""
    try:
        row, column = parse_a1(address)
    except ValueError:
        raise RamkollError(
            "En cell anges med kolumn och rad.",
            expected="till exempel B7",
            todo="Ladda om sidan.",
        ) from None
    return CellEdit(
        sheet,
        row,
        column,
        value=content.value,
        formula=content.formula,
        number_format=content.number_format,
    )
