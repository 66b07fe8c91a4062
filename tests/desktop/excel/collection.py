# ruff: noqa: N802 - members are called what Excel calls them
"""A collection of Excel's objects, by number or by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.desktop.excel.com import EXCEPTION, Part, com_error


class Collection(Part):
    def __init__(self, excel: Any, items: Callable[[], list[Part]], key: str = "") -> None:
        super().__init__(excel)
        self.items, self.key = items, key

    def get_Count(self) -> int:
        return len(self.items())

    def get_Item(self, which: Any) -> Part:
        found = self.items()
        if isinstance(which, str):
            for each in found:
                if getattr(each, self.key)() == which:
                    return each
            raise com_error(EXCEPTION, -2147352565, "Indexet ligger utanför intervallet")
        if not 1 <= which <= len(found):
            raise com_error(EXCEPTION, -2147352565, "Indexet ligger utanför intervallet")
        return found[which - 1]
