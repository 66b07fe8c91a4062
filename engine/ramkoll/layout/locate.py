"""Finding everything in a workbook that was filled: by labels and headings, never by address.

Rows are known by their code or sum label, columns by their heading, fields by their label, so
that moved and inserted rows are read right and reported. Nothing raises on bad data: what is
not as the form has it becomes an Irregularity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ramkoll.layout.find import find_table
from ramkoll.layout.form import STRUCTURE, Form, Irregular, Irregularity
from ramkoll.layout.formulas import form_formulas, same_formula
from ramkoll.layout.identify import FORM_FIELD, UnknownForm, folded_label, value_offset
from ramkoll.layout.layout import ColumnLayout, Layout, SheetLayout
from ramkoll.layout.places import Places, RowKey, SlotKey, TablePlace
from ramkoll.layout.search import filled_rows
from ramkoll.layout.typed import NotANumber, date_in, leads_out, number_in, text_in
from ramkoll.model.cells import BLANK_CELL, Cell, CellKind, CellRef
from ramkoll.model.facts import Fact, Facts, FactValue, Read
from ramkoll.model.period import Period
from ramkoll.model.register import Register
from ramkoll.model.workbook import Submission

SHEETS_FIELD = "sheets"
PERIOD_FIELDS = {"year": range(1901, 2200), "month": range(1, 13)}
MOST_RELATED = 20  # cells named beside the first


@dataclass
class _Reading:
    """What one pass over a form gathers."""

    facts: list[Fact] = field(default_factory=list)
    shown: dict[SlotKey, Cell] = field(default_factory=dict)
    irregular: list[Irregularity] = field(default_factory=list)
    changed: list[CellRef] = field(default_factory=list)
    errors: list[Irregularity] = field(default_factory=list)


def locate(submission: Submission, layout: Layout, register: Register | None) -> Form:
    """The facts, slots and irregularities of a workbook that follows the layout.

    Without a register the rows are taken as they stand in the form. Raises UnknownForm when
    the form's period cannot be read: without it no column can be known.
    """
    reading = _Reading()
    positions, cells = _fields(submission, layout, reading)
    period = _period(submission, positions, cells)
    enhet = _enhet(submission, layout, positions, cells)
    tables: dict[str, TablePlace] = {}
    reading.irregular += _missing_sheets(submission, layout, cells, register, enhet)
    for sheet_layout in layout.sheets:
        sheet = submission.sheet(sheet_layout.name)
        if sheet is None or not sheet_layout.tables:
            continue
        rows = filled_rows(sheet)
        for table, below in pairwise((*sheet_layout.tables, None)):
            assert table is not None
            found = find_table(submission.file, sheet, rows, table, period, enhet, register, below)
            reading.irregular += found.irregular
            if found.place is not None:
                tables[table.id] = found.place
    places = Places(submission.file, layout, enhet, period, positions, tables)
    formulas = form_formulas(places)
    for place in tables.values():
        _read_table(submission, places, place, formulas, reading)
    _say_causes_once(reading)
    return Form(
        places,
        submission.sha256,
        cells,
        Facts(reading.facts),
        reading.shown,
        tuple(reading.irregular),
    )


def _missing_sheets(
    submission: Submission,
    layout: Layout,
    cells: dict[str, Cell],
    register: Register | None,
    enhet: str,
) -> Iterator[Irregularity]:
    """Sheets that the workbook should have: always, by its own list, or since a sister is there.

    Sheets that need the same extract are handed out together. A rapportör has those that the
    register gives it; without a register the workbook's own list has to do.
    """
    listed = text_in(cells.get(SHEETS_FIELD, BLANK_CELL)).split(",")
    claimed = {folded_label(name) for name in listed if name.strip()}
    there = {each.needs for each in layout.sheets if submission.sheet(each.name) is not None}
    reporter = register.reporter(enhet) if register is not None else None
    own = {folded_label(name) for name in reporter.sheets} if reporter is not None else set()
    if register is None and claimed:
        own = claimed
    for each in layout.sheets:
        needed = not each.needs or each.needs in there or folded_label(each.name) in claimed
        if own and not each.fields:
            needed = folded_label(each.name) in own
        if needed and submission.sheet(each.name) is None:
            at = CellRef.whole_file(submission.file, _renamed(submission, layout, each))
            yield Irregularity(Irregular.SHEET_MISSING, at, {"blad": each.name})


def _renamed(submission: Submission, layout: Layout, missing: SheetLayout) -> str:
    """The sheet that has the missing one's title under another name; empty when none has."""
    known = {folded_label(each.name) for each in layout.sheets}
    begins = folded_label(missing.title.partition("{")[0])
    for sheet in submission.sheets:
        if folded_label(sheet.name) not in known and folded_label(
            text_in(sheet.cell(1, 1))
        ).startswith(begins):
            return sheet.name
    return ""


