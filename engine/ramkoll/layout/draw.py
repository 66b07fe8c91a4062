"""A form as sheets: the Layout, filled with the values that are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from ramkoll.layout import look
from ramkoll.layout.expr import CLOCK, Call, Name
from ramkoll.layout.expr_words import in_words
from ramkoll.layout.formulas import form_formulas
from ramkoll.layout.layout import (
    PERSON,
    ColumnLayout,
    FieldLayout,
    SheetLayout,
)
from ramkoll.layout.places import Places, RowKey, SlotKey, TablePlace, heading
from ramkoll.layout.wrapping import column_pixels
from ramkoll.model.cells import Area
from ramkoll.model.plan import (
    Choice,
    PlannedCell,
    PlanValue,
    SheetPlan,
    Style,
    WorkbookPlan,
)

MAX_PROPERTY, MAX_HEADER_PART = 200, 80  # Excel takes 255, in a header for all of its parts
FIELD_LABEL_WIDTH, FIELD_WIDTH, FIELD_HELP_WIDTH = 30, 44, 64
TITLE_HEIGHT, FIELD_HEIGHT = 24.0, 17.0
WIDEST_PORTRAIT = 760.0  # pixels: a wider sheet would be hard to read on A4 standing up
SPARE_PRINTED = 5  # empty rows of a list that are printed below the last filled one


@dataclass(frozen=True)
class Filling:
    """What a form is filled with. ``values`` and ``shown`` are in each cell's own unit;
    ``shown`` are the values that formulas must show."""

    fields: Mapping[str, PlanValue]
    values: Mapping[SlotKey, PlanValue]
    shown: Mapping[SlotKey, PlanValue]
    subtitle: str


def draw(places: Places, filling: Filling, created: datetime) -> WorkbookPlan:
    """The workbook of a form."""
    placeholders = places.period.placeholders()
    drawn = [_sheet(places, sheet, filling) for sheet in places.sheets()]
    title = places.layout.title.format(**placeholders)
    return WorkbookPlan(
        sheets=tuple(drawn),
        created=created,
        title=_shortened(f"{title} {filling.subtitle}".strip(), MAX_PROPERTY),
        comments=f"Formulär {places.layout.name}",
    )


def _sheet(places: Places, sheet: SheetLayout, filling: Filling) -> SheetPlan:
    found = [places.tables[table.id] for table in sheet.tables if table.id in places.tables]
    cells = list(_heading_cells(places, sheet, filling))
    plan = SheetPlan(
        name=sheet.name,
        cells=(),
        tab_colour=sheet.tab_colour or None,
        protected=True,
        header=f"&L{look.PAGE_FONT}{_header_text(filling.subtitle)}"
        f"&R{look.PAGE_FONT}{_header_text(places.period.words)}",
        footer=f"&L{look.PAGE_FONT}{places.layout.name} · &A&R{look.PAGE_FONT}Sida &P av &N",
    )
    if found:
        for place in found:
            cells += _table_cells(places, place, filling)
        cells += _notes(found[-1])
        plan = _table_page(plan, found, tuple(cells))
    else:
        cells += _field_cells(places, sheet, filling)
        widths = {1: FIELD_LABEL_WIDTH, 2: FIELD_WIDTH, 3: FIELD_HELP_WIDTH}
        choices = tuple(_field_choices(places, sheet))
        heights = {1: TITLE_HEIGHT, **dict(_field_heights(places, sheet, filling))}
        plan = replace(plan, widths=widths, heights=heights, choices=choices)
    return replace(plan, cells=tuple(cells))


def _heading_cells(places: Places, sheet: SheetLayout, filling: Filling) -> Iterator[PlannedCell]:
    title = sheet.title.format(**places.period.placeholders())
    yield PlannedCell(1, 1, title, style=look.TITLE)
    if filling.subtitle:
        yield PlannedCell(2, 1, filling.subtitle, style=look.SUBTITLE)
    for n, line in enumerate(sheet.intro):
        yield PlannedCell(3 + n, 1, line, style=look.HELP)


def _field_cells(places: Places, sheet: SheetLayout, filling: Filling) -> Iterator[PlannedCell]:
    for field in sheet.fields:
        _, row, column = places.fields[field.id]
        yield PlannedCell(row, column - 1, field.label, style=look.FIELD_LABEL)
        style = look.field_style(field.kind, by_person=field.fill == PERSON)
        yield PlannedCell(row, column, filling.fields.get(field.id), style=style)
        if field.help:
            yield PlannedCell(row, column + 1, field.help, style=look.FIELD_HELP)


def _field_heights(
    places: Places, sheet: SheetLayout, filling: Filling
) -> Iterator[tuple[int, float]]:
    """Each field's row with room for what it holds."""
    for field in sheet.fields:
        _, row, _ = places.fields[field.id]
        value = filling.fields.get(field.id)
        text = value if isinstance(value, str) else ""
        yield row, max(FIELD_HEIGHT, look.wrapped_height(((text, FIELD_WIDTH),)))


