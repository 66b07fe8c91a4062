"""Keeping what was made of a file until the file is another.

The pipeline computes the same with and without it: who calls decides whether anything is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

T = TypeVar("T")


class Keep(Protocol):
    """Gives what was made for ``what``, and makes it anew when ``stamp`` is another."""

    def __call__(self, what: object, stamp: object, make: Callable[[], T]) -> T:
        """What ``make`` gave, now or earlier with the same stamp."""


def made_anew(what: object, stamp: object, make: Callable[[], T]) -> T:
    """Keeps nothing."""
    return make()


def file_stamp(path: Path) -> object | None:
    """What is another when a file has been written since; None when it cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
