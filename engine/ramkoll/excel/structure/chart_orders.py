"""The sequences of charts and of what is drawn: see ``orders``."""

from __future__ import annotations

_FILL = "a.noFill|a.solidFill|a.gradFill|a.blipFill|a.pattFill|a.grpFill"
_TEXT = (
    f"a.ln {_FILL} a.effectLst|a.effectDag a.highlight a.uLnTx|a.uLn a.uFillTx|a.uFill"
    " a.latin a.ea a.cs a.sym a.hlinkClick a.hlinkMouseOver a.rtl a.extLst"
)
_LABEL = (
    "c.numFmt c.spPr c.txPr c.dLblPos c.showLegendKey c.showVal c.showCatName c.showSerName"
    " c.showPercent c.showBubbleSize c.separator"
)
_AXIS = (
    "c.axId! c.scaling! c.delete c.axPos! c.majorGridlines c.minorGridlines c.title c.numFmt"
    " c.majorTickMark c.minorTickMark c.tickLblPos c.spPr c.txPr c.crossAx! c.crosses|c.crossesAt"
)
CHARTS = (
    "c.barChart|c.bar3DChart|c.lineChart|c.line3DChart|c.areaChart|c.area3DChart|c.pieChart"
    "|c.pie3DChart|c.doughnutChart|c.ofPieChart|c.scatterChart|c.bubbleChart|c.radarChart"
    "|c.stockChart|c.surfaceChart|c.surface3DChart"
)
AXES = "c.catAx|c.valAx|c.dateAx|c.serAx"

CHART = f"""
c.chartSpace: c.date1904 c.lang c.roundedCorners {{{{c14}}}}style c.style c.clrMapOvr c.pivotSource
  c.protection c.chart! c.spPr c.txPr c.externalData c.printSettings c.userShapes c.extLst
c.chart: c.title c.autoTitleDeleted c.pivotFmts c.view3D c.floor c.sideWall c.backWall c.plotArea!
  c.legend c.plotVisOnly c.dispBlanksAs c.showDLblsOverMax c.extLst
c.plotArea: c.layout {CHARTS}*! {AXES}* c.dTable c.spPr c.extLst
c.title: c.tx c.layout c.overlay c.spPr c.txPr c.extLst
c.legend: c.legendPos c.legendEntry* c.layout c.overlay c.spPr c.txPr c.extLst
c.barChart: c.barDir! c.grouping c.varyColors c.ser* c.dLbls c.gapWidth c.overlap c.serLines*
  c.axId*! c.extLst
c.bar3DChart: c.barDir! c.grouping c.varyColors c.ser* c.dLbls c.gapWidth c.gapDepth c.shape
  c.axId*! c.extLst
c.lineChart: c.grouping! c.varyColors c.ser* c.dLbls c.dropLines c.hiLowLines c.upDownBars c.marker
  c.smooth c.axId*! c.extLst
c.line3DChart: c.grouping! c.varyColors c.ser* c.dLbls c.dropLines c.gapDepth c.axId*! c.extLst
c.areaChart: c.grouping c.varyColors c.ser* c.dLbls c.dropLines c.axId*! c.extLst
c.area3DChart: c.grouping c.varyColors c.ser* c.dLbls c.dropLines c.gapDepth c.axId*! c.extLst
c.pieChart: c.varyColors c.ser* c.dLbls c.firstSliceAng c.extLst
c.pie3DChart: c.varyColors c.ser* c.dLbls c.extLst
c.doughnutChart: c.varyColors c.ser* c.dLbls c.firstSliceAng c.holeSize c.extLst
c.ofPieChart: c.ofPieType! c.varyColors c.ser* c.dLbls c.gapWidth c.splitType c.splitPos c.custSplit
  c.secondPieSize c.serLines* c.extLst
c.scatterChart: c.scatterStyle! c.varyColors c.ser* c.dLbls c.axId*! c.extLst
c.bubbleChart: c.varyColors c.ser* c.dLbls c.bubble3D c.bubbleScale c.showNegBubbles
  c.sizeRepresents c.axId*! c.extLst
c.radarChart: c.radarStyle! c.varyColors c.ser* c.dLbls c.axId*! c.extLst
c.stockChart: c.ser*! c.dLbls c.dropLines c.hiLowLines c.upDownBars c.axId*! c.extLst
c.ser: c.idx! c.order! c.tx c.spPr c.invertIfNegative c.marker|c.explosion c.pictureOptions c.dPt*
  c.dLbls c.trendline* c.errBars* c.cat|c.xVal c.val|c.yVal c.bubbleSize
  c.smooth|c.shape|c.bubble3D c.extLst
c.dPt: c.idx! c.invertIfNegative c.marker c.bubble3D c.explosion c.spPr c.pictureOptions c.extLst
c.dLbls: c.dLbl* c.delete {_LABEL} c.showLeaderLines c.leaderLines c.extLst
c.dLbl: c.idx! c.delete c.layout c.tx {_LABEL} c.extLst
c.catAx: {_AXIS} c.auto c.lblAlgn c.lblOffset c.tickLblSkip c.tickMarkSkip c.noMultiLvlLbl c.extLst
c.dateAx: {_AXIS} c.auto c.lblOffset c.baseTimeUnit c.majorUnit c.majorTimeUnit c.minorUnit
  c.minorTimeUnit c.extLst
c.valAx: {_AXIS} c.crossBetween c.majorUnit c.minorUnit c.dispUnits c.extLst
c.serAx: {_AXIS} c.tickLblSkip c.tickMarkSkip c.extLst
c.scaling: c.logBase c.orientation c.max c.min c.extLst
c.strRef: c.f! c.strCache c.extLst
c.numRef: c.f! c.numCache c.extLst
c.strCache: c.ptCount c.pt* c.extLst
c.numCache: c.formatCode c.ptCount c.pt* c.extLst
c.manualLayout: c.layoutTarget c.xMode c.yMode c.wMode c.hMode c.x c.y c.w c.h c.extLst
c.trendline: c.name c.spPr c.trendlineType! c.order c.period c.forward c.backward c.intercept
  c.dispRSqr c.dispEq c.trendlineLbl c.extLst
c.errBars: c.errDir c.errBarType! c.errValType! c.noEndCap c.plus c.minus c.val c.spPr c.extLst
c.txPr: a.bodyPr! a.lstStyle a.p*!
c.rich: a.bodyPr! a.lstStyle a.p*!
c.spPr: a.xfrm a.custGeom|a.prstGeom {_FILL} a.ln a.effectLst|a.effectDag a.scene3d a.sp3d a.extLst
a.ln: {_FILL} a.prstDash|a.custDash a.round|a.bevel|a.miter a.headEnd a.tailEnd a.extLst
a.p: a.pPr a.r|a.br|a.fld* a.endParaRPr
a.r: a.rPr a.t!
a.rPr: {_TEXT}
a.defRPr: {_TEXT}
a.endParaRPr: {_TEXT}
""".replace("{{c14}}", "{http://schemas.microsoft.com/office/drawing/2007/8/2/chart}")
