"""Goals in the report: each status with its sign, and how many have which per målområde."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from ramkoll.compute.goals import LONG_TERM, Status, final_status, task_status, weighed
from ramkoll.compute.items import ALL, Figure, Item, Source, records
from ramkoll.model.facts import Record
from ramkoll.model.units import Unit

TASKS, INDICATORS, GOALS = "tasks", "indicators", "goals"


_TABLE_WORDS = {TASKS: "Uppdrag", INDICATORS: "Nyckeltal"}


def status_texts(table: str, record: Record, limit: Decimal) -> Mapping[str, str]:
    """The status of a row of Uppdrag or Nyckeltal as the report prints it."""
    status = _status(table, record, limit)
    return {} if status is None else {"status_shown": f"{status.symbol} {status.words}"}


def _status(table: str, record: Record, limit: Decimal) -> Status | None:
    if table == TASKS:
        return task_status(record)
    return final_status(record, limit) if table == INDICATORS else None


def goal_items(sources: Sequence[Source], limit: Decimal) -> Iterator[Item]:
    """One row per målområde with a figure 1 for each task and indicator, by its status.

    The row ``*`` is all of them together. Long-term indicators are followed up at the year's end
    and are not counted.
    """
    found: dict[str, list[tuple[str, Status, Figure]]] = {}
    for source in sources:
        for table in (TASKS, INDICATORS):
            if table not in source.form.places.tables:
                continue
            for record in records(source, table):
                status = _status(table, record, limit)
                if status is None or record.text("term") == LONG_TERM:
                    continue
                figure = Figure(
                    f"{table}_{status.value}",
                    Decimal(1),
                    Unit.COUNT,
                    record.at,
                    source.form.sha256,
                    record.text("enhet") or source.form.enhet,
                    label=f"{_TABLE_WORDS[table]}, {status.words.lower()}",
                )
                found.setdefault(record.text("goal"), []).append((table, status, figure))
    for goal, each in found.items():
        yield Item(
            GOALS,
            goal,
            goal,
            texts={"weighed": _words(status for _, status, _ in each)},
            figures=(*(figure for _, _, figure in each), *_zeros(each)),
        )
    if found:
        statuses = (status for each in found.values() for _, status, _ in each)
        yield Item(GOALS, ALL, "", texts={"weighed": _words(statuses)})


def _words(statuses: Iterator[Status]) -> str:
    status = weighed(statuses)
    return f"{status.symbol} {status.words}"


def _zeros(each: Sequence[tuple[str, Status, Figure]]) -> Iterator[Figure]:
    """A zero for each status that nothing has, so that the table says 0 and not nothing."""
    for table in (TASKS, INDICATORS):
        some = next((figure for of, _, figure in each if of == table), None)
        for status in Status if some else ():
            if (table, status) not in {(of, has) for of, has, _ in each}:
                assert some is not None
                measure = f"{table}_{status.value}"
                label = f"{_TABLE_WORDS[table]}, {status.words.lower()}"
                yield Figure(
                    measure, Decimal(0), Unit.COUNT, some.at, some.sha256, some.enhet, label=label
                )