def _field_choices(places: Places, sheet: SheetLayout) -> Iterator[Choice]:
    for field in sheet.fields:
        if field.choices:
            _, row, column = places.fields[field.id]
            yield Choice(Area(row, column, row, column), field.choices, *_prompt(field))


def _prompt(of: FieldLayout | ColumnLayout) -> tuple[str, str]:
    return ("", of.help[:255])


def _table_cells(places: Places, place: TablePlace, filling: Filling) -> Iterator[PlannedCell]:
    by_id = {column.id: column for column in place.layout.columns}
    for name, at in place.keys.items():
        yield PlannedCell(place.header_row, at, name, style=look.HEADER_TEXT)
    for (column_id, month), at in place.columns.items():
        column = by_id[column_id]
        text = heading(column, month, places.period)
        style = look.header_style(column.kind)
        yield PlannedCell(place.header_row, at, text, style=style)
        if place.layout.month_numbers and month:
            yield PlannedCell(place.number_row, at, Decimal(month), style=look.MONTH_NUMBER)
    if place.layout.month_numbers:
        yield PlannedCell(place.number_row, 1, "Månad nr", style=look.HELP)
    for row_key, row in place.rows.items():
        yield from _row_heading(place, row_key, row)
    formulas = form_formulas(places)
    styles: dict[tuple[str, bool, bool, bool], Style] = {}
    for slot, column, row, at in place.slots():
        formula = formulas.get(slot)
        total = place.layout.total(slot.row.line) is not None
        # The style goes by these alone; making one anew for each cell takes long.
        of = (column.id, total, bool(slot.row.part), formula is not None)
        if of not in styles:
            styles[of] = look.cell_style(place, slot.row, column, is_formula=formula is not None)
        style = styles[of]
        if formula is not None:
            shown = filling.shown.get(slot)
            value = "" if shown is None else shown
            yield PlannedCell(row, at, value, formula, style)
        else:
            yield PlannedCell(row, at, filling.values.get(slot), style=style)


def _row_heading(place: TablePlace, key: RowKey, row: int) -> Iterator[PlannedCell]:
    total = place.layout.total(key.line) is not None
    style = look.ROW_TOTAL if total else look.ROW_PART if key.part else look.ROW_HEAD
    series = place.series_of(key)
    if place.layout.row_height:
        style = replace(style, vertical="top")
    texts = {
        "Serie": series.label if series else None,
        "Kod": None if total else key.line,
        "Delpost": key.part or None,
        "Benämning": place.labels.get(key),
    }
    for name, at in place.keys.items():
        yield PlannedCell(row, at, texts.get(name, place.labels.get(key)), style=style)


def _notes(place: TablePlace) -> Iterator[PlannedCell]:
    if place.layout.rows == "list":
        return
    at = max(place.rows.values(), default=place.header_row) + 2
    for line in column_words(place):
        yield PlannedCell(at, 1, line, style=look.NOTE)
        at += 1


@dataclass(frozen=True)
class _Headings:
    place: TablePlace

    def words(self, name: Name) -> str:
        if name.column in CLOCK:
            return {"month": "antal månader hittills", "months_left": "månader kvar"}[name.column]
        if name.table == "economy":
            return "utfall"
        series = next((s for s in self.place.series if s.layout.id == name.column), None)
        if series is not None:
            return series.label.lower()
        column = self.place.layout.column(name.column)
        return (column.words or column.heading.lower()) if column else "månaderna"


