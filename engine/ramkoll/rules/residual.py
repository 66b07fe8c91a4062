"""What a difference most likely is: the row or the month that is missing, doubled or turned.

A cause is only named when the difference is exactly what it would be, and only one is named
when only one fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from ramkoll.layout.layout import FORMULA
from ramkoll.layout.places import RowKey
from ramkoll.model.period import MONTH_NAMES
from ramkoll.rules.rule import amount_in_words
from ramkoll.rules.shown import Shown
from ramkoll.rules.views import FormView

KRONA, HALF_TKR = Decimal(1), Decimal(500)
MOST_NAMED = 3
SERIES = {"outcome_ytd": "outcome", "budget_ytd": "budget", "prior_ytd": "prior"}


@dataclass(frozen=True)
class Term:
    """One amount that a total is made of, in kronor, with the words a controller knows it by."""

    label: str
    amount: Decimal

    @property
    def words(self) -> str:
        """The row with its size."""
        return f"{self.label} ({amount_in_words(self.amount)})"


def fits(residual: Decimal, amount: Decimal, near: Decimal = KRONA) -> bool:
    """Whether a difference is an amount, and the amount is more than what is near nothing."""
    return abs(amount) >= near and abs(residual - amount) < near


def of_total(residual: Decimal, terms: Iterable[Term], near: Decimal = KRONA) -> tuple[str, ...]:
    """What is wrong in a total over terms that are right: ``residual`` is shown less true."""
    return tuple(
        f"{term.words} {what}"
        for term in terms
        for factor, what in ((-1, "saknas"), (1, "är med två gånger"), (-2, "har vänt tecken"))
        if fits(residual, factor * term.amount, near)
    )


def of_terms(residual: Decimal, terms: Iterable[Term], near: Decimal = KRONA) -> tuple[str, ...]:
    """What is wrong among the terms when the total is right: ``residual`` is their sum less it."""
    half = Decimal("0.5")
    return tuple(
        f"{term.words} {what}"
        for term in terms
        for factor, what in (
            (Decimal(1), "är med en gång för mycket"),
            (half, "är dubbelt så stort som det ska vara"),
            (Decimal(2), "har vänt tecken"),
        )
        if fits(residual, factor * term.amount, near)
    )


def of_months(
    residual: Decimal, counted: Sequence[Term], others: Sequence[Term], near: Decimal = KRONA
) -> tuple[str, ...]:
    """What is wrong in an accumulated amount: a month too few or too many, or another month."""
    single = of_total(residual, counted, near)
    later = [each for each in others if each.amount]
    extra = [f"{e.words} är med" for e in later if fits(residual, e.amount, near)]
    if single or extra:
        return (*single, *extra)
    pairs = [*permutations(counted, 2), *((e, c) for e in later for c in counted)]
    return tuple(
        f"{one.words} är med i stället för {other.words}"
        for one, other in pairs
        if fits(residual, one.amount - other.amount, near)
    )


def sentence(causes: Sequence[str]) -> str:
    """The causes as a last sentence of a message; empty when none is known."""
    if not causes:
        return ""
    if len(causes) == 1:
        return f" Skillnaden är lika stor som om {causes[0]}."
    named = "; ".join(causes[:MOST_NAMED])
    more = "; med flera" if len(causes) > MOST_NAMED else ""
    return f" Skillnaden passar på flera: {named}{more}."


def in_formula_cell(view: FormView, each: Shown) -> str:
    """The likely cause of another value in a sum or an accumulated amount, as a sentence."""
    if each.text or each.value is None or each.expected is None or not each.column.unit.kronor:
        return ""
    typed = each.value % 1000 == 0 and each.expected % 1000 != 0
    near = HALF_TKR if typed else KRONA
    residual = each.value - each.expected
    if each.total is not None:
        return sentence(of_total(residual, _rows_under(view, each), near))
    series = SERIES.get(each.slot.column, "")
    if series and each.slot.table == "economy":
        row = each.slot.row
        counted, others = _months(view, series, row)
        return sentence(of_months(residual, counted, others, near))
    return ""


def _rows_under(view: FormView, each: Shown) -> Iterator[Term]:
    """The rows that a sum row adds; the net's are the sums and the rows under them."""
    assert each.total is not None
    series = each.slot.row.series
    rows = [] if each.total.of else each.place.group_rows(each.total.kind, series)
    for name in each.total.of:
        total = each.place.layout.total(f"sum.{name}")
        rows.append(RowKey(f"sum.{name}", "", series))
        if total is not None:
            rows += each.place.group_rows(total.kind, series)
    for row in rows:
        slot = each.slot._replace(row=row)
        if each.column.fill == FORMULA or row.line.startswith("sum."):
            amount = view.computed.values.get(slot)
        else:
            fact = view.form.facts.get(view.form.places.fact_key(slot))
            amount = fact.number if fact is not None else None
        if amount:
            yield Term(each.place.labels.get(row, row.line), amount)


def _months(view: FormView, series: str, row: RowKey) -> tuple[list[Term], list[Term]]:
    """A row's months that the period counts, and the later ones."""
    found = view.months(series, row.line, row.part)
    terms = {n: Term(MONTH_NAMES[n - 1], fact.number) for n, fact in found.items()}
    until = view.period.month
    counted = [term for n, term in terms.items() if n <= until]
    return counted, [term for n, term in terms.items() if n > until]


def in_ledger(view: FormView, measure: str, residual: Decimal) -> str:
    """The likely cause of a net that differs from the ledger's, as a sentence."""
    series = SERIES[measure]
    rows: list[Term] = []
    cells: list[Term] = []
    nets: dict[int, Decimal] = {}
    for line, _, label in view.lines("economy"):
        figure = view.figure("economy", line, measure)
        if figure is not None:
            rows.append(Term(label, figure.number))
        for n, fact in view.months(series, line).items():
            nets[n] = nets.get(n, Decimal(0)) + fact.number
            # A row with one month is that month: it is said once.
            other = figure is None or figure.number != fact.number
            if n <= view.period.month and other:
                cells.append(Term(f"{label} i {MONTH_NAMES[n - 1]}", fact.number))
    whole = [
        Term(f"hela {MONTH_NAMES[n - 1]}", net) for n, net in nets.items() if n <= view.period.month
    ]
    return sentence(of_terms(residual, [*rows, *cells, *whole]))
