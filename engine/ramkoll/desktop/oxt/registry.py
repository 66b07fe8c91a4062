"""The parts of the extension that are made: its toolbar and menu, its description, its list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from ramkoll.store.ribbon import Button, Group, Tab

PROTOCOL = "vnd.ramkoll:"
CALC = "com.sun.star.sheet.SpreadsheetDocument"
#: The oldest LibreOffice that it has been run in.
MINIMUM = "7.4"
_REGISTRY = "application/vnd.sun.star.configuration-data"
_PYTHON = "application/vnd.sun.star.uno-component;type=Python"


def addons(tab: Tab, identifier: str) -> str:
    """The toolbar, the menu and the icons of Addons.xcu, in Calc only.

    The toolbar has the groups' buttons between lines, and the menu a submenu for each group.
    """
    bar = _numbered(_toolbar(tab.groups))
    menus = _numbered(_submenu(group) for group in tab.groups)
    title = _text("Title", tab.label)
    images = "".join(_images(button) for button in tab.buttons)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="Addons" '
        'oor:package="org.openoffice.Office">\n'
        '<node oor:name="AddonUI">\n'
        f'<node oor:name="OfficeToolBar"><node oor:name="{identifier}.toolbar" oor:op="replace">\n'
        f"{bar}</node></node>\n"
        f'<node oor:name="OfficeMenuBar"><node oor:name="{identifier}.menu" oor:op="replace">\n'
        f"{title}{_prop('Context', CALC)}"
        f'<node oor:name="Submenu">\n{menus}</node>\n</node></node>\n'
        f'<node oor:name="Images">\n{images}</node>\n'
        "</node>\n</oor:component-data>\n"
    )


def description(identifier: str, version: str) -> str:
    """What the extension manager shows, and what it demands."""
    names = {"sv": "Ramkoll för LibreOffice Calc", "en": "Ramkoll for LibreOffice Calc"}
    title = "".join(
        f"<name lang={quoteattr(lang)}>{escape(name)}</name>" for lang, name in names.items()
    )
    about = "".join(f'<src xlink:href="description/{lang}.txt" lang="{lang}"/>' for lang in names)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<description xmlns="http://openoffice.org/extensions/description/2006" '
        'xmlns:d="http://openoffice.org/extensions/description/2006" '
        'xmlns:l="http://libreoffice.org/extensions/description/2011" '
        'xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f"<identifier value={quoteattr(identifier)}/>\n"
        f"<version value={quoteattr(version)}/>\n"
        f'<dependencies><l:LibreOffice-minimal-version value="{MINIMUM}" '
        f'd:name="LibreOffice {MINIMUM}"/></dependencies>\n'
        '<registration><simple-license accept-by="admin" default-license-id="eupl" '
        'suppress-on-update="true" suppress-if-required="true">'
        '<license-text xlink:href="LICENSE" lang="en" license-id="eupl"/>'
        "</simple-license></registration>\n"
        '<publisher><name xlink:href="" lang="sv">Ramkoll</name>'
        '<name xlink:href="" lang="en">Ramkoll</name></publisher>\n'
        '<icon><default xlink:href="icons/ramkoll-26.png"/></icon>\n'
        f"<display-name>{title}</display-name>\n"
        f"<extension-description>{about}</extension-description>\n"
        "</description>\n"
    )


def manifest(registry: Iterable[str]) -> str:
    """Which files LibreOffice reads, and as what."""
    entries = [(name, _REGISTRY) for name in registry]
    entries.append(("ramkoll_addin.py", _PYTHON))
    lines = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>\n'
        for name, kind in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n'
        f"{lines}</manifest:manifest>\n"
    )


def _toolbar(groups: Sequence[Group]) -> Iterable[str]:
    for number, group in enumerate(groups):
        if number:
            yield _prop("URL", "private:separator")
        for button in group.buttons:
            yield _item(button) + _prop("ControlType", "ImageButton")


def _submenu(group: Group) -> str:
    items = _numbered(_item(button) for button in group.buttons)
    # A menu without an address of its own is not drawn.
    own = _prop("URL", f"{PROTOCOL}grupp.{group.id}")
    return f'{_text("Title", group.label)}{own}<node oor:name="Submenu">\n{items}</node>'


def _item(button: Button) -> str:
    return (
        _prop("Context", CALC)
        + _prop("URL", f"{PROTOCOL}{button.command}")
        + _text("Title", button.label)
        + _prop("Target", "_self")
    )


def _images(button: Button) -> str:
    small, big = (f"%origin%/icons/{button.icon}-{size}.png" for size in (16, 26))
    return (
        f'<node oor:name="se.ramkoll.{button.id}" oor:op="replace">'
        f"{_prop('URL', PROTOCOL + button.command)}"
        '<node oor:name="UserDefinedImages">'
        f"{_prop('ImageSmallURL', small)}{_prop('ImageBigURL', big)}</node></node>\n"
    )


def _numbered(items: Iterable[str]) -> str:
    """Items whose names keep their order: LibreOffice sorts them."""
    return "".join(
        f'<node oor:name="m{number:03}" oor:op="replace">{item}</node>\n'
        for number, item in enumerate(items)
    )


def _prop(name: str, value: str) -> str:
    return f'<prop oor:name="{name}" oor:type="xs:string"><value>{escape(value)}</value></prop>'


def _text(name: str, value: str) -> str:
    """A text in Swedish, whatever language LibreOffice itself speaks."""
    return (
        f'<prop oor:name="{name}" oor:type="xs:string">'
        f'<value xml:lang="en-US">{escape(value)}</value></prop>'
    )
