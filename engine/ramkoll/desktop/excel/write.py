"""Does actions to the open workbook, one after the other, and puts back what was remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ramkoll.desktop.excel.cells import (
    GENERAL,
    TEXT,
    cells,
    joined,
    keys,
    number_formats,
)
from ramkoll.desktop.excel.charts import put_back_chart, set_chart, set_series
from ramkoll.desktop.excel.looks import give_look, put_back_look
from ramkoll.desktop.excel.marks import add_mark, add_marks, clear_marks
from ramkoll.desktop.excel.native import Native, left_out
from ramkoll.desktop.excel.read import names_of
from ramkoll.desktop.excel.remember import STANDARD, Before, OldName
from ramkoll.live.actions import (
    Action,
    AddSheet,
    ClearLinks,
    ClearMarks,
    ColumnWidth,
    DefineName,
    DeleteName,
    Look,
    Mark,
    Merge,
    ResizeTable,
    RowHeight,
    Select,
    SetChart,
    SetSeries,
    Unmerge,
    WriteFormulas,
    WriteValues,
)
from ramkoll.live.areas import CellKey, area_of, rectangles
from ramkoll.live.snapshot import Raw
from ramkoll.model.cells import Area

Grid = Sequence[Sequence[Raw]]
#: Names by their folded text.
Names = dict[str, Native]


def names_for(book: Native, steps: Iterable[Action]) -> Names:
    """The workbook-wide names, when a step changes one; else they need not be asked for."""
    if not any(isinstance(step, (DefineName, DeleteName)) for step in steps):
        return {}
    return {name.casefold(): each for name, each in names_of(book)}


def act(book: Native, sheets: Mapping[str, Native], names: Names, step: Action) -> None:
    """Do one action. ``names`` are kept as they become. Errors are those of COM."""
    match step:
        case AddSheet():
            pass  # done before all else
        case WriteValues():
            put_content(sheets[step.sheet], area_of(step.address), step.values, set())
        case WriteFormulas():
            area = area_of(step.address)
            every = zip(keys(area), (text for row in step.formulas for text in row), strict=True)
            own = {at for at, text in every if text.startswith("=")}
            put_content(sheets[step.sheet], area, step.formulas, own)
        case Look():
            give_look(sheets[step.sheet], step)
        case RowHeight():
            for group in joined(rectangles((row, 1) for row in step.rows)):
                cells(sheets[step.sheet], group).put("RowHeight", step.height)
        case ColumnWidth():
            for group in joined(rectangles((1, column) for column in step.columns)):
                cells(sheets[step.sheet], group).put("ColumnWidth", step.width)
        case DefineName():
            _put_name(book, names, OldName(step.name, f"={step.refers_to}", True))
        case DeleteName():
            _put_name(book, names, OldName(step.name, None, True))
        case Merge():
            for address in step.addresses:
                cells(sheets[step.sheet], area_of(address)).do("Merge")
        case Unmerge():
            cells(sheets[step.sheet], area_of(step.address)).do("UnMerge")
        case ClearLinks():
            cells(sheets[step.sheet], area_of(step.address)).do("ClearHyperlinks")
        case ResizeTable():
            _resize(sheets[step.sheet], step.table, area_of(step.address))
        case SetChart():
            set_chart(sheets[step.sheet], step)
        case SetSeries():
            set_series(sheets[step.sheet], step)
        case Mark():
            add_marks(sheets[step.sheet], step)
        case ClearMarks():
            clear_marks(sheets)
        case Select():
            select(book, sheets[step.sheet], step.address)


def select(book: Native, sheet: Native, address: str) -> None:
    """Activate a sheet and select an area on it."""
    book.do("Activate")
    sheet.do("Activate")
    cells(sheet, area_of(address)).do("Select")


def put_content(sheet: Native, area: Area, grid: Grid, own: set[CellKey]) -> None:
    """Make cells hold what a grid has; those in ``own`` formulas (or errors), the others values."""
    held = dict(zip(keys(area), (each for row in grid for each in row), strict=True))
    if len(own) < len(held):
        _put_values(sheet, area, {at: each for at, each in held.items() if at not in own})
    for part in rectangles(own):
        _put_formulas(sheet, part, {at: held[at] for at in keys(part)})


def _put_values(sheet: Native, area: Area, held: Mapping[CellKey, Raw]) -> None:
    """Values into an area; what is not held there is emptied.

    The apostrophe makes a text a text, whatever it begins with and whatever the language would read
    it as: a formula, a date, a number, a truth. Excel keeps it out of the cell's value, but not in
    a cell formatted as text, where all that is written is text anyhow.
    """
    texts = [at for at, each in held.items() if isinstance(each, str) and each]
    found = number_formats(sheet, rectangles(texts))
    bare = {at for group, code in found if code == TEXT for one in group for at in keys(one)}

    def literal(at: CellKey) -> Raw:
        each = held.get(at)
        if each is None or each == "":
            return ""
        return f"'{each}" if isinstance(each, str) and at not in bare else each

    cells(sheet, area).put("Value2", _rows(area, literal))


def _put_formulas(sheet: Native, area: Area, held: Mapping[CellKey, Raw]) -> None:
    """Formulas into an area, whose cells keep their number formats.

    Excel gives a cell in General the format of what its formula refers to, and takes a formula in
    a cell formatted as text for a text.
    """
    kept = [
        (group, code) for group, code in number_formats(sheet, [area]) if code in (GENERAL, TEXT)
    ]
    for group, code in kept:
        if code == TEXT:
            cells(sheet, group).put("NumberFormat", GENERAL)
    some = cells(sheet, area)
    # Formula2 adds no @ of its own; Excel 2016 and 2019 have not got it.
    member = "Formula2" if some.has("Formula2") else "Formula"
    some.put(member, _rows(area, held.__getitem__))
    for group, code in kept:
        cells(sheet, group).put("NumberFormat", code)


def _rows(area: Area, of: Callable[[CellKey], Raw]) -> tuple[tuple[Raw, ...], ...]:
    columns = range(area.left, area.right + 1)
    return tuple(
        tuple(of((row, column)) for column in columns) for row in range(area.top, area.bottom + 1)
    )


def _resize(sheet: Native, table: str, area: Area) -> None:
    sheet.get("ListObjects").get("Item", table).do("Resize", cells(sheet, area))


def _put_name(book: Native, names: Names, wanted: OldName) -> None:
    """Make a name what is wanted, or take it away."""
    folded = wanted.name.casefold()
    known = names.get(folded)
    if wanted.refers_to is None:
        if known is not None:
            known.do("Delete")
            del names[folded]
    elif known is None:
        added = book.get("Names").do("Add", wanted.name, wanted.refers_to, wanted.visible)
        names[folded] = added
    else:
        known.put("RefersTo", wanted.refers_to)


def put_back(book: Native, sheets: Mapping[str, Native], before: Before) -> None:
    """Make everything as it was; what had not been changed takes no harm of it."""
    names = {each.casefold(): known for each, known in names_of(book)} if before.names else {}
    for name in before.names:
        _put_name(book, names, name)
    for table in before.tables:
        _resize(sheets[table.sheet], table.table, table.area)
    for sheet, area in before.to_merge:
        cells(sheets[sheet], area).do("UnMerge")
    for block in before.blocks:
        put_content(sheets[block.sheet], block.area, *block.back())
    for look in before.looks:
        put_back_look(sheets[look.sheet], look)
    for old in before.sizes:
        for group in joined(old.areas):
            some = cells(sheets[old.sheet], group)
            if old.standard:
                some.put(STANDARD[old.member], True)
            else:
                some.put(old.member, old.size)
    _merge_again(sheets, before.merged)
    if before.marks is not None:
        clear_marks(sheets)
        for mark in before.marks:
            add_mark(sheets[mark.sheet], mark.areas, mark.severity)
    for chart in before.charts:
        put_back_chart(sheets[chart.sheet], chart)
    if before.selected is not None and before.selected[0] in sheets:
        select(book, sheets[before.selected[0]], before.selected[1])


def add_sheets(book: Native, names: Sequence[str]) -> None:
    """Add empty sheets last of all, and leave the active sheet as it is."""
    if not names:
        return
    active = book.get("ActiveSheet")
    for name in names:
        sheets = book.get("Worksheets")
        last = sheets.get("Item", sheets.get("Count"))
        sheets.do("Add", left_out(), last).put("Name", name)
    active.do("Activate")


def remove_sheets(sheets: Mapping[str, Native], names: Iterable[str]) -> None:
    """Take sheets away, while Excel asks nothing; one that is not there is passed over."""
    for name in names:
        if name in sheets:
            sheets[name].do("Delete")


def _merge_again(sheets: Mapping[str, Native], areas: Iterable[tuple[str, Area]]) -> None:
    for sheet, area in areas:
        cells(sheets[sheet], area).do("Merge")
