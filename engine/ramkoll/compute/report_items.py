"""Every row of the report that is no unit, area or account group: from lists and computations."""

from __future__ import annotations

from collections.abc import Sequence

from ramkoll.compute.items import Item, Source, form_items
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
    """The rows of the report's lists. ``units`` are the units' own workbooks among ``sources``."""
    return form_items(report, sources)
