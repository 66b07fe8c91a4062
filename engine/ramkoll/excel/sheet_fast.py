"""The quick reader: one pattern takes a sheet's cells apart, and must account for every character.

Nearly every program writes cells in one of few ways. Where a sheet is written so, splitting its
text at the cells leaves nothing between them; where anything is left over, ``NotUsual`` says so,
and the reader that knows all of XML takes the sheet. So nothing can be missed, only be slower.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import compress, count, pairwise
from math import inf
from operator import itemgetter
from typing import Any, NamedTuple

from ramkoll.excel.cell_marks import ATTRIBUTES, Known, Marks, attributes_of
from ramkoll.excel.cell_values import xml_bool
from ramkoll.excel.limits import MAX_CELLS
from ramkoll.excel.ooxml import read_xml
from ramkoll.excel.row_cells import (
    Columns,
    Formula,
    Moved,
    Row,
    RowCells,
    SheetCells,
    Special,
    Stored,
)
from ramkoll.excel.sheet_xml import Budget, too_long_formulas, what_if_table
from ramkoll.excel.written import NotUsual, decoded, plain_text
from ramkoll.model.cells import (
    MAX_ROW,
    Area,
    ArrayKind,
    parse_area,
)
from ramkoll.model.formula_text import SharedFormula

_PROLOG = re.compile(r"\ufeff?(?:<\?xml\s[^>]*\?>)?\s*<(?:(\w+):)?worksheet[\s>]", re.ASCII)
_DECLARED = re.compile(r"\sxmlns:(\w+)\s*=", re.ASCII)
# So much is taken apart at a time: the pieces take some ten times the memory of the text.
_BLOCK_CHARACTERS = 1 << 18
_PER_CELL = 7  # what splitting gives for a cell: what stood before it, and six groups


class _Grammar(NamedTuple):
    """How a sheet's tags are written with the prefix that the file uses."""

    opening: str
    closing: str
    row: str
    row_end: str
    next_row: str
    value: str
    no_value: tuple[str, str]
    no_cells: tuple[str, str]
    row_tag: re.Pattern[str]
    cell: re.Pattern[str]


def read_cells(data: bytes, known: Known, where: str, budget: Budget) -> SheetCells:
    """The cells of a worksheet part. Raises NotUsual when they are not written as usual, and
    Unreadable when what stands around them is no XML.

    What they take is drawn from the budget; of too many cells NotUsual is raised as well, since the
    other reader can say where.
    """
    text = decoded(data)
    root = _PROLOG.match(text)
    if root is None:
        raise NotUsual("another root element")
    grammar = _grammar(root[1] or "")
    # The other ways to write that there is nothing, which all programs use at times.
    for empty in grammar.no_cells:
        text = text.replace(empty, grammar.opening + grammar.closing, 1)
    start, end = text.find(grammar.opening), text.rfind(grammar.closing)
    if start < 0 or end < start:
        raise NotUsual("no cells, or in another way")
    head, tail = text[:start], text[end + len(grammar.closing) :]
    if "<!" in head or "<!" in tail or "<?" in head[5:] or "<?" in tail:
        raise NotUsual("comments or instructions")
    if grammar.opening[:-1] in tail:
        raise NotUsual("two sets of cells")
    reader = _Reader(known, grammar, frozenset({"xml", *_DECLARED.findall(head)}))
    reader.read(text, start + len(grammar.opening), end)
    if reader.count > budget.cells:
        raise NotUsual("too much")
    if reader.characters > budget.formula_characters:
        # Here nothing has been moved yet: the other reader would write out all of it first.
        raise too_long_formulas(where)
    budget.cells -= reader.count
    budget.formula_characters -= reader.characters
    frame = read_xml(f"{head}{grammar.opening}{grammar.closing}{tail}".encode(), where, "worksheet")
    found = RowCells(reader.rows, reader.count, known.book.date_1904)
    return SheetCells(found, reader.arrays, frozenset(reader.hidden_rows), frame)


@lru_cache(maxsize=8)
def _grammar(prefix: str) -> _Grammar:
    p = f"{prefix}:" if prefix else ""
    # Nothing is tried twice (``++``): where a cell is another way, that is seen at once.
    cell = (
        rf'<{p}c r="([A-Z]++)([0-9]++)"([^>/]*+)(?:/>|>'
        rf"(?:<{p}f([^<]*+)(?:</{p}f>|(?<=/>)))?+"
        rf"(?:<{p}v>([-+.0-9eE]*+)</{p}v>"
        rf'|<{p}(?:v|is><{p}t)(?: xml:space="preserve")?+>([^<]*+)</{p}(?:v|t></{p}is)>)?+'
        rf"</{p}c>)"
    )
    row, row_end = f'<{p}row r="', f"</{p}row>"
    return _Grammar(
        f"<{p}sheetData>",
        f"</{p}sheetData>",
        row,
        row_end,
        row_end + row,
        f"<{p}v></{p}v>",
        (f"<{p}v/>", f"<{p}v />"),
        (f"<{p}sheetData/>", f"<{p}sheetData />"),
        re.compile(rf"<{p}row((?:{ATTRIBUTES})*) ?(/?)>", re.ASCII),
        re.compile(cell),
    )


