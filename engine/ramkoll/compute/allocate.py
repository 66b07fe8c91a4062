"""Ledger rows shared out to the units of today, with what could not be placed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pandas as pd

from ramkoll.compute.organisation import Succession, Trouble
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import PART, Key
from ramkoll.model.findings import Finding, Severity
from ramkoll.model.period import Period
from ramkoll.model.register import Register
from ramkoll.model.units import swedish_amount

MonthKey = tuple[str, str, int, int, str]  # enhet, kontogrupp, år, månad, delpost
FORECASTS = {
    "prognos_helår_kr": "forecast_typed",
    "föregående_prognos_kr": "forecast_previous",
    "budget_helår_kr": "budget_year",
}
_WHY = {
    Trouble.UNKNOWN: (
        "Enheten {code} finns i utdraget men inte i registret",
        "Lägg till enheten i enheter.csv, eller rätta koden i utdraget.",
    ),
    Trouble.CLOSED: (
        "Enheten {code} har upphört och ingen enhet har den som föregångare",
        "Skriv {code} som föregångare till den enhet som tagit över.",
    ),
    Trouble.SPLIT: (
        "Enheten {code} har delats på flera utan en nyckel som ger 100 %",
        "Skriv andelen efter koden i kolumnen föregångare, till exempel {code}=40%.",
    ),
}


@dataclass(frozen=True)
class Allocation:
    """Amounts in kronor per unit of today: months of outcome and budget, and forecasts."""

    period: Period
    months: Mapping[str, Mapping[MonthKey, Decimal]]
    forecasts: Mapping[tuple[str, str, str], Decimal]
    findings: tuple[Finding, ...]
    _parts: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)

    @property
    def datasets(self) -> frozenset[str]:
        """Which extracts had rows: outcome, forecast, history."""
        found = set()
        if any(self.months.values()):
            found.add("outcome")
        if self.forecasts:
            found.add("forecast")
        if any(year < self.period.year - 1 for year in self.years):
            found.add("history")
        return frozenset(found)

    @property
    def years(self) -> tuple[int, ...]:
        """The years that have outcome."""
        return tuple(sorted({key[2] for key in self.months["outcome"]}))

    def part_lines(self, enhet: str) -> Mapping[str, frozenset[str]]:
        """The account groups of each varav part of a unit."""
        return self._parts.get(enhet, {})

    def amount(self, key: Key) -> Decimal | None:
        """What a slot of a unit's form is filled with, in kronor; None leaves it blank.

        A row without part is the total: all parts of the group and what has no part.
        """
        if key.dataset == "forecasts":
            return self.forecasts.get((key.enhet, key.line, key.measure))
        if key.measure not in self.months or key.period is None:
            return None
        part = dict(key.breakdown).get(PART)
        months = self.months[key.measure]
        at = (key.enhet, key.line, key.period.year, key.period.month)
        if part is not None:
            return months.get((*at, part))
        parts = ("", *self.part_lines(key.enhet))
        found = [months[*at, each] for each in parts if (*at, each) in months]
        return sum(found, Decimal(0)) if found else None

    def parts(self) -> Iterator[tuple[str, str, bool]]:
        """Each unit's parts, with whether its parts add up to all of their rows."""
        for enhet, parts in self._parts.items():
            rest = any(
                key[0] == enhet and not key[4] for months in self.months.values() for key in months
            )
            for part in parts:
                yield enhet, part, not rest

    def totals(self, enhet: str) -> dict[str, Decimal]:
        """A unit's control totals: accumulated outcome, budget and last year's outcome."""
        year, until = self.period.year, self.period.month
        found: dict[str, Decimal] = {}
        for measure, source, of_year in (
            ("outcome_ytd", "outcome", year),
            ("budget_ytd", "budget", year),
            ("prior_ytd", "outcome", year - 1),
        ):
            amounts = [
                amount
                for (code, _, key_year, month, _), amount in self.months[source].items()
                if code == enhet and key_year == of_year and month <= until
            ]
            if amounts:
                found[measure] = sum(amounts, Decimal(0))
        return found


