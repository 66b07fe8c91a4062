"""What the forecast methods are given, out of one workbook: sheets Månad and Prognos."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ramkoll.compute.forecast import Basis
from ramkoll.compute.forms import Computed
from ramkoll.layout.form import Form
from ramkoll.layout.places import RowKey, SlotKey
from ramkoll.model.facts import TOTAL_LINE, Fact
from ramkoll.model.register import Register

NET, COST = f"{TOTAL_LINE}net", f"{TOTAL_LINE}cost"
OUTCOME, BUDGET, PRIOR = "outcome", "budget", "prior"  # the series of sheet Månad
TABLE, MONTH = "months", "m"


def basis_of(
    form: Form, computed: Computed, register: Register | None, line: str = NET
) -> Basis | None:
    """The basis of a row of a unit's workbook; None when it has no sheet Månad.

    Amounts are in kronor, income +, cost −. Last year counts as whole when its December is
    booked: without it the methods that need a whole year keep silent. Fictive parts come from the
    register; without one nothing is known to be fictive. Källa: arbetsbokens blad Månad.
    """
    months = Months(form, computed)
    if not months.there:
        return None
    last = form.places.period.month
    so_far, year, recent = range(1, last + 1), range(1, 13), range(last - 2, last + 1)
    codes = [p.code for p in register.parts_of(form.enhet) if p.fictive] if register else []
    left = months.fictive(codes, line, range(last + 1, 13))
    cost = months.year_budget(COST) or Decimal(0)
    # A saving that nobody has shared out makes the budgeted cost smaller than the real one.
    cost -= months.fictive(codes, COST, year)
    whole_prior = months.amount(PRIOR, line, 12) is not None
    return Basis(
        months=last,
        outcome=months.sum(OUTCOME, line, so_far),
        budget=months.sum(BUDGET, line, so_far),
        budget_year=months.year_budget(line),
        prior=months.sum(PRIOR, line, so_far),
        prior_year=months.sum(PRIOR, line, year) if whole_prior else None,
        recent=months.sum(OUTCOME, line, recent) if last >= 3 else None,
        prior_recent=months.sum(PRIOR, line, recent) if last >= 3 else None,
        fictive_left=left,
        gross_cost=-cost if cost < 0 else None,
        fictive_year=months.fictive(codes, line, year),
    )


class Months:
    """The amounts of sheet Månad, as filled in or as its sums come to."""

    def __init__(self, form: Form, computed: Computed) -> None:
        self._form, self._computed = form, computed
        self._place = form.places.tables.get(TABLE)

    @property
    def there(self) -> bool:
        """Whether the workbook has the sheet."""
        return self._place is not None

    def fact(self, series: str, line: str, month: int, part: str = "") -> Fact | None:
        """The figure of one month, filled in or summed; None when blank or no number."""
        slot = SlotKey(TABLE, RowKey(line, part, series), MONTH, month)
        place = self._place
        if place is None or slot.row not in place.rows or (MONTH, month) not in place.columns:
            return None
        key = self._form.places.fact_key(slot)
        fact = self._computed.facts.get(key) or self._form.facts.get(key)
        return fact if fact is not None and isinstance(fact.value, Decimal) else None

    def amount(self, series: str, line: str, month: int, part: str = "") -> Decimal | None:
        """The amount of one month in kronor."""
        fact = self.fact(series, line, month, part)
        return None if fact is None else fact.number

    def sum(self, series: str, line: str, months: Iterable[int]) -> Decimal | None:
        """The sum of the filled months, a blank one of them is no booking; None if all are."""
        amounts = [self.amount(series, line, month) for month in months]
        found = [amount for amount in amounts if amount is not None]
        return sum(found, Decimal(0)) if found else None

    def year_budget(self, line: str) -> Decimal | None:
        """The year's budget by month; that of sheet Prognos when the months are not all there."""
        if self.amount(BUDGET, line, 12) is not None:
            return self.sum(BUDGET, line, range(1, 13))
        slot = SlotKey("forecasts", RowKey(line), "budget_year")
        place = self._form.places.tables.get(slot.table)
        if place is None or slot.row not in place.rows or (slot.column, 0) not in place.columns:
            return None
        key = self._form.places.fact_key(slot)
        fact = self._computed.facts.get(key) or self._form.facts.get(key)
        return fact.value if fact is not None and isinstance(fact.value, Decimal) else None

    def fictive(self, codes: Iterable[str], line: str, months: Iterable[int]) -> Decimal:
        """The budget of fictive parts on the row, or on the rows that it is the sum of."""
        parts, numbers = set(codes), list(months)
        place = self._place
        found = Decimal(0)
        for row in place.rows if place else ():
            if row.part not in parts or row.series != BUDGET or not self._within(row.line, line):
                continue
            for month in numbers:
                found += self.amount(BUDGET, row.line, month, row.part) or Decimal(0)
        return found

    def _within(self, own: str, line: str) -> bool:
        """Whether a row is another, or one of those that the other is the sum of."""
        assert self._place is not None
        total = self._place.layout.total(line)
        if total is None:
            return own == line
        return bool(total.of) or self._place.kinds.get(own) == total.kind
