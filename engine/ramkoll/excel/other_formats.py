"""Telling what a file is that is no Excel workbook, and what to do about it."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping

from ramkoll.excel import limits
from ramkoll.excel.unreadable import SAVE_AGAIN, Unreadable

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
# Workbooks older than the container, which begin with the cells.
_OLD_CELLS = (b"\x09\x08", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")

FETCH_AGAIN = (
    "Hämta eller kopiera filen på nytt, kontrollera att den går att öppna i Excel, "
    "och lämna in den igen."
)
NO_PASSWORD = (
    "Öppna filen i Excel, välj Arkiv, Info, Skydda arbetsbok och Kryptera med lösenord, "
    "töm rutan, spara och lämna in filen igen."
)
_NO_RIGHTS = (
    "Öppna filen i Excel, välj en känslighetsetikett utan kryptering eller ta bort den "
    "begränsade åtkomsten under Arkiv, Info, Skydda arbetsbok, spara och lämna in filen igen."
)
_SAVE_OLD = (
    "Öppna filen i Excel, välj Arkiv, Spara som och filformatet Excel-arbetsbok (.xlsx), "
    "och lämna in den nya filen."
)
_SEND_WORKBOOK = "Lämna in den Excel-arbetsbok (.xlsx) som uppföljningen är skriven i."
_BY_NUMBERS = "Öppna den i Numbers, välj Arkiv, Exportera till, Excel, och lämna in den nya filen."
_UNPACK = "Packa upp arkivet och lämna in arbetsboken för sig."
_SEND_TARGET = "Lämna in själva arbetsboken, inte genvägen till den."
_CLOSE_FIRST = "Lämna in arbetsboken själv: filen utan ~$ först i namnet."

_LOOKS_LIKE = (
    (b"%PDF", "en PDF"),
    (b"{\\rtf", "ett RTF-dokument"),
    (b"Rar!", "ett RAR-arkiv"),
    (b"7z\xbc\xaf", "ett 7-Zip-arkiv"),
    (b"\x1f\x8b", "ett gzip-arkiv"),
    (b"\x89PNG", "en bild"),
    (b"\xff\xd8\xff", "en bild"),
    (b"GIF8", "en bild"),
    (b"MZ", "ett program"),
    (b"SQLite format 3", "en databas"),
)
_SHORTCUT = b"L\0\0\0\x01\x14\x02\0"
# What Excel keeps beside a workbook that is open: a length, a name, and blanks.
_OWNER_FILE_BYTES = 165
_LONGEST_OWNER = 54


def not_a_workbook(file: str, looks_like: str, todo: str = _SEND_WORKBOOK) -> Unreadable:
    """The refusal of a file of another kind."""
    return Unreadable(
        "ej_arbetsbok",
        f"Filen är ingen Excel-arbetsbok utan ser ut som {looks_like}.",
        where=file,
        todo=todo,
    )


def refuse_other_bytes(data: bytes, file: str) -> None:
    """Raise Unreadable, by what it is, for bytes that are no zip archive."""
    # A file of zeros is what is left when the copying of a file was broken off.
    if not data.strip(b"\0"):
        raise Unreadable("tom", "Filen är tom.", where=file, todo=FETCH_AGAIN)
    if data.startswith(_OLE):
        raise _old_container(data, file)
    if data.startswith(_OLD_CELLS):
        raise _xls(file)
    if not data.startswith(b"PK"):
        raise _other_kind(data, file)


def _other_kind(data: bytes, file: str) -> Unreadable:
    for magic, kind in _LOOKS_LIKE:
        if data.startswith(magic):
            return not_a_workbook(file, kind)
    if data.startswith(_SHORTCUT) or data.startswith(b"[InternetShortcut]"):
        return not_a_workbook(file, "en genväg", _SEND_TARGET)
    if len(data) == _OWNER_FILE_BYTES and 0 < data[0] <= _LONGEST_OWNER:
        return not_a_workbook(file, "Excels tillfälliga fil för en öppen arbetsbok", _CLOSE_FIRST)
    head = data[:2048]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    # What programs export under Excel's name, and Excel opens.
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")):
        return not_a_workbook(file, "en webbsida", SAVE_AGAIN)
    if b"office:spreadsheet" in head or b"excel.sheet" in head:
        return not_a_workbook(file, "ett XML-kalkylblad från Excel 2003", SAVE_AGAIN)
    if head.startswith(b"mime-version:"):
        return not_a_workbook(file, "en webbsida", SAVE_AGAIN)
    if head.startswith(b"<"):
        return not_a_workbook(file, "en XML-fil")
    if b"\0" in head:
        return not_a_workbook(file, "en annan sorts fil")
    return not_a_workbook(file, "en textfil (till exempel .csv)", SAVE_AGAIN)


def refuse_other_archive(parts: Mapping[str, bytes], file: str) -> Unreadable:
    """The refusal of an archive without a list of contents, by what lies in it."""
    mimetype = parts.get("mimetype", b"")
    if b"opendocument.spreadsheet" in mimetype:
        kind, todo = "ett kalkylblad i OpenDocument-format (.ods)", SAVE_AGAIN
    elif b"opendocument" in mimetype:
        kind, todo = "ett OpenDocument-dokument", _SEND_WORKBOOK
    elif any(name.endswith(".iwa") or name == "index.zip" for name in parts):
        kind, todo = "en fil från Numbers", _BY_NUMBERS
    elif any(name.endswith((".xlsx", ".xlsm", ".xls")) for name in parts):
        kind, todo = "ett zip-arkiv med arbetsböcker i", _UNPACK
    else:
        kind, todo = "ett zip-arkiv", _SEND_WORKBOOK
    return not_a_workbook(file, kind, todo)


def _xls(file: str) -> Unreadable:
    return Unreadable(
        "xls", "Filen är sparad i det gamla .xls-formatet.", where=file, todo=_SAVE_OLD
    )


def _old_container(data: bytes, file: str) -> Unreadable:
    """The old container: an encrypted workbook, an .xls, or another old document."""
    names = _stream_names(data)
    if "EncryptedPackage" in names:
        # What a label or a rights service encrypts opens without a password, for those it names.
        if any("DRM" in name for name in names):
            return Unreadable(
                "lösenord",
                "Filen är krypterad av en känslighetsetikett eller begränsad åtkomst.",
                where=file,
                todo=_NO_RIGHTS,
            )
        return Unreadable("lösenord", "Filen är lösenordsskyddad.", where=file, todo=NO_PASSWORD)
    if not {"Workbook", "Book"}.isdisjoint(names):
        return _xls(file)
    if "WordDocument" in names:
        return not_a_workbook(file, "ett äldre Word-dokument")
    if "PowerPoint Document" in names:
        return not_a_workbook(file, "en äldre PowerPoint-presentation")
    if any(name.startswith("__properties") for name in names):
        return not_a_workbook(file, "ett mejl")
    return not_a_workbook(file, "ett äldre dokument eller en skadad fil")


_OLE_ENTRY_BYTES = 128
_END_OF_CHAIN = 0xFFFFFFFA  # this and what is above it is no sector


def _stream_names(data: bytes) -> frozenset[str]:
    """The names in a compound file's directory; for a damaged one, those known that it holds."""
    try:
        names = frozenset(_directory_names(data))
    except (struct.error, LookupError, ValueError):
        names = frozenset()
    if names:
        return names
    known = ("EncryptedPackage", "DRMEncrypted", "Workbook", "Book", "WordDocument")
    return frozenset(name for name in known if name.encode("utf-16-le") in data)


