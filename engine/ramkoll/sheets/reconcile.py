"""Avstämning: how the tables tie to each other, to the frame and to the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ramkoll.compute.tables import Block
from ramkoll.layout import look
from ramkoll.layout.report import FRAME_MEASURE
from ramkoll.model.plan import PlannedCell, SheetPlan, Style
from ramkoll.model.units import Unit
from ramkoll.sheets.table import Drawn, sumifs
from ramkoll.sheets.view import BODY_TEXT, ReportView, header_row, headline, page

SHEET = "Avstämning"
TOP = 5
_WIDE = 86
_HEADINGS = ("Vad som ska stämma", "Tabell", "Jämförs med", "Skillnad", "Stämmer")
_TKR = Style(number_format=look.INTEGER, bottom=look.RULE, align="right", indent=1)
_DIFFERENCE = replace(_TKR, number_format="#,##0.000")
_TIES = Style(bold=True, bottom=look.RULE, align="center")
_NOT = replace(_TIES, colour=look.RED)
TOLERANCE = Decimal("0.0005")  # half a krona, in tkr


@dataclass(frozen=True)
class _Check:
    """Two formulas that must give the same, in tkr, with their values."""

    what: str
    left: tuple[str, Decimal]
    right: tuple[str, Decimal]


def reconcile_sheet(view: ReportView, drawn: Sequence[Drawn]) -> SheetPlan:
    """Every tie as live formulas on both sides, and which avdelningar are missing."""
    lines = (
        f"{view.report.working_tab}. Belopp i tkr, annat som det står i tabellen. "
        "Varje rad jämför två formler; skillnaden ska vara 0.",
        _missing_line(view),
    )
    cells = headline("Avstämning", lines) + header_row(TOP, _HEADINGS, frozenset({2, 3, 4}))
    cells[-1] = replace(cells[-1], style=look.HEADER_CHOICE)
    heights = {TOP: 20.0}
    row = TOP
    for check in _checks(view, drawn):
        row += 1
        heights[row] = look.wrapped_height(((check.what, _WIDE),))
        difference = check.left[1] - check.right[1]
        ties = "Ja" if abs(difference) < TOLERANCE else "Nej"
        cells += [
            PlannedCell(row, 1, check.what, style=BODY_TEXT),
            PlannedCell(row, 2, check.left[1], check.left[0], _TKR),
            PlannedCell(row, 3, check.right[1], check.right[0], _TKR),
            PlannedCell(row, 4, difference, f"B{row}-C{row}", _DIFFERENCE),
            PlannedCell(
                row,
                5,
                ties,
                f'IF(ABS(D{row})<{TOLERANCE},"Ja","Nej")',
                _TIES if ties == "Ja" else _NOT,
            ),
        ]
    for n, enhet in enumerate(view.missing, 2):
        text = f"Saknas: {enhet.label}, {enhet.area}"
        cells.append(PlannedCell(row + n, 1, text, style=look.NOTE))
    plan = SheetPlan(
        SHEET,
        tuple(cells),
        widths={1: _WIDE, 2: 18, 3: 18, 4: 14, 5: 12},
        heights=heights,
        freeze=(TOP, 0),
    )
    return page(view, plan, working=True)


def _missing_line(view: ReportView) -> str:
    total = len(view.missing) + len({each.enhet for each in view.files if each.is_unit})
    if not view.missing:
        return f"Alla {total} enheter är inlästa."
    return f"{len(view.missing)} av {total} enheter saknas; se listan under tabellen."


def _checks(view: ReportView, drawn: Sequence[Drawn]) -> Iterator[_Check]:
    whole = [each for each in drawn if each.block.table.rows == "account_groups"]
    units = [each for each in drawn if _by_unit(each.block)]
    for one in whole:
        total = one.block.total_row()
        if total is None:
            continue
        for column in one.block.table.columns:
            parts = [each for each in units if column.id in each.columns]
            if parts and column.measure:
                yield _tie(one, parts, total.key, column.id, one.block.headings[column.id])
    forecast = [each for each in drawn if each.block.table.rows == "areas"]
    for one in forecast:
        yield from _frame_ties(view, one)
    yield from _declared_ties(view, drawn)
    yield from _ledger_ties(view)


def _declared_ties(view: ReportView, drawn: Sequence[Drawn]) -> Iterator[_Check]:
    """What the report itself says must agree, where both sides are there and shown."""
    for tie in view.report.ties:
        sides = [_side(view, drawn, names) for names in (tie.left, tie.right)]
        left, right = sides
        if left is not None and right is not None:
            yield _Check(tie.what, left, right)


def _side(
    view: ReportView, drawn: Sequence[Drawn], names: Sequence[str]
) -> tuple[str, Decimal] | None:
    formulas: list[str] = []
    value = Decimal(0)
    for name in names:
        table, row, column = name.replace("{nämnd}", view.register.board).split("|")
        one = next((each for each in drawn if each.block.table.id == table), None)
        if one is None or one.block.value(row, column) is None:
            return None
        formula, number = _tkr(one, row, column)
        formulas.append(formula)
        value += number
    return "+".join(formulas), value


def _by_unit(block: Block) -> bool:
    return block.table.rows == "enheter" and not block.table.working and bool(block.table.areas)


def _tkr(drawn: Drawn, row: str, column: str) -> tuple[str, Decimal]:
    """A figure in tkr; one that is no amount as it stands."""
    value = drawn.block.value(row, column) or Decimal(0)
    layout = drawn.block.table.column(column)
    assert layout is not None
    factor = drawn.block.table.unit_of(layout).kronor
    reference = drawn.reference(row, column)
    if factor is None:
        return reference, value
    scale = factor / 1000
    return (reference if scale == 1 else f"{reference}*{scale}"), value / 1000


def _tie(one: Drawn, parts: list[Drawn], row: str, column: str, heading: str) -> _Check:
    terms = []
    for part in parts:
        total = part.block.total_row()
        if total is not None:
            terms.append(_tkr(part, total.key, column))
    formula = "+".join(text for text, _ in terms)
    names = ", ".join(part.sheet for part in parts)
    return _Check(
        f"{heading}: {one.sheet} = summan av {names}",
        _tkr(one, row, column),
        (formula, sum((value for _, value in terms), Decimal(0))),
    )


def _frame_ties(view: ReportView, drawn: Drawn) -> Iterator[_Check]:
    kinds = sorted(
        {e.measure for e in view.underlag.entries if e.measure.startswith(FRAME_MEASURE)}
    )
    if not kinds or "budget_year" not in drawn.columns:
        return
    for row in drawn.block.rows:
        if row.total is not None:
            continue
        formula, value = [], Decimal(0)
        for kind in kinds:
            criteria = (view.underlag.measure(kind), *row.criteria)
            found = view.underlag.select(criteria)
            if found:
                formula.append(sumifs(criteria, Unit.TKR))
                value += sum((entry.value for entry in found), Decimal(0)) / 1000
        if formula:
            left = _tkr(drawn, row.key, "budget_year")
            yield _Check(f"Budget helår = budgetram: {row.label}", left, ("+".join(formula), value))


def _ledger_ties(view: ReportView) -> Iterator[_Check]:
    """Accumulated net per measure against the ledger's control totals, as constants."""
    for measure in view.report.measures:
        controls = [
            control.amount
            for control in view.register.controls
            if control.measure == measure.id and control.period == view.period
        ]
        entries = view.underlag.select((view.underlag.measure(measure.id),))
        if controls and entries:
            left = sumifs((view.underlag.measure(measure.id),), Unit.TKR)
            right = sum(controls, Decimal(0)) / 1000
            yield _Check(
                f"{measure.label}: arbetsböckerna = ekonomisystemets kontrollsummor",
                (left, sum((e.value for e in entries), Decimal(0)) / 1000),
                (f"{right:f}", right),
            )
