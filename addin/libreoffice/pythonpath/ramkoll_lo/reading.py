"""The open workbook as the Snapshot that the engine is sent."""

from __future__ import annotations

import os.path
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple, Union
from urllib.parse import unquote, urlsplit

from ramkoll_lo.a1 import Box, cell_name
from ramkoll_lo.formats import Formats
from ramkoll_lo.formulas import Formulas
from ramkoll_lo.problem import too_large

# com.sun.star.sheet.CellFlags and FormulaResult
CONTENT, FORMULA, ERROR = 1 | 2 | 4 | 16, 16, 4
# More than any form or report has: a sheet this large is somebody's list, or a mistake.
MOST_CELLS = 1_000_000

_ERRORS = {
    502: "#NUM!",
    503: "#NUM!",
    519: "#VALUE!",
    521: "#NULL!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}

Raw = Union[float, str, bool, None]
Key = Tuple[int, int]


class Cells(NamedTuple):
    """A rectangle as it stands: values, and formulas and errors by row and column (1-based)."""

    box: Box
    values: List[List[Raw]]
    formulas: Dict[Key, str]
    errors: List[Key]
    formats: List[str]
    format_of: List[List[int]]

    def content(self, row: int, column: int) -> Raw:
        """A cell's formula when it has one, else its value; None outside the rectangle."""
        if (row, column) in self.formulas:
            return self.formulas[row, column]
        down, right = row - self.box.top, column - self.box.left
        if 0 <= down < len(self.values) and 0 <= right < len(self.values[down]):
            return self.values[down][right]
        return None


def read(doc: Any, wanted: Sequence[str]) -> Dict[str, Any]:
    """The cells of the sheets asked for, and the names of all. ``["*"]`` asks for every sheet."""
    formulas, formats = Formulas(doc), Formats(doc)
    active, selection = where(doc)
    sheets = []
    for number in range(doc.Sheets.Count):
        sheet = doc.Sheets.getByIndex(number)
        asked = "*" in wanted or sheet.Name in wanted
        sheets.append(_sheet(sheet, number, formulas, formats, asked))
    return {
        "name": file_name(doc),
        "sheets": sheets,
        "names": names(doc, formulas),
        "active": active,
        "selection": selection,
        "date_1904": doc.NullDate.Year == 1904,
    }


def file_name(doc: Any) -> str:
    """The file's name, or the window's when it has not been saved."""
    return unquote(os.path.basename(urlsplit(doc.URL).path)) or str(doc.Title)


def names(doc: Any, formulas: Formulas) -> Dict[str, str]:
    """The workbook-wide names and what they refer to."""
    found = {}
    for name in doc.NamedRanges.ElementNames:
        item = doc.NamedRanges.getByName(name)
        at = item.ReferencePosition
        found[name] = formulas.read(item, item.Content, at.Sheet, at.Column, at.Row)[1:]
    return found


def where(doc: Any) -> Tuple[str, str]:
    """The active sheet and what is selected on it; with a chart selected, its first cell."""
    controller = doc.CurrentController
    selected = doc.CurrentSelection
    active = str(controller.ActiveSheet.Name)
    address = None
    if selected is not None and selected.supportsService("com.sun.star.sheet.SheetCellRange"):
        address = selected.RangeAddress
    elif selected is not None and selected.supportsService("com.sun.star.sheet.SheetCellRanges"):
        address = (selected.RangeAddresses or (None,))[0]
    if address is None:
        return active, "A1"
    box = box_from(address)
    sheet = controller.ActiveSheet.RangeAddress
    if address.EndRow == sheet.EndRow or address.EndColumn == sheet.EndColumn:
        return active, cell_name(box.top, box.left)
    return active, box.address


def box_from(address: Any) -> Box:
    """LibreOffice's own address, which counts from 0."""
    return Box(
        address.StartRow + 1, address.StartColumn + 1, address.EndRow + 1, address.EndColumn + 1
    )


def area(sheet: Any, box: Box) -> Any:
    """The cells of a rectangle."""
    return sheet.getCellRangeByPosition(box.left - 1, box.top - 1, box.right - 1, box.bottom - 1)


def _sheet(
    sheet: Any, number: int, formulas: Formulas, formats: Formats, asked: bool
) -> Dict[str, Any]:
    found: Dict[str, Any] = {
        "name": sheet.Name,
        "visibility": "visible" if sheet.IsVisible else "hidden",
        "sent": asked,
    }
    box = used(sheet) if asked else None
    if box is None:
        return found
    if box.rows * box.columns > MOST_CELLS:
        raise too_large(sheet.Name)
    cells = read_cells(sheet, number, box, formulas, formats)
    return {
        **found,
        "top": box.top,
        "left": box.left,
        "values": cells.values,
        "formulas": [[row, column, text] for (row, column), text in cells.formulas.items()],
        "errors": [list(key) for key in cells.errors],
        "formats": cells.formats,
        "format_of": cells.format_of,
        "merged": [each.address for each in merged(sheet, box)],
    }


def used(sheet: Any) -> Union[Box, None]:
    """The rectangle around all that is not empty; columns that only look otherwise do not count."""
    boxes = [box_from(each) for each in sheet.queryContentCells(CONTENT).RangeAddresses]
    if not boxes:
        return None
    return Box(
        min(box.top for box in boxes),
        min(box.left for box in boxes),
        max(box.bottom for box in boxes),
        max(box.right for box in boxes),
    )


def read_cells(sheet: Any, number: int, box: Box, formulas: Formulas, formats: Formats) -> Cells:
    """Read a rectangle; ``number`` is the sheet's, from 0."""
    cells = area(sheet, box)
    values: List[List[Raw]] = [
        [None if value == "" or value is None else value for value in row]
        for row in cells.getDataArray()
    ]
    codes, format_of, truths = formats.of(cells, box)
    found = Cells(box, values, {}, [], codes, format_of)
    for row, column in truths:
        _as_truth(values, row - box.top, column - box.left)
    with_formulas = cells.queryContentCells(FORMULA).RangeAddresses
    if with_formulas:
        own = cells.getFormulaArray()
        for key in keys(with_formulas):
            row, column = key
            cell = sheet.getCellByPosition(column - 1, row - 1)
            down, right = row - box.top, column - box.left
            found.formulas[key] = formulas.read(cell, own[down][right], number, column - 1, row - 1)
            if values[down][right] is None:
                values[down][right] = ""
            # LibreOffice shows a number that is a truth as a word, where no format is set.
            if values[down][right] in (0.0, 1.0) and cell.String.isalpha():
                _as_truth(values, down, right)
        for row, column in keys(cells.queryFormulaCells(ERROR).RangeAddresses):
            error = sheet.getCellByPosition(column - 1, row - 1).getError()
            values[row - box.top][column - box.left] = _ERRORS.get(error, "#VALUE!")
            found.errors.append((row, column))
    return found


def keys(addresses: Sequence[Any]) -> List[Key]:
    """Row and column of each cell of several rectangles."""
    return [
        (row + 1, column + 1)
        for each in addresses
        for row in range(each.StartRow, each.EndRow + 1)
        for column in range(each.StartColumn, each.EndColumn + 1)
    ]


def merged(sheet: Any, box: Box) -> List[Box]:
    """The merged areas that begin within a rectangle, from the top."""
    cells = area(sheet, box)
    if not cells.getIsMerged():
        return []
    groups = cells.UniqueCellFormatRanges
    found = set()
    for number in range(groups.Count):
        for address in groups.getByIndex(number).RangeAddresses:
            within = box_from(address)
            if not area(sheet, within).getIsMerged():
                continue
            for row, column in keys([address]):
                cursor = sheet.createCursorByRange(sheet.getCellByPosition(column - 1, row - 1))
                cursor.collapseToMergedArea()
                whole = box_from(cursor.RangeAddress)
                if (whole.rows, whole.columns) != (1, 1):
                    found.add(whole)
    return sorted(found)


def _as_truth(values: List[List[Raw]], down: int, right: int) -> None:
    if values[down][right] in (0.0, 1.0):
        values[down][right] = values[down][right] == 1.0
