"""The regionstyrelse workbook described as data: which tables, of what, printed how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ramkoll.layout.expr import Expr, Name, names, parse
from ramkoll.layout.layout import TotalLayout, broken, load_toml
from ramkoll.model.period import Period
from ramkoll.model.units import Unit

REST = "*"  # a table for each area that no other table has
FRAME_MEASURE = "frame_"  # frame_ursprung, frame_omdisponering …: decisions by their kind
PART_MEASURE = "part_"  # part_budget_ytd …: varav rows, never added to the total again
FICTIVE_MEASURE = "fictive_"  # the fictive among the varav rows


@dataclass(frozen=True, slots=True)
class MeasureLayout:
    """A measure that goes into Underlag: its code there, its name, and the form's table."""

    id: str
    code: str
    label: str
    dataset: str


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a consolidated table: a measure, an expression, or texts."""

    id: str
    heading: str
    kind: str = "number"
    measure: str = ""
    expr: Expr | None = None
    words: str = ""
    printed: bool = True
    width: float = 15


@dataclass(frozen=True)
class ReportTable:
    """One consolidated table.

    ``rows`` is account_groups, enheter or areas. ``areas`` names the areas whose units it has;
    none means all, ``*`` one table for each area left over. ``fold`` prints a unit that is
    part of another in that one's row. ``always_comment`` asks every printed row for a comment.
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

    @property
    def decimals(self) -> int:
        """Decimals shown: one for mkr, else none."""
        return 1 if self.unit is Unit.MKR else 0

    def column(self, column_id: str) -> ReportColumn | None:
        """The column of that id."""
        return next((column for column in self.columns if column.id == column_id), None)

    def measures(self) -> frozenset[str]:
        """Every measure that its figures come from."""
        found = {column.measure for column in self.columns if column.kind == "number"}
        for column in self.columns:
            if column.expr is not None:
                found |= {n.column for n in names(column.expr) if self.column(n.column) is None}
        return frozenset(found - {""})


@dataclass(frozen=True)
class ReportLayout:
    """All tables of the report and the measures they draw on."""

    id: str
    version: int
    valid_from: Period
    title: str
    working_tab: str
    measures: tuple[MeasureLayout, ...]
    tables: tuple[ReportTable, ...]
    boards: tuple[str, ...] = ()
    board_names: Mapping[str, str] = field(default_factory=dict)

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
        return ReportLayout(
            id=head["id"],
            version=int(head["version"]),
            valid_from=Period.parse(head["valid_from"]),
            title=head["title"],
            working_tab=head["working_tab"],
            measures=tuple(MeasureLayout(**each) for each in data["measure"]),
            tables=tuple(_table(each) for each in data["table"]),
            boards=tuple(head.get("boards", ())),
            board_names=dict(head.get("board_names", {})),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise broken(where, error) from error


def _table(data: Mapping[str, Any]) -> ReportTable:
    values = dict(data)
    columns = tuple(_column(each) for each in values.pop("column"))
    totals = tuple(
        TotalLayout(**{**each, "of": tuple(each.get("of", ()))}) for each in values.pop("total")
    )
    values["unit"] = Unit(values["unit"])
    for name in ("areas", "order"):
        values[name] = tuple(values.get(name, ()))
    return ReportTable(columns=columns, totals=totals, **values)


def _column(data: Mapping[str, Any]) -> ReportColumn:
    values = dict(data)
    text = values.pop("formula", None)
    return ReportColumn(**values, expr=None if text is None else parse(text))


def is_column(table: ReportTable, name: Name) -> bool:
    """Whether a name in an expression is a column of the table; else it is a measure."""
    return table.column(name.column) is not None
