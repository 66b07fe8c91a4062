"""A cell of a form that held or holds another value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ramkoll.compute.forms import in_cell_unit
from ramkoll.layout.layout import ColumnLayout
from ramkoll.layout.places import SlotKey
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import FactValue


@dataclass(frozen=True)
class Change:
    """A cell before and after. Amounts are in kronor; None is a blank cell.

    ``column`` says how the values read. It is the cell's own, but for a text whose row has changed:
    then it is that of the figure.
    """

    at: CellRef
    slot: SlotKey
    column: ColumnLayout
    before: FactValue | None
    after: FactValue | None

    @property
    def change(self) -> Decimal | None:
        """After less before; None where one of them is a text."""
        if isinstance(self.before, str) or isinstance(self.after, str):
            return None
        return (self.after or Decimal(0)) - (self.before or Decimal(0))

    @property
    def kronor(self) -> Decimal:
        """How many kronor it is about, never negative; 0 for what is no amount."""
        change = self.change if self.column.unit.kronor is not None else None
        return abs(change) if change is not None else Decimal(0)

    @property
    def in_cell(self) -> Decimal | str | date | None:
        """The new value in the unit of the cell's heading."""
        if isinstance(self.after, str) and self.column.kind == "date":
            return date.fromisoformat(self.after)
        return in_cell_unit(self.after, self.column)
