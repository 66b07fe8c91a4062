"""A small open workbook with one of everything that is written to, and actions that do so."""

from tests.desktop.excel.sheets import Book, Chart, Condition, Name, Sheet, Style, area

from ramkoll.live.actions import (
    AddSheet,
    ClearMarks,
    ColumnWidth,
    DefineName,
    DeleteName,
    Look,
    Mark,
    Marked,
    Merge,
    ResizeTable,
    RowHeight,
    Select,
    SetChart,
    SetSeries,
    Unmerge,
    WriteFormulas,
    WriteValues,
)

NA = -2146826246

#: Every action there is but ClearLinks, which cannot be put back.
ACTIONS = [
    AddSheet("Granskning"),
    AddSheet("Tomt"),
    DeleteName("Borttaget"),
    Unmerge("Blad 1", "A1:D4"),
    DefineName("Period", "'Blad 1'!$B$2"),
    DefineName("Nytt", "'Blad 1'!$B$3"),
    ResizeTable("Blad 1", "Lista", "A10:C14"),
    Look(
        "Blad 1",
        ["A1:D4", "F1"],
        number_format="#,##0",
        fill="#FFF4CE",
        colour="",
        bold=True,
        italic=True,
        size=12.0,
        wrap=True,
        horizontal="right",
        vertical="vcenter",
        indent=1,
        borders={"top": "thin", "bottom": "#112233"},
    ),
    Look(
        "Blad 1", ["C6:C7"], number_format="@", fill="", borders={"top": "none", "bottom": "double"}
    ),
    WriteValues("Blad 1", "A2:B4", [["=1", 2.0], [None, True], ["1/2", -0.5]]),
    WriteValues("Blad 1", "C6:C7", [["=A1"], ["'x"]]),
    WriteFormulas("Blad 1", "D2:D4", [["=SUM(B2:C2)"], ["=TODAY()"], ["=INDEX(A1:A3,1)"]]),
    ClearMarks(),
    Mark(
        "Blad 1",
        [
            Marked("B2", "stoppar", "x"),
            Marked("B4:C4", "stoppar", "y"),
            Marked("D9", "varning", "z"),
        ],
    ),
    RowHeight("Blad 1", [1, 2, 3, 7], 30.0),
    ColumnWidth("Blad 1", [1, 2, 5], 20.0),
    WriteValues("Granskning", "A1:B1", [["Fynd", 3.0]]),
    Look("Granskning", ["A1:B1"], bold=True, number_format="@"),
    ColumnWidth("Granskning", [1], 40.0),
    DefineName("Fynd", "Granskning!$A$1"),
    Merge("Blad 1", ["A8:B9"]),
    SetChart("Blad 1", "Diagram 1", "Ny rubrik", "C3", 3),
    SetSeries("Blad 1", "Diagram 1", 0, 'Utfall "tkr"', "'Blad 1'!A2:A4", "'Blad 1'!B2:B4"),
    SetSeries("Blad 1", "Diagram 1", 2, "Budget", "A2:A4", "Dolt!A1"),
    SetChart("Blad 1", "Finns inte", "x", "A1", 1),
    Select("Blad 1", "B2:B4"),
]


def workbook(name="605.xlsx", path=None):
    """Two visible sheets and a hidden one."""
    first = Sheet("Blad 1")
    first.cells = {
        (1, 1): ("Rubrik", None),
        (2, 1): ("=A1", None),  # a text
        (2, 2): (45_000.0, None),
        (2, 4): (3.0, "=B2*2"),
        (3, 2): (12.3456789, None),
        (3, 4): (NA, None),
        (4, 2): (True, None),
        (4, 4): (7.0, "=@INDEX(B2:B4,1)"),
        (6, 3): ("007", None),
        (7, 3): (5.0, "=2+3"),  # a formula in a cell that was made text afterwards
        (8, 1): ("Sista", None),
        (10, 1): ("Kod", None),
        (10, 2): ("Namn", None),
        (10, 3): ("Belopp", None),
        (11, 1): ("=1+1", None),
        (12, 1): (NA, "=NA()"),
        (13, 1): ("", '=IF(A1="","x","")'),
    }
    first.styles = {
        (1, 1): Style(bold=True, fill=0x00AA00, pattern=1),
        (2, 2): Style(number_format="yyyy-mm-dd", locked=False),
        (3, 2): Style(number_format='#,##0.00 "kr"', colour=0x0000FF, horizontal=-4152, indent=2),
        (3, 3): Style(fill=0x400000, fill_theme=4, fill_tint=0.6, pattern=1, italic=True),
        (4, 4): Style(fill=0, pattern=1, size=8.0, wrap=True, vertical=-4160),
        (6, 3): Style(number_format="@"),
        (7, 3): Style(number_format="@"),
        (8, 1): Style(fill=0x123456, pattern=1),
        (9, 2): Style(fill=0x654321, pattern=1, colour=0x400000, theme=4, tint=-0.25),
    }
    first.above = {
        (2, 1): (1, 2, None),
        (3, 2): (-4119, 4, 0x0000AA),
        (5, 3): (1, -4138, None),
        (9, 2): (1, 2, 5),
    }
    first.beside = {(3, 3): (1, 2, None), (8, 2): (1, 2, 0x99)}
    first.merged = {area("A1:B1")}
    first.styles[1, 2] = first.styles[1, 1]
    first.heights = {2: 40.0}
    first.widths = {2: 12.5}
    first.tables = {"Lista": area("A10:C13")}
    first.charts = [
        Chart("Diagram 1", "Gammal", 1.0, 2.0, ["=SERIES(\"a\",,'Blad 1'!$A$1:$A$3,1)"]),
        Chart("Diagram 2", None, 3.0, 4.0, []),
    ]
    first.conditions = [
        Condition([area("A1:D4")], 2, "=$A1>3", stop=True, look={"Font.Color": 255}),
        Condition(
            [area("B2"), area("C3")],
            2,
            '="Ramkoll-markering varning"<>""',
            stop=False,
            look=dict(VARNING),
        ),
        Condition([area("A1:D4")], 3, ""),
    ]
    first.shown = {
        ((12, 1), "=NA()"): NA,
        ((4, 4), "=@INDEX(B2:B4,1)"): 7.0,
        ((2, 4), "=B2*2"): 3.0,
    }
    first.shown[(7, 3), "=2+3"] = 5.0
    second = Sheet("Dolt", visible=0)
    names = [Name("Period", "='Blad 1'!$B$3"), Name("Borttaget", "=Dolt!$A$1", visible=False)]
    names.append(Name("'Blad 1'!Lokalt", "=Dolt!$A$1"))
    names.append(Name("_xlfn.IFS", "=#NAME?", visible=False))
    third = Sheet("Tomt")
    return Book(name, path or f"C:\\Filer\\{name}", [first, second, third], names, active=2)


VARNING = {
    "Interior.Color": 0xCEF4FF,
    "Font.Color": 0x1A1A1A,
    "Borders.LineStyle": -4115,
    "Borders.Color": 0x00618A,
}


class Open:
    """The small workbook, open."""

    def __init__(self, session, **more):
        self.fake = workbook()
        self.excel = session.opens(self.fake, **more)
        self.ours = session.workbook(self.excel)
        self.sheet = self.fake.sheets[0]

    def apply(self, *actions, over_formulas=True):
        return self.ours.apply(actions, self.ours.read(["*"]), over_formulas=over_formulas)

    def cell(self, row, column):
        return *self.sheet.cells.get((row, column), (None, None)), self.sheet.style(
            (row, column)
        ).number_format
