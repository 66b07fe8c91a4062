"""Number formats between LibreOffice, where they have a language, and the engine's en-US codes."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import uno
from com.sun.star.lang import Locale

from ramkoll_lo.a1 import Box
from ramkoll_lo.format_text import excel_date

GENERAL, BOOLEAN = "General", "BOOLEAN"
LOGICAL, DATE_OR_TIME = 1024, 2 | 4  # com.sun.star.util.NumberFormat
_ENGLISH = Locale("en", "US", "")
_SYSTEM = Locale()  # what workbooks of Excel get when LibreOffice opens them


class Formats:
    """The number formats of one document."""

    def __init__(self, doc: Any) -> None:
        self._own = doc.NumberFormats
        # Translated aside, so that reading leaves nothing in the document.
        context = uno.getComponentContext()
        aside = context.ServiceManager.createInstanceWithArgumentsAndContext(
            "com.sun.star.util.NumberFormatsSupplier", (_ENGLISH,), context
        )
        self._aside = aside.NumberFormats
        self._codes: Dict[int, Tuple[str, bool]] = {}

    def code(self, key: int) -> Tuple[str, bool]:
        """A format of the document as an en-US code, and whether it shows truths."""
        if key not in self._codes:
            own = self._own.getByKey(key)
            text = str(own.FormatString)
            if key == self._own.getStandardIndex(own.Locale):
                text = GENERAL
            elif own.Locale.Language != "en" or own.Locale.Country != "US":
                there = self._aside.addNewConverted(text, own.Locale, _ENGLISH)
                text = str(self._aside.getByKey(there).FormatString)
            if own.Type & DATE_OR_TIME:
                text = excel_date(text, str(own.FormatString))
            truth = bool(own.Type & LOGICAL)
            self._codes[key] = (GENERAL if text == "General" or truth else text, truth)
        return self._codes[key]

    def key(self, code: str) -> int:
        """The document's format for an en-US code, made when it has none."""
        if code == GENERAL:
            return int(self._own.getStandardIndex(_SYSTEM))
        return int(self._own.addNewConverted(code, _ENGLISH, _SYSTEM))

    def of(self, cells: Any, box: Box) -> Tuple[List[str], List[List[int]], List[Tuple[int, int]]]:
        """The distinct codes, the index of each cell's, and the cells (1-based) with truths.

        The first two are empty when all is General.
        """
        codes = {GENERAL: 0}
        format_of = [[0] * box.columns for _ in range(box.rows)]
        truths = []
        groups = cells.UniqueCellFormatRanges
        for number in range(groups.Count):
            group = groups.getByIndex(number)
            code, truth = self.code(group.NumberFormat)
            if code == GENERAL and not truth:
                continue
            index = codes.setdefault(code, len(codes))
            for each in group.RangeAddresses:
                left, right = each.StartColumn + 1 - box.left, each.EndColumn + 2 - box.left
                for row in range(each.StartRow + 1, each.EndRow + 2):
                    format_of[row - box.top][left:right] = [index] * (right - left)
                    if truth:
                        columns = range(each.StartColumn + 1, each.EndColumn + 2)
                        truths += [(row, column) for column in columns]
        if len(codes) == 1:
            return [], [], truths
        return list(codes), format_of, truths
