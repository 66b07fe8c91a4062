"""The ribbon of a workbook: Excel drops it as a whole, without a word, when it is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.opened import Opened

# The namespace that Excel wants is said by the kind of the relationship.
_ROOTS = frozenset(
    f"{{http://schemas.microsoft.com/office/{each}/customui}}customUI"
    for each in ("2006/01", "2009/07")
)
_KIND = "extensibility"


def ribbon_faults(package: Opened) -> Iterator[Fault]:
    """A ribbon of another root, and pictures that it names and has no relationship to."""
    for part in package.linked("", _KIND):
        root = package.root(part)
        if root is None:
            continue
        if root.tag not in _ROOTS:
            yield Fault(part, f"the root is {root.tag}", "ribbon.root")
        links = package.links.get(part, {})
        for element in root.iter():
            name = element.get("image")
            if name and (name not in links or links[name].kind != "image"):
                yield Fault(part, f"image={name!r} is no relationship to a picture", "ribbon.image")
