"""Actions before anything is written: in order, understood, and nothing in their way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ramkoll.desktop.excel.cells import (
    Rows,
    agreeing,
    cells,
    content,
    is_error,
    is_formula,
    joined,
    keys,
    place,
    rows,
    sheets_of,
)
from ramkoll.desktop.excel.native import Native
from ramkoll.desktop.excel.words import (
    changed_meanwhile,
    closed_structure,
    hidden_sheet,
    holds_formula,
    locked,
    missing,
    outdated,
    part_of_array,
    shared,
    too_long,
    unformattable,
)
from ramkoll.live.actions import (
    Action,
    AddSheet,
    ClearLinks,
    ClearMarks,
    ColumnWidth,
    DefineName,
    DeleteName,
    Look,
    Mark,
    ResizeTable,
    RowHeight,
    Select,
    SetChart,
    SetSeries,
    WriteFormulas,
    WriteValues,
)
from ramkoll.live.areas import CellKey, area_of, size_of
from ramkoll.live.snapshot import Raw, SheetSnapshot, Snapshot
from ramkoll.model.cells import Area
from ramkoll.model.errors import RamkollError

_VISIBLE = -1
_LONGEST_TEXT, _LONGEST_FORMULA = 32_767, 8_192
# Last, when all else has gone well; links, which cannot be put back, last of all.
_LATE = ((SetChart, SetSeries), (Select,), (ClearLinks,))
#: What Excel also does in a workbook that is shared in the old way.
_SHAREABLE = (
    AddSheet,
    WriteValues,
    WriteFormulas,
    Look,
    RowHeight,
    ColumnWidth,
    DefineName,
    DeleteName,
    Select,
)

Write = WriteValues | WriteFormulas


@dataclass(frozen=True)
class Block:
    """What stood in a rectangle that is written to.

    ``formulas`` are as Formula has them, ``full`` as Formula2 has them, which can be written back
    as they are; they are the same where Excel is too old to tell them apart.
    """

    sheet: str
    area: Area
    values: Rows
    formulas: Rows
    full: Rows

    def contents(self) -> list[list[Raw]]:
        """What each cell holds, as the file has it."""
        return _contents(self.values, self.formulas)

    def back(self) -> tuple[list[list[Raw]], set[CellKey]]:
        """What each cell holds, as Excel takes it, and which of them it is to parse."""
        parsed = (
            is_formula(full, value) or is_error(value)
            for both in zip(self.values, self.full, strict=True)
            for value, full in zip(*both, strict=True)
        )
        own = {at for at, is_parsed in zip(keys(self.area), parsed, strict=True) if is_parsed}
        return _contents(self.values, self.full), own


def _contents(values: Rows, formulas: Rows) -> list[list[Raw]]:
    return [
        [content(value, formula) for value, formula in zip(*both, strict=True)]
        for both in zip(values, formulas, strict=True)
    ]


def ordered(actions: Sequence[Action]) -> list[Action]:
    """The actions in the order they are done. RamkollError for one that is not understood."""
    for action in actions:
        if isinstance(action, (WriteValues, WriteFormulas)):
            _refuse_misfit(action)
    late = tuple(kind for kinds in _LATE for kind in kinds)
    return [a for a in actions if not isinstance(a, late)] + [
        action for kinds in _LATE for action in actions if isinstance(action, kinds)
    ]


def grid_of(action: Write) -> Sequence[Sequence[Raw]]:
    """What is to stand in the rectangle of an action."""
    return action.values if isinstance(action, WriteValues) else action.formulas


def _refuse_misfit(action: Write) -> None:
    area, grid = area_of(action.address), grid_of(action)
    height, width = area.bottom - area.top + 1, area.right - area.left + 1
    if len(grid) != height or any(len(row) != width for row in grid):
        raise outdated(f"måtten på {action.sheet}!{action.address}")
    for at, each in zip(keys(area), (each for row in grid for each in row), strict=True):
        if isinstance(each, str) and len(each) > _LONGEST_FORMULA:
            if isinstance(action, WriteFormulas) and each.startswith("="):
                raise too_long(place(action.sheet, at), "Formeln", _LONGEST_FORMULA)
            if len(each) > _LONGEST_TEXT:
                raise too_long(place(action.sheet, at), "Texten", _LONGEST_TEXT)


def refuse(book: Native, steps: Sequence[Action]) -> dict[str, Native]:
    """The sheets of the workbook, when nothing is missing, locked or shared; else RamkollError.

    Sheets that are to be added are not among them, and nothing can stand in the way there.
    """
    sheets = sheets_of(book)
    new = to_add(sheets, steps)
    if new and book.get("ProtectStructure"):
        raise closed_structure(new[0])
    named: dict[str, list[Action]] = {}
    for step in steps:
        if not isinstance(step, (DefineName, DeleteName, ClearMarks)) and step.sheet not in new:
            named.setdefault(step.sheet, []).append(step)
    for name, own in named.items():
        if name not in sheets:
            raise missing(f"Bladet «{name}»")
        selects = any(isinstance(step, Select) for step in own)
        if selects and int(sheets[name].get("Visible")) != _VISIBLE:
            raise hidden_sheet(name)
        for step in own:
            if isinstance(step, ResizeTable) and step.table not in _tables(sheets[name]):
                raise missing(f"Tabellen «{step.table}» på bladet «{name}»")
        if _is_guarded(sheets[name]):
            _refuse_formats(name, sheets[name].get("Protection"), own)
    strange = [step for step in steps if not isinstance(step, _SHAREABLE)]
    if strange and book.get("MultiUserEditing"):
        raise shared(getattr(strange[0], "sheet", ""))
    refuse_locked(sheets, [each for each in targets_of(steps) if each[0] in sheets])
    return sheets


def to_add(sheets: Iterable[str], steps: Iterable[Action]) -> list[str]:
    """The sheets that are to be added, in order: not those that are there."""
    there = {name.casefold() for name in sheets}
    wanted = dict.fromkeys(step.sheet for step in steps if isinstance(step, AddSheet))
    return [name for name in wanted if name.casefold() not in there]


def _tables(sheet: Native) -> set[str]:
    tables = sheet.get("ListObjects")
    every = range(1, int(tables.get("Count")) + 1)
    return {str(tables.get("Item", number).get("Name")) for number in every}


def _is_guarded(sheet: Native) -> bool:
    """Whether a sheet is protected, and not against people only (UserInterfaceOnly)."""
    return bool(sheet.get("ProtectContents") and not sheet.get("ProtectionMode"))


def _refuse_formats(name: str, protection: Native, steps: Iterable[Action]) -> None:
    """A protected sheet takes formats when its protection lets them, and else values only."""
    for step in steps:
        if isinstance(step, (Look, Mark)):
            allowed = protection.get("AllowFormattingCells")
        elif isinstance(step, RowHeight):
            allowed = protection.get("AllowFormattingRows")
        elif isinstance(step, ColumnWidth):
            allowed = protection.get("AllowFormattingColumns")
        else:
            allowed = isinstance(step, (AddSheet, WriteValues, WriteFormulas, Select))
        if not allowed:
            raise unformattable(name)


def refuse_locked(sheets: Mapping[str, Native], targets: Iterable[tuple[str, Area]]) -> None:
    """A protected sheet takes values in its unlocked cells."""
    own: dict[str, list[Area]] = {}
    for name, area in targets:
        own.setdefault(name, []).append(area)
    for name, areas in own.items():
        if not _is_guarded(sheets[name]):
            continue
        sheet = sheets[name]
        for group, is_locked in agreeing(areas, partial(_locked, sheet)):
            if is_locked:
                raise locked(f"{name}!{group[0].address}")


def _locked(sheet: Native, areas: Sequence[Area]) -> bool | None:
    found: bool | None = cells(sheet, areas).get("Locked")
    return found


def targets_of(steps: Iterable[Action]) -> list[tuple[str, Area]]:
    """The rectangles that are written to."""
    writes = (step for step in steps if isinstance(step, (WriteValues, WriteFormulas)))
    return [(write.sheet, area_of(write.address)) for write in writes]


def read_blocks(sheets: Mapping[str, Native], targets: Iterable[tuple[str, Area]]) -> list[Block]:
    """What stands in rectangles now. Those of a sheet that lie close are read in one."""
    own: dict[str, list[Area]] = {}
    for name, area in targets:
        own.setdefault(name, []).append(area)
    return [
        block
        for name, areas in own.items()
        for around, inside in _together(areas)
        for block in _blocks(name, sheets[name], around, inside)
    ]


def _together(areas: list[Area]) -> list[tuple[Area, list[Area]]]:
    around = Area(
        min(area.top for area in areas),
        min(area.left for area in areas),
        max(area.bottom for area in areas),
        max(area.right for area in areas),
    )
    if size_of(around) <= 2 * sum(size_of(area) for area in areas) + 2_000:
        return [(around, areas)]
    return [(area, [area]) for area in areas]


def _blocks(name: str, sheet: Native, around: Area, inside: Sequence[Area]) -> list[Block]:
    some = cells(sheet, around)
    values, formulas = rows(some.get("Value2")), rows(some.get("Formula"))
    full = rows(some.get("Formula2")) if some.has("Formula2") else formulas

    def part(of: Rows, area: Area) -> Rows:
        down, right = area.top - around.top, area.left - around.left
        width = area.right - area.left + 1
        height = area.bottom - area.top + 1
        return [row[right : right + width] for row in of[down : down + height]]

    return [
        Block(name, area, part(values, area), part(formulas, area), part(full, area))
        for area in inside
    ]


def refuse_changed(
    steps: Sequence[Action], blocks: Sequence[Block], before: Snapshot, over_formulas: bool
) -> None:
    """Refuse when a cell holds something else than when it was read, or a formula to be kept."""
    known = {sheet.name: contents_of(sheet) for sheet in before.sheets if sheet.sent}
    kept = (
        set() if over_formulas else set(targets_of(s for s in steps if isinstance(s, WriteValues)))
    )
    for block in blocks:
        then = known.get(block.sheet)
        keep = (block.sheet, block.area) in kept
        if then is None and not keep:
            continue
        if then is not None:
            width = range(block.area.left, block.area.right + 1)
            height = range(block.area.top, block.area.bottom + 1)
            known_then = [[then((row, column)) for column in width] for row in height]
            refuse_unlike(block, known_then, changed_meanwhile)
        if keep:
            _refuse_formulas(block)


def refuse_unlike(
    block: Block, wanted: Sequence[Sequence[Raw]], error: Callable[[str], RamkollError]
) -> None:
    """Refuse when a cell does not hold what is wanted."""
    for row, (own, should) in enumerate(zip(block.contents(), wanted, strict=True), block.area.top):
        for column, (one, other) in enumerate(zip(own, should, strict=True), block.area.left):
            if one != other or type(one) is not type(other):
                raise error(place(block.sheet, (row, column)))


def _refuse_formulas(block: Block) -> None:
    for row, both in enumerate(zip(block.formulas, block.values, strict=True), block.area.top):
        for column, (formula, value) in enumerate(zip(*both, strict=True), block.area.left):
            if is_formula(formula, value):
                raise holds_formula(place(block.sheet, (row, column)))


def contents_of(sheet: SheetSnapshot) -> Callable[[tuple[int, int]], Raw]:
    """What each cell of a sheet held when it was read; nothing outside of what was used."""
    formulas = {(row, column): text for row, column, text in sheet.formulas}

    def held(at: tuple[int, int]) -> Raw:
        if at in formulas:
            return formulas[at]
        down, right = at[0] - sheet.top, at[1] - sheet.left
        if down < 0 or right < 0 or down >= len(sheet.values) or right >= len(sheet.values[down]):
            return None
        value = sheet.values[down][right]
        return None if value == "" else value

    return held


def refuse_arrays(sheets: Mapping[str, Native], blocks: Iterable[Block]) -> None:
    """Refuse cells of a formula over several cells: Excel changes it as a whole or not at all."""
    own: dict[str, list[Area]] = {}
    for block in blocks:
        if any(str(each)[:1] == "=" for row in block.full for each in row):
            own.setdefault(block.sheet, []).append(block.area)
    for name, areas in own.items():
        for group in joined(areas):
            some = cells(sheets[name], group)
            for kind in ("HasArray", "HasSpill"):
                if some.has(kind) and some.get(kind) is not False:
                    raise part_of_array(f"{name}!{_first_with(sheets[name], group, kind)}")


def _first_with(sheet: Native, areas: Sequence[Area], kind: str) -> str:
    found = agreeing(areas, lambda some: cells(sheet, some).get(kind))
    return next((group[0].address for group, yes in found if yes), areas[0].address)
