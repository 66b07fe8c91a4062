"""The open workbook is found among every Excel of the session, or it is said why it is not."""

import atexit
import subprocess
import sys
from typing import Any

import pytest
import xlwings
from tests.desktop.excel.com import EXCEPTION, com_error
from tests.desktop.excel.workbooks import workbook

from ramkoll.desktop.excel.find import XlwingsExcel
from ramkoll.desktop.port import Caller
from ramkoll.live.spared import spare_every_excel
from ramkoll.model.errors import RamkollError

CLOUD = "https://region.sharepoint.com/sites/ekonomi/Delade%20dokument/605.xlsx"


def name_of(found):
    return found.read([]).name, found._book.get("FullName")


def test_it_is_found_by_its_window_among_several_excels(session):
    first = session.opens(workbook(path="C:\\A\\605.xlsx"), workbook("606.xlsx"))
    second = session.opens(workbook(path="C:\\B\\605.xlsx"))
    excel = session.ours()
    for caller, path in (
        (Caller(first.hwnd, "605.xlsx", "C:\\A\\605.xlsx"), "C:\\A\\605.xlsx"),
        (Caller(second.hwnd, "605.XLSX", "c:/b/605.xlsx"), "C:\\B\\605.xlsx"),
        (Caller(0, "605.xlsx", "C:\\B\\605.xlsx"), "C:\\B\\605.xlsx"),
    ):
        assert name_of(excel.book(caller)) == ("605.xlsx", path)


def test_a_workbook_in_sharepoint_is_found_and_no_file_is_looked_for(session):
    excel = session.opens(workbook(path=CLOUD))
    for path in (CLOUD, CLOUD.replace("%20", " "), ""):
        assert name_of(session.ours().book(Caller(0, "605.xlsx", path)))[1] == CLOUD
    assert name_of(session.ours().book(Caller(excel.hwnd, "605.xlsx", "C:\\annan\\605.xlsx")))


def test_a_workbook_that_was_never_saved_is_found(session):
    excel = session.opens(workbook("Bok1", "Bok1"))
    assert name_of(session.ours().book(Caller(excel.hwnd, "Bok1", "Bok1"))) == ("Bok1", "Bok1")


def _refused(session, caller):
    with pytest.raises(RamkollError) as caught:
        session.ours().book(caller)
    return f"{caught.value.what} | {caught.value.todo}"


def test_each_way_of_not_being_there_has_words_of_its_own(session):
    gone = _refused(session, Caller(1000, "605.xlsx"))
    assert "ingen öppen Excel i den Windows-session där Ramkoll körs" in gone
    excel = session.opens(workbook("606.xlsx"))
    excel.protected_view = ["607.xlsx"]
    closed = _refused(session, Caller(excel.hwnd, "605.xlsx"))
    assert "«605.xlsx» är inte öppen längre" in closed
    elsewhere = _refused(session, Caller(777, "605.xlsx", "C:\\605.xlsx"))
    assert "finns inte i den Windows-session" in elsewhere
    assert "Citrix" in elsewhere
    protected = _refused(session, Caller(excel.hwnd, "607.xlsx"))
    assert "Skyddad vy" in protected
    assert "Aktivera redigering" in protected
    session.opens(workbook("606.xlsx", "C:\\annan\\606.xlsx"))
    assert "Flera öppna arbetsböcker heter «606.xlsx»" in _refused(session, Caller(0, "606.xlsx"))
    assert len({gone, closed, elsewhere, protected}) == 4


def test_a_window_of_another_program_is_no_excel(session):
    session.desktop.windows[5000] = None
    assert "ingen öppen Excel" in _refused(session, Caller(5000, "605.xlsx"))


def test_an_excel_where_a_cell_is_edited_is_waited_for_a_while(session):
    excel = session.opens(workbook())
    excel.busy = 30
    assert name_of(session.ours().book(Caller(excel.hwnd, "605.xlsx")))
    excel.busy = -1
    assert "Excel är upptaget" in _refused(session, Caller(excel.hwnd, "605.xlsx"))
    assert session.clock.now < 60


def test_xlwings_never_ends_an_excel_of_the_users(session, monkeypatch):
    """At the end of a process it would end each that it does not see, and so would App.quit."""
    windows = sys.modules["xlwings._xlwindows"]
    ended = []
    monkeypatch.setattr(subprocess, "run", lambda *a, **_: ended.append(a))
    monkeypatch.setattr(subprocess, "CREATE_NO_WINDOW", 0, raising=False)
    with pytest.raises(AttributeError):
        windows.Apps.cleanup()  # what it does when it is left alone: it asks for all processes
    assert ended
    ended.clear()
    registered: list[Any] = []
    monkeypatch.setattr(atexit, "unregister", registered.append)
    spare_every_excel()
    assert registered == [windows.cleanup]
    windows.cleanup()
    windows.Apps.cleanup()
    xlwings.apps.cleanup()
    assert ended == []


def test_importing_the_commands_is_enough_to_spare_them(monkeypatch):
    """Workers and the server import them, and on Windows xlwings with them."""
    code = (
        "import sys, types, atexit\n"
        "gone = []\n"
        "stand_in = types.ModuleType('xlwings._xlwindows')\n"
        "stand_in.cleanup, stand_in.Apps = print, type('Apps', (), {'cleanup': print})\n"
        "sys.modules['xlwings._xlwindows'] = stand_in\n"
        "atexit.unregister = gone.append\n"
        "import ramkoll.live\n"
        "assert gone == [print] and stand_in.Apps.cleanup is not print\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_windows_it_is_said_plainly(monkeypatch):
    monkeypatch.delitem(sys.modules, "xlwings._xlwindows", raising=False)
    with pytest.raises(RamkollError, match="bara styras på Windows"):
        XlwingsExcel()


def test_an_excel_that_refuses_otherwise_is_told_with_its_code(session):
    excel = session.opens(workbook())
    found = session.workbook(excel)

    def refuses():
        raise com_error(EXCEPTION, -2146827284, "Något gick fel.")

    excel.answers = refuses
    with pytest.raises(RamkollError, match=r"fel-id 0x800A03EC: .*«Något gick fel\.»"):
        found.read([])
