"""Finding one table on a sheet: its heading row, its columns and its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ramkoll.layout.form import Irregular, Irregularity
from ramkoll.layout.layout import ColumnLayout, TableLayout
from ramkoll.layout.places import (
    CODE,
    NAME,
    PART_KEY,
    SERIES,
    RowKey,
    SeriesPlace,
    TablePlace,
    heading,
    list_line,
    row_order,
    series_places,
)
from ramkoll.layout.typed import text_in
from ramkoll.model.cells import CellKind, CellRef, Sheet
from ramkoll.model.period import SHORT_MONTHS, Period
from ramkoll.model.register import Register

MANY = 4  # names in a message before the rest are only counted
LIST_END = 40  # beyond so many empty rows a lone cell is a note, and no row of the list


@dataclass(frozen=True)
class Found:
    """A table as found, or None, and what was irregular about it."""

    place: TablePlace | None
    irregular: tuple[Irregularity, ...]


def find_table(
    file: str,
    sheet: Sheet,
    table: TableLayout,
    period: Period,
    enhet: str,
    register: Register | None,
    below: TableLayout | None = None,
) -> Found:
    """Where a table's headings and rows stand on a sheet; ``below`` is the next table there."""
    expected = _expected(table, period)
    key_names = _key_names(table)
    header = _header_row(sheet, set(expected) | {_folded(name) for name in key_names})
    if header is not None and below is not None:
        names = set(_expected(below, period)) | {_folded(name) for name in _key_names(below)}
        sheet = _above(sheet, header, _header_row(sheet, names))
    if header is None:
        at = CellRef.whole_file(file, sheet.name)
        return Found(None, (Irregularity(Irregular.HEADINGS_MISSING, at),))
    search = _Search(file, sheet, table, period, header)
    columns, keys, irregular = search.columns(expected, key_names)
    if table.rows == "list":
        rows = search.list_rows(columns)
        place = TablePlace(sheet.name, table, header, keys, columns, rows, {}, {})
        return Found(place, tuple(irregular))
    if table.rows == "fixed" and table.row_heading in keys:
        place, more = search.fixed_rows(columns, keys)
        return Found(place, (*irregular, *more))
    for missing in _needed_keys(table, enhet, register):
        if missing not in keys:
            # Without it every row would be unknown or double: that one column is all to say.
            at = CellRef(file, sheet.name, header, 1)
            return Found(None, (Irregularity(Irregular.COLUMN_MISSING, at, {"kolumn": missing}),))
    place, more = search.group_rows(columns, keys, enhet, register)
    return Found(place, (*irregular, *more))


def _needed_keys(table: TableLayout, enhet: str, register: Register | None) -> Iterator[str]:
    """The key columns without which rows cannot be told apart."""
    if table.rows == "fixed":
        yield table.row_heading
        return
    yield from (CODE, NAME)
    if table.series:
        yield SERIES
    if table.parts and register is not None and register.parts_of(enhet):
        yield PART_KEY


def _expected(table: TableLayout, period: Period) -> dict[str, tuple[str, int]]:
    return {
        _folded(heading(column, month, period)): (column.id, month)
        for column in table.columns
        for month in column.months(period)
    }


def _key_names(table: TableLayout) -> tuple[str, ...]:
    if table.rows == "list":
        return ()
    return (SERIES, table.row_heading) if table.rows == "fixed" else (SERIES, CODE, PART_KEY, NAME)


def _above(sheet: Sheet, header: int, limit: int | None) -> Sheet:
    """The sheet without what stands at and below a later table's headings."""
    if limit is None or limit <= header:
        return sheet
    return replace(sheet, cells={at: cell for at, cell in sheet.cells.items() if at[0] < limit})


def _header_row(sheet: Sheet, wanted: set[str]) -> int | None:
    hits: dict[int, int] = {}
    for (row, _), cell in sheet.cells.items():
        if cell.kind is CellKind.TEXT and _folded(str(cell.value)) in wanted:
            hits[row] = hits.get(row, 0) + 1
    if not hits:
        return None
    best = max(hits, key=lambda row: (hits[row], -row))
    return best if hits[best] >= min(2, len(wanted)) else None


