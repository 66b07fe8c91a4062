"""A workbook of some 440,000 cells, of which four in ten have formulas: far larger than any form."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

SHEETS, ROWS = 8, 2_750


def write_big(path: Path) -> int:
    """Write the workbook and return how many cells it has.

    A row has a code, a name, ten amounts and eight formulas with their values, as the
    month tables of a form do: sums, differences, ratios and texts.
    """
    with xlsxwriter.Workbook(str(path)) as book:
        tkr = book.add_format({"num_format": "#,##0"})
        percent = book.add_format({"num_format": "0.0%"})
        for n in range(SHEETS):
            sheet = book.add_worksheet(f"Blad {n + 1}")
            for row in range(ROWS):
                _write_row(sheet, row, n, tkr, percent)
    return SHEETS * ROWS * 20


def _write_row(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    n: int,
    tkr: xlsxwriter.format.Format,
    percent: xlsxwriter.format.Format,
) -> None:
    at = row + 1
    amounts = [(row * 37 + n * 11 + column * 101) % 9_973 + column / 8 for column in range(10)]
    sheet.write_string(row, 0, f"{1000 + row}")
    sheet.write_string(row, 1, f"Kontogrupp {row % 700}")
    for column, amount in enumerate(amounts, 2):
        sheet.write_number(row, column, amount, tkr)
    total, first, last = sum(amounts), amounts[0], amounts[-1]
    share = first / total if total else 0.0
    formulas: list[tuple[str, float | str]] = [
        (f"SUM(C{at}:L{at})", total),
        (f"C{at}-D{at}", first - amounts[1]),
        (f'IF(M{at}=0,"",C{at}/M{at})', share),
        (f"AVERAGE(C{at}:L{at})", total / 10),
        (f"ROUND(L{at}*1.02,0)", float(round(last * 1.02))),
        (f"MAX(C{at}:L{at})-MIN(C{at}:L{at})", max(amounts) - min(amounts)),
        (f'A{at}&" "&B{at}', f"{1000 + row} Kontogrupp {row % 700}"),
        (f"N(M{at})+N(N{at})", total + first - amounts[1]),
    ]
    for column, (formula, value) in enumerate(formulas, 12):
        sheet.write_formula(row, column, f"={formula}", percent if column == 14 else tkr, value)
