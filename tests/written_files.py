"""Every workbook that a test has Ramkoll write is looked through by ``ramkoll.excel.structure``.

``watch`` puts itself around the functions that make the bytes of workbooks or put them in their
place. A package with a fault that its source did not have fails the test; so that nothing under
test can swallow it, that is told when the test is over.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from ramkoll.excel.structure import Fault, faults

_MOST_BYTES = 2 * 2**20  # a larger one takes seconds
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam")

_found: list[str] = []
_excused: set[bytes] = set()  # digests of those that are no worse than their source
_kept: dict[bytes, tuple[Fault, ...]] = {}
_written = 0


def take() -> list[str]:
    """What was wrong with the workbooks written since last asked, each as a line."""
    global _written
    taken = _found.copy()
    _found.clear()
    _written = 0
    return taken


def watch() -> None:
    """Look through all that is written from now on; a second call changes nothing."""
    replace, write, package = (
        importlib.import_module(f"ramkoll.excel.{name}")
        for name in ("replace", "write", "graft.package")
    )
    if hasattr(write.workbook_bytes, "__wrapped__"):
        return
    _put_around(replace, "replace_file", _around_replace)
    _put_around(write, "workbook_bytes", _around_bytes)
    package.Package.rewritten = _around_rewritten(package.Package.rewritten)


def _put_around(module: Any, name: str, around: Callable[[Any], Any]) -> None:
    """Wrap a function where it is and wherever it has been imported."""
    original = getattr(module, name)
    wrapped = around(original)
    for each in list(sys.modules.values()):
        if getattr(each, "__dict__", {}).get(name) is original:
            setattr(each, name, wrapped)


def _around_replace(original: Any) -> Any:
    @functools.wraps(original)
    def replace_file(path: Path, data: bytes) -> None:
        if Path(path).suffix.lower() in _WORKBOOKS:
            look(data, f"written to {Path(path).name}", _old_file(path))
        original(path, data)

    return replace_file


def _around_bytes(original: Any) -> Any:
    @functools.wraps(original)
    def workbook_bytes(plan: Any) -> bytes:
        data = original(plan)
        look(data, "made by workbook_bytes", lambda: b"")
        return data

    return workbook_bytes


def _around_rewritten(original: Any) -> Any:
    @functools.wraps(original)
    def rewritten(self: Any, *args: Any, **kwargs: Any) -> bytes:
        data = original(self, *args, **kwargs)
        look(data, f"rewritten from {self.file}", lambda: self.data)
        return data

    return rewritten


def _old_file(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            return Path(path).read_bytes()
        except OSError:
            return b""

    return read


def look(data: bytes, how: str, source: Callable[[], bytes]) -> None:
    """Note what is wrong with a package and was not with its source, which is read if needed."""
    global _written
    # What is no archive was never meant to be a workbook.
    if not data.startswith(b"PK") or len(data) > _MOST_BYTES:
        return
    digest = sha256(data).digest()
    if digest in _excused:
        return
    _written += 1
    # Of the hundreds that a property writes, ever fewer.
    if _written > 16 and _written & (_written - 1):
        return
    found = _faults(digest, data)
    old = source() if found else b""
    known = Counter((each.part, each.rule) for each in _faults(sha256(old).digest(), old))
    worse = []
    for each in found:
        if known[each.part, each.rule] > 0:
            known[each.part, each.rule] -= 1
        else:
            worse.append(f"{each.rule} in {each.part or 'the package'}: {each.what} ({how})")
    if worse:
        _found.extend(worse)
    else:
        _excused.add(digest)


def _faults(digest: bytes, data: bytes) -> tuple[Fault, ...]:
    """The faults of a package, looked for once; none of what is no archive at all."""
    if digest not in _kept:
        _kept[digest] = faults(data) if data.startswith(b"PK") else ()
    return _kept[digest]
