"""The tidy list under all consolidated figures: one row a submitted figure, with its cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property

from ramkoll.compute.forms import Computed
from ramkoll.compute.items import Item
from ramkoll.compute.register import DECISION_KINDS
from ramkoll.layout.expr import names
from ramkoll.layout.form import Form
from ramkoll.layout.report import (
    FICTIVE_MEASURE,
    FRAME_MEASURE,
    PART_MEASURE,
    MeasureLayout,
    ReportLayout,
)
from ramkoll.model.cells import CellRef, a1
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import PART, TOTAL_LINE, Derived, Fact, Facts, leaves
from ramkoll.model.period import Period
from ramkoll.model.register import Enhet, Register
from ramkoll.model.units import Unit

_FIFTEEN_DIGITS = Context(prec=15)  # what a cell holds of a quotient
MAX_ROWS = 15_000  # beyond this, spreadsheet programs become slow to sort and filter
OTHER_ENHET = "enh_ovrig"  # frame decisions for a unit that the register does not have
NO_LINE, NO_AREA = "rad_ingen", "omr_inget"


@dataclass(frozen=True, slots=True)
class Codes:
    """The search words of formulas: made by us, never a source code, safe in SUMIFS."""

    enheter: Mapping[str, str]
    areas: Mapping[str, str]
    lines: Mapping[str, str]
    measures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One submitted figure, where it stands, and the input cells behind it.

    Amounts are in kronor, the rest in ``unit``. ``row_enhet`` is the unit in whose row the
    figure is printed, ``row`` the account group or the row of a list that it belongs to.
    """

    measure: str
    label: str
    enhet: str
    enhet_name: str
    row_enhet: str
    area: str
    line: str
    line_name: str
    part: str
    value: Decimal
    at: CellRef
    sources: str
    sha256: str
    unit: Unit = Unit.KR
    row: str = ""


@dataclass(frozen=True)
class Criterion:
    """One condition on entries: a static range name in Underlag, our code, and the field."""

    range_name: str
    code: str
    field: str
    value: str

    def holds(self, entry: Entry) -> bool:
        """Whether the entry meets it."""
        return bool(getattr(entry, self.field) == self.value)


@dataclass(frozen=True)
class Underlag:
    """All entries of a report and the codes they are found by."""

    entries: tuple[Entry, ...]
    codes: Codes
    month: int

    def select(self, criteria: Iterable[Criterion]) -> list[Entry]:
        """The entries that meet all criteria, in order."""
        return self._having([(each.field, each.value) for each in criteria])

    def of(self, measure: str, criteria: Iterable[Criterion]) -> list[Entry]:
        """The entries of a measure that meet all criteria, in order."""
        return self._having([("measure", measure), *((e.field, e.value) for e in criteria)])

    def _having(self, wanted: Sequence[tuple[str, str]]) -> list[Entry]:
        """The fewest entries that one condition leaves, and of these all that meet the others."""
        if not wanted:
            return list(self.entries)
        lists = [self._by_field(name).get(value, []) for name, value in wanted]
        return [
            entry
            for entry in min(lists, key=len)
            if all(getattr(entry, name) == value for name, value in wanted)
        ]

    def _by_field(self, name: str) -> Mapping[str, list[Entry]]:
        if name not in self._indexes:
            found = self._indexes[name] = {}
            for entry in self.entries:
                found.setdefault(getattr(entry, name), []).append(entry)
        return self._indexes[name]

    @cached_property
    def _indexes(self) -> dict[str, dict[str, list[Entry]]]:
        return {}

    @cached_property
    def measures(self) -> frozenset[str]:
        """The measures that there is any entry of."""
        return frozenset(entry.measure for entry in self.entries)

    def measure(self, measure: str) -> Criterion:
        """The criterion of a measure."""
        return Criterion("U_matt", self.codes.measures[measure], "measure", measure)

    def enhet(self, code: str) -> Criterion:
        """The criterion of a unit alone."""
        return Criterion("U_enhet", self.codes.enheter[code], "enhet", code)

    def row_enhet(self, code: str) -> Criterion:
        """The criterion of a unit's printed row, with the units that are part of it."""
        return Criterion("U_tryck", self.codes.enheter[code], "row_enhet", code)

    def area(self, area: str) -> Criterion:
        """The criterion of an area."""
        return Criterion("U_omrade", self.codes.areas[area], "area", area)

    def row(self, row: str) -> Criterion:
        """The criterion of an account group, or of a row of a list."""
        return Criterion("U_rad", self.codes.lines[row], "row", row)


