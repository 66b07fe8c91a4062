"""Rows and cells of a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ramkoll.excel.structure.facts import Facts, plain_text
from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.orders import CELLS, order_faults
from ramkoll.excel.structure.references import area, overlapping
from ramkoll.excel.structure.values import is_number, utf16_length, whole
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, a1, column_number

MAX_TEXT = 32_767
_LEVELS = range(8)
_ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"}
)
_DATE = re.compile(
    r"[0-9]{4}-[01][0-9]-[0-3][0-9](?:T[0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?Z?)?"
    r"|T?[0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?Z?",
    re.ASCII,
)
_SPANS = re.compile(r"(?:[0-9]{1,5}:[0-9]{1,5}(?: +|$))*")
_USUAL = frozenset({("v",), ("f", "v"), ("f",), ("is",), ()})


class Cells(NamedTuple):
    """The cells of a sheet by row and column; those with formulas; the areas of arrays."""

    elements: Mapping[tuple[int, int], Element]
    formulas: frozenset[tuple[int, int]]
    arrays: tuple[Area, ...]

    def text(self, row: int, column: int, facts: Facts) -> str | None:
        """The text in a cell, None when it holds none."""
        cell = self.elements.get((row, column))
        if cell is None:
            return None
        value = cell.findtext("v") or ""
        match cell.get("t"):
            case "s":
                index = whole(value)
                inside = index is not None and index < len(facts.texts)
                return facts.texts[index] if inside and index is not None else None
            case "str":
                return value
            case "inlineStr":
                inline = cell.find("is")
                return None if inline is None else plain_text(inline)
        return None


def read_cells(
    part: str, data: Element, facts: Facts, ignorable: frozenset[str]
) -> tuple[Cells, list[Fault]]:
    """The cells of a sheet, and what is wrong with them."""
    reader = _Reader(part, facts)
    number = 0
    for row in data:
        if row.tag == "row":
            number = reader.row(row, number)
    odd = (data, *reader.odd)
    arrays, wrong_formulas = _formulas(part, reader.formulas, facts)
    cells = Cells(reader.elements, frozenset(reader.formulas), arrays)
    return cells, [*reader.faults, *order_faults(part, odd, CELLS, ignorable), *wrong_formulas]


class _Reader:
    """What is known when some of the rows have been read; ``odd`` are unusual elements."""

    def __init__(self, part: str, facts: Facts) -> None:
        self.part, self.facts = part, facts
        self.faults: list[Fault] = []
        self.elements: dict[tuple[int, int], Element] = {}
        self.formulas: dict[tuple[int, int], Element] = {}
        self.odd: list[Element] = []
        self._columns = _Columns()
        # What was looked at and is right: most rows and cells are like others.
        self._spans: set[str | None] = {None}
        self._pointers: set[tuple[str | None, ...]] = set()

    def row(self, row: Element, previous: int) -> int:
        """Read a row; ``previous`` is the highest number before it. Gives the new highest."""
        text = row.get("r")
        number = previous + 1 if text is None else whole(text) or 0
        if not 1 <= number <= MAX_ROW:
            self._add(f"row {str(text)[:20]}", "rows.range")
        elif number <= previous:
            self._add(f"row {number} after row {previous}", "rows.order")
        height, level = row.get("ht", "0"), row.get("outlineLevel", "0")
        if not is_number(height) or whole(level) not in _LEVELS:
            self._add(f"row {number}: ht={height!r} outlineLevel={level!r}", "rows.height")
        spans = row.get("spans")
        if spans not in self._spans:
            if spans is not None and _SPANS.fullmatch(spans.strip()) is None:
                self._add(f"row {number}: spans={spans!r}", "rows.spans")
            self._spans.add(spans)
        self._points(row, f"row {number}")
        tail = str(number)
        column = 0
        others = False
        for cell in row:
            if cell.tag == "c":
                column = self._cell(cell, number, tail, column)
            else:
                others = True
        if others:
            self.odd.append(row)
        return max(number, previous)

    def _cell(self, cell: Element, row: int, tail: str, previous: int) -> int:
        """Read a cell; ``tail`` is the row as text. Gives the highest column so far."""
        reference = cell.get("r")
        column = previous + 1
        if reference is not None:
            column = self._columns[reference[: -len(tail)]] if reference.endswith(tail) else 0
        if not 1 <= column <= MAX_COLUMN:
            self._add(f"{reference!r} in row {tail[:20]}", "cells.row")
            return previous
        if column <= previous:
            self._add(f"{a1(row, column)} after column {previous}", "cells.order")
            if (row, column) in self.elements:
                self._add(f"two {a1(row, column)}", "cells.duplicate")
        self.elements[row, column] = cell
        if len(cell) or cell.get("t"):
            tags = tuple(child.tag for child in cell)
            if tags not in _USUAL:
                self.odd.append(cell)
            if "f" in tags:
                self.formulas[row, column] = cell[tags.index("f")]
            wrong = _wrong_value(cell, self.facts)
            if wrong:
                self._add(f"{a1(row, column)}: {wrong}", "cells.value")
        if (cell.get("s"), cell.get("cm"), cell.get("vm")) not in self._pointers:
            self._points(cell, a1(row, column))
        return max(column, previous)

    def _points(self, element: Element, where: str) -> None:
        """Note what a cell or row points at elsewhere that is not there."""
        pointers = element.get("s"), element.get("cm"), element.get("vm")
        if pointers in self._pointers:
            return
        faults = len(self.faults)
        counts = (self.facts.formats - 1, *self.facts.metadata)
        names = (("s", "format"), ("cm", "metadata"), ("vm", "metadata"))
        for text, most, (name, rule) in zip(pointers, counts, names, strict=True):
            number = whole(text or "0")
            # The first format is there even if no format is.
            if number is None or number > max(most, 0):
                self._add(f"{where}: {name}={str(text)[:20]}, at most {most}", f"cells.{rule}")
        if len(self.faults) == faults:
            self._pointers.add(pointers)

    def _add(self, what: str, rule: str) -> None:
        self.faults.append(Fault(self.part, what, rule))


class _Columns(dict[str, int]):
    """Column numbers by their letters; 0 for what is no column."""

    def __missing__(self, letters: str) -> int:
        usual = letters.isascii() and letters.isalpha() and len(letters) <= 3
        number = column_number(letters) if usual else 0
        self[letters] = number if number <= MAX_COLUMN else 0
        return self[letters]


def _wrong_value(cell: Element, facts: Facts) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find("is")
        if inline is None:
            return "an inline text without text" if cell.find("v") is not None else ""
        return _wrong_text(plain_text(inline))
    element = cell.find("v")
    if element is None:
        return ""
    text = element.text or ""
    match kind:
        case "n":
            if text.strip() and not is_number(text):
                return f"{text[:40]!r} is no number"
        case "s":
            index = whole(text)
            if index is None or index >= len(facts.texts):
                return f"text {text[:20]!r} of {len(facts.texts)}"
        case "b":
            if text.strip() and text.strip() not in ("0", "1"):
                return f"{text[:20]!r} is neither 0 nor 1"
        case "e":
            if text.strip() and text.strip() not in _ERRORS:
                return f"{text[:20]!r} is no error"
        case "str":
            return _wrong_text(text)
        case "d":
            if text.strip() and not _DATE.fullmatch(text.strip()):
                return f"{text[:40]!r} is no date"
        case _:
            return f"a cell of kind {kind!r}"
    return ""


def _wrong_text(text: str) -> str:
    return f"a text longer than {MAX_TEXT}" if utf16_length(text) > MAX_TEXT else ""


def _formulas(
    part: str, formulas: Mapping[tuple[int, int], Element], facts: Facts
) -> tuple[tuple[Area, ...], list[Fault]]:
    """The areas of array formulas, and what is wrong with any formula."""
    faults = []
    arrays: list[Area] = []
    shared: dict[str, Area] = {}
    for (row, column), element in formulas.items():
        kind = element.get("t", "normal")
        wrong = facts.check(element.text or "")
        where = a1(row, column)
        if wrong:
            faults.append(Fault(part, f"{where}: {wrong}", "formulas.text"))
        reference = element.get("ref")
        covered = None if reference is None else area(reference)
        if reference is not None and covered is None:
            faults.append(Fault(part, f"{where}: ref={reference!r}", "formulas.ref"))
        if kind == "shared":
            faults += _shared(part, element, (row, column), covered, shared)
        elif kind in ("array", "dataTable"):
            if covered is None or not covered.holds(row, column):
                faults.append(Fault(part, f"{where}: {kind} not in its ref", "formulas.ref"))
            else:
                arrays.append(covered)
        elif kind != "normal":
            faults.append(Fault(part, f"{where}: a formula of kind {kind!r}", "formulas.kind"))
    both = overlapping(arrays)
    if both:
        what = f"arrays at {both[0].address} and {both[1].address}"
        faults.append(Fault(part, what, "formulas.overlap"))
    return tuple(arrays), faults


def _shared(
    part: str,
    element: Element,
    place: tuple[int, int],
    covered: Area | None,
    masters: dict[str, Area],
) -> Iterator[Fault]:
    where, index = a1(*place), element.get("si", "")
    if whole(index) is None:
        yield Fault(part, f"{where}: si={index!r}", "formulas.shared")
    elif covered is not None and element.text:
        if not covered.holds(*place):
            yield Fault(part, f"{where}: shared outside its ref", "formulas.shared")
        masters[index] = covered
    elif index not in masters:
        yield Fault(part, f"{where}: nobody has written formula {index}", "formulas.shared")
    elif not masters[index].holds(*place):
        yield Fault(part, f"{where}: outside the ref of formula {index}", "formulas.shared")
