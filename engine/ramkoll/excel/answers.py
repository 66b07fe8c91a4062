"""What a child process hands back, and what is believed of it.

A child has parsed what somebody sent. Its answer is pickled, since that is quick and takes the
model as it is, but a pickle may name any function to be called: here it may name only our classes
of values, a handful of the standard library's, and no function.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from enum import Enum
from typing import Any

from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Submission

_OTHERS = frozenset(
    {
        ("decimal", "Decimal"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "time"),
        ("datetime", "timedelta"),
    }
)
_OURS = tuple(
    f"ramkoll.{part}." for part in ("model", "layout", "compute", "rules", "excel", "pipeline")
)
# Its classes are values, whichever way they are made.
_VALUES = "ramkoll.model."


class Refused(RamkollError):
    """An answer that is none: it names what it may not, or does not hang together."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "Läsningen gav ett svar som inte går att lita på.",
            todo="Ge filen till förvaltningen av Ramkoll och ta bort den ur mappen så länge.",
        )
        self.add_note(why)


@dataclass(frozen=True, slots=True)
class Packed:
    """A workbook as a child packed it, for the next child or to be opened here."""

    file: str
    sha256: str
    data: bytes

    @classmethod
    def of(cls, submission: Submission) -> Packed:
        """The workbook packed."""
        return cls(submission.file, submission.sha256, packed(submission))

    def opened(self) -> Submission:
        """The workbook again. Raises Refused."""
        found = unpacked(self.data)
        if not isinstance(found, Submission):
            raise Refused(type(found).__name__)
        return found


def packed(value: object) -> bytes:
    """A value of ours as bytes."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def unpacked(data: bytes | memoryview) -> Any:
    """The value again. Raises Refused for what ``packed`` would not have made of our values."""
    try:
        return _Unpickler(io.BytesIO(data)).load()
    except Refused:
        raise
    except Exception as error:  # hostile bytes make it raise nearly anything
        raise Refused(type(error).__name__) from error


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _OTHERS:
            return super().find_class(module, name)
        if module.startswith(_OURS):
            found = super().find_class(module, name)
            # Not what a module has imported, and nothing that is reached through a class.
            if isinstance(found, type) and found.__module__ == module and _is_value(found):
                return found
        raise Refused(f"{module}.{name}")


def _is_value(found: type) -> bool:
    return (
        found.__module__.startswith(_VALUES)
        or is_dataclass(found)
        # A named tuple, a word of a few, or cells that are made when they are asked for.
        or (issubclass(found, tuple) and hasattr(found, "_fields"))
        or issubclass(found, (Enum, Mapping))
    ) and not issubclass(found, BaseException)
