"""What people have written in the workbooks that a new distribution would replace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from ramkoll.compute.forms import in_cell_unit
from ramkoll.excel.scan import scan
from ramkoll.layout.draw import Filling
from ramkoll.layout.form import Form
from ramkoll.layout.identify import identify
from ramkoll.layout.layout import PERSON
from ramkoll.layout.locate import locate
from ramkoll.layout.places import Places
from ramkoll.layout.typed import NotANumber, number_in, text_in
from ramkoll.model.cells import CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import PlanValue
from ramkoll.pipeline.frame_book import Records
from ramkoll.sheets.returned import without_own_sheet
from ramkoll.store.layouts import Layouts

NAMED = 5  # cells named before the rest are only counted


def refuse_to_lose(
    out: Path,
    filled: Mapping[str, tuple[Places, Filling]],
    old_frame: Form | None,
    records: Records,
    layouts: Layouts,
) -> None:
    """Raise RamkollError when a workbook in ``out`` holds what people wrote and we would not.

    ``filled`` are the new workbooks by file name, ``records`` the new frame workbook's lists.
    """
    lost = [ref for file, (_, new) in filled.items() for ref in _lost(out / file, new, layouts)]
    if old_frame is not None:
        lost += _lost_rows(old_frame, records)
    if lost:
        raise RamkollError(
            f"{would_be_lost(lost)} Inget har skrivits.",
            where=str(out),
            todo="Välj en annan mapp efter --out, eller skriv över med --force.",
        )


def would_be_lost(lost: Sequence[CellRef]) -> str:
    """The sentence that names a few of the cells, and counts the rest."""
    named = ", ".join(str(ref) for ref in lost[:NAMED])
    more = f" och {len(lost) - NAMED} till" if len(lost) > NAMED else ""
    return f"Där finns uppgifter som skulle gå förlorade: {named}{more}."


def _lost(path: Path, new: Filling, layouts: Layouts) -> Iterator[CellRef]:
    if not path.exists():
        return
    submission = without_own_sheet(scan(path))
    old = locate(submission, identify(submission, layouts.forms), None)
    ours = {sheet.name.casefold() for sheet in old.places.layout.sheets}
    for own in submission.sheets:
        if own.name.casefold() not in ours and own.cells:
            yield CellRef.whole_file(path.name, own.name)
    for sheet in old.places.layout.sheets:
        for field in sheet.fields:
            if field.fill == PERSON and field.id in old.fields:
                cell = old.fields[field.id]
                if not cell.is_blank and not _same(
                    number_in(cell), text_in(cell), new.fields.get(field.id)
                ):
                    yield old.places.field_ref(field.id)
    for slot, cell in old.shown.items():
        if cell.formula is None and not cell.is_blank:  # typed over a formula
            yield old.places.ref(slot)
    for place in old.places.tables.values():
        for slot, column, _, _ in place.slots():
            if column.fill != PERSON:
                continue
            fact = old.facts.get(old.places.fact_key(slot))
            if fact is not None:
                value = in_cell_unit(fact.value, column)
                written = new.values.get(slot)
                if value != (written.isoformat() if isinstance(written, date) else written):
                    yield old.places.ref(slot)


def _same(number: Decimal | NotANumber | None, text: str, value: PlanValue) -> bool:
    if isinstance(value, Decimal):
        return number == value
    return text == ("" if value is None else str(value))


# What makes a row of a list the same row, by which a person's own change is seen.
_ROWS = {
    "decisions": ("decision", "enhet", "amount"),
    "enheter": ("code", "name", "area", "valid_from", "predecessors"),
    "groups": ("code", "name", "kind"),
    "controls": ("enhet", "measure", "year", "month", "amount"),
    "reporters": ("code", "name", "form", "enheter", "sheets"),
}


def _lost_rows(old: Form, records: Records) -> Iterator[CellRef]:
    """Rows of the frame workbook's lists that the new one would not have."""
    for table, columns in _ROWS.items():
        new = {tuple(_text(row.get(column)) for column in columns) for row in records[table]}
        place = old.places.tables.get(table)
        for row in old.facts.records(table):
            values = []
            for name in columns:
                fact = row.columns.get(name)
                column = place.layout.column(name) if place else None
                shown = in_cell_unit(fact.value, column) if fact and column else None
                values.append(_text(shown))
            if tuple(values) not in new:
                yield row.at


def _text(value: PlanValue) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return "" if value is None else str(value)
