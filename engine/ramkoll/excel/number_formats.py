"""Number formats: the built-in codes, which of them show dates, and dates from serial numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from math import floor

_LAST_SERIAL = 2_958_465  # 9999-12-31 counted from 1900
_DAYS_1900_TO_1904 = 1_462
_NO_SUCH_DAY = 60  # 1900-02-29, which Excel believes in
_MILLISECONDS = 86_400_000

#: Codes that files name by number only (ECMA-376 part 1, 18.8.30); others are locale-bound.
BUILT_IN: Mapping[int, str] = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
    42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_)_("$"* \\(#,##0.00\\)_("$"* "-"??_)_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}

_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.', re.DOTALL)
_ELAPSED_OR_CLOCK = re.compile(r"\[(?:h+|m+|s+)\]|am/pm|a/p", re.IGNORECASE)
_BRACKET = re.compile(r"\[[^\]]*\]")


def shows_date(code: str) -> bool:
    """Whether a format code shows a number as a date: a year, a month or a day.

    A time of day or an elapsed time alone is no date: the number is then a part of a day.
    """
    bare = _LITERAL.sub("", code)
    bare = _ELAPSED_OR_CLOCK.sub("h", bare)
    bare = _BRACKET.sub("", bare).split(";")[0].lower()
    if bare == "general" or "#" in bare or "?" in bare:
        return False
    if "y" in bare or "d" in bare or "mmm" in bare:
        return True
    return "m" in bare and "h" not in bare and "s" not in bare


def date_from_serial(serial: float, date_1904: bool) -> datetime | None:
    """The moment of a day number, to the millisecond, or None when no calendar holds it.

    Day 1 is 1900-01-01, or 1904-01-02. Counted from 1900 there is no day 0, and day 60 never was.
    """
    if date_1904:
        if not 0 <= serial < _LAST_SERIAL - _DAYS_1900_TO_1904 + 1:
            return None
        epoch = datetime(1904, 1, 1)
    else:
        if not 1 <= serial < _LAST_SERIAL + 1 or floor(serial) == _NO_SUCH_DAY:
            return None
        epoch = datetime(1899, 12, 31 if serial < _NO_SUCH_DAY else 30)
    day = floor(serial)
    try:
        return epoch + timedelta(days=day, milliseconds=round((serial - day) * _MILLISECONDS))
    except OverflowError:  # the last half millisecond of year 9999
        return None


def serial_from_date(moment: date, date_1904: bool) -> float:
    """The day number of a date or a moment, the other way of ``date_from_serial``.

    Raises ValueError for a date before the first that the workbook's calendar holds.
    """
    clock = moment.replace(tzinfo=None) if isinstance(moment, datetime) else None
    passed = (clock or datetime(moment.year, moment.month, moment.day)) - datetime(1899, 12, 30)
    if date_1904:
        passed -= timedelta(days=_DAYS_1900_TO_1904)
    elif passed.days <= _NO_SUCH_DAY:
        passed -= timedelta(days=1)
    if passed.days < (0 if date_1904 else 1):
        raise ValueError(f"before the first day of the calendar: {moment}")
    return passed / timedelta(days=1)
