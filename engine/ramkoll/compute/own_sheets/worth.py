"""What a formula comes to in a cell, where it is plain arithmetic on numbers that stand there."""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException

from ramkoll.compute.own_sheets.book import OwnBook, OwnSheet, Pattern, Place
from ramkoll.model.cells import BLANK_CELL, CellKind
from ramkoll.model.formula_references import Reference, Word

MOST_CELLS = 20_000  # of one sum
MOST_WORDS = 200  # of one formula
_NUMBER = re.compile(r"\d+(\.\d+)?(E[+-]?\d+)?", re.IGNORECASE)


class _Unsure(Exception):
    """More than plain arithmetic, or no number where one is needed."""


def worth(book: OwnBook, sheet: OwnSheet, pattern: Pattern, place: Place) -> Decimal | None:
    """The value of a formula copied to a cell, from the values that stand in its cells.

    Knows ``+ - * /``, brackets, per cent and SUM; None for all else. It says what a typed number
    or another formula stands instead of, so it answers only when it is sure.
    """
    if len(pattern.words) > MOST_WORDS:
        return None
    reader = _Reader(book, sheet, pattern, place)
    try:
        value = reader.added()
        reader.must_end()
    except (_Unsure, DecimalException):
        return None
    return value


class _Reader:
    def __init__(self, book: OwnBook, sheet: OwnSheet, pattern: Pattern, place: Place) -> None:
        self._book, self._sheet, self._pattern, self._place = book, sheet, pattern, place
        self._at = 0

    def added(self) -> Decimal:
        """A sum of products."""
        value = self._multiplied()
        while self._next() in ("+", "-"):
            minus = self._take() == "-"
            term = self._multiplied()
            value += -term if minus else term
        return value

    def must_end(self) -> None:
        """Raises _Unsure when something is left."""
        if self._next() is not None:
            raise _Unsure

    def _next(self) -> Word | None:
        words = self._pattern.words
        return words[self._at] if self._at < len(words) else None

    def _take(self) -> Word:
        word = self._next()
        if word is None:
            raise _Unsure
        self._at += 1
        return word

    def _multiplied(self) -> Decimal:
        value = self._signed()
        while self._next() in ("*", "/"):
            value = value * self._signed() if self._take() == "*" else value / self._signed()
        return value

    def _signed(self) -> Decimal:
        if self._next() in ("+", "-"):
            return self._signed() if self._take() == "+" else -self._signed()
        value = self._single()
        while self._next() == "%":
            self._take()
            value /= 100
        return value

    def _single(self) -> Decimal:
        word = self._take()
        if isinstance(word, Reference):
            return self._cells(word, least=True)
        if word == "(":
            value = self.added()
            if self._take() != ")":
                raise _Unsure
            return value
        if word == "SUM(":
            return self._sum()
        if _NUMBER.fullmatch(word):
            return Decimal(word)
        raise _Unsure

    def _sum(self) -> Decimal:
        value = Decimal(0)
        while True:
            word = self._take()
            if not isinstance(word, Reference):
                raise _Unsure
            value += self._cells(word, least=False)
            after = self._take()
            if after == ")":
                return value
            if after != ",":
                raise _Unsure

    def _cells(self, reference: Reference, *, least: bool) -> Decimal:
        """The number of a cell (``least``), or the sum of the numbers of an area."""
        sheet = self._book.sheet(reference, self._sheet)
        area = self._pattern.area(reference, self._place)
        if sheet is None or area is None or area.holds(*self._place):
            raise _Unsure
        height, width = area.bottom - area.top + 1, area.right - area.left + 1
        if height * width > (1 if least else MOST_CELLS):
            raise _Unsure
        value = Decimal(0)
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                cell = sheet.sheet.cells.get((row, column), BLANK_CELL)
                if cell.kind is CellKind.NUMBER and isinstance(cell.value, Decimal):
                    value += cell.value
                    continue
                uncounted = cell.formula is not None and cell.value is None
                if uncounted or cell.kind is CellKind.ERROR:
                    raise _Unsure
                if least and cell.kind is not CellKind.BLANK:
                    raise _Unsure
        return value
