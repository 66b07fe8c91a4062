"""Which children an element has, and in which order: the sequences of the standard as tables.

A line names an element and then its children in order. ``a|b`` may stand in each other's place,
``*`` says that there may be several, ``!`` that there must be one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ramkoll.excel.structure.chart_orders import CHART
from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.trees import NAMESPACES

WORKBOOK = """
workbook: fileVersion fileSharing workbookPr workbookProtection bookViews sheets! functionGroups
  externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr
  smartTagTypes webPublishing fileRecoveryPr* webPublishObjects extLst
bookViews: workbookView*!
sheets: sheet*!
externalReferences: externalReference*!
definedNames: definedName*
pivotCaches: pivotCache*!
extLst: ext*
"""

WORKSHEET = """
worksheet: sheetPr dimension sheetViews sheetFormatPr cols* sheetData! sheetCalcPr sheetProtection
  protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells
  phoneticPr conditionalFormatting* dataValidations hyperlinks printOptions pageMargins pageSetup
  headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing
  legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts
  extLst
chartsheet: sheetPr sheetViews! sheetProtection customSheetViews pageMargins pageSetup headerFooter
  drawing! legacyDrawing legacyDrawingHF drawingHF picture webPublishItems extLst
sheetPr: tabColor outlinePr pageSetUpPr
sheetViews: sheetView*! extLst
sheetView: pane selection* pivotSelection* extLst
cols: col*!
protectedRanges: protectedRange*!
scenarios: scenario*!
autoFilter: filterColumn* sortState extLst
filterColumn: filters|top10|customFilters|dynamicFilter|colorFilter|iconFilter extLst
sortState: sortCondition* extLst
mergeCells: mergeCell*!
conditionalFormatting: cfRule*! extLst
cfRule: formula* colorScale dataBar iconSet extLst
colorScale: cfvo*! color*!
dataBar: cfvo*! color!
iconSet: cfvo*!
dataValidations: dataValidation*!
dataValidation: formula1 formula2
hyperlinks: hyperlink*!
headerFooter: oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter
rowBreaks: brk*
colBreaks: brk*
ignoredErrors: ignoredError*! extLst
oleObjects: oleObject*!
controls: control*!
tableParts: tablePart*
extLst: ext*
"""

CELLS = """
sheetData: row*
row: c* extLst
c: f v is extLst
"""

STYLES = """
styleSheet: numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors
  extLst
numFmts: numFmt*
fonts: font*!
fills: fill*!
fill: patternFill|gradientFill
patternFill: fgColor bgColor
borders: border*!
border: start end left right top bottom diagonal vertical horizontal
cellStyleXfs: xf*!
cellXfs: xf*!
xf: alignment protection extLst
cellStyles: cellStyle*! extLst
dxfs: dxf*
dxf: font numFmt fill alignment border protection extLst
tableStyles: tableStyle*
tableStyle: tableStyleElement*
colors: indexedColors mruColors
extLst: ext*
"""

TABLE = """
table: autoFilter sortState tableColumns! tableStyleInfo extLst
autoFilter: filterColumn* sortState extLst
tableColumns: tableColumn*!
tableColumn: calculatedColumnFormula totalsRowFormula xmlColumnPr extLst
"""

STRINGS = """
sst: si* extLst
si: t r* rPh* phoneticPr
"""

COMMENTS = """
comments: authors! commentList! extLst
authors: author*
commentList: comment*
comment: text! commentPr
"""

CALC_CHAIN = """
calcChain: c* extLst
"""

PIVOT = """
pivotTableDefinition: location! pivotFields rowFields rowItems colFields colItems pageFields
  dataFields formats conditionalFormats chartFormats pivotHierarchies pivotTableStyleInfo filters
  rowHierarchiesUsage colHierarchiesUsage extLst
pivotCacheDefinition: cacheSource! cacheFields! cacheHierarchies kpis tupleCache calculatedItems
  calculatedMembers dimensions measureGroups maps extLst
externalLink: externalBook ddeLink oleLink extLst
"""

DRAWING = """
xdr.wsDr: xdr.twoCellAnchor|xdr.oneCellAnchor|xdr.absoluteAnchor*
xdr.twoCellAnchor: xdr.from! xdr.to!
  xdr.sp|xdr.grpSp|xdr.graphicFrame|xdr.cxnSp|xdr.pic|xdr.contentPart xdr.clientData!