def _say_causes_once(reading: _Reading) -> None:
    """Leave out what only follows from something else that is said.

    An error value spreads through formulas to every sum; formulas that pointed at a row or a
    column that is gone or double have changed with it.
    """
    other = [e for e in reading.irregular if e.kind is Irregular.COLUMN_OTHER_PERIOD]
    if other:
        # One wrong period on Start makes every heading one of another period.
        gone = (Irregular.COLUMN_OTHER_PERIOD, Irregular.COLUMN_MISSING)
        reading.irregular = [each for each in reading.irregular if each.kind not in gone]
        related = tuple(each.at for each in other[1:])
        reading.irregular.append(replace(other[0], related=related))
    kinds = {each.kind for each in reading.irregular}
    torn = bool(kinds & STRUCTURE)
    if reading.errors and not torn and Irregular.ERROR_CELL not in kinds:
        first, rest = reading.errors[0], reading.errors[1:]
        related = tuple(each.at for each in rest[:MOST_RELATED])
        reading.irregular.append(replace(first, related=related))
    if reading.changed or torn:
        # That rows have moved is the lightest thing to say of them.
        moved = Irregular.ROWS_MOVED
        reading.irregular = [each for each in reading.irregular if each.kind is not moved]
    if reading.changed and not torn:
        one, sheets = len(reading.changed) == 1, dict.fromkeys(r.sheet for r in reading.changed)
        facts = {
            "antal": "En formel" if one else f"{len(reading.changed)} formler",
            "blad": " och bladet ".join(sheets),
        }
        first_ref, *more = reading.changed
        reading.irregular.append(
            Irregularity(Irregular.FORMULA_CHANGED, first_ref, facts, tuple(more[:MOST_RELATED]))
        )


def _fields(
    submission: Submission, layout: Layout, reading: _Reading
) -> tuple[dict[str, tuple[str, int, int]], dict[str, Cell]]:
    positions: dict[str, tuple[str, int, int]] = {}
    cells: dict[str, Cell] = {}
    for sheet_layout in layout.sheets:
        sheet = submission.sheet(sheet_layout.name)
        if not sheet_layout.fields or sheet is None:
            continue
        by_label: dict[str, tuple[int, int]] = {}
        for (row, column), cell in sorted(sheet.cells.items()):
            if cell.kind is CellKind.TEXT:
                by_label.setdefault(folded_label(str(cell.value)), (row, column))
        form_label = next((f.label for f in sheet_layout.fields if f.id == FORM_FIELD), "")
        form_at = by_label.get(folded_label(form_label))
        offset = value_offset(sheet, *form_at) if form_at else 1
        for each in sheet_layout.fields:
            at_label = by_label.get(folded_label(each.label))
            if at_label is None:
                at = CellRef.whole_file(submission.file, sheet.name)
                facts = {"uppgift": each.label}
                reading.irregular.append(Irregularity(Irregular.FIELD_MISSING, at, facts))
                continue
            row, column = at_label[0], at_label[1] + offset
            positions[each.id] = (sheet.name, row, column)
            cells[each.id] = sheet.cell(row, column)
            ref = CellRef(submission.file, sheet.name, row, column)
            value = _field_irregularity(each.kind, cells[each.id], ref, each.label)
            reading.irregular += value
    return positions, cells


def _field_irregularity(kind: str, cell: Cell, ref: CellRef, label: str) -> list[Irregularity]:
    if kind == "number":
        wrong = number_in(cell)
        if isinstance(wrong, NotANumber):
            return [_not_a_number(wrong, ref, label)]
    elif cell.kind is CellKind.ERROR:
        return [Irregularity(Irregular.ERROR_CELL, ref, {"värde": cell.value, "vad": label})]
    return []


def _period(
    submission: Submission, positions: dict[str, tuple[str, int, int]], cells: dict[str, Cell]
) -> Period:
    numbers: dict[str, int] = {}
    for each, allowed in PERIOD_FIELDS.items():
        number = number_in(cells.get(each, BLANK_CELL))
        if isinstance(number, NotANumber):
            number = number.meant  # «2024» as text: reported, and meant all the same
        if number is None or number % 1 or int(number) not in allowed:
            raise UnknownForm(
                "Perioden går inte att läsa.",
                at=_field_at(submission, positions, each),
                expected="årtal och månad (1–12) som tal i var sin cell",
                todo="Skriv till exempel 2024 och 8.",
            )
        numbers[each] = int(number)
    return Period(numbers["year"], numbers["month"])


def _enhet(
    submission: Submission,
    layout: Layout,
    positions: dict[str, tuple[str, int, int]],
    cells: dict[str, Cell],
) -> str:
    """The unit's code. UnknownForm when a form that is about a unit does not say which."""
    cell = cells.get("enhet", BLANK_CELL)
    code = "" if cell.kind is CellKind.ERROR else text_in(cell)
    if not code and any(each.id == "enhet" for sheet in layout.sheets for each in sheet.fields):
        raise UnknownForm(
            "Enhetens kod går inte att läsa.",
            at=_field_at(submission, positions, "enhet"),
            expected="koden i cellen efter «Enhet (kod)»",
            todo="Skriv koden som den står i ramarbetsboken.",
        )
    return code


