"""The cells that a formula points at, with what stands between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, column_letters
from ramkoll.model.formula_lexer import (
    Corner,
    Token,
    corners,
    sheet_of,
    tokens,
    workbook_and_sheet,
)


class Reference(NamedTuple):
    """Cells that a formula points at. ``sheet`` is empty for its own sheet.

    ``workbook`` is what stands in brackets, ``1`` as stored or ``bok.xlsx``; empty for its own.
    ``sheet`` has a colon in it when several sheets are meant. A ``fixed`` edge (top, left, bottom,
    right) has a dollar sign.
    """

    workbook: str
    sheet: str
    area: Area
    fixed: tuple[bool, bool, bool, bool]

    def moved(self, rows: int, columns: int) -> Area | None:
        """The cells it points at, copied that far down and to the right; None outside the sheet."""
        top, left, bottom, right = self.fixed
        area = Area(
            self.area.top + (0 if top else rows),
            self.area.left + (0 if left else columns),
            self.area.bottom + (0 if bottom else rows),
            self.area.right + (0 if right else columns),
        )
        inside = (
            min(area.top, area.bottom) >= 1
            and min(area.left, area.right) >= 1
            and max(area.top, area.bottom) <= MAX_ROW
            and max(area.left, area.right) <= MAX_COLUMN
        )
        if not inside:
            return None
        return Area(
            min(area.top, area.bottom),
            min(area.left, area.right),
            max(area.top, area.bottom),
            max(area.left, area.right),
        )


Part: TypeAlias = Reference | Token
Word: TypeAlias = Reference | str


def parts(formula: str) -> Iterator[Part]:
    """A formula's references, each with its sheet, and the other pieces. Spaces are left out.

    Two cells with a colon between them are one reference, however they are written. The sheet of
    anything else than cells (``Blad!Namn``, ``Blad!#REF!``) is a piece before it.
    """
    sheet: Token | None = None
    held: Reference | None = None
    colon: Token | None = None  # after what is held
    for token in tokens(formula):
        if token.kind == "space":
            continue
        if token.kind == "area":
            found = _reference(token.text, sheet)
            if held is not None and colon is not None and _goes_on(held, found, sheet):
                held, colon, sheet = _joined(held, found), None, None
                continue
            yield from _waiting(held, colon)
            held, colon, sheet = found, None, None
            continue
        if token.kind == "sheet" and sheet is None:
            sheet = token
            continue
        if token.text == ":" and held is not None and colon is None and sheet is None:
            colon = token
            continue
        yield from _waiting(held, colon, sheet)
        held = colon = sheet = None
        if token.kind == "sheet":
            sheet = token
        else:
            yield token
    yield from _waiting(held, colon, sheet)


def _waiting(*parts: Part | None) -> Iterator[Part]:
    return (part for part in parts if part is not None)


def _goes_on(first: Reference, last: Reference, sheet: Token | None) -> bool:
    """Whether two corners are of one range: Blad!A1:B2, or Blad!A1:Blad!B2."""
    return sheet is None or (first.workbook, first.sheet.casefold()) == (
        last.workbook,
        last.sheet.casefold(),
    )


def references(formula: str) -> tuple[Reference, ...]:
    """The cells that a formula points at, in order; not those behind names and tables."""
    return tuple(part for part in parts(formula) if isinstance(part, Reference))


def words(formula: str) -> tuple[Word, ...]:
    """A formula's references, and between them its words and signs as texts.

    A function is its name in upper case with its opening bracket: ``SUM(``.
    """
    found: list[Word] = []
    called = False  # the last is a word that an opening bracket makes a function
    for part in parts(formula):
        if isinstance(part, Reference):
            found.append(part)
        elif called and part.text == "(":
            found[-1] = f"{found[-1]}(".upper()
        else:
            found.append(part.text)
        called = isinstance(part, Token) and part.kind == "word"
    return tuple(found)


def _reference(text: str, place: Token | None) -> Reference:
    workbook, sheet = workbook_and_sheet(sheet_of(place.text)) if place is not None else ("", "")
    ends = corners(text)
    first, last = _single(ends[0]), _single(ends[-1])
    found = Reference(workbook, sheet, *first)
    return _joined(found, Reference("", "", *last)) if len(ends) > 1 else found


def _single(corner: Corner) -> tuple[Area, tuple[bool, bool, bool, bool]]:
    """The cells of one corner: a whole row or column when it has nothing else."""
    column, row, fixed_column, fixed_row = corner
    fixed_column, fixed_row = fixed_column or not column, fixed_row or not row
    area = Area(row or 1, column or 1, row or MAX_ROW, column or MAX_COLUMN)
    return area, (fixed_row, fixed_column, fixed_row, fixed_column)


def _joined(first: Reference, last: Reference) -> Reference:
    """A range from its two corners, which may be given in any order."""
    one, other = (first.area, first.fixed), (last.area, last.fixed)
    upper = min(one, other, key=lambda each: each[0].top)
    nearer = min(one, other, key=lambda each: each[0].left)
    lower = max(other, one, key=lambda each: each[0].bottom)
    further = max(other, one, key=lambda each: each[0].right)
    area = Area(upper[0].top, nearer[0].left, lower[0].bottom, further[0].right)
    fixed = (upper[1][0], nearer[1][1], lower[1][2], further[1][3])
    return Reference(first.workbook, first.sheet, area, fixed)


def area_words(area: Area) -> str:
    """An area as people write it; whole columns and rows without their ends."""
    if area.top == 1 and area.bottom == MAX_ROW:
        return f"{column_letters(area.left)}:{column_letters(area.right)}"
    if area.left == 1 and area.right == MAX_COLUMN:
        return f"{area.top}:{area.bottom}"
    return area.address
