"""Marks: conditional formats of ours, so that the cells' own formats are untouched."""

from __future__ import annotations

import re
from typing import Any, Iterator, List, NamedTuple, Sequence, Tuple

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table import BorderLine2

from ramkoll_lo.a1 import box_of
from ramkoll_lo.lines import DASHED, DOTTED, SOLID
from ramkoll_lo.reading import area
from ramkoll_lo.undo import undoable

# A condition with this text is ours, here and in Excel.
_TAG = re.compile(r'"Ramkoll-markering (\w+)"')
_BY_FORMULA = uno.getConstantByName("com.sun.star.sheet.ConditionFormatOperator.EXPRESSION")
_CONDITION = 0  # com.sun.star.sheet.ConditionEntryType
# A mark is told by the line of its frame too, never by colour alone.
_LOOKS = {
    "stoppar": (0xFDE7E9, 0xB10E1C, SOLID),
    "varning": (0xFFF4CE, 0x8A6100, DASHED),
    "upplysning": (0xE1EFFA, 0x115EA3, DOTTED),
    # A text to read again, since its amounts have changed.
    "kontrollera": (0xF0E6FA, 0x6B2FA0, DASHED),
}
_INK = 0x1A1A1A


class _Mark(NamedTuple):
    sheet: str
    areas: Tuple[Any, ...]
    formula: str
    style: str


def mark(doc: Any, sheet: str, cells: Sequence[Any]) -> None:
    """Mark cells of a sheet, with undo; ``make_styles`` comes before.

    LibreOffice takes the format on a protected sheet, and saves it, but draws it only when the
    workbook has been opened again.
    """
    ours = doc.Sheets.getByName(sheet)
    new = []
    for severity in dict.fromkeys(cell["severity"] for cell in cells):
        kind = severity if severity in _LOOKS else "upplysning"
        areas = tuple(
            area(ours, box_of(cell["address"])).RangeAddress
            for cell in cells
            if cell["severity"] == severity
        )
        # Always true, known again by its text, and the same in every language.
        formula = f'"Ramkoll-markering {severity}"<>""'
        new.append(_Mark(sheet, areas, formula, _style(kind)))
    _with_undo(doc, new, [])


def has_marks(doc: Any) -> bool:
    """Whether the workbook has a mark of ours."""
    return next(_ours(doc), None) is not None


def clear_marks(doc: Any) -> None:
    """Take every mark of ours away, with undo. There is one."""
    there, ids = [], []
    for sheet, condition, entry in _ours(doc):
        areas = tuple(condition.Range.RangeAddresses)
        there.append(_Mark(sheet, areas, entry.Formula1, entry.StyleName))
        ids.append((sheet, condition.ID))
    _with_undo(doc, there, ids)


def _ours(doc: Any) -> Iterator[Tuple[str, Any, Any]]:
    """Sheet, conditional format and its entry of each mark of ours."""
    for sheet in _each(doc.Sheets):
        for condition in sheet.ConditionalFormats.getConditionalFormats():
            entry = _entry(condition)
            if entry is not None:
                yield sheet.Name, condition, entry


def _with_undo(doc: Any, marks: Sequence[_Mark], ids: List[Tuple[str, int]]) -> None:
    """Make marks, or take away those that have numbers by now; and the other way at undo."""
    made = bool(ids)

    def add() -> None:
        ids[:] = _add(doc, marks)

    def remove() -> None:
        for sheet, number in ids:
            doc.Sheets.getByName(sheet).ConditionalFormats.removeByID(number)

    if made:
        undoable(doc, remove, add)
    else:
        undoable(doc, add, remove)


def _entry(condition: Any) -> Any:
    """The one entry of a conditional format of ours; None when it is somebody else's."""
    if condition.getCount() != 1:
        return None
    entry = condition.getByIndex(0)
    if entry.getType() != _CONDITION or not _TAG.search(entry.Formula1):
        return None
    return entry


def _add(doc: Any, marks: Sequence[_Mark]) -> List[Tuple[str, int]]:
    """Make marks; each one's sheet and number."""
    found = []
    for each in marks:
        formats = doc.Sheets.getByName(each.sheet).ConditionalFormats
        ranges = doc.createInstance("com.sun.star.sheet.SheetCellRanges")
        ranges.addRangeAddresses(each.areas, False)
        number = formats.createByRange(ranges)
        made = next(one for one in formats.getConditionalFormats() if number == one.ID)
        made.createEntry(_CONDITION, 0)
        entry = made.getByIndex(0)
        entry.Operator = _BY_FORMULA
        entry.Formula1 = each.formula
        entry.StyleName = each.style
        found.append((each.sheet, number))
    return found


def _style(kind: str) -> str:
    return f"Ramkoll {kind}"


def make_styles(doc: Any) -> None:
    """The looks of marks as cell styles, where the document has them not.

    Not within a step of undo, which would lose what it holds. They are fetched from a document of
    our own: one with a protected sheet takes new styles, but lets them not be given a look.
    """
    there = doc.StyleFamilies.getByName("CellStyles")
    if all(there.hasByName(_style(kind)) for kind in _LOOKS):
        return
    desktop = uno.getComponentContext().ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", uno.getComponentContext()
    )
    hidden = (PropertyValue("Hidden", 0, True, 0),)
    aside = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, hidden)
    try:
        styles = aside.StyleFamilies.getByName("CellStyles")
        for kind, (fill, colour, line) in _LOOKS.items():
            style = aside.createInstance("com.sun.star.style.CellStyle")
            styles.insertByName(_style(kind), style)
            style.CellBackColor, style.CharColor = fill, _INK
            border = BorderLine2()
            border.Color, border.LineStyle = colour, line
            border.OuterLineWidth = border.LineWidth = 26
            for side in ("Top", "Bottom", "Left", "Right"):
                setattr(style, f"{side}Border2", border)
        options = {"LoadCellStyles": True, "LoadPageStyles": False, "OverwriteStyles": False}
        given = tuple(PropertyValue(name, 0, value, 0) for name, value in options.items())
        doc.StyleFamilies.loadStylesFromDocument(aside, given)
    finally:
        aside.close(True)


def _each(container: Any) -> List[Any]:
    return [container.getByIndex(number) for number in range(container.Count)]
