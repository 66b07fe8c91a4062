"""Whether a picture of a board version is only a picture."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from ramkoll.excel.board.what import Leak

_CRITICAL = frozenset({"IHDR", "PLTE", "IDAT", "IEND"})
_HARMLESS = frozenset({"tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "pHYs"})


def picture_leaks(name: str, data: bytes) -> Iterator[Leak]:
    """What a picture holds beside its points: texts, places, programs, or bytes after its end."""
    kinds = _png(data) if data.startswith(b"\x89PNG") else _jpeg(data)
    known = _CRITICAL | _HARMLESS | {"FFEE", "FFE0"}
    for kind in kinds:
        if kind not in known and not _plain_marker(kind):
            yield Leak(name, "", f"uppgifter om bilden ({kind})")


def _plain_marker(kind: str) -> bool:
    """A marker of JPEG that says how the points are stored."""
    return bool(re.fullmatch(r"FF(?:C[0-9A-F]|D[0-9A-F])", kind))


def _png(data: bytes) -> list[str]:
    found, at = [], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8].decode("latin-1")
        found.append(kind)
        at += 12 + length
        if kind == "IEND":
            break
    return found if at == len(data) else [*found, "något efter bilden"]


def _jpeg(data: bytes) -> list[str]:
    found, at = [], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        found.append(f"FF{kind:02X}")
        (length,) = struct.unpack_from(">H", data, at + 2)
        if kind == 0xE0 and (data[at + 4 : at + 9] != b"JFIF\0" or length != 16):
            found.append("APP0")
        at += 2 + length
        if kind == 0xDA:
            end = re.compile(rb"\xff(?![\x00\xd0-\xd7])").search(data, at)
            at = len(data) if end is None else end.start()
            if data[at : at + 2] == b"\xff\xd9":
                at += 2
                break
    return found if at == len(data) else [*found, "något efter bilden"]