def allocate(
    succession: Succession,
    register: Register,
    period: Period,
    *,
    outcome: pd.DataFrame,
    budget: pd.DataFrame,
    forecast: pd.DataFrame,
) -> Allocation:
    """Every row to its unit of today. What has no home becomes a finding with its amount.

    ``outcome`` and ``budget`` have columns enhet, kontogrupp, år, månad, delpost, belopp (kr);
    ``forecast`` the columns of prognos.csv.
    """
    lost: dict[tuple[str, str, str], Decimal] = {}
    findings: list[Finding] = []
    groups = {group.code for group in register.groups}
    months = {
        "outcome": _months(succession, outcome, groups, period, lost, "utfall_månad.csv"),
        "budget": _months(succession, budget, groups, period, lost, "budget_månad.csv"),
    }
    forecasts: dict[tuple[str, str, str], Decimal] = {}
    for row in forecast.to_dict("records"):
        code, line = str(row["enhet"]), str(row["kontogrupp"])
        heirs = succession.heirs(code, period.year, period.month)
        for column, measure in FORECASTS.items():
            amount = row[column]
            if not isinstance(amount, Decimal):
                continue
            if isinstance(heirs, Trouble) or line not in groups:
                why = str(heirs) if isinstance(heirs, Trouble) else f"kontogrupp {line}"
                _lose(lost, "prognos.csv", code, why, amount)
                continue
            for heir in heirs:
                at = (heir.code, line, measure)
                forecasts[at] = forecasts.get(at, Decimal(0)) + amount * heir.share
    findings += _lost_findings(lost)
    findings += _missing_predecessors(succession)
    parts: dict[str, dict[str, set[str]]] = {}
    for measured in months.values():
        for enhet, line, _, _, part in measured:
            if part:
                parts.setdefault(enhet, {}).setdefault(part, set()).add(line)
    frozen = {e: {p: frozenset(lines) for p, lines in ps.items()} for e, ps in parts.items()}
    return Allocation(period, months, forecasts, tuple(findings), frozen)


def _months(
    succession: Succession,
    frame: pd.DataFrame,
    groups: set[str],
    period: Period,
    lost: dict[tuple[str, str, str], Decimal],
    file: str,
) -> dict[MonthKey, Decimal]:
    found: dict[MonthKey, Decimal] = {}
    columns = ("enhet", "kontogrupp", "år", "månad", "delpost", "belopp")
    for code, line, year, month, part, amount in zip(*(frame[c] for c in columns), strict=True):
        if not 1 <= month <= 12:
            _lose(lost, file, code, f"månad {month}", amount)
            continue
        if file.startswith("utfall") and (year, month) > (period.year, period.month):
            continue  # booked ahead: belongs to a later report
        heirs = succession.heirs(code, year, month)
        if isinstance(heirs, Trouble):
            _lose(lost, file, code, str(heirs), amount)
        elif line not in groups:
            _lose(lost, file, code, f"kontogrupp {line}", amount)
        else:
            for heir in heirs:
                at = (heir.code, line, year, month, part)
                found[at] = found.get(at, Decimal(0)) + amount * heir.share
    return found


def _lose(
    lost: dict[tuple[str, str, str], Decimal], file: str, code: str, why: str, amount: Decimal
) -> None:
    lost[file, code, why] = lost.get((file, code, why), Decimal(0)) + amount


def _lost_findings(lost: Mapping[tuple[str, str, str], Decimal]) -> Iterator[Finding]:
    for (file, code, why), amount in lost.items():
        troubles = {str(trouble): trouble for trouble in Trouble}
        if why in troubles:
            message, tip = (text.format(code=code) for text in _WHY[troubles[why]])
        else:
            message = f"Enheten {code} har belopp på {why}, som inte finns i registret"
            tip = "Rätta utdraget, eller lägg till det som saknas i registret."
        yield Finding(
            rule="R090",
            severity=Severity.BLOCKS,
            message=f"{message}; {swedish_amount(amount)} kommer inte med i någon arbetsbok.",
            tip=tip,
            at=CellRef.whole_file(file),
            effect=abs(amount),
        )


def _missing_predecessors(succession: Succession) -> Iterator[Finding]:
    for enhet, code in succession.missing:
        yield Finding(
            rule="R091",
            severity=Severity.WARNING,
            message=f"Enheten {enhet.code} har föregångaren {code}, som inte finns i registret; "
            "jämförelsen med föregående år saknar den delen.",
            tip=f"Lägg till {code} i enheter.csv och dess utfall i utdraget, om det går att få.",
            at=enhet.at or CellRef.whole_file("enheter.csv"),
        )
