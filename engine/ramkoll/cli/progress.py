"""How far a command has come."""

from __future__ import annotations

import sys


def progress(done: int, total: int, what: str) -> None:
    """``3 av 17 605.xlsx`` on the error stream, on one line where it is a terminal."""
    line = f"{done} av {total} {what}"
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r\033[K{line}", end=end, file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr)
