"""Ledger rows shared out to the units of today, with what could not be placed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from ramkoll.compute.organisation import Homeless, Succession, Trouble
from ramkoll.layout.form import Irregular, Irregularity
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import PART, Key
from ramkoll.model.period import Period
from ramkoll.model.register import Register
from ramkoll.model.units import NO_BREAK_SPACE, swedish_number

if TYPE_CHECKING:
    import pandas as pd  # takes half a second, and most commands read no extracts

MonthKey = tuple[str, str, int, int, str]  # enhet, kontogrupp, år, månad, delpost
FORECASTS = {
    "prognos_helår_kr": "forecast_typed",
    "föregående_prognos_kr": "forecast_previous",
    "budget_helår_kr": "budget_year",
}
FORECAST_WORDS = {
    "forecast_typed": "prognos",
    "forecast_previous": "föregående prognos",
    "budget_year": "budget helår",
}
OUTCOME_FILE, BUDGET_FILE = "utfall_månad.csv", "budget_månad.csv"
FIRST_YEAR, LAST_YEAR = 1901, 2199  # as Period has it
# What is to be mended: a unit, an account group, or a year and month that do not exist.
Cause: TypeAlias = Homeless | str | tuple[int, int]
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


@dataclass
class _Loss:
    """Amounts with one cause: on which units they are booked, and what they are."""

    codes: dict[str, None] = field(default_factory=dict)
    amounts: dict[str, Decimal] = field(default_factory=dict)


_Lost: TypeAlias = dict[tuple[str, Cause], _Loss]


@dataclass(frozen=True)
class Allocation:
    """Amounts in kronor per unit of today: months of outcome and budget, and forecasts."""

    period: Period
    months: Mapping[str, Mapping[MonthKey, Decimal]]
    forecasts: Mapping[tuple[str, str, str], Decimal]
    irregularities: tuple[Irregularity, ...]
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
    """Every row to its unit of today. What has no home becomes an Irregularity with its amount.

    ``outcome`` and ``budget`` have columns enhet, kontogrupp, år, månad, delpost, belopp (kr);
    ``forecast`` the columns of prognos.csv.
    """
    lost: _Lost = {}
    irregular: list[Irregularity] = []
    groups = {group.code for group in register.groups}
    months = {
        "outcome": _months(succession, outcome, groups, period, lost, OUTCOME_FILE),
        "budget": _months(succession, budget, groups, period, lost, BUDGET_FILE),
    }
    forecasts: dict[tuple[str, str, str], Decimal] = {}
    for row in forecast.to_dict("records"):
        code, line = str(row["enhet"]), str(row["kontogrupp"])
        heirs = succession.heirs(code, period.year, period.month)
        for column, measure in FORECASTS.items():
            amount = row[column]
            if not isinstance(amount, Decimal):
                continue
            if isinstance(heirs, Homeless) or line not in groups:
                cause = heirs if isinstance(heirs, Homeless) else line
                _lose(lost, "prognos.csv", cause, code, FORECAST_WORDS[measure], amount)
                continue
            for heir in heirs:
                at = (heir.code, line, measure)
                forecasts[at] = forecasts.get(at, Decimal(0)) + amount * heir.share
    irregular += _lost_amounts(lost)
    irregular += _booked_ahead(outcome, period)
    irregular += _other_years(budget, period)
    irregular += _missing_predecessors(succession)
    parts: dict[str, dict[str, set[str]]] = {}
    for measured in months.values():
        for enhet, line, _, _, part in measured:
            if part:
                parts.setdefault(enhet, {}).setdefault(part, set()).add(line)
    frozen = {e: {p: frozenset(lines) for p, lines in ps.items()} for e, ps in parts.items()}
    return Allocation(period, months, forecasts, tuple(irregular), frozen)


def _months(
    succession: Succession,
    frame: pd.DataFrame,
    groups: set[str],
    period: Period,
    lost: _Lost,
    file: str,
) -> dict[MonthKey, Decimal]:
    found: dict[MonthKey, Decimal] = {}
    columns = ("enhet", "kontogrupp", "år", "månad", "delpost", "belopp")
    for code, line, year, month, part, amount in zip(*(frame[c] for c in columns), strict=True):
        if not (1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR):
            _lose(lost, file, (year, month), code, "", amount)
            continue
        if file == BUDGET_FILE and year != period.year:
            continue  # the forms have the report's year only
        if file == OUTCOME_FILE and (year, month) > (period.year, period.month):
            continue  # booked ahead: belongs to a later report
        heirs = succession.heirs(code, year, month)
        if isinstance(heirs, Homeless):
            _lose(lost, file, heirs, code, "", amount)
        elif line not in groups:
            _lose(lost, file, line, code, "", amount)
        else:
            for heir in heirs:
                at = (heir.code, line, year, month, part)
                found[at] = found.get(at, Decimal(0)) + amount * heir.share
    return found


def _lose(lost: _Lost, file: str, cause: Cause, code: str, what: str, amount: Decimal) -> None:
    """Keep an amount that has no home, under what is to be mended."""
    loss = lost.setdefault((file, cause), _Loss())
    loss.codes[code] = None
    loss.amounts[what] = loss.amounts.get(what, Decimal(0)) + amount


def _lost_amounts(lost: _Lost) -> Iterator[Irregularity]:
    for (file, cause), loss in lost.items():
        codes = list(loss.codes)
        who = f"Enheten {codes[0]}" if len(codes) == 1 else f"{len(codes)} enheter"
        if isinstance(cause, Homeless):
            message, tip = (text.format(code=cause.code) for text in _WHY[cause.trouble])
            others = [code for code in codes if code != cause.code]
            if others:
                message += f" (belopp bokförda på {', '.join(others)})"
        elif isinstance(cause, str):
            message = f"{who} har belopp på kontogrupp «{cause}», som inte finns i registret"
            tip = "Rätta utdraget, eller lägg till kontogruppen i kontogrupper.csv."
        else:
            year, month = cause
            message = f"{who} har belopp på år {year}, månad {month}, som inte finns"
            tip = "Rätta år och månad i utdraget."
        said = (f"{what} {_kronor(amount)}".strip() for what, amount in loss.amounts.items())
        yield Irregularity(
            Irregular.AMOUNT_HOMELESS,
            CellRef.whole_file(file),
            {"vad": message, "belopp": ", ".join(said), "åtgärd": tip},
            effect=max(abs(amount) for amount in loss.amounts.values()),
        )


def lost_rows(lost: Iterable[tuple[str, Homeless]]) -> Iterator[Irregularity]:
    """Rows of extracts without amounts to add up, whose unit has no home: pairs of extract, why."""
    for extract, homeless in sorted(lost, key=lambda each: (each[0], each[1].code)):
        message, tip = (text.format(code=homeless.code) for text in _WHY[homeless.trouble])
        facts = {"vad": message, "belopp": "raderna", "åtgärd": tip}
        at = CellRef.whole_file(f"{extract}.csv")
        yield Irregularity(Irregular.AMOUNT_HOMELESS, at, facts)


def _kronor(amount: Decimal) -> str:
    """To the öre: what is lost must be found again in the ledger."""
    decimals = 0 if amount == amount.to_integral_value() else 2
    return f"{swedish_number(amount, decimals)}{NO_BREAK_SPACE}kr"


def _booked_ahead(outcome: pd.DataFrame, period: Period) -> Iterator[Irregularity]:
    ahead = [
        amount
        for year, month, amount in zip(
            outcome["år"], outcome["månad"], outcome["belopp"], strict=True
        )
        if 1 <= month <= 12 and (period.year, period.month) < (year, month) <= (LAST_YEAR, 12)
    ]
    if ahead:
        yield Irregularity(
            Irregular.BOOKED_AHEAD,
            CellRef.whole_file(OUTCOME_FILE),
            {
                "antal": str(len(ahead)),
                "period": period,
                "belopp": _kronor(sum(ahead, Decimal(0))),
            },
        )


def _other_years(budget: pd.DataFrame, period: Period) -> Iterator[Irregularity]:
    rows = zip(budget["år"], budget["belopp"], strict=True)
    others = [
        amount for year, amount in rows if year != period.year and FIRST_YEAR <= year <= LAST_YEAR
    ]
    if others:
        facts = {
            "antal": str(len(others)),
            "år": str(period.year),
            "belopp": _kronor(sum(others, Decimal(0))),
        }
        yield Irregularity(Irregular.OTHER_YEAR, CellRef.whole_file(BUDGET_FILE), facts)


def repeated(rows: Iterable[tuple[str, int]]) -> Iterator[Irregularity]:
    """Rows of an extract that say the same thing twice: pairs of file and number of rows."""
    for file, count in rows:
        at = CellRef.whole_file(file)
        yield Irregularity(Irregular.ROWS_REPEATED, at, {"antal": str(count)})


def _missing_predecessors(succession: Succession) -> Iterator[Irregularity]:
    for enhet, code in succession.missing:
        at = enhet.at or CellRef.whole_file("enheter.csv")
        facts = {"enhet": enhet.code, "föregångare": code}
        yield Irregularity(Irregular.PREDECESSOR_MISSING, at, facts)
