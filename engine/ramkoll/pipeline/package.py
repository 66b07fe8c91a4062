"""The submissions that count, put together: the tables and texts that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ramkoll.compute.items import Source
from ramkoll.compute.passages import passages
from ramkoll.compute.report_items import report_items
from ramkoll.compute.tables import Block, Texts, blocks
from ramkoll.compute.underlag import Underlag, printed_enheter, underlag
from ramkoll.layout.report import ReportLayout
from ramkoll.layout.typed import NotANumber, number_in
from ramkoll.model.cells import BLANK_CELL
from ramkoll.model.period import Period
from ramkoll.model.register import Enhet, Register, Reporter
from ramkoll.rules.views import Double, FormView, PackageView
from ramkoll.sheets.view import SheetTexts
from ramkoll.store.layouts import Layouts

UNREADABLE_VERSION = -1
REGION_FORM, APPROVED = "region", "godkänd"


@dataclass(frozen=True)
class Package:
    """The submissions that count, with the tables they make."""

    view: PackageView
    report: ReportLayout
    underlag: Underlag
    blocks: tuple[Block, ...]
    sections: tuple[SheetTexts, ...]
    approved: bool


def make_package(
    forms: Sequence[FormView], register: Register, period: Period, layouts: Layouts
) -> Package:
    """The submission that counts for each unit, and the tables they make together."""
    report = layouts.report(period)
    by_code, doubles = counting_forms(forms, period)
    counting = [view for view in by_code.values() if view is not None]
    chosen = [view for view in counting if view.unit is not None]
    others = _in_order(register.reporters, [v for v in counting if v.unit is None])
    there = {view.form.enhet for view in others}
    absent = tuple(each for each in register.reporters if each.code not in there)
    enheter = _reported(report, register, period)
    order = {enhet.code: n for n, enhet in enumerate(enheter)}
    chosen = [view for view in chosen if view.form.enhet in order]
    chosen.sort(key=lambda view: order[view.form.enhet])
    have = {view.form.enhet for view in chosen}
    missing = tuple(enhet for enhet in enheter if enhet.code not in have)
    reported = replace(register, enheter=_of_boards(report, register))
    sources = [Source(v.form, v.computed, v.enhet) for v in (*chosen, *others)]
    units = sources[: len(chosen)]
    items = report_items(report, units, sources, reported, period)
    entries = underlag(((s.form, s.computed) for s in units), reported, report, period, items)
    tables = blocks(report, reported, entries, period, items, _texts(chosen, reported, period))
    areas = {each.code: each.area for each in enheter}
    sections = tuple(
        SheetTexts(each.sheet, each.title, found)
        for each in report.texts
        if (found := passages(each, sources, areas))
    )
    package = PackageView(
        period,
        reported,
        tuple(chosen),
        missing,
        entries,
        tables,
        tuple(doubles),
        bool(report.boards),
        others,
        absent,
    )
    return Package(package, report, entries, tables, sections, _approved(others))


def counting_forms(
    forms: Sequence[FormView], period: Period
) -> tuple[dict[tuple[str, str], FormView | None], list[Double]]:
    """The submission that counts, by form and unit or rapportör, and those handed in twice.

    It is None where several of the highest version differ.
    """
    by_code: dict[tuple[str, str], list[FormView]] = {}
    for view in forms:
        who = view.unit or view.reporter
        if who is not None and view.period == period:
            by_code.setdefault((view.form.places.layout.id, who.code), []).append(view)
    doubles: list[Double] = []
    return {at: _chosen(views, doubles) for at, views in by_code.items()}, doubles


def _approved(others: Sequence[FormView]) -> bool:
    """Whether the region's own workbook says so, with the name and day of who did it."""
    return any(
        view.form.places.layout.id == REGION_FORM
        and view.field_text("status").casefold() == APPROVED
        and bool(view.field_text("attested_by"))
        and bool(view.field_text("attested_date"))
        for view in others
    )


def _texts(forms: Sequence[FormView], register: Register, period: Period) -> Texts:
    """What people have written, by printed unit and measure, a line for each row they wrote on.

    A unit that is printed in another's row has its name before its text.
    """
    printed = printed_enheter(register, period)
    found: dict[tuple[str, str], list[str]] = {}
    for view in forms:
        row = printed[view.form.enhet]
        own = "" if row == view.form.enhet else f"{view.enhet}, "
        for fact in view.form.facts:
            place = view.table(fact.key.dataset)
            of_groups = place is not None and place.layout.rows == "account_groups"
            if isinstance(fact.value, str) and of_groups and not fact.key.breakdown:
                label = view.label(fact.key.dataset, fact.key.line)
                at = (row, fact.key.measure)
                found.setdefault(at, []).append(f"{own}{label}: {fact.value}")
    return {at: "\n".join(lines) for at, lines in found.items()}


def _in_order(reporters: Sequence[Reporter], views: list[FormView]) -> tuple[FormView, ...]:
    order = {each.code: n for n, each in enumerate(reporters)}
    return tuple(sorted(views, key=lambda view: order[view.form.enhet]))


def _reported(report: ReportLayout, register: Register, period: Period) -> tuple[Enhet, ...]:
    valid = register.valid_enheter(period.last_day)
    of_boards = set(_of_boards(report, register))
    return tuple(enhet for enhet in valid if enhet in of_boards)


def _of_boards(report: ReportLayout, register: Register) -> tuple[Enhet, ...]:
    """The units of the report's boards; all of them when it names none."""
    return tuple(e for e in register.enheter if not report.boards or e.board in report.boards)


def _chosen(views: list[FormView], doubles: list[Double]) -> FormView | None:
    """The highest version; none when two of that version differ in content."""
    ordered = sorted(views, key=lambda view: (-version(view), view.file))
    # A version that cannot be read may be the highest: then all of them are.
    unclear = any(version(view) == UNREADABLE_VERSION for view in views)
    best = [view for view in ordered if unclear or version(view) == version(ordered[0])]
    if len(ordered) > 1:
        same = all(_content(view) == _content(best[0]) for view in best)
        doubles.append(Double(ordered[0] if same else None, tuple(ordered[1:]), tuple(best)))
        return ordered[0] if same else None
    return ordered[0]


def version(view: FormView) -> int:
    """The version that a workbook was submitted as; UNREADABLE_VERSION when it is no number."""
    number = number_in(view.form.fields.get("submission", BLANK_CELL))
    if isinstance(number, NotANumber):
        number = number.meant  # «2» as text: reported, and counts as the higher all the same
    whole = number is not None and number == number.to_integral_value()
    return int(number) if number is not None and whole else UNREADABLE_VERSION


def _content(view: FormView) -> object:
    figures = {fact.key: fact.value for fact in view.form.facts}
    fields = {each: cell.value for each, cell in view.form.fields.items()}
    return figures, fields
