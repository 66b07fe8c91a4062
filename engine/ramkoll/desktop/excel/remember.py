"""What actions change, as it was before: plain data that holds nothing of Excel's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from ramkoll.desktop.excel.cells import agreeing, cells, covers, keys, merged_areas
from ramkoll.desktop.excel.charts import OldChart, chart_named, old_chart
from ramkoll.desktop.excel.looks import (
    EVERYTHING,
    LINES,
    OldLook,
    Questions,
    TooManyLooksError,
    areas_of,
    old_looks,
    respects,
)
from ramkoll.desktop.excel.marks import OurMark, our_marks
from ramkoll.desktop.excel.native import Native
from ramkoll.desktop.excel.plan import Block, to_add
from ramkoll.desktop.excel.read import names_of
from ramkoll.live.actions import (
    Action,
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
)
from ramkoll.live.areas import area_of, rectangles
from ramkoll.live.snapshot import Raw
from ramkoll.model.cells import Area

#: So many questions take some seconds, or half a minute on a slow machine. The report takes 9,000.
MOST_QUESTIONS = 30_000


class OldName(NamedTuple):
    """A workbook-wide name; ``refers_to`` is None when there was none."""

    name: str
    refers_to: str | None
    visible: bool


class OldSize(NamedTuple):
    """The height of rows or the width of columns; ``standard`` when nobody had set it."""

    sheet: str
    areas: Sequence[Area]
    member: str
    size: float
    standard: bool


#: What says whether nobody has set a size.
STANDARD = {"RowHeight": "UseStandardHeight", "ColumnWidth": "UseStandardWidth"}


class Added(NamedTuple):
    """A sheet that was added: what was in use on it when all was written, and held by it."""

    sheet: str
    used: str
    held: Sequence[Sequence[Raw]]


class OldTable(NamedTuple):
    """The area of a table."""

    sheet: str
    table: str
    area: Area


@dataclass
class Before:
    """See port.Undone. ``after`` is what the written cells held when the command was done."""

    blocks: list[Block] = field(default_factory=list)
    looks: list[OldLook] = field(default_factory=list)
    sizes: list[OldSize] = field(default_factory=list)
    names: list[OldName] = field(default_factory=list)
    tables: list[OldTable] = field(default_factory=list)
    merged: list[tuple[str, Area]] = field(default_factory=list)
    to_merge: list[tuple[str, Area]] = field(default_factory=list)
    charts: list[OldChart] = field(default_factory=list)
    marks: list[OurMark] | None = None
    selected: tuple[str, str] | None = None
    after: list[list[list[Raw]]] = field(default_factory=list)
    there: tuple[str, ...] = ()
    added: list[Added] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def sheets(self) -> set[str]:
        """The sheets that something is put back on."""
        of_cells = {block.sheet for block in self.blocks} | {look.sheet for look in self.looks}
        other = {one.sheet for each in (self.sizes, self.tables, self.charts) for one in each}
        merges = {sheet for sheet, _ in (*self.merged, *self.to_merge)}
        return of_cells | other | merges | {mark.sheet for mark in self.marks or ()}

    @property
    def whole(self) -> bool:
        """Whether all of it can be put back."""
        return not self.lost

    @property
    def left(self) -> Sequence[str]:
        """What cannot be put back, in Swedish."""
        return tuple(self.lost)


def remember(
    book: Native,
    sheets: Mapping[str, Native],
    every: Sequence[Action],
    blocks: list[Block],
    selected: tuple[str, str],
) -> Before:
    """Read everything that the actions change."""
    before = Before(blocks=blocks, there=tuple(sheets))
    # What is done on a sheet that is added is taken away with it.
    new = to_add(sheets, every)
    steps = [step for step in every if getattr(step, "sheet", "") not in new]
    if any(isinstance(step, (Mark, ClearMarks)) for step in steps):
        before.marks = our_marks(sheets)
    if any(isinstance(step, Select) for step in every):
        before.selected = selected
    _names(before, book, steps)
    _merges(before, sheets, steps)
    _looks(before, sheets, steps)
    _sizes(before, sheets, steps)
    for step in steps:
        if isinstance(step, ResizeTable):
            table = sheets[step.sheet].get("ListObjects").get("Item", step.table)
            area = area_of(str(table.get("Range").get("Address")))
            before.tables.append(OldTable(step.sheet, step.table, area))
        elif isinstance(step, ClearLinks):
            links = cells(sheets[step.sheet], area_of(step.address)).get("Hyperlinks")
            count = int(links.get("Count"))
            if count:
                before.lost.append(f"{count} länkar i cellerna {step.sheet}!{step.address}")
    _charts(before, sheets, steps)
    return before


def _names(before: Before, book: Native, steps: Iterable[Action]) -> None:
    changed = {s.name: None for s in steps if isinstance(s, (DefineName, DeleteName))}
    if not changed:
        return
    there = {name.casefold(): each for name, each in names_of(book)}
    for name in changed:
        known = there.get(name.casefold())
        if known is None:
            before.names.append(OldName(name, None, True))
        else:
            refers_to = str(known.get("RefersTo"))
            before.names.append(OldName(name, refers_to, bool(known.get("Visible"))))


def _merges(before: Before, sheets: Mapping[str, Native], steps: Iterable[Action]) -> None:
    asked: list[tuple[str, Area]] = []
    for step in steps:
        if isinstance(step, Unmerge):
            asked.append((step.sheet, area_of(step.address)))
        elif isinstance(step, Merge):
            before.to_merge += [(step.sheet, area_of(address)) for address in step.addresses]
    unmerged = list(asked)
    for sheet, area in before.to_merge:
        if not any(own == sheet and covers(around, area) for own, around in unmerged):
            asked.append((sheet, area))
    found = ((sheet, one) for sheet, area in asked for one in merged_areas(sheets[sheet], area))
    before.merged += dict.fromkeys(found)


def _looks(before: Before, sheets: Mapping[str, Native], steps: Iterable[Action]) -> None:
    """How the cells look that get a look, each respect for itself; all of those that are merged."""
    wanted: dict[tuple[str, str], dict[Area, None]] = {}
    for step in steps:
        if isinstance(step, Look):
            for respect in respects(step):
                own = wanted.setdefault((step.sheet, respect), {})
                own.update(dict.fromkeys(areas_of(step)))
    merged: dict[str, list[Area]] = {}
    for sheet, area in before.to_merge:
        merged.setdefault(sheet, []).append(area)
    # Cells that are merged all get the look of the first.
    for sheet, areas in merged.items():
        in_them = {at for area in areas for at in keys(area)}
        for respect in EVERYTHING:
            own = wanted.setdefault((sheet, respect), {})
            known = {at for area in own for at in keys(area)} if own else set()
            # A line stands between two areas, and is known with neither of them.
            rest = areas if respect in LINES or not known else rectangles(in_them - known)
            own.update(dict.fromkeys(rest))
    questions = Questions(MOST_QUESTIONS)
    for (sheet, respect), each in wanted.items():
        try:
            for old in old_looks(sheet, sheets[sheet], each, respect, questions):
                before.looks.append(old)
        except TooManyLooksError:
            lost = f"hur cellerna på bladet «{sheet}» såg ut, eftersom de är så olika varandra"
            if lost not in before.lost:
                before.lost.append(lost)


def _sizes(before: Before, sheets: Mapping[str, Native], steps: Iterable[Action]) -> None:
    def ask(sheet: Native, member: str, areas: Sequence[Area]) -> tuple[float, bool] | None:
        some = cells(sheet, areas)
        size, standard = some.get(member), some.get(STANDARD[member])
        return None if size is None or standard is None else (size, bool(standard))

    lines: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for step in steps:
        if isinstance(step, RowHeight):
            lines.setdefault((step.sheet, "RowHeight"), set()).update((n, 1) for n in step.rows)
        elif isinstance(step, ColumnWidth):
            columns = ((1, n) for n in step.columns)
            lines.setdefault((step.sheet, "ColumnWidth"), set()).update(columns)
    for (sheet, member), own in lines.items():
        for group, found in agreeing(rectangles(own), partial(ask, sheets[sheet], member)):
            before.sizes.append(OldSize(sheet, group, member, *found))


def _charts(before: Before, sheets: Mapping[str, Native], steps: Iterable[Action]) -> None:
    wanted: dict[tuple[str, str], int | None] = {}
    for step in steps:
        if isinstance(step, SetChart):
            wanted[step.sheet, step.chart] = step.series
        elif isinstance(step, SetSeries):
            wanted.setdefault((step.sheet, step.chart), None)
    for (sheet, chart), series in wanted.items():
        frame = chart_named(sheets[sheet], chart)
        if frame is None:
            continue
        old = old_chart(sheet, chart, frame)
        before.charts.append(old)
        if series is not None and series < len(old.series):
            before.lost.append(
                f"hur {len(old.series) - series} serier i diagrammet «{chart}» på bladet "
                f"«{sheet}» såg ut (de kommer tillbaka med Excels egna färger)"
            )
