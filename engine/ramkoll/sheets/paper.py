"""One sheet of the board paper: its tables below each other, then charts and texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ramkoll.compute.passages import Passage
from ramkoll.compute.tables import Block
from ramkoll.layout import look
from ramkoll.layout.report import ReportColumn
from ramkoll.layout.wrapping import characters, column_pixels, line_height, wrapped_lines
from ramkoll.model.cells import Area
from ramkoll.model.plan import CHART_WIDTH, Chart, PlannedCell, SheetPlan, Style
from ramkoll.sheets.breaks import LANDSCAPE_ROOM, PORTRAIT_ROOM, Rows, page_scale
from ramkoll.sheets.pictures import pictures
from ramkoll.sheets.table import LABEL, Drawn, draw_table, heading_style, is_group
from ramkoll.sheets.view import TITLE_ROW, ReportView, headline, page

TOP = 4
PAGE_PIXELS = CHART_WIDTH  # of the columns: 17 cm, what A4 has standing up
LYING_PIXELS = 955
TEXT_WIDTH = characters(PAGE_PIXELS)
SMALLEST = 80  # per cent: a sheet that must be smaller to fit standing is printed lying down
SOURCE = "Källa: "  # before the file and cell that a text comes from
MOST_WIDENED = 18.0  # characters that row labels get of the room beside the table
TALLEST = 380.0  # points of one text cell; Excel allows 409
BELOW = "Se texten under tabellen."
PIXELS_A_ROW = 20
_AIR, _ROW = 9.0, 16.0
_WIDE_TEXT = 20.0  # characters: a column of texts that are more than a word or two
_FEW_ROWS = 4  # as many stand together at a table's ends when it takes several pages
_HEADING = Style(bold=True, size=12, colour=look.NAVY)
_WHO = Style(bold=True, size=10, colour=look.NAVY, vertical="bottom")
_TEXT = Style(number_format="@", wrap=True, vertical="top", size=10)
_NOTE = replace(look.NOTE, number_format="@", wrap=True, vertical="top")
_SOURCE = Style(number_format="@", size=7, colour="7F7F7F", underline=True, vertical="top")


@dataclass(frozen=True)
class Section:
    """Texts under a heading of their own."""

    title: str
    passages: tuple[Passage, ...]


@dataclass
class Page:
    """What is put on a sheet, from the top down.

    ``together`` are first and last rows that a page break must not part.
    """

    view: ReportView
    name: str
    cells: list[PlannedCell] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    together: list[Rows] = field(default_factory=list)
    top: int = 1

    @property
    def pixels(self) -> float:
        return sum(column_pixels(width) for width in self.widths.values())

    @property
    def width(self) -> float:
        """Characters in a cell that is as wide as the sheet."""
        return characters(self.pixels)

    @property
    def last_column(self) -> int:
        return max(self.widths)

    def across(self, value: str, style: Style, height: float) -> None:
        """A text over the whole width of the sheet, in the next row."""
        self.cells.append(PlannedCell(self.top, LABEL, value, style=style))
        if self.last_column > LABEL:
            self.merges.append(Area(self.top, LABEL, self.top, self.last_column))
            blanks = range(LABEL + 1, self.last_column + 1)
            self.cells += [PlannedCell(self.top, at, style=style) for at in blanks]
        self.heights[self.top] = height
        self.top += 1

    def text(self, text: str, style: Style = _TEXT) -> None:
        """A whole text, wrapped, in as many rows as it needs."""
        for piece in pieces(text, self.width, style.size):
            self.across(piece, style, look.wrapped_height(((piece, self.width),), style.size))

    def air(self, height: float = _AIR) -> None:
        self.heights[self.top] = height
        self.top += 1


def paper_sheet(
    view: ReportView, name: str, blocks: Sequence[Block], sections: Sequence[Section]
) -> tuple[SheetPlan, list[Drawn]]:
    """A sheet of the board paper, or a working sheet of tables, and its tables."""
    sheet = Page(view, name, widths=_widths(blocks))
    drawn = []
    for n, block in enumerate(blocks):
        table = _table(sheet, block, first=not n)
        drawn.append(table)
        _charts(sheet, table)
    if not blocks:
        sheet.cells += headline(name, ())
        sheet.top = 3
    write_sections(sheet, sections, alone=not blocks and len(sections) == 1)
    last = max(1, sheet.top - 1)
    scale = min(100, int(100 * PAGE_PIXELS / sheet.pixels))
    lying = scale < SMALLEST
    if lying:
        scale = min(100, int(100 * LYING_PIXELS / sheet.pixels))
    room = LANDSCAPE_ROOM if lying else PORTRAIT_ROOM
    heights = {1: TITLE_ROW, **sheet.heights}
    scale, ends = page_scale(last, heights, sheet.together, room, scale)
    plan = SheetPlan(
        name,
        tuple(sheet.cells),
        widths=sheet.widths,
        heights=heights,
        landscape=lying,
        scale=scale,
        page_breaks=ends,
        print_area=Area(1, 1, last, sheet.last_column),
        repeat_rows=_repeated(drawn, ends, last),
        charts=tuple(sheet.charts),
        merges=tuple(sheet.merges),
    )
    is_working = bool(blocks) and all(block.table.working for block in blocks)
    return page(view, plan, working=is_working), drawn


def _repeated(drawn: Sequence[Drawn], ends: Sequence[int], last: int) -> Rows | None:
    """The heading row of a table that goes on over a page's end, if nothing else comes after."""
    if not drawn or drawn[-1].next_row + 4 < last:
        return None
    table = drawn[-1]
    parted = any(table.first_row < end < max(table.rows.values(), default=0) for end in ends)
    return (table.first_row, table.first_row) if parted else None


