"""The year's investment budget: the frame, and the objects and pots that it is shared out to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ramkoll.compute.items import Figure, Item, Source
from ramkoll.layout.form import Form
from ramkoll.model.facts import Fact, total
from ramkoll.model.period import Period

PLAN, OBJECTS = "investment_plan", "investments"  # the tables of the forms
BUDGET = "investment_budget"
# Each category of the sheet, as a measure and in words.
CATEGORIES = {
    "objekt": ("plan_objects", "Investeringsbudget, objekt"),
    "pott": ("plan_pots", "Investeringsbudget, pott"),
    "ram": ("plan_frame", "Investeringsbudget, ram"),
}
ROUNDING = Decimal(1000)  # objects are decided in whole tkr


@dataclass(frozen=True)
class Gap:
    """Two amounts in kronor that should be the same, and are not; ``other`` None is not given."""

    what: str
    amount: Decimal
    against: str
    other: Decimal | None
    at: Fact


def plan_items(sources: Sequence[Source], period: Period) -> Iterator[Item]:
    """One item a row of the period's year; other years, and other categories, are left out.

    Källa: regionens arbetsbok, blad Investeringsbudget.
    """
    for source in sources:
        form = source.form
        for category, name, amount in plan_rows(form, period.year):
            measure, label = CATEGORIES[category]
            yield Item(
                PLAN,
                f"{form.file}:{amount.key.line}",
                name or category,
                {"category": category},
                figures=(
                    Figure(
                        measure, amount.number, amount.unit, amount.at, form.sha256, label=label
                    ),
                ),
            )


def plan_rows(form: Form, year: int) -> Iterator[tuple[str, str, Fact]]:
    """Category, name and amount of each row of a year that has a category and an amount."""
    for record in form.facts.records(PLAN):
        category, amount = record.text("category").casefold(), record.columns.get("plan_amount")
        if record.number("year") != year or category not in CATEGORIES or amount is None:
            continue
        if isinstance(amount.value, Decimal):
            yield category, record.text("name"), amount


def plan_gaps(forms: Iterable[Form], year: int) -> Iterator[Gap]:
    """Where the year's plan does not hold together; nothing when there is no plan.

    Objects and pots are the frame, to the krona. The objects are the budgets of the investment
    objects within 1 tkr; where no workbook has sheet Investeringar that is not asked.
    """
    known = tuple(forms)
    rows = [row for form in known for row in plan_rows(form, year)]
    if not rows:
        return
    of = {each: [fact for category, _, fact in rows if category == each] for each in CATEGORIES}
    objects, pots, frames = of["objekt"], of["pott"], of["ram"]
    shared = total((*objects, *pots))
    frame = total(frames) if frames else None
    if shared != frame:
        first = (*frames, *objects, *pots)[0]
        yield Gap("objekt och pott är tillsammans", shared, "ramen", frame, first)
    if any(OBJECTS in form.places.tables for form in known):
        budgets = total(f for form in known for f in form.facts.select(BUDGET, dataset=OBJECTS))
        if abs(total(objects) - budgets) > ROUNDING:
            first = (*objects, *frames, *pots)[0]
            against = "objektens budget på bladen Investeringar"
            yield Gap("kategori objekt är", total(objects), against, budgets, first)