@dataclass(frozen=True)
class _Search:
    file: str
    sheet: Sheet
    table: TableLayout
    period: Period
    header: int

    def _ref(self, row: int, column: int) -> CellRef:
        return CellRef(self.file, self.sheet.name, row, column)

    def columns(
        self, expected: dict[str, tuple[str, int]], key_names: Sequence[str]
    ) -> tuple[dict[tuple[str, int], int], dict[str, int], list[Irregularity]]:
        by_key_name = {_folded(name): name for name in key_names}
        columns: dict[tuple[str, int], int] = {}
        keys: dict[str, int] = {}
        irregular: list[Irregularity] = []
        others: list[tuple[int, str]] = []
        for column, text in self._headings():
            folded = _folded(text)
            name, slot = by_key_name.get(folded), expected.get(folded)
            if name is not None and name not in keys:
                keys[name] = column
            elif slot is not None and slot not in columns:
                columns[slot] = column
            elif name is not None or slot is not None:
                facts = {"kolumn": text}
                at = self._ref(self.header, column)
                irregular.append(Irregularity(Irregular.COLUMN_DOUBLE, at, facts))
            else:
                others.append((column, text))
        for column_layout in self.table.columns:
            for month in column_layout.months(self.period):
                if (column_layout.id, month) not in columns:
                    irregular.append(self._missing(column_layout, month, others))
        return columns, keys, irregular

    def _headings(self) -> Iterator[tuple[int, str]]:
        for (row, column), cell in sorted(self.sheet.cells.items()):
            if row == self.header and cell.kind is CellKind.TEXT:
                yield column, str(cell.value)

    def _missing(
        self, column: ColumnLayout, month: int, others: list[tuple[int, str]]
    ) -> Irregularity:
        wanted = heading(column, month, self.period)
        pattern = _any_period(column)
        for at, text in others:
            if pattern.fullmatch(_folded(text)):
                facts = {"kolumn": text, "väntat": wanted}
                ref = self._ref(self.header, at)
                return Irregularity(Irregular.COLUMN_OTHER_PERIOD, ref, facts)
        ref = self._ref(self.header, 1)
        return Irregularity(Irregular.COLUMN_MISSING, ref, {"kolumn": wanted})

    def list_rows(self, columns: dict[tuple[str, int], int]) -> dict[RowKey, int]:
        formulas = {each.id for each in self.table.columns if each.expr is not None}
        used = {at for (column, _), at in columns.items() if column not in formulas}
        filled = sorted(
            {
                row
                for (row, column), cell in self.sheet.cells.items()
                if row > self.header and column in used and not cell.is_blank
            }
        )
        rows: dict[RowKey, int] = {}
        last = self.header
        for row in filled:
            cells = sum(not self.sheet.cell(row, column).is_blank for column in used)
            if row - last > LIST_END and cells < 2:
                continue  # a note far below the list; a row of it has more than one cell
            rows[RowKey(list_line(row - self.header))] = last = row
        return rows

    def fixed_rows(
        self, columns: dict[tuple[str, int], int], keys: dict[str, int]
    ) -> tuple[TablePlace, list[Irregularity]]:
        """The form's own rows, by their labels and the series they belong to."""
        irregular: list[Irregularity] = []
        years = [int(year) for year in self._series_years(keys)]
        series = series_places(self.table.series, self.period, years)
        by_series = {_folded(each.label): each.key for each in series}
        by_label = {_folded(row.label): row.id for row in self.table.fixed}
        name = keys[self.table.row_heading]
        rows: dict[RowKey, int] = {}
        labels: dict[RowKey, str] = {}
        for (row, column), cell in sorted(self.sheet.cells.items()):
            line = by_label.get(_folded(text_in(cell))) if column == name else None
            if row <= self.header or line is None:
                continue
            of = text_in(self.sheet.cell(row, keys[SERIES])) if SERIES in keys else ""
            if series and _folded(of) not in by_series:
                continue
            key = RowKey(line, "", by_series.get(_folded(of), ""))
            if key in rows:
                facts = {"kod": text_in(cell), "namn": text_in(cell), "rad": str(rows[key])}
                related = (self._ref(rows[key], name),)
                at = self._ref(row, name)
                irregular.append(Irregularity(Irregular.ROW_DOUBLE, at, facts, related))
            else:
                rows[key], labels[key] = row, text_in(cell)
        for each in series or (None,):
            of = "" if each is None else each.key
            lost = [r.label for r in self.table.fixed if RowKey(r.id, "", of) not in rows]
            if lost:
                missing = {"rad": _listed(lost), "antal": len(lost), "serie": _label(each)}
                at = self._ref(self.header, name)
                irregular.append(Irregularity(Irregular.ROW_MISSING, at, missing))
        place = TablePlace(
            self.sheet.name, self.table, self.header, keys, columns, rows, labels, {}, series
        )
        return place, irregular

    def group_rows(
        self,
        columns: dict[tuple[str, int], int],
        keys: dict[str, int],
        enhet: str,
        register: Register | None,
    ) -> tuple[TablePlace, list[Irregularity]]:
        irregular: list[Irregularity] = []
        years = [int(year) for year in self._series_years(keys)]
        series = series_places(self.table.series, self.period, years)
        by_label = {_folded(each.label): each for each in series}
        totals = {_folded(total.label): total for total in self.table.totals}
        order = list(row_order(self.table, register)) if register else None
        known = {line for line, _ in order} if order else None
        parts = {part.code for part in register.parts_of(enhet)} if register else None
        rows: dict[RowKey, int] = {}
        labels: dict[RowKey, str] = {}
        unread: list[_UnknownRow] = []
        for row in self._body_rows(columns, keys):
            texts = {name: text_in(self.sheet.cell(row, at)) for name, at in keys.items()}
            code, name, part = texts[CODE], texts[NAME], texts.get(PART_KEY, "")
            total = totals.get(_folded(name)) if not code else None
            line = total.line if total else code
            each = by_label.get(_folded(texts.get(SERIES, "")))
            key = RowKey(line, part, each.key if each else "")
            unknown = (
                not line
                or (bool(series) and each is None)
                or (known is not None and line not in known)
                or (part and parts is not None and part not in parts)
            )
            if unknown:
                if self._holds_figures(row, columns, keys):
                    unread.append(_UnknownRow(row, code or name or f"rad {row}", bool(code)))
            elif key in rows:
                facts = {"kod": code or name, "namn": name, "rad": str(rows[key])}
                at = self._ref(row, keys[CODE])
                related = (self._ref(rows[key], keys[CODE]),)
                irregular.append(Irregularity(Irregular.ROW_DOUBLE, at, facts, related))
            else:
                rows[key], labels[key] = row, name
        kinds = self._kinds(rows, register)
        place = TablePlace(
            self.sheet.name, self.table, self.header, keys, columns, rows, labels, kinds, series
        )
        unread = list(_in_table(unread, max(rows.values(), default=self.header)))
        irregular += self._unknown_rows(place, unread)
        if order is not None:
            irregular += self._missing_rows(place, order, unread)
        irregular += self._moved_rows(place, order)
        return place, irregular

    def _body_rows(self, columns: dict[tuple[str, int], int], keys: dict[str, int]) -> list[int]:
        used = set(columns.values()) | set(keys.values())
        last_total = 0
        rows = set()
        totals = {_folded(total.label) for total in self.table.totals}
        for (row, column), cell in self.sheet.cells.items():
            if row > self.header and column in used and not cell.is_blank:
                rows.add(row)
                if column == keys[NAME] and _folded(text_in(cell)) in totals:
                    last_total = max(last_total, row)
        # Notes under the table stand in the first column alone, without a code or a name.
        body = []
        for row in sorted(rows):
            has_key = any(
                not self.sheet.cell(row, at).is_blank
                for name, at in keys.items()
                if name not in (SERIES,)
            )
            others = any(not self.sheet.cell(row, at).is_blank for at in columns.values())
            only_code = not others and self.sheet.cell(row, keys[NAME]).is_blank
            if row > last_total and only_code:
                continue
            if has_key or others:
                body.append(row)
        return body

    def _series_years(self, keys: dict[str, int]) -> Iterator[str]:
        if SERIES in keys:
            for (row, column), cell in self.sheet.cells.items():
                if column == keys[SERIES] and row > self.header and cell.kind is CellKind.TEXT:
                    yield from re.findall(r"\b(?:19|20)\d{2}\b", str(cell.value))

    def _holds_figures(
        self, row: int, columns: dict[tuple[str, int], int], keys: dict[str, int]
    ) -> bool:
        names = (CODE, NAME, PART_KEY)
        at = [*columns.values(), *(keys[name] for name in names if name in keys)]
        return any(not self.sheet.cell(row, column).is_blank for column in at)

    def _kinds(self, rows: dict[RowKey, int], register: Register | None) -> dict[str, str]:
        """The kind of each account group: from the register, else from the sum below it."""
        if register is not None:
            return {group.code: group.kind for group in register.groups}
        sums = sorted(
            (row, total.kind, key.series)
            for key, row in rows.items()
            if (total := self.table.total(key.line)) is not None and total.kind
        )
        kinds: dict[str, str] = {}
        for key, row in rows.items():
            below = [kind for at, kind, series in sums if at > row and series == key.series]
            if below and not key.part and self.table.total(key.line) is None:
                kinds.setdefault(key.line, below[0])
        return kinds

    def _unknown_rows(
        self, place: TablePlace, unread: Sequence[_UnknownRow]
    ) -> Iterator[Irregularity]:
        """One remark a block of rows: what was pasted in one go is one cause."""
        blocks: list[list[_UnknownRow]] = []
        for each in unread:
            if blocks and each.row == blocks[-1][-1].row + 1:
                blocks[-1].append(each)
            else:
                blocks.append([each])
        for block in blocks:
            refs = [self._ref(each.row, place.keys[CODE]) for each in block]
            facts = {"kod": _listed([each.shown for each in block])}
            yield Irregularity(Irregular.ROW_UNKNOWN, refs[0], facts, tuple(refs[1:]))

    def _missing_rows(
        self, place: TablePlace, order: list[tuple[str, str]], unread: Sequence[_UnknownRow]
    ) -> Iterator[Irregularity]:
        """One remark a series. A row that stands in its place under another name is said."""
        at = self._ref(self.header, place.keys[CODE])
        taken = {each.row for each in unread}
        for each in place.series or (None,):
            series = "" if each is None else each.key
            rows = [place.rows.get(RowKey(line, "", series)) for line, _ in order]
            missing = []
            for n, (line, label) in enumerate(order):
                if rows[n] is None and _place_in(rows, n, self.header) not in taken:
                    code = "" if self.table.total(line) is not None else line
                    missing.append(f"{code} {label}".strip())
            if missing:
                facts = {"rad": _listed(missing), "antal": len(missing), "serie": _label(each)}
                yield Irregularity(Irregular.ROW_MISSING, at, facts)

    def _moved_rows(
        self, place: TablePlace, order: list[tuple[str, str]] | None
    ) -> Iterator[Irregularity]:
        """One remark a table: the first row that does not follow on the one before it."""
        rows = sorted((row, key) for key, row in place.rows.items())
        if not rows:
            return
        rank = {line: n for n, (line, _) in enumerate(order or ())}
        before_row, before = self.header, None
        for row, key in rows:
            same_series = before is None or before.series == key.series
            gap = row - before_row > (1 if same_series else 2)
            turned = (
                before is not None
                and same_series
                and not (key.part or before.part)
                and rank.get(key.line, 0) < rank.get(before.line, 0)
            )
            if gap or turned:
                facts = {"namn": place.labels.get(key, key.line), "rad": str(row)}
                at = self._ref(row, place.keys[CODE])
                yield Irregularity(Irregular.ROWS_MOVED, at, facts)
                return
            before_row, before = row, key


