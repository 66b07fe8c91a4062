"""The workbook part: tabs, views, names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ramkoll.excel.names import check_sheet_name
from ramkoll.excel.structure.facts import Facts
from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.opened import Opened
from ramkoll.excel.structure.trees import use
from ramkoll.excel.structure.values import flag, whole
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, column_number

_NAME = re.compile(r"(?:[^\W\d]|[_\\])[\w.\\?]*")
_A1 = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})", re.ASCII)
_R1C1 = re.compile(r"(?:R[0-9]*)?(?:C[0-9]*)?", re.ASCII | re.IGNORECASE)
_MAX_NAME = 255
_MAX_SHEET_ID = 65_534
_STATES = frozenset({"visible", "hidden", "veryHidden"})


def book_faults(package: Opened, facts: Facts) -> Iterator[Fault]:
    """What is wrong with the workbook part."""
    part = package.book or ""
    root = package.root(part)
    if root is None:
        return
    yield from _sheets(package, part, root, facts)
    yield from _views(part, root, facts)
    yield from _names(part, root, facts)


def _sheets(package: Opened, part: str, root: Element, facts: Facts) -> Iterator[Fault]:
    names, numbers, targets = set(), set(), set()
    for element, sheet in zip(root.iterfind("sheets/sheet"), facts.sheets, strict=True):
        try:
            check_sheet_name(sheet.name)
        except ValueError as error:
            yield Fault(part, str(error), "sheets.name")
        if sheet.name.casefold() in names:
            yield Fault(part, f"two sheets are {sheet.name!r}", "sheets.same_name")
        number = whole(sheet.number)
        if number is None or not 1 <= number <= _MAX_SHEET_ID:
            yield Fault(part, f"sheetId={sheet.number!r}", "sheets.number")
        if sheet.number in numbers:
            yield Fault(part, f"two sheets have sheetId {sheet.number}", "sheets.same_number")
        target = use(element)
        if target is None:
            yield Fault(part, f"{sheet.name!r} has no r:id", "sheets.no_part")
        elif target and (sheet.part or target) in targets:
            yield Fault(part, f"two sheets are the same part {target}", "sheets.same_part")
        if sheet.state not in _STATES:
            yield Fault(part, f"state={sheet.state!r}", "sheets.state")
        names.add(sheet.name.casefold())
        numbers.add(sheet.number)
        targets.add(sheet.part or target)
    if facts.sheets and all(sheet.state != "visible" for sheet in facts.sheets):
        yield Fault(part, "no sheet is visible", "sheets.none_visible")


def _views(part: str, root: Element, facts: Facts) -> Iterator[Fault]:
    count = len(facts.sheets)
    for view in root.iterfind("bookViews/workbookView"):
        for name in ("activeTab", "firstSheet"):
            place = whole(view.get(name, "0"))
            if place is None or place >= max(count, 1):
                yield Fault(part, f"{name}={view.get(name)!r} of {count} sheets", "views.range")
            elif name == "activeTab" and count and facts.sheets[place].state != "visible":
                yield Fault(part, f"the active sheet {place} is hidden", "views.active_hidden")


def _names(part: str, root: Element, facts: Facts) -> Iterator[Fault]:
    seen = set()
    for each in root.iterfind("definedNames/definedName"):
        name, scope = each.get("name", ""), each.get("localSheetId")
        if not is_name(name) and not flag(each.get("function")):
            yield Fault(part, f"{name!r} is no name", "names.name")
        if (name.casefold(), scope) in seen:
            yield Fault(part, f"two names are {name!r} with scope {scope}", "names.duplicate")
        seen.add((name.casefold(), scope))
        place = None if scope is None else whole(scope)
        if scope is not None and (place is None or place >= len(facts.sheets)):
            yield Fault(part, f"{name!r} of sheet {scope}, not there", "names.scope")
        wrong = facts.check(each.text or "")
        if wrong or not (each.text or "").strip():
            yield Fault(part, f"{name!r}: {wrong or 'refers to nothing'}", "names.formula")


def is_name(name: str) -> bool:
    """Whether Excel takes this as a name: not all that it takes are wise."""
    if not _NAME.fullmatch(name) or len(name) > _MAX_NAME or _R1C1.fullmatch(name):
        return False
    cell = _A1.fullmatch(name)
    return cell is None or column_number(cell[1]) > MAX_COLUMN or not 1 <= int(cell[2]) <= MAX_ROW
