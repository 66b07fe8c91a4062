"""What LibreOffice's own translation of formulas leaves, as plain text."""

from __future__ import annotations

import re

# Texts and quoted sheets, so that nothing inside them is touched.
_TEXT = r'"(?:[^"]|"")*"'
_QUOTED = r"'(?:[^']|'')*'"
_SHEETS = re.compile(rf"({_TEXT})|({_QUOTED}|[^\W\d][\w.]*):({_QUOTED}|[^\W\d][\w.]*)!")
_UNION = re.compile(rf"({_TEXT}|{_QUOTED})|~")
_BROKEN = re.compile(rf"({_TEXT})|\$?({_QUOTED}|[^\W\d]\w*|#REF!)\.(?=[#$A-Za-z])|(;)")


def in_excel(formula: str, *, broken: bool = False) -> str:
    """A printed formula as Excel writes it: ranges over sheets, and unions.

    ``broken`` is of one in LibreOffice's own form, with #REF!: it is only made readable.
    """
    if broken:
        return _BROKEN.sub(lambda m: m[1] or ("," if m[3] else f"{m[2]}!"), formula)
    formula = _SHEETS.sub(lambda m: m[1] or f"{_joined(m[2], m[3])}!", formula)
    return _UNION.sub(lambda m: m[1] or ",", formula)


def _joined(first: str, last: str) -> str:
    if first.startswith("'") or last.startswith("'"):
        return "'{}:{}'".format(*(name.strip("'") for name in (first, last)))
    return f"{first}:{last}"
