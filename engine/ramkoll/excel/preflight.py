"""Refusing what is no readable workbook, before any parser sees it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ramkoll.excel import limits
from ramkoll.excel.ooxml import (
    CONTENT_TYPES,
    Parts,
    content_types,
    declares_doctype,
    doctype_refused,
    find_part,
    relationships,
)
from ramkoll.excel.other_formats import (
    FETCH_AGAIN,
    NO_PASSWORD,
    not_a_workbook,
    refuse_other_archive,
    refuse_other_bytes,
)
from ramkoll.excel.unreadable import Unreadable, damaged, too_large

__all__ = [
    "Directory",
    "Unreadable",
    "cut_off",
    "open_package",
    "read_directory",
    "refuse_unfit",
    "unpack",
    "workbook_part",
]

_CENTRAL_ENTRY = b"PK\x01\x02"
_LOCAL_ENTRY = b"PK\x03\x04"
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ENCRYPTED, _UTF8 = 0x1, 0x800

# Relationships and the like are asked for again and again; sheets are read once.
_KEPT_BYTES = 1 << 16
_MAIN_TYPE = ".main+xml"
_USUAL_MAIN = "xl/workbook.xml"
# What says nothing of what a part is.
_ANY_XML = frozenset({"", "application/xml", "text/xml", "application/octet-stream"})


class Directory(NamedTuple):
    """The entries of an archive by name in lower case, in order; where their list starts."""

    entries: Mapping[str, zipfile.ZipInfo]
    start: int
    comment: bytes


def refuse_unfit(data: bytes, file: str) -> None:
    """Raise Unreadable, in Swedish, when the bytes are no workbook that can be read safely.

    ``file`` is the name that the message gives. Nothing is said of what stands in the cells.
    """
    for _ in open_package(data, file).values():
        pass  # each is unpacked and looked at on the way


def open_package(data: bytes, file: str) -> Parts:
    """The parts of the package, each unpacked within the caps when it is asked for.

    Raises Unreadable like ``refuse_unfit``, also when a part is asked for: what it gives is part of
    a workbook package without encryption or ambiguous names, declares no document type, and has
    the checksum it should.
    """
    parts = _Packed(data, read_directory(data, file).entries, file)
    workbook_part(parts, file)
    return parts


class _Packed(Mapping[str, bytes]):
    """Parts by name. The small ones are kept when they have been asked for once, and the large
    ones not: a workbook of many sheets is never unpacked whole.
    """

    def __init__(self, data: bytes, entries: Mapping[str, zipfile.ZipInfo], file: str) -> None:
        self._data, self._entries, self._file = data, entries, file
        self._kept: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        part = self._kept.get(name)
        if part is None:
            part = unpack(self._data, self._entries[name], self._file)
            if declares_doctype(part):
                raise doctype_refused(self._file)
            if len(part) <= _KEPT_BYTES:
                self._kept[name] = part
        return part

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def workbook_part(parts: Parts, file: str) -> str:
    """Name of the part that holds the workbook; Unreadable when the package is another kind."""
    if CONTENT_TYPES not in parts:
        raise refuse_other_archive(parts, file)
    types = content_types(parts, file)
    mains = {
        link.target
        for link in relationships(parts, "", file).values()
        if link.kind == "officeDocument"
    }
    listed = {
        name
        for name, kind in types.by_part.items()
        if kind.endswith(_MAIN_TYPE) and _is_workbook(kind) and name in parts
    }
    # Some programs go by the one, some by the other.
    if len(mains) > 1 or (mains and not listed <= mains) or len(listed) > 1:
        raise Unreadable("osäker", "Filen innehåller flera arbetsböcker.", where=file)
    main = next(iter(mains or listed), _USUAL_MAIN if _USUAL_MAIN in parts else None)
    if main is None:
        raise not_a_workbook(file, "en annan sorts Office-fil")
    kind = types.of(main)
    if "wordprocessingml" in kind or "ms-word" in kind:
        raise not_a_workbook(file, "ett Word-dokument")
    if "presentationml" in kind or "ms-powerpoint" in kind:
        raise not_a_workbook(file, "en PowerPoint-presentation")
    if "sheet.binary" in kind or main.endswith(".bin"):
        raise Unreadable("xlsb", "Filen är en binär Excel-arbetsbok (.xlsb).", where=file)
    if find_part(parts, main) is None:
        raise damaged(file, "Filen är skadad: den saknar delen som beskriver arbetsboken.")
    if not _is_workbook(kind) and kind not in _ANY_XML:
        raise not_a_workbook(file, "en annan sorts Office-fil")
    return main


def _is_workbook(kind: str) -> bool:
    return "spreadsheetml" in kind or "ms-excel" in kind


def read_directory(data: bytes, file: str) -> Directory:
    """What the archive holds, before any part is unpacked. Raises Unreadable beyond the caps."""
    if len(data) > limits.MAX_FILE_BYTES:
        raise too_large(file, f"Filen är större än {limits.MAX_FILE_BYTES // 2**20} MB.")
    refuse_other_bytes(data, file)
    # Counted before the archive is opened: its own count may lie. Each entry starts with this.
    if data.count(_CENTRAL_ENTRY) > limits.MAX_ENTRIES:
        raise too_large(file, "Filen består av fler än 2\u00a0000 delar.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos, start, comment = archive.infolist(), archive.start_dir, archive.comment
    except Exception as error:  # hostile bytes make the archive reader raise nearly anything
        raise cut_off(file) from error
    if sum(entry.file_size for entry in infos) > limits.MAX_TOTAL_BYTES:
        raise too_large(file, f"Filen är större än {limits.MAX_TOTAL_BYTES // 2**20} MB uppackad.")
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in infos:
        _refuse_odd_entry(entry, file)
        name = entry.orig_filename.lower()
        if name in entries:
            raise Unreadable("osäker", "Filen innehåller samma del två gånger.", where=file)
        entries[name] = entry
    return Directory(entries, start, comment)


def cut_off(file: str) -> Unreadable:
    """The refusal of an archive that does not hang together."""
    return Unreadable("trasig", "Filen är skadad eller ofullständig.", where=file, todo=FETCH_AGAIN)


def _refuse_odd_entry(entry: zipfile.ZipInfo, file: str) -> None:
    # orig_filename: Windows would have turned backslashes into slashes in the other.
    name = entry.orig_filename
    if entry.flag_bits & _ENCRYPTED:
        raise Unreadable(
            "lösenord", "Filens delar är skyddade med lösenord.", where=file, todo=NO_PASSWORD
        )
    path_escapes = ".." in name.split("/") or name.startswith("/") or name[1:2] == ":"
    if path_escapes or "\\" in name or "\0" in name:
        raise Unreadable("osäker", "Filen innehåller en del med otillåtet namn.", where=file)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable("osäker", "Filen är packad på ett sätt som Excel inte läser.", where=file)
    if entry.file_size > limits.MAX_PART_BYTES:
        raise too_large(file, f"En del av filen är större än {limits.MAX_PART_BYTES // 2**20} MB.")
    if (
        entry.file_size > limits.RATIO_FROM_BYTES
        and entry.file_size > limits.MAX_RATIO * entry.compress_size
    ):
        raise Unreadable(
            "osäker", "Filen är packad så hårt att den inte kan vara en arbetsbok.", where=file
        )


def unpack(data: bytes, entry: zipfile.ZipInfo, file: str) -> bytes:
    """The unpacked bytes of one entry, never more than it declares."""
    at = entry.header_offset
    if at < 0 or at + _LOCAL_HEADER.size > len(data):
        raise cut_off(file)
    magic, name_length, extra_length = _LOCAL_HEADER.unpack_from(data, at)
    name_at = at + _LOCAL_HEADER.size
    name = data[name_at : name_at + name_length]
    encoding = "utf-8" if entry.flag_bits & _UTF8 else "cp437"
    if magic != _LOCAL_ENTRY or name.decode(encoding, "replace") != entry.orig_filename:
        raise cut_off(file)
    packed_at = name_at + name_length + extra_length
    packed = data[packed_at : packed_at + entry.compress_size]
    content = packed
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        try:
            # One byte more than declared, to see whether there is more.
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.file_size + 1)
        except zlib.error as error:
            raise cut_off(file) from error
    if len(content) > entry.file_size:
        raise Unreadable("osäker", "En del av filen är större än filen uppger.", where=file)
    if len(content) < entry.file_size or zlib.crc32(content) != entry.CRC:
        raise cut_off(file)
    return content
