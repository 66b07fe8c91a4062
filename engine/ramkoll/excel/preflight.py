"""Refusing what is no readable workbook, before any parser sees it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ramkoll.excel.ooxml import (
    CONTENT_TYPES,
    Parts,
    content_type,
    declares_doctype,
    doctype_refused,
    find_part,
    relationships,
)
from ramkoll.excel.unreadable import Unreadable, damaged, too_large

__all__ = [
    "MAX_FILE_BYTES",
    "Directory",
    "Unreadable",
    "cut_off",
    "open_package",
    "read_directory",
    "refuse_unfit",
    "unpack",
    "workbook_part",
]

# The largest real workbook of a region was some MB; pictures may add tens.
MAX_FILE_BYTES = 64 * 2**20
# A workbook with a hundred sheets, charts and notes has some 600 parts.
MAX_ENTRIES = 2_000
# A sheet takes about 65 bytes a cell: room for two million cells in one sheet.
MAX_PART_BYTES = 128 * 2**20
# Everything lies in memory at once while it is read.
MAX_TOTAL_BYTES = 256 * 2**20
# Sheets shrink 5 to 40 times. Deflate reaches 1,032, which only filler does.
MAX_RATIO = 250
# Below this a high ratio does no harm, and empty formatted sheets reach it honestly.
RATIO_FROM_BYTES = 8 * 2**20

# Relationships and the like are asked for again and again; sheets are read once.
_KEPT_BYTES = 1 << 16

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_CENTRAL_ENTRY = b"PK\x01\x02"
_LOCAL_ENTRY = b"PK\x03\x04"
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ENCRYPTED, _UTF8 = 0x1, 0x800

_NO_PASSWORD = (
    "Öppna filen i Excel, välj Arkiv, Info, Skydda arbetsbok och Kryptera med lösenord, "
    "töm rutan och spara."
)
_SEND_WORKBOOK = "Lämna in den Excel-arbetsbok (.xlsx) som uppföljningen är skriven i."
_FETCH_AGAIN = (
    "Hämta eller kopiera filen på nytt, kontrollera att den går att öppna i Excel, "
    "och lämna in den igen."
)

_LOOKS_LIKE = (
    (b"%PDF", "en PDF"),
    (b"{\\rtf", "ett RTF-dokument"),
    (b"Rar!", "ett RAR-arkiv"),
    (b"7z\xbc\xaf", "ett 7-Zip-arkiv"),
    (b"\x89PNG", "en bild"),
    (b"\xff\xd8\xff", "en bild"),
)


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
        raise _not_a_workbook(file, _kind_of_archive(parts))
    main = next(
        (r.target for r in relationships(parts, "", file).values() if r.kind == "officeDocument"),
        None,
    )
    if main is None:
        raise _not_a_workbook(file, "en annan sorts Office-fil")
    kind = content_type(parts, main, file)
    if "wordprocessingml" in kind or "ms-word" in kind:
        raise _not_a_workbook(file, "ett Word-dokument")
    if "presentationml" in kind or "ms-powerpoint" in kind:
        raise _not_a_workbook(file, "en PowerPoint-presentation")
    if "sheet.binary" in kind or main.endswith(".bin"):
        raise Unreadable("xlsb", "Filen är en binär Excel-arbetsbok (.xlsb).", where=file)
    if find_part(parts, main) is None:
        raise damaged(file, "Filen är skadad: den saknar delen som beskriver arbetsboken.")
    if "spreadsheetml" not in kind and "ms-excel" not in kind:
        raise _not_a_workbook(file, "en annan sorts Office-fil")
    return main


def _not_a_workbook(file: str, looks_like: str) -> Unreadable:
    return Unreadable(
        "ej_arbetsbok",
        f"Filen är ingen Excel-arbetsbok utan ser ut som {looks_like}.",
        where=file,
        todo=_SEND_WORKBOOK,
    )


def _refuse_other_formats(data: bytes, file: str) -> None:
    if not data:
        raise Unreadable("tom", "Filen är tom.", where=file, todo=_FETCH_AGAIN)
    if len(data) > MAX_FILE_BYTES:
        raise too_large(file, f"Filen är större än {MAX_FILE_BYTES // 2**20} MB.")
    if data.startswith(_OLE):
        raise _ole(data, file)
    if not data.startswith(b"PK"):
        raise _not_a_workbook(file, _kind_of_bytes(data))
    # Counted before the archive is opened: its own count may lie. Each entry starts with this.
    if data.count(_CENTRAL_ENTRY) > MAX_ENTRIES:
        raise too_large(file, "Filen består av fler än 2\u00a0000 delar.")


def _ole(data: bytes, file: str) -> Unreadable:
    """The old container: an encrypted workbook, an .xls, or another old document."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return Unreadable(
            "lösenord",
            "Filen är skyddad med lösenord eller kryptering.",
            where=file,
            todo=_NO_PASSWORD,
        )
    if holds("WordDocument"):
        return _not_a_workbook(file, "ett äldre Word-dokument")
    return Unreadable("xls", "Filen är sparad i ett gammalt format (.xls).", where=file)


def _kind_of_bytes(data: bytes) -> str:
    for magic, kind in _LOOKS_LIKE:
        if data.startswith(magic):
            return kind
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype html")):
        return "en webbsida"
    if head.startswith(b"<"):
        return "en XML-fil"
    return "en annan sorts fil" if b"\0" in head else "en textfil"


def _kind_of_archive(parts: Parts) -> str:
    mimetype = parts.get("mimetype", b"")
    if b"opendocument.spreadsheet" in mimetype:
        return "ett kalkylblad i OpenDocument-format (.ods)"
    if b"opendocument" in mimetype:
        return "ett OpenDocument-dokument"
    if any(name.endswith(".iwa") for name in parts):
        return "en fil från Numbers"
    return "ett zip-arkiv"


def read_directory(data: bytes, file: str) -> Directory:
    """What the archive holds, before any part is unpacked. Raises Unreadable beyond the caps."""
    _refuse_other_formats(data, file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos, start, comment = archive.infolist(), archive.start_dir, archive.comment
    except Exception as error:  # hostile bytes make the archive reader raise nearly anything
        raise cut_off(file) from error
    if sum(entry.file_size for entry in infos) > MAX_TOTAL_BYTES:
        raise too_large(file, f"Filen är större än {MAX_TOTAL_BYTES // 2**20} MB uppackad.")
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
    return Unreadable(
        "trasig", "Filen är skadad eller ofullständig.", where=file, todo=_FETCH_AGAIN
    )


def _refuse_odd_entry(entry: zipfile.ZipInfo, file: str) -> None:
    # orig_filename: Windows would have turned backslashes into slashes in the other.
    name = entry.orig_filename
    if entry.flag_bits & _ENCRYPTED:
        raise Unreadable(
            "lösenord", "Filens delar är skyddade med lösenord.", where=file, todo=_NO_PASSWORD
        )
    path_escapes = ".." in name.split("/") or name.startswith("/") or name[1:2] == ":"
    if path_escapes or "\\" in name or "\0" in name:
        raise Unreadable("osäker", "Filen innehåller en del med otillåtet namn.", where=file)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable("osäker", "Filen är packad på ett sätt som Excel inte läser.", where=file)
    if entry.file_size > MAX_PART_BYTES:
        raise too_large(file, f"En del av filen är större än {MAX_PART_BYTES // 2**20} MB.")
    if entry.file_size > RATIO_FROM_BYTES and entry.file_size > MAX_RATIO * entry.compress_size:
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
