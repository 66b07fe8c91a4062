"""The pieces of any formula that Excel may store, in order; put together they are the formula."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, column_number

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_TOKEN = re.compile(
    rf"""
      (?P<text> "(?:[^"]|"")*" )
    | (?P<sheet> (?: '(?:[^']|'')*' | \[[0-9]+\](?:[^\W\d][\w.]*)? | (?:[\w.]+:)?[\w.]+ )! | ! )
    | (?P<error> \#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!) )
    | (?P<area> {_CELL}:{_CELL} (?![\w.$(\[?\\!:])
              | \$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}} (?![\w.$(!\[:])
              | \$?[0-9]{{1,7}}:\$?[0-9]{{1,7}} (?![\w.:])
              | {_CELL} (?![\w.$(!\[?\\]) )
    | (?P<brackets> \[ (?: [^\[\]'] | '. | \[ (?:[^\[\]']|'.)* \] )* \] )
    | (?P<number> (?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
    | (?P<word> [^\W\d][\w.\\?]* | \\[\w.\\?]* )
    | (?P<space> \s+ )
    | (?P<sign> <=|>=|<>|. )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_PARTS = re.compile(r"\$?([A-Za-z]*)\$?([0-9]*)")


class Token(NamedTuple):
    """One piece; ``kind`` is text, sheet, error, area, brackets, number, word, space or sign."""

    kind: str
    text: str


def tokens(formula: str) -> Iterator[Token]:
    """The pieces of a formula without its equals sign; any text is taken."""
    for match in _TOKEN.finditer(formula):
        kind = match.lastgroup
        assert kind is not None
        yield Token(kind, match[0])


@lru_cache(maxsize=1 << 16)
def area_of(text: str) -> Area | None:
    """The cells of A1, A1:B2, A:B or 1:2; None when they are outside a sheet."""
    first, _, last = text.partition(":")
    parts = (_PARTS.fullmatch(first), _PARTS.fullmatch(last or first))
    assert parts[0] is not None and parts[1] is not None, text
    columns = [column_number(part[1]) for part in parts if part is not None and part[1]]
    rows = [int(part[2]) for part in parts if part is not None and part[2]]
    columns, rows = columns or [1, MAX_COLUMN], rows or [1, MAX_ROW]
    area = Area(min(rows), min(columns), max(rows), max(columns))
    inside = area.top >= 1 and area.bottom <= MAX_ROW and area.right <= MAX_COLUMN
    return area if inside else None


def sheet_of(text: str) -> str:
    """The name in a sheet prefix such as ``'Ekonomisk analys'!``."""
    name = text[:-1]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name
