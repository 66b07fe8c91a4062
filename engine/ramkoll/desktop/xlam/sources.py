"""The VBA as it lies in addin/desktop/vba: read, and held against what VBA's own editor takes.

Excel compiles the text on the user's machine, where nobody wants to find out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ramkoll.desktop.xlam.project import ENCODING, Kind, Module
from ramkoll.model.errors import RamkollError
from ramkoll.store.resources import resource

FOLDER = "addin/desktop/vba"
KINDS = {".bas": Kind.MODULE, ".cls": Kind.CLASS}
LONGEST_LINE, MOST_CONTINUED = 1023, 24  # characters in a line; lines that go on in the next
LONGEST_NAME = 31
_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}}")
_CODE_BEFORE_COMMENT = re.compile(r"""((?:"(?:[^"]|"")*(?:"|$)|[^"'])*)""")


def load_modules() -> tuple[Module, ...]:
    """The modules of the add-in, in the order of their names.

    Raises RamkollError for the first that cannot be used, named with its line in Swedish.
    """
    folder = resource(FOLDER)
    files = sorted(each for each in folder.iterdir() if each.suffix in KINDS)
    if not files:
        raise RamkollError(
            "Tilläggets VBA saknas.", where=str(folder), todo="Installera om Ramkoll."
        )
    modules = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise _unusable(path.name, f"filen går inte att läsa ({error})") from error
        modules.append(module(path.stem, KINDS[path.suffix], text, path.name))
    return tuple(modules)


def module(name: str, kind: Kind, text: str, where: str) -> Module:
    """A module from its text, lines ended as VBA has them. RamkollError for the first fault."""
    text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    made = Module(name, kind, text)
    for fault in faults(made):
        raise _unusable(where, fault)
    return made


def faults(made: Module) -> Iterator[str]:
    """What VBA's editor would not take, or what we do not use so that the same file serves all."""
    if _NAME.fullmatch(made.name) is None:
        yield f"namnet «{made.name}» ska vara en bokstav a–z och sedan a–z, 0–9 eller understreck"
    lines = made.text.split("\r\n")
    if lines[0] != f'Attribute VB_Name = "{made.name}"':
        yield f'rad 1 ska vara Attribute VB_Name = "{made.name}"'
    if "Option Explicit" not in lines:
        yield "raden Option Explicit saknas"
    if lines[-1]:
        yield "sista raden slutar inte med radbyte"
    continued = 0
    for number, line in enumerate(lines, 1):
        yield from (f"rad {number}: {what}" for what in _line_faults(line))
        continued = continued + 1 if line.endswith(" _") else 0
        if continued == MOST_CONTINUED + 1:
            yield f"rad {number}: fler än {MOST_CONTINUED} rader fortsätter varandra"


def code_of(line: str) -> str:
    """A line without its comment; an apostrophe in a text starts none."""
    found = _CODE_BEFORE_COMMENT.match(line)
    assert found is not None
    return found[1]


def _line_faults(line: str) -> Iterator[str]:
    try:
        line.encode(ENCODING)
    except UnicodeEncodeError as error:
        yield f"tecknet {line[error.start]!r} finns inte i Windows-1252, som VBA skrivs i"
    if any(ord(character) < 32 and character != "\t" for character in line):
        yield "ett styrtecken"
    if len(line) > LONGEST_LINE:
        yield f"raden är längre än {LONGEST_LINE} tecken"
    code = code_of(line)
    if code.count('"') % 2:
        yield "en text saknar sitt avslutande citattecken"
    # It would need one form for 32 and one for 64 bits, and makes virus scanners suspicious.
    if re.search(r"(?i)^\s*(?:(?:public|private)\s+)?declare\b", code):
        yield "Declare används inte: samma fil ska gå i Excel med 32 och 64 bitar"


def _unusable(where: str, what: str) -> RamkollError:
    return RamkollError(
        f"Tilläggets VBA kan inte användas: {what}.",
        where=where,
        todo="Rätta filen, eller installera om Ramkoll om ni inte har ändrat den.",
    )
