"""What stands in the tags of cells: what kind of value follows, and how it looks.

Rows of a workbook look like each other, so each way is made out once for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple, TypeAlias

from ramkoll.excel.cell_values import Book
from ramkoll.excel.row_cells import Columns, Look, Stored
from ramkoll.excel.written import NotUsual
from ramkoll.model.cells import MAX_COLUMN, CellKind, column_number

_NAME = r"(?:[A-Za-z_]\w*:)?[A-Za-z_]\w*"
ATTRIBUTES = rf' {_NAME}="[^"<&]*"'
_ATTRIBUTES = re.compile(rf"(?:{ATTRIBUTES})* ?", re.ASCII)
_ATTRIBUTE = re.compile(rf' ({_NAME})="([^"]*)"', re.ASCII)
_BOOLS: Mapping[str, bool] = {"1": True, "0": False, "true": True, "false": False}

Mark: TypeAlias = tuple[Look, Callable[[Any], Stored], Callable[[Any], Stored]]


def attributes_of(text: str, prefixes: Collection[str] = ("xml",)) -> dict[str, str]:
    """What stands in a tag behind its name. Raises NotUsual when it is written in another way, or
    has a prefix that is not among those declared.
    """
    if _ATTRIBUTES.fullmatch(text) is None:
        raise NotUsual("attributes in another way")
    found = dict(_ATTRIBUTE.findall(text))
    if len(found) != text.count('="'):
        raise NotUsual("an attribute twice")
    if any(prefix not in prefixes for name in found if (prefix := name.rpartition(":")[0])):
        raise NotUsual("a prefix that is not declared")
    return found


class Marks(NamedTuple):
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
        self._columns: dict[tuple[str, ...], Columns] = {}
        self._marks: dict[tuple[str, ...], Marks] = {}
        self._mark: dict[str, Mark] = {}

    def columns(self, letters: tuple[str, ...]) -> Columns:
        """Of a row's cells. Raises NotUsual when they do not ascend within the sheet."""
        return self._columns.get(letters) or self._new_columns(letters)

    def marks(self, attributes: tuple[str, ...]) -> Marks:
        """Of a row's cells, by what stands in their tags behind the address. Raises NotUsual, and
        LookupError or ValueError for a style that the workbook does not have.
        """
        return self._marks.get(attributes) or self._new_marks(attributes)

    def _new_columns(self, letters: tuple[str, ...]) -> Columns:
        numbers = tuple(column_number(each) for each in letters)
        if sorted(set(numbers)) != list(numbers) or numbers[-1] > MAX_COLUMN:
            raise NotUsual("columns out of order, twice or outside the sheet")
        made = Columns(numbers, {number: at for at, number in enumerate(numbers)})
        self._columns[letters] = made
        return made

    def _new_marks(self, attributes: tuple[str, ...]) -> Marks:
        mark = self._mark
        read = [mark.get(text) or self._new_mark(text) for text in attributes]
        looks = tuple(look for look, _, _ in read)
        made = Marks(
            looks,
            tuple(of_numbers for _, of_numbers, _ in read),
            tuple(of_texts for _, _, of_texts in read),
            not any(look.kind is CellKind.DATE or look.dynamic for look in looks),
        )
        # Rows that each look in their own way are not worth remembering.
        if len(self._marks) < 10_000:
            self._marks[attributes] = made
        return made

    def _new_mark(self, text: str) -> Mark:
        made = self._mark[text] = self._read(text)
        return made

    def _read(self, text: str) -> Mark:
        attributes = attributes_of(text)
        style = attributes.get("s")
        code, is_date = self.book.formats[style]
        index, dynamic = int(style or 0), attributes.get("cm") in self.book.dynamic

        def look(kind: CellKind) -> Look:
            return Look(kind, index, code, dynamic)

        match attributes.get("t", "n"):
            case "n":
                number = look(CellKind.DATE if is_date else CellKind.NUMBER)
                return number, float, _no_number
            case "s":
                shared = self.book.by_index.__getitem__
                return look(CellKind.TEXT), shared, shared
            case "str" | "inlineStr":
                return look(CellKind.TEXT), str, str
            case "b":
                return look(CellKind.BOOL), _BOOLS.__getitem__, _BOOLS.__getitem__
            case "e":
                return look(CellKind.ERROR), _same, _same
        raise NotUsual("another type of cell")


def _same(text: str) -> str:
    return text


def _no_number(text: str) -> float:
    # float() would take it: nan, 1_000, digits of other scripts.
    raise NotUsual("a number in another way")
