"""What is known of functions when other engines than Excel compute them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ramkoll.model.recalculated import Doubt


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


_EVERY = range(255)
_ODD = range(1, 255, 2)

# Which arguments take a whole range, counted from 0. In any other place of an ordinary formula
# Excel takes the one cell of the range in the formula's own row or column.
TAKES_RANGES: Mapping[str, frozenset[int]] = {
    **{
        name: frozenset(_EVERY)
        for name in _named(
            "SUM AVERAGE AVERAGEA COUNT COUNTA COUNTBLANK MIN MINA MAX MAXA MEDIAN PRODUCT STDEV"
            " STDEV.S STDEV.P STDEVP STDEVA STDEVPA VAR VAR.S VAR.P VARP VARA VARPA SUMSQ AND OR"
            " XOR CONCAT TEXTJOIN ROWS COLUMNS AREAS SUMX2MY2 SUMX2PY2 SUMXMY2 CORREL PEARSON"
            " SLOPE INTERCEPT RSQ STEYX COVAR COVARIANCE.P COVARIANCE.S MODE MODE.SNGL GEOMEAN"
            " HARMEAN AVEDEV DEVSQ KURT SKEW ISREF SUMPRODUCT MMULT MDETERM MINVERSE GCD LCM"
            " MULTINOMIAL SERIESSUM"
        )
    },
    "SUMIF": frozenset({0, 2}),
    "AVERAGEIF": frozenset({0, 2}),
    "COUNTIF": frozenset({0}),
    **{name: frozenset({0, *_ODD}) for name in ("SUMIFS", "AVERAGEIFS", "MAXIFS", "MINIFS")},
    "COUNTIFS": frozenset(range(0, 255, 2)),
    "VLOOKUP": frozenset({1}),
    "HLOOKUP": frozenset({1}),
    "LOOKUP": frozenset({1, 2}),
    "MATCH": frozenset({1}),
    "XMATCH": frozenset({1}),
    "XLOOKUP": frozenset({1, 2}),
    "INDEX": frozenset({0}),
    "OFFSET": frozenset({0}),
    "SUBTOTAL": frozenset(range(1, 255)),
    "AGGREGATE": frozenset({2, 3}),
    **{
        name: frozenset({0})
        for name in _named(
            "LARGE SMALL PERCENTILE PERCENTILE.INC PERCENTILE.EXC QUARTILE QUARTILE.INC"
            " QUARTILE.EXC PERCENTRANK PERCENTRANK.INC PERCENTRANK.EXC TRIMMEAN IRR MIRR"
        )
    },
    **{name: frozenset({1}) for name in ("RANK", "RANK.EQ", "RANK.AVG")},
    "NPV": frozenset(range(1, 255)),
    "XNPV": frozenset({1, 2}),
    "XIRR": frozenset({0, 1}),
    "FORECAST": frozenset({1, 2}),
    "FORECAST.LINEAR": frozenset({1, 2}),
    "NETWORKDAYS": frozenset({2}),
    "WORKDAY": frozenset({2}),
    "NETWORKDAYS.INTL": frozenset({3}),
    "WORKDAY.INTL": frozenset({3}),
    **{
        name: frozenset({0, 2})
        for name in _named("DSUM DCOUNT DCOUNTA DAVERAGE DMAX DMIN DGET DPRODUCT DSTDEV DVAR")
    },
}

# These add up or count whatever they get, so that Jan:Dec!B5 is the same as its cells one by one.
SPANS_SHEETS = _named("SUM AVERAGE AVERAGEA COUNT COUNTA MIN MINA MAX MAXA PRODUCT")

# These compute with whole ranges whatever their arguments are made of.
ARRAY_INSIDE = frozenset({"SUMPRODUCT", "MMULT", "MDETERM", "MINVERSE"})
# … but what these hold is computed cell by cell even there.
CELL_BY_CELL = frozenset({"IF", "IFERROR", "IFNA", "CHOOSE", "IFS", "SWITCH", "INDEX", "N", "T"})

# How tall a range is means something to them, so a whole column may not be cut at the last row.
COUNT_ROWS = _named("ROWS COLUMNS COUNTBLANK OFFSET ROW COLUMN AREAS TRANSPOSE SINGLE ANCHORARRAY")

# References inside them are looked at, not computed with: no circle goes through them.
LOOKED_AT = _named("ROW COLUMN ROWS COLUMNS AREAS ISREF SHEET SHEETS CELL FORMULATEXT")

# What no engine that is not Excel, with that window and that file before it, can know.
NO_VOICE: Mapping[str, Doubt] = {
    "LAMBDA": Doubt.UNSUPPORTED,  # it may call itself without end
    **dict.fromkeys(_named("NOW TODAY RAND RANDBETWEEN RANDARRAY"), Doubt.VOLATILE),
    **dict.fromkeys(
        _named(
            "CELL INFO SHEET SHEETS INDIRECT FORMULATEXT ISFORMULA GETPIVOTDATA PHONETIC"
            " WEBSERVICE RTD IMAGE STOCKHISTORY TRANSLATE DETECTLANGUAGE"
        ),
        Doubt.SURROUNDINGS,
    ),
}

# They go round as many times as a number says: a hostile one never ends.
GOES_ROUND = _named(
    "FACT FACTDOUBLE COMBIN COMBINA PERMUT PERMUTATIONA MULTINOMIAL CUMIPMT CUMPRINC VDB WORKDAY"
    " WORKDAY.INTL NETWORKDAYS NETWORKDAYS.INTL BINOM.DIST.RANGE BINOM.INV CRITBINOM NEGBINOM.DIST"
    " HYPGEOM.DIST BINOM.DIST POISSON.DIST"
)

# An engine that gets what Excel saved confirms it; another result says nothing of Excel's, since
# these follow the language of Windows, or hidden and filtered rows.
FOLLOWS_SETTINGS = _named(
    "TEXT DOLLAR FIXED VALUE DATEVALUE TIMEVALUE NUMBERVALUE ASC DBCS JIS BAHTTEXT CHAR"
    " CODE UNICHAR ADDRESS HYPERLINK SUBTOTAL AGGREGATE"
)

# Functions whose results agree with those saved in real workbooks, or with the documented results
# in tests/excel/test_excel_results.py; some of them with a few cells only. Only where a formula
# calls no others is a saved value called stale; else it is said that engines and file do not
# agree.
VOUCHED = _named(
    "SUM MAX MIN IF AVERAGE COUNT COUNTA VLOOKUP HLOOKUP ROUND ROUNDUP ROUNDDOWN IFERROR"
    " IFNA POWER ISERROR ISERR ISNA ISNUMBER SUMIF SUMIFS SUMPRODUCT COUNTIF COUNTIFS"
    " AVERAGEIF AVERAGEIFS LEN CONCATENATE NOT AND OR INT LARGE SMALL MEDIAN LEFT RIGHT"
    " MID TRIM ABS SQRT MOD FIND EXACT UPPER LOWER PRODUCT TRUNC SIGN CHOOSE MATCH INDEX"
    " YEAR MONTH DAY DATE EDATE EOMONTH SUBSTITUTE REPLACE NA TRUE FALSE PI EXP LN LOG"
    " LOG10 EVEN ODD FACT RADIANS DEGREES SIN COS TAN ASIN ACOS ATAN ATAN2 SINH COSH TANH"
    " SLN FV PV PMT NPER NPV IRR N CEILING FLOOR COMBIN ISTEXT ISBLANK ISLOGICAL ROW ROWS"
    " COLUMN COLUMNS COUNTBLANK"
)

DATES = _named(
    "DATE DAY MONTH YEAR DAYS DAYS360 DATEDIF EDATE EOMONTH WEEKDAY WEEKNUM ISOWEEKNUM"
    " NETWORKDAYS NETWORKDAYS.INTL WORKDAY WORKDAY.INTL YEARFRAC TIME HOUR MINUTE SECOND"
)

# A single cell is no range to some engines when these look through it.
LOOKS_THROUGH = _named("COUNTIF COUNTIFS SUMIF SUMIFS AVERAGEIF AVERAGEIFS")

# Criteria of these that engines read in ways of their own: wildcards, «not», and texts by order.
ODD_CRITERION = re.compile(r"<>|[*?~]|^[<>]=?[^\W\d]")
