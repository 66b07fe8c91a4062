# ruff: noqa: N801, N802 - names are pywin32's
"""What stands in for pywin32 and Windows, so that xlwings' own module for Windows runs here.

As in pywin32: an object of Excel's is a PyIDispatch with numbers for names; xlwings wraps it late
bound, and asks with no language.
"""

from __future__ import annotations

import ctypes
import sys
import types
from collections.abc import Iterator
from typing import Any

EXCEPTION, UNKNOWN_NAME, NOT_FOUND = -2147352567, -2147352570, -2147352573
REJECTED, REFUSED, EDITING, GONE = -2147418111, -2146827284, -2146777998, -2147023174
ENGLISH = 0x0409
_PUT = 4
#: What Excel takes and gives in the language that it is asked with.
_IN_LANGUAGE = {"NumberFormat", "Formula", "Formula2", "RefersTo", "Range", "Add"}
#: pythoncom.Missing
MISSING = object()
_NAMES: dict[str, int] = {}


class com_error(Exception):
    """pywintypes.com_error."""

    def __init__(self, hresult: int, scode: int | None = None, words: str = "") -> None:
        excepinfo = None if scode is None else (0, "Microsoft Excel", words, None, 0, scode)
        super().__init__(hresult, "", excepinfo, None)
        self.hresult, self.strerror, self.excepinfo, self.argerror = self.args


class win_error(Exception):
    """pywintypes.error."""


def refused(words: str = "Ett programdefinierat eller objektdefinierat fel uppstod") -> com_error:
    """Excel's answer to what it cannot do: 1004."""
    return com_error(EXCEPTION, REFUSED, words)


class Part:
    """An object of Excel's. ``get_X``, ``put_X`` and ``call_X`` are its members; no others are."""

    excel: Any

    def __init__(self, excel: Any) -> None:
        self.excel = excel


class PyIDispatch:
    """What COM hands over for a Part."""

    def __init__(self, part: Part) -> None:
        self.part = part

    def GetIDsOfNames(self, lcid: int, name: str) -> int:
        self.part.excel.answers()
        older = name in ("Formula2", "HasSpill", "AutoSaveOn") and not self.part.excel.new
        if older or not any(
            hasattr(type(self.part), f"{kind}_{name}") for kind in ("get", "put", "call")
        ):
            raise com_error(UNKNOWN_NAME)
        return _NAMES.setdefault(name, len(_NAMES) + 1)

    def Invoke(self, dispid: int, lcid: int, flags: int, wanted: bool, *arguments: Any) -> Any:
        name = next(each for each, known in _NAMES.items() if known == dispid)
        part, excel = self.part, self.part.excel
        if name in _IN_LANGUAGE and lcid != ENGLISH:
            excel.complaints.append(f"{type(part).__name__}.{name} in Swedish")
        plain = [each.part if isinstance(each, PyIDispatch) else each for each in arguments]
        if flags == _PUT:
            member = getattr(part, f"put_{name}", None)
        else:
            member = getattr(part, f"call_{name}", None) or getattr(part, f"get_{name}", None)
        if member is None:
            raise com_error(NOT_FOUND)
        writes = flags == _PUT or hasattr(part, f"call_{name}")
        excel.answers()
        excel.calls.append(f"{type(part).__name__}.{name}")
        excel.asked(writes)
        answer = member(*plain)
        excel.answered(writes)
        return PyIDispatch(answer) if isinstance(answer, Part) else answer


class CDispatch:
    """pywin32's late bound object, as far as xlwings uses it here."""

    def __init__(self, oleobj: PyIDispatch) -> None:
        self.__dict__["_oleobj_"] = oleobj

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            dispid = self._oleobj_.GetIDsOfNames(0, name)
        except com_error as error:
            raise AttributeError(name) from error
        return _good(self._oleobj_.Invoke(dispid, 0, 2, True))

    def __setattr__(self, name: str, value: Any) -> None:
        dispid = self._oleobj_.GetIDsOfNames(0, name)
        self._oleobj_.Invoke(dispid, 0, _PUT, False, value)

    def __call__(self, *arguments: Any) -> Any:
        dispid = self._oleobj_.GetIDsOfNames(0, "Item")
        return _good(self._oleobj_.Invoke(dispid, 0, 3, True, *arguments))

    def __iter__(self) -> Iterator[Any]:
        return (self(number) for number in range(1, int(self.Count) + 1))


