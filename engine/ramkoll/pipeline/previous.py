"""What the last period's workbooks held, for the reference columns of the next ones.

A reference column shows what another column of its table held last period: the forecast, a
comment, a text. The form's TOML says which (``previous``). Units that have been merged or split
since take over what their predecessors wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ramkoll.compute.listed import UNIT_FORM
from ramkoll.compute.organisation import Homeless, Succession
from ramkoll.excel.children import Children
from ramkoll.layout.form import Form
from ramkoll.layout.layout import ColumnLayout
from ramkoll.layout.places import Places, SlotKey
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import FactValue, Key
from ramkoll.model.findings import Finding
from ramkoll.model.period import Period
from ramkoll.model.register import Register
from ramkoll.model.units import round_half_up
from ramkoll.pipeline.check import form_view
from ramkoll.pipeline.package import version
from ramkoll.pipeline.submissions import (
    Progress,
    locate_unit,
    read_frame,
    read_inbox,
    workbook_files,
)
from ramkoll.rules.irregular import irregularity_findings
from ramkoll.rules.views import FormView
from ramkoll.store.layouts import Layouts

PREVIOUS = "previous"
"""What a column ``needs`` that is only there when the last workbooks are at hand."""


@dataclass(frozen=True)
class LastPeriod:
    """The workbooks of the last period that there are, by form and code.

    ``notes`` say in Swedish what was not used and why; ``findings`` are the files that could not
    be read.
    """

    period: Period
    views: Mapping[tuple[str, str], FormView]
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class LastBook:
    """A workbook that somebody's reference columns come from, and the share of its amounts.

    ``label`` stands before its texts; empty when it is the same unit's.
    """

    view: FormView
    share: Decimal
    label: str


@dataclass(frozen=True)
class LastBooks:
    """All workbooks that somebody's reference columns come from.

    ``whole`` says that none of them is missing, so that amounts may be added up.
    """

    books: tuple[LastBook, ...]
    whole: bool
    year: int

    def holds(self, table: str, column: ColumnLayout) -> bool:
        """Whether they have anything for a reference column; else the extracts may."""
        return any(True for _ in self._filled(table, column))

    def value(self, slot: SlotKey, column: ColumnLayout) -> FactValue | None:
        """What a reference cell shows: amounts in kronor, texts under each other."""
        there = SlotKey(slot.table, slot.row, column.previous)
        found = [
            (book, value)
            for book in self._books(column)
            if not slot.row.part or not book.label
            if (value := _value(book.view, there)) is not None
        ]
        if column.kind == "number":
            amounts = [v * book.share for book, v in found if isinstance(v, Decimal)]
            return sum(amounts, Decimal(0)) if amounts else None
        texts = [f"{book.label}: {v}" if book.label else str(v) for book, v in found]
        return "\n".join(texts) or None

    def unplaced(self, places: Places) -> Iterator[str]:
        """Rows that had something for a reference column and are not in the new form."""
        found: dict[str, None] = {}
        for _, table in places.layout.tables():
            place = places.tables.get(table.id)
            for column in table.columns if place is not None else ():
                for view, slot in self._filled(table.id, column) if column.previous else ():
                    was = view.form.places.tables[table.id]
                    if place is not None and slot.row not in place.rows:
                        found[f"{place.sheet} {was.labels.get(slot.row, slot.row.line)}"] = None
        yield from found

    def _books(self, column: ColumnLayout) -> Iterable[LastBook]:
        """An amount for a year is not that of another, and a part of a sum is no sum."""
        if column.kind != "number":
            return self.books
        return [b for b in self.books if self.whole and b.view.period.year == self.year]

    def _filled(self, table: str, column: ColumnLayout) -> Iterator[tuple[FormView, SlotKey]]:
        for book in self._books(column):
            place = book.view.form.places.tables.get(table)
            if place is None or (column.previous, 0) not in place.columns:
                continue
            for row in place.rows:
                slot = SlotKey(table, row, column.previous)
                if _value(book.view, slot) is not None:
                    yield book.view, slot


def _value(view: FormView, slot: SlotKey) -> FactValue | None:
    place = view.form.places.tables.get(slot.table)
    if place is None or slot.row not in place.rows or (slot.column, 0) not in place.columns:
        return None
    if slot in view.computed.values:
        return view.computed.values[slot]
    fact = view.form.facts.get(view.form.places.fact_key(slot))
    return fact.value if fact is not None else None


def read_previous(
    folder: Path,
    period: Period,
    layouts: Layouts,
    progress: Progress,
    children: Children | None = None,
) -> LastPeriod:
    """The workbooks of the latest period before ``period`` that a folder has.

    Of several versions the highest counts. Raises RamkollError when there is none at all.
    """
    inbox = read_inbox(workbook_files([folder]), layouts, progress, children=children)
    frames = {each.sha256: each for each in inbox.frames}
    register = None
    if len(frames) == 1:
        (only,) = frames.values()
        register = read_frame(only, layouts).register
    irregular = list(inbox.irregularities)
    views: list[FormView] = []
    for workbook in inbox.units:
        located = locate_unit(workbook, register)
        if isinstance(located, Form):
            views.append(form_view(located, layouts, register, None))
        else:
            irregular.append(located)
    earlier = [each for each in views if each.period < period]
    if not earlier:
        raise RamkollError(
            f"Mappen har ingen arbetsbok för en period före {period}.",
            where=str(folder),
            todo="Ange mappen med förra periodens ifyllda arbetsböcker efter --previous.",
        )
    last = max(each.period for each in earlier)
    notes = [
        f"{each.file} gäller {each.period} och används inte; förra perioden är {last}."
        for each in views
        if each.period != last
    ]
    chosen: dict[tuple[str, str], FormView] = {}
    for of, found in _by_form(each for each in views if each.period == last).items():
        best = max(version(each) for each in found)
        highest = [each for each in found if version(each) == best]
        if len({each.form.sha256 for each in highest}) > 1:
            files = ", ".join(each.file for each in highest)
            notes.append(f"{files} är samma version för {of[1]}, så ingen av dem används.")
        else:
            chosen[of] = highest[0]
    return LastPeriod(last, chosen, tuple(notes), irregularity_findings(tuple(irregular)))


def _by_form(views: Iterable[FormView]) -> dict[tuple[str, str], list[FormView]]:
    found: dict[tuple[str, str], list[FormView]] = {}
    for view in views:
        found.setdefault((view.form.places.layout.id, view.form.enhet), []).append(view)
    return found


def last_books(
    last: LastPeriod, register: Register, period: Period
) -> tuple[dict[tuple[str, str], LastBooks], tuple[str, ...]]:
    """Whose reference columns come from which workbooks, by form and code, and what is missing."""
    succession = Succession(register, period.last_day)
    names = {each.code: each.label for each in register.enheter}
    reporters = {(each.form, each.code): each.label for each in register.reporters}
    notes: list[str] = []
    books: dict[str, list[LastBook]] = {}
    short: dict[str, list[str]] = {}
    codes = [each.code for each in register.valid_enheter(last.period.last_day)]
    units = [of[1] for of in last.views if of[0] == UNIT_FORM and of not in reporters]
    for code in dict.fromkeys((*codes, *units)):
        view = last.views.get((UNIT_FORM, code))
        heirs = succession.heirs(code, last.period.year, last.period.month)
        if isinstance(heirs, Homeless):
            if view is not None:
                notes.append(
                    f"{view.file}: {code} är {heirs.trouble}, så inget förs vidare därifrån."
                )
            continue
        for heir in heirs:
            label = "" if heir.code == code else names.get(code, code)
            if view is None:
                short.setdefault(heir.code, []).append(names.get(code, code))
            else:
                books.setdefault(heir.code, []).append(LastBook(view, heir.share, label))
    found: dict[tuple[str, str], LastBooks] = {}
    for enhet in register.valid_enheter(period.last_day):
        missing = short.get(enhet.code, [])
        theirs = books.get(enhet.code, [])
        if missing:
            sums = ", och prognoserna läggs inte ihop" if theirs else ""
            notes.append(f"{enhet.label}: ingen arbetsbok för {', '.join(missing)}{sums}.")
        elif not theirs:
            notes.append(f"{enhet.label}: ny enhet, så det finns inget från förra perioden.")
        if theirs:
            of = UNIT_FORM, enhet.code
            found[of] = LastBooks(tuple(theirs), not missing, period.year)
    for of, label in reporters.items():
        view = last.views.get(of)
        if view is not None:
            found[of] = LastBooks((LastBook(view, Decimal(1), ""),), True, period.year)
        else:
            notes.append(f"{label}: ingen arbetsbok från förra perioden.")
    if last.period.year != period.year:
        notes.append(
            f"Förra perioden är {last.period}: dess prognoser gäller {last.period.year} och förs "
            "inte in."
        )
    return found, tuple(notes)


def previous_notes(
    books: LastBooks,
    places: Places,
    label: str,
    of_extract: Callable[[Key], Decimal | None],
) -> Iterator[str]:
    """What did not find a place in a new workbook, and where an extract says otherwise."""
    unplaced = list(books.unplaced(places))
    if unplaced:
        yield f"{label}: raden finns inte längre: {_listed(unplaced)}."
    differing: list[str] = []
    for place in places.tables.values():
        for slot, column, _, _ in place.slots():
            is_amount = column.kind == "number" and bool(column.previous)
            if not is_amount or not books.holds(slot.table, column):
                continue
            one, other = books.value(slot, column), of_extract(places.fact_key(slot))
            if isinstance(other, Decimal) and _thousands(one) != _thousands(other):
                differing.append(f"{place.sheet} {place.labels.get(slot.row, slot.row.line)}")
    if differing:
        yield (
            f"{label}: utdragen har en annan föregående prognos än arbetsboken, som gäller: "
            f"{_listed(differing)}."
        )


def _thousands(value: object) -> Decimal:
    return round_half_up(value / 1000, 0) if isinstance(value, Decimal) else Decimal(0)


def _listed(words: Sequence[str]) -> str:
    more = f" och {len(words) - 5} till" if len(words) > 5 else ""
    return ", ".join(words[:5]) + more
