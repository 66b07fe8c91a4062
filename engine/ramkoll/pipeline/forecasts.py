"""The forecast of a unit row by row: the own figure beside what each method gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from ramkoll.compute.forecast import Basis, Bracket, Proposal, bracket, proposals
from ramkoll.compute.forecast_basis import basis_of
from ramkoll.compute.forms import compute_form
from ramkoll.layout.layout import ColumnLayout
from ramkoll.layout.places import RowKey, SlotKey
from ramkoll.model.cells import CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import Fact
from ramkoll.model.units import round_half_up
from ramkoll.pipeline.changes import Change
from ramkoll.pipeline.refresh import changed_facts
from ramkoll.rules.views import FormView

TABLE, TYPED, OWN, BY_MONTH = "forecasts", "forecast_typed", "forecast", "forecast_month"


@dataclass(frozen=True)
class ForecastLine:
    """A row of sheet Prognos. ``at`` is the cell that a forecast is typed in.

    Amounts in kronor, income +, cost −. ``why_not`` says why nothing can be written there, and is
    empty where something can.
    """

    line: str
    label: str
    at: CellRef
    column: ColumnLayout
    own: Fact | None
    basis: Basis
    proposals: tuple[Proposal, ...]
    bracket: Bracket | None
    why_not: str

    def proposal(self, method: str) -> Decimal:
        """What a method gives, rounded as the cell shows it, in the cell's unit.

        Raises RamkollError when the row takes no figure or the method gives none.
        """
        found = next((each for each in self.proposals if each.method == method), None)
        if self.why_not or found is None or found.value is None:
            why = self.why_not or (found.why if found else "metoden finns inte")
            raise RamkollError(
                f"Förslaget kan inte användas på raden {self.label}: {why}.",
                where=self.at.in_sheet,
                todo="Välj en annan metod eller rad, eller skriv prognosen själv.",
            )
        factor = self.column.unit.kronor
        assert factor is not None
        return round_half_up(found.value / factor, self.column.decimals)


def forecast_lines(view: FormView) -> Iterator[ForecastLine]:
    """Every row of sheet Prognos that has a basis, top to bottom, the varav rows left out."""
    place = view.table(TABLE)
    if place is None or (TYPED, 0) not in place.columns:
        return
    column = place.layout.column(TYPED)
    assert column is not None
    for row in sorted(place.rows, key=lambda each: place.rows[each]):
        basis = None if row.part else basis_of(view.form, view.computed, view.register, row.line)
        if basis is None:
            continue
        found = proposals(basis)
        yield ForecastLine(
            row.line,
            place.labels.get(row, row.line),
            view.form.places.ref(SlotKey(TABLE, row, TYPED)),
            column,
            view.figure(TABLE, row.line, OWN),
            basis,
            found,
            bracket(found),
            _why_not(view, row, column),
        )


def _why_not(view: FormView, row: RowKey, column: ColumnLayout) -> str:
    place = view.table(TABLE)
    assert place is not None
    if place.layout.total(row.line) is not None and column.total != "person":
        return "raden är en summa av andra rader; välj en rad i summan"
    for key, month in place.columns:
        slot = SlotKey(TABLE, row, key, month)
        if key == BY_MONTH and view.form.facts.get(view.form.places.fact_key(slot)) is not None:
            return "raden har prognos per månad, som gäller före helårets; töm månaderna först"
    return ""


def with_forecast(view: FormView, line: ForecastLine, value: Decimal) -> FormView:
    """The form as it will be when a value, in the cell's unit, has been typed on a row."""
    factor = line.column.unit.kronor
    assert factor is not None
    slot = SlotKey(TABLE, RowKey(line.line), TYPED)
    typed = Change(line.at, slot, line.column, None, value * factor)
    form = replace(view.form, facts=changed_facts(view.form, [typed]))
    return replace(view, form=form, computed=compute_form(form.places, form.facts))
