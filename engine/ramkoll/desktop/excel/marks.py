"""Marks: conditional formats of ours, so that the cells' own formats are untouched.

Excel takes and gives the formula of a conditional format in the user's own language, and moved as
if it stood in the active cell. So ours is a comparison of two texts: no function, no separator, no
reference, the same in every Excel. The text in it is how a mark is known again, also one that the
task pane has made (``=LEN("Ramkoll-markering …")>0``, which a Swedish Excel tells as LÄNGD).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ramkoll.desktop.excel.cells import cells, joined
from ramkoll.desktop.excel.looks import bgr
from ramkoll.desktop.excel.native import Native
from ramkoll.live.actions import Mark
from ramkoll.live.areas import area_of
from ramkoll.model.cells import Area

_TAG = re.compile(r'"Ramkoll-markering (\w+)"')
_EXPRESSION, _EQUAL = 2, 3
_CONTINUOUS, _DASH, _DOT = 1, -4115, -4118
_INK = "#1A1A1A"
#: A longer text of addresses may be cut off by Excel.
_WHOLE_ADDRESS = 200


class _Kind(NamedTuple):
    """Fill, line, and the style of the line: a mark is never told by colour alone."""

    fill: str
    line: str
    style: int


_NOTE = _Kind("#E1EFFA", "#115EA3", _DOT)
_KINDS = {
    "stoppar": _Kind("#FDE7E9", "#B10E1C", _CONTINUOUS),
    "varning": _Kind("#FFF4CE", "#8A6100", _DASH),
    "upplysning": _NOTE,
    # A text to read again, since its amounts have changed.
    "kontrollera": _Kind("#F0E6FA", "#6B2FA0", _DASH),
}


class OurMark(NamedTuple):
    """A mark of ours that is there."""

    sheet: str
    areas: Sequence[Area]
    severity: str


def formula_of(severity: str) -> str:
    """The formula of a mark: always true, the same in every language, known by its text."""
    return f'="Ramkoll-markering {severity}"<>""'


def severity_of(formula: str) -> str | None:
    """What a conditional format marks, None when it is not ours."""
    found = _TAG.search(formula)
    return found[1] if found else None


def add_marks(sheet: Native, mark: Mark) -> None:
    """Mark the cells of an action."""
    for severity in dict.fromkeys(cell.severity for cell in mark.cells):
        own = [area_of(cell.address) for cell in mark.cells if cell.severity == severity]
        add_mark(sheet, own, severity)


def add_mark(sheet: Native, areas: Sequence[Area], severity: str) -> None:
    """Mark areas, above other conditional formats and without stopping them."""
    kind = _KINDS.get(severity, _NOTE)
    for group in joined(areas):
        conditions = cells(sheet, group).get("FormatConditions")
        made = conditions.do("Add", _EXPRESSION, _EQUAL, formula_of(severity))
        made.put("StopIfTrue", False)
        made.do("SetFirstPriority")
        made.get("Interior").put("Color", bgr(kind.fill))
        made.get("Font").put("Color", bgr(_INK))
        lines = made.get("Borders")
        lines.put("LineStyle", kind.style)
        lines.put("Color", bgr(kind.line))


def our_marks(sheets: Mapping[str, Native]) -> list[OurMark]:
    """Every mark of ours in the workbook."""
    return [
        OurMark(name, _areas(condition), severity)
        for name, sheet in sheets.items()
        for condition, severity in _ours(sheet)
    ]


def clear_marks(sheets: Mapping[str, Native]) -> None:
    """Take every mark of ours away, in the whole workbook."""
    for sheet in sheets.values():
        for condition, _ in list(_ours(sheet))[::-1]:
            condition.do("Delete")


def _ours(sheet: Native) -> Iterator[tuple[Native, str]]:
    conditions = sheet.get("Cells").get("FormatConditions")
    for number in range(1, int(conditions.get("Count")) + 1):
        condition = conditions.get("Item", number)
        if condition.get("Type") != _EXPRESSION:  # the others have no formula, or another
            continue
        severity = severity_of(str(condition.get("Formula1")))
        if severity is not None:
            yield condition, severity


def _areas(condition: Native) -> list[Area]:
    where = condition.get("AppliesTo")
    address = str(where.get("Address"))
    if len(address) < _WHOLE_ADDRESS:
        return [area_of(one) for one in address.split(",")]
    areas = where.get("Areas")
    every = range(1, int(areas.get("Count")) + 1)
    return [area_of(str(areas.get("Item", number).get("Address"))) for number in every]
