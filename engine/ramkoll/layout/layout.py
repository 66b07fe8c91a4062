"""A form described as data. The same Layout draws the empty form and reads the filled one.

The text comes from TOML (``templates/*.toml``); which rows a table has comes from the register
in the frame workbook, and headings are patterns, so a form is tied to no year and no region.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from ramkoll.layout.expr import Expr, parse, tables_named
from ramkoll.model.errors import RamkollError
from ramkoll.model.period import Period
from ramkoll.model.register import AccountGroup
from ramkoll.model.units import Unit

ENGINE, PERSON, FORMULA = "engine", "person", "formula"


@dataclass(frozen=True, slots=True)
class FieldLayout:
    """One labelled cell: label in column A, value in column B."""

    id: str
    label: str
    kind: str = "text"
    fill: str = PERSON
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True)
class ColumnLayout:
    """One column, or one a month when repeated.

    ``kind`` is number, text, date or choice; ``fill`` says who fills it; ``measure`` is what
    its facts are called; ``total`` is how its sum rows come about: ``sum`` of the rows,
    ``formula`` (the column's own expression), ``person`` (typed) or ``none``. ``covers`` is
    ``ytd`` or ``year``: which last month the fact's period names.

    ``source`` is the extract's column that fills it, with the extract before a dot when it is
    another than the table's; ``values`` translates what the extract says. ``previous`` is the
    column of the same table whose last period's figure or text it shows; ``needs`` the extract or
    the workbooks (``previous``) without which a form does not have the column.
    """

    id: str
    heading: str
    kind: str = "number"
    fill: str = PERSON
    measure: str = ""
    unit: Unit = Unit.NONE
    expr: Expr | None = None
    total: str = "none"
    covers: str = "ytd"
    repeat: str = ""
    choices: tuple[str, ...] = ()
    width: float = 12
    decimals: int = 0
    printed: bool = True
    words: str = ""
    help: str = ""
    source: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    previous: str = ""
    needs: str = ""

    @cached_property
    def kronor(self) -> Decimal | None:
        """Kronor in one of what its cells hold; None for what is no amount."""
        return self.unit.kronor

    @cached_property
    def fact_unit(self) -> Unit:
        """The unit of the column's facts: kronor for every amount."""
        return Unit.KR if self.kronor is not None else self.unit

    def months(self, period: Period | None) -> tuple[int, ...]:
        """The months the column is repeated for; (0,) for a single column."""
        if self.repeat == "months":
            return tuple(range(1, 13))
        if self.repeat == "months_left":
            return period.months_left if period else ()
        return (0,)


@dataclass(frozen=True, slots=True)
class SeriesLayout:
    """A group of rows with a label of its own, such as ``Utfall 2024`` in a month table.

    ``year`` is the offset from the period's year; ``earlier`` instead makes one group for each
    earlier year that has data, from the offset backwards.
    """

    id: str
    label: str
    measure: str
    year: int = 0
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class TotalLayout:
    """A sum row: of the account groups of a kind, or of other sum rows."""

    id: str
    label: str
    kind: str = ""
    of: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The line its figures have."""
        return f"sum.{self.id}"


@dataclass(frozen=True, slots=True)
class RowLayout:
    """A row that the form itself has, known by its label.

    ``exprs`` are expressions of its own for some columns. ``source`` and ``where`` say which
    amounts of which extract fill it; ``protected`` that they are not for few persons.
    """

    id: str
    label: str
    unit: str = ""
    exprs: Mapping[str, Expr] = field(default_factory=dict)
    source: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    protected: bool = False


@dataclass(frozen=True)
class TableLayout:
    """A table on a sheet: its rows, columns and sums.

    ``rows`` is ``account_groups``, ``fixed`` (the rows of ``fixed``) or ``list``. A table may be
    filled from an ``extract``; ``unit_column`` says whose each of its rows is, ``row_column``
    which fixed row, and ``unpivot`` names amounts that stand on a row each, months across. What
    stands in a ``protected`` table is never quoted.
    """

    id: str
    rows: str
    columns: tuple[ColumnLayout, ...]
    series: tuple[SeriesLayout, ...] = ()
    totals: tuple[TotalLayout, ...] = ()
    parts: bool = False
    spare_rows: int = 0
    fixed: tuple[RowLayout, ...] = ()
    row_heading: str = ""
    row_width: float = 0
    extract: str = ""
    unit_column: str = "enhet"
    row_column: str = ""
    unpivot: Mapping[str, str] = field(default_factory=dict)
    row_height: float = 0
    protected: bool = False
    max_rows: int = 500

    def row(self, line: str) -> RowLayout | None:
        """The fixed row of that line."""
        return self._fixed.get(line)

    @cached_property
    def _fixed(self) -> dict[str, RowLayout]:
        return {row.id: row for row in self.fixed}

    def expr(self, line: str, column: ColumnLayout) -> Expr | None:
        """What a cell is computed by: its fixed row's own expression, else its column's."""
        row = self._fixed.get(line)
        own = row.exprs.get(column.id) if row is not None else None
        return own or column.expr

    def takes(self, line: str, column: ColumnLayout) -> bool:
        """Whether a row's cell in a column is for the engine or a person to fill."""
        return column.total == "person" if line in self._totals else column.fill != FORMULA

    def computes(self, line: str, column: ColumnLayout) -> bool:
        """Whether a row's cell in a column is computed from others."""
        if line in self._totals:
            return column.total in ("sum", "formula")
        return column.expr is not None or self.expr(line, column) is not None

    def column(self, column_id: str) -> ColumnLayout | None:
        """The column of that id."""
        return self._columns.get(column_id)

    @cached_property
    def _columns(self) -> dict[str, ColumnLayout]:
        return {column.id: column for column in self.columns}

    @cached_property
    def _totals(self) -> dict[str, TotalLayout]:
        return {total.line: total for total in self.totals}

    def exprs(self) -> Iterator[Expr]:
        """Every expression of its columns and fixed rows."""
        yield from (column.expr for column in self.columns if column.expr is not None)
        yield from (own for row in self.fixed for own in row.exprs.values())

    @cached_property
    def is_computed(self) -> bool:
        """Whether any cell of it has a formula: long lists mostly have none."""
        return bool(self.totals) or any(True for _ in self.exprs())

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The other tables that its expressions name."""
        return tuple(sorted({table for own in self.exprs() for table in tables_named(own)}))

    @property
    def month_numbers(self) -> bool:
        """Whether a row with the numbers 1–12 stands above the headings, for SUMIFS."""
        return bool(self.series)

    def total(self, line: str) -> TotalLayout | None:
        """The sum row of that line."""
        return self._totals.get(line)


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet: a title, lines of help, labelled cells, and tables below each other.

    ``needs`` names the extract without which a unit does not have the sheet.
    """

    name: str
    title: str
    intro: tuple[str, ...] = ()
    fields: tuple[FieldLayout, ...] = ()
    tables: tuple[TableLayout, ...] = ()
    needs: str = ""
    tab_colour: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A form of a version, valid from a period until a later version takes over.

    ``example`` are the rows of the empty form, where no register says better.
    """

    id: str
    version: int
    valid_from: Period
    title: str
    sheets: tuple[SheetLayout, ...]
    example: tuple[AccountGroup, ...] = ()

    @property
    def name(self) -> str:
        """``avdelning-1``: what stands in the form's cell Formulär."""
        return f"{self.id}-{self.version}"

    def tables(self) -> Iterator[tuple[SheetLayout, TableLayout]]:
        """Every table with its sheet."""
        for sheet in self.sheets:
            for table in sheet.tables:
                yield sheet, table

    def table(self, table_id: str) -> TableLayout:
        """The table of that id; KeyError when there is none."""
        for _, table in self.tables():
            if table.id == table_id:
                return table
        raise KeyError(table_id)


def form_layout(text: str, where: str) -> Layout:
    """A form's Layout from TOML; RamkollError names the file and what is wrong in it."""
    data = load_toml(text, where)
    try:
        return Layout(
            id=str(data["id"]),
            version=int(data["version"]),
            valid_from=Period.parse(data["valid_from"]),
            title=str(data["title"]),
            sheets=tuple(_sheet(each) for each in data["sheet"]),
            example=tuple(
                AccountGroup(**each, order=Decimal(n))
                for n, each in enumerate(data.get("example_group", ()), 1)
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise broken(where, error) from error


def load_toml(text: str, where: str) -> dict[str, Any]:
    """TOML as a dictionary; RamkollError when it is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise broken(where, error) from error


def broken(where: str, error: Exception) -> RamkollError:
    """The error of a layout file that cannot be used."""
    missing = isinstance(error, KeyError)
    what = f"uppgiften {error} saknas" if missing else f"innehållet går inte att tolka ({error})"
    return RamkollError(
        f"Layoutfilen kan inte användas: {what}.",
        where=where,
        todo="Rätta filen, eller ta bort den så att Ramkolls egen layout används.",
    )


def _sheet(data: Mapping[str, Any]) -> SheetLayout:
    tables = data.get("table", [])
    return SheetLayout(
        name=data["name"],
        title=data["title"],
        intro=tuple(data.get("intro", ())),
        fields=tuple(
            FieldLayout(**{**each, "choices": tuple(each.get("choices", ()))})
            for each in data.get("field", ())
        ),
        tables=tuple(_table(each) for each in (tables if isinstance(tables, list) else [tables])),
        needs=data.get("needs", ""),
        tab_colour=data.get("tab_colour", ""),
    )


def _table(data: Mapping[str, Any]) -> TableLayout:
    return TableLayout(
        id=data["id"],
        rows=data["rows"],
        columns=tuple(_column(each) for each in data["column"]),
        series=tuple(SeriesLayout(**each) for each in data.get("series", ())),
        totals=tuple(
            TotalLayout(**{**each, "of": tuple(each.get("of", ()))})
            for each in data.get("total", ())
        ),
        fixed=tuple(_row(each) for each in data.get("row", ())),
        **{name: data[name] for name in _TABLE_VALUES if name in data},
    )


_TABLE_VALUES = (
    "parts", "spare_rows", "row_heading", "row_width", "extract", "unit_column", "row_column",
    "unpivot", "row_height", "max_rows", "protected",
)  # fmt: skip


def _row(data: Mapping[str, Any]) -> RowLayout:
    values = dict(data)
    formulas = values.pop("formulas", {})
    return RowLayout(**values, exprs={column: parse(text) for column, text in formulas.items()})


def _column(data: Mapping[str, Any]) -> ColumnLayout:
    values = dict(data)
    text = values.pop("formula", None)
    values["unit"] = Unit(values.get("unit", ""))
    values["choices"] = tuple(values.get("choices", ()))
    values.setdefault("measure", values["id"])
    if text is not None:
        values["expr"], values["fill"] = parse(text), FORMULA
    return ColumnLayout(**values)


def layout_for(layouts: tuple[Layout, ...], layout_id: str, period: Period) -> Layout:
    """The latest version of a form that is valid in the period."""
    valid = [each for each in layouts if each.id == layout_id and each.valid_from <= period]
    if not valid:
        raise RamkollError(
            f"Det finns inget formulär «{layout_id}» som gäller {period}.",
            expected="ett formulär som gäller från perioden eller tidigare",
            todo="Välj en senare period, eller ange mappen med formulär med --layouts.",
        )
    return max(valid, key=lambda each: (each.valid_from, each.version))
