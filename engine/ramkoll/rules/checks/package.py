"""All submissions together: every unit once, and tables that agree with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ramkoll.compute.tables import Block, Row
from ramkoll.layout.expr import Expr
from ramkoll.layout.report import ReportColumn
from ramkoll.model.cells import CellRef
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.register import Decision
from ramkoll.rules.rule import ASKED_PERIOD, FRAME, Hit, hit, rule
from ramkoll.rules.views import Double, FormView, PackageView

BLOCKS, WARNING, INFO = Severity.BLOCKS, Severity.WARNING, Severity.INFO
HALF_ORE = Decimal("0.005")


@rule(
    "R301",
    Scope.PACKAGE,
    BLOCKS,
    "{enhet} har {antal} arbetsböcker med inlämningsversion {version} och olika innehåll: {filer}. "
    "Ingen av dem kommer med.",
    tip="Ta bort den som inte gäller, eller höj inlämningsversionen på den som gäller.",
    covers=["V05"],
    needs=[ASKED_PERIOD],
)
def two_of_same_version(view: PackageView) -> Iterator[Hit]:
    """En enhet ska ha en arbetsbok av den högsta inlämningsversionen.

    Varför: har två samma version går det inte att veta vilken som gäller.
    Godkänns: en arbetsbok, eller flera där en har högst version.
    Källa: arbetsböckernas blad Start.
    """
    for double in view.doubles:
        if double.chosen is None:
            yield _double_hit(double.highest, double)


@rule(
    "R302",
    Scope.PACKAGE,
    INFO,
    "{enhet}: {vald} med inlämningsversion {version} gäller; {filer} räknas inte.",
    tip="Inget behöver göras om det är rätt arbetsbok som gäller.",
    covers=["V05"],
    needs=[ASKED_PERIOD],
)
def older_version(view: PackageView) -> Iterator[Hit]:
    """Av flera arbetsböcker för en enhet gäller den högsta inlämningsversionen.

    Varför: den som lämnar in på nytt vill att den nya ska gälla, och ska se att den gör det.
    Godkänns: enheten har en arbetsbok.
    Källa: arbetsböckernas blad Start.
    """
    for double in view.doubles:
        older = [each for each in double.others if each not in double.highest]
        if double.chosen is not None and older:
            yield _double_hit(older, double)


@rule(
    "R303",
    Scope.PACKAGE,
    INFO,
    "{enhet}: {filer} har samma version och innehåll som {vald}, som gäller.",
    tip="Ta bort den ena.",
    covers=["V05"],
    needs=[ASKED_PERIOD],
)
def identical_copy(view: PackageView) -> Iterator[Hit]:
    """En arbetsbok behöver bara lämnas in en gång.

    Varför: nästa gång kan det vara en av dem som ändras.
    Godkänns: enheten har en arbetsbok av varje version.
    Källa: arbetsböckernas blad Start.
    """
    for double in view.doubles:
        copies = [each for each in double.highest if each is not double.chosen]
        if double.chosen is not None and copies:
            yield _double_hit(copies, double)


def _double_hit(named: Sequence[FormView], double: Double) -> Hit:
    """At the version's cell of the workbook that counts, or of the first named."""
    at = double.chosen or named[0]
    counted = named if double.chosen is None else [at]
    return hit(
        at.field_ref("submission"),
        related=(each.field_ref("submission") for each in named if each is not at),
        enhet=at.enhet,
        antal=str(len(named)),
        version=" eller ".join(
            dict.fromkeys(each.field_text("submission") or "tom" for each in counted)
        ),
        vald=at.file,
        filer=" och ".join(each.file for each in named),
    )


@rule(
    "R311",
    Scope.PACKAGE,
    BLOCKS,
    "Tabellen «{tabell}», {kolumn}: nettot är {netto}, men tabellerna per enhet ({andra}) är "
    "tillsammans {summa}; skillnaden är {skillnad}.",
    tip="Kontrollera tabellernas områden och summor i rapportmallen.",
    covers=["V08"],
    needs=[ASKED_PERIOD],
)
def tables_do_not_tie(view: PackageView) -> Iterator[Hit]:
    """Nettot per kontogrupp ska vara lika med summan av tabellerna per enhet.

    Varför: nämnden ska se samma resultat i alla tabeller.
    Godkänns: lika på ett halvt öre när, för varje kolumn som tabellerna har gemensam; områden
    utan tabell räknas för sig.
    Källa: rapportmallen.
    """
    outside = bool(list(_outside(view)))
    for block, column, printed in _ties(view):
        total, net = _printed_total(printed, _what(column)), _net(block, column)
        difference = net - total - _outside_amount(view, column, printed)
        measured = bool(column.measure)
        if abs(difference) > HALF_ORE and (measured or not outside):
            yield hit(
                CellRef.whole_file(view.register.file),
                effect=difference,
                tabell=block.title,
                kolumn=column.words or block.headings[column.id],
                netto=net,
                andra=", ".join(f"«{each.title}»" for each in printed),
                summa=total,
                skillnad=difference,
            )