def _directory_names(data: bytes) -> Iterator[str]:
    """The names of the entries, along the chain of the directory's sectors.

    Raises struct.error, LookupError or ValueError for what does not hang together.
    """
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        raise ValueError(f"no sector size: {shift}")
    size = 1 << shift
    (sector,) = struct.unpack_from("<L", data, 48)
    allocation = _allocation(data, size)
    seen: set[int] = set()
    while sector < _END_OF_CHAIN:
        if sector in seen or len(seen) * size > limits.MAX_OLE_ENTRIES * _OLE_ENTRY_BYTES:
            raise ValueError("a chain without end")
        seen.add(sector)
        start = (sector + 1) * size
        for at in range(start, start + size, _OLE_ENTRY_BYTES):
            (length,) = struct.unpack_from("<H", data, at + 64)
            if 2 <= length <= 64:
                yield data[at : at + length - 2].decode("utf-16-le", "replace")
        sector = allocation[sector]


def _allocation(data: bytes, size: int) -> Mapping[int, int]:
    """The next sector of each, as far as the header lists the table's own sectors."""
    table: dict[int, int] = {}
    numbers: Iterable[int] = struct.unpack_from("<109L", data, 76)
    for i, sector in enumerate(numbers):
        if sector < _END_OF_CHAIN:
            entries = struct.unpack_from(f"<{size // 4}L", data, (sector + 1) * size)
            table.update(enumerate(entries, i * (size // 4)))
    return table
