"""The regionstyrelse workbook described as data: which tables, of what, printed how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ramkoll.layout.expr import Expr, names, parse
from ramkoll.layout.layout import TotalLayout, broken, load_toml
from ramkoll.model.period import Period
from ramkoll.model.units import Unit

REST = "*"  # a table for each area that no other table has
FRAME_MEASURE = "frame_"  # frame_ursprung, frame_omdisponering …: decisions by their kind
PART_MEASURE = "part_"  # part_budget_ytd …: varav rows, never added to the total again
FICTIVE_MEASURE = "fictive_"  # the fictive among the varav rows


@dataclass(frozen=True, slots=True)
class MeasureLayout:
    """A measure that goes into Underlag: its code there, its name, and the form's table.

    ``line`` takes one row of the form alone, such as a fixed row of Personal; ``years_back``
    the same month so many years earlier.
    """

    id: str
    code: str
    label: str
    dataset: str
    unit: Unit = Unit.KR
    fact: str = ""
    line: str = ""
    years_back: int = 0


@dataclass(frozen=True, slots=True)
class ListLayout:
    """The rows of forms that become rows of the report: those with the same key are one.

    ``table`` is the form's table, ``key`` and ``label`` patterns of its columns. ``numbers`` are
    the columns whose figures go into Underlag.
    """

    id: str
    table: str
    key: str
    label: str
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a consolidated table: a measure, an expression, or texts.

    ``unit`` and ``decimals`` are the table's where they are not given. ``span`` is how many of
    the sheet's columns it takes, so that tables below each other keep their own proportions.
    An ``upright`` heading stands up, over a column too narrow for it.
    """

    id: str
    heading: str
    kind: str = "number"
    measure: str = ""
    expr: Expr | None = None
    words: str = ""
    printed: bool = True
    width: float = 11
    unit: Unit | None = None
    decimals: int | None = None
    total: bool = True
    span: int = 1
    plain: bool = False
    upright: bool = False


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row that the report itself has, with an expression for each column.

    In a list these rows come last. ``unit`` is the row's own, such as per cent below counts.
    """

    id: str
    label: str
    exprs: Mapping[str, Expr]
    unit: Unit | None = None


@dataclass(frozen=True)
class ReportTable:
    """One consolidated table.

    ``rows`` is account_groups, enheter, areas, list or fixed. ``areas`` names the areas whose
    units it has; none means all, ``*`` one table for each area left over. ``fold`` prints a unit
    that is part of another in that one's row. ``always_comment`` asks every printed row for a
    comment. A list's rows are those of ``dataset`` whose fields are ``where``; ``group`` makes a
    heading row with a sum for each of its values, ``per`` a table for each, with the comment of
    the list ``intro`` before it. ``months`` are the only ones in which it is made.
    """

    id: str
    sheet: str
    title: str
    rows: str
    unit: Unit
    row_heading: str
    columns: tuple[ReportColumn, ...]
    totals: tuple[TotalLayout, ...]
    row_label: str = "{kod} {namn}"
    areas: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    fold: bool = True
    working: bool = False
    always_comment: bool = False
    dataset: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    group_sums: bool = True
    per: str = ""
    intro: str = ""
    fixed: tuple[ReportRow, ...] = ()
    digits: int | None = None
    label_width: float = 34
    notes: tuple[str, ...] = ()
    only_reported: bool = False
    months: tuple[int, ...] = ()

    @property
    def decimals(self) -> int:
        """Decimals shown: one for mkr, else none, where nothing else is said."""
        if self.digits is not None:
            return self.digits
        return 1 if self.unit is Unit.MKR else 0

    def column(self, column_id: str) -> ReportColumn | None:
        """The column of that id."""
        return next((column for column in self.columns if column.id == column_id), None)

    def unit_of(self, column: ReportColumn) -> Unit:
        """The unit that a column shows."""
        return self.unit if column.unit is None else column.unit

    def decimals_of(self, column: ReportColumn) -> int:
        """The decimals that a column shows."""
        if column.decimals is not None:
            return column.decimals
        return self.decimals if column.unit is None else 1 if column.unit is Unit.PERCENT else 0

    def measures(self) -> frozenset[str]:
        """Every measure that its figures come from."""
        found = {column.measure for column in self.columns if column.kind == "number"}
        exprs = [column.expr for column in self.columns if column.expr is not None]
        exprs += [each for row in self.fixed for each in row.exprs.values()]
        for each in exprs:
            found |= {n.column for n in names(each) if self.column(n.column) is None}
        return frozenset(found - {""})


@dataclass(frozen=True, slots=True)
class TextLayout:
    """Texts on a sheet: a row of the forms' sheet Texter, from every workbook of some forms.

    ``areas`` names the areas that they are about; none means every workbook.
    """

    sheet: str
    title: str
    line: str
    forms: tuple[str, ...]
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartLayout:
    """A chart on a sheet of a table's columns. ``kind`` is one that ``sheets/pictures`` draws."""

    sheet: str
    kind: str
    table: str
    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    period: str = ""


