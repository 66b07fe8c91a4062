"""The rows of a form's lists as rules look at them: values, and cells also where they are blank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ramkoll.layout.places import RowKey, SlotKey
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Record
from ramkoll.model.units import MINUS, NO_BREAK_SPACE
from ramkoll.rules.views import FormView

MOST_NAMED = 4


@dataclass(frozen=True)
class ListRow:
    """One filled row of a list, with the computed columns. Amounts are in kronor."""

    view: FormView
    table: str
    record: Record

    def text(self, column: str) -> str:
        """The text of a column; empty when not filled."""
        return self.record.text(column)

    def number(self, column: str) -> Decimal | None:
        """The number of a column; None when not filled."""
        return self.record.number(column)

    def at(self, column: str) -> CellRef:
        """The cell of a column, filled or not; where the row begins if it has no such column."""
        place = self.view.table(self.table)
        if place is None or (column, 0) not in place.columns:
            return self.record.at
        return self.view.form.places.ref(SlotKey(self.table, RowKey(self.record.line), column))

    def says(self, column: str) -> bool:
        """Whether a text says something: a dash or a dot does not."""
        return any(character.isalnum() for character in self.text(column))

    @property
    def enhet(self) -> str:
        """The code of the unit that the row is about; the workbook's own where it says none."""
        return self.text("enhet") or self.view.form.enhet

    def named(self, *columns: str) -> str:
        """The first columns that say something, as a message names the row."""
        words = [self.text(column) for column in columns if self.says(column)]
        name = " ".join(words[:2])
        return name if len(name) <= 60 else f"{name[:59].rstrip()}…"


def list_rows(view: FormView, table: str) -> Iterator[ListRow]:
    """The rows of a list in which somebody has written more than whose they are."""
    computed = {r.line: r.columns for r in view.computed.facts.records(table)}
    for record in view.form.facts.records(table):
        if record.columns.keys() - {"enhet"}:
            columns = {**record.columns, **computed.get(record.line, {})}
            yield ListRow(view, table, Record(record.line, columns))


def enumerated(names: Sequence[str]) -> str:
    """Names for a message: the first ones, and a sign that there are more."""
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def plain_number(value: Decimal | None, unit: str = "") -> str:
    """A number as it was typed, with decimal comma and its unit: ``5,7 %``."""
    if value is None:
        return "tomt"
    text = f"{abs(value).normalize():,f}".replace(",", NO_BREAK_SPACE).replace(".", ",")
    after = f"{NO_BREAK_SPACE}{unit}" if unit else ""
    return (MINUS if value < 0 else "") + text + after
