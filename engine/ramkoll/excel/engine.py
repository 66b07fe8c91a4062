"""ironcalc as a calculator: cells in, what formulas come to out. It never sees the file itself.

Its own loader gives up on Å, Ä and Ö in names and on parts that have nothing to do with values,
and a cell it dislikes takes the workbook with it; cell by cell it loses only that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from ramkoll.excel.explicit import engine_sheet
from ramkoll.excel.number_formats import serial_from_date
from ramkoll.model.cells import Area, Cell, CellKind

Place: TypeAlias = tuple[int, int, int]  # position of the sheet, row, column
_FORMULAS = "formulas_{}"
# What it says when it could not compute, rather than what Excel would show.
_REFUSALS = frozenset({"#ERROR!", "#NIMPL!", "#SPILL!", "#CIRC!", "#CALC!"})
_LONGEST_TEXT = 32_767


class ErrorValue(str):
    """An error as a value: ``#DIV/0!``."""

    __slots__ = ()


Got: TypeAlias = float | str | bool | ErrorValue


class Asked(NamedTuple):
    """A formula to compute, spelled out, and the cells it fills when it fills several."""

    text: str
    fills: Area | None = None


class Refused(NamedTuple):
    """Why there is no value: what it said, or nothing when it broke down."""

    said: str


def number_of(cell: Cell, date_1904: bool) -> float | None:
    """A number or a date as the double that formulas see; None for anything else."""
    match cell.kind:
        case CellKind.NUMBER if cell.stored is not None:
            return cell.double
        case CellKind.DATE:
            try:
                return serial_from_date(cell.value, date_1904)  # type: ignore[arg-type]
            except ValueError:
                return None
    return None


def compute(
    sheets: int,
    values: Iterable[tuple[Place, Cell]],
    asked: Mapping[Place, Asked],
    *,
    date_1904: bool = False,
    linked: bool = False,
) -> dict[Place, Got | Refused]:
    """What each formula comes to, from the values that stand in the cells.

    ``linked`` False computes every formula from the given values alone, so that none depends on
    another; True puts the formulas in their cells, so that they follow from each other.
    """
    given = list(values)
    return _halved(sheets, given, asked, list(asked), date_1904, linked)


def _halved(
    sheets: int,
    values: Sequence[tuple[Place, Cell]],
    asked: Mapping[Place, Asked],
    places: list[Place],
    date_1904: bool,
    linked: bool,
) -> dict[Place, Got | Refused]:
    """The formulas together; when one of them breaks the engine, in halves until it is alone."""
    try:
        return _together(sheets, values, asked, places, date_1904, linked)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:
        if linked or len(places) <= 1:
            return {place: Refused("") for place in places}
    middle = len(places) // 2
    return {
        place: value
        for half in (places[:middle], places[middle:])
        for place, value in _halved(sheets, values, asked, half, date_1904, linked).items()
    }


def _together(
    sheets: int,
    values: Sequence[tuple[Place, Cell]],
    asked: Mapping[Place, Asked],
    places: Sequence[Place],
    date_1904: bool,
    linked: bool,
) -> dict[Place, Got | Refused]:
    # Imported here, since most checks do without it.
    import ironcalc

    model = ironcalc.create("ramkoll", "en", "UTC")
    model.rename_sheet(0, engine_sheet(0))
    for position in range(1, sheets):
        model.add_sheet(engine_sheet(position))
    shift = 0
    if not linked:
        shift = sheets
        for position in range(sheets):
            model.add_sheet(_FORMULAS.format(position))
    for (sheet, row, column), cell in values:
        if not (linked and (sheet, row, column) in asked):
            _put(model, sheet, row, column, cell, date_1904)
    for place in places:
        sheet, row, column = place
        text, fills = asked[place]
        if fills is None:
            model.update_cell_with_formula(sheet + shift, row, column, f"={text}")
        else:
            width, height = fills.right - fills.left + 1, fills.bottom - fills.top + 1
            model.set_user_array_formula(sheet + shift, row, column, width, height, f"={text}")
    model.evaluate()
    return {place: _got(model, place, shift, asked) for place in places}


def _put(model: Any, sheet: int, row: int, column: int, cell: Cell, date_1904: bool) -> None:
    match cell.kind:
        case CellKind.TEXT:
            model.update_cell_with_text(sheet, row, column, str(cell.stored)[:_LONGEST_TEXT])
        case CellKind.BOOL:
            model.update_cell_with_bool(sheet, row, column, bool(cell.stored))
        case CellKind.ERROR:
            model.update_cell_with_formula(sheet, row, column, f"={cell.stored}")
        case CellKind.NUMBER | CellKind.DATE:
            number = number_of(cell, date_1904)
            if number is not None:
                model.update_cell_with_number(sheet, row, column, number)


def _got(model: Any, place: Place, shift: int, asked: Mapping[Place, Asked]) -> Got | Refused:
    sheet, row, column = place
    value = model.get_cell_value(sheet + shift, row, column)
    if asked[place].fills is None and shift:
        for beside in ((sheet, row + 1, column), (sheet, row, column + 1)):
            if (
                beside not in asked
                and _within(beside)
                and not model.is_empty_cell(beside[0] + shift, *beside[1:])
            ):
                return Refused("#SPILL!")  # it gave several values where Excel gives one
    kind = model.get_cell_type(sheet + shift, row, column)
    if kind == _cell_types().ErrorValue:
        return Refused(str(value)) if value in _REFUSALS else ErrorValue(value)
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return value
    return float(value)


def _within(place: Place) -> bool:
    return place[1] <= 1_048_576 and place[2] <= 16_384


@cache
def _cell_types() -> Any:
    import ironcalc

    return ironcalc.CellType