@dataclass(frozen=True)
class _UnknownRow:
    """A row that holds something and has no place in the register; ``shown`` names it."""

    row: int
    shown: str
    has_code: bool


def _in_table(unread: Sequence[_UnknownRow], last: int) -> Iterator[_UnknownRow]:
    """The unknown rows that are the table's: what stands apart below it is the controller's own.

    ``last`` is the last row that is known. Apart is with a gap, and without a code.
    """
    for each in unread:
        if each.has_code or each.row <= last + 1:
            yield each
            last = max(last, each.row)


def _place_in(rows: Sequence[int | None], n: int, header: int) -> int:
    """The row where the n-th of these should stand, counted from the nearest that is there."""
    there = [at for at, row in enumerate(rows) if row is not None]
    if not there:
        return header + 1 + n
    nearest = min(there, key=lambda at: (at > n, abs(at - n)))
    return (rows[nearest] or header) + n - nearest


def _listed(names: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    if len(names) > MANY:
        return f"{', '.join(names[: MANY - 1])} och {len(names) - MANY + 1} till"
    return " och ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _label(series: SeriesPlace | None) -> str:
    return "" if series is None else series.label


def _any_period(column: ColumnLayout) -> re.Pattern[str]:
    """A heading's pattern for any year and months."""
    months = "|".join(SHORT_MONTHS)
    pieces = {"år": r"\d{4}", "fg_år": r"\d{4}", "från": months, "till": months}
    pieces |= {"månadsnamn": months, "period": r".+", "månad": r"\d+"}
    parts = re.split(r"\{(\w+)\}", column.heading)
    text = "".join(
        f"(?:{pieces.get(part, '.+')})" if n % 2 else re.escape(_folded_keep(part))
        for n, part in enumerate(parts)
    )
    return re.compile(text)


def _folded_keep(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
