"""xlwings' own module for Windows, over stand-ins for pywin32 and for Excel."""

import atexit
import importlib
import sys

import pytest
import xlwings
from tests.desktop.excel.com import Desktop
from tests.desktop.excel.objects import FakeExcel
from tests.desktop.excel.workbooks import Open

from ramkoll.desktop.excel.find import XlwingsExcel
from ramkoll.desktop.excel.native import Patience
from ramkoll.desktop.port import Caller


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


class Session:
    """A user's session of Windows with the Excels that are open in it."""

    def __init__(self, desktop):
        self.desktop, self.clock, self.told = desktop, Clock(), []
        self.excels = []

    def opens(self, *books, **more):
        """An Excel with these workbooks."""
        number = len(self.excels) + 1
        excel = FakeExcel(1000 * number, 50 + number, list(books), **more)
        self.excels.append(excel)
        self.desktop.windows[excel.hwnd] = excel
        return excel

    def ours(self, **more):
        waits = Patience(
            sleep=self.clock.sleep, clock=self.clock, told=lambda: self.told.append(self.clock.now)
        )
        return XlwingsExcel(patience=waits, **more)

    def workbook(self, excel, book=None):
        book = book or excel.books[0]
        return self.ours().book(Caller(excel.hwnd, book.name, book.path))


@pytest.fixture
def session(monkeypatch):
    """A session without an Excel; what Excel would not have understood fails the test."""
    desktop = Desktop()
    before = sys.modules.get("xlwings._xlwindows")
    desktop.stand_in(monkeypatch)
    sys.modules.pop("xlwings._xlwindows", None)
    windows = importlib.import_module("xlwings._xlwindows")
    monkeypatch.setattr(xlwings.engines, "engines", [])
    monkeypatch.setattr(xlwings.engines, "active", None)
    xlwings.engines.add(xlwings.Engine(impl=windows.engine))
    xlwings.engines[0].activate()
    here = Session(desktop)
    yield here
    sys.modules.pop("xlwings._xlwindows", None)
    if before is not None:
        sys.modules["xlwings._xlwindows"] = before
    atexit.unregister(windows.cleanup)
    assert {c for excel in here.excels for c in excel.complaints} == set()


@pytest.fixture
def small(session):
    """The small workbook with one of everything, open."""
    return Open(session)
