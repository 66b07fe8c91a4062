"""Actions done in the open workbook: all of them or none, as one step of undo."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from itertools import groupby
from typing import Any, Callable, Dict, Iterable, Iterator, List, Sequence, Tuple

import uno
from com.sun.star.table.CellHoriJustify import (
    BLOCK,
    CENTER,
    LEFT,
    RIGHT,
    STANDARD,
)

from ramkoll_lo import charts, marks
from ramkoll_lo.a1 import Box, box_of
from ramkoll_lo.formats import BOOLEAN, Formats
from ramkoll_lo.formulas import Formulas
from ramkoll_lo.guard import Action, checked, refuse_changed
from ramkoll_lo.lines import border
from ramkoll_lo.problem import Problem, hidden_sheet, missing, unwritten
from ramkoll_lo.reading import CONTENT, area, box_from, keys, merged
from ramkoll_lo.undo import one_step, whole_undo

_MM100 = 2540 / 72  # hundredths of a millimetre in a point
_LIKE_A_NUMBER = re.compile(r"^[^A-Za-zÅÄÖåäö]{0,3}\d")
_INDENT = 353  # hundredths of a millimetre: what an indent of Excel's files becomes
_HORIZONTAL = {"left": LEFT, "center": CENTER, "right": RIGHT, "justify": BLOCK}
_VERTICAL = {"top": 1, "center": 2, "bottom": 3, "justify": 4}
# Languages' own letters besides the western: a look is for all of them.
_FONTS = ("", "Asian", "Complex")


def apply(
    doc: Any, actions: Sequence[Action], before: Dict[str, Any], label: str, over_formulas: bool
) -> None:
    """Do the actions. ``before`` is the snapshot that they were made from.

    Problem when something stands in the way, and then nothing has been written.
    """
    steps = checked(doc, actions)
    refuse_changed(doc, steps, before, over_formulas)
    if not marks.has_marks(doc):
        steps = [step for step in steps if step["op"] != "clear_marks"]
    if all(step["op"] == "select" for step in steps):
        for step in steps:
            go_to(doc, step["sheet"], step["address"])
        return
    if any(step["op"] == "mark" for step in steps):
        marks.make_styles(doc)
    formulas, formats = Formulas(doc), Formats(doc)
    with _view_kept(doc), one_step(doc, f"Ramkoll: {label}"):
        charts.hold_places(doc, steps)
        for step in steps:
            try:
                _act(doc, step, formulas, formats)
            except Problem:
                raise
            except Exception as error:
                where = f"{step.get('sheet', '')} {step['op']}".strip()
                raise unwritten(where) from error
    # The input line shows what the selected cell held before, until something is selected.
    selected = doc.CurrentSelection
    if selected is not None:
        doc.CurrentController.select(selected)


@contextmanager
def _view_kept(doc: Any) -> Iterator[None]:
    """When something is raised the user is where she was: LibreOffice's undo goes to the cells."""
    view, selected = doc.CurrentController, doc.CurrentSelection
    sheet = view.ActiveSheet
    try:
        yield
    except BaseException:
        with suppress(Exception):  # what is raised is what the user has to know
            view.setActiveSheet(sheet)
            if selected is not None:
                view.select(selected)
        raise


def go_to(doc: Any, sheet: str, address: str) -> None:
    """Activate a sheet and select an area on it."""
    if not doc.Sheets.hasByName(sheet):
        raise missing(f"Bladet «{sheet}»")
    target = doc.Sheets.getByName(sheet)
    if not target.IsVisible:
        raise hidden_sheet(sheet)
    doc.CurrentController.setActiveSheet(target)
    doc.CurrentController.select(area(target, box_of(address)))