@rule(
    "R312",
    Scope.PACKAGE,
    WARNING,
    "Området {område} finns inte i någon tabell per enhet; {belopp} {mått} syns bara i «{tabell}».",
    tip="Lägg till området i rapportmallen, eller en tabell för de områden som blir över.",
    covers=["V08"],
    needs=[ASKED_PERIOD],
)
def area_without_table(view: PackageView) -> Iterator[Hit]:
    """Varje område ska finnas i en tabell per enhet.

    Varför: annars stämmer tabellerna inte med varandra.
    Godkänns: områdets enheter står i en tabell.
    Källa: rapportmallen.
    """
    for area, amount, column, block in _outside(view):
        at = next(
            (e.at for e in view.register.valid_enheter(view.period.last_day) if e.area == area),
            None,
        )
        yield hit(
            at or CellRef.whole_file(view.register.file),
            effect=amount,
            område=area,
            belopp=amount,
            mått=column.words or block.headings[column.id],
            tabell=block.title,
        )


def _what(column: ReportColumn) -> str | Expr | None:
    """What a column shows, so that columns of different tables can be held together."""
    return column.measure or column.expr


def _ties(view: PackageView) -> Iterator[tuple[Block, ReportColumn, list[Block]]]:
    """Each column of a table by account group, with the tables of units that share it."""
    for block in view.blocks:
        if block.table.rows != "account_groups" or block.table.working:
            continue
        for column in block.table.columns:
            printed = list(_printed(view, _what(column))) if column.kind == "number" else []
            if printed:
                yield block, column, printed


def _printed(view: PackageView, what: str | Expr | None) -> Iterator[Block]:
    """The tables of units by area that show something, each area once."""
    seen: set[str] = set()
    area_of = {e.code: e.area for e in view.register.valid_enheter(view.period.last_day)}
    for block in view.blocks:
        table = block.table
        if table.rows != "enheter" or not table.areas or table.working:
            continue
        areas = {area_of[row.key] for row in _plain_rows(block)}
        if areas - seen and any(_what(column) == what for column in table.columns):
            seen |= areas
            yield block


def _plain_rows(block: Block) -> list[Row]:
    return [row for row in block.rows if row.total is None and row.key]


def _printed_total(printed: Sequence[Block], what: str | Expr | None) -> Decimal:
    found = Decimal(0)
    for block in printed:
        column = next(each for each in block.table.columns if _what(each) == what)
        total = block.total_row()
        rows = [total] if total else _plain_rows(block)
        found += sum((block.value(row.key, column.id) or Decimal(0) for row in rows), Decimal(0))
    return found


def _net(block: Block, column: ReportColumn) -> Decimal:
    total = block.total_row()
    rows = [total] if total else _plain_rows(block)
    return sum((block.value(row.key, column.id) or Decimal(0) for row in rows), Decimal(0))


def _outside_amount(view: PackageView, column: ReportColumn, printed: Sequence[Block]) -> Decimal:
    """What a measure comes to for units that no table prints."""
    rows = {row.key for block in printed for row in _plain_rows(block)}
    amounts = (
        entry.value
        for entry in view.underlag.entries
        if entry.measure == column.measure and entry.row_enhet not in rows
    )
    return sum(amounts, Decimal(0))


def _outside(view: PackageView) -> Iterator[tuple[str, Decimal, ReportColumn, Block]]:
    """Areas that no table of units prints, each once, with the amount of the first measure."""
    seen: set[str] = set()
    for block, column, printed in _ties(view):
        if not column.measure:
            continue
        rows = {row.key for each in printed for row in _plain_rows(each)}
        amounts: dict[str, Decimal] = {}
        for entry in view.underlag.entries:
            if entry.measure == column.measure and entry.row_enhet not in rows:
                amounts[entry.area] = amounts.get(entry.area, Decimal(0)) + entry.value
        for area, amount in amounts.items():
            if amount and area not in seen:
                seen.add(area)
                yield area, amount, column, block


@rule(
    "R321",
    Scope.PACKAGE,
    BLOCKS,
    "{enhet} har ingen arbetsbok för {period} bland inlämningarna.",
    tip="Begär in arbetsboken, eller sätt Giltig till på enhetens rad om enheten har upphört.",
    covers=["V31"],
    needs=[ASKED_PERIOD],
)
def unit_without_workbook(view: PackageView) -> Iterator[Hit]:
    """Varje enhet i registret ska ha lämnat in en arbetsbok.

    Varför: en enhet som saknas gör att summorna blir för små.
    Godkänns: en arbetsbok för enheten och perioden finns.
    Källa: ramarbetsbokens blad Organisation.
    """
    unclear = {each.highest[0].form.enhet for each in view.doubles if each.chosen is None}
    for enhet in view.missing:
        if enhet.code not in unclear:
            at = enhet.at or CellRef.whole_file(view.register.file)
            yield hit(at, enhet=enhet, period=view.period)


