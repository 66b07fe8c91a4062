"""What texts may not say in a board version: paths, addresses, files, sheets, ranges, people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ramkoll.excel.board.what import Forbidden

_ALWAYS = (
    (re.compile(r"(?<![^\W_])[A-Za-z]:[\\/](?!/)"), "en sökväg"),
    (re.compile(r"\\\\[\w.$-]+\\"), "en sökväg på en server"),
    (re.compile(r"\bfile:[\\/]", re.IGNORECASE), "en sökväg"),
    (re.compile(r"(?<![\w/.])/(?:home|Users|tmp|mnt|var|media|Volumes)/"), "en sökväg"),
    (re.compile(r"\b(?:https?|ftp|sftp|smb)://|\bmailto:", re.IGNORECASE), "en länk"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "en e-postadress"),
    (
        re.compile(r"[\w)\]-]\.(?:xls[xmb]?|xlt[xm]?|xla[m]?|csv|ods)\b", re.IGNORECASE),
        "ett filnamn",
    ),
    (
        re.compile(r"\[[^\]\[]*\][^!\[\]]{0,40}!\$?[A-Z]{1,3}\$?\d"),
        "en hänvisning till en annan fil",
    ),
    (re.compile(r"\bS-1-5-21(?:-\d+){3}"), "ett användar-id"),
)


class Search:
    """Looks for what must not be said."""

    def __init__(self, forbidden: Forbidden) -> None:
        self._patterns = [
            *_ALWAYS,
            *_of("ett filnamn", _any(forbidden.files, r"(?<![\w.])(?:{})(?!\w)")),
            *_of(
                "en hänvisning till ett blad som inte följer med",
                _any(_quoted(forbidden.sheets), r"(?<!\w)'?(?:{})'?!\$?[A-Z]{{1,3}}\$?\d"),
            ),
            *_of("ett namn på ett område", _any(_telling(forbidden.names), r"(?<!\w)(?:{})(?!\w)")),
            *_of("namnet på en person", _any(forbidden.people, r"(?<!\w)(?:{})(?!\w)")),
        ]

    def found(self, text: str) -> Iterator[str]:
        """What a text says that it must not, in Swedish."""
        for pattern, what in self._patterns:
            match = pattern.search(text)
            if match is not None:
                start = max(0, match.start() - 15)
                around = " ".join(text[start : match.end() + 15].split())
                yield f"{what}, «{around}»"


def _of(what: str, pattern: re.Pattern[str] | None) -> list[tuple[re.Pattern[str], str]]:
    return [] if pattern is None else [(pattern, what)]


def _any(texts: Iterable[str], pattern: str) -> re.Pattern[str] | None:
    escaped = [re.escape(each) for each in sorted({*texts}, key=len, reverse=True) if each.strip()]
    return re.compile(pattern.format("|".join(escaped)), re.IGNORECASE) if escaped else None


def _quoted(sheets: Iterable[str]) -> Iterator[str]:
    for each in sheets:
        yield each
        yield each.replace("'", "''")


def _telling(names: Iterable[str]) -> Iterator[str]:
    """Names of ranges that are no words that a text may well hold."""
    return (each for each in names if "_" in each.strip("_"))
