"""The compression of VBA projects ([MS-OVBA] 2.4.1): pieces of 4,096 bytes, each for itself."""

from __future__ import annotations

import struct

CHUNK = 4096
_SIGNATURE = b"\x01"
_COMPRESSED, _RAW = 0xB000, 0x3000  # flag and signature of a piece, its size in the low 12 bits
_SHORTEST = 3  # bytes that are worth a reference to where they stood before


def compress(data: bytes) -> bytes:
    """The container of some bytes; ``decompress`` gives them back.

    Raises ValueError for a last piece that is neither whole nor can be made smaller: the format
    has no exact form for it. It is more than 3,640 bytes with hardly a repetition, so no source.
    """
    pieces = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    return _SIGNATURE + b"".join(_piece(each) for each in pieces)


def decompress(container: bytes) -> bytes:
    """The bytes of a container. Raises ValueError when it is none."""
    if container[:1] != _SIGNATURE:
        raise ValueError("no container: it starts with another byte than 1")
    out = bytearray()
    at = 1
    while at < len(container):
        if at + 2 > len(container):
            raise ValueError("half a header")
        (header,) = struct.unpack_from("<H", container, at)
        if header & 0x7000 != _RAW & 0x7000:
            raise ValueError(f"a piece without its signature at byte {at}")
        end = at + (header & 0x0FFF) + 3
        if end > len(container):
            raise ValueError(f"a piece that is longer than the container at byte {at}")
        body = container[at + 2 : end]
        if header & 0x8000:
            out += _unpacked(body)
        else:
            out += body
        at = end
    return bytes(out)


def _piece(data: bytes) -> bytes:
    body = _packed(data)
    if len(body) <= CHUNK:
        return struct.pack("<H", _COMPRESSED | (len(body) - 1)) + body
    if len(data) < CHUNK:
        raise ValueError("the last piece has no repetitions, and no compressed form")
    return struct.pack("<H", _RAW | (CHUNK - 1)) + data


def _packed(data: bytes) -> bytes:
    """Groups of eight, each a byte of flags: a byte as it is, or a reference backwards."""
    out = bytearray()
    seen: dict[bytes, list[int]] = {}  # where each three bytes have stood, the latest last
    at = 0
    while at < len(data):
        flags_at = len(out)
        out.append(0)
        for bit in range(8):
            if at >= len(data):
                break
            length, offset = _longest(data, at, seen)
            if length:
                shift = 16 - _offset_bits(at)
                out += struct.pack("<H", (offset - 1) << shift | (length - _SHORTEST))
                out[flags_at] |= 1 << bit
            else:
                length = 1
                out.append(data[at])
            for each in range(at, at + length):
                seen.setdefault(data[each : each + _SHORTEST], []).append(each)
            at += length
    return bytes(out)


def _longest(data: bytes, at: int, seen: dict[bytes, list[int]]) -> tuple[int, int]:
    """How much of what follows has stood before, and how far back; nothing: 0, 0."""
    most = min((0xFFFF >> _offset_bits(at)) + _SHORTEST, len(data) - at)
    if most < _SHORTEST:
        return 0, 0
    best, offset = 0, 0
    for start in reversed(seen.get(data[at : at + _SHORTEST], [])):
        length = _SHORTEST
        while length < most and data[start + length] == data[at + length]:
            length += 1
        if length > best:
            best, offset = length, at - start
        if best == most:
            break
    return best, offset


def _unpacked(body: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(body):
        flags = body[at]
        at += 1
        for bit in range(8):
            if at >= len(body):
                break
            if not flags >> bit & 1:
                out.append(body[at])
                at += 1
                continue
            if at + 2 > len(body):
                raise ValueError("half a reference")
            (token,) = struct.unpack_from("<H", body, at)
            at += 2
            shift = 16 - _offset_bits(len(out))
            length = (token & (1 << shift) - 1) + _SHORTEST
            start = len(out) - (token >> shift) - 1
            if start < 0 or len(out) + length > CHUNK:
                raise ValueError("a reference to outside the piece")
            for each in range(start, start + length):  # it may reach into what it makes
                out.append(out[each])
    return bytes(out)


def _offset_bits(written: int) -> int:
    """How many of a reference's 16 bits say how far back, when so much of a piece is done."""
    return max(4, (written - 1).bit_length()) if written else 4
