"""What rules look at: frozen views, made once and handed to every rule of a scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from ramkoll.compute.forms import Computed
from ramkoll.compute.organisation import Succession
from ramkoll.compute.own_sheets.remarks import OwnKind, OwnRemark
from ramkoll.compute.staff_groups import (
    SICK,
    STAFF,
    GroupAmount,
    GroupKey,
    group_amounts,
    unit_sums,
)
from ramkoll.compute.tables import Block
from ramkoll.compute.underlag import Underlag
from ramkoll.layout.form import Form, Irregular, Irregularity
from ramkoll.layout.places import RowKey, SlotKey, TablePlace
from ramkoll.layout.thresholds import Defaults
from ramkoll.layout.typed import text_in
from ramkoll.model.cells import BLANK_CELL, CellRef
from ramkoll.model.facts import PART, Fact, Key
from ramkoll.model.period import Period
from ramkoll.model.recalculated import Recalculated, Verdict
from ramkoll.model.register import AccountGroup, Enhet, Register, Reporter
from ramkoll.rules.changed import Alike, changed_formulas, misplaced_together
from ramkoll.rules.rule import Hit
from ramkoll.rules.shown import Shown, differing

SECRECY = "sekretess_personer"  # the threshold: so few persons are never shown by themselves


@dataclass(frozen=True)
class WorkbookView:
    """A workbook as a file: what is not laid out or filled as its form has it.

    ``recalculated`` are the workbooks whose formulas were computed anew.
    """

    file: str
    irregularities: tuple[Irregularity, ...]
    recalculated: tuple[Recalculated, ...] = ()

    def irregular(self, kind: Irregular) -> Iterator[Hit]:
        """The irregularities of a kind as hits."""
        for each in self.irregularities:
            if each.kind is kind:
                yield Hit(each.at, each.facts, each.effect, each.related)

    def without_value(self) -> frozenset[CellRef]:
        """The formula cells that hold no value, though it is known what they come to."""
        return frozenset(
            opinion.at
            for each in self.recalculated
            for opinion in each.opinions
            if opinion.verdict is Verdict.UNCACHED and opinion.known
        )


@dataclass(frozen=True)
class OwnSheetView:
    """The sheets of a workbook that its form does not have: people's own."""

    file: str
    remarks: tuple[OwnRemark, ...]

    def of(self, kind: OwnKind) -> Iterator[OwnRemark]:
        """The remarks of a kind."""
        return (each for each in self.remarks if each.kind is kind)


