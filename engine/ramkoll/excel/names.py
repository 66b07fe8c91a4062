"""What Excel accepts as the name of a range, a table or a sheet.

Excel and the libraries that write its files are lenient in different ways: a name that reads as
a cell address is dropped by one, written by another and repaired by a third. So we ask for the
strictest of them, for everything we name ourselves.
"""

from __future__ import annotations

import re

from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, column_number

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,254}", re.ASCII)
_LIKE_A1 = re.compile(r"([A-Za-z]{1,3})([0-9]+)", re.ASCII)
# Swedish Excel writes R1K1 for R1C1: a column is a K there.
_LIKE_R1C1 = re.compile(r"(R[0-9]*)?([CK][0-9]*)?", re.ASCII | re.IGNORECASE)
_LOGICAL = frozenset({"TRUE", "FALSE", "SANT", "FALSKT"})

_BARRED_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")
MAX_SHEET_NAME = 31


def check_defined_name(name: str) -> None:
    """Raise ValueError unless every program reads ``name`` as a name and as nothing else.

    Allowed: ASCII letters, digits, underscore and point, a letter or underscore first, at most
    255 characters. Not allowed: what can be read as a cell (``K01``, ``RAM2024``), as a row or
    column in R1C1 style (``R``, ``C5``, ``R1C1``), as a logical value, or Excel's own names.
    """
    if _PLAIN_NAME.fullmatch(name) is None:
        raise ValueError(f"no name for a range: {name!r}")
    if name.upper() in _LOGICAL:
        raise ValueError(f"a logical value, not a name: {name!r}")
    if name.lower().startswith("_xlnm"):
        raise ValueError(f"a name that Excel keeps for itself: {name!r}")
    if _LIKE_R1C1.fullmatch(name) is not None:
        raise ValueError(f"can be read as a row or column: {name!r}")
    address = _LIKE_A1.fullmatch(name)
    if (
        address is not None
        and column_number(address[1]) <= MAX_COLUMN
        and int(address[2]) <= MAX_ROW
    ):
        raise ValueError(f"can be read as a cell: {name!r}")


def check_sheet_name(name: str) -> None:
    """Raise ValueError unless Excel accepts ``name`` for a sheet.

    At most 31 characters, none of ``[ ] : * ? / \\`` and no control characters, no apostrophe
    first or last, and not ``History``, which Excel keeps for itself.
    """
    # Excel counts UTF-16 units, as it does everywhere.
    if not name.strip() or len(name.encode("utf-16-le", "replace")) // 2 > MAX_SHEET_NAME:
        raise ValueError(f"a sheet's name has 1 to {MAX_SHEET_NAME} characters: {name!r}")
    if _BARRED_IN_SHEET_NAME.search(name) or name[0] == "'" or name[-1] == "'":
        raise ValueError(f"characters that no sheet's name may hold: {name!r}")
    if name.casefold() == "history":
        raise ValueError(f"a name that Excel keeps for itself: {name!r}")