def _good(answer: Any) -> Any:
    return CDispatch(answer) if isinstance(answer, PyIDispatch) else answer


class Desktop:
    """The windows of a session: each workbook's, with the Excel that it belongs to."""

    def __init__(self) -> None:
        self.windows: dict[int, Any] = {}
        self.ended: list[str] = []

    def stand_in(self, monkeypatch: Any) -> None:
        """Put modules in pywin32's place, and functions in Windows'."""
        made = {name: types.ModuleType(name) for name in _MODULES}
        made["pywintypes"].__dict__.update(
            com_error=com_error, error=win_error, TimeType=_Never, IID=str
        )
        made["pythoncom"].__dict__.update(
            ole_error=com_error,
            com_error=com_error,
            CoInitialize=lambda: None,
            Missing=MISSING,
            __file__="pythoncom",
        )
        made["win32com.client"].__dict__.update(
            CDispatch=CDispatch,
            CoClassBaseClass=_Never,
            DispatchBaseClass=_Never,
            Dispatch=CDispatch,
            DispatchEx=self._never,
        )
        made["win32com"].__dict__.update(client=made["win32com.client"])
        made["win32gui"].__dict__.update(FindWindowEx=self._child)
        made["win32process"].__dict__.update(GetWindowThreadProcessId=self._thread_and_process)
        for name, module in made.items():
            monkeypatch.setitem(sys.modules, name, module)
        user32 = types.SimpleNamespace(GetTopWindow=self._top, GetWindow=self._next)
        oleacc = types.SimpleNamespace(AccessibleObjectFromWindow=self._object_from_window)
        ole32 = types.SimpleNamespace(CLSIDFromString=lambda *_: None)
        dlls = {
            "windll": types.SimpleNamespace(user32=user32),
            "oledll": types.SimpleNamespace(oleacc=oleacc, ole32=ole32),
            "PyDLL": lambda _: types.SimpleNamespace(PyCom_PyObjectFromIUnknown=_FromPointer(self)),
        }
        for name, dll in dlls.items():
            monkeypatch.setattr(ctypes, name, dll, raising=False)

    def _never(self, *_: Any) -> None:
        raise AssertionError("a new Excel is never started")

    def _top(self, _: Any) -> int:
        return next(iter(self.windows), 0)

    def _next(self, hwnd: int, _: int) -> int:
        order = [*self.windows, 0]
        return order[order.index(hwnd) + 1]

    def _child(self, hwnd: int, _after: int, kind: str, _title: Any) -> int:
        if kind == "XLDESK":
            if hwnd not in self.windows:
                raise win_error(1400, "FindWindowEx", "Ogiltig referens till fönster.")
            return hwnd + 1 if self.windows[hwnd] is not None else 0
        return hwnd + 1 if hwnd else 0

    def _thread_and_process(self, hwnd: int) -> tuple[int, int]:
        if hwnd not in self.windows:
            raise win_error(1400, "GetWindowThreadProcessId", "Ogiltig referens till fönster.")
        excel = self.windows[hwnd]
        return 1, excel.pid if excel is not None else 1

    def _object_from_window(self, child: int, _what: int, _guid: Any, pointer: Any) -> int:
        if self.windows.get(child - 2) is None:
            raise OSError(-2147467259, "ospecificerat fel")
        pointer._obj.value = child - 2
        return 0


class _FromPointer:
    """PyCom_PyObjectFromIUnknown: xlwings sets what it returns."""

    def __init__(self, desktop: Desktop) -> None:
        self.desktop = desktop
        self.restype: Any = None

    def __call__(self, pointer: Any, *_: Any) -> PyIDispatch:
        return PyIDispatch(self.desktop.windows[pointer.value].window)


class _Never:
    """A kind of object that there is none of here."""


_MODULES = (
    "pywintypes",
    "pythoncom",
    "win32api",
    "win32con",
    "win32com",
    "win32com.client",
    "win32gui",
    "win32process",
    "win32timezone",
)
