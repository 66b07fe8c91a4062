"""One sheet of the board paper: its tables below each other, then charts and texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ramkoll.compute.passages import Passage
from ramkoll.compute.tables import Block
from ramkoll.layout import look
from ramkoll.model.cells import Area
from ramkoll.model.plan import Chart, PlannedCell, SheetPlan, Style
from ramkoll.sheets.pictures import pictures
from ramkoll.sheets.table import LABEL, Drawn, draw_table
from ramkoll.sheets.view import BODY_LINK, ReportView, headline, page

TOP = 4
TEXT_WIDTH = 90.0  # characters: 17 cm of the body text, what A4 has standing up
PORTRAIT = 96.0  # a sheet that is wider is printed lying down
ONE_PAGE = 40  # rows of tables that can still be read when they share a page
TALLEST = 380.0  # points of one text cell; Excel allows 409
PIXELS_A_ROW = 20
# In characters of the body text: a column nobody has set, and one bold character of a title.
DEFAULT_WIDTH, TITLE_WIDTH = 8.43, 1.3
_HEADING = Style(bold=True, size=12, colour=look.NAVY)
_WHO = Style(bold=True, size=11, colour=look.NAVY)
_TEXT = Style(number_format="@", wrap=True, vertical="top", size=10)
_SOURCE = replace(BODY_LINK, size=8, bottom=None)


@dataclass(frozen=True)
class Section:
    """Texts under a heading of their own."""

    title: str
    passages: tuple[Passage, ...]


@dataclass
class _Page:
    """What is put on a sheet, from the top down."""

    view: ReportView
    name: str
    cells: list[PlannedCell] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    top: int = 1

    @property
    def width(self) -> float:
        return sum(self.widths.values())

    @property
    def last_column(self) -> int:
        return max(self.widths)

    def across(self, row: int, value: str, style: Style, height: float = 0.0) -> None:
        """A text over the whole width of the sheet."""
        self.cells.append(PlannedCell(row, LABEL, value, style=style))
        if self.last_column > LABEL:
            self.merges.append(Area(row, LABEL, row, self.last_column))
            blanks = range(LABEL + 1, self.last_column + 1)
            self.cells += [PlannedCell(row, at, style=style) for at in blanks]
        if height:
            self.heights[row] = height

    def text(self, text: str) -> None:
        """A whole text, wrapped, in as many rows as it needs."""
        for piece in pieces(text, self.width):
            height = look.wrapped_height(((piece, self.width * 0.97),)) + 3
            self.across(self.top, piece, _TEXT, height)
            self.top += 1


def paper_sheet(
    view: ReportView, name: str, blocks: Sequence[Block], sections: Sequence[Section]
) -> tuple[SheetPlan, list[Drawn]]:
    """A sheet of the board paper, or a working sheet of tables, and its tables."""
    sheet = _Page(view, name, widths=_widths(blocks))
    drawn = [_table(sheet, block, first=not n) for n, block in enumerate(blocks)]
    if not blocks:
        sheet.cells += headline(name, ())
        sheet.top = 3
    is_working = bool(blocks) and all(block.table.working for block in blocks)
    _charts(sheet, drawn)
    for section in sections:
        _section(sheet, section, alone=not blocks and len(sections) == 1)
    rows = sum(len(block.rows) for block in blocks)
    plan = SheetPlan(
        name,
        tuple(sheet.cells),
        widths=sheet.widths,
        heights=sheet.heights,
        landscape=sheet.width > PORTRAIT,
        one_page=rows <= ONE_PAGE and not sections and not sheet.charts,
        print_area=Area(1, 1, sheet.top, _last_printed(sheet, blocks)),
        repeat_rows=(drawn[0].first_row,) * 2 if len(drawn) == 1 and rows > ONE_PAGE else None,
        charts=tuple(sheet.charts),
        merges=tuple(sheet.merges),
    )
    return page(view, plan, working=is_working), drawn


def _widths(blocks: Sequence[Block]) -> dict[int, float]:
    """Columns wide enough for every table; a spanning column widens those that it takes."""
    if not blocks:
        return {LABEL: TEXT_WIDTH}
    widths = {LABEL: max(block.table.label_width for block in blocks)}
    spans: list[tuple[range, float]] = []
    for block in blocks:
        at = LABEL + 1
        for column in block.table.columns:
            taken = range(at, at + column.span)
            for each in taken:
                widths.setdefault(each, 6.0)
            if column.span == 1:
                widths[at] = max(widths[at], column.width)
            spans.append((taken, column.width))
            at += column.span
    for taken, width in spans:
        missing = width - sum(widths[each] for each in taken)
        for each in taken if missing > 0 else ():
            widths[each] += missing / len(taken)
    return widths


def _table(sheet: _Page, block: Block, *, first: bool) -> Drawn:
    is_working = block.table.working
    lines = (sheet.view.report.working_tab,) if is_working and first else ()
    for cell in headline(block.title, lines):
        style = cell.style if first or cell.row > 1 else _HEADING
        sheet.cells.append(replace(cell, row=cell.row + sheet.top - 1, style=style))
    sheet.heights[sheet.top] = 24.0
    top = TOP if first else sheet.top + 1
    if block.intro:
        sheet.top += 1
        for text in block.intro:
            sheet.text(text)
        top = sheet.top + 1
    table = draw_table(block, sheet.view.underlag, top)
    sheet.cells += table.cells
    sheet.merges += table.merges
    sheet.heights |= {top: 32.0} | _row_heights(sheet, table)
    sheet.top = table.next_row + 1
    return table


def _row_heights(sheet: _Page, table: Drawn) -> dict[int, float]:
    """Room for wrapped texts, and air between the lines."""
    columns = [c for c in table.block.table.columns if c.kind == "text"]
    wide = {
        c.id: sum(sheet.widths[table.columns[c.id] + n] for n in range(c.span)) for c in columns
    }
    return {
        table.rows[row.key]: max(
            17.0,
            look.wrapped_height(
                [
                    (row.label, sheet.widths[LABEL] * (0.85 if row.total else 0.95)),
                    *((row.texts.get(c.id, ""), wide[c.id] * 0.95) for c in columns),
                ]
            ),
        )
        for row in table.block.rows
    }


def _charts(sheet: _Page, drawn: Sequence[Drawn]) -> None:
    for chart, cells in pictures(sheet.view, sheet.name, drawn, sheet.top, sheet.last_column + 2):
        sheet.charts.append(replace(chart, row=sheet.top, column=LABEL))
        sheet.cells += cells
        sheet.top += chart.height // PIXELS_A_ROW + 2


def _section(sheet: _Page, section: Section, *, alone: bool) -> None:
    if not alone:
        sheet.across(sheet.top, section.title, _HEADING, 22.0)
        sheet.top += 1
    for passage in section.passages:
        if len(section.passages) > 1 or alone:
            sheet.across(sheet.top, passage.who, _WHO, 18.0)
            sheet.top += 1
        sheet.text(passage.text)
        ref = passage.at
        source = f"Källa: {ref.file}, {ref.in_sheet}"
        link = sheet.view.link(ref)
        sheet.cells.append(PlannedCell(sheet.top, LABEL, source, style=_SOURCE, link=link))
        sheet.heights[sheet.top] = 14.0
        sheet.top += 2


def pieces(text: str, width: float) -> Iterable[str]:
    """A text in parts that a cell can show: cut between paragraphs, else between words.

    Joined with the line break or space that they were cut at, they are the text again.
    """
    rest = text
    while look.wrapped_height(((rest, width * 0.97),), limit=10_000) > TALLEST:
        room = int(TALLEST / 13.5 * width * 0.9)
        least = room // 3
        cut = max(rest.rfind("\n", least, room), 0) or max(rest.rfind(" ", least, room), 0) or room
        while look.wrapped_height(((rest[:cut], width * 0.97),), limit=10_000) > TALLEST:
            shorter = rest.rfind("\n", 1, cut)
            cut = shorter if shorter > 0 else cut * 3 // 4
        yield rest[:cut]
        rest = rest[cut + 1 :] if rest[cut : cut + 1] in ("\n", " ") else rest[cut:]
    yield rest


def _last_printed(sheet: _Page, blocks: Sequence[Block]) -> int:
    """The last printed column: far enough right that no title is cut."""
    last, room = sheet.last_column, sheet.width
    longest = max((len(block.title) for block in blocks), default=0) * TITLE_WIDTH
    while room < longest:
        last, room = last + 1, room + DEFAULT_WIDTH
    return last