@rule(
    "R322",
    Scope.PACKAGE,
    WARNING,
    "{rapportör} har ingen arbetsbok för {period} bland inlämningarna.",
    tip="Begär in arbetsboken, eller ta bort raden på bladet Rapportörer om ingen ska lämna in.",
    covers=["V31"],
    needs=[ASKED_PERIOD],
)
def reporter_without_workbook(view: PackageView) -> Iterator[Hit]:
    """Varje rapportör i registret bör ha lämnat in en arbetsbok.

    Varför: det som bara rapportören lämnar, till exempel personalstatistik eller investeringar,
    saknas annars i rapporten utan att det syns.
    Godkänns: en arbetsbok för rapportören och perioden finns.
    Källa: ramarbetsbokens blad Rapportörer.
    """
    unclear = {each.highest[0].form.enhet for each in view.doubles if each.chosen is None}
    for reporter in view.absent:
        if reporter.code not in unclear:
            at = reporter.at or CellRef.whole_file(view.register.file)
            yield hit(at, rapportör=reporter.label, period=view.period)


@rule(
    "R331",
    Scope.PACKAGE,
    WARNING,
    "Rambeslut på {belopp} gäller {enhet}, så beloppet ingår inte i någon enhets ram: {beslut}.",
    tip="Rätta enheten på raden, eller för in enheten på bladet Organisation.",
    covers=["V09"],
    needs=[FRAME],
)
def decision_for_unknown_unit(view: PackageView) -> Iterator[Hit]:
    """Ett rambeslut ska gälla en enhet som finns under perioden.

    Varför: annars är ramarna per enhet tillsammans inte hela ramen.
    Godkänns: enheten finns vid periodens slut, eller besluten för den tar ut varandra, eller
    beslutet gäller en annan nämnd eller ett annat år.
    Källa: ramarbetsbokens blad Ram och Organisation.
    """
    for (code, area), decisions in _homeless(view).items():
        amount = sum((each.amount.number for each in decisions), Decimal(0))
        known = any(each.code == code for each in view.register.enheter)
        why = "som inte gäller längre eller ännu" if known else "som inte finns i registret"
        if amount:
            yield hit(
                decisions[0].at,
                effect=amount,
                related=(each.at for each in decisions[1:]),
                belopp=amount,
                enhet=f"enheten «{code}», {why}" if code else f"området {area} utan enhet",
                beslut=", ".join(dict.fromkeys(each.id for each in decisions)),
            )


def _homeless(view: PackageView) -> dict[tuple[str, str], list[Decision]]:
    """The year's decisions so far for units that are not valid, of boards that report here."""
    last = view.period.last_day
    valid = view.register.valid_enheter(last)
    codes, areas = {each.code for each in valid}, {each.area for each in valid}
    boards = {each.board for each in view.register.enheter}
    found: dict[tuple[str, str], list[Decision]] = {}
    for each in view.register.decisions:
        ours = each.board in boards if each.board else bool(each.enhet)
        in_time = each.year == view.period.year and each.day <= last
        # A row for a board as a whole, with neither unit nor area, is no unit's frame.
        if in_time and ours and each.enhet not in codes and (each.enhet or each.area in areas):
            key = (each.enhet, "" if each.enhet else each.area)
            found.setdefault(key, []).append(each)
    return found


@rule(
    "R332",
    Scope.PACKAGE,
    WARNING,
    "Rapporten har enheter från flera nämnder: {nämnder}. De är summerade tillsammans.",
    tip="Ange i rapportmallen vilka nämnder den gäller (boards), om inte alla ska vara med.",
    covers=["V08"],
)
def several_boards(view: PackageView) -> Iterator[Hit]:
    """En rapport bör gälla en nämnd, eller säga vilka den gäller.

    Varför: en annan nämnds enheter ändrar rapportens summor utan att det syns.
    Godkänns: alla enheter hör till samma nämnd, eller rapportmallen räknar upp nämnderna.
    Källa: ramarbetsbokens blad Organisation och rapportmallens uppgift boards.
    """
    enheter = view.register.valid_enheter(view.period.last_day)
    boards = dict.fromkeys(enhet.board for enhet in enheter if enhet.board)
    if len(boards) > 1 and not view.boards_named:
        other = next(e for e in enheter if e.board and e.board != view.register.board)
        yield hit(other.at or CellRef.whole_file(view.register.file), nämnder=", ".join(boards))
