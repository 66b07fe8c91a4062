"""Calls whose answers are goldens: Python writes them, and the pane's tests read them again."""

from __future__ import annotations

from dataclasses import dataclass, field

REPORT = "regionstyrelsen-2024-08"


@dataclass(frozen=True)
class Case:
    """A command on an example workbook, with the selected cell and what somebody wrote in it."""

    name: str
    command: str
    book: str
    at: str = ""
    written: dict[str, object] = field(default_factory=dict)

    @property
    def golden(self) -> str:
        """The golden's name under tests/goldens."""
        return f"live/{self.name}.json"


# An outcome that is not the extracts' any more, and a comment on its row.
STALE = {"Månad!K21": -1_000_000, "Utfall!I20": "Färre konsulter."}

CASES = {
    case.name: case
    for case in (
        Case("check-616", "check", "616"),
        Case("check-personal", "check", "personal_HR"),
        Case("next_comment-616", "next_comment", "616"),
        Case("forecast-616", "forecast", "616", "Prognos!A9"),
        Case("refresh-605", "refresh", "605", written=STALE),
        Case("compare-605", "compare", "605", written=STALE),
        Case("trace-616", "trace", "616", "Utfall!E14"),
        Case("consolidate", "consolidate", REPORT),
    )
}
