"""Every row of the report that is no unit, area or account group: from lists and computations."""

from __future__ import annotations

from collections.abc import Sequence

from ramkoll.compute.investment_plan import plan_items
from ramkoll.compute.items import Figure, Item, Source, form_items
from ramkoll.compute.report_accuracy import accuracy_items
from ramkoll.compute.report_causes import cause_items
from ramkoll.compute.report_forecast import forecast_items
from ramkoll.compute.report_goals import goal_items, status_texts
from ramkoll.compute.report_profile import profile_items
from ramkoll.compute.report_staff import staff_groups, staff_items
from ramkoll.layout.report import ReportLayout
from ramkoll.model.period import Period
from ramkoll.model.register import Register


def report_items(
    report: ReportLayout,
    units: Sequence[Source],
    sources: Sequence[Source],
    register: Register,
    period: Period,
) -> tuple[Item, ...]:
    """The rows of the report's lists. ``units`` are the units' own workbooks among ``sources``.

    What may not be shown of few persons is left out here, before anything else sees it.
    """
    limit = register.limit("nyckeltal_delvis_procent") / 100
    areas = {each.code: each.area for each in register.valid_enheter(period.last_day)}
    groups = staff_groups(sources, register, period)
    return (
        *form_items(report, sources, lambda table, row: status_texts(table, row, limit)),
        *goal_items(sources, limit),
        *cause_items(sources, areas),
        *forecast_items(units, register),
        *accuracy_items(units),
        *profile_items(units),
        *plan_items(sources, period),
        *staff_items(groups, register, period, report.hiring_stops),
        *_moves(register, period),
    )


def _moves(register: Register, period: Period) -> list[Item]:
    """Omdisponeringar of the year, each decision's rows together."""
    found = []
    for n, decision in enumerate(register.decisions):
        if decision.kind != "omdisponering" or decision.year != period.year:
            continue
        if decision.day > period.last_day:
            continue
        amount = decision.amount
        figure = Figure(
            "moved", amount.number, amount.unit, amount.at, register.sha256, decision.enhet
        )
        texts = {
            "decision": decision.id,
            "day": decision.day.isoformat(),
            "text": decision.text,
        }
        label = " ".join(filter(None, (decision.board, decision.area, decision.enhet)))
        found.append(Item("moves", f"{decision.id}:{n}", label, texts, texts, (figure,)))
    return found
