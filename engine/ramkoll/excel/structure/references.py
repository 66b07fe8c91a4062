"""References to cells as attributes hold them, and what formulas refer to."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache

from ramkoll.excel.structure.values import whole
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, column_number

MAX_FORMULA = 8_192
_CELL = r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})"
_AREA = re.compile(rf"{_CELL}(?::{_CELL})?")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_ROWS = re.compile(r"\$?([1-9][0-9]{0,6}):\$?([1-9][0-9]{0,6})")

# What a formula must be read past, and what it may refer to.
_BITS = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
      | (?P<quoted>'(?:[^']|'')*')(?P<mark>!)?
      | (?<![\w.])(?P<plain>(?:\[[0-9]+\])?[^\W\d][\w.?\\]*(?::[^\W\d][\w.?\\]*)?|\[[0-9]+\])(?:!)
      | (?P<brackets>\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
      | (?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A))
      | (?P<sign>[(){}\[\]"'])""",
    re.VERBOSE | re.DOTALL,
)
_OPENED = {")": "(", "}": "{"}
_BOOK = re.compile(r"\[([0-9]+)\]")

FormulaCheck = Callable[[str], str]


@lru_cache(maxsize=1 << 14)
def area(text: str) -> Area | None:
    """The cells of ``A1``, ``A1:B2``, ``A:B`` or ``1:2``, in order; None for anything else."""
    match = _AREA.fullmatch(text)
    if match is not None:
        left, top = column_number(match[1]), int(match[2])
        right, bottom = (column_number(match[3]), int(match[4])) if match[3] else (left, top)
    elif (match := _COLUMNS.fullmatch(text)) is not None:
        left, right, top, bottom = column_number(match[1]), column_number(match[2]), 1, MAX_ROW
    elif (match := _ROWS.fullmatch(text)) is not None:
        left, right, top, bottom = 1, MAX_COLUMN, int(match[1]), int(match[2])
    else:
        return None
    if top > bottom or left > right or bottom > MAX_ROW or right > MAX_COLUMN:
        return None
    return Area(top, left, bottom, right)


def areas(text: str | None) -> list[Area] | None:
    """The cells of a list with blanks between; None when one of them, or all, is missing."""
    found = [area(word) for word in (text or "").split()]
    inside = [each for each in found if each is not None]
    return inside if inside and len(inside) == len(found) else None


def overlapping(all_areas: Collection[Area]) -> tuple[Area, Area] | None:
    """Two areas that have cells in common, if any."""
    active: list[Area] = []
    for each in sorted(all_areas, key=_corner):
        active = [other for other in active if other.bottom >= each.top]
        for other in active:
            if other.left <= each.right and each.left <= other.right:
                return other, each
        active.append(each)
    return None


def _corner(each: Area) -> tuple[int, int]:
    return each.top, each.left


def formula_check(sheets: Collection[str], books: int) -> FormulaCheck:
    """A function that says what is wrong with a formula, ``""`` when nothing is.

    ``sheets`` are the names of the workbook's sheets, ``books`` how many other workbooks it names.
    """
    known = {name.casefold() for name in sheets}

    @lru_cache(maxsize=1 << 14)
    def check(formula: str) -> str:
        if len(formula.encode("utf-16-le", "replace")) > 2 * MAX_FORMULA:
            return f"longer than {MAX_FORMULA} characters"
        if formula.lstrip()[:1] == "=":
            return "starts with an equals sign"
        opened = []
        for match in _BITS.finditer(formula):
            kind = match.lastgroup
            if kind == "sign":
                sign = match[0]
                if sign in "({":
                    opened.append(sign)
                elif sign not in _OPENED or not opened or opened.pop() != _OPENED[sign]:
                    return f"{sign} without its other half"
            elif kind == "mark" or kind == "plain":
                unknown = _unknown_sheet(match["quoted"] or match["plain"], known, books)
                if unknown:
                    return unknown
        return f"{opened[-1]} without its other half" if opened else ""

    return check


def _unknown_sheet(prefix: str, known: Collection[str], books: int) -> str:
    name = prefix[1:-1].replace("''", "'") if prefix[0] == "'" else prefix
    book = _BOOK.match(name)
    if book is not None:
        number = whole(book[1])
        known_book = number is not None and number <= books
        return "" if known_book else f"there is no other workbook {book[0][:20]}"
    if "[" in name:
        return ""  # another workbook by its name
    for each in name.split(":"):
        if each.casefold() not in known:
            return f"there is no sheet {each!r}"
    return ""