def ascii_code(text: str) -> str:
    """A text as a code part: lower-case ASCII letters, digits and underscores."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def printed_enheter(register: Register, period: Period) -> dict[str, str]:
    """The unit in whose row each valid unit is printed: itself, or the one it is part of."""
    valid = {enhet.code: enhet for enhet in register.valid_enheter(period.last_day)}
    printed = {}
    for code, enhet in valid.items():
        seen = {code}
        own = enhet
        while (parent := valid.get(enhet.part_of)) is not None and parent.area == own.area:
            if parent.code in seen:  # a ring: nobody is part of anybody
                enhet = own
                break
            enhet = parent
            seen.add(enhet.code)
        printed[code] = enhet.code
    return printed


def underlag(
    forms: Iterable[tuple[Form, Computed]],
    register: Register,
    report: ReportLayout,
    period: Period,
    items: Sequence[Item] = (),
) -> Underlag:
    """Every figure of the report's measures out of the forms, the lists' and the frame decisions.

    Raises RamkollError when there are more rows than a workbook handles well.
    """
    valid = {enhet.code: enhet for enhet in register.valid_enheter(period.last_day)}
    printed = printed_enheter(register, period)
    fictive = {(part.enhet, part.code) for part in register.parts if part.fictive}
    groups = {group.code: group.name for group in register.groups}
    entries: list[Entry] = []
    for form, computed in forms:
        enhet = valid[form.enhet]
        for measure in report.measures:
            for fact in _figures(measure, form.facts, computed.facts, period):
                part = dict(fact.key.breakdown).get(PART, "")
                ids = [PART_MEASURE + measure.id] if part else [measure.id]
                if (enhet.code, part) in fictive:
                    ids.append(FICTIVE_MEASURE + measure.id)
                line = "" if measure.line else fact.key.line
                name = groups.get(line, "")
                for each in ids:
                    entries.append(
                        Entry(
                            each,
                            measure.label + (" (varav)" if part else ""),
                            enhet.code,
                            enhet.name,
                            printed[enhet.code],
                            enhet.area,
                            line,
                            name,
                            part,
                            fact.number,
                            fact.at,
                            _sources(fact),
                            form.sha256,
                            measure.unit,
                            line,
                        )
                    )
    entries += _frame_entries(register, valid, printed, period)
    entries += _item_entries(items, report, valid, printed)
    if len(entries) > MAX_ROWS:
        raise RamkollError(
            f"Underlaget får {len(entries)} rader, fler än de {MAX_ROWS} som ett blad klarar väl.",
            todo="Dela upp rapporten: ange i rapportmallen vilka nämnder den gäller.",
        )
    return Underlag(tuple(entries), _codes(register, report, period, items), period.month)


def _figures(
    measure: MeasureLayout, read: Facts, computed: Facts, period: Period
) -> Iterable[Fact]:
    when = Period(period.year - measure.years_back, period.month) if measure.line else None
    for facts in (computed, read):
        for fact in facts.select(
            measure.fact or measure.id,
            dataset=measure.dataset,
            line=measure.line or None,
            period=when,
        ):
            if not fact.key.line.startswith(TOTAL_LINE) and isinstance(fact.value, Decimal):
                yield fact


def _item_entries(
    items: Sequence[Item],
    report: ReportLayout,
    valid: Mapping[str, Enhet],
    printed: Mapping[str, str],
) -> Iterator[Entry]:
    words = _measure_words(report, items)
    for item in items:
        for figure in item.figures:
            if figure.measure not in words:
                continue  # no table of this report shows it
            enhet = valid.get(figure.enhet)
            yield Entry(
                figure.measure,
                figure.label or words[figure.measure],
                enhet.code if enhet else "",
                enhet.name if enhet else "",
                printed[enhet.code] if enhet else "",
                enhet.area if enhet else figure.area,
                item.key,
                item.label,
                "",
                _FIFTEEN_DIGITS.plus(figure.value),
                figure.at,
                figure.sources,
                figure.sha256,
                figure.unit,
                item.row,
            )


def _measure_words(report: ReportLayout, items: Sequence[Item]) -> dict[str, str]:
    """What each measure of the lists is called: the first heading it has in a table."""
    found: dict[str, str] = {}
    for item in items:
        for own in item.exprs.values():
            found |= {name.column: name.column for name in names(own)}
    for table in report.tables:
        for column in table.columns:
            if column.kind == "number" and column.measure:
                words = column.words or column.heading
                if found.get(column.measure, column.measure) == column.measure:
                    found[column.measure] = words
        for measure in table.measures():
            found.setdefault(measure, measure)
    declared = {measure.id: measure.label for measure in report.measures}
    return {measure: declared.get(measure, words) for measure, words in found.items()}


def _sources(fact: Fact) -> str:
    """The input cells behind a figure, as ranges: ``Månad!E9:L9``; empty for an input."""
    if not isinstance(fact.origin, Derived):
        return ""
    by_row: dict[tuple[str, int], list[int]] = {}
    for ref in leaves(fact.origin):
        by_row.setdefault((ref.sheet, ref.row), []).append(ref.column)
    pieces = []
    for (sheet, row), columns in by_row.items():
        first, last = min(columns), max(columns)
        end = "" if first == last else f":{a1(row, last)}"
        pieces.append(f"{sheet}!{a1(row, first)}{end}")
    return "; ".join(pieces)


def _frame_entries(
    register: Register, valid: Mapping[str, Enhet], printed: Mapping[str, str], period: Period
) -> list[Entry]:
    areas = {enhet.area for enhet in valid.values()}
    entries = []
    for decision in register.decisions:
        if decision.year != period.year or decision.day > period.last_day:
            continue
        enhet = valid.get(decision.enhet)
        if enhet is None and decision.area not in areas:
            continue  # another board's frame
        entries.append(
            Entry(
                FRAME_MEASURE + decision.kind,
                f"Ram, {decision.kind}",
                decision.enhet if enhet else "",
                enhet.name if enhet else decision.enhet,
                printed[enhet.code] if enhet else "",
                decision.area if decision.area in areas or enhet is None else enhet.area,
                "",
                decision.id,
                "",
                decision.amount.number,
                decision.at,
                "",
                register.sha256,
            )
        )
    return entries


def _codes(
    register: Register, report: ReportLayout, period: Period, items: Sequence[Item]
) -> Codes:
    enheter = register.valid_enheter(period.last_day)
    areas = list(dict.fromkeys(enhet.area for enhet in enheter))
    width = len(str(max(len(enheter), len(register.groups))))
    measures = {measure: ascii_code(measure) for measure in _measure_words(report, items)}
    for measure in report.measures:
        measures[measure.id] = measure.code
        measures[PART_MEASURE + measure.id] = f"varav_{measure.code}"
        measures[FICTIVE_MEASURE + measure.id] = f"fiktiv_{measure.code}"
    for kind in DECISION_KINDS:
        measures[FRAME_MEASURE + kind] = f"ram_{ascii_code(kind)}"
    lines = {g.code: f"rad_{n:0{width}d}" for n, g in enumerate(register.groups_in_order(), 1)}
    lines[""] = NO_LINE
    numbers: dict[str, int] = {}
    for item in items:
        if item.row not in lines:
            numbers[item.dataset] = numbers.get(item.dataset, 0) + 1
            lines[item.row] = f"{ascii_code(item.dataset)}_{numbers[item.dataset]:03d}"
    return Codes(
        enheter={e.code: f"enh_{n:0{width}d}" for n, e in enumerate(enheter, 1)}
        | {"": OTHER_ENHET},
        areas={area: f"omr_{n:02d}" for n, area in enumerate(areas, 1)} | {"": NO_AREA},
        lines=lines,
        measures=measures,
    )