def column_words(place: TablePlace) -> Iterator[str]:
    """Each computed column of a table as a sentence: ``Avvikelse = utfall − budget``."""
    for column in place.layout.columns:
        if column.expr is not None and not (column.repeat or place.series):
            if isinstance(column.expr, Call) and column.expr.function == "ytd":
                continue  # the heading says it: Utfall jan–aug
            title = (column.words or column.heading.lower()).capitalize()
            yield f"{title} = {in_words(column.expr, _Headings(place))}"


def _table_page(
    plan: SheetPlan, found: Sequence[TablePlace], cells: tuple[PlannedCell, ...]
) -> SheetPlan:
    widths: dict[int, float] = {}
    choices: list[Choice] = []
    printed: set[int] = set()
    for place in found:
        by_id = {column.id: column for column in place.layout.columns}
        key_widths = {"Serie": 13, "Kod": 8, "Delpost": 20}
        for name, at in place.keys.items():
            own = place.layout.row_width or _label_width(place)
            widths[at] = max(widths.get(at, 0.0), float(key_widths.get(name, own)))
        printed |= set(place.keys.values())
        first, last = min(place.rows.values(), default=0), max(place.rows.values(), default=0)
        for (column_id, _), at in place.columns.items():
            column = by_id[column_id]
            widths[at] = max(widths.get(at, 0.0), column.width)
            if column.printed:
                printed.add(at)
            if column.choices and first:
                area = Area(first, at, last, at)
                choices.append(Choice(area, column.choices, *_prompt(column)))
    last_place = found[-1]
    notes = 0 if last_place.layout.rows == "list" else 2 + len(list(column_words(last_place)))
    bottom = max(_last_printed_row(last_place, cells), *(p.header_row for p in found)) + notes
    heights: dict[int, float] = {}
    for place in found:
        heights |= _heights(place, widths, cells)
    alone = len(found) == 1
    header = last_place.header_row
    return replace(
        plan,
        widths=widths,
        heights=heights,
        landscape=sum(column_pixels(widths[at]) for at in printed) > WIDEST_PORTRAIT,
        freeze=(header, max(last_place.keys.values(), default=0)) if alone else None,
        repeat_rows=(header, header) if alone else None,
        print_area=Area(1, 1, bottom, max(printed)),
        choices=tuple(choices),
    )


def _last_printed_row(place: TablePlace, cells: Sequence[PlannedCell]) -> int:
    """A list's last row that holds anything, and a few below it: the spare rows are not printed."""
    last = max(place.rows.values(), default=place.header_row)
    if place.layout.rows != "list":
        return last
    filled = (cell.row for cell in cells if cell.value not in (None, "") and cell.formula is None)
    return min(last, max((*filled, place.header_row)) + SPARE_PRINTED)


def _label_width(place: TablePlace) -> int:
    longest = max((len(label) for label in place.labels.values()), default=0)
    return min(56, max(30, longest + 2))


def _heights(
    place: TablePlace, widths: Mapping[int, float], cells: tuple[PlannedCell, ...]
) -> dict[int, float]:
    """Room for texts that wrap: not every program fits the rows by itself."""
    headings = [
        (str(cell.value or ""), widths[cell.column], cell.style)
        for cell in cells
        if cell.row == place.header_row
    ]
    heights = {1: TITLE_HEIGHT, place.header_row: look.header_height(headings)}
    if place.layout.row_height:
        heights |= dict.fromkeys(place.rows.values(), place.layout.row_height)
    for cell in cells:
        if cell.row > place.header_row and cell.style.wrap and isinstance(cell.value, str):
            needed = look.wrapped_height(((cell.value, widths[cell.column]),))
            if needed > look.wrapped_height(()):
                heights[cell.row] = max(needed, heights.get(cell.row, 0.0))
    return heights


def _header_text(text: str) -> str:
    """Page headers read & as a code; doubled it is an ampersand."""
    return _shortened(text, MAX_HEADER_PART).replace("&", "&&")


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
