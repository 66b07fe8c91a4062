"""What was read of a workbook, as text: a line for the workbook, each sheet, thing and cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time

from ramkoll.model.beside import Beside, BesideSheets, CalculationMode, Protection
from ramkoll.model.cells import Area, Cell, CellKind, a1, column_letters
from ramkoll.model.workbook import Sheet, Submission, Visibility

_VISIBILITY = {
    Visibility.VISIBLE: "synligt",
    Visibility.HIDDEN: "dolt",
    Visibility.VERY_HIDDEN: "dolt så att Excel inte kan visa det",
}
_CALCULATION = {
    CalculationMode.AUTO: "automatiskt",
    CalculationMode.AUTO_NO_TABLES: "automatiskt, men inte datatabeller",
    CalculationMode.MANUAL: "bara när någon ber om det",
}
_LINKS = {"externalBook": "arbetsbok", "ddeLink": "program", "oleLink": "objekt"}
# What would break a line, or steer a terminal, as signs to see; and what would turn it around.
_SIGNS = (
    {code: 0x2400 + code for code in range(0x20)}
    | {0x7F: 0x2421}
    | dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)
    | {0x2028: 0x2424, 0x2029: 0x2424}
)


def cells_text(book: Submission, sheets: Sequence[Sheet]) -> Iterator[str]:
    """The lines for a workbook and those of its sheets that are wanted, made one at a time.

    A cell's line: address, kind, value, formula, number format. Numbers have the 15 digits that
    Excel shows, and texts every sign that stands in them.
    """
    yield from _book_lines(book)
    for sheet in sheets:
        yield ""
        yield _heading(sheet)
        yield from _beside_lines(sheet)
        for (row, column), cell in sheet.cells.items():
            yield _cell_line(sheet, row, column, cell)


def shown(text: str) -> str:
    """A text on one line, with signs for what cannot be shown there."""
    return text if text.isascii() and text.isprintable() else text.translate(_SIGNS)


def _book_lines(book: Submission) -> Iterator[str]:
    beside = book.beside
    sheets = "1 blad" if len(book.sheets) == 1 else f"{len(book.sheets)} blad"
    yield f"{shown(book.file)}: {sheets}, läst på sättet «{book.reader.value}»."
    yield f"Fingeravtryck: {book.sha256}"
    yield "Makron: ja" if beside.macros else "Makron: nej"
    yield f"Dagar räknas från {'1904' if book.date_1904 else '1900'}."
    yield f"Excel räknar om {_calculation(beside)}."
    if beside.protection is not None:
        yield f"Arbetsbokens struktur är låst {_password(beside.protection)}."
    if beside.other_sheets:
        yield f"Blad utan celler: {', '.join(map(shown, beside.other_sheets))}"
    for link in beside.external_links:
        kind = _LINKS.get(link.kind, link.kind)
        yield shown(f"Länk [{link.number}] till {kind}: {link.target or 'okänt vart'}")
    for name in beside.names:
        place = (f" på {name.sheet}" if name.sheet else "") + (" (dolt)" if name.hidden else "")
        yield shown(f"Namn {name.name}{place}: {name.text}")


def _calculation(beside: BesideSheets) -> str:
    how = beside.calculation
    more = (
        (how.iterate, "upprepar cirkelreferenser"),
        (how.full_on_load, "räknar om allt när arbetsboken öppnas"),
        (how.as_displayed, "räknar med talen så som de visas"),
    )
    return ", ".join([_CALCULATION[how.mode], *(said for is_so, said in more if is_so)])


def _password(protection: Protection) -> str:
    return "med lösenord" if protection.password else "utan lösenord"


def _heading(sheet: Sheet) -> str:
    held = f"{len(sheet.cells)} {'cell' if len(sheet.cells) == 1 else 'celler'}"
    return shown(f"== {sheet.name} ({_VISIBILITY[sheet.visibility]}): {held}")


def _beside_lines(sheet: Sheet) -> Iterator[str]:
    beside = sheet.beside
    for what, said in (
        ("Sammanfogat", _addresses(sheet.merged)),
        ("Dolda rader", ", ".join(spans(sheet.hidden_rows, str))),
        ("Dolda kolumner", ", ".join(spans(sheet.hidden_columns, column_letters))),
        ("Filter", "" if beside.auto_filter is None else beside.auto_filter.address),
        ("Bilder, diagram och figurer", str(beside.drawings or "")),
    ):
        if said:
            yield f"{what}: {said}"
    if beside.protection is not None:
        yield f"Bladet är låst {_password(beside.protection)}."
    yield from map(shown, _rules_lines(beside))
    yield from map(shown, _remark_lines(beside))


def _rules_lines(beside: Beside) -> Iterator[str]:
    for table in beside.tables:
        yield f"Tabell {table.name} {table.area.address}: {', '.join(table.columns)}"
    for what, rules in (
        ("Indatakrav", beside.validations),
        ("Villkorsstyrt format", beside.conditional_formats),
    ):
        for rule in rules:
            formulas = "".join(f"  ={formula}" for formula in rule.formulas)
            yield f"{what} {rule.kind} {_addresses(rule.areas)}{formulas}"
    for link in beside.hyperlinks:
        leads = "#".join(each for each in (link.target, link.place) if each)
        yield f"Hyperlänk {link.area.address}: {leads}"


def _remark_lines(beside: Beside) -> Iterator[str]:
    for (row, column), note in beside.notes.items():
        yield f"Anteckning {a1(row, column)} av {note.author or 'okänd'}: {note.text}"
    for (row, column), remarks in beside.threads.items():
        for remark in remarks:
            made = f" {remark.made}" if remark.made else ""
            done = " (löst)" if remark.resolved else ""
            who = remark.author or "okänd"
            yield f"Kommentar {a1(row, column)} av {who}{made}{done}: {remark.text}"


def _cell_line(sheet: Sheet, row: int, column: int, cell: Cell) -> str:
    address = a1(row, column)
    line = f"{address:<8} {cell.kind.value:<11} {_value(cell)}"
    if cell.formula is not None:
        line += f"  ={cell.formula}"
    if cell.array is not None:
        area = sheet.arrays.get((row, column))
        line += f"  ({cell.array.value}{'' if area is None else ' ' + area.address})"
    return shown(f"{line}  [{cell.number_format}]")


def _value(cell: Cell) -> str:
    value = cell.value
    if value is None:
        return "(inget sparat värde)"
    match cell.kind:
        case CellKind.NUMBER:
            return str(value).replace(".", ",")
        case CellKind.BOOL:
            return "SANT" if value else "FALSKT"
        case CellKind.TEXT:
            return f"«{value}»"
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time.min else value.date().isoformat()
    return str(value)


def spans(numbers: Iterable[int], name: Callable[[int], str]) -> list[str]:
    """Rows or columns as Excel writes whole ones: ``2:2``, ``B:D``."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [f"{name(first)}:{name(last)}" for first, last in found]


def _addresses(areas: Iterable[Area]) -> str:
    return ", ".join(area.address for area in areas)
