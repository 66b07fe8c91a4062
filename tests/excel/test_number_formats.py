"""Which number formats show dates, and which day a number is."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles.numbers import BUILTIN_FORMATS

from ramkoll.excel.number_formats import (
    BUILT_IN,
    date_from_serial,
    serial_from_date,
    shows_date,
)


@pytest.mark.parametrize(
    "code",
    [
        "yyyy-mm-dd",
        "yyyy/mm/dd;@",
        "[$-sv-SE]d mmmm yyyy",
        "[$-41D]mmm/yy",
        "mm-dd-yy",
        "MMM",
        "m",
        "dddd",
        "h:mm d/m",
        '"den "d mmm',
        "[Red]yyyy",
        "[>40000]yyyy-mm-dd;General",
        'yyyy"."mm"." hh:mm:ss.000',
        "d\\.m\\.",
        "_-yyyy_-",
    ],
)
def test_a_year_month_or_day_makes_a_date(code: str) -> None:
    assert shows_date(code)


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "GENERAL",
        "0",
        "#,##0",
        "#,##0;[Red]-#,##0",
        '# ##0 "mkr"',
        '0 "kr/dag"',
        '0\\d"ag"',
        "[Red]0",
        "[Röd]0",
        "[Magenta]0;[Yellow]0",
        "[$SEK-41D] 0",
        "[$mdy-41D] 0",
        "[h]:mm:ss",
        "[mm]:ss",
        "[ss]",
        "h:mm",
        "hh:mm:ss",
        "mm:ss",
        "mmss.0",
        "h:mm AM/PM",
        "h A/P",
        "0.00E+00",
        "# ?/?",
        "@",
        "_d0_y",
        "*d0",
        '0"',
        "",
        "0;yyyy",
        "#,##0 dm",
    ],
)
def test_amounts_times_of_day_and_elapsed_times_are_no_dates(code: str) -> None:
    assert not shows_date(code)


def test_the_built_in_codes_are_those_that_openpyxl_knows() -> None:
    assert dict(BUILT_IN) == BUILTIN_FORMATS


@pytest.mark.parametrize(
    ("serial", "moment"),
    [
        (1, datetime(1900, 1, 1)),
        (59, datetime(1900, 2, 28)),
        (60, None),
        (60.5, None),
        (61, datetime(1900, 3, 1)),
        (45535, datetime(2024, 8, 31)),
        (45535.75, datetime(2024, 8, 31, 18)),
        (45535.999999999, datetime(2024, 9, 1)),
        (45535.520833333336, datetime(2024, 8, 31, 12, 30)),
        (2958465, datetime(9999, 12, 31)),
        (2958465.9999999999, None),
        (2958466, None),
        (0, None),
        (0.5, None),
        (-1, None),
        (1e300, None),
    ],
)
def test_days_are_counted_from_1900_with_a_leap_day_that_never_was(
    serial: float, moment: datetime | None
) -> None:
    assert date_from_serial(serial, date_1904=False) == moment


@pytest.mark.parametrize(
    ("serial", "moment"),
    [
        (0, datetime(1904, 1, 1)),
        (44073, datetime(2024, 8, 31)),
        (2957003, datetime(9999, 12, 31)),
        (2957004, None),
        (-1, None),
    ],
)
def test_days_are_counted_from_1904_where_the_workbook_says_so(
    serial: float, moment: datetime | None
) -> None:
    assert date_from_serial(serial, date_1904=True) == moment


@given(
    st.one_of(st.integers(1, 59), st.integers(61, 2_958_465)),
    st.integers(0, 86_399_999),
    st.booleans(),
)
def test_the_number_of_a_day_is_the_one_it_was_read_from(
    day: int, milliseconds: int, date_1904: bool
) -> None:
    serial = day + milliseconds / 86_400_000
    moment = date_from_serial(serial, date_1904)
    if moment is not None:  # counted from 1904, the last four years are beyond the calendar
        assert date_from_serial(serial_from_date(moment, date_1904), date_1904) == moment
        assert abs(serial_from_date(moment, date_1904) - serial) < 1e-8
