"""Staff: HR's workbook and the units' say the same, of whole and half persons.

No message here quotes an amount of a group by sex or age, or hours that are protected.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ramkoll.compute.staff_groups import (
    EMPLOYED,
    ORDINARY,
    SICK,
    SICK_HOURS,
    STAFF,
    WORKED,
    GroupAmount,
    GroupKey,
    days_of,
)
from ramkoll.compute.staff_labels import sex_of
from ramkoll.model.facts import Fact
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.listing import enumerated, plain_number
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.staff_sheet import UNIT_TABLE, intervals, is_protected, month_words, unit_months
from ramkoll.rules.views import FormView, PackageView

WARNING = Severity.WARNING
TOTALS = {"employed": EMPLOYED, "ordinary_hours": ORDINARY, "worked_hours": WORKED}
ROUNDED = Decimal("0.5")  # hours are often written whole; halves of persons are exact


@rule(
    "R431",
    Scope.PACKAGE,
    WARNING,
    "{enhet}, {mått}, {månad}: enhetens arbetsbok och {fil} skiljer sig{belopp}{fler}.",
    tip="Låt HR och enheten jämföra sina uttag; ett av dem är från en annan dag eller ett annat "
    "urval.",
    covers=["V22"],
)
def staff_sums_differ(view: PackageView) -> Iterator[Hit]:
    """Enhetens personalsummor ska vara lika med HR:s grupper tillsammans.

    Varför: rapporten trycker antal ur den ena boken och sjukfrånvaro ur den andra.
    Godkänns: månadsavlönade är lika, timmar är lika på en halv timme när. Prövas för de enheter
    och år som båda böckerna har. Belopp nämns inte på rader som skyddas.
    Källa: arbetsböckernas blad Personal och HR:s arbetsbok.
    """
    for hr, sums in view.hr_books:
        for form in view.forms:
            for line, measure in TOTALS.items():
                yield from _differences(form, hr, sums, line, measure)


def _differences(
    form: FormView, hr: FormView, sums: dict[GroupKey, Decimal], line: str, measure: str
) -> Iterator[Hit]:
    known = {key.year for key in sums if key.enhet == form.form.enhet and key.measure == measure}
    least = Decimal(0) if measure == EMPLOYED else ROUNDED
    apart: list[tuple[Fact, Decimal | None]] = []
    for fact, year, month in unit_months(form, line):
        other = sums.get(GroupKey(form.form.enhet, measure, "", year, month))
        if year in known and abs(fact.number - (other or Decimal(0))) > least:
            apart.append((fact, other))
    if apart:
        fact, other = apart[-1]
        theirs = plain_number(other)
        yield hit(
            fact,
            related=[each.at for each, _ in apart[:-1]],
            enhet=form.enhet,
            mått=measure[:1].lower() + measure[1:],
            månad=month_words(fact),
            fil=hr.file,
            belopp=""
            if is_protected(form, line)
            else f": {plain_number(fact.number)} mot {theirs}",
            fler=f"; sammanlagt skiljer {len(apart)} månader" if len(apart) > 1 else "",
        )


@rule(
    "R432",
    Scope.PACKAGE,
    WARNING,
    "{enhet}, {rad}, {månad}: enhetens arbetsbok och {fil} skiljer sig{fler}.",
    tip="Låt HR och enheten jämföra sina uttag av sjuktimmar.",
    covers=["V22", "V23"],
)
def sick_hours_differ(view: PackageView) -> Iterator[Hit]:
    """Enhetens sjuktimmar per intervall ska vara lika med HR:s grupper tillsammans.

    Varför: sjukfrånvaron trycks ur HR:s grupper, och enheten ska känna igen sin siffra.
    Godkänns: lika på en halv timme när. Belopp nämns inte: av skillnaden kunde en liten grupp
    räknas ut.
    Källa: arbetsböckernas blad Personal och HR:s arbetsbok.
    """
    for hr, sums in view.hr_books:
        for form in view.forms:
            place = form.table(UNIT_TABLE)
            for line, interval, label in intervals(place):
                yield from _sick_differences(form, hr, sums, (line, interval, label))


def _sick_differences(
    form: FormView, hr: FormView, sums: dict[GroupKey, Decimal], row: tuple[str, str, str]
) -> Iterator[Hit]:
    line, interval, label = row
    enhet = form.form.enhet
    known = {k.year for k in sums if k.enhet == enhet and k.measure == SICK_HOURS}
    apart: list[Fact] = []
    for fact, year, month in unit_months(form, line):
        other = sums.get(GroupKey(enhet, SICK_HOURS, days_of(interval), year, month), Decimal(0))
        if year in known and abs(fact.number - other) > ROUNDED:
            apart.append(fact)
    if apart:
        yield hit(
            apart[-1],
            related=[each.at for each in apart[:-1]],
            enhet=form.enhet,
            rad=label[:1].lower() + label[1:],
            månad=month_words(apart[-1]),
            fil=hr.file,
            fler=f"; sammanlagt skiljer {len(apart)} månader" if len(apart) > 1 else "",
        )


@rule(
    "R433",
    Scope.FORM,
    WARNING,
    "{antal} på bladet {blad} har varken kvinnor eller män i kolumnen Kön: {ord}. Delarna blir då "
    "inte hela enheten.",
    tip="Dela upp raderna på kvinnor och män (K och M), och ta bort rader som är summor av andra.",
    covers=["V22"],
)
def group_without_sex(view: FormView) -> Iterator[Hit]:
    """Kvinnor och män ska tillsammans vara alla.

    Varför: en rad utan kön, eller en rad som summerar båda, gör att totalen inte är delarna.
    Godkänns: kön är K eller M, kvinnor eller män, på varje rad.
    Källa: HR:s arbetsbok.
    """
    for table in (STAFF, SICK):
        place = view.table(table)
        rows = [r for r in view.form.facts.records(table) if sex_of(r.text("sex")) is None]
        if place is None or not rows or ("sex", 0) not in place.columns:
            continue
        refs = [row.columns["sex"].at if "sex" in row.columns else row.at for row in rows]
        words = dict.fromkeys(f"«{r.text('sex')}»" if r.text("sex") else "tomt" for r in rows)
        yield hit(
            refs[0],
            related=refs[1:20],
            antal="En rad" if len(rows) == 1 else f"{len(rows)} rader",
            blad=place.sheet,
            ord=enumerated(list(words)),
        )


@rule(
    "R434",
    Scope.FORM,
    WARNING,
    "Antal månadsavlönade är inte hela eller halva personer i {antal}, först {månad}.",
    tip="Ta ut antalet igen: halva förekommer, andra delar av en person gör det inte.",
    covers=["V22"],
)
def parts_of_persons(view: FormView) -> Iterator[Hit]:
    """Antalet månadsavlönade räknas i hela och halva personer.

    Varför: en annan del är ett medelvärde eller årsarbetare, som är ett annat mått.
    Godkänns: varje antal är ett helt eller halvt tal. En enhet som har fått en del av en annan
    prövas inte.
    Källa: arbetsbokens blad Personal och HR:s arbetsbok.
    """
    if view.unit is not None and any(p.share is not None for p in view.unit.predecessors):
        return
    odd: list[Fact | GroupAmount] = [
        fact for fact, _, _ in unit_months(view, "employed") if fact.number * 2 % 1
    ]
    odd += [
        each
        for each in view.group_amounts
        if each.table == STAFF and each.record.text("measure") == EMPLOYED and each.number * 2 % 1
    ]
    if odd:
        yield hit(
            odd[0].at,
            related=[each.at for each in odd[1:20]],
            antal="en cell" if len(odd) == 1 else f"{len(odd)} celler",
            månad=month_words(odd[0]),
        )
