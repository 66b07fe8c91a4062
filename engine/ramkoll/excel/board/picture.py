"""Pictures without what they say of who made them, where and with what."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
# What a picture looks like, and its size on paper.
_PNG_CHUNKS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD"}
    | {b"pHYs"}
)
_JPEG = b"\xff\xd8"
_JFIF, _ADOBE, _COMMENT, _SCAN = 0xE0, 0xEE, 0xFE, 0xDA


def plain_picture(data: bytes) -> tuple[str, bytes] | None:
    """The ending and the bytes of a picture without metadata; None for a kind that is not known."""
    try:
        if data.startswith(_PNG):
            return "png", _PNG + b"".join(_png(data))
        if data.startswith(_JPEG):
            return "jpeg", _JPEG + b"".join(_jpeg(data))
    except (ValueError, IndexError, struct.error):
        return None
    return None


def _png(data: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise ValueError("a chunk without end")
        if kind in _PNG_CHUNKS:
            body = data[at + 4 : end - 4]
            yield data[at : end - 4] + struct.pack(">I", zlib.crc32(body))
        if kind == b"IEND":
            return
        at = end


def _jpeg(data: bytes) -> Iterator[bytes]:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        kind = data[at + 1]
        if kind == 0xFF:
            at += 1
            continue
        if kind == 0xD9:
            yield data[at : at + 2]
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if kind == _SCAN:
            end = _end_of_scan(data, end)
        if end > len(data):
            raise ValueError("a segment without end")
        plain = not (0xE0 <= kind <= 0xEF or kind == _COMMENT)
        if kind == _JFIF and data[at + 4 : at + 9] == b"JFIF\0":
            # The size on paper, without the small picture that may follow.
            yield data[at : at + 2] + b"\0\x10" + data[at + 4 : at + 16] + b"\0\0"
        elif plain or kind == _ADOBE:  # the latter says how colours are stored
            yield data[at:end]
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    while True:
        at = data.index(b"\xff", at)
        if data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
        else:
            return at
