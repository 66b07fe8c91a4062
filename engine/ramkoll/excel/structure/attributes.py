"""What attributes may hold: the simple types of the standard as tables.

A line names elements and then their attributes. ``?`` is a logical value, ``#`` a number, ``0..7``
a whole number within bounds, ``FFFF`` hexadecimal digits, as many; words with ``|`` are the ones
there are. ``!`` says that the attribute must be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from xml.etree.ElementTree import Element

from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.values import flag, is_number, whole

_PANES = "bottomRight|topRight|bottomLeft|topLeft"
_COMPARED = (
    "between|notBetween|equal|notEqual|lessThan|lessThanOrEqual|greaterThan|greaterThanOrEqual"
)
_COLOURS = "color,tabColor,fgColor,bgColor: auto=? rgb=FFFFFFFF theme=0..99 tint=#"
_LINES = (
    "none|thin|medium|dashed|dotted|thick|double|hair|mediumDashed|dashDot|mediumDashDot|dashDotDot"
    "|mediumDashDotDot|slantDashDot"
)
_PATTERNS = (
    "none|solid|mediumGray|darkGray|lightGray|darkHorizontal|darkVertical|darkDown|darkUp|darkGrid"
    "|darkTrellis|lightHorizontal|lightVertical|lightDown|lightUp|lightGrid|lightTrellis|gray125"
    "|gray0625"
)

_WORKBOOK = """
workbookPr: date1904=? filterPrivacy=? backupFile=? hidePivotFieldList=?
workbookView: visibility=visible|hidden|veryHidden minimized=? showHorizontalScroll=?
  showVerticalScroll=? showSheetTabs=? tabRatio=0..1000
workbookProtection: lockStructure=? lockWindows=? lockRevision=?
definedName: hidden=? function=? vbProcedure=? xlm=?
calcPr: calcMode=manual|auto|autoNoTable refMode=A1|R1C1 fullCalcOnLoad=? iterate=? fullPrecision=?
  calcCompleted=? calcOnSave=? concurrentCalc=? forceFullCalc=? iterateCount=0..32767 iterateDelta=#
"""

_WORKSHEET = f"""
{_COLOURS}
sheetPr: filterMode=? published=? transitionEvaluation=?
outlinePr: applyStyles=? summaryBelow=? summaryRight=? showOutlineSymbols=?
pageSetUpPr: autoPageBreaks=? fitToPage=?
sheetView: showFormulas=? showGridLines=? showRowColHeaders=? showZeros=? rightToLeft=?
  tabSelected=? showOutlineSymbols=? defaultGridColor=? view=normal|pageBreakPreview|pageLayout
  zoomScale=0..400 zoomScaleNormal=0..400 zoomScaleSheetLayoutView=0..400
  zoomScalePageLayoutView=0..400
pane: activePane={_PANES} state=split|frozen|frozenSplit
selection: pane={_PANES}
sheetFormatPr: baseColWidth=0..255 defaultColWidth=# defaultRowHeight=# customHeight=? zeroHeight=?
  thickTop=? thickBottom=? outlineLevelRow=0..7 outlineLevelCol=0..7
col: hidden=? bestFit=? customWidth=? phonetic=? collapsed=? outlineLevel=0..7
sheetProtection: sheet=? objects=? scenarios=? formatCells=? formatColumns=? formatRows=?
  insertColumns=? insertRows=? insertHyperlinks=? deleteColumns=? deleteRows=? selectLockedCells=?
  sort=? autoFilter=? pivotTables=? selectUnlockedCells=? password=FFFF spinCount=0..10000000
filterColumn: hiddenButton=? showButton=?
cfRule: stopIfTrue=? aboveAverage=? percent=? bottom=? equalAverage=? rank=0..1000
  operator={_COMPARED}|containsText|notContains|beginsWith|endsWith
cfvo: type=num|percent|max|min|formula|percentile! gte=?
dataBar: showValue=? minLength=0..100 maxLength=0..100
iconSet: showValue=? percent=? reverse=?
dataValidation: errorStyle=stop|warning|information operator={_COMPARED} allowBlank=?
  showDropDown=? showInputMessage=? showErrorMessage=?
