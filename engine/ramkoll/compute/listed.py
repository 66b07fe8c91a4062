"""Extract rows as the rows of forms: whose workbook each goes to, and what stands in its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from ramkoll.compute.allocate import FIRST_YEAR, LAST_YEAR, lost_rows
from ramkoll.compute.organisation import Heir, Homeless, Succession
from ramkoll.layout.form import Irregular, Irregularity
from ramkoll.layout.layout import ColumnLayout, Layout, RowLayout, SheetLayout, TableLayout
from ramkoll.layout.places import RowKey, TablePlace
from ramkoll.model.cells import CellRef
from ramkoll.model.period import Period
from ramkoll.model.plan import PlanValue
from ramkoll.model.register import Register, Reporter

if TYPE_CHECKING:
    import pandas as pd  # takes half a second, and most commands read no extracts

Cells: TypeAlias = Mapping[tuple[str, int], PlanValue]  # column and month (0: none) to value
MEASURE = "*"  # the source of the column that names an unpivoted amount
_AMOUNTS = {"_kr": Decimal(1), "_tkr": Decimal(1000)}


@dataclass
class Listed:
    """What extracts put into forms, by table and whose workbook it is. Amounts are in kronor.

    ``rows`` are the rows of lists, ``cells`` the cells of fixed rows and account groups by line
    and year (0: the period's), ``datasets`` the extracts that a workbook has rows from.
    """

    rows: dict[tuple[str, str], list[Cells]] = field(default_factory=dict)
    cells: dict[tuple[str, str], dict[tuple[str, int], dict[tuple[str, int], PlanValue]]] = field(
        default_factory=dict
    )
    datasets: dict[str, set[str]] = field(default_factory=dict)
    irregularities: list[Irregularity] = field(default_factory=list)

    def value(self, place: TablePlace, who: str, row: RowKey, column: str, month: int) -> PlanValue:
        """What a slot is filled with; None leaves it blank."""
        table = place.layout
        if table.rows == "list":
            rows = self.rows.get((table.id, who), [])
            number = int(row.line)
            return rows[number - 1].get((column, month)) if number <= len(rows) else None
        if row.part:
            return None
        series = place.series_of(row)
        at = (row.line, series.year if series else 0)
        return self.cells.get((table.id, who), {}).get(at, {}).get((column, month))

    def years(self, table: str, who: str) -> tuple[int, ...]:
        """The years that a table's fixed rows have amounts for."""
        return tuple(sorted({year for _, year in self.cells.get((table, who), ()) if year}))


def listed(
    layouts: Sequence[Layout],
    extracts: Mapping[str, pd.DataFrame],
    succession: Succession,
    register: Register,
    period: Period,
    few: Callable[[str, int], bool],
) -> Listed:
    """Every extract that a form has a table for, shared out to the workbooks.

    ``few`` says whether a unit has so few persons in a year that protected rows stay blank.
    """
    found = Listed()
    records: dict[str, list[dict[str, Any]]] = {}
    lost: set[tuple[str, Homeless]] = set()
    takers = _takers(layouts)
    for layout in layouts:
        for sheet, table in layout.tables():
            filler = _Filler(
                layout,
                sheet,
                table,
                extracts,
                records,
                succession,
                register,
                period,
                few,
                takers,
            )
            filler.fill(found, lost)
    found.irregularities += lost_rows(lost)
    return found


def _takers(layouts: Sequence[Layout]) -> Mapping[str, frozenset[str]]:
    """The forms that have a place for each extract."""
    found: dict[str, set[str]] = {}
    for layout in layouts:
        for _, table in layout.tables():
            sources = (column.source for column in table.columns if "." in column.source)
            for extract in (table.extract, *(each.partition(".")[0] for each in sources)):
                found.setdefault(extract, set()).add(layout.id)
    return {extract: frozenset(ids) for extract, ids in found.items()}


@dataclass
class _Filler:
    layout: Layout
    sheet: SheetLayout
    table: TableLayout
    extracts: Mapping[str, pd.DataFrame]
    records: dict[str, list[dict[str, Any]]]  # the extracts' rows, once they have been asked for
    succession: Succession
    register: Register
    period: Period
    few: Callable[[str, int], bool]
    takers: Mapping[str, frozenset[str]]

    def fill(self, found: Listed, lost: set[tuple[str, Homeless]]) -> None:
        self.found, self.lost = found, lost
        if self.table.rows == "account_groups":
            self._groups()
        elif self.table.rows == "fixed":
            if self.table.row_column:
                self._by_label()
            for row in self.table.fixed:
                if row.source:
                    self._months_of(row)
            self._words_without_row()
        elif self.table.extract:
            self._list()

    def _records(self, extract: str) -> list[dict[str, Any]]:
        if extract not in self.records:
            frame = self.extracts.get(extract)
            self.records[extract] = [] if frame is None else frame.to_dict("records")  # type: ignore[assignment]
        return self.records[extract]

    def _owners(self, extract: str, row: Mapping[str, Any]) -> Iterable[Heir]:
        """Whose workbooks a row goes to, with the share of its amounts."""
        if not self.table.unit_column:
            return [Heir(each.code, Decimal(1)) for each in self._reporters()]
        code = str(row[self.table.unit_column])
        reporter = next((r for r in self.register.reporters if r.code == code), None)
        if reporter is not None:
            if reporter.form not in self.takers.get(extract, ()):
                self._say_unplaced(extract, self.table.unit_column, code)
            return [Heir(code, Decimal(1))] if reporter.form == self.layout.id else []
        if self.layout.id != UNIT_FORM:
            return []
        when = (row.get("år") or self.period.year, row.get("månad") or self.period.month)
        heirs = self.succession.heirs(code, *when)
        if isinstance(heirs, Homeless):
            self.lost.add((extract, heirs))
            return []
        return heirs

    def _reporters(self) -> Iterator[Reporter]:
        return (each for each in self.register.reporters if each.form == self.layout.id)

    def _workbook(self, unit: str) -> str:
        """The workbook that has the sheet for a unit: its own, or a rapportör's."""
        for each in self._reporters():
            if self.sheet.name in each.sheets and each.covers(unit):
                return each.code
        return unit

    def _note(self, extract: str, unit: str) -> str:
        who = self._workbook(unit)
        self.found.datasets.setdefault(who, set()).add(extract)
        return who

    def _value(self, column: ColumnLayout, row: Mapping[str, Any], source: str) -> PlanValue:
        value = row.get(source)
        if value is None or value == "":
            return None
        if isinstance(value, Decimal):
            return value * next((f for end, f in _AMOUNTS.items() if source.endswith(end)), 1)
        if isinstance(value, int):
            return Decimal(value)
        if column.kind == "date":
            return date.fromisoformat(str(value))
        return column.values.get(str(value), str(value))

    def _sources(self, extract: str) -> Iterator[tuple[ColumnLayout, str]]:
        for column in self.table.columns:
            name, _, last = column.source.rpartition(".")
            if last and last != MEASURE and (name or self.table.extract) == extract:
                yield column, last

    def _cell(self, who: str, line: str, year: int) -> dict[tuple[str, int], PlanValue]:
        table = self.found.cells.setdefault((self.table.id, who), {})
        return table.setdefault((line, year), {})

    def _groups(self) -> None:
        """Texts on the rows of account groups; a row without a group is about the net."""
        extracts = {c.source.rpartition(".")[0] for c in self.table.columns if "." in c.source}
        known = {group.code for group in self.register.groups}
        net = next((total.line for total in self.table.totals if total.of), "")
        for extract in sorted(extracts):
            for row in self._records(extract):
                group = str(row.get("kontogrupp") or "")
                if group and group not in known:
                    self._say_unplaced(extract, "kontogrupp", group)
                    continue
                for heir in self._owners(extract, row):
                    self._put(
                        self._cell(self._note(extract, heir.code), group or net, 0), extract, row
                    )

    def _put(
        self, cell: dict[tuple[str, int], PlanValue], extract: str, row: Mapping[str, Any]
    ) -> None:
        """What a row says into the cells of its line. Texts of units that are one now follow on."""
        for column, source in self._sources(extract):
            value, before = self._value(column, row, source), cell.get((column.id, 0))
            if value is None or value == before:
                continue
            if column.kind == "text" and before:
                value = f"{before}\n{value}"
            cell[column.id, 0] = value

    def _by_label(self) -> None:
        """Texts on the form's own rows, by the label of the row."""
        lines = {row.label.casefold(): row.id for row in self.table.fixed}
        for row in self._records(self.table.extract):
            label = str(row[self.table.row_column])
            line = lines.get(label.casefold())
            heirs = list(self._owners(self.table.extract, row))
            if line is None:
                if heirs:
                    self._say_unplaced(self.table.extract, self.table.row_column, label)
                continue
            for heir in heirs:
                cell = self._cell(self._note(self.table.extract, heir.code), line, 0)
                self._put(cell, self.table.extract, row)

    def _months_of(self, fixed: RowLayout) -> None:
        """Amounts of a fixed row, a month a cell and a year a series."""
        extract, _, source = fixed.source.partition(".")
        month_column = next(c.id for c in self.table.columns if c.repeat == "months")
        for row in self._records(extract):
            if any(str(row[name]) != word for name, word in fixed.where.items()):
                continue
            year, month, amount = int(row["år"]), int(row["månad"]), row[source]
            if not self._is_month(extract, year, month):
                continue
            if (year, month) > (self.period.year, self.period.month) or amount is None:
                continue
            for heir in self._owners(extract, row):
                if fixed.protected and self.few(heir.code, year):
                    continue
                cell = self._cell(self._note(extract, heir.code), fixed.id, year)
                before = cell.get((month_column, month))
                added = before if isinstance(before, Decimal) else Decimal(0)
                cell[month_column, month] = added + amount * heir.share

    def _is_month(self, extract: str, year: int, month: int) -> bool:
        """Whether there is such a month; else it is told, since no sheet has a column for it."""
        exists = 1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR
        if not exists:
            self._say_unplaced(extract, "månad", f"{year}-{month:02d}")
        return exists

    def _words_without_row(self) -> None:
        """Say which rows of an extract no fixed row takes: an interval that the form has not."""
        wheres: dict[tuple[str, str], set[str]] = {}
        for row in self.table.fixed:
            for name, word in row.where.items():
                wheres.setdefault((row.source.split(".")[0], name), set()).add(word)
        for (extract, name), words in wheres.items():
            others = {str(row[name]) for row in self._records(extract)} - words
            for word in sorted(others):
                facts = {"ord": f"{name} «{word}»", "blad": self.sheet.name}
                at = CellRef.whole_file(f"{extract}.csv")
                self.found.irregularities.append(Irregularity(Irregular.ROW_HOMELESS, at, facts))

    def _say_unplaced(self, extract: str, name: str, word: str) -> None:
        facts = {
            "vad": f"Rader med {name} «{word}» har ingen plats på bladet {self.sheet.name}",
            "belopp": "raderna",
            "åtgärd": f"Rätta utdraget {extract}.csv, eller lägg till raden i formuläret.",
        }
        at = CellRef.whole_file(f"{extract}.csv")
        said = Irregularity(Irregular.AMOUNT_HOMELESS, at, facts)
        if said not in self.found.irregularities:
            self.found.irregularities.append(said)

    def _list(self) -> None:
        extract = self.table.extract
        columns = list(self._sources(extract))
        rows: dict[tuple[str, ...], dict[tuple[str, int], PlanValue]] = {}
        for number, row in enumerate(self._records(extract)):
            monthly = row.get("månad") is not None
            if monthly and not self._is_month(extract, int(row["år"]), int(row["månad"])):
                continue
            for heir in self._owners(extract, row):
                who = self._note(extract, heir.code)
                unit = {self.table.unit_column: heir.code} if self.table.unit_column else {}
                values = {c.id: self._value(c, {**row, **unit}, source) for c, source in columns}
                texts = {k: v for k, v in values.items() if not isinstance(v, Decimal)}
                if self.table.unpivot:
                    self._unpivot(rows, who, row, values)
                    continue
                key = (who, *map(str, texts.values())) if monthly else (who, str(number))
                cells = rows.setdefault(key, {(k, 0): v for k, v in texts.items()})
                for column, source in columns:
                    amount = values[column.id]
                    if isinstance(amount, Decimal) and self._counts(column, row, monthly):
                        before = cells.get((column.id, 0))
                        added = before if isinstance(before, Decimal) else Decimal(0)
                        # An indicator or a count is no amount that can be divided.
                        share = heir.share if source.endswith(tuple(_AMOUNTS)) else Decimal(1)
                        cells[column.id, 0] = added + amount * share
        for key, cells in rows.items():
            self.found.rows.setdefault((self.table.id, key[0]), []).append(cells)

    def _counts(self, column: ColumnLayout, row: Mapping[str, Any], monthly: bool) -> bool:
        """Whether a month's amount is part of what the column covers."""
        if not monthly:
            return True
        in_time = column.covers == "year" or int(row["månad"]) <= self.period.month
        return int(row["år"]) == self.period.year and in_time

    def _unpivot(
        self,
        rows: dict[tuple[str, ...], dict[tuple[str, int], PlanValue]],
        who: str,
        row: Mapping[str, Any],
        values: Mapping[str, PlanValue],
    ) -> None:
        """Each named amount on a row of its own, its months across."""
        measure = next(column.id for column in self.table.columns if column.source == MEASURE)
        months = next(column.id for column in self.table.columns if column.repeat == "months")
        if (int(row["år"]), int(row["månad"])) > (self.period.year, self.period.month):
            return
        for label, source in self.table.unpivot.items():
            amount = row[source]
            if not isinstance(amount, Decimal):
                continue
            key = (who, label, *map(str, values.values()))
            start: dict[tuple[str, int], PlanValue] = {(k, 0): v for k, v in values.items()}
            cells = rows.setdefault(key, start | {(measure, 0): label})
            before = cells.get((months, int(row["månad"])))
            added = before if isinstance(before, Decimal) else Decimal(0)
            cells[months, int(row["månad"])] = added + amount


UNIT_FORM = "avdelning"
