"""Staff and sick leave: HR's workbook and the units' agree, and hours are possible.

No message here quotes an amount of a group by sex or age, or sick hours of few persons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ramkoll.compute.organisation import Succession
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
    group_amounts,
    unit_sums,
)
from ramkoll.compute.staff_labels import range_of, sex_of
from ramkoll.layout.places import TablePlace
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Fact
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.period import MONTH_NAMES
from ramkoll.rules.listing import enumerated, plain_number
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView, PackageView

BLOCKS, WARNING = Severity.BLOCKS, Severity.WARNING
UNIT_TABLE, UNIT_MEASURE = "staff", "staff"
TOTALS = {"employed": EMPLOYED, "ordinary_hours": ORDINARY, "worked_hours": WORKED}
ROUNDED = Decimal("0.5")  # hours are often written whole; halves of persons are exact


@rule(
    "R431",
    Scope.PACKAGE,
    WARNING,
    "{enhet}, {mått}, {månad}: {eget} i enhetens arbetsbok men {hr} i {fil}{fler}.",
    tip="Låt HR och enheten jämföra sina uttag; ett av dem är från en annan dag eller ett annat "
    "urval.",
    covers=["V22"],
)
def staff_sums_differ(view: PackageView) -> Iterator[Hit]:
    """Enhetens personalsummor ska vara lika med HR:s grupper tillsammans.

    Varför: rapporten trycker antal ur den ena boken och sjukfrånvaro ur den andra.
    Godkänns: månadsavlönade är lika, timmar är lika på en halv timme när. Prövas för de enheter
    och år som båda böckerna har.
    Källa: arbetsböckernas blad Personal och HR:s arbetsbok.
    """
    for hr, sums in _hr_books(view):
        for form in view.forms:
            for line, measure in TOTALS.items():
                yield from _differences(form, hr, sums, line, measure)


def _differences(
    form: FormView, hr: FormView, sums: dict[GroupKey, Decimal], line: str, measure: str
) -> Iterator[Hit]:
    known = {key.year for key in sums if key.enhet == form.form.enhet and key.measure == measure}
    least = Decimal(0) if measure == EMPLOYED else ROUNDED
    apart: list[tuple[Fact, Decimal | None]] = []
    for fact, year, month in _months(form, line):
        other = sums.get(GroupKey(form.form.enhet, measure, "", year, month))
        if year in known and abs(fact.number - (other or Decimal(0))) > least:
            apart.append((fact, other))
    if apart:
        fact, other = apart[-1]
        yield hit(
            fact,
            related=[each.at for each, _ in apart[:-1]],
            enhet=form.enhet,
            mått=measure[:1].lower() + measure[1:],
            månad=_month(fact),
            eget=plain_number(fact.number),
            hr=plain_number(other),
            fil=hr.file,
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
    for hr, sums in _hr_books(view):
        for form in view.forms:
            place = form.table(UNIT_TABLE)
            for line, interval, label in _intervals(place):
                yield from _sick_differences(form, hr, sums, (line, interval, label))


def _sick_differences(
    form: FormView, hr: FormView, sums: dict[GroupKey, Decimal], row: tuple[str, str, str]
) -> Iterator[Hit]:
    line, interval, label = row
    enhet = form.form.enhet
    known = {k.year for k in sums if k.enhet == enhet and k.measure == SICK_HOURS}
    apart: list[Fact] = []
    for fact, year, month in _months(form, line):
        other = sums.get(GroupKey(enhet, SICK_HOURS, days_of(interval), year, month), Decimal(0))
        if year in known and abs(fact.number - other) > ROUNDED:
            apart.append(fact)
    if apart:
        yield hit(
            apart[-1],
            related=[each.at for each in apart[:-1]],
            enhet=form.enhet,
            rad=label[:1].lower() + label[1:],
            månad=_month(apart[-1]),
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
        fact for fact, _, _ in _months(view, "employed") if fact.number * 2 % 1
    ]
    odd += [
        each
        for each in group_amounts(view.form)
        if each.table == STAFF and each.record.text("measure") == EMPLOYED and each.number * 2 % 1
    ]
    if odd:
        yield hit(
            odd[0].at,
            related=[each.at for each in odd[1:20]],
            antal="en cell" if len(odd) == 1 else f"{len(odd)} celler",
            månad=_month(odd[0]),
        )


@rule(
    "R441",
    Scope.FORM,
    BLOCKS,
    "{rad}, {månad}: värdet är mindre än noll{fler}.",
    tip="Rätta värdet; en rättelse av en tidigare månad hör till den månaden.",
    covers=["V23"],
)
def hours_negative(view: FormView) -> Iterator[Hit]:
    """Timmar och personer är aldrig färre än noll.

    Varför: ett minus är en rättelse som har hamnat i fel månad, och ger en omöjlig andel.
    Godkänns: noll eller mer.
    Källa: arbetsbokens blad Personal och HR:s arbetsbok.
    """
    place = view.table(UNIT_TABLE)
    if place is not None:
        for row in place.layout.fixed:
            below = [fact for fact, _, _ in _months(view, row.id) if fact.number < 0]
            if below:
                yield _below_zero(row.label, below)
    rows: dict[tuple[str, str], list[GroupAmount]] = {}
    for amount in group_amounts(view.form):
        if amount.number < 0:
            enhet, measure = amount.record.text("enhet"), amount.record.text("measure")
            rows.setdefault((enhet, measure), []).append(amount)
    for (enhet, measure), amounts in rows.items():
        yield _below_zero(f"{enhet}, {measure[:1].lower()}{measure[1:]}", amounts)


def _below_zero(label: str, cells: Sequence[Fact | GroupAmount]) -> Hit:
    return hit(
        cells[0].at,
        related=[each.at for each in cells[1:20]],
        rad=label,
        månad=_month(cells[0]),
        fler=f"; sammanlagt {len(cells)} celler" if len(cells) > 1 else "",
    )


@rule(
    "R442",
    Scope.FORM,
    BLOCKS,
    "{vem} {månad}: sjuktimmarna är fler än de ordinarie timmarna{fler}.",
    tip="Kontrollera att sjuktimmar och ordinarie timmar är för samma personer och månad.",
    covers=["V23"],
)
def sick_more_than_all(view: FormView) -> Iterator[Hit]:
    """Sjuktimmarna kan inte vara fler än de ordinarie timmarna.

    Varför: sjukfrånvaron skulle bli mer än 100 procent.
    Godkänns: intervallens sjuktimmar är tillsammans högst månadens ordinarie timmar, per enhet
    och, i HR:s bok, per kön och åldersgrupp. Belopp nämns inte.
    Källa: arbetsbokens blad Personal och HR:s arbetsbok.
    """
    yield from _unit_beyond(view)
    ordinary: dict[tuple[str | int, ...], Decimal] = {}
    sick: dict[tuple[str | int, ...], list[GroupAmount]] = {}
    for amount in group_amounts(view.form):
        key: tuple[str | int, ...] = (*amount.group, amount.year, amount.month)
        if amount.table == SICK:
            sick.setdefault(key, []).append(amount)
        elif amount.record.text("measure") == ORDINARY:
            ordinary[key] = ordinary.get(key, Decimal(0)) + amount.number
    beyond: dict[str, list[GroupAmount]] = {}
    for group, amounts in sick.items():
        hours = sum((each.number for each in amounts), Decimal(0))
        if group in ordinary and hours > ordinary[group] + ROUNDED:
            beyond.setdefault(amounts[0].group[0], []).append(amounts[0])
    for enhet, firsts in beyond.items():
        yield _beyond(f"{enhet}, en grupp i", firsts)


def _unit_beyond(view: FormView) -> Iterator[Hit]:
    place = view.table(UNIT_TABLE)
    if place is None:
        return
    sick: dict[tuple[int, int], list[Fact]] = {}
    for line, _, _ in _intervals(place):
        for fact, year, month in _months(view, line):
            sick.setdefault((year, month), []).append(fact)
    ordinary = {(y, m): f.number for f, y, m in _months(view, "ordinary_hours")}
    firsts = [
        facts[0]
        for at, facts in sick.items()
        if at in ordinary and sum(fact.number for fact in facts) > ordinary[at]
    ]
    if firsts:
        yield _beyond(view.enhet, firsts)


def _beyond(who: str, cells: Sequence[Fact | GroupAmount]) -> Hit:
    return hit(
        cells[0].at,
        related=[each.at for each in cells[1:20]],
        vem=who,
        månad=_month(cells[0]),
        fler=f"; sammanlagt {len(cells)} månader" if len(cells) > 1 else "",
    )


@rule(
    "R443",
    Scope.FORM,
    WARNING,
    "Intervallen {intervall} på bladet {blad} följer inte på varandra: {fel}.",
    tip="Låt varje intervall börja dagen efter det förra, och bara det sista vara öppet.",
    covers=["V23"],
)
def intervals_out_of_order(view: FormView) -> Iterator[Hit]:
    """Sjukfrånvarons intervall ska täcka alla dagar en gång.

    Varför: en lucka eller överlappning gör att intervallen inte är hela sjukfrånvaron.
    Godkänns: det första börjar på dag 1 och vart och ett dagen efter det förra; inget kommer efter
    ett öppet, som 60-.
    Källa: HR:s arbetsbok, bladet Sjukfrånvaro.
    """
    place = view.table(SICK)
    firsts: dict[str, CellRef] = {}
    for record in view.form.facts.records(SICK):
        if record.text("interval"):
            firsts.setdefault(record.text("interval"), record.columns["interval"].at)
    if place is None or not firsts:
        return
    spans = {text: range_of(text) for text in firsts}
    # One interval may be written in two ways: the last counts for both.
    texts = {span: text for text, span in spans.items() if span is not None}
    days = sorted((low or 0, high or 0, text) for (low, high), text in texts.items())
    wrong = [(text, f"«{text}» går inte att läsa") for text, s in spans.items() if s is None]
    expected = 1
    for first, last, text in days:
        if first != expected:
            wrong.append(
                (text, f"«{text}» börjar på dag {first}, väntat {expected or 'inget mer'}")
            )
        expected = last + 1 if last else 0
    if wrong:
        yield hit(
            firsts[wrong[0][0]],
            related=[firsts[text] for text, _ in wrong[1:]],
            intervall=", ".join(firsts),
            blad=place.sheet,
            fel=", ".join(why for _, why in wrong),
        )


def _hr_books(view: PackageView) -> Iterator[tuple[FormView, dict[GroupKey, Decimal]]]:
    """HR's workbooks with their groups summed to the units of the report date."""
    for other in view.others:
        if other.table(STAFF) is not None or other.table(SICK) is not None:
            succession = Succession(view.register, view.period.last_day)
            yield other, unit_sums(other.form, succession)


def _months(view: FormView, line: str) -> Iterator[tuple[Fact, int, int]]:
    """The filled months of a row on a unit's sheet Personal, with year and month."""
    for fact in view.form.facts.select(UNIT_MEASURE, dataset=UNIT_TABLE, line=line):
        assert fact.key.period is not None
        yield fact, fact.key.period.year, fact.key.period.month


def _intervals(place: TablePlace | None) -> Iterator[tuple[str, str, str]]:
    """The sick rows of sheet Personal: line, interval in the extract, label."""
    for row in place.layout.fixed if place else ():
        if "intervall" in row.where:
            yield row.id, row.where["intervall"], row.label


def _month(cell: Fact | GroupAmount) -> str:
    if isinstance(cell, GroupAmount):
        return f"{MONTH_NAMES[cell.month - 1]} {cell.year}"
    period = cell.key.period
    assert period is not None
    return f"{MONTH_NAMES[period.month - 1]} {period.year}"
