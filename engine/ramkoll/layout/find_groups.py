"""The rows of account groups in a table: known, unknown, missing and moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ramkoll.layout.form import Irregular, Irregularity
from ramkoll.layout.places import CODE, NAME, PART_KEY, SERIES, RowKey, TablePlace, row_order
from ramkoll.layout.search import Search, folded, listed, series_label
from ramkoll.layout.typed import text_in
from ramkoll.model.register import Register


@dataclass(frozen=True)
class GroupSearch(Search):
    """Finding the rows of account groups, with their totals and varav rows."""

    def group_rows(
        self,
        columns: dict[tuple[str, int], int],
        keys: dict[str, int],
        enhet: str,
        register: Register | None,
    ) -> tuple[TablePlace, list[Irregularity]]:
        irregular: list[Irregularity] = []
        series = self.series(keys)
        by_label = {folded(each.label): each for each in series}
        totals = {folded(total.label): total for total in self.table.totals}
        order = list(row_order(self.table, register)) if register else None
        known = {line for line, _ in order} if order else None
        parts = {part.code for part in register.parts_of(enhet)} if register else None
        rows: dict[RowKey, int] = {}
        labels: dict[RowKey, str] = {}
        unread: list[_UnknownRow] = []
        for row in self._body_rows(columns, keys):
            texts = {name: text_in(self.sheet.cell(row, at)) for name, at in keys.items()}
            code, name, part = texts[CODE], texts[NAME], texts.get(PART_KEY, "")
            total = totals.get(folded(name)) if not code else None
            line = total.line if total else code
            each = by_label.get(folded(texts.get(SERIES, "")))
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
                at = self.ref(row, keys[CODE])
                related = (self.ref(rows[key], keys[CODE]),)
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
        values, name = set(columns.values()), keys[NAME]
        row_keys = {at for each, at in keys.items() if each != SERIES}
        totals = {folded(total.label) for total in self.table.totals}
        named = ((row, cells[name]) for row, cells in self.below() if name in cells)
        sums = [row for row, cell in named if folded(text_in(cell)) in totals]
        last_total = max(sums, default=0)
        body = []
        for row, cells in self.below():
            has_key, others = row_keys & cells.keys(), values & cells.keys()
            # Notes under the table stand in the first column alone, without a code or a name.
            if row > last_total and not others and name not in cells:
                continue
            if has_key or others:
                body.append(row)
        return body

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
            refs = [self.ref(each.row, place.keys[CODE]) for each in block]
            facts = {"kod": listed([each.shown for each in block])}
            yield Irregularity(Irregular.ROW_UNKNOWN, refs[0], facts, tuple(refs[1:]))

    def _missing_rows(
        self, place: TablePlace, order: list[tuple[str, str]], unread: Sequence[_UnknownRow]
    ) -> Iterator[Irregularity]:
        """One remark a series. A row that stands in its place under another name is said."""
        at = self.ref(self.header, place.keys[CODE])
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
                facts = {"rad": listed(missing), "antal": len(missing), "serie": series_label(each)}
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
                at = self.ref(row, place.keys[CODE])
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