class _Reader:
    """What has been gathered of one sheet."""

    def __init__(self, known: Known, grammar: _Grammar, prefixes: frozenset[str]) -> None:
        self.known, self.grammar, self.prefixes = known, grammar, prefixes
        self.rows: dict[int, Row] = {}
        self.arrays: dict[tuple[int, int], Area] = {}
        self.hidden_rows: set[int] = set()
        self._usual_rows: set[str] = set()
        self._last_row = 0
        self._special_rows: set[int] = set()
        self.count = self.characters = 0
        self._shared: dict[str, tuple[SharedFormula, int, int, int]] = {}

    def read(self, text: str, at: int, end: int) -> None:
        """Take in the text between the start and the end of the cells, some rows at a time."""
        row_end = self.grammar.row_end
        try:
            while at < end:
                cut = text.find(row_end, at + _BLOCK_CHARACTERS, end)
                next_at = end if cut < 0 else cut + len(row_end)
                # The one escape that stands in most formulas, and cannot be taken for markup.
                block = text[at:next_at].replace("&gt;", ">")
                for empty in self.grammar.no_value:
                    block = block.replace(empty, self.grammar.value)
                self._read_block(block)
                at = next_at
                if self.count > MAX_CELLS:
                    raise NotUsual("too many cells")
        except (ValueError, LookupError) as error:
            raise NotUsual("a value or a style that is none") from error

    def _read_block(self, block: str) -> None:
        """Take in whole rows. What one step does, it does for all their cells together."""
        parts = self.grammar.cell.split(block)
        # What stands between cells begins or ends a row, or is nothing.
        between = parts[::_PER_CELL]
        letters, digits = parts[1::_PER_CELL], parts[2::_PER_CELL]
        attributes = parts[3::_PER_CELL]
        known = self.known
        rows: list[tuple[int, Columns, Marks, int, int]] = []
        of_numbers: list[Callable[[Any], Stored]] = []
        of_texts: list[Callable[[Any], Stored]] = []
        if not between[0]:
            raise NotUsual("a cell before the first row")
        ends = [at for at, text in enumerate(between) if text]
        for start, end in pairwise(ends):
            number, written = self._begin_row(between[start], first=start == 0)
            if digits[start:end].count(written) != end - start:
                raise NotUsual("a cell on another row")
            row_letters, row_attributes = tuple(letters[start:end]), tuple(attributes[start:end])
            columns = known.columns(row_letters)
            marks = known.marks(row_attributes)
            of_numbers += marks.of_numbers
            of_texts += marks.of_texts
            rows.append((number, columns, marks, start, end))
        self._end_rows(between, first=len(between) == 1)
        stored = self._stored(parts, of_numbers, of_texts, "&" in block or "_x" in block)
        formulas = self._formulas(parts, rows, "&" in block or "_x" in block)
        self.count += len(stored) - stored.count(None)
        if formulas is not None and None in stored:
            pairs = zip(stored, formulas, strict=True)
            self.count += sum([value is None and formula is not None for value, formula in pairs])
        for number, columns, marks, start, end in rows:
            row_formulas = None
            simple = marks.simple
            if formulas is not None:
                row_formulas = tuple(formulas[start:end])
                if row_formulas.count(None) == end - start:
                    row_formulas = None
                elif number in self._special_rows:
                    simple = False
            self.rows[number] = Row(
                columns, marks.looks, tuple(stored[start:end]), row_formulas, simple
            )

    def _begin_row(self, text: str, *, first: bool) -> tuple[int, str]:
        """The number of the row that begins behind a text, and how it is written."""
        begin = self.grammar.row if first else self.grammar.next_row
        if text.startswith(begin):
            # Nearly every row looks like one before it, but for its number.
            written, _, rest = text[len(begin) :].partition('"')
            if rest in self._usual_rows and written.isdecimal():
                return self._row_number(written), written
        at = self._empty_rows(text, 0 if first else self._row_ends(text, 0))
        tag = self.grammar.row_tag.match(text, at)
        if tag is None or tag.end() != len(text):
            raise NotUsual("something between the rows")
        attributes = attributes_of(tag[1], self.prefixes)
        number = self._row_number(attributes["r"])
        if xml_bool(attributes.get("hidden", "0")):
            self.hidden_rows.add(number)
        elif text.startswith(begin) and at == (0 if first else len(self.grammar.row_end)):
            self._usual_rows.add(text[len(begin) :].partition('"')[2])
        return number, attributes["r"]

    def _end_rows(self, between: Sequence[str], *, first: bool) -> None:
        text = between[-1]
        at = self._empty_rows(text, 0 if first else self._row_ends(text, 0))
        if at != len(text):
            raise NotUsual("something after the rows")

    def _row_ends(self, text: str, at: int) -> int:
        if not text.startswith(self.grammar.row_end, at):
            raise NotUsual("something between the cells")
        return at + len(self.grammar.row_end)

    def _row_number(self, text: str) -> int:
        number = int(text)
        if not self._last_row < number <= MAX_ROW:
            raise NotUsual("a row outside the sheet, twice or out of order")
        self._last_row = number
        return number

    def _empty_rows(self, text: str, at: int) -> int:
        """Pass over rows without cells; where they end."""
        while (tag := self.grammar.row_tag.match(text, at)) is not None:
            end = tag.end()
            if not tag[2]:
                if not text.startswith(self.grammar.row_end, end):
                    break
                end += len(self.grammar.row_end)
            attributes = attributes_of(tag[1], self.prefixes)
            number = self._row_number(attributes["r"])
            if xml_bool(attributes.get("hidden", "0")):
                self.hidden_rows.add(number)
            at = end
        return at

    def _stored(
        self,
        parts: list[str | None],
        of_numbers: Sequence[Callable[[Any], Stored]],
        of_texts: Sequence[Callable[[Any], Stored]],
        escaped: bool,
    ) -> list[Stored]:
        numbers, texts = parts[5::_PER_CELL], parts[6::_PER_CELL]
        if texts.count(None) != len(texts):
            if escaped:
                texts = [plain_text(text) if text else text for text in texts]
            cells = zip(of_numbers, numbers, of_texts, texts, strict=True)
            stored = [
                read_text(text) if text else read(number) if number else _empty(number, text, read)
                for read, number, read_text, text in cells
            ]
        else:
            stored = [
                read(number) if number else number if read is str else None
                for read, number in zip(of_numbers, numbers, strict=True)
            ]
        # What float() makes of 1e999, and no cell holds.
        if inf in stored or -inf in stored:
            raise NotUsual("a number that is none")
        return stored

    def _formulas(
        self,
        parts: list[str | None],
        rows: Sequence[tuple[int, Columns, Marks, int, int]],
        escaped: bool,
    ) -> list[Formula] | None:
        texts = parts[4::_PER_CELL]
        if not any(texts):
            return None
        if escaped:
            texts = [plain_text(text) if text else text for text in texts]
        formulas: list[Formula] = [text[1:] or None if text else None for text in texts]
        # A tag with attributes, or a text that begins with an equals sign or ends as a tag does.
        odd = [text and (text[0] != ">" or text[1:2] == "=" or text[-2:] == "/>") for text in texts]
        for at in compress(count(), odd):
            number, columns, _, start, _ = rows[bisect_right(rows, at, key=itemgetter(3)) - 1]
            text = texts[at]
            assert text is not None
            formulas[at] = formula = self._special(text, number, columns.numbers[at - start])
            if not isinstance(formula, str):
                self._special_rows.add(number)
        return formulas

    def _special(self, written: str, row: int, column: int) -> Formula:
        """A formula whose tag has attributes, or whose text begins with an equals sign."""
        tag, bracket, text = written.partition(">")
        closed = tag.endswith("/")
        tag = tag.removesuffix("/")
        if not bracket or (closed and text) or text.endswith("/>"):
            raise NotUsual("a formula in another way")
        attributes = attributes_of(tag, self.prefixes)
        text = text.removeprefix("=")
        match attributes.get("t", "normal"):
            case "normal":
                return text or None
            case "shared":
                return self._share(attributes, text, row, column)
            case "array":
                if not text:
                    raise NotUsual("an array formula without text")
                self.arrays[row, column] = parse_area(attributes["ref"])
                return Special(ArrayKind.ARRAY, text)
            case "dataTable":
                self.arrays[row, column] = parse_area(attributes["ref"])
                return Special(ArrayKind.TABLE, what_if_table(attributes))
        raise NotUsual("another type of formula")

    def _share(self, attributes: Mapping[str, str], text: str, row: int, column: int) -> Formula:
        index = attributes["si"]
        if text:
            # A cell with a text of its own may share; the first cell has the area as well.
            if "ref" in attributes or index not in self._shared:
                self._shared[index] = SharedFormula.parse(text), row, column, len(text)
            return text
        if index not in self._shared:
            raise NotUsual("a shared formula before its text")
        formula, first_row, first_column, length = self._shared[index]
        self.characters += length
        return Moved(formula, row - first_row, column - first_column)


def _empty(number: str | None, text: str | None, read: Callable[[Any], Stored]) -> Stored:
    """A text may be empty; a number that is written empty is none."""
    return "" if read is str and (number is not None or text is not None) else None
