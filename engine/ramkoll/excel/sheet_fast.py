"""The quick reader: one pattern takes a sheet's cells apart, and must account for every character.

Nearly every program writes cells in one of few ways. Where a sheet is written so, splitting its
text at the cells leaves nothing between them; where anything is left over, ``NotUsual`` says so,
and the reader that knows all of XML takes the sheet. So nothing can be missed, only be slower.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple, TypeAlias

from ramkoll.excel.cell_values import Book, unescaped, xml_bool
from ramkoll.excel.limits import MAX_CELLS
from ramkoll.excel.ooxml import read_xml
from ramkoll.excel.row_cells import (
    Columns,
    Formula,
    Look,
    Moved,
    Row,
    RowCells,
    SheetCells,
    Special,
    Stored,
)
from ramkoll.excel.sheet_xml import Budget, what_if_table
from ramkoll.model.cells import (
    MAX_COLUMN,
    MAX_ROW,
    Area,
    ArrayKind,
    CellKind,
    column_number,
    parse_area,
)
from ramkoll.model.formula_text import SharedFormula

_PROLOG = re.compile(r"\ufeff?(?:<\?xml\s[^>]*\?>)?\s*<(?:(\w+):)?worksheet[\s>]", re.ASCII)
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([\w.-]+)[\"']")
_ROW = re.compile(r'<(?:\w+:)?row((?: [\w:]+="[^"<&]*")*) ?(/?)>', re.ASCII)
_ATTRIBUTES = re.compile(r'(?: [\w:]+="[^"<&]*")* ?', re.ASCII)
_ATTRIBUTE = re.compile(r' ([\w:]+)="([^"]*)"', re.ASCII)
_UNKNOWN_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7});)")
_NUMBERED = re.compile(r"&#(x[0-9A-Fa-f]+|[0-9]+);")
_BOOLS: Mapping[str, bool] = {"1": True, "0": False, "true": True, "false": False}
_PER_CELL = 7  # what splitting gives for a cell: what stood before it, and six groups


class NotUsual(Exception):
    """The sheet is written in a way that this reader does not know; the text says what it met."""


class _Grammar(NamedTuple):
    """How a sheet's tags are written with the prefix that the file uses."""

    opening: str
    closing: str
    row: str
    row_end: str
    cell: re.Pattern[str]


_Mark: TypeAlias = tuple[Look, Callable[[Any], Stored], Callable[[Any], Stored]]


class _Marks(NamedTuple):
    """What the attributes of a row's cells say, and how each of its values is read: when it is
    written with the characters of numbers only, and when it is not.
    """

    looks: tuple[Look, ...]
    of_numbers: tuple[Callable[[Any], Stored], ...]
    of_texts: tuple[Callable[[Any], Stored], ...]
    simple: bool


