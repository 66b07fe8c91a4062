"""What a package is made of: content types, relationships, and how the two agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ramkoll.excel.ooxml import CONTENT_TYPES
from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.opened import Opened, override_name, rels_of, source_of

_SML = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_DML = "application/vnd.openxmlformats-officedocument."
_MS = "application/vnd.ms-excel."
_MACROS = "application/vnd.ms-office.vbaProject"
_BOOKS = frozenset(
    {
        f"{_SML}sheet.main+xml",
        f"{_SML}template.main+xml",
        f"{_MS}sheet.macroEnabled.main+xml",
        f"{_MS}template.macroEnabled.main+xml",
        f"{_MS}addin.macroEnabled.main+xml",
    }
)
#: What the target of a relationship of a kind must be; kinds not named here may be anything.
_TYPES_OF: Mapping[str, frozenset[str]] = {
    "officeDocument": _BOOKS,
    "vbaProject": frozenset({_MACROS}),
    "vmlDrawing": frozenset({f"{_DML}vmlDrawing"}),
    "drawing": frozenset({f"{_DML}drawing+xml"}),
    "chart": frozenset({f"{_DML}drawingml.chart+xml"}),
    "chartUserShapes": frozenset({f"{_DML}drawingml.chartshapes+xml"}),
    "theme": frozenset({f"{_DML}theme+xml"}),
    "themeOverride": frozenset({f"{_DML}themeOverride+xml"}),
    "threadedComment": frozenset({f"{_MS}threadedcomments+xml"}),
    "person": frozenset({f"{_MS}person+xml"}),
    "slicer": frozenset({f"{_MS}slicer+xml"}),
    "slicerCache": frozenset({f"{_MS}slicerCache+xml"}),
    "timeline": frozenset({f"{_MS}timeline+xml"}),
    "timelineCache": frozenset({f"{_MS}timelineCache+xml"}),
    "ctrlProp": frozenset({f"{_MS}controlproperties+xml"}),
    "chartEx": frozenset({f"{_MS}chartex+xml"}),
    "core-properties": frozenset({"application/vnd.openxmlformats-package.core-properties+xml"}),
    "extended-properties": frozenset({f"{_DML}extended-properties+xml"}),
    "custom-properties": frozenset({f"{_DML}custom-properties+xml"}),
    **{
        kind: frozenset({f"{_SML}{kind}+xml"})
        for kind in (
            "worksheet", "chartsheet", "dialogsheet", "styles", "sharedStrings", "table",
            "comments", "calcChain", "externalLink", "pivotTable", "pivotCacheDefinition",
            "pivotCacheRecords", "queryTable", "connections", "sheetMetadata",
            "volatileDependencies",
        )
    },
}  # fmt: skip
#: What may be said of the relationship that an element names; elements not named may name any.
_KINDS_OF: Mapping[tuple[str, str], frozenset[str]] = {
    (tag, name): frozenset(kinds.split())
    for tag, name, kinds in (
        ("sheet", "r.id", "worksheet chartsheet dialogsheet xlMacrosheet xlIntlMacrosheet"),
        ("externalReference", "r.id", "externalLink"),
        ("pivotCache", "r.id", "pivotCacheDefinition"),
        ("drawing", "r.id", "drawing"),
        ("legacyDrawing", "r.id", "vmlDrawing"),
        ("legacyDrawingHF", "r.id", "vmlDrawing"),
        ("picture", "r.id", "image"),
        ("tablePart", "r.id", "table"),
        ("hyperlink", "r.id", "hyperlink"),
        ("pageSetup", "r.id", "printerSettings"),
        ("pivotCacheDefinition", "r.id", "pivotCacheRecords"),
        ("c.chart", "r.id", "chart"),
        ("c.userShapes", "r.id", "chartUserShapes"),
        ("a.blip", "r.embed", "image"),
        ("a.blip", "r.link", "image"),
        ("x14.slicerCache", "r.id", "slicerCache"),
        ("x14.slicer", "r.id", "slicer"),
        ("x15.timelineCacheRef", "r.id", "timelineCache"),
        ("x15.timelineRef", "r.id", "timeline"),
    )
}
# What belongs to one part only.
_NOT_SHARED = frozenset({"worksheet", "drawing", "comments", "table", "chart", "threadedComment"})
# A link that a macro follows; a sheet of macros from before there were modules.
_MAY_BE_EMPTY = frozenset({"sheet", "a.hlinkClick", "a.hlinkHover", "a.hlinkMouseOver", "a.blip"})


def content_faults(package: Opened) -> Iterator[Fault]:
    """What the list of contents and the relationships say wrongly."""
    yield from _listed(package)
    yield from _related(package)
    yield from _used(package)
    yield from _shared(package)
    yield from _typed(package)


def _listed(package: Opened) -> Iterator[Fault]:
    tree = package.trees.get(CONTENT_TYPES)
    if tree is None:
        return
    if tree.root.tag != "ct.Types":
        yield Fault(CONTENT_TYPES, "the root is not Types", "types.root")
    seen = set()
    for each in tree.root:
        named = each.get("PartName") if each.tag == "ct.Override" else each.get("Extension")
        if each.tag not in ("ct.Override", "ct.Default") or not named:
            yield Fault(CONTENT_TYPES, "a line that is neither Default nor Override", "types.line")
            continue
        key = override_name(each) if each.tag == "ct.Override" else named.lower()
        if (each.tag, key) in seen:
            yield Fault(CONTENT_TYPES, f"two lines about {named}", "types.duplicate")
        seen.add((each.tag, key))
        if "/" not in each.get("ContentType", ""):
            yield Fault(CONTENT_TYPES, f"no content type for {named}", "types.line")
        if each.tag == "ct.Override":
            if not named.startswith("/"):
                yield Fault(CONTENT_TYPES, f"{named} does not start with a slash", "types.line")
            if key not in package.parts:
                yield Fault(CONTENT_TYPES, f"there is no part {named}", "types.no_part")
    for part in package.parts:
        if part not in package.types and part != CONTENT_TYPES:
            yield Fault(part, "the part has no content type", "types.unlisted")


def _related(package: Opened) -> Iterator[Fault]:
    if package.book is None:
        yield Fault("", "no relationship leads to a workbook", "rels.no_book")
    for part, tree in package.trees.items():
        source = source_of(part)
        if source is None:
            continue
        if tree.root.tag != "rel.Relationships":
            yield Fault(part, f"the root is {tree.root.tag}", "rels.root")
            continue
        if source and source not in package.parts:
            yield Fault(part, "relationships of a part that is not there", "rels.no_source")
        ids = set()
        for each in tree.root:
            id_ = each.get("Id", "")
            if each.tag != "rel.Relationship" or not id_ or not each.get("Type"):
                yield Fault(part, "a relationship without id or type", "rels.line")
            if id_ in ids:
                yield Fault(part, f"two relationships are {id_}", "rels.duplicate")
            ids.add(id_)
            link = package.links[source].get(id_)
            if link is None or link.external:
                continue
            # Within the part itself, as a link to a place in the workbook is.
            if each.get("Target", "").startswith("#") and link.kind == "hyperlink":
                continue
            if link.target not in package.parts:
                yield Fault(part, f"{id_} leads to {link.target}, not there", "rels.dangling")


def _used(package: Opened) -> Iterator[Fault]:
    """Every id that a part uses leads to something of the right kind."""
    for part, tree in package.trees.items():
        links = package.links.get(part, {})
        for tag, name, id_ in tree.uses:
            if not id_ and tag in _MAY_BE_EMPTY:
                continue
            link = links.get(id_)
            if link is None:
                yield Fault(part, f"{tag} {name}={id_!r} is not in {rels_of(part)}", "rels.unknown")
                continue
            kinds = _KINDS_OF.get((tag, name))
            if kinds is not None and link.kind not in kinds:
                yield Fault(part, f"{tag} leads to a {link.kind}", "rels.kind")


def _shared(package: Opened) -> Iterator[Fault]:
    owners: dict[str, str] = {}
    for source, links in package.links.items():
        for link in links.values():
            if link.kind in _NOT_SHARED and not link.external:
                owner = owners.setdefault(link.target, source)
                if owner != source:
                    what = f"{link.target} belongs to {owner} too"
                    yield Fault(rels_of(source), what, "rels.shared")


def _typed(package: Opened) -> Iterator[Fault]:
    """What a relationship calls a part, and what the list of contents calls it."""
    for source, links in package.links.items():
        for id_, link in links.items():
            wanted = _TYPES_OF.get(link.kind)
            found = package.types.get(link.target)
            if wanted is None or link.external or found is None or source.endswith(".bin"):
                continue
            if found not in wanted:
                what = f"{id_} is a {link.kind} and {link.target} is listed as {found}"
                yield Fault(rels_of(source), what, "types.kind")
    main = package.types.get(package.book or "", "")
    if package.book and package.linked(package.book, "vbaProject") and "macroEnabled" not in main:
        yield Fault(package.book, "macros in a workbook listed as without", "types.macros")
