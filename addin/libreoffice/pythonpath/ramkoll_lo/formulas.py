"""Formulas between LibreOffice and the engine, which speaks Excel's English A1 with commas."""

from __future__ import annotations

import re
from typing import Any

from com.sun.star.table import CellAddress

from ramkoll_lo.formula_text import in_excel

XL_A1 = 1  # com.sun.star.sheet.AddressConvention
OOXML = 4  # com.sun.star.sheet.FormulaLanguage: commas, whatever the country
EVERYTHING = 0x7FFFFFFF  # functions, operators and separators

_ERROR = re.compile(r"#(REF!|N/A|DIV/0!|VALUE!|NUM!|NAME\?|NULL!)", re.IGNORECASE)


class Formulas:
    """Translates the formulas of one document."""

    def __init__(self, doc: Any) -> None:
        names = doc.createInstance("com.sun.star.sheet.FormulaOpCodeMapper")
        self._excel = doc.createInstance("com.sun.star.sheet.FormulaParser")
        self._excel.CompileEnglish = True
        self._excel.FormulaConvention = XL_A1
        self._excel.OpCodeMap = names.getAvailableMappings(OOXML, EVERYTHING)
        self._own = doc.createInstance("com.sun.star.sheet.FormulaParser")
        self._own.CompileEnglish = True
        self._at = CellAddress()

    def read(self, holder: Any, own: str, sheet: int, column: int, row: int) -> str:
        """The formula of a cell or a name; ``own`` is what LibreOffice itself writes of it.

        Sheet, column and row count from 0.
        """
        if _ERROR.search(own):  # the tokens do not tell which error it is
            return "=" + in_excel(own.strip("{}").lstrip("="), broken=True)
        at = self._place(sheet, column, row)
        return "=" + in_excel(self._excel.printFormula(holder.getTokens(), at))

    def written(self, text: str, sheet: int, column: int, row: int) -> str:
        """A formula of the engine as LibreOffice's own functions for writing want it."""
        at = self._place(sheet, column, row)
        tokens = self._excel.parseFormula(text[1:], at)
        return f"={self._own.printFormula(tokens, at)}"

    def _place(self, sheet: int, column: int, row: int) -> CellAddress:
        self._at.Sheet, self._at.Column, self._at.Row = sheet, column, row
        return self._at
