"""Cells as plain data, from LibreOffice and from files, and what differs."""

from __future__ import annotations

from typing import Any

Cells = dict[str, dict[tuple[int, int], tuple[object, str, str]]]


def cells_of(snapshot: dict[str, Any]) -> Cells:
    """Value, formula and number format of every cell that is not empty, by sheet."""
    found: Cells = {}
    for sheet in snapshot["sheets"]:
        top, left = sheet.get("top", 1), sheet.get("left", 1)
        formulas = {(row, column): text for row, column, text in sheet.get("formulas", [])}
        codes, of = sheet.get("formats", []), sheet.get("format_of", [])
        cells = found.setdefault(sheet["name"], {})
        for i, row in enumerate(sheet.get("values", [])):
            for j, value in enumerate(row):
                key = top + i, left + j
                if value is None and key not in formulas:
                    continue
                code = codes[of[i][j]] if of else "General"
                cells[key] = value, formulas.get(key, ""), code
    return found


def apart(have: Cells, want: Cells) -> list[tuple]:
    """The cells that differ; a calculated number may differ in its last digits."""
    found = []
    for sheet in want:
        mine, theirs = have.get(sheet, {}), want[sheet]
        for key in sorted(mine.keys() | theirs.keys()):
            one, other = mine.get(key), theirs.get(key)
            if rounded(one) != rounded(other):
                found.append((sheet, key, one, other))
    return found


def rounded(value: Any) -> Any:
    """Numbers in 12 digits: files hold what was calculated in 15, and LibreOffice calculates anew."""
    if isinstance(value, float):
        return 0.0 if abs(value) < 1e-9 else float(f"{value:.12g}")
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    return value
