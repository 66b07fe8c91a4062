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
from typing import Any, NamedTuple, TypeAlias

from ramkoll.excel.cell_values import Book, unescaped, xml_bool
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
from ramkoll.excel.sheet_xml import MAX_CELLS, Budget, what_if_table
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
# So much is taken apart at a time: the pieces take some ten times the memory of the text.
_BLOCK_CHARACTERS = 1 << 18
_PER_CELL = 7  # what splitting gives for a cell: what stood before it, and six groups


class NotUsual(Exception):
    """The sheet is written in a way that this reader does not know; the text says what it met."""


class _Grammar(NamedTuple):
    """How a sheet's tags are written with the prefix that the file uses."""

    opening: str
    closing: str
    row: str
    row_end: str
    next_row: str
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
    row, row_end = f'<{p}row r="', f"</{p}row>"
    return _Grammar(
        f"<{p}sheetData>", f"</{p}sheetData>", row, row_end, row_end + row, re.compile(cell)
    )


class _Reader:
    """What has been gathered of one sheet."""

    def __init__(self, known: Known, grammar: _Grammar) -> None:
        self.known, self.grammar = known, grammar
        self.rows: dict[int, Row] = {}
        self.arrays: dict[tuple[int, int], Area] = {}
        self.hidden_rows: set[int] = set()
        self._usual_rows: set[str] = set()
        self._numbers: set[int] = set()
        self._special_rows: set[int] = set()
        self.count = self.characters = 0
        self._shared: dict[str, tuple[SharedFormula, int, int, int]] = {}

    def read(self, text: str) -> None:
        """Take in the text between the start and the end of the cells, some rows at a time."""
        row_end = self.grammar.row_end
        at = 0
        try:
            while at < len(text):
                cut = text.find(row_end, at + _BLOCK_CHARACTERS)
                end = len(text) if cut < 0 else cut + len(row_end)
                self._read_block(text[at:end])
                at = end
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
        rows: list[tuple[int, Columns, _Marks, int, int]] = []
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
            columns = known.columns.get(row_letters) or self._new_columns(row_letters)
            marks = known.marks.get(row_attributes) or self._new_marks(row_attributes)
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
        tag = _ROW.match(text, at)
        if tag is None or tag.end() != len(text):
            raise NotUsual("something between the rows")
        attributes = dict(_ATTRIBUTE.findall(tag[1]))
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
        if not 1 <= number <= MAX_ROW or number in self._numbers:
            raise NotUsual("a row outside the sheet, or twice")
        self._numbers.add(number)
        return number

    def _empty_rows(self, text: str, at: int) -> int:
        """Pass over rows without cells; where they end."""
        while (tag := _ROW.match(text, at)) is not None:
            end = tag.end()
            if not tag[2]:
                if not text.startswith(self.grammar.row_end, end):
                    break
                end += len(self.grammar.row_end)
            attributes = dict(_ATTRIBUTE.findall(tag[1]))
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
                texts = [_plain(text) if text else text for text in texts]
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
        rows: Sequence[tuple[int, Columns, _Marks, int, int]],
        escaped: bool,
    ) -> list[Formula] | None:
        texts = parts[4::_PER_CELL]
        if not any(texts):
            return None
        if escaped:
            texts = [_plain(text) if text else text for text in texts]
        formulas: list[Formula] = [text[1:] or None if text else None for text in texts]
        # A tag with attributes, or a text that begins with an equals sign.
        odd = [text and (text[0] != ">" or text[1:2] == "=") for text in texts]
        for at in compress(count(), odd):
            number, columns, _, start, _ = rows[bisect_right(rows, at, key=itemgetter(3)) - 1]
            text = texts[at]
            assert text is not None
            formulas[at] = formula = self._special(text, number, columns.numbers[at - start])
            if not isinstance(formula, str):
                self._special_rows.add(number)
        return formulas

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

    def _special(self, written: str, row: int, column: int) -> Formula:
        """A formula whose tag has attributes, or whose text begins with an equals sign."""
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


def _empty(number: str | None, text: str | None, read: Callable[[Any], Stored]) -> Stored:
    """A text may be empty; a number that is written empty is none."""
    return "" if read is str and (number is not None or text is not None) else None
