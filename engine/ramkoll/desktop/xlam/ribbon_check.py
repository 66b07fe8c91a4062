"""A ribbon (customUI) examined without Excel, so that IT need not find out on a user's machine.

Excel drops a whole tab for one fault in it, and says so only when its settings ask for it. In
three steps, since a fault in one makes those of the next misleading: it is XML; it has the right
elements with the right attributes; and what they refer to is there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, fromstring

from ramkoll.desktop.xlam.project import Kind, Module
from ramkoll.desktop.xlam.ribbon_xml import NAMESPACE
from ramkoll.desktop.xlam.sources import code_of
from ramkoll.excel.ooxml import declares_doctype
from ramkoll.store.ribbon import Tab

_NS = f"{{{NAMESPACE}}}"


class _Value(NamedTuple):
    """What an attribute may be, and how that is said."""

    pattern: re.Pattern[str]
    expected: str


def _value(pattern: str, expected: str) -> _Value:
    return _Value(re.compile(pattern, re.DOTALL), expected)


_TEXT = _value(r".{1,1024}", "1 till 1024 tecken")
_LONG = _value(r".{1,4096}", "1 till 4096 tecken")
_ID = _value(r"[A-Za-z_][\w.-]{0,1023}", "en bokstav och sedan bokstäver, siffror, _ . eller -")
_KEYTIP = _value(r"[A-Z0-9]{1,3}", "en till tre av A–Z och 0–9")
_CALLBACK = _value(r"[A-Za-z]\w{0,254}", "namnet på en procedur")
_SIZE = _value(r"normal|large", "normal eller large")


class _Shape(NamedTuple):
    """An element: its attributes, all of which are needed, and what it holds, at least one."""

    attributes: Mapping[str, _Value]
    child: str


_SHAPES: Mapping[str, _Shape] = {
    "customUI": _Shape({"onLoad": _CALLBACK}, "ribbon"),
    "ribbon": _Shape({}, "tabs"),
    "tabs": _Shape({}, "tab"),
    "tab": _Shape({"id": _ID, "label": _TEXT, "keytip": _KEYTIP}, "group"),
    "group": _Shape({"id": _ID, "label": _TEXT, "image": _TEXT}, "button"),
    "button": _Shape(
        {
            "id": _ID,
            "tag": _TEXT,
            "label": _TEXT,
            "image": _TEXT,
            "size": _SIZE,
            "screentip": _TEXT,
            "supertip": _LONG,
            "keytip": _KEYTIP,
            "onAction": _CALLBACK,
            "getEnabled": _CALLBACK,
        },
        "",
    ),
}
_ONLY_ONE = frozenset({"ribbon", "tabs", "tab"})
# What Excel hands over to each, by position: the type, "" when none is said.
_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "onLoad": ("IRibbonUI",),
    "onAction": ("IRibbonControl",),
    "getEnabled": ("IRibbonControl", ""),
}
_PROCEDURE = re.compile(
    r"(?im)^\s*(?P<scope>Public\s+|Private\s+|Friend\s+)?(?:Static\s+)?"
    r"(?P<kind>Sub|Function)\s+(?P<name>\w+)\s*\((?P<parameters>[^)]*)\)"
)
_PARAMETER = re.compile(r"(?i)\s*(?:ByRef\s+|ByVal\s+)?\w+(?:\s+As\s+(?P<type>[\w.]+))?\s*")


def ribbon_faults(
    xml: bytes, images: Collection[str], modules: Sequence[Module], tab: Tab
) -> tuple[str, ...]:
    """What is wrong with a customUI part, in Swedish, each with its place; empty: nothing.

    ``images`` are the ids of the part's relationships to pictures, ``modules`` the VBA of the
    package and ``tab`` the ribbon that it is to show. Raises nothing for any bytes.
    """
    root = _parsed(xml)
    if isinstance(root, str):
        return (root,)
    found = tuple(_shape_faults(root, "customUI", "customUI"))
    return found or (
        *_id_faults(root),
        *_image_faults(root, images),
        *_keytip_faults(root),
        *_callback_faults(root, modules),
        *_command_faults(root, tab),
    )


def _parsed(xml: bytes) -> Element | str:
    if declares_doctype(xml):
        return "Delen har en dokumenttypsdeklaration (<!DOCTYPE>); ta bort den."
    try:
        root = fromstring(xml)
    except ParseError as error:
        line, column = error.position
        return f"Delen är ingen giltig XML: felet är på rad {line}, tecken {column + 1}."
    except (LookupError, ValueError):
        return "Delen är ingen giltig XML: teckenkodningen är okänd. Spara den som UTF-8."
    if root.tag != f"{_NS}customUI":
        return f"Delen börjar med <{root.tag}>, väntat <{_NS}customUI>."
    return root


def _shape_faults(element: Element, name: str, place: str) -> Iterator[str]:
    shape = _SHAPES[name]
    for key, value in shape.attributes.items():
        given = element.get(key)
        if given is None:
            yield f"{place}: attributet {key} saknas."
        elif value.pattern.fullmatch(given) is None:
            yield f"{place}: {key} är «{given[:60]}»; väntat {value.expected}."
    for key in sorted(element.attrib.keys() - shape.attributes.keys()):
        yield f"{place}: attributet {key} hör inte hemma här."
    for child in element:
        inside = child.tag.removeprefix(_NS)
        if child.tag != _NS + shape.child:
            yield f"{place}: <{inside}> hör inte hemma här."
        else:
            yield from _shape_faults(child, inside, f"{inside} {child.get('id', '')}".strip())
    count = sum(child.tag == _NS + shape.child for child in element)
    if shape.child and not count:
        yield f"{place}: <{shape.child}> saknas."
    if shape.child in _ONLY_ONE and count > 1:
        yield f"{place}: <{shape.child}> står {count} gånger; högst 1."


def _id_faults(root: Element) -> Iterator[str]:
    for name, count in Counter(_all(root, "id")).items():
        if count > 1:
            yield f"Elementet «{name}» finns {count} gånger; ett id får finnas en gång."


def _image_faults(root: Element, images: Collection[str]) -> Iterator[str]:
    asked = dict.fromkeys(_all(root, "image"))
    for name in asked:
        if name not in images:
            yield f"Bilden «{name}» finns inte i paketet."
    for name in images:
        if name not in asked:
            yield f"Bilden «{name}» visas inte."


def _keytip_faults(root: Element) -> Iterator[str]:
    tips = [each.get("keytip", "") for each in root.iter(f"{_NS}button")]
    for number, tip in enumerate(tips):
        # The one that is the beginning of another would be taken before the other is complete.
        for other in tips[:number] + tips[number + 1 :]:
            if other.startswith(tip):
                yield f"Tangenttipset «{tip}» är också början av «{other}»."


def _callback_faults(root: Element, modules: Sequence[Module]) -> Iterator[str]:
    for kind, wanted in _PARAMETERS.items():
        for name in dict.fromkeys(_all(root, kind)):
            found = [each for each in _procedures(modules) if each[1].lower() == name.lower()]
            if len(found) != 1:
                how = f"{len(found)} gånger" if found else "inte"
                yield f"{kind}: proceduren {name} finns {how} i VBA; väntat en gång."
                continue
            module, _, what, types = found[0]
            if what != "public sub" or module.kind is not Kind.MODULE:
                yield f"{kind}: {name} i {module.name} är ingen Public Sub i en vanlig modul."
            if types != tuple(each.lower() for each in wanted):
                said = ", ".join(each or "Variant" for each in wanted)
                yield f"{kind}: {name} i {module.name} har andra parametrar; väntat {said}."


def _procedures(
    modules: Sequence[Module],
) -> Iterator[tuple[Module, str, str, tuple[str, ...]]]:
    """Each procedure: its module, its name, ``public sub`` or the like, its parameters' types."""
    for module in modules:
        code = "\n".join(code_of(line) for line in module.text.split("\r\n"))
        for match in _PROCEDURE.finditer(code.replace(" _\n", " ")):
            scope = (match["scope"] or "Public").strip().lower()
            types = tuple(
                (said["type"] or "").lower() if (said := _PARAMETER.fullmatch(each)) else "?"
                for each in match["parameters"].split(",")
                if each.strip()
            )
            yield module, match["name"], f"{scope} {match['kind'].lower()}", types


def _command_faults(root: Element, tab: Tab) -> Iterator[str]:
    given = Counter(_all(root, "tag"))
    wanted = {button.command: button.label for button in tab.buttons}
    for command, count in given.items():
        if command not in wanted:
            yield f"Kommandot «{command}» finns inte på menyfliken."
        elif count > 1:
            yield f"Kommandot «{command}» har {count} knappar; högst 1."
    for command, label in wanted.items():
        if command not in given:
            yield f"Knappen {label} ({command}) saknas."


def _all(root: Element, attribute: str) -> Iterator[str]:
    return (each.get(attribute, "") for each in root.iter() if each.get(attribute) is not None)
