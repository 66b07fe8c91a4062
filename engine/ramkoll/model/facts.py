"""Figures with their meaning, unit and origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, TypeAlias

from ramkoll.model.cells import CellRef
from ramkoll.model.period import Period
from ramkoll.model.units import Unit

FactValue: TypeAlias = Decimal | str
Breakdown: TypeAlias = tuple[tuple[str, str], ...]

PART = "delpost"  # the breakdown of an account group into varav rows
TOTAL_LINE = "sum."  # lines that are sums of others: ``sum.income``, ``sum.net``


class Read(NamedTuple):
    """The value stood in a cell."""

    ref: CellRef


class Derived(NamedTuple):
    """The value was computed from others; ``at`` is the cell that shows it, if one does."""

    by: str
    inputs: tuple[Origin, ...]
    at: CellRef | None = None


Origin: TypeAlias = Read | Derived


def place(origin: Origin) -> CellRef | None:
    """The cell where a value is seen: its own cell, or the one that shows it."""
    return origin.ref if isinstance(origin, Read) else origin.at


def leaves(origin: Origin) -> Iterator[CellRef]:
    """Every cell that a value was read from, left to right."""
    if isinstance(origin, Read):
        yield origin.ref
    else:
        for each in origin.inputs:
            yield from leaves(each)


class Key(NamedTuple):
    """What a value is about. ``period`` is the last month that the value covers."""

    dataset: str
    enhet: str
    line: str
    measure: str
    period: Period | None = None
    breakdown: Breakdown = ()


class Fact(NamedTuple):
    """One value with its key, unit and origin. Amounts are in kronor, unrounded.

    A tuple, as its key and its origin: a workbook has thousands.
    """

    key: Key
    value: FactValue
    unit: Unit
    origin: Origin

    @property
    def number(self) -> Decimal:
        """The value as a number; TypeError for a text."""
        if not isinstance(self.value, Decimal):
            raise TypeError(f"no number: {self.key}")
        return self.value

    @property
    def at(self) -> CellRef:
        """The cell where the value is seen. Every fact of a workbook has one."""
        ref = place(self.origin)
        assert ref is not None, f"a fact without a place: {self.key}"
        return ref


class Facts:
    """An immutable set of facts with one value per key.

    Iteration gives facts in the order they were added.
    Adding two different values under one key is a fault of ours: the readers report doubles
    as findings before they come here.
    """

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._by_key: dict[Key, Fact] = {}
        self._records: dict[str, list[Record]] = {}
        for n, fact in enumerate(facts, 1):
            self._by_key[fact.key] = fact
            if len(self._by_key) != n:
                raise ValueError(f"two facts under one key: {fact.key}")

    @cached_property
    def _by_measure(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self:
            found.setdefault(fact.key.measure, []).append(fact)
        return found

    @cached_property
    def _by_dataset(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self:
            found.setdefault(fact.key.dataset, []).append(fact)
        return found

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._by_key.values())

    def __contains__(self, key: Key) -> bool:
        return key in self._by_key

    def __or__(self, other: Facts) -> Facts:
        """Both sets together; their keys must differ."""
        return Facts([*self, *other])

    def get(self, key: Key) -> Fact | None:
        """The fact under the key, or None."""
        return self._by_key.get(key)

    def select(
        self,
        measure: str,
        *,
        enhet: str | None = None,
        dataset: str | None = None,
        line: str | None = None,
        period: Period | None = None,
        where: Callable[[Key], bool] | None = None,
    ) -> Iterator[Fact]:
        """Facts of a measure, narrowed by what is given."""
        for fact in self._by_measure.get(measure, ()):
            key = fact.key
            if (
                (enhet is None or key.enhet == enhet)
                and (dataset is None or key.dataset == dataset)
                and (line is None or key.line == line)
                and (period is None or key.period == period)
                and (where is None or where(key))
            ):
                yield fact

    def of_dataset(self, dataset: str) -> Iterator[Fact]:
        """Facts of a dataset, in the order they were added."""
        return iter(self._by_dataset.get(dataset, ()))

    def pairs(self, measure: str, other: str) -> Iterator[tuple[Fact, Fact]]:
        """Facts of two measures that agree in all else of their keys."""
        for fact in self.select(measure):
            key = fact.key
            twin = self.get(Key(key.dataset, key.enhet, key.line, other, key.period, key.breakdown))
            if twin is not None:
                yield fact, twin

    def records(self, dataset: str) -> list[Record]:
        """The facts of a list dataset as one record a line, in the order of the list."""
        if dataset not in self._records:
            lines: dict[str, dict[str, Fact]] = {}
            for fact in self.of_dataset(dataset):
                lines.setdefault(fact.key.line, {})[fact.key.measure] = fact
            self._records[dataset] = [Record(line, columns) for line, columns in lines.items()]
        return self._records[dataset]


def total(facts: Iterable[Fact]) -> Decimal:
    """The sum of number facts; zero when there are none."""
    return sum((fact.number for fact in facts), Decimal(0))


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a list: columns that were filled."""

    line: str
    columns: Mapping[str, Fact] = field(default_factory=dict)

    def text(self, column: str) -> str:
        """The text of a column, stripped; empty when not filled."""
        fact = self.columns.get(column)
        return "" if fact is None else str(fact.value).strip()

    def number(self, column: str) -> Decimal | None:
        """The number of a column, or None when it holds none."""
        fact = self.columns.get(column)
        return fact.value if fact is not None and isinstance(fact.value, Decimal) else None

    @property
    def at(self) -> CellRef:
        """Where the record begins: the cell of its first filled column."""
        return next(iter(self.columns.values())).at
