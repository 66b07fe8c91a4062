"""Cases of the rules about people's own sheets, each on a sheet that is added to a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet
from tests.rules.case import Case, fails, passes
from tests.rules.region import Edit, change

Content = float | str | datetime | None


def own(cells: Mapping[str, Content], *, hidden: bool = False, names: str = "") -> Edit:
    """A sheet Eget in workbook 20, and a sheet Gömt with a number, which may be hidden.

    ``names`` is what the name Pris leads to.
    """

    def what(sheet: Worksheet) -> None:
        book = sheet.parent
        assert book is not None
        own_sheet, other = book.create_sheet("Eget"), book.create_sheet("Gömt")
        for address, content in cells.items():
            own_sheet[address].value = content
        other["A1"].value = 7
        other.sheet_state = "hidden" if hidden else "visible"
        if names:
            book.defined_names["Pris"] = DefinedName("Pris", attr_text=names)

    return change("20", "Prognos", what)


def rows(**changes: Content) -> dict[str, Content]:
    """Ten rows: amount in A, price in B, their product in C, and sums below; some changed."""
    cells: dict[str, Content] = {"A1": "Antal", "B1": "Pris", "C1": "Kostnad"}
    for row in range(2, 12):
        cells |= {f"A{row}": row, f"B{row}": 1.5, f"C{row}": f"=A{row}*B{row}"}
    cells |= {"A12": "=SUM(A2:A11)", "C12": "=SUM(C2:C11)"}
    return cells | changes


DATES: dict[str, Content] = {f"A{row}": datetime(2024, row, 1) for row in range(2, 8)}

OWN_SHEET_CASES: tuple[Case, ...] = (
    fails("R061", "en formel pekar på raden ovanför", own(rows(C6="=A5*B6"))),
    fails("R061", "två rader har ett påslag", own(rows(C6="=A6*B6+10", C7="=A7*B7+10"))),
    passes("R061", "en delsumma mitt i", own(rows(C6="=SUM(C2:C5)"))),
    passes("R061", "alla formler är lika", own(rows())),
    fails("R062", "ett tal är inskrivet", own(rows(C6=12))),
    fails("R062", "talet är det som formeln ger", own(rows(C6=9))),
    passes("R062", "cellen är tom", own(rows(C6=None))),
    passes(
        "R062", "bara tre formler runt om", own({f"A{n}": "=B1" for n in (1, 2, 4)} | {"A3": 1})
    ),
    fails("R063", "summan slutar en rad för tidigt", own(rows(A12="=SUM(A2:A10)"))),
    fails(
        "R063",
        "en kedja av plus hoppar över en rad",
        own(rows(A12="=A2+A3+A4+A5+A6+A8+A9+A10+A11")),
    ),
    passes(
        "R063", "en löpande summa", own(rows(**{f"D{n}": f"=SUM(A$2:A{n})" for n in range(2, 9)}))
    ),
    passes("R063", "två halvor", own(rows(A12="=SUM(A2:A6)", A13="=SUM(A7:A11)"))),
    fails("R064", "en delsumma mitt i", own(rows(A6="=SUM(A2:A5)"))),
    fails("R064", "områdena överlappar", own(rows(A12="=SUM(A2:A7,A7:A11)"))),
    passes("R064", "summan är delad med två", own(rows(A6="=SUM(A2:A5)", A12="=SUM(A2:A11)/2"))),
    fails("R065", "mellanslag i talet", own(rows(A6="1\u00a0234,50", A7="500\u2212"))),
    passes("R065", "en text som inte är ett tal", own(rows(A6="saknas"))),
    passes("R065", "talet summeras inte", own(rows(D6="1 234"))),
    fails("R066", "ett datum är text", own(DATES | {"A8": "2024-08-01"})),
    passes("R066", "en anteckning bland datum", own(DATES | {"A8": "ej klart"})),
    fails("R067", "ett felvärde är inklistrat", own(rows(D6="#DIV/0!"))),
    passes("R067", "inga felvärden", own(rows())),
    fails("R068", "OMFEL döljer felet", own(rows(D6="=IFERROR(A6+#REF!,0)"))),
    passes("R068", "texten #REF!", own(rows(D6='=IF(A6=1,"#REF!","")'))),
    fails("R069", "namnet har tappat sina celler", own(rows(D6="=Pris*2"), names="Eget!#REF!")),
    passes("R069", "ingen använder namnet", own(rows(), names="Eget!#REF!")),
    fails(
        "R070", "två celler hämtar ur en annan bok", own(rows(D6="=[1]Blad1!A1", D8="=[1]Blad1!A3"))
    ),
    passes("R070", "inom arbetsboken", own(rows(D6="=Gömt!A1"))),
    fails("R071", "dagens datum räknas med", own(rows(D6="=TODAY()-A6"))),
    fails("R071", "hänvisningen byggs", own(rows(D6='=INDIRECT("A"&A6)'))),
    passes("R071", "dagens datum som rubrik", own(rows(D1="=TODAY()"))),
    fails("R072", "bladet är dolt", own(rows(D6="=Gömt!A1"), hidden=True)),
    passes("R072", "bladet visas", own(rows(D6="=Gömt!A1"))),
)
