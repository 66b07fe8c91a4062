"""Names of people that a workbook holds in its properties, comments and threads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import ParseError, fromstring

from ramkoll.excel.board.markup import local
from ramkoll.excel.preflight import open_package

_PARTS = re.compile(r"docprops/|person|comment|revision|users?\w*\.xml|workbook\.xml$")
_TAGS = frozenset({"creator", "lastModifiedBy", "Manager", "author"})
_ATTRIBUTES = frozenset({"displayName", "userName", "providerUserName"})
_HOME = re.compile(r"[\\/](?:Users|home)[\\/]([^\\/]+)[\\/]", re.IGNORECASE)
_SIGNED = re.compile(r"\(([^(),]+), [0-9]{4}-[0-9]{2}-[0-9]{2}\)\s*$")
# An organisation or a program, as creators often are: no person.
_NO_PERSON = re.compile(
    r"region|kommun|landsting|förvaltning|avdelning|nämnd|styrelse|ekonomi|kansli|stab\b"
    r"|microsoft|excel|office|openpyxl|xlsxwriter|libreoffice|ramkoll|python|apache"
    r"|\buser\b|användare|author|författare|\badmin|okänd|unknown|public|shared|\bpc\b"
    r"|controller|handläggare|chef|sekretariat|service|system|gäst|guest|owner|ägare|\btest",
    re.IGNORECASE,
)
_SHORTEST = 3
_LARGEST_PART = 8 * 2**20


def people_named(data: bytes, file: str, signed: Iterable[str] = ()) -> tuple[str, ...]:
    """Everybody whom the package names as author, reader or user, and who has ``signed`` a text.

    A text is signed by ``(Namn, 2024-09-12)`` at its end. Organisations and programs are left out,
    since reports name them. Raises Unreadable.
    """
    found = set(_in_parts(data, file))
    found |= {match[1] for text in signed if (match := _SIGNED.search(text))}
    return tuple(sorted({name for each in found for name in _spelled(each)}))


def _in_parts(data: bytes, file: str) -> Iterator[str]:
    parts = open_package(data, file)
    for name in parts:
        if not (_PARTS.search(name) and name.endswith(".xml")):
            continue
        part = parts[name]
        if len(part) > _LARGEST_PART:
            continue
        try:
            root = fromstring(part)
        except (ParseError, ValueError, LookupError):
            continue
        for each in root.iter():
            if local(each) in _TAGS and each.text:
                yield from each.text.split(";")
            for key, value in each.attrib.items():
                word = key.rpartition("}")[2]
                if word in _ATTRIBUTES or (word in ("name", "author") and "revision" in name):
                    yield value
                if word == "url" and (home := _HOME.search(value)):
                    yield home[1]


def _spelled(name: str) -> Iterator[str]:
    """A name as it may be written: without what stands in brackets, and given name first."""
    plain = " ".join(re.sub(r"\([^)]*\)|\[[^\]]*\]|^tc=.*", " ", name).split())
    if len(plain) < _SHORTEST or _NO_PERSON.search(plain) or plain.startswith("{"):
        return
    yield plain
    family, comma, given = plain.partition(",")
    if comma and given.strip():
        yield f"{given.strip()} {family.strip()}"
