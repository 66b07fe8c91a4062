"""The example extracts some days later, so that Uppdatera utfall has something to do."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

OUTCOME, AMOUNT = "utfall_månad.csv", "utfall_kr"
_KEY = ("enhet", "kontogrupp", "år", "månad")


def later_extracts(extracts: Path, bookings: Path, folder: Path) -> Path:
    """A copy of the extracts in ``folder`` with late bookings added to the outcome.

    ``bookings`` is a CSV with the outcome's key columns and amounts in kronor, cost negative; each
    must have a row in the outcome to be added to.
    """
    shutil.copytree(extracts, folder)
    late = {tuple(row[name] for name in _KEY): int(row[AMOUNT]) for row in _rows(bookings)}
    rows = _rows(folder / OUTCOME)
    for row in rows:
        if not row.get("delpost"):
            row[AMOUNT] = str(int(row[AMOUNT]) + late.pop(tuple(row[name] for name in _KEY), 0))
    assert not late, f"late bookings without a row: {sorted(late)}"
    with (folder / OUTCOME).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