@dataclass(frozen=True)
class FormView:
    """One controller workbook with what its formulas come to.

    ``register`` and ``unit`` are None when there is no frame workbook, or it has no such unit;
    ``reporter`` is who hands it in when that is no unit.
    """

    form: Form
    computed: Computed
    defaults: Defaults
    register: Register | None = None
    unit: Enhet | None = None
    asked: Period | None = None
    reporter: Reporter | None = None

    @property
    def file(self) -> str:
        """The workbook's file name."""
        return self.form.file

    @property
    def enhet(self) -> str:
        """The unit or rapportör as messages name it: code and name."""
        who = self.unit or self.reporter
        return who.label if who else self.form.enhet

    @property
    def period(self) -> Period:
        """The period that the workbook says it is about."""
        return self.form.places.period

    @cached_property
    def differing(self) -> tuple[Shown, ...]:
        """The formula cells that lack the form's formula or show another value."""
        return differing(self.form, self.computed)

    @cached_property
    def group_amounts(self) -> tuple[GroupAmount, ...]:
        """Every amount of HR's lists; none in other workbooks."""
        return tuple(group_amounts(self.form))

    @cached_property
    def changed(self) -> tuple[Alike, ...]:
        """The formulas that are not the form's, those together that were changed alike."""
        return changed_formulas(self.form, self.computed)

    @cached_property
    def misplaced(self) -> tuple[Alike, ...]:
        """Those of them that are displaced in so many ways that it is said once."""
        return misplaced_together(self.changed)

    def field_text(self, field_id: str) -> str:
        """What stands in one of the form's labelled cells."""
        return text_in(self.form.fields.get(field_id, BLANK_CELL))

    def field_ref(self, field_id: str) -> CellRef:
        """Where that cell stands."""
        return self.form.places.field_ref(field_id)

    def table(self, table_id: str) -> TablePlace | None:
        """A table of the form, or None when the unit has no such sheet."""
        return self.form.places.tables.get(table_id)

    def figure(self, table: str, line: str, column: str, part: str = "") -> Fact | None:
        """A figure of the form in kronor, computed or filled in; None when blank."""
        place = self.table(table)
        row = RowKey(line, part)
        if place is None or row not in place.rows or (column, 0) not in place.columns:
            return None
        key = self.form.places.fact_key(SlotKey(table, row, column))
        return self.computed.facts.get(key) or self.form.facts.get(key)

    def months(self, series: str, line: str, part: str = "") -> Mapping[int, Fact]:
        """The filled months of a row on Månad by their number, 1–12, in kronor."""
        return self._months.get((series, line, part), {})

    @cached_property
    def _months(self) -> dict[tuple[str, str, str], dict[int, Fact]]:
        place = self.table("months")
        series = {(e.layout.measure, e.year): e.key for e in place.series} if place else {}
        found: dict[tuple[str, str, str], dict[int, Fact]] = {}
        for measure in dict.fromkeys(measure for measure, _ in series):
            for fact in self.form.facts.select(measure, dataset="months"):
                period, part = fact.key.period, dict(fact.key.breakdown).get(PART, "")
                if period is not None and (measure, period.year) in series:
                    row = (series[measure, period.year], fact.key.line, part)
                    found.setdefault(row, {})[period.month] = fact
        return {row: dict(sorted(months.items())) for row, months in found.items()}

    def says(self, table: str, line: str, column: str) -> bool:
        """Whether a text cell says something: a dash or a dot is no comment."""
        text = self.text(table, line, column)
        return text is not None and any(character.isalpha() for character in str(text.value))

    def explained(self, line: str) -> bool:
        """Whether a row has a comment or a cause, on Utfall or on Prognos."""
        cells = (("economy", "comment_budget"), ("economy", "comment_prior"))
        return self.says("forecasts", line, "forecast_cause") or any(
            self.says(table, line, column) for table, column in cells
        )

    def fictive_budget(self, line: str) -> Decimal:
        """The budget that fictive parts have on a row: no real income or cost."""
        parts = self.register.parts_of(self.form.enhet) if self.register else ()
        facts = [self.figure("economy", line, "budget_ytd", p.code) for p in parts if p.fictive]
        return sum((fact.number for fact in facts if fact is not None), Decimal(0))

    def lines(self, table: str) -> Iterator[tuple[str, AccountGroup | None, str]]:
        """The account groups of a table: code, register's group, label; sums left out."""
        place = self.table(table)
        if place is None:
            return
        groups = {g.code: g for g in self.register.groups} if self.register else {}
        for row in place.rows:
            if not row.part and not row.series and place.layout.total(row.line) is None:
                yield row.line, groups.get(row.line), place.labels.get(row, row.line)

    def slot_ref(self, table: str, line: str, column: str) -> CellRef | None:
        """Where a cell of the form stands, filled or not."""
        place = self.table(table)
        slot = SlotKey(table, RowKey(line), column)
        if place is None or slot.row not in place.rows or (column, 0) not in place.columns:
            return None
        return self.form.places.ref(slot)

    def label(self, table: str, line: str) -> str:
        """A row's label as the form prints it."""
        place = self.table(table)
        return place.labels.get(RowKey(line), line) if place else line

    def limit(self, threshold: str) -> Decimal:
        """A threshold as a number: the region's own, else Ramkoll's default.

        Amounts come in kronor, shares as ratios.
        """
        own = self.register.thresholds if self.register is not None else {}
        each = own.get(threshold) or self.defaults.thresholds[threshold]
        assert isinstance(each.value, Decimal), f"no number: {threshold}"
        return each.value * {"tkr": Decimal(1000), "%": Decimal("0.01")}.get(each.unit, Decimal(1))

    def text(self, table: str, line: str, column: str) -> Fact | None:
        """A comment or another text that was written, or None."""
        place = self.table(table)
        if place is None or RowKey(line) not in place.rows:
            return None
        if (column, 0) not in place.columns:
            return None
        key: Key = self.form.places.fact_key(SlotKey(table, RowKey(line), column))
        return self.form.facts.get(key)


@dataclass(frozen=True)
class Double:
    """Several workbooks for one unit: the one that counts, or None when none can.

    ``others`` are the rest, ``highest`` all those of the highest version.
    """

    chosen: FormView | None
    others: tuple[FormView, ...]
    highest: tuple[FormView, ...]


@dataclass(frozen=True)
class PackageView:
    """All submissions together, with the register and the tables they make.

    ``others`` are the workbooks of rapportörer, ``absent`` the rapportörer without one;
    ``boards_named`` says whether the report names the boards that it is about.
    """

    period: Period
    register: Register
    forms: tuple[FormView, ...]
    missing: tuple[Enhet, ...]
    underlag: Underlag
    blocks: tuple[Block, ...]
    doubles: tuple[Double, ...] = ()
    boards_named: bool = False
    others: tuple[FormView, ...] = ()
    absent: tuple[Reporter, ...] = ()

    @cached_property
    def hr_books(self) -> tuple[tuple[FormView, dict[GroupKey, Decimal]], ...]:
        """HR's workbooks, each with its groups summed to the units of the report date."""
        succession = Succession(self.register, self.period.last_day)
        return tuple(
            (other, unit_sums(other.form, succession))
            for other in self.others
            if other.table(STAFF) is not None or other.table(SICK) is not None
        )
