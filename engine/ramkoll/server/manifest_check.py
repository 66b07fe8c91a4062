"""A manifest examined without Microsoft's service, so that IT need not find out in Excel.

In three steps, since a fault in one makes those of the next misleading: it is XML; it has the right
elements in the right order with the right values; and what they refer to hangs together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, ParseError, fromstring

from ramkoll.excel.ooxml import declares_doctype
from ramkoll.server.manifest import SHOW_PANE
from ramkoll.server.manifest_shape import BASE, KIND, MANIFEST, OVERRIDES, TYPES, Part, Shape
from ramkoll.store.ribbon import ICON_SIZES, Tab, load_ribbon

MAX_BYTES = 1 << 20  # ours takes some 40,000
# The sets of requirements that Excel knows, and the latest version of each (November 2026).
KNOWN_SETS = {
    "AddinCommands": "1.3",
    "CompressedFile": "1.1",
    "DialogApi": "1.2",
    "ExcelApi": "1.20",
    "ExcelApiDesktop": "1.1",
    "IdentityAPI": "1.3",
    "KeyboardShortcuts": "1.1",
    "NestedAppAuth": "1.1",
    "OpenBrowserWindowApi": "1.1",
    "RibbonApi": "1.2",
    "SharedRuntime": "1.2",
}
NEEDED_SETS = ("SharedRuntime", "ExcelApi")

# Where an element looks its resid up.
_TABLE_OF = {
    TYPES + "Image": "Images",
    OVERRIDES + "Label": "ShortStrings",
    OVERRIDES + "Title": "ShortStrings",
    OVERRIDES + "Description": "LongStrings",
    OVERRIDES + "LearnMoreUrl": "Urls",
    OVERRIDES + "FunctionFile": "Urls",
    OVERRIDES + "SourceLocation": "Urls",
    OVERRIDES + "Runtime": "Urls",
}


def faults(xml: bytes, tab: Tab | None = None) -> tuple[str, ...]:
    """What is wrong with a manifest, in Swedish, each with its place; empty when nothing is.

    ``tab`` is the ribbon that it is to show, Ramkoll's own when None. Raises nothing for any bytes.
    """
    root = _parsed(xml)
    if isinstance(root, str):
        return (root,)
    found = tuple(_shape_faults(root, MANIFEST, "OfficeApp"))
    return found or tuple(_reference_faults(root, tab or load_ribbon()))


def _parsed(xml: bytes) -> Element | str:
    """The root element, or what stops it from being read."""
    if len(xml) > MAX_BYTES:
        return f"Filen är större än {MAX_BYTES} byte; ett manifest är mycket mindre."
    if declares_doctype(xml):
        return "Filen har en dokumenttypsdeklaration (<!DOCTYPE>); ta bort den."
    try:
        root = fromstring(xml)
    except ParseError as error:
        line, column = error.position
        return f"Filen är ingen giltig XML: felet är på rad {line}, tecken {column + 1}."
    except (LookupError, ValueError):
        return "Filen är ingen giltig XML: teckenkodningen är okänd. Spara den som UTF-8."
    if root.tag != MANIFEST.tag:
        return f"Filen är inget manifest: den börjar med <{root.tag}>, väntat <{MANIFEST.tag}>."
    return root


def _shape_faults(element: Element, shape: Shape, place: str) -> Iterator[str]:
    yield from _attribute_faults(element, shape, place)
    if shape.text is not None:
        text = (element.text or "").strip()
        if shape.text.pattern.fullmatch(text) is None:
            yield f"{place}: «{_short(text)}» går inte; väntat {shape.text.expected}."
    parts = shape.by_kind.get(element.get(KIND, ""), shape.children)
    known = {part.shape.tag: part for part in parts}
    of_name = {_name(tag): tag for tag in known}
    latest, in_order = 0, True
    for child in element:
        name = _name(child.tag)
        if child.tag not in known:
            if name in of_name:
                yield f"{place}: <{name}> har fel namnrymd; väntat {of_name[name]}."
            else:
                yield f"{place}: <{name}> hör inte hemma här."
            continue
        position = list(known).index(child.tag)
        if position < latest and in_order:  # what follows would only be said again
            in_order = False
            order = ", ".join(_name(part.shape.tag) for part in parts)
            yield f"{place}: <{name}> står på fel plats; ordningen är {order}."
        latest = max(latest, position)
        yield from _shape_faults(child, known[child.tag].shape, _inside(place, child))
    yield from _count_faults(element, parts, place)


def _attribute_faults(element: Element, shape: Shape, place: str) -> Iterator[str]:
    for name, value in shape.attributes.items():
        given = element.get(name)
        if given is None:
            yield f"{place}: attributet {_name(name)} saknas."
        elif value.pattern.fullmatch(given) is None:
            yield f"{place}: {_name(name)} är «{_short(given)}»; väntat {value.expected}."
    for name in element.attrib.keys() - shape.attributes.keys():
        yield f"{place}: attributet {_name(name)} hör inte hemma här."


def _count_faults(element: Element, parts: Sequence[Part], place: str) -> Iterator[str]:
    counts = Counter(child.tag for child in element)
    names = {_name(child.tag) for child in element}
    for part in parts:
        name, count = _name(part.shape.tag), counts[part.shape.tag]
        if count < part.least and name not in names:  # of another namespace has been said
            yield f"{place}: <{name}> saknas."
        if part.most is not None and count > part.most:
            yield f"{place}: <{name}> står {count} gånger; högst {part.most}."


def _reference_faults(root: Element, tab: Tab) -> Iterator[str]:
    yield from _id_faults(root)
    yield from _resource_faults(root)
    yield from _runtime_faults(root)
    yield from _requirement_faults(root)
    yield from _icon_faults(root)
    yield from _command_faults(root, tab)


def _id_faults(root: Element) -> Iterator[str]:
    for what, tags in (
        ("Resursen", {TYPES + "Image", TYPES + "Url", TYPES + "String"}),
        ("Elementet", {OVERRIDES + "CustomTab", OVERRIDES + "Group", OVERRIDES + "Control"}),
    ):
        ids = Counter(each.get("id", "") for each in root.iter() if each.tag in tags)
        for name, count in ids.items():
            if name and count > 1:
                yield f"{what} «{name}» finns {count} gånger; ett id får finnas en gång."


def _resource_faults(root: Element) -> Iterator[str]:
    tables = {
        table: [entry.get("id", "") for entry in _only(root, TYPES + table)]
        for table in ("Images", "Urls", "ShortStrings", "LongStrings")
    }
    asked = set()
    for element, place in _walk(root, "OfficeApp"):
        name = element.get("resid")
        if name is None:
            continue
        asked.add(name)
        table = _TABLE_OF[element.tag]
        if name in tables[table]:
            continue
        other = next((other for other, ids in tables.items() if name in ids), None)
        if other is None:
            yield f"{place}: resursen «{name}» finns inte i {table}."
        else:
            yield f"{place}: resursen «{name}» finns i {other}, men ska finnas i {table}."
    for table, ids in tables.items():
        for name in dict.fromkeys(ids):
            if name not in asked:
                yield f"{table}: resursen «{name}» används inte."


def _runtime_faults(root: Element) -> Iterator[str]:
    runtime = _only(root, OVERRIDES + "Runtime").get("resid", "")
    for tag in ("FunctionFile", "SourceLocation"):
        for element in root.iter(OVERRIDES + tag):
            if element.get("resid") != runtime:
                yield (
                    f"<{tag}> har resid «{element.get('resid')}», men <Runtime> har «{runtime}»; "
                    "de ska vara samma, annars avbryts kommandon efter fem minuter."
                )
    pages = {each.get("id"): each.get("DefaultValue") for each in root.iter(TYPES + "Url")}
    first = _only(root, BASE + "SourceLocation").get("DefaultValue")
    if pages.get(runtime, first) != first:
        yield f"DefaultSettings: adressen är «{first}», men resursen «{runtime}» är en annan."


def _requirement_faults(root: Element) -> Iterator[str]:
    given = [each.get("Name", "") for each in root.iter(BASE + "Set")]
    for each in root.iter(BASE + "Set"):
        name, version = each.get("Name", ""), each.get("MinVersion", "")
        if name not in KNOWN_SETS:
            yield f"Requirements: uppsättningen «{name}» finns inte i Excel."
        elif _numbers(version) > _numbers(KNOWN_SETS[name]):
            yield f"Requirements: {name} {version} finns inte; den senaste är {KNOWN_SETS[name]}."
    for name, count in Counter(given).items():
        if count > 1:
            yield f"Requirements: {name} står {count} gånger; högst 1."
    for name in NEEDED_SETS:
        if name not in given:
            yield f"Requirements: {name} saknas, och utan den fungerar inte panelen."


def _icon_faults(root: Element) -> Iterator[str]:
    for element, place in _walk(root, "OfficeApp"):
        if element.tag != OVERRIDES + "Icon":
            continue
        sizes = Counter(image.get("size", "") for image in element)
        for size in map(str, ICON_SIZES):
            if sizes[size] != 1:
                how = "saknas" if not sizes[size] else f"står {sizes[size]} gånger"
                yield f"{place}: bilden i storlek {size} {how}."


def _command_faults(root: Element, tab: Tab) -> Iterator[str]:
    wanted = {button.command for button in tab.buttons}
    given = Counter(
        (element.findtext(OVERRIDES + "FunctionName") or SHOW_PANE).strip()
        for element in root.iter(OVERRIDES + "Action")
    )
    for command, count in given.items():
        if command not in wanted:
            yield f"FunctionName: kommandot «{command}» finns inte på menyfliken."
        elif count > 1:
            yield f"FunctionName: kommandot «{command}» har {count} knappar; högst 1."
    for button in tab.buttons:
        if button.command not in given:
            yield f"CustomTab: knappen {button.label} ({button.command}) saknas."


def _walk(element: Element, place: str) -> Iterator[tuple[Element, str]]:
    """Every element with its place; no deeper than the shape, which has been checked."""
    yield element, place
    for child in element:
        yield from _walk(child, _inside(place, child))


def _only(root: Element, tag: str) -> Element:
    found = next(root.iter(tag), None)
    assert found is not None, f"the shape holds one {tag}"
    return found


def _inside(place: str, child: Element) -> str:
    """The place of a child: the last two steps say enough, with ids where there are any."""
    own = _name(child.tag)
    if name := child.get("id") or child.get("size"):
        own = f"{own} {_short(name)}"
    return f"{place.rsplit('/', 1)[-1]}/{own}"


def _name(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
