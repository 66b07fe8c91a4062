"""Actions done in a file instead of an open workbook: what «Spara som» and batches need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import NamedTuple, TypeVar

from ramkoll.excel.graft.book import open_book
from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.set_cells import CellEdit, CellError, set_cells
from ramkoll.excel.graft.what import Graft, SheetGraft
from ramkoll.live.actions import (
    Action,
    AddSheet,
    ClearMarks,
    ColumnWidth,
    DefineName,
    DeleteName,
    Look,
    Mark,
    ResizeTable,
    RowHeight,
    Select,
    SetSeries,
    WriteFormulas,
    WriteValues,
)
from ramkoll.model.cells import Area, parse_a1
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import SheetPlan

#: What formulas show, by sheet, row and column; an error value is a CellError.
Shown = Mapping[tuple[str, int, int], float | str | bool | CellError | None]


T = TypeVar("T")


class Applied(NamedTuple):
    """The file with the actions done, and in Swedish what of them a file cannot take here."""

    data: bytes
    left_out: tuple[str, ...]


def apply_actions(
    data: bytes, file: str, actions: Sequence[Action], shown: Shown | None = None
) -> Applied:
    """Do what a command asked for in the bytes of an .xlsx, in the order given.

    Values, formulas, number formats, fills and names are written, and what other formulas and
    charts that build on them show; all else is left as it is and listed.
    ``shown`` are the values of new formulas as recalculated by the caller; those it lacks get
    none. Since other formulas may depend on what was written, the file asks Excel to calculate
    when it opens it. No such action gives the same bytes.

    Raises RamkollError, in Swedish, as ``set_cells`` does, and then nothing is done.
    """
    edits: list[CellEdit] = []
    left_out: list[str] = []
    names: dict[str, str | None] = {}
    for action in actions:
        match action:
            case AddSheet(sheet=sheet):
                data = _with_sheet(data, file, sheet)
            case DefineName(name=name, refers_to=refers_to):
                names[name] = refers_to
            case DeleteName(name=name):
                names[name] = None
            case WriteValues():
                edits += _values(action, file)
            case WriteFormulas():
                edits += _formulas(action, file, shown or {})
            case Look():
                edits += _looks(action, file)
        left_out += _left_out(action)
    writes = any(isinstance(action, WriteValues | WriteFormulas) for action in actions)
    changed = graft(data, file, Graft(cells=tuple(edits), names=names)).data
    if writes and changed != data:
        changed = set_cells(changed, file, (), recalculate=True)
    return Applied(changed, tuple(dict.fromkeys(left_out)))


def _with_sheet(data: bytes, file: str, sheet: str) -> bytes:
    if any(tab.name.casefold() == sheet.casefold() for tab in open_book(data, file).tabs):
        return data
    return graft(data, file, Graft(sheets=(SheetGraft(SheetPlan(sheet, ())),))).data


def _values(action: WriteValues, file: str) -> Iterable[CellEdit]:
    for row, column, value in _placed(action.sheet, action.address, action.values, file):
        yield CellEdit(action.sheet, row, column, value)


def _formulas(action: WriteFormulas, file: str, shown: Shown) -> Iterable[CellEdit]:
    for row, column, formula in _placed(action.sheet, action.address, action.formulas, file):
        if not formula:
            yield CellEdit(action.sheet, row, column, None)
            continue
        if not formula.startswith("="):
            raise RamkollError(
                "En formel saknar likhetstecken.",
                where=f"{file} {action.sheet}!{action.address}",
                todo="Uppdatera Ramkoll; kommandot och filen förstår inte varandra.",
            )
        value = shown.get((action.sheet, row, column))
        yield CellEdit(action.sheet, row, column, value, formula)


def _looks(action: Look, file: str) -> Iterable[CellEdit]:
    if action.number_format is None and action.fill is None:
        return
    for address in action.addresses:
        area = _area(action.sheet, address, file)
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                yield CellEdit(
                    action.sheet,
                    row,
                    column,
                    number_format=action.number_format,
                    fill=action.fill,
                )


def _placed(
    sheet: str, address: str, grid: Sequence[Sequence[T]], file: str
) -> Iterable[tuple[int, int, T]]:
    """Each value of a rectangle with its row and column; RamkollError when the sizes differ."""
    area = _area(sheet, address, file)
    height, width = area.bottom - area.top + 1, area.right - area.left + 1
    if len(grid) != height or any(len(line) != width for line in grid):
        raise RamkollError(
            "Det som ska skrivas har en annan storlek än cellerna det ska stå i.",
            where=f"{file} {sheet}!{address}",
            expected=f"{height} rader och {width} kolumner",
            todo="Uppdatera Ramkoll; kommandot och filen förstår inte varandra.",
        )
    for row, line in enumerate(grid, area.top):
        for column, value in enumerate(line, area.left):
            yield row, column, value


def _area(sheet: str, address: str, file: str) -> Area:
    first, _, last = address.partition(":")
    try:
        area = Area(*parse_a1(first), *parse_a1(last or first))
    except ValueError as error:
        raise RamkollError(
            f"«{address}» är ingen adress på ett blad.",
            where=f"{file} {sheet}",
            expected="en adress som B5 eller B5:D9",
            todo="Uppdatera Ramkoll; kommandot och filen förstår inte varandra.",
        ) from error
    return area


def _left_out(action: Action) -> Iterable[str]:
    match action:
        case Look(sheet=sheet, addresses=addresses):
            done = {"sheet", "addresses", "number_format", "fill", "op"}
            unset: tuple[object, ...] = (None, {})
            if any(
                getattr(action, each.name) not in unset
                for each in fields(action)
                if each.name not in done
            ):
                yield f"Teckensnitt, justering och linjer på bladet {sheet}: {', '.join(addresses)}"
        case RowHeight(sheet=sheet):
            yield f"Radhöjder på bladet {sheet}"
        case ColumnWidth(sheet=sheet):
            yield f"Kolumnbredder på bladet {sheet}"
        case ResizeTable(table=table):
            yield f"Området för tabellen {table}"
        case SetSeries(chart=chart):
            yield f"Serier i diagrammet {chart}"
        case Mark(sheet=sheet):
            yield f"Markeringar på bladet {sheet}"
        case ClearMarks():
            yield "Borttagning av markeringar"
        case Select():
            pass  # where the cursor stands is nothing that a file must keep
