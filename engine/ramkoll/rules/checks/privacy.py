"""Few persons: what may not travel with a unit's workbook. Messages quote no numbers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ramkoll.compute.staff_groups import fewest
from ramkoll.layout.form import Irregular
from ramkoll.model.facts import Fact
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.listing import enumerated
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import SECRECY, FormView, PackageView, WorkbookView

BLOCKS, WARNING = Severity.BLOCKS, Severity.WARNING


@rule(
    "R451",
    Scope.WORKBOOK,
    WARNING,
    "Bladet {blad} har små antal uppdelade på kön eller ålder. Boken skickas med e-post, och en "
    "person kan gå att känna igen.",
    tip="Ta bort uppdelningen, eller hela bladet, och lämna in på nytt. Uppdelningen finns i HR:s "
    "egen bok.",
    covers=["V24"],
)
def small_groups_in_workbook(view: WorkbookView) -> Iterator[Hit]:
    """En enhets arbetsbok ska inte dela upp få personer på kön eller ålder.

    Varför: den som kan enheten kan räkna ut vem det gäller, och boken är en allmän handling.
    Godkänns: inga rubriker om kön eller ålder bredvid antal som är högst sekretess_personer, på
    något blad, de egna också.
    Källa: ramarbetsbokens blad Trösklar.
    """
    yield from view.irregular(Irregular.SMALL_SPLIT)


@rule(
    "R452",
    Scope.PACKAGE,
    BLOCKS,
    "{enhet} har {gräns} personer eller färre {år}, men timmar som skyddas är ifyllda: {rader}.",
    tip="Töm cellerna och lämna in på nytt. HR:s bok har det som rapporten behöver.",
    covers=["V24"],
)
def protected_hours_of_few(view: PackageView) -> Iterator[Hit]:
    """Timmar som visar frånvaro ska inte finnas i arbetsboken för en enhet med få personer.

    Varför: med få personer är enhetens frånvaro en uppgift om någon.
    Godkänns: de skyddade raderna är tomma för ett år då enheten någon månad har högst
    sekretess_personer personer. Personer räknas ur HR:s bok, annars ur enhetens antal
    månadsavlönade.
    Källa: ramarbetsbokens blad Trösklar.
    """
    books = [sums for _, sums in view.hr_books]
    for form in view.forms:
        limit = form.limit(SECRECY)
        filled: dict[int, list[tuple[str, Fact]]] = {}
        for label, fact in _protected(form):
            assert fact.key.period is not None
            filled.setdefault(fact.key.period.year, []).append((label, fact))
        for year, cells in filled.items():
            counts = [fewest(sums, form.form.enhet, year) for sums in books]
            known = [count for count in counts if count is not None] or list(_own(form, year))
            if known and min(known) <= limit:
                yield hit(
                    cells[0][1],
                    related=[fact.at for _, fact in cells[1:]],
                    enhet=form.enhet,
                    gräns=f"{limit:f}",
                    år=str(year),
                    rader=enumerated(list(dict.fromkeys(label for label, _ in cells))),
                )


def _protected(form: FormView) -> Iterator[tuple[str, Fact]]:
    """The filled cells of protected rows on sheet Personal, with the row's label."""
    place = form.table("staff")
    for row in place.layout.fixed if place else ():
        if row.protected:
            for fact in form.form.facts.select("staff", dataset="staff", line=row.id):
                yield row.label, fact


def _own(form: FormView, year: int) -> Iterator[Decimal]:
    for fact in form.form.facts.select("staff", dataset="staff", line="employed"):
        if fact.key.period is not None and fact.key.period.year == year:
            yield fact.number
