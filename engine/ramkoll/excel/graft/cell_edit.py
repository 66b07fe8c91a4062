"""What a cell of a workbook is to hold: checked, and as the file stores it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Final, NamedTuple, TypeAlias

from ramkoll.excel.cell_values import unescaped, xml_bool
from ramkoll.excel.number_formats import serial_from_date
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, CellRef, decimal_from_double
from ramkoll.model.errors import RamkollError

# Excel counts UTF-16 units.
MAX_TEXT = 32_767
MAX_FORMULA = 8_192
MAX_FORMAT = 255
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})

# What XML cannot hold, what Excel never shows, and halves of characters.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# An underscore that a reader would take for the start of an escape.
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}[_\r])")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


class Keep(Enum):
    """What stands there stays."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value, such as ``#N/A``; a plain ``"#N/A"`` is a text."""

    text: str


Value: TypeAlias = Decimal | int | float | bool | str | date | CellError | None


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell to set; ``row`` and ``column`` are 1-based.

    ``value`` alone becomes what the cell holds; None and ``""`` empty it, and KEEP leaves it with
    its formula as it is. With a ``formula`` (English names and commas, as stored, equals sign or
    not) it is the value that the formula shows, None when it is not known. With ``formula=KEEP``
    it is the new value of whatever formula the cell has. A date is stored as the workbook's day
    number, and shows as a date only in a cell formatted for it.

    ``number_format`` is an en-US code and ``fill`` a colour ``#RRGGBB``, ``""`` for none; None
    leaves them. All else of the cell's look stays.
    """

    sheet: str
    row: int
    column: int
    value: Value | Keep = KEEP
    formula: str | Keep | None = None
    number_format: str | None = None
    fill: str | None = None


class Stored(NamedTuple):
    """A value as a file has it: the type attribute, and the text before XML's own escapes."""

    kind: str | None
    text: str | None
    is_date: bool = False


def checked(edit: CellEdit, file: str) -> CellEdit:
    """The edit with a bare formula. RamkollError, in Swedish, for what no cell can hold."""
    if not (1 <= edit.row <= MAX_ROW and 1 <= edit.column <= MAX_COLUMN):
        raise RamkollError(
            f"Det finns ingen cell i rad {edit.row}, kolumn {edit.column}.",
            where=f"{file} {edit.sheet}",
            expected=f"rad 1–{MAX_ROW} och kolumn 1–{MAX_COLUMN}",
            todo="Ange en cell på bladet.",
        )

    def fault(what: str, todo: str, expected: str = "") -> RamkollError:
        where = str(CellRef(file, edit.sheet, edit.row, edit.column))
        return RamkollError(what, where=where, expected=expected, todo=todo)

    def check_text(text: str, kind: str, most: int) -> None:
        if FORBIDDEN.search(text):
            raise fault(
                f"{kind} innehåller ett styrtecken som en cell inte kan ha.", "Ta bort tecknet."
            )
        if len(text.encode("utf-16-le")) // 2 > most:
            raise fault(f"{kind} är för lång.", "Korta den.", f"högst {most} tecken")

    match edit.value:
        case str():
            check_text(edit.value, "Texten", MAX_TEXT)
        case CellError() if edit.value.text not in ERRORS:
            raise fault("Felvärdet finns inte i Excel.", "Använd till exempel #N/A.")
        case float() | Decimal() | int() if not _fits(edit.value):
            raise fault("Talet ryms inte i en cell.", "Kontrollera hur det räknas fram.")
    if edit.number_format is not None:
        check_text(edit.number_format, "Talformatet", MAX_FORMAT)
        if not edit.number_format:
            raise fault("Talformatet är tomt.", "Ange till exempel General.")
    if edit.fill and not _COLOUR.fullmatch(edit.fill):
        raise fault("Fyllningen är ingen färg.", "Ange en färg.", "#RRGGBB")
    if not isinstance(edit.formula, str):
        if edit.formula is KEEP and edit.value is KEEP:
            return _with_formula(edit, None)
        return edit
    formula = edit.formula.removeprefix("=")
    check_text(formula, "Formeln", MAX_FORMULA)
    if not formula.strip():
        raise fault("Formeln är tom.", "Ange en formel, eller töm cellen.")
    if formula.startswith("{"):
        raise fault("Matrisformler kan inte skrivas.", "Skriv formeln utan klamrar.")
    if edit.value is KEEP:
        raise fault("Formelns värde saknas.", "Ange värdet, eller None om det inte är känt.")
    return _with_formula(edit, formula)


def _with_formula(edit: CellEdit, formula: str | None) -> CellEdit:
    return CellEdit(
        edit.sheet, edit.row, edit.column, edit.value, formula, edit.number_format, edit.fill
    )


def _fits(number: Decimal | float) -> bool:
    try:
        return isfinite(float(number))
    except OverflowError:
        return False


def joined(first: CellEdit, then: CellEdit) -> CellEdit:
    """Two edits of one cell as one: the later wins in all that it says."""
    content = first if then.value is KEEP else then
    formula = content.formula
    if formula is KEEP and first.value is not KEEP:
        formula = first.formula
    return CellEdit(
        then.sheet,
        then.row,
        then.column,
        content.value,
        formula,
        first.number_format if then.number_format is None else then.number_format,
        first.fill if then.fill is None else then.fill,
    )


def stored(value: Value, of_formula: bool, date_1904: bool) -> Stored:
    """How the file has a value. ValueError for a date outside the workbook's calendar."""
    match value:
        case None:
            return Stored(None, None)
        case bool():
            return Stored("b", "1" if value else "0")
        case CellError():
            return Stored("e", value.text)
        case str():
            if of_formula:
                return Stored("str", value)
            return Stored("inlineStr", value) if value else Stored(None, None)
        case date():
            return Stored(None, _number(serial_from_date(value, date_1904)), is_date=True)
    return Stored(None, _number(float(value)))


def _number(number: float) -> str:
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def same_value(
    new: Stored, kind: str | None, text: str | None, texts: Callable[[], Sequence[str]]
) -> bool:
    """Whether a cell of this type attribute and text holds the value already.

    Raises ValueError or LookupError for a cell that holds what no cell can.
    """
    if text is None or (not text and kind not in ("str", "inlineStr")):
        return new.text is None
    match kind:
        case None | "n":
            return new.kind is None and new.text is not None and _same_number(new, float(text))
        case "b":
            return new.kind == "b" and (new.text == "1") == xml_bool(text)
        case "e":
            return new[:2] == (kind, text)
        case "s":
            return new.kind in ("str", "inlineStr") and texts()[int(text)] == new.text
        case "str" | "inlineStr":
            return new.kind in ("str", "inlineStr") and unescaped(text) == new.text
    return False


def _same_number(new: Stored, known: float) -> bool:
    """As Excel shows numbers, and as they are read: 15 digits, or a moment to the millisecond."""
    number = float(new.text or "")
    if new.is_date:
        return round(number * 86_400_000) == round(known * 86_400_000)
    return number == known or decimal_from_double(number) == decimal_from_double(known)


def escapes(text: str) -> str:
    """A text with what XML would change, or a reader would take for an escape, escaped."""
    return _LIKE_ESCAPE.sub("_x005F_", text).replace("\r", "_x000D_")


def needs_space(text: str) -> bool:
    """Whether the text has white space that a reader may fold unless told not to."""
    return text != text.strip() or "\n" in text or "\t" in text or "  " in text
