"""Setting a process apart: kept from the terminal, within its memory, saying nothing of cells.

What parses a workbook that somebody sent lives in such a process: the children of
``excel/children.py`` and the workers of the server.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
from types import TracebackType
from typing import Any

# From winnt.h; only the limits that we set are named.
_JOB_PROCESS_MEMORY = 0x0000_0100
_JOB_DIE_ON_FAULT = 0x0000_0400
_JOB_KILL_ON_CLOSE = 0x0000_2000
_EXTENDED_LIMITS = 9

# The job lasts as long as a handle of it is open: ours, to the end of the process.
_held: list[Any] = []


def apart(memory: int) -> bool:
    """Keep this process from the terminal and within ``memory`` bytes of address space.

    For a process that reads what somebody sent; there is no way back. False when the system
    would not set the limit of memory, and the process has the system's own only.
    """
    # Ctrl-C goes to every process of the terminal; who started us decides when we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A library's warning may quote a cell: nothing of ours gets out but through the pipe.
    # Some are no Python, and write to the terminal themselves.
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for terminal in (1, 2):
        os.dup2(sys.stdout.fileno(), terminal)
    # Each thread of these reserves memory, and we compute with one.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    return _limit_memory(memory)


def _limit_memory(memory: int) -> bool:
    if sys.platform == "win32":
        return limit_by_job(ctypes.WinDLL("kernel32", use_last_error=True), memory)
    else:
        import resource

        # A core file would hold everybody's figures.
        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        memory = memory if most == resource.RLIM_INFINITY else min(memory, most)
        try:
            resource.setrlimit(resource.RLIMIT_AS, (memory, most))
        except (OSError, ValueError):  # macOS refuses what is less than it has given out already
            return False
        return True


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = [
        ("per_process_user_time", ctypes.c_int64),
        ("per_job_user_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    ]


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = [
        ("basic", BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    ]


def limit_by_job(kernel32: Any, memory: int) -> bool:
    """Put this process into a Job Object of its own with so many bytes; False when it cannot be.

    What it starts itself belongs to the job, and ends with it. No dialog is shown for a fault.
    """
    # Handles are pointers: unsaid, ctypes would cut them to 32 bits.
    kernel32.CreateJobObjectW.restype = ctypes.c_void_p
    kernel32.CreateJobObjectW.argtypes = [ctypes.c_void_p, ctypes.c_wchar_p]
    kernel32.SetInformationJobObject.argtypes = [
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.c_void_p,
        ctypes.c_uint32,
    ]
    kernel32.GetCurrentProcess.restype = ctypes.c_void_p
    kernel32.GetCurrentProcess.argtypes = []
    kernel32.AssignProcessToJobObject.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    job = kernel32.CreateJobObjectW(None, None)
    if not job:
        return False
    _held.append(job)
    limits = ExtendedLimits()
    limits.basic.flags = _JOB_PROCESS_MEMORY | _JOB_DIE_ON_FAULT | _JOB_KILL_ON_CLOSE
    limits.process_memory = memory
    return bool(
        kernel32.SetInformationJobObject(
            job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
        )
        and kernel32.AssignProcessToJobObject(job, kernel32.GetCurrentProcess())
    )


def code_lines(error: BaseException) -> list[str]:
    """The kind of an error and where it was raised, innermost last.

    Neither its message nor any variable: both may hold what stood in a cell.
    """
    lines = [_at(error.__traceback__)]
    cause = error.__cause__ or error.__context__
    while cause is not None and len(lines) < 5:
        lines.append(f"{type(cause).__name__}: {_at(cause.__traceback__)}")
        cause = cause.__cause__ or cause.__context__
    return [f"{type(error).__name__}: {lines[0]}", *lines[1:]]


def _at(trace: TracebackType | None) -> str:
    steps = traceback.extract_tb(trace)[-12:]
    return " > ".join(f"{_module(step.filename)}:{step.lineno} {step.name}" for step in steps)


def _module(filename: str) -> str:
    """The end of a path: where Ramkoll is installed names the user."""
    return "/".join(filename.replace("\\", "/").rsplit("/", 2)[-2:])
