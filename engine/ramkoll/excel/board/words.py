"""What may come along of fonts, fills, charts and drawings: their elements and attributes."""

from __future__ import annotations

from ramkoll.excel.board.markup import CHART, DRAWN, MAIN, Vocabulary

_COLOUR = "auto indexed rgb theme tint"

FORMATS = Vocabulary(
    MAIN,
    f"""
    font fill rPr left right start end top bottom diagonal vertical horizontal: style
    border: diagonalUp diagonalDown outline
    b i strike condense extend outline shadow u vertAlign sz family charset scheme: val
    name rFont: val
    color fgColor bgColor: {_COLOUR}
    patternFill: patternType
    gradientFill: type degree left right top bottom
    stop: position
    alignment: horizontal vertical textRotation wrapText indent shrinkToFit justifyLastLine
    """,
    free="val",
)

# Charts, without what only editing them needs: printer settings, pivot sources, own shapes.
CHARTS = Vocabulary(
    CHART,
    """
    date1904 lang roundedCorners style autoTitleDeleted overlay idx order delete: val
    chart title tx rich layout manualLayout plotArea legend legendEntry ser cat val xVal yVal:
    layoutTarget xMode yMode wMode hMode x y w h: val
    spPr txPr view3D floor sideWall backWall dPt marker dLbls dLbl trendline trendlineLbl: val
    rotX hPercent rotY depthPercent rAngAx perspective thickness: val
    areaChart area3DChart lineChart line3DChart stockChart radarChart scatterChart pieChart:
    pie3DChart doughnutChart barChart bar3DChart ofPieChart surfaceChart surface3DChart:
    bubbleChart errBars plus minus bubbleSize leaderLines serLines dropLines hiLowLines:
    upDownBars upBars downBars custSplit bandFmts bandFmt scaling majorGridlines minorGridlines:
    catAx valAx dateAx serAx dispUnits dispUnitsLbl dTable:
    barDir grouping varyColors invertIfNegative bubble3D explosion symbol size dLblPos: val
    showLegendKey showVal showCatName showSerName showPercent showBubbleSize: val
    showLeaderLines trendlineType period forward backward intercept dispRSqr dispEq: val
    errDir errBarType errValType noEndCap shape gapWidth gapDepth overlap axId smooth: val
    firstSliceAng holeSize ofPieType splitType splitPos secondPiePt secondPieSize wireframe: val
    bubbleScale showNegBubbles sizeRepresents scatterStyle radarStyle logBase orientation: val
    max min axPos majorTickMark minorTickMark tickLblPos crossAx crosses crossesAt: val
    crossBetween auto lblAlgn lblOffset noMultiLvlLbl baseTimeUnit majorUnit majorTimeUnit: val
    minorUnit minorTimeUnit tickLblSkip tickMarkSkip builtInUnit custUnit showHorzBorder: val
    showVertBorder showOutline showKeys legendPos plotVisOnly dispBlanksAs showDLblsOverMax: val
    numFmt: formatCode sourceLinked
    separator name:
    """,
    texts="separator name",
    free="formatCode",
)

# Lines, fills and text, in charts and on pictures.
SHAPES = Vocabulary(
    DRAWN,
    """
    solidFill gradFill noFill gsLst gs lin path fillToRect tileRect pattFill fgClr bgClr ln:
    srgbClr schemeClr sysClr prstClr scrgbClr hslClr:
    alpha alphaMod alphaOff lumMod lumOff satMod satOff shade tint hueMod hueOff gray inv comp:
    gamma invGamma red green blue prstDash round bevel miter headEnd tailEnd effectLst:
    outerShdw innerShdw glow softEdge reflection prstGeom avLst gd xfrm off ext:
    bodyPr lstStyle normAutofit noAutofit spAutoFit p pPr defRPr endParaRPr rPr r br t:
    lvl1pPr latin ea cs sym lnSpc spcBef spcAft spcPct spcPts:
    """,
    texts="t",
    free="typeface fmla",
    common=(
        "val lastClr ang scaled rotWithShape path l t r b g hue sat lum pos prst w cap cmpd algn"
        " type len lim blurRad dist dir sx sy kx ky rad stA endA stPos endPos endA fadeDir"
        " x y cx cy flipH flipV rot sz i u strike kern spc baseline lang typeface pitchFamily"
        " charset panose vert wrap lIns tIns rIns bIns anchor anchorCtr vertOverflow horzOverflow"
        " numCol rtlCol spcFirstLastPara upright marL marR lvl indent rtl fontAlgn name fmla"
    ),
)
