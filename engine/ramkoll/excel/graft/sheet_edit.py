"""Cells of one worksheet part set, with every byte kept that does not belong to them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from ramkoll.excel.graft.cell_edit import (
    KEEP,
    CellEdit,
    Stored,
    escapes,
    needs_space,
    same_value,
    stored,
)
from ramkoll.excel.graft.markup import (
    Splice,
    attributes,
    escaped,
    opened,
    quoted,
    spliced,
    unfit,
    with_attribute,
)
from ramkoll.excel.graft.sheet_rows import Now, SheetRows
from ramkoll.model.cells import Area, a1
from ramkoll.model.errors import RamkollError

Place: TypeAlias = tuple[int, int]
#: From a style's index and what an edit asks for, the index of the style that has it.
Restyle: TypeAlias = Callable[[int, str | None, str | None], int]


@dataclass(frozen=True, slots=True)
class Around:
    """What a sheet's cells have to do with outside the sheet's own part.

    ``headings`` are the heading rows of its tables with their names, ``texts`` gives the shared
    texts; ``where`` is the sheet's name in messages.
    """

    where: str
    headings: Sequence[tuple[Area, str]]
    texts: Callable[[], Sequence[str]]
    restyle: Restyle
    date_1904: bool


class Edited(NamedTuple):
    """The new part, and whether a cell gained or lost a formula."""

    data: bytes
    formulas_moved: bool


class Change(NamedTuple):
    """A cell to rewrite. ``value`` None keeps what it shows; ``formula`` KEEP, its formula."""

    now: Now | None
    style: int | None
    value: Stored | None
    formula: str | object | None


def edit_sheet(data: bytes, edits: Mapping[Place, CellEdit], around: Around) -> Edited:
    """The part with the edits done; the same bytes when all cells hold what they are to hold.

    Raises RamkollError for a part that cannot be changed without risk, and for a cell that is
    part of an array formula or a what-if table, hidden in a merged area or a table's heading.
    """
    sheet = SheetRows.read(data, around.where)
    changes: dict[Place, Change] = {}
    for place in sorted(edits):
        change = _change(sheet, place, edits[place], around)
        if change is not None:
            changes[place] = change
    _refuse_bound(sheet, changes, around)
    moved = any(
        (change.now is not None and change.now.formula is not None) != (change.formula is not None)
        for change in changes.values()
        if change.value is not None and change.formula is not KEEP
    )
    _unshare(sheet, changes)
    if not changes:
        return Edited(data, False)
    splices = _dimension(sheet, changes)
    rows: dict[int, dict[int, Change]] = {}
    for (row, column), change in sorted(changes.items()):
        rows.setdefault(row, {})[column] = change
    new_rows: list[Splice] = []
    for row, cells in rows.items():
        if sheet.row(row) is None:
            place_for = sheet.place_for(row)
            new_rows.append((place_for, place_for, _new_row(sheet, row, cells)))
        else:
            splices += _row_splices(sheet, row, cells)
    if sheet.cells.inside == sheet.cells.end and new_rows:
        tag = opened(data[sheet.cells.start : sheet.cells.end])
        inside = b"".join(new for _, _, new in new_rows)
        whole = tag + inside + b"</" + sheet.cells.name + b">"
        new_rows = [(sheet.cells.start, sheet.cells.end, whole)]
    return Edited(spliced(data, splices + new_rows), moved)


def _change(sheet: SheetRows, place: Place, edit: CellEdit, around: Around) -> Change | None:
    """What has to be done to a cell; None when it is as it should be."""
    now = sheet.now(*place)
    where = f"{around.where}!{a1(*place)}"
    old_style = _style(sheet, place, now)
    style = old_style
    if edit.number_format is not None or edit.fill is not None:
        style = around.restyle(old_style, edit.number_format, edit.fill)
    formula: str | object | None = edit.formula
    value: Stored | None = None
    if edit.value is not KEEP:
        has_formula = now is not None and now.formula is not None
        if formula is KEEP and not has_formula and not _in_block(sheet, place):
            formula = None
        try:
            value = stored(edit.value, formula is not None, around.date_1904)
        except ValueError as error:
            raise RamkollError(
                "Datumet ligger före kalenderns början i Excel.",
                where=where,
                todo="Ange ett senare datum.",
            ) from error
        if isinstance(formula, str) and now is not None and _reads(sheet, place, now) == formula:
            formula = KEEP
        if _is_so(now, value, formula, around, where):
            value = None
    if value is None and style == old_style:
        return None
    if now is None and value is not None and value.text is None and formula is None:
        value = None  # an empty cell that is not there
        if style == old_style:
            return None
    return Change(now, style, value, formula)


def _is_so(
    now: Now | None, value: Stored, formula: str | object | None, around: Around, where: str
) -> bool:
    if now is None:
        return value.text is None and formula is None
    if isinstance(formula, str) or (formula is None and now.formula is not None):
        return False
    try:
        return same_value(value, now.attributes.get("t"), now.text, around.texts)
    except (ValueError, LookupError) as error:
        raise unfit(where, "Cellen har ett oläsligt innehåll.") from error


def _reads(sheet: SheetRows, place: Place, now: Now) -> str | None:
    """The formula of a cell as it reads there."""
    if now.formula is None:
        return None
    if now.formula.text or now.formula.attributes.get("t") != "shared":
        return now.formula.text or None
    sharer = sheet.sharers(now.formula.attributes.get("si", "")).get(place)
    return sharer.text if sharer else None


def _style(sheet: SheetRows, place: Place, now: Now | None) -> int:
    """The style of a cell: its own, or what its row or column gives to new cells."""
    try:
        if now is not None:
            return int(now.attributes.get("s", "0"))
        row = sheet.row(place[0])
        if row is not None:
            known = attributes(sheet.text[row.element.start : row.element.inside])
            if known.get("customFormat") in ("1", "true") and "s" in known:
                return int(known["s"])
        for known in sheet.columns():
            if int(known["min"]) <= place[1] <= int(known["max"]):
                return int(known.get("style", "0"))
    except (ValueError, LookupError) as error:
        raise unfit(sheet.where, "Bladet är skadat.") from error
    return 0


def _in_block(sheet: SheetRows, place: Place) -> bool:
    return any(block.holds(*place) for block in sheet.blocks())


def _refuse_bound(sheet: SheetRows, changes: Mapping[Place, Change], around: Around) -> None:
    """Refuse the cells whose content is not their own."""
    written = {
        place: change
        for place, change in changes.items()
        if change.value is not None and change.formula is not KEEP
    }
    if not written:
        return
    blocks = sheet.blocks()
    merged = _by_row(
        [sheet.area(known.get("ref", "")) for known in sheet.tags_after(b"mergeCell")],
        sorted({row for row, _ in written}),
    )
    for place, change in written.items():
        where = f"{around.where}!{a1(*place)}"
        for area in blocks:
            if area.holds(*place):
                raise RamkollError(
                    f"Cellen hör till matrisformeln i {area.address}, som bara kan ändras hel.",
                    where=where,
                    todo="Ändra eller ta bort matrisformeln i Excel.",
                )
        empties = change.value is not None and change.value.text is None and not change.formula
        for area in merged.get(place[0], ()):
            if area.holds(*place) and place != (area.top, area.left) and not empties:
                raise RamkollError(
                    f"Cellen är dold i de sammanfogade cellerna {area.address}.",
                    where=where,
                    todo=f"Skriv i {a1(area.top, area.left)}, eller dela cellerna i Excel.",
                )
        for area, table in around.headings:
            if area.holds(*place):
                raise RamkollError(
                    f"Cellen är rubrik i tabellen {table}.",
                    where=where,
                    todo="Ändra rubriken i Excel.",
                )


def _by_row(areas: Sequence[Area], rows: Sequence[int]) -> Mapping[int, Sequence[Area]]:
    """The areas that each of the sorted rows goes through."""
    found: dict[int, list[Area]] = {}
    for area in areas:
        for row in rows[bisect_left(rows, area.top) : bisect_right(rows, area.bottom)]:
            found.setdefault(row, []).append(area)
    return found


def _unshare(sheet: SheetRows, changes: dict[Place, Change]) -> None:
    """Give formulas of their own to the cells whose shared formula is about to lose its text."""
    lost: set[str] = set()
    for place, change in changes.items():
        formula = change.now.formula if change.now is not None else None
        if formula is not None and change.value is not None and change.formula is not KEEP:
            index = formula.attributes.get("si", "")
            if formula.attributes.get("t") == "shared" and formula.text:
                sharer = sheet.sharers(index).get(place)
                if sharer is not None and sharer.heads:
                    lost.add(index)
    for index in sorted(lost):
        for place, sharer in sheet.sharers(index).items():
            known = changes.get(place)
            if known is None:
                changes[place] = Change(sheet.now(*place), None, None, sharer.text)
            elif known.value is None or known.formula is KEEP:
                changes[place] = known._replace(formula=sharer.text)


def _row_splices(sheet: SheetRows, number: int, changes: Mapping[int, Change]) -> list[Splice]:
    row = sheet.row(number)
    assert row is not None
    tag = sheet.data[row.element.start : row.element.inside]
    new_tag = with_spans(tag, [c for c, change in changes.items() if change.now is None])
    if row.element.inside == row.element.end:
        inside = b"".join(_new_cell(sheet, (number, c), changes[c]) for c in sorted(changes))
        whole = opened(new_tag) + inside + b"</" + row.element.name + b">"
        return [(row.element.start, row.element.end, whole)]
    splices: list[Splice] = []
    if new_tag != tag:
        splices.append((row.element.start, row.element.inside, new_tag))
    for column, change in sorted(changes.items()):
        if change.now is not None:
            element = change.now.element
            new = rewritten(sheet, change.now, change)
            splices.append((element.start, element.end, new))
            continue
        after = next((e.start for c, e in row.cells.items() if c > column), None)
        last = max((e.end for e in row.cells.values()), default=row.element.inside)
        at = last if after is None else after
        splices.append((at, at, _new_cell(sheet, (number, column), change)))
    return splices


def with_spans(tag: bytes, columns: list[int]) -> bytes:
    """The row's tag with the hint of where its cells lie, if it has one, wide enough."""
    spans = attributes(tag).get("spans", "")
    try:
        ends = [int(part) for span in spans.split() for part in span.split(":")]
    except ValueError:
        return tag
    if not ends or not columns or (min(ends) <= min(columns) and max(columns) <= max(ends)):
        return tag
    widest = [*ends, *columns]
    return with_attribute(tag, "spans", f"{min(widest)}:{max(widest)}")


