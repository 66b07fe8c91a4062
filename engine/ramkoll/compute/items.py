"""Rows of lists as rows of the report: what each is called, its texts, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeAlias

from ramkoll.compute.forms import Computed
from ramkoll.layout.expr import Expr
from ramkoll.layout.form import Form
from ramkoll.layout.report import ListLayout, ReportLayout
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Fact, Record
from ramkoll.model.units import Unit

ALL = "*"  # the key of a row that stands for all rows of its list


@dataclass(frozen=True)
class Source:
    """A workbook that figures are taken from: its form, what it computes, and who hands it in."""

    form: Form
    computed: Computed
    label: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a row: its measure, value in kronor or its own unit, and where it stands.

    ``area`` is the one it is about when it is no unit's, ``label`` what it is called when no
    table's heading says it.
    """

    measure: str
    value: Decimal
    unit: Unit
    at: CellRef
    sha256: str
    enhet: str = ""
    sources: str = ""
    area: str = ""
    label: str = ""


@dataclass(frozen=True)
class Item:
    """One row. ``fields`` are what it is found by; ``texts`` what is printed, by column.

    ``hidden`` names the measures that may not be shown. ``exprs`` are expressions of its own, by
    column; ``area`` makes it a row about all of an area.
    """

    dataset: str
    key: str
    label: str
    fields: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    hidden: frozenset[str] = frozenset()
    exprs: Mapping[str, Expr] = field(default_factory=dict)
    area: str = ""
    at: CellRef | None = None

    @property
    def row(self) -> str:
        """The row's id among all rows of Underlag."""
        return f"{self.dataset}/{self.key}"


More: TypeAlias = Callable[[str, Record], Mapping[str, str]]


def form_items(report: ReportLayout, sources: Sequence[Source], more: More) -> tuple[Item, ...]:
    """The rows of every list of the report, those with the same key as one, in order.

    ``more`` gives the texts that are computed of a row, by its table.
    """
    return tuple(item for layout in report.lists for item in _items(layout, sources, more))


def _items(layout: ListLayout, sources: Sequence[Source], more: More) -> Iterator[Item]:
    found: dict[str, list[Item]] = {}
    for source in sources:
        if layout.table not in source.form.places.tables:
            continue
        for record in records(source, layout.table):
            each = _item(layout, source, record, more(layout.table, record))
            found.setdefault(each.key, []).append(each)
    for key, same in found.items():
        yield same[0] if len(same) == 1 else _joined(layout, key, same)


def records(source: Source, table: str) -> list[Record]:
    """The rows of a list, computed columns included."""
    computed: dict[str, dict[str, Fact]] = {}
    for fact in source.computed.facts.of_dataset(table):
        computed.setdefault(fact.key.line, {})[fact.key.measure] = fact
    return [
        replace(record, columns={**record.columns, **computed.get(record.line, {})})
        for record in source.form.facts.records(table)
    ]


def _item(layout: ListLayout, source: Source, record: Record, more: Mapping[str, str]) -> Item:
    fields = _Fields(record)
    key = layout.key.format_map(fields).strip()
    label = layout.label.format_map(fields).strip()
    enhet = record.text("enhet") or source.form.enhet
    figures = [
        Figure(name, number.number, number.unit, number.at, source.form.sha256, enhet)
        for name in layout.numbers
        if (number := record.columns.get(name)) is not None and isinstance(number.value, Decimal)
    ]
    texts = {
        name: fact.value for name, fact in record.columns.items() if isinstance(fact.value, str)
    }
    texts = {**texts, **more}
    own = {**texts, "enhet": enhet}
    return Item(
        layout.id,
        key or f"{source.form.file}:{record.line}",
        label or key,
        own,
        texts,
        tuple(figures),
        at=record.at,
    )


class _Fields(dict[str, str]):
    """The texts of a record for patterns; what was not filled in is empty."""

    def __init__(self, record: Record) -> None:
        super().__init__({name: record.text(name) for name in record.columns})

    def __missing__(self, key: str) -> str:
        return ""


def _joined(layout: ListLayout, key: str, same: Sequence[Item]) -> Item:
    """One row of several: figures add up, and texts that differ follow each other."""
    first = same[0]
    texts: dict[str, str] = {}
    for name in dict.fromkeys(name for each in same for name in each.texts):
        said: dict[str, list[str]] = {}
        for each in same:
            if each.texts.get(name):
                said.setdefault(each.texts[name], []).append(each.fields.get("enhet", ""))
        texts[name] = (
            next(iter(said))
            if len(said) == 1
            else "\n".join(f"{', '.join(units)}: {text}" for text, units in said.items())
        )
    fields = {**first.fields, **{n: v for e in reversed(same) for n, v in e.fields.items() if v}}
    figures = tuple(figure for each in same for figure in each.figures)
    return replace(first, fields=fields, texts=texts, figures=figures)


def selected(items: Iterable[Item], dataset: str, where: Mapping[str, str]) -> list[Item]:
    """The rows of a dataset whose fields hold one of the words; ``ja|`` also takes none."""
    return [
        item
        for item in items
        if item.dataset == dataset
        and all(item.fields.get(name, "") in words.split("|") for name, words in where.items())
    ]
