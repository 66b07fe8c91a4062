"""What stands in the way of writing, looked for before anything is written."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Sequence, Tuple

from ramkoll_lo.a1 import Box, box_of, cell_name
from ramkoll_lo.formats import Formats
from ramkoll_lo.formulas import Formulas
from ramkoll_lo.problem import (
    changed_meanwhile,
    hidden_sheet,
    holds_formula,
    locked,
    missing,
    outdated,
    read_only,
    unformattable,
)
from ramkoll_lo.reading import Cells, area, box_from, read_cells

KNOWN = frozenset(
    [
        "add_sheet",
        "column_width",
        "values",
        "formulas",
        "look",
        "row_height",
        "name",
        "delete_name",
        "merge",
        "unmerge",
        "clear_links",
        "table",
        "chart",
        "series",
        "mark",
        "clear_marks",
        "select",
    ]
)
# LibreOffice lets no looks be changed in locked cells, whatever the protection allows in Excel.
_LOOKS = ("look", "merge", "unmerge", "clear_links")

Action = Dict[str, Any]


def checked(doc: Any, actions: Sequence[Action]) -> List[Action]:
    """The actions in the order they are done: as they are, and what is selected last.

    Problem for what is not understood, is missing, hidden or locked.
    """
    for action in actions:
        if action["op"] not in KNOWN:
            raise outdated(f"åtgärden «{action['op']}»")
        if action["op"] in ("values", "formulas"):
            _rectangle(action)
    if doc.isReadonly() and any(action["op"] != "select" for action in actions):
        raise read_only()
    new = {each["sheet"] for each in actions if each["op"] == "add_sheet"}
    for action in actions:
        # A sheet that is made by the way is neither missing nor protected.
        if "sheet" in action and (action["sheet"] not in new or _there(doc, action)):
            _refuse_missing(doc, action)
            _refuse_locked(doc, action)
    return sorted(actions, key=lambda action: action["op"] == "select")


def refuse_changed(
    doc: Any, actions: Sequence[Action], before: Dict[str, Any], over_formulas: bool
) -> None:
    """Refuse when a cell to be written holds something else than when the command read it.

    Or a formula that a value would replace, unless ``over_formulas``.
    """
    known = {sheet["name"]: _cells(sheet) for sheet in before["sheets"] if sheet["sent"]}
    formulas, formats = Formulas(doc), Formats(doc)
    for action in actions:
        if action["op"] not in ("values", "formulas") or not _there(doc, action):
            continue
        name, box = action["sheet"], box_of(action["address"])
        sheet = doc.Sheets.getByName(name)
        now = read_cells(sheet, sheet.RangeAddress.Sheet, box, formulas, formats)
        for row, column in _keys(box):
            place = f"{name}!{cell_name(row, column)}"
            if name in known and not _same(
                known[name].content(row, column), now.content(row, column)
            ):
                raise changed_meanwhile(place)
            if action["op"] == "values" and not over_formulas and (row, column) in now.formulas:
                raise holds_formula(place)


def _there(doc: Any, action: Action) -> bool:
    return bool(doc.Sheets.hasByName(action["sheet"]))


def _refuse_missing(doc: Any, action: Action) -> None:
    name = action["sheet"]
    if not _there(doc, action):
        raise missing(f"Bladet «{name}»")
    sheet = doc.Sheets.getByName(name)
    if action["op"] == "select" and not sheet.IsVisible:
        raise hidden_sheet(name)
    if action["op"] == "table":
        tables = doc.DatabaseRanges
        table = action["table"]
        there = tables.hasByName(table) and (
            tables.getByName(table).DataArea.Sheet == sheet.RangeAddress.Sheet
        )
        if not there:
            raise missing(f"Tabellen «{table}» på bladet «{name}»")


def _refuse_locked(doc: Any, action: Action) -> None:
    sheet = doc.Sheets.getByName(action["sheet"])
    op = action["op"]
    if op in ("add_sheet", "select", "mark") or not sheet.isProtected():
        return
    if op in ("values", "formulas"):
        if at := _locked_in(sheet, box_of(action["address"])):
            raise locked(action["sheet"], at)
    elif op in _LOOKS:
        if any(_locked_in(sheet, box_of(each)) for each in _addresses(action)):
            raise unformattable(action["sheet"])
    else:
        raise unformattable(action["sheet"])


def _addresses(action: Action) -> List[str]:
    return list(action.get("addresses") or [action["address"]])


def _locked_in(sheet: Any, box: Box) -> str:
    """The address of locked cells within a rectangle; empty when there are none."""
    groups = area(sheet, box).UniqueCellFormatRanges
    for number in range(groups.Count):
        group = groups.getByIndex(number)
        if group.CellProtection.IsLocked:
            return box_from(group.RangeAddresses[0]).address
    return ""


def _rectangle(action: Action) -> None:
    box = box_of(action["address"])
    grid = action[action["op"]]
    if len(grid) != box.rows or any(len(row) != box.columns for row in grid):
        raise outdated(f"måtten på {action['sheet']}!{action['address']}")


def _cells(sheet: Dict[str, Any]) -> Cells:
    values = sheet.get("values", [])
    top, left = sheet.get("top", 1), sheet.get("left", 1)
    width = len(values[0]) if values else 0
    box = Box(top, left, top + len(values) - 1, left + width - 1)
    formulas = {(row, column): text for row, column, text in sheet.get("formulas", [])}
    return Cells(box, values, formulas, [], [], [])


def _keys(box: Box) -> Iterator[Tuple[int, int]]:
    for row in range(box.top, box.bottom + 1):
        for column in range(box.left, box.right + 1):
            yield row, column


def _same(then: Any, now: Any) -> bool:
    return then == now and isinstance(then, bool) == isinstance(now, bool)
