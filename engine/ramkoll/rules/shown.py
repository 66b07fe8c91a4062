"""What a form's formula cells show, against what the engine computed for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ramkoll.compute.forms import Computed
from ramkoll.layout.form import Form
from ramkoll.layout.formulas import form_formulas, same_formula
from ramkoll.layout.layout import ColumnLayout, TotalLayout
from ramkoll.layout.places import RowKey, SlotKey, TablePlace, heading
from ramkoll.layout.typed import NotANumber, number_in
from ramkoll.model.cells import Cell, CellKind, CellRef
from ramkoll.model.units import NO_BREAK_SPACE, Unit, swedish_number
from ramkoll.rules.rule import amount_in_words

CLOSE = Decimal("1e-9")  # relative
HALF_ORE = Decimal("0.005")  # kronor


class Became(StrEnum):
    """What stands in a formula's cell, as the end of a sentence."""

    NUMBER = "formeln är ersatt av ett tal"
    TEXT = "formeln är ersatt av en text"
    DELETED = "formeln är raderad"
    CHANGED = "formeln är ändrad"
    KEPT = "formeln är formulärets"


@dataclass(frozen=True)
class Shown:
    """A formula cell that lacks the form's formula, or shows another value than it gives.

    ``expected`` and ``value`` are kronor for amounts and ratios for percentages; None is blank.
    """

    slot: SlotKey
    at: CellRef
    place: TablePlace
    column: ColumnLayout
    heading: str
    total: TotalLayout | None
    became: Became
    expected: Decimal | None
    value: Decimal | None
    text: str = ""
    formula: str = ""

    @property
    def same(self) -> bool:
        """Whether the cell shows what the form's formula gives."""
        return not self.text and _close(self.value, self.expected, self.column)

    @property
    def cause(self) -> bool:
        """Whether the cell itself is at fault for another value than the form's formula gives."""
        return self.became is not Became.KEPT and not self.same

    @property
    def foreign_rows(self) -> tuple[RowKey, ...]:
        """The rows that a sum row's formula adds although they do not belong to the sum."""
        area = re.search(r"SUM\(\$?[A-Z]+\$?(\d+):\$?[A-Z]+\$?(\d+)\)", self.formula)
        if area is None or self.total is None or self.total.of:
            return ()
        own = self.place.group_rows(self.total.kind, self.slot.row.series)
        added = range(int(area[1]), int(area[2]) + 1)
        return tuple(k for k, row in self.place.rows.items() if row in added and k not in own)

    @property
    def effect(self) -> Decimal | None:
        """How many kronor the cell is off; None for what is no amount."""
        if self.column.unit.kronor is None:
            return None
        return abs((self.value or Decimal(0)) - (self.expected or Decimal(0)))

    @property
    def row(self) -> str:
        """The row as the form prints it, with its series."""
        if self.place.layout.rows == "list":
            return f"Rad {self.place.rows[self.slot.row]}"
        label = self.place.labels.get(self.slot.row, self.slot.row.line)
        series = self.place.series_of(self.slot.row)
        return f"{series.label}, {label}" if series else label

    @property
    def found_words(self) -> str:
        """What the cell shows."""
        return f"«{self.text}»" if self.text else in_column(self.value, self.column)

    @property
    def expected_words(self) -> str:
        """What it should show."""
        return in_column(self.expected, self.column)


def differing(form: Form, computed: Computed) -> tuple[Shown, ...]:
    """Every formula cell without the form's formula, or with another value than it gives."""
    return tuple(_differing(form, computed))


def _differing(form: Form, computed: Computed) -> Iterator[Shown]:
    for slot, cell in form.shown.items():
        if slot not in computed.values or cell.kind is CellKind.ERROR:
            continue
        if cell.formula is not None and cell.value is None:
            continue  # saved without values: Excel computes them when it opens the file
        place = form.places.tables[slot.table]
        column = place.layout.column(slot.column)
        assert column is not None
        expected, number = computed.values[slot], number_in(cell)
        text = number.shown if isinstance(number, NotANumber) else ""
        value = None if isinstance(number, NotANumber) else number
        if value is not None and column.unit.kronor is not None:
            value *= column.unit.kronor
        if cell.formula is not None and not text and _close(value, expected, column):
            continue
        if cell.is_blank and expected is None:
            continue
        total = place.layout.total(slot.row.line)
        became = _became(form, slot, cell, text)
        at, title = form.places.ref(slot), heading(column, slot.month, form.places.period)
        formula = cell.formula or ""
        yield Shown(slot, at, place, column, title, total, became, expected, value, text, formula)


def _became(form: Form, slot: SlotKey, cell: Cell, text: str) -> Became:
    if cell.formula is not None:
        kept = same_formula(cell.formula, form_formulas(form.places).get(slot, ""))
        return Became.KEPT if kept else Became.CHANGED
    if cell.is_blank:
        return Became.DELETED
    return Became.TEXT if text else Became.NUMBER


def _close(value: Decimal | None, expected: Decimal | None, column: ColumnLayout) -> bool:
    one, other = value or Decimal(0), expected or Decimal(0)
    if one == other:
        return True
    least = CLOSE if column.unit.kronor is None else HALF_ORE
    return abs(one - other) <= max(least, CLOSE * abs(other))


def in_column(value: Decimal | None, column: ColumnLayout) -> str:
    """A value of a column in words, in the unit of its heading."""
    if value is None:
        return "tomt"
    if column.unit is Unit.PERCENT:
        return f"{swedish_number(value * 100, 1)}{NO_BREAK_SPACE}%"
    if column.unit is Unit.KR:
        decimals = 0 if value == value.to_integral_value() else 2
        return f"{swedish_number(value, decimals)}{NO_BREAK_SPACE}kr"
    return amount_in_words(value)
