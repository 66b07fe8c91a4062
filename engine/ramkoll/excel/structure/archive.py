"""The archive of a package: names, sizes, checksums."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from ramkoll.excel import limits
from ramkoll.excel.ooxml import CONTENT_TYPES
from ramkoll.excel.preflight import unpack
from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.unreadable import Unreadable

_ENCRYPTED = 0x1


def unpacked(data: bytes) -> tuple[Mapping[str, bytes], list[Fault]]:
    """The parts by name in lower case that can be unpacked within the caps, and what is wrong."""
    faults: list[Fault] = []
    parts: dict[str, bytes] = {}
    if len(data) > limits.MAX_FILE_BYTES:
        return {}, [Fault("", "too large a file to look through", "zip.caps")]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except Exception as error:  # hostile bytes make the archive reader raise nearly anything
        return {}, [Fault("", f"no archive: {type(error).__name__}", "zip.archive")]
    total = sum(entry.file_size for entry in entries)
    if len(entries) > limits.MAX_ENTRIES or total > limits.MAX_TOTAL_BYTES:
        return {}, [Fault("", "too many or too large parts to look through", "zip.caps")]
    for entry in entries:
        name = entry.orig_filename
        key = name.lower()
        if name.endswith("/") and not entry.file_size:
            continue  # a folder: Excel passes it over
        wrong = _wrong_name(name)
        if wrong:
            faults.append(Fault(key, wrong, "zip.name"))
        if key in parts:
            faults.append(Fault(key, "two entries have this name", "zip.duplicate"))
            continue
        if entry.flag_bits & _ENCRYPTED:
            faults.append(Fault(key, "the entry is encrypted", "zip.encrypted"))
            continue
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            faults.append(Fault(key, f"packed by method {entry.compress_type}", "zip.method"))
            continue
        try:
            parts[key] = unpack(data, entry, "")
        except (Unreadable, zlib.error) as error:
            faults.append(Fault(key, f"size, checksum or header is wrong: {error}", "zip.content"))
    if CONTENT_TYPES not in parts:
        faults.append(Fault("", "there is no [Content_Types].xml", "types.missing"))
    return parts, faults


def _wrong_name(name: str) -> str:
    if name.startswith("/") or name[1:2] == ":" or "\\" in name or "\0" in name:
        return "a name with a drive, a backslash or a slash first"
    if any(word in ("", ".", "..") for word in name.split("/")):
        return "a name that is no path of a part"
    return ""
