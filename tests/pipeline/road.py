"""The whole road, from extracts through real workbooks to the printed tables."""

import csv
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from tests.pipeline.opened import layouts

from ramkoll.excel.scan import scan
from ramkoll.model.period import Period
from ramkoll.pipeline.check import Checked
from ramkoll.pipeline.consolidate import consolidate
from ramkoll.pipeline.distribute import Distribution, distribute
from ramkoll.pipeline.tables import write_tables

DATA = Path(__file__).parents[1] / "data"
Table = list[list[str]]


@dataclass(frozen=True)
class Road:
    """What a period's extracts came to. ``tables`` are the written CSV, heading row first."""

    made: Distribution
    checked: Checked
    books: Path
    report: Path
    written: Path
    tables: dict[str, Table]


def travelled(data: str | Path, period: str, work: Path) -> Road:
    """Distribute, consolidate and write the tables of a folder of extracts, or of tests/data."""
    inputs = DATA / data / "inputs" if isinstance(data, str) else data
    books, report, written = work / "böcker", work / "rapport.xlsx", work / "tabeller"
    when = Period.parse(period)
    made = distribute(inputs, when, books, layouts(), lambda *_: None)
    return consolidated(books, report, written, when, made)


def consolidated(
    books: Path, report: Path, written: Path, period: Period, made: Distribution
) -> Road:
    """The second half of the road, from workbooks that people may have written in."""
    at = datetime.combine(period.last_day, time(8))
    whole = consolidate(books, report, layouts(), lambda *_: None, at)
    paths = write_tables(scan(report), written)
    return Road(made, whole.checked, books, report, written, {p.stem: rows(p) for p in paths})


def rows(path: Path) -> Table:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
