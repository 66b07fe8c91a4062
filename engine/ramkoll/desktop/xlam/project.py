"""vbaProject.bin ([MS-OVBA]): a VBA project made from the text of its modules.

Nothing compiled is in it: the stream _VBA_PROJECT says so, and Excel compiles the text when it
opens the file.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ramkoll.desktop.xlam.compound import compound_file
from ramkoll.desktop.xlam.compression import compress

CODE_PAGE = 1252
ENCODING = f"cp{CODE_PAGE}"
WORKBOOK_CLASS = "00020819-0000-0000-C000-000000000046"
SHEET_CLASS = "00020820-0000-0000-C000-000000000046"
_WIN32, _ENGLISH = 1, 0x409
_NOT_COMPILED = bytes.fromhex("cc61ffff000000")
_HOST = "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000"
_IDS = uuid.UUID("0c1f4e0e-6d6a-5f0e-9f39-3a5bb2cf4c11")  # of all our projects, to make theirs from
# What Excel itself refers to in a new project; the ribbon's types are Office's. VBA finds a
# library by its id: the path is only where it was last.
_LIBRARIES = (
    (
        "stdole",
        r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb"
        "#OLE Automation",
    ),
    (
        "Office",
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files"
        r"\Microsoft Shared\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
    ),
)


class Kind(StrEnum):
    """What a module is; the words of the stream PROJECT."""

    DOCUMENT = "Document"  # of the workbook or a sheet, named by its codeName
    MODULE = "Module"
    CLASS = "Class"


@dataclass(frozen=True)
class Module:
    """A module: its name, and its text with the lines of attributes, ended by CR LF."""

    name: str
    kind: Kind
    text: str


def document_module(name: str, base: str) -> Module:
    """The empty module of a workbook or a sheet."""
    lines = (
        f'VB_Name = "{name}"',
        f'VB_Base = "0{{{base}}}"',
        "VB_GlobalNameSpace = False",
        "VB_Creatable = False",
        "VB_PredeclaredId = True",
        "VB_Exposed = True",
        "VB_TemplateDerived = False",
        "VB_Customizable = True",
    )
    return Module(name, Kind.DOCUMENT, "".join(f"Attribute {line}\r\n" for line in lines))


def vba_project(name: str, modules: Sequence[Module]) -> bytes:
    """The bytes of vbaProject.bin.

    Raises ValueError (UnicodeEncodeError) for text outside Windows-1252; see ``compress`` too.
    """
    streams = {
        "dir": compress(_dir(name, modules)),
        "_VBA_PROJECT": _NOT_COMPILED,
        **{each.name: compress(each.text.encode(ENCODING)) for each in modules},
    }
    return compound_file(
        {
            "VBA": streams,
            "PROJECT": _project(name, modules).encode(ENCODING),
            "PROJECTwm": _names(modules),
        }
    )


def _dir(name: str, modules: Sequence[Module]) -> bytes:
    """Records of a number, a length and that many bytes (2.3.4.2)."""
    out = [
        _record(0x01, struct.pack("<I", _WIN32)),
        _record(0x02, struct.pack("<I", _ENGLISH)),
        _record(0x14, struct.pack("<I", _ENGLISH)),
        _record(0x03, struct.pack("<H", CODE_PAGE)),
        _record(0x04, name.encode(ENCODING)),
        _record(0x05) + _record(0x40),  # no description
        _record(0x06) + _record(0x3D),  # no help file
        _record(0x07, bytes(4)),
        _record(0x08, bytes(4)),
        struct.pack("<HIIH", 0x09, 4, 1, 1),  # the version; its length leaves out the last number
        _record(0x0C) + _record(0x3C),  # no constants of compilation
    ]
    for library, where in _LIBRARIES:
        identity = where.encode(ENCODING)
        out += [
            _twice(0x16, 0x3E, library),
            _record(0x0D, struct.pack("<I", len(identity)) + identity + bytes(6)),
        ]
    out += [_record(0x0F, struct.pack("<H", len(modules))), _record(0x13, b"\xff\xff")]
    for each in modules:
        out += [
            _twice(0x19, 0x47, each.name),
            _twice(0x1A, 0x32, each.name),  # its stream
            _record(0x1C) + _record(0x48),  # no description
            _record(0x31, bytes(4)),  # the text starts at once: nothing compiled before it
            _record(0x1E, bytes(4)),
            _record(0x2C, b"\xff\xff"),
            _record(0x21 if each.kind is Kind.MODULE else 0x22),
            _record(0x2B),
        ]
    return b"".join([*out, _record(0x10)])


def _record(number: int, data: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(data)) + data


def _twice(narrow: int, wide: int, text: str) -> bytes:
    return _record(narrow, text.encode(ENCODING)) + _record(wide, text.encode("utf-16-le"))


def _project(name: str, modules: Sequence[Module]) -> str:
    """The settings of the project (2.3.1). It is not locked, so that IT can read it in Excel."""
    identity = "{" + str(uuid.uuid5(_IDS, name)).upper() + "}"
    lines = [
        f'ID="{identity}"',
        *(
            f"{each.kind}={each.name}" + ("/&H00000000" if each.kind is Kind.DOCUMENT else "")
            for each in modules
        ),
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{hidden(identity, bytes(4))}"',
        f'DPB="{hidden(identity, bytes(1))}"',
        f'GC="{hidden(identity, bytes([255]))}"',
        "",
        "[Host Extender Info]",
        _HOST,
        "",
        "[Workspace]",
        *(f"{each.name}=0, 0, 0, 0, C" for each in modules),
        "",
    ]
    return "\r\n".join(lines)


def hidden(identity: str, data: bytes, seed: int = 0x06) -> str:
    """Bytes as PROJECT holds them, in hexadecimal (2.4.3.2): obscured, not protected."""
    key = sum(identity.encode(ENCODING)) & 0xFF
    out = bytearray([seed, seed ^ 2, seed ^ key])
    before, last, second_last = key, out[2], out[1]
    filling = bytes((seed & 6) // 2)
    for each in filling + struct.pack("<I", len(data)) + data:
        value = each ^ (second_last + before & 0xFF)
        out.append(value)
        before, last, second_last = each, value, last
    return out.hex().upper()


def _names(modules: Sequence[Module]) -> bytes:
    """The names of the modules in both encodings (2.3.3)."""
    each = (m.name.encode(ENCODING) + b"\0" + m.name.encode("utf-16-le") + b"\0\0" for m in modules)
    return b"".join(each) + b"\0\0"
