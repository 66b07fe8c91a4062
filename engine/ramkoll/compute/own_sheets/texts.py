"""Numbers and dates that stand as texts where Excel adds or sorts, and so passes them over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from ramkoll.compute.own_sheets.added import DEAF_TO_TEXT, arguments
from ramkoll.compute.own_sheets.book import OwnBook, OwnSheet, Place
from ramkoll.compute.own_sheets.remarks import OwnKind, OwnRemark, areas_of, cells_in
from ramkoll.layout.typed import number_meant
from ramkoll.model.cells import Area, CellKind, CellRef

LONGEST = 30  # characters of a text that is a number
LEAST_DATES = 3
_DIGIT = re.compile(r"\d")
_TWO_WAYS = re.compile(r"[-+\u2212]?\d{1,3}[.,]\d{3}\s*%?")  # 1,234: a number, whichever
_PER_CENT = re.compile(r"[-+\u2212]?[\d\s\u00a0.,]+%")
_DATES = (
    re.compile(r"(19|20)\d\d[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\d|3[01])"),
    re.compile(r"(0?[1-9]|[12]\d|3[01])[-/.](0?[1-9]|1[0-2])[-/. ](19|20)?\d\d"),
    re.compile(
        r"(0?[1-9]|[12]\d|3[01])\.? "
        r"(jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)\w* (19|20)\d\d"
    ),
)


def texts_in_sums(book: OwnBook, sheet: OwnSheet) -> Iterator[OwnRemark]:
    """Texts that are numbers inside an area that a formula of the workbook adds up."""
    texts = {
        place: str(cell.value)
        for place, cell in sheet.sheet.cells.items()
        if cell.kind is CellKind.TEXT and _is_number(str(cell.value))
    }
    if not texts:
        return
    sums = _summed(book, sheet, {column for _, column in texts})
    by_sum: dict[tuple[CellRef, bool], list[Place]] = {}
    for place, summing in _summing(texts, sums):
        if summing is not None and not _is_heading(sheet, place):
            typed = sheet.sheet.cell(*place).formula is None
            by_sum.setdefault((summing, typed), []).append(place)
    for (summing, typed), places in by_sum.items():
        for area in areas_of(places):
            inside = cells_in(area)
            meant = [number_meant(texts[place]) for place in inside]
            sure = [each for each in meant if each is not None]
            facts = {
                "area": area.address,
                "count": len(inside),
                "text": texts[area.top, area.left],
                "sum": _place(summing, sheet),
                "left_out": sum(sure, Decimal(0)) if len(sure) == len(meant) else None,
                "typed": typed,
            }
            yield OwnRemark(
                OwnKind.TEXT_SUMMED, sheet.ref((area.top, area.left)), facts, (summing,)
            )


def _summing(
    texts: Mapping[Place, str], sums: Mapping[int, list[tuple[CellRef, Area]]]
) -> Iterator[tuple[Place, CellRef | None]]:
    """Each text with a sum that has it, if one does: down each column once."""
    by_column: dict[int, list[int]] = {}
    for row, column in texts:
        by_column.setdefault(column, []).append(row)
    for column, rows in by_column.items():
        waiting = sorted(sums.get(column, ()), key=lambda each: each[1].top, reverse=True)
        furthest: tuple[CellRef, Area] | None = None
        for row in sorted(rows):
            while waiting and waiting[-1][1].top <= row:
                each = waiting.pop()
                if furthest is None or each[1].bottom > furthest[1].bottom:
                    furthest = each
            has = furthest is not None and furthest[1].bottom >= row
            yield (row, column), furthest[0] if furthest is not None and has else None


def _is_number(text: str) -> bool:
    plain = text.strip()
    if not plain or len(plain) > LONGEST or not _DIGIT.search(plain):
        return False
    return (
        number_meant(plain) is not None
        or _TWO_WAYS.fullmatch(plain) is not None
        or _PER_CENT.fullmatch(plain) is not None
    )


def _is_heading(sheet: OwnSheet, place: Place) -> bool:
    """Whether a text is the heading of what is summed: nothing but texts stands above it."""
    row, column = place
    above = (sheet.sheet.cells.get((r, column)) for r in range(max(1, row - 20), row))
    if any(cell is not None and cell.kind is not CellKind.TEXT for cell in above):
        return False
    text = str(sheet.sheet.cell(row, column).value).strip()
    below = sheet.sheet.cells.get((row + 1, column))
    return (
        (below is None or below.kind is not CellKind.TEXT)
        and text.isdigit()
        and (len(text) <= 2 or (len(text) == 4 and text[:2] in ("19", "20")))
    )


def _summed(
    book: OwnBook, sheet: OwnSheet, columns: set[int]
) -> dict[int, list[tuple[CellRef, Area]]]:
    """The areas of several cells that functions deaf to text take, by column."""
    found: dict[int, dict[Area, CellRef]] = {}
    for origin in book.sheets():
        for key, places in origin.cells_of.items():
            pattern = origin.patterns[key]
            for _, reference in arguments(pattern.words, DEAF_TO_TEXT):
                if book.sheet(reference, origin) is not sheet:
                    continue
                for place in places:
                    area = pattern.area(reference, place)
                    if area is None or (area.top == area.bottom and area.left == area.right):
                        continue
                    for column in columns:
                        if area.left <= column <= area.right:
                            found.setdefault(column, {}).setdefault(area, origin.ref(place))
    return {
        column: [(at, area) for area, at in of_column.items()]
        for column, of_column in found.items()
    }


def _place(at: CellRef, sheet: OwnSheet) -> str:
    return at.address if at.sheet == sheet.name else at.in_sheet


def texts_among_dates(sheet: OwnSheet) -> Iterator[OwnRemark]:
    """Texts that look like dates in a column where most of what stands are dates."""
    dates: dict[int, int] = {}
    texts: dict[int, list[Place]] = {}
    others: dict[int, int] = {}
    for place, cell in sheet.sheet.cells.items():
        if cell.kind is CellKind.DATE:
            dates[place[1]] = dates.get(place[1], 0) + 1
        elif cell.kind is CellKind.TEXT and cell.formula is None and _is_date(str(cell.value)):
            texts.setdefault(place[1], []).append(place)
        elif cell.kind is not CellKind.TEXT:
            others[place[1]] = others.get(place[1], 0) + 1
    for column, places in texts.items():
        true = dates.get(column, 0)
        if true >= max(LEAST_DATES, 2 * len(places)) and true > others.get(column, 0):
            for area in areas_of(places):
                inside = cells_in(area)
                facts = {
                    "area": area.address,
                    "count": len(inside),
                    "text": str(sheet.sheet.cell(*min(inside)).value),
                    "dates": true,
                }
                yield OwnRemark(OwnKind.TEXT_DATE, sheet.ref(min(inside)), facts)


def _is_date(text: str) -> bool:
    plain = text.strip().lower()
    return len(plain) <= LONGEST and any(each.fullmatch(plain) for each in _DATES)