def _act(doc: Any, step: Action, formulas: Formulas, formats: Formats) -> None:
    op = step["op"]
    if op == "clear_marks":
        return marks.clear_marks(doc)
    if op in ("name", "delete_name"):
        return _name(doc, step, formulas)
    if op == "add_sheet" and not doc.Sheets.hasByName(step["sheet"]):
        doc.Sheets.insertNewByName(step["sheet"], doc.Sheets.Count)
    sheet = doc.Sheets.getByName(step["sheet"])
    if op == "values":
        _values(doc, sheet, step, formats)
    elif op == "formulas":
        _formulas(sheet, step, formulas)
    elif op == "look":
        _look(doc, sheet, step, formats)
    elif op == "row_height":
        _row_height(sheet, step["rows"], step["height"])
    elif op == "column_width":
        for column in step["columns"]:
            sheet.Columns.getByIndex(column - 1).Width = _width(step["width"])
    elif op == "merge":
        for address in step["addresses"]:
            area(sheet, box_of(address)).merge(True)
    elif op == "unmerge":
        for box in merged(sheet, box_of(step["address"])):
            area(sheet, box).merge(False)
    elif op == "clear_links":
        _clear_links(area(sheet, box_of(step["address"])), sheet)
    elif op == "table":
        table = doc.DatabaseRanges.getByName(step["table"])
        table.setDataArea(area(sheet, box_of(step["address"])).RangeAddress)
    elif op == "chart":
        charts.set_chart(
            doc, step["sheet"], step["chart"], step["title"], step["address"], step["series"]
        )
    elif op == "series":
        charts.set_series(
            doc,
            step["sheet"],
            step["chart"],
            step["series"],
            step["name"],
            step["labels"],
            step["values"],
        )
    elif op == "mark":
        marks.mark(doc, step["sheet"], step["cells"])
    elif op == "select":
        go_to(doc, step["sheet"], step["address"])


def _values(doc: Any, sheet: Any, step: Action, formats: Formats) -> None:
    """Numbers as numbers, texts as texts whatever they begin with; LibreOffice has no truths."""
    box = box_of(step["address"])
    rows = tuple(tuple(_cell(value) for value in row) for row in step["values"])
    cells = area(sheet, box)
    keep = _formats_kept(doc, sheet, box, step["values"])
    keep()  # so that undoing gives them back last of all
    whole_undo(cells, [[value != "" for value in row] for row in rows])
    cells.setDataArray(rows)
    keep()
    for down, row in enumerate(step["values"]):
        for right, value in enumerate(row):
            if isinstance(value, bool):
                cell = sheet.getCellByPosition(box.left - 1 + right, box.top - 1 + down)
                cell.NumberFormat = formats.key(BOOLEAN)


def _formats_kept(
    doc: Any, sheet: Any, box: Box, values: Sequence[Sequence[Any]]
) -> Callable[[], None]:
    """Gives cells with a text like a number their formats again: LibreOffice makes them text."""
    by_key: Dict[int, List[Any]] = {}
    for down, row in enumerate(values):
        for right, value in enumerate(row):
            if isinstance(value, str) and _LIKE_A_NUMBER.search(value):
                cell = sheet.getCellByPosition(box.left - 1 + right, box.top - 1 + down)
                by_key.setdefault(cell.NumberFormat, []).append(cell.RangeAddress)

    def keep() -> None:
        for key, addresses in by_key.items():
            cells = doc.createInstance("com.sun.star.sheet.SheetCellRanges")
            cells.addRangeAddresses(tuple(addresses), False)
            cells.NumberFormat = key

    return keep


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return value if isinstance(value, str) else float(value)


def _formulas(sheet: Any, step: Action, formulas: Formulas) -> None:
    box = box_of(step["address"])
    number = sheet.RangeAddress.Sheet
    rows = tuple(
        tuple(
            formulas.written(text, number, box.left - 1 + right, box.top - 1 + down)
            if text.startswith("=")
            else text and f"'{text}"
            for right, text in enumerate(row)
        )
        for down, row in enumerate(step["formulas"])
    )
    cells = area(sheet, box)
    whole_undo(cells, [[text != "" for text in row] for row in rows])
    cells.setFormulaArray(rows)


