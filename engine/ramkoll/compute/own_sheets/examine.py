"""All that is remarked on a workbook's own sheets."""

from __future__ import annotations

from collections.abc import Iterable

from ramkoll.compute.own_sheets.book import OwnBook
from ramkoll.compute.own_sheets.breaks import breaks
from ramkoll.compute.own_sheets.double_sums import double_sums
from ramkoll.compute.own_sheets.error_cells import errors
from ramkoll.compute.own_sheets.links import links, names
from ramkoll.compute.own_sheets.remarks import OwnRemark, capped
from ramkoll.compute.own_sheets.short_sums import short_sums
from ramkoll.compute.own_sheets.texts import texts_among_dates, texts_in_sums
from ramkoll.model.workbook import Submission


def own_sheet_names(submission: Submission, of_form: Iterable[str]) -> frozenset[str]:
    """The sheets of a workbook that its form does not have, compared as Excel does."""
    known = {name.casefold() for name in of_form}
    return frozenset(s.name for s in submission.sheets if s.name.casefold() not in known)


def examine_own_sheets(submission: Submission, own: frozenset[str]) -> tuple[OwnRemark, ...]:
    """Everything that is worth a look on the sheets named, by kind and place.

    Linear in cells. At most fifty of a kind; the last one says how many more there are.
    """
    book = OwnBook(submission, own)
    found: list[OwnRemark] = []
    for sheet in book.sheets():
        found += breaks(book, sheet)
        found += short_sums(book, sheet)
        found += double_sums(book, sheet)
        found += texts_in_sums(book, sheet)
        found += texts_among_dates(sheet)
        found += links(book, sheet)
    found += errors(book)
    found += names(book)
    return tuple(capped(found))
