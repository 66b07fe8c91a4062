"""Time: submissions within the calendar, and the calendar within the law."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ramkoll.layout.typed import date_in
from ramkoll.model.cells import BLANK_CELL
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.period import MONTH_NAMES, Period
from ramkoll.rules.rule import ASKED_PERIOD, CALENDAR, Hit, hit, rule
from ramkoll.rules.views import FormView, PackageView

WARNING = Severity.WARNING
INTERIM = "delår"
MONTHS_AFTER = 2  # after the period's end, for an interim report
HALF, TWO_THIRDS = 6, 8  # the months of a year that an interim report may cover


@rule(
    "R144",
    Scope.PERIOD,
    WARNING,
    "Arbetsboken för {enhet} är attesterad {dag}, {sent} efter den sista dagen enligt kalendern, "
    "{senast}.",
    tip="Kontrollera datumet. Är det rätt: säg till den som ställer samman att arbetsboken är sen.",
    covers=["V34"],
    needs=[CALENDAR],
)
def attested_late(view: FormView) -> Iterator[Hit]:
    """En arbetsbok ska vara attesterad senast den dag som kalendern anger för perioden.

    Varför: det som kommer in sent hinner inte granskas före rapporten.
    Godkänns: attestens datum är senast den dagen, eller är inte ifyllt än. Perioder som inte står
    i kalendern prövas inte.
    Källa: ramarbetsbokens blad Kalender och arbetsbokens blad Start.
    """
    attested = date_in(view.form.fields.get("attested_date", BLANK_CELL))
    deadlines = view.register.deadlines if view.register else ()
    ours = [each for each in deadlines if each.period == view.period]
    if not isinstance(attested, date) or not ours:
        return
    last = max(ours, key=lambda each: each.day)
    late = (attested - last.day).days
    if late > 0:
        yield hit(
            view.field_ref("attested_date"),
            related=[last.at],
            enhet=view.enhet,
            dag=attested.isoformat(),
            sent="en dag" if late == 1 else f"{late} dagar",
            senast=last.day.isoformat(),
        )


@rule(
    "R335",
    Scope.PACKAGE,
    WARNING,
    "Delårsrapporten för {period} ska enligt kalendern vara inne {dag}, men lagen säger senast två "
    "månader efter periodens slut, {lag}.",
    tip="Sätt en dag senast {lag} på bladet Kalender.",
    covers=["V34"],
    needs=[ASKED_PERIOD],
)
def interim_report_too_late(view: PackageView) -> Iterator[Hit]:
    """En delårsrapport ska vara hos fullmäktige inom två månader efter periodens slut.

    Varför: fullmäktige och revisorerna ska hinna bedöma året medan det går att styra.
    Godkänns: dagen för delåret är inom två månader, eller kalendern har inget delår.
    Källa: kommunallagen, 11 kapitlet, och ramarbetsbokens blad Kalender.
    """
    for each in view.register.deadlines:
        lawful = _last_lawful(each.period)
        if each.report == INTERIM and each.day > lawful:
            yield hit(each.at, period=each.period, dag=each.day.isoformat(), lag=lawful.isoformat())


@rule(
    "R336",
    Scope.PACKAGE,
    WARNING,
    "Kalendern har delårsrapport för {period}, {antal} månader. Ett delår är minst hälften och "
    "högst två tredjedelar av året, alltså {första}–{sista}.",
    tip="Rätta månaden eller rapportens slag på bladet Kalender.",
    covers=["V34"],
    needs=[ASKED_PERIOD],
)
def interim_report_of_other_length(view: PackageView) -> Iterator[Hit]:
    """En delårsrapport ska omfatta minst hälften och högst två tredjedelar av året.

    Varför: en rapport för en annan tid uppfyller inte lagens krav på delårsrapport.
    Godkänns: delåret slutar i juni, juli eller augusti, eller kalendern har inget delår.
    Källa: lagen om kommunal bokföring och redovisning, 13 kapitlet, och ramarbetsbokens blad
    Kalender.
    """
    for each in view.register.deadlines:
        if each.report == INTERIM and not HALF <= each.period.month <= TWO_THIRDS:
            yield hit(
                each.at,
                period=each.period,
                antal=str(each.period.month),
                första=MONTH_NAMES[HALF - 1],
                sista=MONTH_NAMES[TWO_THIRDS - 1],
            )


def _last_lawful(period: Period) -> date:
    """The last day of the second month after the period."""
    later = period.month + MONTHS_AFTER
    return Period(period.year + (later - 1) // 12, (later - 1) % 12 + 1).last_day