def _look(doc: Any, sheet: Any, step: Action, formats: Formats) -> None:
    given = dict(_properties(step, formats))
    if not given:
        return
    cells = doc.createInstance("com.sun.star.sheet.SheetCellRanges")
    addresses = tuple(area(sheet, box_of(each)).RangeAddress for each in step["addresses"])
    cells.addRangeAddresses(addresses, False)
    names = tuple(sorted(given))
    uno.invoke(cells, "setPropertyValues", (names, _values_of(given, names)))


def _values_of(given: Dict[str, Any], names: Sequence[str]) -> Any:
    return uno.Any("[]any", tuple(given[name] for name in names))


def _properties(step: Action, formats: Formats) -> Iterable[Tuple[str, Any]]:
    """A look as LibreOffice's properties; what is None is left as it is."""

    def has(name: str) -> bool:
        return step.get(name) is not None

    if has("number_format"):
        yield "NumberFormat", formats.key(step["number_format"])
    if has("fill"):
        yield "CellBackColor", _colour(step["fill"])
    if has("colour"):
        yield "CharColor", _colour(step["colour"])
    for script in _FONTS:
        if has("bold"):
            yield f"CharWeight{script}", 150.0 if step["bold"] else 100.0
        if has("italic"):
            yield f"CharPosture{script}", _slant(step["italic"])
        if has("size"):
            yield f"CharHeight{script}", float(step["size"])
    if has("wrap"):
        yield "IsTextWrapped", bool(step["wrap"])
    if has("horizontal"):
        yield "HoriJustify", _HORIZONTAL.get(step["horizontal"], STANDARD)
    if has("vertical"):
        yield "VertJustify", _VERTICAL.get(step["vertical"].lstrip("v"), 0)
    if has("indent"):
        yield "ParaIndent", step["indent"] * _INDENT
    for side in ("top", "bottom"):
        if line := (step.get("borders") or {}).get(side):
            yield f"{side.title()}Border2", border(line)


def _slant(italic: bool) -> Any:
    return uno.Enum("com.sun.star.awt.FontSlant", "ITALIC" if italic else "NONE")


def _colour(text: str) -> int:
    return int(text[1:], 16) if text else -1


def _width(characters: float) -> int:
    """Hundredths of a millimetre: seven pixels a character, and five around them."""
    return round((characters * 7 + 5) * 2540 / 96)


def _row_height(sheet: Any, rows: Sequence[int], height: float) -> None:
    for first, last in _runs(sorted(set(rows))):
        band = sheet.getCellRangeByPosition(0, first - 1, 0, last - 1).Rows
        band.Height = round(height * _MM100)


def _runs(rows: Sequence[int]) -> List[Tuple[int, int]]:
    """Rows that follow each other as first and last."""
    found = []
    for _, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        together = [row for _, row in run]
        found.append((together[0], together[-1]))
    return found


def _clear_links(cells: Any, sheet: Any) -> None:
    """A link is a field in a cell's text: the text is written anew without it."""
    for row, column in keys(cells.queryContentCells(CONTENT).RangeAddresses):
        cell = sheet.getCellByPosition(column - 1, row - 1)
        fields = getattr(cell, "TextFields", None)
        if fields is not None and fields.createEnumeration().hasMoreElements():
            area(sheet, box_from(cell.RangeAddress)).setDataArray(((cell.String,),))


def _name(doc: Any, step: Action, formulas: Formulas) -> None:
    there = doc.NamedRanges
    name = step["name"]
    if step["op"] == "delete_name":
        if there.hasByName(name):
            there.removeByName(name)
        return
    content = formulas.written(f"={step['refers_to']}", 0, 0, 0)[1:]
    if there.hasByName(name):
        there.getByName(name).Content = content
    else:
        at = doc.Sheets.getByIndex(0).getCellByPosition(0, 0).CellAddress
        there.addNewByName(name, content, at, 0)
