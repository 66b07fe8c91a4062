"""A formula as a Swedish Excel shows it: function names, semicolons and decimal commas."""

from __future__ import annotations

import re

LONGEST = 110  # characters of a formula in a message
_SWEDISH = {
    "ABS": "ABS",
    "AGGREGATE": "MÄNGD",
    "AND": "OCH",
    "AVERAGE": "MEDEL",
    "CHOOSE": "VÄLJ",
    "COLUMN": "KOLUMN",
    "CONCATENATE": "SAMMANFOGA",
    "COUNT": "ANTAL",
    "COUNTA": "ANTALV",
    "COUNTBLANK": "ANTAL.TOMMA",
    "COUNTIF": "ANTAL.OM",
    "COUNTIFS": "ANTAL.OMF",
    "DATE": "DATUM",
    "DAY": "DAG",
    "EDATE": "EDATUM",
    "EOMONTH": "SLUTMÅNAD",
    "HLOOKUP": "LETAKOLUMN",
    "IF": "OM",
    "IFERROR": "OMFEL",
    "IFNA": "OMSAKNAS",
    "INDIRECT": "INDIREKT",
    "INT": "HELTAL",
    "ISBLANK": "ÄRTOM",
    "ISERROR": "ÄRFEL",
    "ISNUMBER": "ÄRTAL",
    "LEFT": "VÄNSTER",
    "LEN": "LÄNGD",
    "LOOKUP": "LETAUPP",
    "MATCH": "PASSA",
    "MID": "EXTEXT",
    "MONTH": "MÅNAD",
    "NOT": "ICKE",
    "NOW": "NU",
    "OFFSET": "FÖRSKJUTNING",
    "OR": "ELLER",
    "PRODUCT": "PRODUKT",
    "RAND": "SLUMP",
    "RANDBETWEEN": "SLUMP.MELLAN",
    "RIGHT": "HÖGER",
    "ROUND": "AVRUNDA",
    "ROUNDDOWN": "AVRUNDA.NEDÅT",
    "ROUNDUP": "AVRUNDA.UPPÅT",
    "ROW": "RAD",
    "SUBTOTAL": "DELSUMMA",
    "SUM": "SUMMA",
    "SUMIF": "SUMMA.OM",
    "SUMIFS": "SUMMA.OMF",
    "SUMPRODUCT": "PRODUKTSUMMA",
    "TODAY": "IDAG",
    "TRIM": "RENSA",
    "VALUE": "TEXTNUM",
    "VLOOKUP": "LETARAD",
    "XLOOKUP": "XLETAUPP",
    "YEAR": "ÅR",
}
_KEPT = re.compile(r"(\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|\[[^\]]*\])")
_CALL = re.compile(r"(?<![\w.])(?:_xlfn\.)?([A-Z][A-Z0-9.]*)(?=\()")
_POINT = re.compile(r"(?<![\w.])(\d+)\.(\d+)")


def function_in_swedish(name: str) -> str:
    """A function's Swedish name; its own where that is the same or not known here."""
    return _SWEDISH.get(name, name)


def formula_in_swedish(formula: str) -> str:
    """A formula as stored, with its equals sign, as a Swedish Excel shows it; cut when long.

    ``=SUM(A1,1.5)`` becomes ``=SUMMA(A1;1,5)``. Texts and sheet names stay as they are.
    """
    parts = _KEPT.split(" ".join(formula.split()))
    for n in range(0, len(parts), 2):  # the odd ones are texts, sheet names and brackets
        part = parts[n].replace(",", ";")
        part = _POINT.sub(r"\1,\2", part)
        parts[n] = _CALL.sub(lambda match: function_in_swedish(match[1]), part)
    text = "".join(parts)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
