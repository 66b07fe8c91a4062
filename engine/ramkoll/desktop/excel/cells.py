"""Cells of an open sheet: many areas asked for at once, and what an answer of Excel's means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from ramkoll.desktop.excel.native import Native
from ramkoll.live.areas import CellKey, area_of, halves, size_of
from ramkoll.live.reading import error_text
from ramkoll.live.snapshot import Raw
from ramkoll.model.cells import Area

T = TypeVar("T")
Rows = list[list[Any]]

#: Range takes an address text of at most 255 characters.
_ADDRESS_LENGTH = 250
#: The same areas are asked of in many respects; so many Ranges of a sheet are held meanwhile.
_KEPT = 2_000
TEXT = "@"
GENERAL = "General"


def sheets_of(book: Native) -> dict[str, Native]:
    """Every worksheet by its name, in order. Chart sheets are none."""
    sheets = book.get("Worksheets")
    every = [sheets.get("Item", number) for number in range(1, int(sheets.get("Count")) + 1)]
    return {str(sheet.get("Name")): sheet for sheet in every}


def cells(sheet: Native, areas: Area | Sequence[Area]) -> Native:
    """The Range of an area, or of several whose addresses are short enough together."""
    each = [areas] if isinstance(areas, Area) else areas
    address = ",".join(area.address for area in each)
    found = sheet.kept.get(address)
    if found is None:
        if len(sheet.kept) >= _KEPT:
            sheet.kept.clear()
        found = sheet.kept[address] = sheet.get("Range", address)
    return found


def joined(areas: Iterable[Area]) -> Iterator[list[Area]]:
    """Areas in groups that Range takes at once."""
    group: list[Area] = []
    length = 0
    for area in areas:
        if group and length + len(area.address) >= _ADDRESS_LENGTH:
            yield group
            group, length = [], 0
        group.append(area)
        length += len(area.address) + 1
    if group:
        yield group


def agreeing(
    areas: Iterable[Area], ask: Callable[[list[Area]], T | None]
) -> Iterator[tuple[list[Area], T]]:
    """Areas in groups, each with the one answer that Excel gives for all its cells.

    Excel answers nothing for cells that differ: then halves of them are asked for, and so on. A
    single cell without an answer, such as one whose letters have several colours, is left out.
    """
    waiting = list(joined(areas))[::-1]
    while waiting:
        group = waiting.pop()
        answer = ask(group)
        if answer is not None:
            yield group, answer
        elif len(group) > 1:
            middle = len(group) // 2
            waiting += [group[middle:], group[:middle]]
        elif size_of(group[0]) > 1:
            waiting += [[half] for half in reversed(halves(group[0]))]


def number_formats(sheet: Native, areas: Iterable[Area]) -> Iterator[tuple[list[Area], str]]:
    """The number formats of areas, in en-US codes."""
    return agreeing(areas, lambda some: cells(sheet, some).get("NumberFormat"))


def merged_areas(sheet: Native, within: Area) -> list[Area]:
    """The merged areas that have cells within an area, from the top."""
    found: set[Area] = set()
    waiting = [within]
    while waiting:
        area = waiting.pop()
        if any(covers(one, area) for one in found):
            continue
        some = cells(sheet, area)
        merged = some.get("MergeCells")
        if merged is False:
            continue
        if merged or size_of(area) == 1:
            first = cells(sheet, Area(area.top, area.left, area.top, area.left))
            one = area_of(str(first.get("MergeArea").get("Address")))
            found.add(one)
            if covers(one, area):
                continue
        waiting += halves(area)
    return sorted(found, key=lambda area: (area.top, area.left))


def covers(one: Area, other: Area) -> bool:
    """Whether an area holds all of another."""
    return one.holds(other.top, other.left) and one.holds(other.bottom, other.right)


def keys(area: Area) -> Iterator[CellKey]:
    """The cells of an area, row by row."""
    columns = range(area.left, area.right + 1)
    return ((row, column) for row in range(area.top, area.bottom + 1) for column in columns)


def rows(answer: Any) -> Rows:
    """What Excel answers for an area, as rows: of a single cell it gives the value alone."""
    return [list(row) for row in answer] if isinstance(answer, tuple) else [[answer]]


def is_formula(formula: Any, value: Any) -> bool:
    """Whether a cell holds a formula: a text that begins with an equals sign is its own."""
    return isinstance(formula, str) and formula.startswith("=") and formula != value


def is_error(value: Any) -> bool:
    """Whether a value is the number that COM has for an error; numbers of cells are floats."""
    return isinstance(value, int) and not isinstance(value, bool)


def raw(value: Any) -> Raw:
    """A value of Excel's (Value2) as a snapshot has it: an error is its text."""
    if is_error(value):
        return error_text(value)
    if value is None or isinstance(value, (bool, str, float)):
        return value
    return float(value)


def content(value: Any, formula: Any) -> Raw:
    """What a cell holds: its formula when it has one, else its value; nothing for an empty text."""
    if is_formula(formula, value):
        return str(formula)
    held = raw(value)
    return None if held == "" else held


def place(sheet: str, at: CellKey) -> str:
    """A cell in words."""
    return f"{sheet}!{Area(*at, *at).address}"
