"""Rewriting a package: what is not changed keeps its compressed bytes, its name and its place."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple
from zipfile import ZipInfo

from ramkoll.excel.ooxml import declares_doctype, doctype_refused
from ramkoll.excel.preflight import Directory, cut_off, read_directory, unpack

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_LOCAL_MAGIC, _CENTRAL_MAGIC, _END_MAGIC = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_DEFLATED = 8
_NAME_IS_UTF8 = 0x800  # the one flag of a changed entry that says something still true
_ZIP64 = 0x0001
# Of a large part, what is saved by packing it well is not worth four times the wait.
_LEVEL, _LEVEL_OF_LARGE, _LARGE = 6, 2, 2**16
_FIRST_DAY = 0x21  # 1980-01-01, the earliest that an archive can say


class _Record(NamedTuple):
    """A line of the archive's list, as it stands there."""

    made_by: int
    needs: int
    flags: int
    method: int
    clock: int
    day: int
    crc: int
    packed: int
    size: int
    internal: int
    external: int
    name: bytes
    extra: bytes
    comment: bytes

    def to_bytes(self, offset: int) -> bytes:
        """The line for an entry that starts at ``offset``."""
        head = _CENTRAL.pack(
            _CENTRAL_MAGIC, self.made_by, self.needs, self.flags, self.method, self.clock,
            self.day, self.crc, self.packed, self.size, len(self.name), len(self.extra),
            len(self.comment), 0, self.internal, self.external, offset,
        )  # fmt: skip
        return head + self.name + self.extra + self.comment


@dataclass(frozen=True, slots=True)
class Package(Mapping[str, bytes]):
    """The parts of an .xlsx by name in lower case, each unpacked when it is asked for."""

    data: bytes
    file: str
    directory: Directory
    _unpacked: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def open(cls, data: bytes, file: str) -> Package:
        """Raises Unreadable for what is no archive within the caps; parts are not yet looked at."""
        return cls(data, file, read_directory(data, file))

    def __getitem__(self, name: str) -> bytes:
        part = self._unpacked.get(name)
        if part is None:
            part = unpack(self.data, self.directory.entries[name], self.file)
            if declares_doctype(part):
                raise doctype_refused(self.file)
            self._unpacked[name] = part
        return part

    def __contains__(self, name: object) -> bool:
        return name in self.directory.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.directory.entries)

    def __len__(self) -> int:
        return len(self.directory.entries)

    def path(self, name: str) -> str:
        """The name of a part as the archive spells it."""
        return self.directory.entries[name].orig_filename

    def rewritten(
        self,
        changed: Mapping[str, bytes],
        dropped: Set[str] = frozenset(),
        paths: Mapping[str, str] = MappingProxyType({}),
    ) -> bytes:
        """The package with new content of some parts, without others, and with new ones last.

        All other entries are copied as they lie, headers and compressed bytes, in their order.
        ``paths`` spells new parts as the archive is to have them. Same package and same changes,
        same bytes. Raises Unreadable when entries overlap.
        """
        entries, records = self.directory.entries, self._records()
        order = sorted(entries, key=lambda name: entries[name].header_offset)
        bounds = [entries[name].header_offset for name in order] + [self.directory.start]
        pieces = [self.data[: bounds[0]]]
        at = bounds[0]
        placed: dict[str, int] = {}
        for name, start, end in zip(order, bounds, bounds[1:], strict=False):
            if self._end_of(entries[name]) > end:
                raise cut_off(self.file)
            if name in dropped:
                continue
            piece = self.data[start:end]
            if name in changed:
                records[name], piece = _packed(records[name], changed[name])
            placed[name] = at
            pieces.append(piece)
            at += len(piece)
        listed = [name for name in entries if name in placed]
        for name in sorted(changed.keys() - entries.keys()):
            records[name], piece = _packed(_new_record(paths.get(name, name)), changed[name])
            placed[name] = at
            listed.append(name)
            pieces.append(piece)
            at += len(piece)
        lines = b"".join(records[name].to_bytes(placed[name]) for name in listed)
        comment = self.directory.comment
        count = len(placed)
        end_record = _END.pack(_END_MAGIC, 0, 0, count, count, len(lines), at, len(comment))
        return b"".join((*pieces, lines, end_record, comment))

    def _end_of(self, entry: ZipInfo) -> int:
        at = entry.header_offset
        if at < 0 or at + _LOCAL.size > len(self.data):
            raise cut_off(self.file)
        *_, name, extra = _LOCAL.unpack_from(self.data, at)
        return int(at + _LOCAL.size + name + extra + entry.compress_size)

    def _records(self) -> dict[str, _Record]:
        records: dict[str, _Record] = {}
        at, end = self.directory.start, self.data.rfind(_END_MAGIC)
        for name, entry in self.directory.entries.items():
            (
                _, made_by, needs, flags, method, clock, day, crc, _, _,
                name_length, extra_length, comment_length, _, internal, external, _,
            ) = _CENTRAL.unpack_from(self.data, at)  # fmt: skip
            name_at = at + _CENTRAL.size
            extra_at = name_at + name_length
            comment_at = extra_at + extra_length
            at = comment_at + comment_length
            if at > end:  # what readers shorten, and what would be copied
                raise cut_off(self.file)
            records[name] = _Record(
                made_by, needs, flags, method, clock, day, crc,
                # Where the archive has 64 bits for them, the line itself holds no sizes.
                entry.compress_size, entry.file_size, internal, external,
                self.data[name_at:extra_at],
                _without_zip64(self.data[extra_at:comment_at]),
                self.data[comment_at:at],
            )  # fmt: skip
        return records


def _new_record(path: str) -> _Record:
    name = path.encode()
    flags = 0 if path.isascii() else _NAME_IS_UTF8
    return _Record(20, 20, flags, _DEFLATED, 0, _FIRST_DAY, 0, 0, 0, 0, 0, name, b"", b"")


def _packed(old: _Record, content: bytes) -> tuple[_Record, bytes]:
    """The entry with another content: its line, and its header and compressed bytes."""
    level = _LEVEL if len(content) < _LARGE else _LEVEL_OF_LARGE
    deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflate.compress(content) + deflate.flush()
    record = old._replace(
        needs=20,
        # Compressed otherwise, and its sizes stand before it.
        flags=old.flags & _NAME_IS_UTF8,
        method=_DEFLATED,
        crc=zlib.crc32(content),
        packed=len(packed),
        size=len(content),
    )
    header = _LOCAL.pack(
        _LOCAL_MAGIC, record.needs, record.flags, record.method, record.clock, record.day,
        record.crc, record.packed, record.size, len(record.name), 0,
    )  # fmt: skip
    return record, header + record.name + packed


def _without_zip64(extra: bytes) -> bytes:
    """The extra fields of an entry, without sizes of 64 bits: all fit in 32 here."""
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind != _ZIP64:
            kept += extra[at : at + 4 + length]
        at += 4 + length
    return kept + extra[at:]
