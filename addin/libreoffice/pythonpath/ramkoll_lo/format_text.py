"""Number formats as Excel writes them, of what LibreOffice's own translation gives."""

from __future__ import annotations

import re

# What is not of a date: texts, a character after a backslash, colours and conditions, AM/PM.
_DATE = re.compile(r'("[^"]*"|\\.|\[[A-Za-z]{3,}[^\]]*\]|\[\$[^\]]*\]|AM/PM|A/P)|([YMDHS]+)|(/)')


def excel_date(code: str, own: str) -> str:
    """The en-US code of a date or a time; ``own`` is LibreOffice's, in its own language.

    Letters become small, and a date keeps the lines between its parts: the translation gives those
    of the other language.
    """
    between = "/" if "/" in own else "-" if "-" in own else "." if "." in own else "/"
    return _DATE.sub(lambda m: m[1] or (m[2].lower() if m[2] else between), code)
