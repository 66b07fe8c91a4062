"""Nästa att kommentera: through the cells that thresholds want a comment in."""

from __future__ import annotations

import xlwings as xw

from ramkoll.live.command import Reads, command
from ramkoll.live.host import Host
from ramkoll.live.opened import opened, unit_of
from ramkoll.live.results import CommentCell, CommentsView, Result
from ramkoll.live.words import place_of, row_figures
from ramkoll.model.cells import CellRef
from ramkoll.rules.views import FormView
from ramkoll.rules.wanted_comments import WantedComment, wanted_comments


@command("next_comment", Reads.FORMS)
def next_comment(
    book: xw.Book, host: Host, *, backwards: bool = False, written: bool = False
) -> Result:
    """Select the next cell that lacks its comment, counted from the selected cell.

    ``written`` stops at cells that have one too. After the last comes the first.
    """
    found = opened(book, host)
    view = unit_of(found)
    wanted = list(wanted_comments(view))
    cells = [_cell(view, each) for each in wanted]
    missing = sum(not each.written for each in wanted)
    stops = [n for n, each in enumerate(wanted) if written or not each.written]
    if not stops:
        said = "Inga celler behöver kommentar." if not wanted else _all_written(len(wanted))
        return Result(said, CommentsView(cells, -1))
    current = _next(view, wanted, stops, found.selected, backwards=backwards)
    host.go_to(wanted[current].at)
    return Result(
        f"{missing} av {len(wanted)} celler saknar kommentar. Nu: {cells[current].at.words}.",
        CommentsView(cells, current),
    )


def _all_written(count: int) -> str:
    if count == 1:
        return "Den enda cell som behöver kommentar har en."
    return f"Alla {count} celler som behöver kommentar har en."


def _next(
    view: FormView,
    wanted: list[WantedComment],
    stops: list[int],
    selected: CellRef,
    *,
    backwards: bool,
) -> int:
    order = {place.sheet: n for n, place in enumerate(view.form.places.tables.values())}

    def spot(ref: CellRef) -> tuple[int, int, int]:
        return order.get(ref.sheet, -1), ref.row, ref.column

    here = spot(selected)
    if backwards:
        before = [n for n in stops if spot(wanted[n].at) < here]
        return before[-1] if before else stops[-1]
    after = [n for n in stops if spot(wanted[n].at) > here]
    return after[0] if after else stops[0]


def _cell(view: FormView, each: WantedComment) -> CommentCell:
    place = view.form.places.tables[each.slot.table]
    column = place.layout.column(each.slot.column)
    assert column is not None
    return CommentCell(
        at=place_of(each.at, view.file),
        label=place.labels.get(each.slot.row, each.slot.row.line),
        heading=column.heading,
        why=f"Gränsen är {each.limit}.",
        figures=row_figures(view, each.slot),
        text=each.text,
        written=each.written,
    )
