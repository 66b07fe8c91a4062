"""What a graft must do to a workbook, seen from outside: its sheets, and every other byte."""

from __future__ import annotations

from dataclasses import replace

from tests.excel.edited import FILE, as_shown, entries
from tests.excel.rich_plan import CREATED

from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.what import Graft, Grafted
from ramkoll.excel.looks import BookLooks, SheetLooks, read_looks
from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.write import workbook_bytes
from ramkoll.model.plan import SheetPlan, WorkbookPlan
from ramkoll.model.workbook import Sheet, Submission


def check_graft(data: bytes, what: Graft) -> Grafted:
    """Graft, and see that it is all there and as planned, and nothing else is touched."""
    done = graft(data, FILE, what, dependents=False)
    again = graft(done.data, FILE, what, dependents=False)
    assert again.edits == ()
    assert again.data is done.data
    old, new = entries(data), entries(done.data)
    kept = [name for name in old if name in new]
    assert list(new)[: len(kept)] == kept
    told = {edit.part for edit in done.edits}
    assert told == {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    assert all(edit.what for edit in done.edits)
    book, before = scan_bytes(done.data, FILE), scan_bytes(data, FILE)
    planned = {each.plan.name.casefold() for each in what.sheets}
    touched = (
        planned
        | {name.casefold() for name in what.removed}
        | {e.sheet.casefold() for e in what.cells}
    )
    for sheet in before.sheets:
        if sheet.name.casefold() not in touched:
            assert book.sheet(sheet.name) == sheet
    check_planned(done.data, book, [each.plan for each in what.sheets if each.ours is None])
    return done


def check_planned(data: bytes, book: Submission, plans: list[SheetPlan]) -> None:
    """See that sheets read and look as they do in a new workbook."""
    if not plans:
        return
    known = {plan.name for plan in plans} | {
        s.sheet for p in plans for c in p.charts for s in c.series
    }
    rest = tuple(SheetPlan(name, ()) for name in sorted(known - {plan.name for plan in plans}))
    made = workbook_bytes(WorkbookPlan((*plans, *rest), CREATED, "Nytt"))
    fresh, fresh_looks = scan_bytes(made, FILE), read_looks(made, FILE)
    looks = read_looks(data, FILE)
    for plan in plans:
        theirs, ours = fresh.sheet(plan.name), book.sheet(plan.name)
        assert theirs is not None
        assert ours is not None
        assert seen(ours) == seen(theirs)
        assert shown(looks, looks.sheets[ours.name]) == shown(
            fresh_looks, fresh_looks.sheets[plan.name]
        )


def seen(sheet: Sheet) -> Sheet:
    """A sheet without what its workbook gave it."""
    cells = {at: as_shown(cell) for at, cell in sheet.cells.items()}
    return replace(sheet, name="", cells=cells, visibility=Sheet("", {}).visibility)


def shown(book: BookLooks, sheet: SheetLooks) -> tuple[object, ...]:
    """The looks of a sheet without the numbers of its styles."""
    styles = {
        at: book.styles[style]._replace(font=None, colour=None)
        for at, style in sheet.styles.items()
    }
    colours = {at: book.styles[style].colour for at, style in sheet.styles.items()}
    automatic = {None, book.styles[0].colour, "#000000"}
    return (
        styles,
        {at: colour for at, colour in colours.items() if colour not in automatic},
        replace(sheet, styles={}),
    )