class Known:
    """What one sheet of a workbook has taught the reader about the others: how rows look."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.columns: dict[tuple[str, ...], Columns] = {}
        self.marks: dict[tuple[str, ...], _Marks] = {}
        self.mark: dict[str, _Mark] = {}


def read_cells(data: bytes, known: Known, where: str, budget: Budget) -> SheetCells:
    """The cells of a worksheet part. Raises NotUsual when they are not written as usual, and
    Unreadable when what stands around them is no XML.

    What they take is drawn from the budget; beyond it NotUsual is raised as well, since the other
    reader can say where.
    """
    text = _decoded(data)
    root = _PROLOG.match(text)
    if root is None:
        raise NotUsual("another root element")
    grammar = _grammar(root[1] or "")
    start, end = text.find(grammar.opening), text.rfind(grammar.closing)
    if start < 0 or end < start:
        raise NotUsual("no cells, or in another way")
    head, tail = text[:start], text[end + len(grammar.closing) :]
    if "<!" in head or "<!" in tail or "<?" in head[5:] or "<?" in tail:
        raise NotUsual("comments or instructions")
    if grammar.opening[:-1] in tail:
        raise NotUsual("two sets of cells")
    reader = _Reader(known, grammar)
    # The one escape that stands in most formulas, and cannot be taken for markup.
    reader.read(text[start + len(grammar.opening) : end].replace("&gt;", ">"))
    if reader.count > budget.cells or reader.characters > budget.formula_characters:
        raise NotUsual("too much")
    budget.cells -= reader.count
    budget.formula_characters -= reader.characters
    frame = read_xml(f"{head}{grammar.opening}{grammar.closing}{tail}".encode(), where, "worksheet")
    cells = RowCells(reader.rows, reader.count, known.book.date_1904)
    return SheetCells(cells, reader.arrays, frozenset(reader.hidden_rows), frame)


def _decoded(data: bytes) -> str:
    encoding = _ENCODING.search(data, 0, 200)
    if encoding is not None and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise NotUsual("another encoding")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotUsual("another encoding") from None
    # What an XML parser does with the ends of lines.
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


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
    return _Grammar(
        f"<{p}sheetData>", f"</{p}sheetData>", f"<{p}row r=", f"</{p}row>", re.compile(cell)
    )


class _Reader:
    """What has been gathered of one sheet."""

    def __init__(self, known: Known, grammar: _Grammar) -> None:
        self.known, self.grammar = known, grammar
        self.rows: dict[int, Row] = {}
        self.arrays: dict[tuple[int, int], Area] = {}
        self.hidden_rows: set[int] = set()
        self.usual_rows: set[str] = set()
        self.count = self.characters = 0
        self._simple = True  # no formula of the row just read is shared or for several cells
        self._shared: dict[str, tuple[SharedFormula, int, int, int]] = {}

    def read(self, text: str) -> None:
        """Take in the text between the start and the end of the cells."""
        *rows, last = text.split(self.grammar.row_end)
        try:
            for chunk in rows:
                self._read_row(chunk)
            if self._empty_rows(last) != len(last):
                raise NotUsual("something after the rows")
        except (ValueError, LookupError) as error:
            raise NotUsual("a value or a style that is none") from error

    def _row_tag(self, chunk: str) -> tuple[int, int]:
        """The number of a row, and where its cells begin; empty rows may stand before it."""
        end = chunk.find(">")
        begin, _, rest = chunk[:end].partition('"')
        number, _, rest = rest.partition('"')
        # Nearly every row looks like one before it, but for its number.
        if begin == self.grammar.row and rest in self.usual_rows and number.isdecimal():
            return self._row_number(number), end + 1
        at = self._empty_rows(chunk)
        tag = _ROW.match(chunk, at)
        if tag is None:
            raise NotUsual("something between the rows")
        attributes = dict(_ATTRIBUTE.findall(tag[1]))
        found = self._row_number(attributes["r"])
        if xml_bool(attributes.get("hidden", "0")):
            self.hidden_rows.add(found)
        elif tag.end() == end + 1:
            self.usual_rows.add(rest)
        return found, tag.end()

    def _row_number(self, text: str) -> int:
        number = int(text)
        if not 1 <= number <= MAX_ROW or number in self.rows:
            raise NotUsual("a row outside the sheet, or twice")
        return number

    def _empty_rows(self, text: str) -> int:
        """Pass over rows without cells; where they end."""
        at = 0
        while (tag := _ROW.match(text, at)) is not None and tag[2]:
            attributes = dict(_ATTRIBUTE.findall(tag[1]))
            number = self._row_number(attributes["r"])
            if xml_bool(attributes.get("hidden", "0")):
                self.hidden_rows.add(number)
            at = tag.end()
        return at

    def _read_row(self, chunk: str) -> None:
        number, at = self._row_tag(chunk)
        parts = self.grammar.cell.split(chunk[at:])
        if any(parts[::_PER_CELL]):
            raise NotUsual("a cell in another way")
        if len(parts) == 1:
            return
        if parts[2::_PER_CELL].count(str(number)) * _PER_CELL != len(parts) - 1:
            raise NotUsual("a cell on another row")
        letters, attributes = tuple(parts[1::_PER_CELL]), tuple(parts[3::_PER_CELL])
        columns = self.known.columns.get(letters) or self._new_columns(letters)
        marks = self.known.marks.get(attributes) or self._new_marks(attributes)
        numbers: Sequence[str | None] = parts[5::_PER_CELL]
        texts: Sequence[str | None] = parts[6::_PER_CELL]
        formulas: Sequence[str | None] = parts[4::_PER_CELL]
        if "&" in chunk or "_x" in chunk:
            texts = [_plain(text) if text else text for text in texts]
            formulas = [_plain(text) if text else text for text in formulas]
        if any(texts):
            stored = tuple(
                [
                    read_text(text) if text else read(number) if number else _empty(number, read)
                    for read, number, read_text, text in zip(
                        marks.of_numbers, numbers, marks.of_texts, texts, strict=True
                    )
                ]
            )
        else:
            stored = tuple(
                [
                    read(number) if number else number if read is str else None
                    for read, number in zip(marks.of_numbers, numbers, strict=True)
                ]
            )
        if inf in stored or -inf in stored:
            raise NotUsual("a number that is none")
        blank = stored.count(None)
        read_formulas: tuple[Formula, ...] | None = None
        if any(formulas):
            self._simple = True
            read_formulas = self._formulas(formulas, number, columns.numbers)
            if blank:
                pairs = zip(stored, read_formulas, strict=True)
                blank = sum(1 for value, formula in pairs if value is None and formula is None)
        self.count += len(stored) - blank
        simple = marks.simple and self._simple
        self.rows[number] = Row(columns, marks.looks, stored, read_formulas, simple)
        if self.count > MAX_CELLS:
            raise NotUsual("too many cells")

    def _new_columns(self, letters: tuple[str, ...]) -> Columns:
        numbers = tuple(column_number(each) for each in letters)
        if sorted(set(numbers)) != list(numbers) or numbers[-1] > MAX_COLUMN:
            raise NotUsual("columns out of order, twice or outside the sheet")
        made = Columns(numbers, {number: at for at, number in enumerate(numbers)})
        self.known.columns[letters] = made
        return made

    def _new_marks(self, attributes: tuple[str, ...]) -> _Marks:
        mark = self.known.mark
        read = [mark.get(text) or self._new_mark(text) for text in attributes]
        looks = tuple(look for look, _, _ in read)
        made = _Marks(
            looks,
            tuple(of_numbers for _, of_numbers, _ in read),
            tuple(of_texts for _, _, of_texts in read),
            not any(look.kind is CellKind.DATE or look.dynamic for look in looks),
        )
        # Rows that each look in their own way are not worth remembering.
        if len(self.known.marks) < 10_000:
            self.known.marks[attributes] = made
        return made

    def _new_mark(self, text: str) -> _Mark:
        made = self.known.mark[text] = self._mark(text)
        return made

    def _mark(self, text: str) -> _Mark:
        if _ATTRIBUTES.fullmatch(text) is None:
            raise NotUsual("attributes in another way")
        attributes = dict(_ATTRIBUTE.findall(text))
        if len(attributes) != text.count('="'):
            raise NotUsual("an attribute twice")
        style = attributes.get("s")
        code, is_date = self.known.book.formats[style]
        index, dynamic = int(style or 0), attributes.get("cm") in self.known.book.dynamic

        def look(kind: CellKind) -> Look:
            return Look(kind, index, code, dynamic)

        match attributes.get("t", "n"):
            case "n":
                number = look(CellKind.DATE if is_date else CellKind.NUMBER)
                return number, float, _no_number
            case "s":
                shared = self.known.book.by_index.__getitem__
                return look(CellKind.TEXT), shared, shared
            case "str" | "inlineStr":
                return look(CellKind.TEXT), str, str
            case "b":
                return look(CellKind.BOOL), _BOOLS.__getitem__, _BOOLS.__getitem__
            case "e":
                return look(CellKind.ERROR), _same, _same
        raise NotUsual("another type of cell")

    def _formulas(
        self, texts: Sequence[str | None], row: int, columns: Sequence[int]
    ) -> tuple[Formula, ...]:
        return tuple(
            [
                None
                if not text
                else text[1:] or None
                if text[0] == ">" and text[1:2] != "="
                else self._special(text, row, column)
                for text, column in zip(texts, columns, strict=True)
            ]
        )

    def _special(self, written: str, row: int, column: int) -> Formula:
        """A formula whose tag has attributes, or whose text begins with an equals sign."""
        self._simple = False
        tag, bracket, text = written.partition(">")
        closed = tag.endswith("/")
        tag = tag.removesuffix("/")
        if not bracket or (closed and text) or _ATTRIBUTES.fullmatch(tag) is None:
            raise NotUsual("a formula in another way")
        attributes = dict(_ATTRIBUTE.findall(tag))
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


def _plain(text: str) -> str:
    """A text without XML's and Excel's escapes."""
    if "&" in text:
        if _UNKNOWN_ENTITY.search(text):
            raise NotUsual("an unknown entity")
        if "&#" in text:
            text = _NUMBERED.sub(_character, text)
        text = text.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", '"')
        text = text.replace("&apos;", "'").replace("&amp;", "&")
    return unescaped(text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    number = match[1]
    code = int(number[1:], 16) if number[0] == "x" else int(number)
    if (code < 32 and code not in (9, 10, 13)) or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        raise NotUsual("a character that is none")
    # An ampersand that starts nothing: what stands behind it is no name of a character.
    return "&amp;" if code == 38 else chr(code)


def _same(text: str) -> str:
    return text


def _no_number(text: str) -> float:
    # float() would take it: nan, 1_000, digits of other scripts.
    raise NotUsual("a number in another way")


def _empty(text: str | None, read: Callable[[Any], Stored]) -> Stored:
    return text if read is str else None