def _widths(blocks: Sequence[Block]) -> dict[int, float]:
    """Columns wide enough for every table, and all together at least as wide as the page.

    A spanning column widens those that it takes.
    """
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
    taken_pixels = sum(column_pixels(width) for width in widths.values())
    lying = taken_pixels * SMALLEST > PAGE_PIXELS * 100
    spare = (LYING_PIXELS if lying else PAGE_PIXELS) - taken_pixels
    wider = min(MOST_WIDENED, max(0, spare) // 7)
    widths[_widened(blocks)] += wider
    spare -= wider * 7
    if spare > 12:
        widths[max(widths) + 1] = characters(spare)
    return widths


def _widened(blocks: Sequence[Block]) -> int:
    """The column that gets the room beside the tables: the widest of texts, else the labels."""
    widest, found = _WIDE_TEXT, LABEL
    for block in blocks:
        at = LABEL + 1
        for column in block.table.columns:
            if column.kind == "text" and column.span == 1 and column.width > widest:
                widest, found = column.width, at
            at += column.span
    return found


def _table(sheet: Page, block: Block, *, first: bool) -> Drawn:
    is_working = block.table.working
    start = sheet.top
    lines = (sheet.view.report.working_tab,) if is_working and first else ()
    for cell in headline(block.title, lines):
        style = cell.style if first or cell.row > 1 else _HEADING
        sheet.cells.append(replace(cell, row=cell.row + start - 1, style=style))
    sheet.heights[start] = TITLE_ROW
    if first and not is_working:
        sheet.heights |= {2: 4.0, 3: 4.0}
    top = TOP if first else start + 1
    if block.intro:
        sheet.top += 1
        for text in block.intro:
            sheet.text(text)
        sheet.air(6.0)
        top = max(sheet.top, top)
    table = draw_table(block, sheet.view.underlag, top)
    shown, below = _long_texts_out(sheet, table)
    if below:
        table = draw_table(shown, sheet.view.underlag, top)
    sheet.cells += table.cells
    sheet.merges += table.merges
    sheet.heights |= {top: _header_height(sheet, table)} | _row_heights(sheet, table)
    sheet.top = table.next_row
    if table.notes:
        sheet.air(3.0)
        sheet.text(" ".join(table.notes), _NOTE)
    _keep(sheet, table, start, sheet.top - 1)
    for who, text in below:
        begin = sheet.top
        sheet.text(who, replace(_WHO, wrap=True))
        sheet.text(text)
        sheet.together.append((begin, begin + 1))
    sheet.air(14.0)
    return table


def _long_texts_out(sheet: Page, table: Drawn) -> tuple[Block, list[tuple[str, str]]]:
    """The table without the texts that no row is tall enough for, and those with whose they are.

    A row is at most 409 points: the end of a long comment in a narrow column would not be seen.
    """
    rows, below = [], []
    for row in table.block.rows:
        texts = dict(row.texts)
        for column in table.block.table.columns:
            text = texts.get(column.id, "")
            if column.kind == "text" and _row_height(text, _column_width(sheet, table, column)) > (
                TALLEST
            ):
                texts[column.id] = BELOW
                below.append((f"{row.label}: {table.block.headings[column.id].lower()}", text))
        rows.append(replace(row, texts=texts))
    return replace(table.block, rows=tuple(rows)), below


def _row_height(text: str, width: float) -> float:
    return 4.0 + line_height(10) * wrapped_lines(text, width, indent=1)


def _keep(sheet: Page, table: Drawn, start: int, end: int) -> None:
    """The whole table on one page if there is room; else its ends, and groups with a row."""
    last = max(table.rows.values(), default=table.first_row)
    sheet.together += [
        (start, end),
        (start, min(table.first_row + _FEW_ROWS, last)),
        (max(table.first_row + 1, last - _FEW_ROWS + 1), end),
    ]
    groups = [table.rows[row.key] for row in table.block.rows if is_group(row)]
    sheet.together += [(row, row + 1) for row in groups if row + 1 < last - _FEW_ROWS]


def _header_height(sheet: Page, table: Drawn) -> float:
    block = table.block
    headings = [(block.row_heading, sheet.widths[LABEL], look.HEADER_TEXT)]
    headings += [
        (block.headings[c.id], _column_width(sheet, table, c), heading_style(c))
        for c in block.table.columns
    ]
    return look.header_height(headings)


def _column_width(sheet: Page, table: Drawn, column: ReportColumn) -> float:
    at = table.columns[column.id]
    return characters(sum(column_pixels(sheet.widths[at + n]) for n in range(column.span)))


def _row_heights(sheet: Page, table: Drawn) -> dict[int, float]:
    """Room for wrapped texts, and air between the lines."""
    columns = [c for c in table.block.table.columns if c.kind == "text"]
    wide = {c.id: _column_width(sheet, table, c) for c in columns}
    heights = {}
    for row in table.block.rows:
        bold = row.total is not None
        lines = [wrapped_lines(row.label, sheet.widths[LABEL], bold=bold, indent=1)]
        lines += [wrapped_lines(row.texts.get(c.id, ""), wide[c.id], indent=1) for c in columns]
        needed = 4.0 + line_height(10) * max(lines)
        heights[table.rows[row.key]] = min(409.0, max(_ROW, needed))
    return heights


def _charts(sheet: Page, table: Drawn) -> None:
    for chart, cells in pictures(sheet.view, sheet.name, table, sheet.top, sheet.last_column + 2):
        start = sheet.top
        sheet.charts.append(replace(chart, row=start, column=LABEL))
        taken = {(cell.row, cell.column) for cell in sheet.cells}
        sheet.cells += [cell for cell in cells if (cell.row, cell.column) not in taken]
        sheet.top += -(-chart.height // PIXELS_A_ROW)
        sheet.together.append((start, sheet.top - 1))
        sheet.air()


def write_sections(sheet: Page, sections: Sequence[Section], *, alone: bool) -> None:
    """Texts under their headings, each with whose it is and where it stands."""
    for section in sections:
        start = sheet.top
        if not alone:
            sheet.across(section.title, _HEADING, 22.0)
        for passage in section.passages:
            if len(section.passages) > 1 or alone:
                sheet.across(passage.who, _WHO, 17.0)
            first = sheet.top
            sheet.text(passage.text)
            ref = passage.at
            source = f"{SOURCE}{ref.file}, {ref.in_sheet}"
            link = sheet.view.link(ref)
            cell = PlannedCell(sheet.top, LABEL, source, style=_SOURCE, link=link)
            sheet.cells.append(cell)
            sheet.heights[sheet.top] = 10.0
            sheet.together += [(start, sheet.top), (start, first), (sheet.top - 1, sheet.top)]
            sheet.top += 1
            sheet.air()
            start = sheet.top


def pieces(text: str, width: float, size: float = 10) -> Iterable[str]:
    """A text in parts that a cell can show: cut between paragraphs, else between words.

    Joined with the line break or space that they were cut at, they are the text again.
    """
    rest = text
    while _too_tall(rest, width, size):
        room = int(TALLEST / line_height(size) * width)
        least = room // 3
        cut = max(rest.rfind("\n", least, room), 0) or max(rest.rfind(" ", least, room), 0) or room
        while _too_tall(rest[:cut], width, size):
            shorter = rest.rfind("\n", 1, cut)
            cut = shorter if shorter > 0 else cut * 3 // 4
        yield rest[:cut]
        rest = rest[cut + 1 :] if rest[cut : cut + 1] in ("\n", " ") else rest[cut:]
    yield rest


def _too_tall(text: str, width: float, size: float) -> bool:
    return look.wrapped_height(((text, width),), size, limit=10_000) > TALLEST
