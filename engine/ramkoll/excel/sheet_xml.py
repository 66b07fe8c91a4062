"""One worksheet part in one pass: value, formula and number format of each cell together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ramkoll.excel.cell_values import Book, rich_text, unescaped, xml_bool
from ramkoll.excel.formula_shift import SharedFormula
from ramkoll.excel.ooxml import grow_xml, namespace, valid_content
from ramkoll.excel.unreadable import Unreadable, damaged, too_large
from ramkoll.model.cells import (
    MAX_COLUMN,
    MAX_ROW,
    Area,
    Cell,
    CellKind,
    CellRef,
    Sheet,
    Visibility,
    a1,
    parse_a1,
)

# Each cell takes some 400 bytes in memory; a large submission has some ten thousand.
MAX_CELLS = 1_000_000
# A shared formula of a few bytes may stand for a long text in every cell of a sheet.
MAX_FORMULA_CHARACTERS = 64 * 2**20


@dataclass(slots=True)
class Budget:
    """What is left for the sheets of one workbook to take; the one thing here that changes."""

    cells: int = MAX_CELLS
    formula_characters: int = MAX_FORMULA_CHARACTERS


class _Shared(NamedTuple):
    """A shared formula, and the cell that it is written in."""

    formula: SharedFormula
    row: int
    column: int


class _Sharing(NamedTuple):
    """A cell whose formula is written in another."""

    row: int
    column: int
    formula_index: str


def read_sheet(data: bytes, book: Book, name: str, visibility: Visibility, budget: Budget) -> Sheet:
    """The worksheet of a part; Unreadable, with the cell's address, when it is malformed.

    What it takes is drawn from the budget.
    """
    where = f"{book.file} {name}"
    grid = _Grid(book, name)
    root: Element | None = None
    for root, complete in grow_xml(data, where, "worksheet"):
        blocks = root.findall(f"{namespace(root)}sheetData")
        if len(blocks) > 1:
            raise damaged(where, "Filen är skadad: bladet har två uppsättningar celler.")
        for rows in blocks:
            done = len(rows) if complete else len(rows) - 1
            for row in rows[:done]:
                with valid_content(where):
                    grid.read_row(row)
                if len(grid.cells) > budget.cells:
                    raise too_large(where, "Arbetsboken har för många ifyllda celler.")
            del rows[:done]
    assert root is not None
    _expand(grid, budget, where)
    budget.cells -= len(grid.cells)
    main = namespace(root)
    with valid_content(where):
        return Sheet(
            name=name,
            cells=grid.cells,
            visibility=visibility,
            merged=tuple(
                _area(element.attrib["ref"])
                for element in root.iterfind(f"{main}mergeCells/{main}mergeCell")
            ),
            hidden_rows=frozenset(grid.hidden_rows),
            hidden_columns=_columns(
                (int(element.attrib["min"]), int(element.attrib["max"]))
                for element in root.iterfind(f"{main}cols/{main}col")
                if xml_bool(element.get("hidden", "0"))
            ),
        )


@dataclass(slots=True)
class _Grid:
    """The cells gathered so far, row by row."""

    book: Book
    sheet: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    shared: dict[str, _Shared] = field(default_factory=dict)
    sharing: list[_Sharing] = field(default_factory=list)
    row: int = 0
    _columns: dict[str, int] = field(default_factory=dict)

    def read_row(self, element: Element) -> None:
        """Take in a row and its cells. Raises ValueError or LookupError for a malformed row."""
        main = namespace(element)
        if element.tag != f"{main}row":
            return
        row_text = element.get("r") or str(self.row + 1)
        self.row = row = int(row_text)
        if not 1 <= row <= MAX_ROW:
            raise ValueError("a row outside the sheet")
        if xml_bool(element.get("hidden", "0")):
            self.hidden_rows.add(row)
        # Bound once: what follows runs for every cell.
        cell_tag, value_tag, formula_tag = f"{main}c", f"{main}v", f"{main}f"
        inline_tag = f"{main}is"
        columns, cells = self._columns, self.cells
        made, make, blank = self.book.made.get, self.book.cell, CellKind.BLANK
        cut, column = -len(row_text), 0
        for item in element:
            if item.tag != cell_tag:
                continue
            attribute = item.get
            address = attribute("r")
            if address is None:
                column += 1
            else:
                known = columns.get(address[:cut]) if address[cut:] == row_text else None
                column = known or self._column(address)
            value = formula = None
            for child in item:
                tag = child.tag
                if tag == value_tag:
                    value = child.text or ""
                elif tag == formula_tag:
                    formula = child
                elif tag == inline_tag:
                    value = rich_text(child)
            if value is None and formula is None:
                continue
            key = row, column
            if key in cells or column > MAX_COLUMN:
                raise self._bad(key, "finns två gånger eller ligger utanför bladet")
            kind, style = attribute("t"), attribute("s")
            try:
                cell = made((kind, style, value)) or make(kind, style, value)
            except (ValueError, LookupError) as error:
                raise self._bad(key, "har ett oläsligt innehåll") from error
            if formula is not None:
                cell = self._with_formula(cell, formula, key)
            if cell.kind is not blank or cell.formula is not None:
                cells[key] = cell

    def _column(self, address: str) -> int:
        """The column of an address that must lie on the row being read."""
        row, column = parse_a1(address)
        if row != self.row:
            raise self._bad((row, column), "ligger på fel rad")
        self._columns[address.rstrip("0123456789")] = column
        return column

    def _with_formula(self, cell: Cell, element: Element, key: tuple[int, int]) -> Cell:
        """The cell with the formula of its element. A shared one is empty until all are read."""
        text, kind = element.text, element.get("t")
        if text:
            formula = unescaped(text).removeprefix("=")
            if kind == "shared":
                self.shared[element.attrib["si"]] = _Shared(SharedFormula.parse(formula), *key)
        elif kind == "shared":
            formula = ""
            self.sharing.append(_Sharing(*key, element.attrib["si"]))
        elif kind == "dataTable":
            formula = _what_if_table(element)
        else:
            return cell
        return Cell(cell.kind, cell.value, formula, cell.number_format)

    def _bad(self, key: tuple[int, int], what: str) -> Unreadable:
        where = str(CellRef(self.book.file, self.sheet, *key))
        return damaged(where, f"Filen är skadad: cellen {what}.")


def _what_if_table(element: Element) -> str:
    """A what-if table has no text in the file; Excel shows TABLE(row input, column input)."""
    first, second = element.get("r1", ""), element.get("r2", "")
    if xml_bool(element.get("dt2D", "0")):
        return f"TABLE({first},{second})"
    return f"TABLE({first},)" if xml_bool(element.get("dtr", "0")) else f"TABLE(,{first})"


def _expand(grid: _Grid, budget: Budget, where: str) -> None:
    """Give each cell that shares a formula its own text."""
    for row, column, formula_index in grid.sharing:
        shared = grid.shared.get(formula_index)
        if shared is None:
            raise damaged(
                f"{where}!{a1(row, column)}", "Cellen har en formel vars text saknas i filen."
            )
        text = shared.formula.moved(row - shared.row, column - shared.column)
        budget.formula_characters -= len(text)
        if budget.formula_characters < 0:
            raise too_large(where, "Arbetsbokens formler är för många och för långa.")
        cell = grid.cells[row, column]
        grid.cells[row, column] = Cell(cell.kind, cell.value, text, cell.number_format)


def _area(reference: str) -> Area:
    first, _, last = reference.partition(":")
    return Area(*parse_a1(first), *parse_a1(last or first))


def _columns(spans: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Every column of spans that may overlap; sorted first, so that no column is walked twice."""
    found: set[int] = set()
    done = 0
    for first, last in sorted(spans):
        last = min(last, MAX_COLUMN)
        found.update(range(max(first, done + 1), last + 1))
        done = max(done, last)
    return frozenset(found)
