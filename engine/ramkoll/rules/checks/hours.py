"""Hours of work and sick leave that can be true. No message here quotes an amount."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ramkoll.compute.staff_groups import (
    ORDINARY,
    SICK,
    GroupAmount,
)
from ramkoll.compute.staff_labels import range_of
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Fact
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.staff_sheet import UNIT_TABLE, intervals, month_words, unit_months
from ramkoll.rules.views import FormView

BLOCKS, WARNING = Severity.BLOCKS, Severity.WARNING
ROUNDED = Decimal("0.5")  # hours are often written whole


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
            below = [fact for fact, _, _ in unit_months(view, row.id) if fact.number < 0]
            if below:
                yield _below_zero(row.label, below)
    rows: dict[tuple[str, str], list[GroupAmount]] = {}
    for amount in view.group_amounts:
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
        månad=month_words(cells[0]),
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
    for amount in view.group_amounts:
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
    for line, _, _ in intervals(place):
        for fact, year, month in unit_months(view, line):
            sick.setdefault((year, month), []).append(fact)
    ordinary = {(y, m): f.number for f, y, m in unit_months(view, "ordinary_hours")}
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
        månad=month_words(cells[0]),
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