def _new_row(sheet: SheetRows, number: int, changes: Mapping[int, Change]) -> bytes:
    name = sheet.prefix + b"row"
    cells = b"".join(_new_cell(sheet, (number, c), changes[c]) for c in sorted(changes))
    return b'<%s r="%d">%s</%s>' % (name, number, cells, name)


def _new_cell(sheet: SheetRows, place: Place, change: Change) -> bytes:
    tag = b"<" + sheet.prefix + b"c r=" + quoted(a1(*place))
    if change.style:
        tag += b" s=" + quoted(str(change.style))
    value = change.value or Stored(None, None)
    if value.kind is not None:
        tag += b" t=" + quoted(value.kind)
    inside = _formula(sheet.prefix, change.formula) + _value(sheet.prefix, value)
    return tag + b">" + inside + b"</" + sheet.prefix + b"c>" if inside else tag + b"/>"


def rewritten(sheet: SheetRows, now: Now, change: Change) -> bytes:
    """A cell that stands there, with what does not change of it."""
    data, element = sheet.data, now.element
    tag = data[element.start : element.inside]
    if change.style is not None and str(change.style) != now.attributes.get("s", "0"):
        tag = with_attribute(tag, "s", str(change.style))
    splices: list[Splice] = []
    old = now.formula.element if now.formula is not None else None
    if old is not None and change.formula is not KEEP and (change.value or change.formula):
        splices.append((old.start, old.end, _formula(sheet.prefix, change.formula)))
    if change.value is not None:
        tag = with_attribute(tag, "t", change.value.kind)
        # What says that the old value stands for something richer.
        tag = with_attribute(tag, "vm", None)
        if change.formula is not KEEP:
            tag = with_attribute(tag, "cm", None)
        splices += [(each.start, each.end, b"") for each in now.values]
        new = _value(sheet.prefix, change.value)
        if old is None:
            new = _formula(sheet.prefix, change.formula) + new
        at = (
            old.end
            if old is not None
            else min((e.start for e in now.values), default=element.inside)
        )
        splices.append((at, at, new))
    inside = spliced(
        data[element.inside : element.close],
        [(start - element.inside, end - element.inside, new) for start, end, new in splices],
    )
    if not inside:
        return tag if tag.endswith(b"/>") else tag[:-1] + b"/>"
    return opened(tag) + inside + b"</" + element.name + b">"


