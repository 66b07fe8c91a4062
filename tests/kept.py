"""What came of the sound workbooks of a region, for those that a case leaves as they are."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any


class Kept:
    """The ``keep`` of a check, by content: what is read and examined of ``sound`` files.

    A case damages one workbook in a copy of all. That one is read and examined, as is what all
    of them come to; the others are what they were. Only for checks with the same layouts.
    """

    def __init__(self, sound: Path) -> None:
        self._sound = {_digest(path) for path in sound.glob("*.xlsx")}
        self._found: dict[object, Any] = {}

    def __call__(self, what: object, stamp: object, make: Callable[[], Any]) -> Any:
        of: set[str]
        key: object
        match what, stamp:
            case (("read", Path() as path, name), _):
                of, key = {_digest(path)}, ("read", name, _digest(path))
            case (("examined", _), (str() as file, str() as frame, *_)):
                of, key = {file, frame}, (what, stamp)
            case _:
                return make()
        if not of <= self._sound:
            return make()
        if key not in self._found:
            self._found[key] = make()
        return self._found[key]


def _digest(path: Path) -> str:
    """Of what is no file, as a folder with a workbook's name: "", which is nothing sound."""
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