@dataclass(frozen=True, slots=True)
class TieLayout:
    """Figures that must agree: each side adds cells named ``table|row|column``.

    ``{nämnd}`` in a row is the board's code.
    """

    what: str
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HiringStop:
    """A decision that no more of a staff group are to be hired, and the month it compares with."""

    decision: str
    label: str
    group: str
    base: Period


@dataclass(frozen=True)
class ReportLayout:
    """All tables of the report, the measures and lists they draw on, and the texts between.

    ``sheets`` is their order, ``to_board`` those that the board gets; in both ``*`` stands for the
    sheets of areas that have no table of their own.
    """

    id: str
    version: int
    valid_from: Period
    title: str
    working_tab: str
    measures: tuple[MeasureLayout, ...]
    tables: tuple[ReportTable, ...]
    boards: tuple[str, ...] = ()
    board_names: Mapping[str, str] = field(default_factory=dict)
    lists: tuple[ListLayout, ...] = ()
    texts: tuple[TextLayout, ...] = ()
    charts: tuple[ChartLayout, ...] = ()
    sheets: tuple[str, ...] = ()
    to_board: tuple[str, ...] = ()
    hiring_stops: tuple[HiringStop, ...] = ()
    ties: tuple[TieLayout, ...] = ()

    def board_name(self, code: str) -> str:
        """A board's printed name; its code when the report has no other."""
        return self.board_names.get(code, code)

    @property
    def name(self) -> str:
        """``regionstyrelse-1``."""
        return f"{self.id}-{self.version}"


def report_layout(text: str, where: str) -> ReportLayout:
    """A report's layout from TOML; RamkollError names the file and what is wrong in it."""
    data = load_toml(text, where)
    try:
        head = data["report"]
        report = ReportLayout(
            id=head["id"],
            version=int(head["version"]),
            valid_from=Period.parse(head["valid_from"]),
            title=head["title"],
            working_tab=head["working_tab"],
            measures=tuple(
                MeasureLayout(**{**each, "unit": Unit(each.get("unit", "kr"))})
                for each in data["measure"]
            ),
            tables=tuple(_table(each) for each in data["table"]),
            boards=tuple(head.get("boards", ())),
            board_names=dict(head.get("board_names", {})),
            lists=tuple(ListLayout(**_tuples(each, "numbers")) for each in data.get("list", ())),
            texts=tuple(
                TextLayout(**_tuples(each, "forms", "areas")) for each in data.get("text", ())
            ),
            charts=tuple(
                ChartLayout(**_tuples(each, "columns", "rows")) for each in data.get("chart", ())
            ),
            sheets=tuple(head.get("sheets", ())),
            to_board=tuple(head.get("to_board", ())),
            ties=tuple(TieLayout(**_tuples(each, "left", "right")) for each in data.get("tie", ())),
            hiring_stops=tuple(
                HiringStop(
                    each["decision"], each["label"], each["group"], Period.parse(each["base"])
                )
                for each in data.get("hiring_stop", ())
            ),
        )
        working = {table.sheet for table in report.tables if table.working}
        both = sorted(working & set(report.to_board))
        if both:
            raise ValueError(f"to_board: {', '.join(both)} has a working table")
        return report
    except (KeyError, TypeError, ValueError) as error:
        raise broken(where, error) from error


def _tuples(data: Mapping[str, Any], *names_: str) -> dict[str, Any]:
    return {**data, **{name: tuple(data.get(name, ())) for name in names_}}


def _table(data: Mapping[str, Any]) -> ReportTable:
    values = _tuples(data, "areas", "order", "notes", "months")
    columns = tuple(_column(each) for each in values.pop("column"))
    totals = tuple(
        TotalLayout(**{**each, "of": tuple(each.get("of", ()))}) for each in values.pop("total", ())
    )
    fixed = tuple(
        ReportRow(
            each["id"],
            each["label"],
            {k: parse(v) for k, v in each["formulas"].items()},
            Unit(each["unit"]) if "unit" in each else None,
        )
        for each in values.pop("row", ())
    )
    values["unit"] = Unit(values["unit"])
    return ReportTable(columns=columns, totals=totals, fixed=fixed, **values)


def _column(data: Mapping[str, Any]) -> ReportColumn:
    values = dict(data)
    text = values.pop("formula", None)
    if "unit" in values:
        values["unit"] = Unit(values["unit"])
    return ReportColumn(**values, expr=None if text is None else parse(text))
