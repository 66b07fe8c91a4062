"""Numbers of few persons by sex or age, in a workbook that travels by mail.

Every sheet is looked at, the person's own sheets too: the whole file is sent. What is found is
said without the numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from ramkoll.layout.form import Irregular, Irregularity
from ramkoll.layout.search import folded
from ramkoll.model.cells import Cell, CellKind, CellRef
from ramkoll.model.workbook import Sheet, Submission

HEADINGS = frozenset({"kön", "ålder", "åldersgrupp", "åldersgrupper", "åldersintervall"})
WOMEN = frozenset({"kvinna", "kvinnor", "varav kvinnor"})
MEN = frozenset({"man", "män", "varav män"})
SEXES = WOMEN | MEN
_AGES = re.compile(r"[-–≤<]\s*29(?:\s*år)?|30\s*[-–]\s*49(?:\s*år)?|50\s*(?:[-–]|år|\+).*")
FAR = 200  # rows below a heading that are looked at


def small_splits(submission: Submission, limit: Decimal) -> Iterator[Irregularity]:
    """One irregularity a sheet that has numbers up to ``limit`` beside words for sex or age.

    Under a heading such as Kön the numbers of the rows below count, beside «Kvinnor» the numbers
    of its row or, where it stands as a heading, of its column. A lone word is no split: the sheet
    must say both women and men, or have a heading for the split.
    """
    for sheet in submission.sheets:
        words = list(_words(sheet))
        said = {text for _, _, text in words}
        both = bool(said & WOMEN) and bool(said & MEN)
        cells = [
            (row, column)
            for row, column, text in words
            if (text in HEADINGS and _below(sheet, row, column, limit))
            or (text in SEXES and both and _beside(sheet, row, column, limit))
            or (_AGES.fullmatch(text) and _ages(said) and _beside(sheet, row, column, limit))
        ]
        if cells:
            first, *rest = (CellRef(submission.file, sheet.name, *at) for at in sorted(cells))
            yield Irregularity(Irregular.SMALL_SPLIT, first, {"blad": sheet.name}, tuple(rest[:10]))


def _words(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    for (row, column), cell in sheet.cells.items():
        if cell.kind is CellKind.TEXT and (word := _word(str(cell.stored))):
            yield row, column, word


@lru_cache(maxsize=1 << 14)
def _word(text: str) -> str:
    """The word for sex or age that a text is; empty when it is none. Labels are many and alike."""
    word = folded(text).rstrip(":")
    return word if word in HEADINGS or word in SEXES or _AGES.fullmatch(word) else ""


def _ages(said: set[str]) -> bool:
    """Whether at least two age groups are said: one may be anything."""
    return sum(bool(_AGES.fullmatch(text)) for text in said) >= 2


def _small(cell: Cell, limit: Decimal) -> bool:
    if cell.kind is not CellKind.NUMBER or not isinstance(cell.value, Decimal):
        return False
    # A share of 0–1 is no count, and halves of persons occur.
    return 1 <= cell.value <= limit and cell.value * 2 % 1 == 0


def _below(sheet: Sheet, row: int, column: int, limit: Decimal) -> bool:
    """Whether rows under a heading that say something in its column have a small number."""
    rows = {
        r
        for (r, c), cell in sheet.cells.items()
        if c == column and row < r <= row + FAR and not cell.is_blank
    }
    return any(r in rows and _small(cell, limit) for (r, _), cell in sheet.cells.items())


def _beside(sheet: Sheet, row: int, column: int, limit: Decimal) -> bool:
    """Whether the row right of a word has a small number, or the column just below it."""
    right = [cell for (r, c), cell in sheet.cells.items() if r == row and c > column]
    under = [sheet.cell(row + n, column) for n in range(1, 6)]
    return any(_small(cell, limit) for cell in (*right, *under))
