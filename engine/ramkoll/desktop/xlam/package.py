"""The package: a workbook of one sheet with VBA and a ribbon, as small as Excel takes it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from ramkoll import __version__
from ramkoll.desktop.xlam.constants import constants_module
from ramkoll.desktop.xlam.project import (
    SHEET_CLASS,
    WORKBOOK_CLASS,
    Module,
    document_module,
    vba_project,
)
from ramkoll.desktop.xlam.ribbon_xml import ribbon_xml
from ramkoll.desktop.xlam.sources import load_modules
from ramkoll.store.layouts import Layouts
from ramkoll.store.resources import resource
from ramkoll.store.ribbon import Tab, load_ribbon

PROJECT_NAME = "Ramkoll"
WORKBOOK, SHEET = "ThisWorkbook", "Sheet1"  # codeNames: the modules of the two have these names
RIBBON_PART = "customUI/customUI14.xml"
ICON_SIZES: Mapping[str, int] = {"large": 32, "small": 16}  # pixels, as Office asks for
ABOUT = "Ramkolls knappar i Excel. Räknar inget själv: knapparna ber Ramkoll på samma dator."
_THE_DAY = (2000, 1, 1, 0, 0, 0)  # of every part, so that the same content gives the same bytes

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_METADATA = f"{_PACKAGE}/relationships/metadata"
_MS = "http://schemas.microsoft.com/office"
_ADDIN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


@dataclass(frozen=True)
class _Link:
    id: str
    kind: str
    target: str


def build_xlam(layouts: Layouts) -> bytes:
    """The add-in for these forms and this report; the same content gives the same bytes.

    Raises RamkollError when a file of ours is missing or cannot be used.
    """
    return _package(addin_modules(layouts), load_ribbon(), _ADDIN)


def build_twin(layouts: Layouts, *more: Module) -> bytes:
    """The same as a workbook with macros (.xlsm), and more modules, for tests: LibreOffice loads
    no .xlam.
    """
    return _package((*addin_modules(layouts), *more), load_ribbon(), _MACROS)


def addin_modules(layouts: Layouts) -> tuple[Module, ...]:
    """Every module of the add-in: those kept as text, and the one made from the layouts."""
    return (
        document_module(WORKBOOK, WORKBOOK_CLASS),
        document_module(SHEET, SHEET_CLASS),
        constants_module(layouts),
        *load_modules(),
    )


def _package(modules: tuple[Module, ...], tab: Tab, kind: str) -> bytes:
    icons = _icons(tab)
    parts: dict[str, bytes] = {
        "[Content_Types].xml": _types(kind).encode(),
        "_rels/.rels": _rels(
            _Link("rId1", f"{_LINKS}/officeDocument", "xl/workbook.xml"),
            _Link("rId2", f"{_METADATA}/core-properties", "docProps/core.xml"),
            _Link("rId3", f"{_LINKS}/extended-properties", "docProps/app.xml"),
            _Link("rId4", f"{_MS}/2007/relationships/ui/extensibility", RIBBON_PART),
        ),
        "docProps/app.xml": _APP.encode(),
        "docProps/core.xml": _CORE.encode(),
        "xl/workbook.xml": _BOOK.encode(),
        "xl/_rels/workbook.xml.rels": _rels(
            _Link("rId1", f"{_LINKS}/worksheet", "worksheets/sheet1.xml"),
            _Link("rId2", f"{_LINKS}/styles", "styles.xml"),
            _Link("rId3", f"{_MS}/2006/relationships/vbaProject", "vbaProject.bin"),
        ),
        "xl/worksheets/sheet1.xml": _SHEET_XML.encode(),
        "xl/styles.xml": _STYLES.encode(),
        "xl/vbaProject.bin": vba_project(PROJECT_NAME, modules),
        RIBBON_PART: ribbon_xml(tab).encode(),
        "customUI/_rels/customUI14.xml.rels": _rels(
            *(_Link(name, f"{_LINKS}/image", f"images/{name}.png") for name in icons)
        ),
        **{f"customUI/images/{name}.png": data for name, data in icons.items()},
    }
    return _zipped(parts)


def _icons(tab: Tab) -> dict[str, bytes]:
    """The pictures that the tab shows, by name; that of the add-in itself is in no button."""
    sizes = {group.icon: "large" for group in tab.groups}
    sizes |= {button.icon: button.size for button in tab.buttons}
    return {
        name: resource(f"addin/office/dist/icons/{name}-{ICON_SIZES[size]}.png").read_bytes()
        for name, size in sizes.items()
    }


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    """Not compressed: what a compressor makes of the same bytes differs between its versions."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _THE_DAY)
            entry.create_system = 0
            archive.writestr(entry, data)
    return buffer.getvalue()


def _rels(*links: _Link) -> bytes:
    lines = "".join(
        f'  <Relationship Id="{each.id}" Type="{each.kind}" Target="{each.target}"/>\n'
        for each in links
    )
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">\n{lines}</Relationships>\n'
    ).encode()


def _types(kind: str) -> str:
    sml = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">\n'
        '  <Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>\n'
        '  <Default Extension="png" ContentType="image/png"/>\n'
        '  <Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\n'
        '  <Default Extension="xml" ContentType="application/xml"/>\n'
        f'  <Override PartName="/xl/workbook.xml" ContentType="{kind}"/>\n'
        f'  <Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sml}.worksheet+xml"/>\n'
        f'  <Override PartName="/xl/styles.xml" ContentType="{sml}.styles+xml"/>\n'
        '  <Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>\n'
        '  <Override PartName="/docProps/app.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>\n'
        "</Types>\n"
    )


_BOOK = f"""{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">
  <workbookPr codeName="{WORKBOOK}"/>
  <bookViews><workbookView/></bookViews>
  <sheets><sheet name="Ramkoll" sheetId="1" r:id="rId1"/></sheets>
</workbook>
"""
_SHEET_XML = f"""{_HEAD}<worksheet xmlns="{_MAIN}">
  <sheetPr codeName="{SHEET}"/>
  <sheetData>
    <row r="1"><c r="A1" t="inlineStr"><is><t>Ramkoll {escape(__version__)}</t></is></c></row>
    <row r="2"><c r="A2" t="inlineStr"><is><t>{escape(ABOUT)}</t></is></c></row>
  </sheetData>
</worksheet>
"""
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">
  <fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>
  <fills count="2">
    <fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>
  </fills>
  <borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
  <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
  <cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>
  <cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>
"""
# Excel shows title and description in its list of add-ins.
_CORE = f"""{_HEAD}<cp:coreProperties
    xmlns:cp="{_PACKAGE}/metadata/core-properties"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <dc:title>Ramkoll</dc:title>
  <dc:creator>Ramkoll</dc:creator>
  <dc:description>{escape(ABOUT)}</dc:description>
  <dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created>
  <cp:version>{escape(__version__)}</cp:version>
</cp:coreProperties>
"""
_APP = f"""{_HEAD}<Properties
    xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">
  <Application>Ramkoll</Application>
</Properties>
"""
