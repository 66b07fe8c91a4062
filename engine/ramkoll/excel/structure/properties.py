"""The properties of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ramkoll.excel.structure.fault import Fault

_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_DATES = frozenset({"dcterms.created", "dcterms.modified"})
_W3C_DATE = re.compile(
    r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?",
    re.ASCII,
)


def property_faults(part: str, root: Element) -> Iterator[Fault]:
    """What is wrong with the core properties: Excel refuses the file for it."""
    seen = set()
    for each in root:
        if each.tag in seen:
            yield Fault(part, f"two {each.tag}", "properties.duplicate")
        seen.add(each.tag)
        if each.tag in _DATES:
            text = (each.text or "").strip()
            if text and not _W3C_DATE.fullmatch(text):
                yield Fault(part, f"{each.tag} is {text[:40]!r}", "properties.date")
            if each.get(_TYPE, "").rpartition(":")[2] != "W3CDTF":
                yield Fault(part, f"{each.tag} is not of type W3CDTF", "properties.date")
