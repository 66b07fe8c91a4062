"""The workbook's unit, period and totals against the register in the frame workbook."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ramkoll.model.cells import CellRef
from ramkoll.model.facts import TOTAL_LINE
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.register import Control
from ramkoll.rules.residual import in_ledger
from ramkoll.rules.rule import ASKED_PERIOD, CONTROLS, Hit, hit, rule
from ramkoll.rules.views import FormView

BLOCKS, WARNING = Severity.BLOCKS, Severity.WARNING
NET = f"{TOTAL_LINE}net"
MEASURES = {
    "outcome_ytd": "utfall",
    "budget_ytd": "budget",
    "prior_ytd": "utfall föregående år",
}


@rule(
    "R211",
    Scope.FRAME,
    BLOCKS,
    "{enhet}: {mått} {period} är netto {belopp} i arbetsboken, men {kontroll} i ekonomisystemet; "
    "skillnaden är {skillnad}.{trolig}",
    tip="Fyll bladet Månad på nytt ur ekonomisystemet.",
    covers=["V06", "V36"],
    needs=[CONTROLS],
    follows=True,
)
def differs_from_ledger(view: FormView) -> Iterator[Hit]:
    """Arbetsbokens netto ska vara ekonomisystemets kontrollsumma, på kronan.

    Varför: det som rapporteras ska vara det som är bokfört.
    Godkänns: skillnaden är mindre än en krona.
    Källa: ramarbetsbokens blad Kontrollsummor.
    """
    for control in _controls(view):
        if control.enhet != view.form.enhet:
            continue
        figure = view.figure("economy", NET, control.measure)
        amount = figure.number if figure else Decimal(0)
        difference = amount - control.amount
        if abs(difference) >= 1:
            yield hit(
                _net(view, control.measure),
                effect=difference,
                related=[control.at],
                enhet=view.enhet,
                mått=MEASURES[control.measure],
                period=view.period,
                belopp=amount,
                kontroll=control.amount,
                skillnad=difference,
                trolig=in_ledger(view, control.measure, difference),
            )


@rule(
    "R212",
    Scope.FRAME,
    WARNING,
    "{enhet}: {mått} {period} har ingen kontrollsumma, så {belopp} är inte avstämt mot "
    "ekonomisystemet.",
    tip="För in enhetens kontrollsumma på ramarbetsbokens blad Kontrollsummor.",
    covers=["V36"],
    needs=[CONTROLS],
)
def no_control_total(view: FormView) -> Iterator[Hit]:
    """När andra enheter har en kontrollsumma ska alla ha en.

    Varför: ett netto utan kontrollsumma är inte avstämt.
    Godkänns: enheten har en kontrollsumma, eller inget belopp, eller ingen enhet har en.
    Källa: ramarbetsbokens blad Kontrollsummor.
    """
    controls = list(_controls(view))
    own = {each.measure for each in controls if each.enhet == view.form.enhet}
    for measure in dict.fromkeys(each.measure for each in controls):
        figure = view.figure("economy", NET, measure)
        if view.unit is not None and measure not in own and figure is not None and figure.number:
            yield hit(
                figure,
                enhet=view.enhet,
                mått=MEASURES[measure],
                period=view.period,
                belopp=figure,
            )


@rule(
    "R221",
    Scope.PERIOD,
    BLOCKS,
    "Enheten {enhet} finns inte i registret för {period}{tid}, så arbetsboken kommer inte med.",
    tip="Rätta enhetens kod på bladet Start, eller för in enheten på ramarbetsbokens blad "
    "Organisation.",
    covers=["V06", "V29"],
    needs=[ASKED_PERIOD],
)
def unknown_unit(view: FormView) -> Iterator[Hit]:
    """Arbetsbokens enhet ska finnas i registret under perioden.

    Varför: en okänd enhets belopp kommer inte med i någon tabell.
    Godkänns: koden finns på bladet Organisation och gäller vid periodens slut, eller finns på
    bladet Rapportörer med arbetsbokens formulär.
    Källa: ramarbetsbokens blad Organisation och Rapportörer.
    """
    if view.register is None or view.unit is not None or view.reporter is not None:
        return
    code = view.form.enhet
    rows = [each for each in view.register.enheter if each.code == code]
    ended = max((each.valid_to for each in rows if each.valid_to), default=None)
    begins = min((each.valid_from for each in rows), default=None)
    day = (view.asked or view.period).last_day
    when = ""
    if begins is not None and begins > day:
        when = f" (den gäller från {begins.isoformat()})"
    elif ended is not None:
        when = f" (den gällde till {ended.isoformat()})"
    yield hit(
        view.field_ref("enhet"),
        related=(each.at for each in rows if each.at is not None),
        enhet=f"«{code}»",
        period=view.asked or view.period,
        tid=when,
    )


@rule(
    "R222",
    Scope.PERIOD,
    BLOCKS,
    "Arbetsboken gäller {period}, men rapporten gäller {väntat}, så den kommer inte med.",
    tip="Lämna in arbetsboken för {väntat}. Ändra inte bara perioden på bladet Start.",
    covers=["V29"],
    needs=[ASKED_PERIOD],
)
def other_period(view: FormView) -> Iterator[Hit]:
    """Arbetsboken ska gälla samma period som ramarbetsboken.

    Varför: belopp för en annan period ser rimliga ut och är ändå fel.
    Godkänns: år och månad på bladet Start är ramarbetsbokens.
    Källa: ramarbetsbokens blad Start.
    """
    asked = view.asked
    if asked is not None and view.period != asked:
        field = "year" if view.period.year != asked.year else "month"
        yield hit(view.field_ref(field), period=view.period, väntat=asked)


@rule(
    "R223",
    Scope.PERIOD,
    WARNING,
    "{enhet}: området är «{område}» i arbetsboken, men {väntat} i registret. Registret gäller.",
    tip="Rätta området på bladet Start, eller på ramarbetsbokens blad Organisation.",
    covers=["V29"],
    needs=[ASKED_PERIOD],
)
def other_area(view: FormView) -> Iterator[Hit]:
    """Enhetens område ska vara registrets.

    Varför: efter en omorganisation kan arbetsboken vara den gamla.
    Godkänns: samma område, eller inget ifyllt.
    Källa: ramarbetsbokens blad Organisation.
    """
    area = view.field_text("area")
    if view.unit is not None and area and area.casefold() != view.unit.area.casefold():
        yield hit(
            view.field_ref("area"),
            related=[view.unit.at] if view.unit.at else (),
            enhet=view.enhet,
            område=area,
            väntat=f"«{view.unit.area}»",
        )


def _controls(view: FormView) -> Iterator[Control]:
    """The control totals of the workbook's period, every unit's."""
    if view.register is not None and view.unit is not None:
        for each in view.register.controls:
            if each.period == view.period and each.measure in MEASURES:
                yield each


def _net(view: FormView, measure: str) -> CellRef:
    return view.slot_ref("economy", NET, measure) or CellRef.whole_file(view.file)
