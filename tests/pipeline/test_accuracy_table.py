"""The table of prognossäkerhet against the ledger's own months."""

import csv
from collections import defaultdict
from pathlib import Path

DATA = Path(__file__).parents[1] / "data" / "2024-08"


def months_of(enhet: str) -> dict[int, dict[int, float]]:
    found: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    with (DATA / "inputs" / "utfall_månad.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["enhet"] == enhet:
                found[int(row["år"])][int(row["månad"])] += float(row["utfall_kr"])
    return found


def test_the_mean_error_of_the_straight_method_is_what_the_ledger_gives(road):
    months = months_of("616")
    errors = []
    for year in (2020, 2021, 2022, 2023):
        whole = sum(months[year].values())
        errors.append(whole - sum(months[year][m] for m in range(1, 9)) * 12 / 8)
    rows = road("2024-08", "2024-08").tables["prognossakerhet"]
    row = next(row for row in rows if row[0].startswith("616"))
    assert rows[0][1] == "B medelfel"
    assert float(row[1]) == round(sum(map(abs, errors)) / 4 / 1000)
    assert rows[0][4] == "B skevhet"
    assert float(row[4]) == round(sum(errors) / 4 / 1000)
