"""Border lines as LibreOffice has them."""

from __future__ import annotations

from typing import Any

from com.sun.star.table import BorderLine2

# com.sun.star.table.BorderLineStyle, and widths in hundredths of a millimetre as of Excel's files.
SOLID, DOTTED, DASHED, DOUBLE = 0, 1, 2, 3
_THIN, _MEDIUM = 26, 62


def border(line: str) -> Any:
    """A line by the engine's word for it, or the colour of a thin one; «none» is no line."""
    made = BorderLine2()
    if line == "none":
        return made
    made.LineStyle = DOUBLE if line == "double" else SOLID
    made.LineWidth = _MEDIUM if line in ("medium", "double") else _THIN
    made.OuterLineWidth = _THIN if line == "double" else made.LineWidth
    if line == "double":
        made.InnerLineWidth, made.LineDistance = _THIN, _THIN
    if line.startswith("#"):
        made.Color = int(line[1:], 16)
    return made
