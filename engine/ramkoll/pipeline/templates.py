"""The empty forms, built from their layouts: the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from ramkoll import __version__
from ramkoll.compute.tables import blocks
from ramkoll.compute.underlag import underlag
from ramkoll.excel.replace import replace_file
from ramkoll.excel.write import workbook_bytes
from ramkoll.layout.draw import Filling, draw
from ramkoll.layout.layout import Layout
from ramkoll.layout.places import arrange
from ramkoll.layout.report import REST, ReportLayout
from ramkoll.model.period import Period
from ramkoll.model.plan import PlanValue
from ramkoll.model.register import AccountGroup, Enhet, Register
from ramkoll.sheets.report import report_workbook
from ramkoll.sheets.view import ReportView, SheetTexts
from ramkoll.store.layouts import Layouts


def write_templates(layouts: Layouts, out: Path) -> Iterator[Path]:
    """Write every form and report, empty, as ``<layout>.xlsx``."""
    for layout in layouts.forms:
        path = out / f"{layout.name}.xlsx"
        replace_file(path, form_template(layout))
        yield path
    groups = tuple(group for layout in layouts.forms for group in layout.example)
    for report in layouts.reports:
        path = out / f"{report.name}.xlsx"
        replace_file(path, report_template(report, groups))
        yield path


def form_template(layout: Layout) -> bytes:
    """A form without figures, for the period it is first valid in."""
    period = layout.valid_from
    enhet = Enhet("", "", "", "", date(period.year, 1, 1))
    places = arrange(
        layout,
        Register("", "", "", "", groups=layout.example),
        enhet,
        period,
        file=f"{layout.name}.xlsx",
        datasets=frozenset(sheet.needs for sheet in layout.sheets),
        earlier_years={table.id: (period.year - 2,) for _, table in layout.tables()},
    )
    fields: dict[str, PlanValue] = {
        "form": layout.name,
        "year": Decimal(period.year),
        "month": Decimal(period.month),
        "sheets": ", ".join(sheet.name for sheet in places.sheets()),
    }
    return workbook_bytes(draw(places, Filling(fields, {}, {}, ""), _created(period)))


def report_template(report: ReportLayout, groups: tuple[AccountGroup, ...]) -> bytes:
    """The report without figures, with every sheet that its tables and texts may need.

    The add-in consolidates into it: it can fill a sheet that is there, but never adds one.
    """
    period = report.valid_from
    areas = dict.fromkeys(area for table in report.tables for area in table.areas if area != "*")
    begins = date(period.year, 1, 1)
    enheter = tuple(Enhet(f"E{n}", "", area, "", begins) for n, area in enumerate(areas, 1))
    register = Register("", "", "", "", enheter=enheter, groups=groups)
    empty = underlag((), register, report, period)
    tables = blocks(report, register, empty, period)
    texts = [SheetTexts(each.sheet, each.title, ()) for each in report.texts]
    there = {table.sheet for table in tables} | {text.sheet for text in texts}
    named = (*report.sheets, *(table.sheet for table in report.tables))
    others = [name for name in dict.fromkeys(named) if name not in there and "{" not in name]
    bare = [SheetTexts(name, "", ()) for name in others if name != REST]
    view = ReportView(
        period=period,
        report=report,
        register=register,
        underlag=empty,
        blocks=tables,
        findings=(),
        not_run=(),
        files=(),
        missing=(),
        made=_created(period),
        version=__version__,
        rule_titles={},
        sections=(*texts, *bare),
    )
    return workbook_bytes(report_workbook(view))


def _created(period: Period) -> datetime:
    return datetime.combine(period.first_day, time())
