"""A compound file ([MS-CFB], version 3): the file system that vbaProject.bin is.

Written in one go and never changed, without dates: the same content gives the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Storage: TypeAlias = Mapping[str, "bytes | Storage"]

_SECTOR, _SMALL_SECTOR, _CUTOFF, _ENTRY = 512, 64, 4096, 128
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NONE = 0xFFFFFFFF  # no entry
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_BLACK = 1
_MOST_FAT_SECTORS = 109  # what the header has room for: 7 MB
_LONGEST_NAME = 31


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = 0


@dataclass
class _Sectors:
    """Sectors one after the other, with the table that says which follows which."""

    size: int
    content: bytearray = field(default_factory=bytearray)
    table: list[int] = field(default_factory=list)

    def add(self, data: bytes) -> int:
        """Where the data starts; nothing starts nowhere."""
        if not data:
            return _END
        start = len(self.table)
        count = -(-len(data) // self.size)
        self.table += [*range(start + 1, start + count), _END]
        self.content += data.ljust(count * self.size, b"\0")
        return start


def compound_file(content: Storage) -> bytes:
    """The bytes of a compound file with these streams (bytes) and storages (mappings).

    Raises ValueError for a name that the format has no room for, and for more than some 7 MB.
    """
    entries = [_Entry("Root Entry", _ROOT)]
    _place(entries, 0, content)
    large, small = _Sectors(_SECTOR), _Sectors(_SMALL_SECTOR)
    for each in entries:
        if each.kind == _STREAM:
            each.start = (small if len(each.data) < _CUTOFF else large).add(each.data)
    entries[0].data = bytes(small.content)
    entries[0].start = large.add(entries[0].data)
    small_table = _numbers(small.table)
    small_start = large.add(small_table.ljust(_whole(len(small_table)), b"\xff"))
    directory_start = large.add(_directory(entries))
    return _joined(large, directory_start, small_start, _whole(len(small_table)) // _SECTOR)


def _place(entries: list[_Entry], parent: int, content: Storage) -> None:
    """The entries of a storage, and the tree in which they are found by name."""
    numbers: list[int] = []
    for name, value in content.items():
        if not 0 < _units(name) <= _LONGEST_NAME or set(name) & set("/\\:!"):
            raise ValueError(f"no name in a compound file: {name!r}")
        numbers.append(len(entries))
        if isinstance(value, bytes):
            entries.append(_Entry(name, _STREAM, value))
        else:
            entries.append(_Entry(name, _STORAGE))
            _place(entries, numbers[-1], value)
    # Shorter names come first, then the order of their capitals.
    numbers.sort(key=lambda number: (_units(entries[number].name), entries[number].name.upper()))
    entries[parent].child = _tree(entries, numbers)


def _tree(entries: list[_Entry], numbers: Sequence[int]) -> int:
    """A balanced tree of entries that are in order; all black, which the format allows."""
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.left = _tree(entries, numbers[:middle])
    entry.right = _tree(entries, numbers[middle + 1 :])
    return numbers[middle]


def _directory(entries: Sequence[_Entry]) -> bytes:
    written = b"".join(_entry(each) for each in entries)
    unused = bytes(68) + struct.pack("<3I", _NONE, _NONE, _NONE) + bytes(48)
    return written + unused * (-len(entries) % (_SECTOR // _ENTRY))


def _entry(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le")
    return struct.pack(
        "<64sHBB3I16sIQQIQ",
        name,
        len(name) + 2,
        entry.kind,
        _BLACK,
        entry.left,
        entry.right,
        entry.child,
        b"",  # no class
        0,
        0,
        0,  # no dates
        entry.start,
        len(entry.data),
    )


def _joined(large: _Sectors, directory: int, small_start: int, small_sectors: int) -> bytes:
    """The whole file: header, sectors, and last the table of sectors, which also lists itself."""
    count = 0
    while (len(large.table) + count) * 4 > count * _SECTOR:
        count += 1
    if count > _MOST_FAT_SECTORS:
        raise ValueError("more than a compound file without a second table has room for")
    first = len(large.table)
    table = _numbers([*large.table, *[_FAT] * count]).ljust(count * _SECTOR, b"\xff")
    header = struct.pack(
        "<8s16s5H6s9I",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        b"",
        0x3E,
        3,
        0xFFFE,  # the order of bytes
        9,  # 512 bytes a sector
        6,  # 64 bytes a small one
        b"",
        0,
        count,
        directory,
        0,
        _CUTOFF,
        small_start,
        small_sectors,
        _END,
        0,
    )
    header += _numbers(range(first, first + count)).ljust(_MOST_FAT_SECTORS * 4, b"\xff")
    return header + bytes(large.content) + table


def _numbers(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _whole(size: int) -> int:
    return -(-size // _SECTOR) * _SECTOR


def _units(name: str) -> int:
    return len(name.encode("utf-16-le")) // 2