xdr.oneCellAnchor: xdr.from! xdr.ext!
  xdr.sp|xdr.grpSp|xdr.graphicFrame|xdr.cxnSp|xdr.pic|xdr.contentPart xdr.clientData!
xdr.absoluteAnchor: xdr.pos! xdr.ext!
  xdr.sp|xdr.grpSp|xdr.graphicFrame|xdr.cxnSp|xdr.pic|xdr.contentPart xdr.clientData!
xdr.from: xdr.col! xdr.colOff! xdr.row! xdr.rowOff!
xdr.to: xdr.col! xdr.colOff! xdr.row! xdr.rowOff!
xdr.sp: xdr.nvSpPr! xdr.spPr! xdr.style xdr.txBody
xdr.pic: xdr.nvPicPr! xdr.blipFill! xdr.spPr! xdr.style
xdr.graphicFrame: xdr.nvGraphicFramePr! xdr.xfrm! a.graphic!
xdr.cxnSp: xdr.nvCxnSpPr! xdr.spPr! xdr.style
xdr.blipFill: a.blip a.srcRect a.tile|a.stretch
"""

#: The table of a part, by its root.
TABLES: Mapping[str, str] = {
    "workbook": WORKBOOK,
    "worksheet": WORKSHEET,
    "chartsheet": WORKSHEET,
    "styleSheet": STYLES,
    "table": TABLE,
    "sst": STRINGS,
    "comments": COMMENTS,
    "calcChain": CALC_CHAIN,
    "pivotTableDefinition": PIVOT,
    "pivotCacheDefinition": PIVOT,
    "externalLink": PIVOT,
    "xdr.wsDr": DRAWING,
    "c.chartSpace": CHART,
}


class _Sequence(NamedTuple):
    places: Mapping[str, int]
    several: frozenset[str]
    needed: tuple[frozenset[str], ...]


@cache
def sequences(table: str) -> Mapping[str, _Sequence]:
    """The lines of a table by element."""
    found = {}
    for line in table.strip().replace("\n  ", " ").splitlines():
        name, _, rest = line.partition(": ")
        places: dict[str, int] = {}
        several: set[str] = set()
        needed = []
        for place, word in enumerate(rest.split()):
            names = frozenset(word.rstrip("*!").split("|"))
            places.update(dict.fromkeys(names, place))
            marks = word[len(word.rstrip("*!")) :]
            several |= names if "*" in marks else set()
            needed += [names] if "!" in marks else []
        found[name] = _Sequence(places, frozenset(several), tuple(needed))
    return found


def order_faults(
    part: str, elements: Iterable[Element], table: str, ignorable: frozenset[str]
) -> Iterator[Fault]:
    """What stands in the wrong place, twice, or not at all, in those elements of the table."""
    known = sequences(table)
    for element in elements:
        sequence = known.get(element.tag)
        if sequence is not None:
            yield from _children(part, element, sequence, ignorable)


def _children(
    part: str, element: Element, sequence: _Sequence, ignorable: frozenset[str]
) -> Iterator[Fault]:
    name, last, before = element.tag, -1, ""
    for child in element:
        tag = child.tag
        place = sequence.places.get(tag)
        if place is None:
            uri = tag[1:].partition("}")[0] if tag[0] == "{" else _uri(tag)
            if uri not in ignorable:
                yield Fault(part, f"{tag} has no place in {name}", "order.unknown")
            continue
        if place < last:
            yield Fault(part, f"{tag} after {before} in {name}", "order.sequence")
        elif place == last and tag not in sequence.several:
            yield Fault(part, f"{tag} after {before} in {name}: one too many", "order.twice")
        last, before = max(place, last), tag if place >= last else before
    if sequence.needed:
        tags = {child.tag for child in element}
        for names in sequence.needed:
            if not names & tags:
                what = f"{name} without {' or '.join(sorted(names))}"
                yield Fault(part, what, "order.missing")


def _uri(tag: str) -> str:
    prefix = tag[: tag.find(".") + 1]
    return next(uri for uri, short in NAMESPACES.items() if short == prefix)
