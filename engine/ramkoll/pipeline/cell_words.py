"""A cell of a form and what it holds, in the words that the form prints."""

from __future__ import annotations

from decimal import Decimal

from ramkoll.layout.layout import ColumnLayout
from ramkoll.layout.places import SlotKey, heading
from ramkoll.model.facts import FactValue
from ramkoll.model.units import MINUS, swedish_amount
from ramkoll.pipeline.changes import Change
from ramkoll.rules.shown import in_column
from ramkoll.rules.views import FormView

BLANK = "tomt"
CHECK_TEXT = "kontrollera texten"


def slot_words(view: FormView, slot: SlotKey) -> str:
    """A cell by its row and column as the form prints them: ``Konsultkostnader, Avvikelse``."""
    place = view.form.places.tables[slot.table]
    column = place.layout.column(slot.column)
    assert column is not None
    series = place.series_of(slot.row)
    label = place.labels.get(slot.row, "")
    if place.layout.rows == "list":
        label = f"rad {place.header_row + int(slot.row.line)}"
    title = " ".join(heading(column, slot.month, view.period).split())
    return ", ".join(filter(None, (series.label if series else "", label, title)))


def value_words(value: FactValue | None, column: ColumnLayout) -> str:
    """A value in words; amounts come in kronor and are said as the column's heading has them."""
    if value is None:
        return BLANK
    if isinstance(value, str):
        return value
    if column.unit.kronor is not None:
        return swedish_amount(value, column.unit)
    return in_column(value, column)


def change_words(change: Decimal | None, column: ColumnLayout) -> str:
    """A difference with its sign, plus too; empty for what is no number."""
    if change is None:
        return ""
    said = value_words(change, column)
    return said if not change or said.startswith(MINUS) else f"+{said}"


def moved_words(each: Change) -> str:
    """Why a text is to be read again: ``utfall har ändrats från −5 tkr till −6 tkr``."""
    one, other = (value_words(value, each.column) for value in (each.before, each.after))
    return f"{each.column.words or 'beloppet'} har ändrats från {one} till {other}"