def _field_at(
    submission: Submission, positions: dict[str, tuple[str, int, int]], field_id: str
) -> CellRef:
    """A field's cell; its sheet when the field is not there."""
    if field_id in positions:
        return CellRef(submission.file, *positions[field_id])
    sheet = next((name for name, _, _ in positions.values()), "")
    return CellRef.whole_file(submission.file, sheet)


def _read_table(
    submission: Submission,
    places: Places,
    place: TablePlace,
    formulas: Mapping[SlotKey, str],
    reading: _Reading,
) -> None:
    sheet = submission.sheet(place.sheet)
    assert sheet is not None
    cells = sheet.cells
    for slot, column, row, at in place.slots():
        cell = cells.get((row, at), BLANK_CELL)
        expected = formulas.get(slot)
        if expected is None:
            blank = cell is BLANK_CELL or cell.is_blank
            if not blank and place.layout.takes(slot.row.line, column):
                ref = CellRef(places.file, place.sheet, row, at)
                _read_slot(places, place, slot, column, cell, ref, reading)
            continue
        reading.shown[slot] = cell
        own = cell.formula is not None and same_formula(cell.formula, expected)
        if cell.formula is not None and not own:
            reading.changed.append(CellRef(places.file, place.sheet, row, at))
        if cell.kind is CellKind.ERROR:
            ref = CellRef(places.file, place.sheet, row, at)
            error = _amiss(Irregular.ERROR_CELL, ref, place, slot, column, värde=cell.value)
            (reading.errors if own else reading.irregular).append(error)
    _merged(submission, place, reading)


def _read_slot(
    places: Places,
    place: TablePlace,
    slot: SlotKey,
    column: ColumnLayout,
    cell: Cell,
    ref: CellRef,
    reading: _Reading,
) -> None:
    if cell.formula is not None and leads_out(cell.formula):
        reading.irregular.append(_amiss(Irregular.LINKED, ref, place, slot, column))
    value: FactValue | None = None
    unit = column.unit
    if cell.kind is CellKind.ERROR:
        error = _amiss(Irregular.ERROR_CELL, ref, place, slot, column, värde=cell.value)
        reading.irregular.append(error)
    elif column.kind == "number":
        number = number_in(cell)
        if isinstance(number, NotANumber):
            if place.layout.protected:  # findings travel further than the workbook does
                number = NotANumber(number.kind, "värdet visas inte här")
            what = _what(place, slot.row, column)
            reading.irregular.append(_not_a_number(number, ref, what))
        elif number is not None:
            kronor, unit = column.kronor, column.fact_unit
            value = number if kronor is None else number * kronor
    elif column.kind == "date":
        day = date_in(cell)
        if isinstance(day, NotANumber):
            none = _amiss(Irregular.NOT_DATE, ref, place, slot, column, text=day.shown)
            reading.irregular.append(none)
        elif day is not None:
            value = day.isoformat()
    else:
        value = text_in(cell) or None
    if value is not None:
        reading.facts.append(Fact(places.fact_key(slot), value, unit, Read(ref)))


def _amiss(
    kind: Irregular,
    ref: CellRef,
    place: TablePlace,
    slot: SlotKey,
    column: ColumnLayout,
    **facts: object,
) -> Irregularity:
    return Irregularity(kind, ref, {**facts, "vad": _what(place, slot.row, column)})


def _not_a_number(wrong: NotANumber, ref: CellRef, what: str) -> Irregularity:
    if wrong.kind is CellKind.ERROR:
        return Irregularity(Irregular.ERROR_CELL, ref, {"värde": wrong.shown, "vad": what})
    facts = {"text": wrong.shown, "vad": what, "menat": wrong.meant}
    kind = Irregular.NOT_NUMBER if wrong.meant is None else Irregular.TEXT_NUMBER
    return Irregularity(kind, ref, facts)


def _merged(submission: Submission, place: TablePlace, reading: _Reading) -> None:
    sheet = submission.sheet(place.sheet)
    assert sheet is not None
    rows, columns = set(place.rows.values()), set(place.columns.values())
    for area in sheet.merged:
        if rows & set(range(area.top, area.bottom + 1)) and columns & set(
            range(area.left, area.right + 1)
        ):
            at = CellRef(submission.file, sheet.name, area.top, area.left)
            facts = {"område": area.address}
            reading.irregular.append(Irregularity(Irregular.MERGED, at, facts))


def _what(place: TablePlace, row: RowKey, column: ColumnLayout) -> str:
    if place.layout.rows != "list":
        return place.labels.get(row, row.line)
    said = "En månads belopp" if column.repeat else column.words or column.heading
    return said[:1].upper() + said[1:]