printOptions: horizontalCentered=? verticalCentered=? headings=? gridLines=? gridLinesSet=?
pageSetup: pageOrder=downThenOver|overThenDown blackAndWhite=? draft=? useFirstPageNumber=?
  usePrinterDefaults=? cellComments=none|asDisplayed|atEnd errors=displayed|blank|dash|NA
  fitToWidth=0..32767 fitToHeight=0..32767
headerFooter: differentOddEven=? differentFirst=? scaleWithDoc=? alignWithMargins=?
brk: man=? pt=?
"""

_STYLES = f"""
{_COLOURS}
b,i,strike,outline,shadow,condense,extend: val=?
u: val=single|double|singleAccounting|doubleAccounting|none
vertAlign: val=baseline|superscript|subscript!
sz: val=#!
scheme: val=none|major|minor!
patternFill: patternType={_PATTERNS}
gradientFill: type=linear|path degree=#
left,right,start,end,top,bottom,diagonal,vertical,horizontal: style={_LINES}
border: diagonalUp=? diagonalDown=? outline=?
xf: quotePrefix=? pivotButton=? applyNumberFormat=? applyFont=? applyFill=? applyBorder=?
  applyAlignment=? applyProtection=?
alignment: horizontal=general|left|center|right|fill|justify|centerContinuous|distributed
  vertical=top|center|bottom|justify|distributed textRotation=0..255 wrapText=? indent=0..255
  justifyLastLine=? shrinkToFit=? readingOrder=0..2
protection: locked=? hidden=?
cellStyle: hidden=? customBuiltin=?
tableStyle: pivot=? table=?
"""

_TABLE = """
table: insertRow=? insertRowShift=? totalsRowShown=? published=? tableType=worksheet|xml|queryTable
tableColumn: totalsRowFunction=none|sum|min|max|average|count|countNums|stdDev|var|custom
tableStyleInfo: showFirstColumn=? showLastColumn=? showRowStripes=? showColumnStripes=?
"""

#: The table of a part, by its root.
ATTRIBUTES: Mapping[str, str] = {
    "workbook": _WORKBOOK,
    "worksheet": _WORKSHEET,
    "chartsheet": _WORKSHEET,
    "styleSheet": _STYLES,
    "table": _TABLE,
}

_Test = Callable[[str], bool]


def attribute_faults(part: str, elements: Iterable[Element], table: str) -> Iterator[Fault]:
    """What attributes hold that they may not, in those elements of the table."""
    known = _tests(table)
    for element in elements:
        tests = known.get(element.tag)
        if tests is None:
            continue
        for name, (test, needed) in tests.items():
            value = element.get(name)
            if value is None and needed:
                yield Fault(part, f"{element.tag} without {name}", "attributes.missing")
            elif value is not None and not test(value.strip()):
                yield Fault(part, f"{element.tag} {name}={value[:40]!r}", "attributes.value")


@cache
def _tests(table: str) -> Mapping[str, Mapping[str, tuple[_Test, bool]]]:
    found = {}
    for line in table.strip().replace("\n  ", " ").splitlines():
        names, _, rest = line.partition(": ")
        tests = {}
        for word in rest.split():
            name, _, kind = word.partition("=")
            tests[name] = _test(kind.rstrip("!")), kind.endswith("!")
        found.update(dict.fromkeys(names.split(","), tests))
    return found


def _test(kind: str) -> _Test:
    if kind == "?":
        return lambda text: flag(text) is not None
    if kind == "#":
        return is_number
    if kind.strip("F") == "":
        digits = re.compile(f"[0-9A-Fa-f]{{{len(kind)}}}")
        return lambda text: digits.fullmatch(text) is not None
    low, dots, high = kind.partition("..")
    if dots:
        allowed = range(int(low), int(high) + 1)
        return lambda text: whole(text) in allowed
    return frozenset(kind.split("|")).__contains__
