"""The tables of a workbook: their names and numbers, of which there are never two alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ramkoll.excel.graft.book import Book
from ramkoll.excel.graft.draft import links
from ramkoll.excel.graft.markup import attributes, root_of, shadow
from ramkoll.excel.graft.workbook_edit import names_in
from ramkoll.excel.ooxml import Parts, content_types
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import SheetPlan

TABLE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"


def tables_of(book: Book, part: str) -> dict[str, int]:
    """The tables of a sheet: names in small letters, and numbers."""
    found: dict[str, int] = {}
    for each in links(book.draft, part, book.file):
        if each.kind == "table" and each.part in book.draft:
            found.update([_table(book.draft, each.part, book.file)])
    return found


def table_root(parts: Parts, part: str, file: str) -> dict[str, str]:
    """The attributes of a table's part. Raises RamkollError."""
    data = parts[part]
    root, _ = root_of(data, shadow(data, file), b"table", file)
    return attributes(data[root.start : root.inside])


def _table(parts: Parts, part: str, file: str) -> tuple[str, int]:
    known = table_root(parts, part, file)
    number = known.get("id", "")
    name = known.get("displayName") or known.get("name", "")
    return name.casefold(), int(number) if number.isdecimal() else 0


def table_ids(book: Book, plans: Sequence[SheetPlan], old: Mapping[str, int]) -> dict[str, int]:
    """The numbers that the plans' tables get: those that they had, or the next that are free.

    Raises RamkollError when a name is taken.
    """
    wanted = [table.name.casefold() for plan in plans for table in plan.tables]
    if not wanted:
        return {}
    numbers = set(refuse_table_names(book, wanted).values())
    for name, local in names_in(book.draft[book.main], book.file):
        if local is None and name in wanted:
            raise _taken(book, name)
    found: dict[str, int] = {}
    for name in wanted:
        number = old.get(name, 0)
        if number in numbers or not number:
            number = max(numbers | set(old.values()), default=0) + 1
        numbers.add(number)
        found[name] = number
    return found


def all_tables(parts: Parts, file: str) -> dict[str, int]:
    """All tables of a package: names in small letters, and numbers. Raises RamkollError."""
    types = content_types(parts, file)
    return dict(_table(parts, name, file) for name in parts if types.of(name) == TABLE_TYPE)


def refuse_table_names(book: Book, wanted: Sequence[str]) -> dict[str, int]:
    """RamkollError when a name, in small letters, is that of a table; all tables and numbers."""
    if not wanted:
        return {}
    tables = all_tables(book.draft, book.file)
    for name in wanted:
        if name in tables:
            raise _taken(book, name)
    return tables


def _taken(book: Book, name: str) -> RamkollError:
    return RamkollError(
        f"Namnet «{name}» finns redan i arbetsboken, på en tabell eller ett område.",
        where=book.file,
        todo="Byt namn på den eller det i Excel och försök igen.",
    )
