"""Values of attributes."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"\+?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
_FLAGS = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}


def whole(text: str | None) -> int | None:
    """A whole number that is not negative; None for anything else."""
    return int(text) if text is not None and _WHOLE.fullmatch(text.strip()) else None


def is_number(text: str) -> bool:
    """Whether a double can be read from the text; infinity and NaN are none."""
    return _NUMBER.fullmatch(text.strip()) is not None


def flag(text: str | None) -> bool | None:
    """A logical attribute; None when it is not there or not logical."""
    return _FLAGS.get(text or "")


def utf16_length(text: str) -> int:
    """How many characters Excel counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
