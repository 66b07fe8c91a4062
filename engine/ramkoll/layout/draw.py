"""A form as sheets: the Layout, filled with the values that are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from ramkoll.layout import look
from ramkoll.layout.expr import CLOCK, Call, Name, in_words
from ramkoll.layout.formulas import form_formulas
from ramkoll.layout.layout import (
    PERSON,
    ColumnLayout,
    FieldLayout,
    SheetLayout,
)
from ramkoll.layout.places import Places, RowKey, SlotKey, TablePlace, heading
from ramkoll.model.cells import Area
from ramkoll.model.plan import (
    Choice,
    PlannedCell,
    PlanValue,
    SheetPlan,
    WorkbookPlan,
)

MAX_PROPERTY, MAX_HEADER_PART = 200, 90  # Excel takes 255, in a header for all of its parts
FIELD_LABEL_WIDTH, FIELD_WIDTH, FIELD_HELP_WIDTH = 30, 44, 64
TITLE_HEIGHT, FIELD_HEIGHT = 24.0, 17.0


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
    place = places.tables.get(sheet.table.id) if sheet.table is not None else None
    cells = list(_heading_cells(places, sheet, filling))
    plan = SheetPlan(
        name=sheet.name,
        cells=(),
        tab_colour=sheet.tab_colour or None,
        protected=True,
        header=f"&L{_header_text(filling.subtitle)}&R{_header_text(places.period.words)}",
        footer=f"&L{places.layout.name} · &A&RSida &P av &N",
    )
    if place is not None:
        cells += _table_cells(places, place, filling)
        plan = _table_page(plan, place, tuple(cells))
    else:
        cells += _field_cells(places, sheet, filling)
        widths = {1: FIELD_LABEL_WIDTH, 2: FIELD_WIDTH, 3: FIELD_HELP_WIDTH}
        choices = tuple(_field_choices(places, sheet))
        rows = (places.fields[field.id][1] for field in sheet.fields)
        heights = {1: TITLE_HEIGHT, **dict.fromkeys(rows, FIELD_HEIGHT)}
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
    for slot, column, row, at in place.slots():
        formula = formulas.get(slot)
        style = look.cell_style(place, slot.row, column, is_formula=formula is not None)
        if formula is not None:
            shown = filling.shown.get(slot)
            value = "" if shown is None else shown
            yield PlannedCell(row, at, value, formula, style)
        else:
            yield PlannedCell(row, at, filling.values.get(slot), style=style)
    yield from _notes(place)


def _row_heading(place: TablePlace, key: RowKey, row: int) -> Iterator[PlannedCell]:
    total = place.layout.total(key.line) is not None
    style = look.ROW_TOTAL if total else look.ROW_PART if key.part else look.ROW_HEAD
    series = place.series_of(key)
    texts = {
        "Serie": series.label if series else None,
        "Kod": None if total else key.line,
        "Delpost": key.part or None,
        "Benämning": place.labels.get(key),
    }
    for name, at in place.keys.items():
        yield PlannedCell(row, at, texts[name], style=style)


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


def _table_page(plan: SheetPlan, place: TablePlace, cells: tuple[PlannedCell, ...]) -> SheetPlan:
    by_id = {column.id: column for column in place.layout.columns}
    key_widths = {"Serie": 13, "Kod": 8, "Delpost": 20, "Benämning": _label_width(place)}
    widths = {at: float(key_widths[name]) for name, at in place.keys.items()}
    choices = []
    printed = list(place.keys.values())
    first, last = min(place.rows.values(), default=0), max(place.rows.values(), default=0)
    for (column_id, _), at in place.columns.items():
        column = by_id[column_id]
        widths[at] = column.width
        if column.printed:
            printed.append(at)
        if column.choices and first:
            choices.append(Choice(Area(first, at, last, at), column.choices, *_prompt(column)))
    notes = 0 if place.layout.rows == "list" else 2 + len(list(column_words(place)))
    bottom = max(last, place.header_row) + notes
    return replace(
        plan,
        widths=widths,
        heights=_heights(place, widths, cells),
        freeze=(place.header_row, max(place.keys.values(), default=0)),
        repeat_rows=(place.header_row, place.header_row),
        print_area=Area(1, 1, bottom, max(printed)),
        choices=tuple(choices),
    )


def _label_width(place: TablePlace) -> int:
    longest = max((len(label) for label in place.labels.values()), default=0)
    return min(56, max(30, longest + 2))


def _heights(
    place: TablePlace, widths: Mapping[int, float], cells: tuple[PlannedCell, ...]
) -> dict[int, float]:
    """Room for texts that wrap: not every program fits the rows by itself."""
    heights = {1: TITLE_HEIGHT, place.header_row: 32.0}
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
