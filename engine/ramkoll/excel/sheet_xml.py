"""One worksheet part in one pass: value, formula and number format of each cell together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ramkoll.excel.beside_parts import LOG, known_area
from ramkoll.excel.cell_values import Book, rich_text, strict_double, unescaped, xml_bool
from ramkoll.excel.limits import MAX_CELLS, MAX_FORMULA_CHARACTERS
from ramkoll.excel.ooxml import grow_xml, namespace, valid_content
from ramkoll.excel.row_cells import SheetCells
from ramkoll.excel.unreadable import Unreadable, damaged, too_large
from ramkoll.model.cells import (
    MAX_COLUMN,
    MAX_ROW,
    Area,
    ArrayKind,
    Cell,
    CellKind,
    CellRef,
    a1,
    parse_a1,
)
from ramkoll.model.formula_text import SharedFormula

_ARRAYS = {"array": ArrayKind.ARRAY, "dataTable": ArrayKind.TABLE}


@dataclass(slots=True)
class Budget:
    """What is left for the sheets of one workbook to take; the one thing here that changes."""

    cells: int = MAX_CELLS
    formula_characters: int = MAX_FORMULA_CHARACTERS


class _Tags(NamedTuple):
    """The tags of a sheet's cells, in the namespace that the file uses."""

    data: str
    row: str
    cell: str
    value: str
    formula: str
    inline: str

    @classmethod
    def within(cls, main: str) -> _Tags:
        return cls(*(main + name for name in ("sheetData", "row", "c", "v", "f", "is")))


class _Shared(NamedTuple):
    """A shared formula, and the cell that it is written in."""

    formula: SharedFormula
    row: int
    column: int


class _Waiting(NamedTuple):
    """A cell that shares a formula written further on, which Excel does not do."""

    row: int
    column: int
    shared_index: str


def read_sheet(data: bytes, book: Book, name: str, budget: Budget) -> SheetCells:
    """The worksheet of a part; Unreadable, with the cell's address, when it is malformed.

    What it takes is drawn from the budget.
    """
    where = f"{book.file} {name}"
    grid = _Grid(book, name, budget)
    root: Element | None = None
    for root, complete in grow_xml(data, where, "worksheet"):
        tags = _Tags.within(namespace(root))
        blocks = root.findall(tags.data)
        if len(blocks) > 1:
            raise damaged(where, "Filen är skadad: bladet har två uppsättningar celler.")
        for rows in blocks:
            done = len(rows) if complete else len(rows) - 1
            with valid_content(where):
                for row in rows[:done]:
                    grid.read_row(row, tags)
            del rows[:done]
    assert root is not None
    grid.finish()
    return SheetCells(grid.cells, grid.arrays, frozenset(grid.hidden_rows), root)


