"""The last reader: what the others cannot make out, openpyxl may.

It is let in only where nothing was unsafe, and within limits of its own. Of openpyxl only the
reading of workbook and rows is used, not what it builds around cells: that walks whole rectangles
of merged areas and links, and drops what lies under a merged area. Values are made into cells by
the same code as for the other readers, so that all readers say the same of the same cell.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from ramkoll.excel import limits
from ramkoll.excel.beside_parts import known_area
from ramkoll.excel.cell_values import Book, NumberFormat, unescaped
from ramkoll.excel.number_formats import BUILT_IN, shows_date
from ramkoll.excel.preflight import open_package
from ramkoll.excel.sheet_xml import what_if_table
from ramkoll.excel.unreadable import Unreadable, damaged, too_large
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, ArrayKind, Cell, CellKind, a1
from ramkoll.model.workbook import Reader, Sheet, Submission, Visibility

LOG = logging.getLogger("ramkoll.excel")

_CELL_TAG = re.compile(rb"<(?:\w+:)?c[\s/>]")
_TRUE = frozenset({"1", "true"})


def read(data: bytes, file: str) -> Submission:
    """Read a workbook from its bytes; ``file`` is its name in messages and addresses.

    What stands beside cells is left out but for merged areas and what is hidden. Raises Unreadable
    where openpyxl cannot read the workbook either, or not every sheet and cell of it.
    """
    parts = open_package(data, file)
    if sum(len(part) for part in parts.values()) > limits.MAX_FALLBACK_BYTES:
        raise too_large(file, "Filen är för stor för att läsas trots att något i den är fel.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(data, file, parts)
    except Unreadable:
        raise
    except Exception as error:  # it raises nearly anything for what it does not expect
        LOG.debug("%s: openpyxl raises %s", file, type(error).__name__)
        raise damaged(file) from error


def _read(data: bytes, file: str, parts: Mapping[str, bytes]) -> Submission:
    # Any: what it keeps for itself is not in its types.
    reader: Any = ExcelReader(io.BytesIO(data), read_only=True, keep_links=False)
    with reader.archive:
        reader.read()
        if len(reader.wb._sheets) != len(reader.parser.sheets):
            # It passes over a sheet whose part is not there.
            raise damaged(file, "Filen är skadad: ett blad har ett namn men inget innehåll.")
        book = Book(
            file=file,
            strings=(),
            formats=_formats(reader.wb),
            date_1904=reader.wb.epoch == CALENDAR_MAC_1904,
        )
        sheets: list[Sheet] = []
        room = limits.MAX_FALLBACK_CELLS
        for worksheet in reader.wb.worksheets:
            part = parts[worksheet._worksheet_path.lower()]
            sheets.append(_Sheet(reader, book, worksheet, part).read(room))
            room -= len(sheets[-1].cells)
        return Submission(
            file=file,
            sha256=sha256(data).hexdigest(),
            sheets=tuple(sheets),
            names={
                name: str(defined.attr_text or "").removeprefix("=")
                for name, defined in reader.wb.defined_names.items()
                if not name.lower().startswith("_xlnm.")
            },
            date_1904=book.date_1904,
            reader=Reader.OPENPYXL,
        )


def _formats(workbook: Any) -> Mapping[str | None, NumberFormat]:
    own = dict(enumerate(workbook._number_formats, 164))
    codes = [
        unescaped(own.get(style.numFmtId, BUILT_IN.get(style.numFmtId, "General")))
        for style in workbook._cell_styles
    ]
    formats: dict[str | None, NumberFormat] = {
        str(i): NumberFormat(code, shows_date(code)) for i, code in enumerate(codes)
    }
    formats[None] = formats["0"]
    return formats


class _Sheet:
    """One sheet, gone through twice: for its values and for its formulas."""

    def __init__(self, reader: Any, book: Book, worksheet: Any, part: bytes) -> None:
        self.reader, self.book, self.worksheet, self.part = reader, book, worksheet, part
        self.where = f"{book.file} {worksheet.title}"
        self.arrays: dict[tuple[int, int], Area] = {}

    def read(self, room: int) -> Sheet:
        cells: dict[tuple[int, int], Cell] = {}
        values = self._parser(data_only=True)
        tags = 0
        empty_texts: set[tuple[int, int]] = set()
        for key, found in self._found(values):
            tags += 1
            if found["value"] is None:
                if found["data_type"] == "str":
                    empty_texts.add(key)
                continue
            if key in cells:
                where = f"{self.where}!{a1(*key)}"
                raise damaged(where, "Filen är skadad: cellen finns två gånger.")
            cells[key] = self._cell(found)
        if tags != len(_CELL_TAG.findall(self.part)):
            # Cells of another namespace, or hidden from it in another way.
            raise damaged(self.where)
        for key, found in self._found(self._parser(data_only=False)):
            if found["data_type"] == "f":
                kind = "str" if key in empty_texts else "n"
                cell = cells.get(key) or self._cell({**found, "value": None, "data_type": kind})
                cell = self._with_formula(cell, found["value"], key)
                if cell.kind is not CellKind.BLANK or cell.formula is not None:
                    cells[key] = cell
        if len(cells) > room:
            raise too_large(self.where, "Arbetsboken har för många ifyllda celler.")
        merged = () if values.merged_cells is None else values.merged_cells.mergeCell
        areas = (known_area(str(each.ref)) for each in merged)
        return Sheet(
            name=unescaped(self.worksheet.title),
            cells=cells,
            visibility=Visibility(self.worksheet.sheet_state),
            merged=tuple(area for area in areas if area is not None),
            hidden_rows=frozenset(
                int(number)
                for number, attributes in values.row_dimensions.items()
                if attributes.get("hidden", "").lower() in _TRUE
            ),
            hidden_columns=frozenset(
                column
                for attributes in values.column_dimensions.values()
                if attributes.get("hidden", "").lower() in _TRUE
                for column in range(
                    int(attributes["min"]), min(int(attributes["max"]), MAX_COLUMN) + 1
                )
            ),
            arrays=self.arrays,
        )

    def _parser(self, *, data_only: bool) -> Any:
        # Without formats of dates it leaves numbers as they are, to be read as everywhere else.
        return WorkSheetParser(
            self.worksheet._get_source(),
            self.reader.shared_strings,
            data_only=data_only,
            epoch=self.reader.wb.epoch,
        )

    def _found(self, parser: Any) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
        for _, row in parser.parse():
            for cell in row:
                key = cell["row"], cell["column"]
                if not (1 <= key[0] <= MAX_ROW and 1 <= key[1] <= MAX_COLUMN):
                    raise damaged(self.where, "Filen är skadad: en cell ligger utanför bladet.")
                yield key, cell

    def _cell(self, found: Mapping[str, Any]) -> Cell:
        value, style = found["value"], str(found["style_id"])
        match found["data_type"]:
            case "n":
                return self.book.cell("n", style, None if value is None else repr(float(value)))
            case "b":
                return self.book.cell("b", style, str(int(value)))
            case "e":
                return self.book.cell("e", style, value)
            case "d":
                return self.book.cell("d", style, value.isoformat())
            case "s" | "inlineStr":
                return self.book.cell("str", style, str(value))
            case "str":  # an empty text; others have become "s"
                return self.book.cell("str", style, "")
        raise ValueError("another type of cell")

    def _with_formula(self, cell: Cell, formula: Any, key: tuple[int, int]) -> Cell:
        kind: ArrayKind | None = None
        text = formula
        match formula:
            case ArrayFormula():
                kind, text = ArrayKind.ARRAY, formula.text
            case DataTableFormula():
                kind = ArrayKind.TABLE
                text = what_if_table({name: str(value) for name, value in formula})
        text = unescaped(str(text)).removeprefix("=")
        if not text:
            return cell
        if kind is not None:
            self.arrays[key] = known_area(formula.ref or "") or Area(*key, *key)
        return cell._replace(formula=text, array=kind)
