"""Which sheet of a workbook is which of its form's: by name, else by what stands on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ramkoll.layout.find import heading_names
from ramkoll.layout.layout import Layout, SheetLayout
from ramkoll.layout.search import folded
from ramkoll.layout.typed import text_in
from ramkoll.model.cells import CellKind
from ramkoll.model.period import Period
from ramkoll.model.workbook import Sheet, Submission

TOP_ROWS, TOP_COLUMNS = 60, 40  # where a form's labels and headings stand, with room for notes
FEW = 3  # so many labels or headings are needed to know a sheet by
SHARE, SHARE_WITHOUT_TITLE = 0.6, 0.8


def folded_label(text: str) -> str:
    """A label as it is compared: spaces, capitals and a colon at its end make no difference."""
    return folded(text).rstrip(":")


def sheet_with_fields(submission: Submission, wanted: SheetLayout) -> Sheet | None:
    """The sheet with a form's labelled cells: by its name, else the only one with the labels."""
    named = submission.sheet(wanted.name)
    if named is not None:
        return named
    labels = {folded_label(field.label) for field in wanted.fields}
    found = [
        sheet
        for sheet in submission.sheets
        if _enough(len(labels & {folded_label(t) for t in _Top(sheet).texts}), len(labels), SHARE)
    ]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class FoundSheets:
    """The sheets of a form by the names that the form has for them.

    ``renamed`` are those that stand under another name; ``copies`` are sheets that look like one
    that is there too, with that one.
    """

    sheets: Mapping[str, Sheet]
    renamed: tuple[tuple[str, Sheet], ...]
    copies: tuple[tuple[Sheet, Sheet], ...]


def find_sheets(submission: Submission, layout: Layout, period: Period) -> FoundSheets:
    """Every sheet of the form that the workbook has, under its own name or another."""
    sheets: dict[str, Sheet] = {}
    renamed: list[tuple[str, Sheet]] = []
    for each in layout.sheets:
        own = sheet_with_fields(submission, each) if each.fields else submission.sheet(each.name)
        if own is not None:
            sheets[each.name] = own
            if own.name.casefold() != each.name.casefold():
                renamed.append((each.name, own))
    taken = {sheet.name for sheet in sheets.values()}
    others = [_Top(sheet) for sheet in submission.sheets if sheet.name not in taken]
    if not others:
        return FoundSheets(sheets, tuple(renamed), ())
    missing = [each for each in layout.sheets if each.name not in sheets and each.tables]
    claims = {
        each.name: [top for top in others if _is_like(top, each, layout, period)]
        for each in missing
    }
    copies: list[tuple[Sheet, Sheet]] = []
    for name, candidates in claims.items():
        claimed = [top for top in candidates if _only_here(top, name, claims)]
        if len(claimed) == 1 and len(candidates) == 1:
            sheets[name] = claimed[0].sheet
            renamed.append((name, claimed[0].sheet))
    taken = {sheet.name for sheet in sheets.values()}
    for top in others:
        if top.sheet.name not in taken:
            copies += ((top.sheet, sheets[name]) for name in _copied(top, sheets, layout, period))
    return FoundSheets(sheets, tuple(renamed), tuple(copies))


class _Top:
    """The part of a sheet where titles, labels and headings stand."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @cached_property
    def rows(self) -> tuple[frozenset[str], ...]:
        """The texts of each row, folded."""
        return tuple(
            frozenset(_texts(self.sheet, row, range(1, TOP_COLUMNS + 1)))
            for row in range(1, TOP_ROWS + 1)
        )

    @property
    def texts(self) -> frozenset[str]:
        """All of them together."""
        return frozenset().union(*self.rows)

    @property
    def title(self) -> str:
        """The first cell, folded."""
        return folded(text_in(self.sheet.cell(1, 1)))

    def most(self, wanted: frozenset[str]) -> int:
        """How many of the wanted texts stand together in one row."""
        return max(len(row & wanted) for row in self.rows)


def _texts(sheet: Sheet, row: int, columns: Iterable[int]) -> Iterator[str]:
    for column in columns:
        cell = sheet.cells.get((row, column))
        if cell is not None and cell.kind is CellKind.TEXT:
            yield folded(str(cell.value))


def _enough(found: int, wanted: int, share: float) -> bool:
    return found >= min(FEW, wanted) and found >= share * wanted


def _is_like(top: _Top, wanted: SheetLayout, layout: Layout, period: Period) -> bool:
    """Whether a sheet has the title and headings of a form's, or its headings and no title."""
    names = heading_names(wanted.tables[0], period)
    found = top.most(names)
    if _has_title(top, wanted):
        return _enough(found, len(names), SHARE)
    other_title = any(_has_title(top, each) for each in layout.sheets)
    return not other_title and _enough(found, len(names), SHARE_WITHOUT_TITLE)


def _has_title(top: _Top, wanted: SheetLayout) -> bool:
    begins = folded(wanted.title.partition("{")[0])
    return bool(begins) and top.title.startswith(begins)


def _only_here(top: _Top, name: str, claims: Mapping[str, list[_Top]]) -> bool:
    return not any(top in tops for other, tops in claims.items() if other != name)


def _copied(
    top: _Top, sheets: Mapping[str, Sheet], layout: Layout, period: Period
) -> Iterator[str]:
    """The sheet of the form that this one is a copy of: it has its title and its headings."""
    for each in layout.sheets:
        if each.name in sheets and each.tables and _has_title(top, each):
            names = heading_names(each.tables[0], period)
            if _enough(top.most(names), len(names), SHARE_WITHOUT_TITLE):
                yield each.name
                return