@dataclass(slots=True)
class _Grid:
    """The cells gathered so far, row by row."""

    book: Book
    sheet: str
    budget: Budget
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    shared: dict[str, _Shared] = field(default_factory=dict)
    waiting: list[_Waiting] = field(default_factory=list)
    arrays: dict[tuple[int, int], Area] = field(default_factory=dict)
    row: int = 0
    _columns: dict[str, int] = field(default_factory=dict)

    def read_row(self, element: Element, tags: _Tags) -> None:
        """Take in a row and its cells. Raises ValueError or LookupError for a malformed row."""
        expected = len(element.findall(tags.cell)) if element.tag == tags.row else 0
        if expected != sum(1 for _ in element.iter(tags.cell)):
            # Some readers find them there all the same.
            raise damaged(self._where, "Filen är skadad: bladet har celler på fel ställe.")
        if element.tag != tags.row:
            return
        row_text = element.get("r") or str(self.row + 1)
        self.row = row = _row_number(row_text)
        if not 1 <= row <= MAX_ROW:
            raise damaged(self._where, f"Filen är skadad: bladet har en rad efter rad {MAX_ROW}.")
        if xml_bool(element.get("hidden", "0")):
            self.hidden_rows.add(row)
        # Bound once: what follows runs for every cell.
        _, _, cell_tag, value_tag, formula_tag, inline_tag = tags
        columns, cells = self._columns, self.cells
        made, make, blank = self.book.made.get, self.book.cell, CellKind.BLANK
        cut, column = -len(row_text), 0
        for item in element:
            if item.tag != cell_tag:
                continue
            attribute = item.get
            address, row = attribute("r"), self.row
            if not address:
                column += 1
            else:
                known = columns.get(address[:cut]) if address[cut:] == row_text else None
                if known is not None:
                    column = known
                else:
                    row, column = self._place(address)
            if not len(item):  # a cell with a style only, of which forms have many
                continue
            value = inline = formula = None
            for child in item:
                tag = child.tag
                if tag == value_tag and value is None:
                    value = child.text or ""
                elif tag == formula_tag and formula is None:
                    formula = child
                elif tag == inline_tag and inline is None:
                    inline = rich_text(child)
                elif tag in (value_tag, formula_tag, inline_tag):
                    raise self._bad((row, column), "har två värden eller formler")
            kind, style = attribute("t"), attribute("s")
            if inline is not None and (value is None or kind == "inlineStr"):
                kind, value = "inlineStr", inline
            if value is None and formula is None:
                continue
            key = row, column
            if key in cells or column > MAX_COLUMN:
                raise self._bad(key, "finns två gånger eller ligger utanför bladet")
            try:
                cell = made((kind, style, value)) or make(kind, style, value)
            except (ValueError, LookupError) as error:
                raise self._bad(key, "har ett oläsligt innehåll") from error
            if formula is not None:
                cell = self._with_formula(cell, formula, key)
                if formula.get("t") in _ARRAYS and cell.formula is not None:
                    cell = self._for_several(cell, formula, key, attribute("cm"))
            if cell.kind is not blank or cell.formula is not None:
                cells[key] = cell
        if len(self.cells) > self.budget.cells:
            raise too_large(self._where, "Arbetsboken har för många ifyllda celler.")

    def _place(self, address: str) -> tuple[int, int]:
        """Where a cell stands by its own address, also when that is not on the row around it."""
        row, column = parse_a1(address)
        if row == self.row:
            self._columns[address.rstrip("0123456789")] = column
        return row, column

    def finish(self) -> None:
        """Settle what was left until all rows are read."""
        for row, column, index in self.waiting:
            cell = self.cells[row, column]
            if index in self.shared:
                cell = cell._replace(formula=self._moved(index, row, column))
            else:
                # Whoever took away the first of the cells left the others without a formula.
                LOG.debug("%s!%s: a shared formula without its text", self._where, a1(row, column))
                cell = cell._replace(formula=None)
            self.cells[row, column] = cell
            if cell.kind is CellKind.BLANK and cell.formula is None:
                del self.cells[row, column]
        self.budget.cells -= len(self.cells)

    @property
    def _where(self) -> str:
        return f"{self.book.file} {self.sheet}"

    def _with_formula(self, cell: Cell, element: Element, key: tuple[int, int]) -> Cell:
        """The cell with the formula of its element."""
        kind, index = element.get("t"), element.get("si")
        formula = unescaped(element.text or "").removeprefix("=")
        if kind == "dataTable":
            formula = what_if_table(element.attrib)
        elif kind == "shared" and index is not None:
            # A cell with a text of its own may share; the first cell has the area as well.
            if formula and ("ref" in element.attrib or index not in self.shared):
                self.shared[index] = _Shared(SharedFormula.parse(formula), *key)
            elif not formula and index in self.shared:
                formula = self._moved(index, *key)
            elif not formula:
                self.waiting.append(_Waiting(*key, index))
                return cell._replace(formula="")  # until all rows are read
        return cell._replace(formula=formula) if formula else cell

    def _for_several(
        self, cell: Cell, element: Element, key: tuple[int, int], cm: str | None
    ) -> Cell:
        """The first cell of a formula for several cells, of one cell when it names no others."""
        kind = _ARRAYS[element.attrib["t"]]
        if kind is ArrayKind.ARRAY and cm in self.book.dynamic:
            kind = ArrayKind.DYNAMIC
        self.arrays[key] = known_area(element.get("ref", "")) or Area(*key, *key)
        return cell._replace(array=kind)

    def _moved(self, index: str, row: int, column: int) -> str:
        """A shared formula as it reads in a cell."""
        shared = self.shared[index]
        text = shared.formula.moved(row - shared.row, column - shared.column)
        self.budget.formula_characters -= len(text)
        if self.budget.formula_characters < 0:
            raise too_long_formulas(self._where)
        return text

    def _bad(self, key: tuple[int, int], what: str) -> Unreadable:
        where = str(CellRef(self.book.file, self.sheet, *key))
        return damaged(where, f"Filen är skadad: cellen {what}.")


def too_long_formulas(where: str) -> Unreadable:
    """That the formulas of a workbook are more text than is read."""
    return too_large(where, "Arbetsbokens formler är för många och för långa.")


def what_if_table(attributes: Mapping[str, str]) -> str:
    """A what-if table has no text in the file; Excel shows TABLE(row input, column input)."""
    first, second = attributes.get("r1", ""), attributes.get("r2", "")
    if xml_bool(attributes.get("dt2D", "0")):
        return f"TABLE({first},{second})"
    return f"TABLE({first},)" if xml_bool(attributes.get("dtr", "0")) else f"TABLE(,{first})"


def _row_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        # Some programs count rows in floating point.
        number = strict_double(text)
        if number != int(number):
            raise
        return int(number)
