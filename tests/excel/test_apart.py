"""How a process is set apart. The Job Object itself has never been run on Windows."""

import ctypes
import subprocess
import sys
from typing import Any

import pytest

from ramkoll.excel.apart import BasicLimits, ExtendedLimits, code_lines, limit_by_job


class Function:
    """Stands in for a function of a Windows library: it converts arguments as ctypes would."""

    def __init__(self, name: str, answer: int, calls: list[tuple[Any, ...]]) -> None:
        self.name, self.answer, self.calls = name, answer, calls
        self.argtypes: list[Any] = []
        self.restype: Any = ctypes.c_int

    def __call__(self, *arguments: Any) -> int:
        assert len(arguments) == len(self.argtypes)
        for kind, argument in zip(self.argtypes, arguments, strict=True):
            kind.from_param(argument)
        self.calls.append((self.name, *arguments))
        return self.answer if self.restype is ctypes.c_void_p else self.answer & 0xFFFF_FFFF


class Kernel32:
    """The four functions, with answers beyond 32 bits, as handles may be."""

    def __init__(self, **answers: int) -> None:
        self.calls: list[tuple[Any, ...]] = []
        usual = {
            "CreateJobObjectW": 2**40 + 7,
            "SetInformationJobObject": 1,
            "GetCurrentProcess": 2**64 - 1,
            "AssignProcessToJobObject": 1,
        }
        for name, answer in (usual | answers).items():
            setattr(self, name, Function(name, answer, self.calls))


def test_the_structures_are_as_large_as_windows_has_them_in_64_bits() -> None:
    assert ctypes.sizeof(ctypes.c_void_p) == 8
    assert ctypes.sizeof(BasicLimits) == 64
    assert ctypes.sizeof(ExtendedLimits) == 144
    assert (BasicLimits.flags.offset, BasicLimits.least_working_set.offset) == (16, 24)
    assert (BasicLimits.affinity.offset, BasicLimits.scheduling_class.offset) == (48, 60)
    assert (ExtendedLimits.io_counters.offset, ExtendedLimits.process_memory.offset) == (64, 112)


def test_a_process_puts_itself_into_a_job_with_its_memory() -> None:
    kernel32 = Kernel32()
    assert limit_by_job(kernel32, 3 * 2**30)
    create, limit, current, assign = kernel32.calls
    assert create == ("CreateJobObjectW", None, None)
    assert limit[:3] == ("SetInformationJobObject", 2**40 + 7, 9)
    assert limit[4] == 144
    limits = limit[3]._obj
    assert limits.basic.flags == 0x100 | 0x400 | 0x2000
    assert limits.process_memory == 3 * 2**30
    assert current == ("GetCurrentProcess",)
    assert assign == ("AssignProcessToJobObject", 2**40 + 7, 2**64 - 1)


@pytest.mark.parametrize(
    ("function", "calls"),
    [("CreateJobObjectW", 1), ("SetInformationJobObject", 2), ("AssignProcessToJobObject", 4)],
)
def test_that_windows_refuses_is_no_fault_but_told(function: str, calls: int) -> None:
    kernel32 = Kernel32(**{function: 0})
    assert not limit_by_job(kernel32, 2**30)
    assert len(kernel32.calls) == calls


APART = """
import os, signal, sys
out = os.dup(1)
from ramkoll.excel.apart import apart
limited = apart(2**30)
try:
    bytearray(2**30)
    more = True
except MemoryError:
    more = False
ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
print("hemligt")
os.write(out, repr((limited, more, ignored, os.environ["OMP_NUM_THREADS"])).encode())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there it is a Job Object")
def test_a_process_set_apart_has_its_memory_and_no_terminal() -> None:
    said = subprocess.run([sys.executable, "-c", APART], capture_output=True, check=True)
    assert said.stdout == b"(True, False, True, '1')"
    assert said.stderr == b""


def test_a_fault_says_where_it_is_in_the_code_and_nothing_of_what_it_was_about() -> None:
    try:
        try:
            int("hemligt")
        except ValueError as error:
            raise KeyError("hemligt") from error
    except KeyError as error:
        said = code_lines(error)
    assert [each.split(":")[0] for each in said] == ["KeyError", "ValueError"]
    assert "excel/test_apart.py" in said[0]
    assert "hemligt" not in "".join(said)
