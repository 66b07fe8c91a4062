"""The month that a report is about."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

MONTH_NAMES = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
SHORT_MONTHS = tuple(name[:3] for name in MONTH_NAMES)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A year and a month; accumulated figures run from January to it."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1900 < self.year < 2200 and 1 <= self.month <= 12):
            raise ValueError(f"no such period: {self.year}-{self.month}")

    def __hash__(self) -> int:
        return self.year * 16 + self.month  # part of every fact's key: must be cheap

    @classmethod
    def parse(cls, text: str) -> Period:
        """From ``2024-08``; ValueError when it is not of that form."""
        match = re.fullmatch(r"(\d{4})-(\d{1,2})", text.strip())
        if match is None:
            raise ValueError(f"no period of the form 2024-08: {text!r}")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def last_day(self) -> date:
        """The last day of the month: the report date."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def months(self) -> tuple[int, ...]:
        """The months gone, January to this one."""
        return tuple(range(1, self.month + 1))

    @property
    def months_left(self) -> tuple[int, ...]:
        """The months of the year that are left; none in December."""
        return tuple(range(self.month + 1, 13))

    @property
    def words(self) -> str:
        """As headings say it: ``januari–augusti 2024``, or ``januari 2024``."""
        first = "" if self.month == 1 else "januari–"
        return f"{first}{MONTH_NAMES[self.month - 1]} {self.year}"

    def _short(self, dash: str) -> str:
        """``jan-aug``, or ``jan`` alone."""
        first = "" if self.month == 1 else f"{SHORT_MONTHS[0]}{dash}"
        return f"{first}{SHORT_MONTHS[self.month - 1]}"

    def placeholders(self) -> dict[str, str]:
        """What heading patterns may name: ``{från}``, ``{till}``, ``{år}``, ``{fg_år}`` …"""
        return {
            "från": SHORT_MONTHS[0],
            "till": SHORT_MONTHS[self.month - 1],
            "från_långt": MONTH_NAMES[0],
            "till_långt": MONTH_NAMES[self.month - 1],
            "från_till": self._short("-"),
            "från__till": self._short("–"),
            "år": str(self.year),
            "fg_år": str(self.year - 1),
            "period": self.words,
            "månad": str(self.month),
            "månad2": f"{self.month:02d}",
            "månadsnamnet": MONTH_NAMES[self.month - 1],
            "år_2": str(self.year - 2),
            "år_3": str(self.year - 3),
        }