def _formula(prefix: bytes, formula: str | object | None) -> bytes:
    if not isinstance(formula, str):
        return b""
    return _text(prefix + b"f", formula)


def _value(prefix: bytes, value: Stored) -> bytes:
    if value.text is None:
        return b""
    if value.kind == "inlineStr":
        inline = prefix + b"is"
        return b"<%s>%s</%s>" % (inline, _text(prefix + b"t", value.text), inline)
    return _text(prefix + b"v", value.text)


def _text(name: bytes, text: str) -> bytes:
    space = b' xml:space="preserve"' if needs_space(text) else b""
    return b"<%s%s>%s</%s>" % (name, space, escaped(escapes(text)), name)


def _dimension(sheet: SheetRows, changes: Mapping[Place, Change]) -> list[Splice]:
    """The sheet's own note of its used area, widened; nothing where there is none."""
    new = [place for place, change in changes.items() if change.now is None]
    if not new:
        return []
    for element in sheet.before():
        if element.name == sheet.prefix + b"dimension":
            tag = sheet.data[element.start : element.inside]
            known = sheet.area(attributes(tag).get("ref", ""))
            area = Area(
                min(known.top, *(row for row, _ in new)),
                min(known.left, *(column for _, column in new)),
                max(known.bottom, *(row for row, _ in new)),
                max(known.right, *(column for _, column in new)),
            )
            if area != known:
                return [(element.start, element.inside, with_attribute(tag, "ref", area.address))]
    return []
