"""Finds the open workbook that a button was pressed in, among every Excel of the user's session."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import unquote

import xlwings

from ramkoll.desktop.excel.native import Native, Patience, native
from ramkoll.desktop.excel.open_book import Workbook
from ramkoll.desktop.excel.words import code_of, is_busy, is_gone, plainly
from ramkoll.desktop.port import Caller
from ramkoll.live.spared import spare_every_excel
from ramkoll.model.errors import RamkollError


class XlwingsExcel:
    """Every Excel of this user in this session of Windows; see port.Excel.

    A book is found anew for each command and not kept: an object of Excel's that is held keeps a
    closed Excel alive.
    """

    def __init__(self, addin: str = "Ramkoll.xlam", patience: Patience | None = None) -> None:
        """``addin`` is the file name of the add-in that has our macros."""
        self._addin = addin
        self._patience = patience or Patience()
        _prepare()

    def book(self, caller: Caller) -> Workbook:
        """The workbook a button was pressed in; RamkollError when it is open no more."""
        with plainly():
            found = self._app_of(caller.hwnd) if caller.hwnd else None
            apps = [found] if found is not None else self._patience(lambda: list(xlwings.apps))
            if not apps:
                raise _no_excel()
            # Within one Excel no two workbooks have the same name, and the path of one may change.
            named = [each for app in apps for each in self._named(app, caller)]
            if found is None and caller.path:
                named = [book for book in named if _same(book.get("FullName"), caller.path)]
            if len(named) > 1:
                raise _ambiguous(caller.book)
            if not named:
                raise self._not_there(apps, caller, found is None)
            return Workbook(named[0], self._addin)

    def _app_of(self, hwnd: int) -> xlwings.App | None:
        """The Excel that has a window, or None when no Excel here has it."""

        def ask() -> xlwings.App:
            app = xlwings.App(impl=_windows().App(xl=hwnd))
            # Only now is Excel asked for.
            assert app.api is not None
            return app

        try:
            return self._patience(ask)
        except Exception as error:
            # No such window, a window of another program's, an Excel that has ended.
            if is_busy(error) or (code_of(error) is not None and not is_gone(error)):
                raise
            return None

    def _named(self, app: xlwings.App, caller: Caller) -> list[Native]:
        """The workbooks of that name. ``fullname`` is never asked for: xlwings looks for files."""
        wanted = caller.book.casefold()
        books = self._patience(lambda: [b for b in app.books if b.name.casefold() == wanted])
        return [native(book.api, self._patience) for book in books]

    def _not_there(self, apps: list[xlwings.App], caller: Caller, elsewhere: bool) -> RamkollError:
        wanted = caller.book.casefold()
        for app in apps:
            windows = native(app.api, self._patience).get("ProtectedViewWindows")
            for number in range(1, int(windows.get("Count")) + 1):
                if str(windows.get("Item", number).get("SourceName")).casefold() == wanted:
                    return _protected_view(caller.book)
        return _other_window(caller.book) if caller.hwnd and elsewhere else _closed(caller.book)


def _windows() -> Any:
    """xlwings' own module for Windows, which xlwings has imported there."""
    windows = sys.modules.get("xlwings._xlwindows")
    if windows is None:
        raise RamkollError(
            "Excel kan bara styras på Windows, med pywin32 installerat.",
            todo="Använd Ramkoll i LibreOffice eller i webbläsaren på den här datorn, eller be IT "
            "installera Ramkoll på nytt.",
        )
    return windows


def _prepare() -> None:
    """xlwings ends no Excel, and leaves the waiting for a busy one to us."""
    spare_every_excel()
    _windows().N_COM_ATTEMPTS = 1


def _same(one: object, other: str) -> bool:
    """Whether two paths or addresses lead to the same file, as far as can be seen of them."""
    return _plain(str(one)) == _plain(other)


def _plain(path: str) -> str:
    return (unquote(path) if "://" in path else path).replace("\\", "/").casefold()


def _no_excel() -> RamkollError:
    return RamkollError(
        "Ramkoll hittar ingen öppen Excel i den Windows-session där Ramkoll körs.",
        todo="Har Excel stängts: öppna arbetsboken igen. Körs Excel i en annan session, till "
        "exempel via fjärrskrivbord eller Citrix: starta Ramkoll i den sessionen.",
    )


def _other_window(book: str) -> RamkollError:
    return RamkollError(
        f"Det Excel-fönster där knappen trycktes, med «{book}», finns inte i den Windows-session "
        "där Ramkoll körs.",
        todo="Har fönstret stängts: öppna arbetsboken igen. Körs Excel i en annan session, till "
        "exempel via fjärrskrivbord eller Citrix: starta Ramkoll i den sessionen.",
    )


def _closed(book: str) -> RamkollError:
    return RamkollError(
        f"Arbetsboken «{book}» är inte öppen längre.",
        todo="Öppna arbetsboken igen och tryck på knappen en gång till.",
    )


def _protected_view(book: str) -> RamkollError:
    return RamkollError(
        f"Arbetsboken «{book}» är öppen i Skyddad vy, och då får inget program läsa eller ändra "
        "den.",
        todo="Välj Aktivera redigering i den gula listen högst upp i Excel, och försök igen.",
    )


def _ambiguous(book: str) -> RamkollError:
    return RamkollError(
        f"Flera öppna arbetsböcker heter «{book}», och Ramkoll vet inte vilken som menas.",
        todo="Stäng den som inte ska användas, och tryck på knappen en gång till.",
    )
