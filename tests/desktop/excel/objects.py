# ruff: noqa: N802, N815 - members are called what Excel calls them
"""A stand-in for Excel over COM: strict, and in what it does as Excel documents it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.desktop.excel.collection import Collection
from tests.desktop.excel.com import EDITING, EXCEPTION, MISSING, REJECTED, Part, com_error, refused
from tests.desktop.excel.ranges import RangePart
from tests.desktop.excel.sheet_parts import SheetPart
from tests.desktop.excel.sheets import Book, Name, Sheet, area


class FakeExcel:
    """One Excel: its workbooks, its settings, and what the tests have it answer."""

    def __init__(self, hwnd: int, pid: int, books: list[Book], *, new: bool = True) -> None:
        self.hwnd, self.pid, self.books, self.new = hwnd, pid, books, new
        self.protected_view: list[str] = []
        self.addins = ["Ramkoll.xlam"]
        self.complaints: list[str] = []
        self.calls: list[str] = []
        self.keys: dict[str, str] = {}
        self.undo_offer: tuple[str, str] | None = None
        self.busy = 0  # how many times more it rejects a call; below 0 for ever
        self.editing = 0
        self.writes = 0
        self.fail_at: int | None = None
        self.fail_after: int | None = None
        self.fail_for_ever = False
        self.error: Callable[[], Exception] = refused
        self.settings: dict[str, Any] = {
            "Calculation": -4105,
            "EnableEvents": True,
            "DisplayAlerts": True,
            "AutoFillFormulasInLists": True,
            "ScreenUpdating": True,
            "Cursor": -4143,
            "EnableCancelKey": 1,
            "Interactive": True,
            "StatusBar": False,
        }
        self.active_book = books[0] if books else None
        self.window = Window(self)
        self.application = Application(self)

    def answers(self) -> None:
        if self.busy:
            self.busy -= 1
            raise com_error(REJECTED)
        if self.editing:
            self.editing -= 1
            raise com_error(EXCEPTION, EDITING)

    def asked(self, writes: bool) -> None:
        if not writes:
            return
        self.writes += 1
        if self.writes == self.fail_at or (
            self.fail_at and self.fail_for_ever and self.writes > self.fail_at
        ):
            raise self.error()

    def answered(self, writes: bool) -> None:
        if writes and self.writes == self.fail_after:
            raise self.error()

    def state(self) -> Any:
        books = {book.path: book.state() for book in self.books}
        active = self.active_book.name if self.active_book else None
        return books, dict(self.settings), dict(self.keys), active


class Window(Part):
    """What AccessibleObjectFromWindow gives: only its Application is asked for."""

    def get_Application(self) -> Part:
        return self.excel.application


def _setting(name: str) -> tuple[Callable[[Part], Any], Callable[[Part, Any], None]]:
    def get(self: Part) -> Any:
        return self.excel.settings[name]

    def put(self: Part, value: Any) -> None:
        self.excel.settings[name] = value

    return get, put


class Application(Part):
    get_Calculation, put_Calculation = _setting("Calculation")
    get_EnableEvents, put_EnableEvents = _setting("EnableEvents")
    get_DisplayAlerts, put_DisplayAlerts = _setting("DisplayAlerts")
    get_ScreenUpdating, put_ScreenUpdating = _setting("ScreenUpdating")
    get_Cursor, put_Cursor = _setting("Cursor")
    get_EnableCancelKey, put_EnableCancelKey = _setting("EnableCancelKey")
    get_Interactive, put_Interactive = _setting("Interactive")
    get_StatusBar, put_StatusBar = _setting("StatusBar")

    def get_Application(self) -> Part:
        return self

    def get_Hwnd(self) -> int:
        return int(self.excel.hwnd)

    def get_AutoCorrect(self) -> Part:
        return AutoCorrect(self.excel)

    def get_WorksheetFunction(self) -> Part:
        return WorksheetFunction(self.excel)

    def get_Workbooks(self) -> Part:
        def items() -> list[Part]:
            return [WorkbookPart(self.excel, book) for book in self.excel.books]

        return Workbooks(self.excel, items, "get_Name")

    def get_ProtectedViewWindows(self) -> Part:
        found = [ProtectedViewWindow(self.excel, name) for name in self.excel.protected_view]
        return Collection(self.excel, lambda: list(found))

    def call_OnKey(self, key: str, procedure: str | None = None) -> None:
        if procedure is None:
            self.excel.keys.pop(key, None)
        else:
            self.excel.keys[key] = procedure

    def call_OnUndo(self, text: str, procedure: str) -> None:
        self.excel.undo_offer = text, procedure


class Workbooks(Collection):
    """Add-ins are no members that are counted, yet are found by name."""

    def get_Item(self, which: Any) -> Part:
        if which in self.excel.addins:
            return AddIn(self.excel)
        return super().get_Item(which)


class AddIn(Part):
    pass


class AutoCorrect(Part):
    get_AutoFillFormulasInLists, put_AutoFillFormulasInLists = _setting("AutoFillFormulasInLists")


class WorksheetFunction(Part):
    def get_CountA(self, some: RangePart) -> float:
        (one,) = some.areas
        return float(sum(one.holds(*at) for at in some.sheet.cells))


class ProtectedViewWindow(Part):
    def __init__(self, excel: FakeExcel, name: str) -> None:
        super().__init__(excel)
        self.name = name

    def get_SourceName(self) -> str:
        return self.name


class WorkbookPart(Part):
    def __init__(self, excel: FakeExcel, book: Book) -> None:
        super().__init__(excel)
        self.book = book

    def get_Name(self) -> str:
        return self.book.name

    def get_FullName(self) -> str:
        return self.book.path

    def get_Application(self) -> Part:
        return self.excel.application

    def get_Date1904(self) -> bool:
        return self.book.date_1904

    def get_MultiUserEditing(self) -> bool:
        return self.book.shared

    def get_ReadOnly(self) -> bool:
        return self.book.read_only

    def get_AutoSaveOn(self) -> bool:
        return self.book.autosave

    def get_Worksheets(self) -> Part:
        def items() -> list[Part]:
            return [SheetPart(self.excel, self.book, sheet) for sheet in self.book.sheets]

        return Worksheets(self.excel, items, "get_Name", self.book)

    def get_ProtectStructure(self) -> bool:
        return self.book.closed

    def get_ActiveSheet(self) -> Part:
        if self.book.chart_is_active:
            return ChartSheet(self.excel)
        return SheetPart(self.excel, self.book, self.book.sheets[self.book.active])

    def get_Windows(self) -> Part:
        return Collection(self.excel, lambda: [BookWindow(self.excel, self.book)])

    def get_Names(self) -> Part:
        return Names(self.excel, self.book)

    def call_Activate(self) -> None:
        self.excel.active_book = self.book


class Worksheets(Collection):
    def __init__(self, excel: Any, items: Any, key: str, book: Book) -> None:
        super().__init__(excel, items, key)
        self.book = book

    def call_Add(self, before: Any = MISSING, after: Any = MISSING) -> Part:
        if before is not MISSING:
            raise refused()
        made = Sheet(f"Blad{len(self.book.sheets) + 10}")
        at = len(self.book.sheets) if after is MISSING else self.book.sheets.index(after.sheet) + 1
        self.book.sheets.insert(at, made)
        self.book.active = at
        return SheetPart(self.excel, self.book, made)


class ChartSheet(Part):
    def get_Name(self) -> str:
        return "Diagram1"


class BookWindow(Part):
    def __init__(self, excel: FakeExcel, book: Book) -> None:
        super().__init__(excel)
        self.book = book

    def get_RangeSelection(self) -> Part:
        if self.book.chart_is_active:
            raise refused()
        sheet = self.book.sheets[self.book.active]
        chosen = self.book.selected.get(sheet.name, "$A$1")
        return RangePart(self.excel, self.book, sheet, [area(one) for one in chosen.split(",")])

    def get_WindowState(self) -> int:
        return -4143


class Names(Collection):
    def __init__(self, excel: FakeExcel, book: Book) -> None:
        super().__init__(excel, lambda: [NamePart(excel, book, name) for name in book.names])
        self.book = book

    def call_Add(self, name: str, refers_to: str, visible: bool = True) -> Part:
        if not refers_to.startswith("=") or any(one.name == name for one in self.book.names):
            raise refused()
        self.book.names.append(Name(name, refers_to, visible))
        return NamePart(self.excel, self.book, self.book.names[-1])


class NamePart(Part):
    def __init__(self, excel: FakeExcel, book: Book, name: Name) -> None:
        super().__init__(excel)
        self.book, self.name = book, name

    def get_Name(self) -> str:
        return self.name.name

    def get_RefersTo(self) -> str:
        return self.name.refers_to

    def put_RefersTo(self, text: str) -> None:
        if not text.startswith("="):
            raise refused()
        self.name.refers_to = text

    def get_Visible(self) -> bool:
        return self.name.visible

    def call_Delete(self) -> None:
        self.book.names.remove(self.name)
