"""A small region, messy as regions are and yet right, and small edits of its workbooks.

Three units in two areas, five months of 2025. Late bookings, a rebate that turns a month's sign,
a clustered grant and one that is paid back, holiday pay, a credit, a fictive saving in the
budget, a unit with a predecessor, a decision after the period, and one of another board.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZipFile

import openpyxl
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ramkoll.model.cells import CellRef
from ramkoll.model.period import Period
from ramkoll.pipeline.distribute import distribute
from ramkoll.store.layouts import Layouts

PERIOD = Period(2025, 5)
FRAME = "budgetram.xlsx"

ENHETER = """\
kod,namn,område,nämnd,giltig_från,giltig_till,föregångare,ingår_i
10,Vårdcentralerna,Närvård,HSN,2020-01-01,,,
20,Laboratoriet,Närvård,HSN,2025-01-01,,21,
21,Gamla laboratoriet,Närvård,HSN,2015-01-01,2024-12-31,,
30,Ledningsstaben,Ledning,HSN,2020-01-01,,,
"""
KONTOGRUPPER = """\
kod,namn,typ,ordning
I01,Försäljning,intäkt,1
I02,Erhållna bidrag,intäkt,2
K01,Personal,kostnad,3
K02,Läkemedel,kostnad,4
K03,Lämnade bidrag,kostnad,5
K04,Övrigt,kostnad,6
K05,Finansnetto,kostnad,7
"""
BUDGETRAM = """\
beslut_id,datum,år,nämnd,område,enhet,belopp_tkr,typ,text
RF/1,2024-11-20,2025,HSN,Närvård,10,-29000,ursprung,
RF/1,2024-11-20,2025,HSN,Närvård,20,1200,ursprung,
RF/1,2024-11-20,2025,HSN,Ledning,30,-10000,ursprung,
RF/1,2024-11-20,2025,HSN,Närvård,21,-300,ursprung,
HSN/2,2025-02-10,2025,HSN,Närvård,10,-1000,omdisponering,
HSN/2,2025-02-10,2025,HSN,Ledning,30,1000,omdisponering,
HSN/3,2025-02-20,2025,HSN,Närvård,21,300,justering,Laboratoriet byter kod
HSN/4,2025-06-15,2025,HSN,Närvård,10,-500,tilläggsanslag,Efter perioden
KTN/1,2025-01-15,2025,KTN,,,777,justering,En annan nämnd
HSN/5,2025-04-01,2026,HSN,Ledning,99,-4000,ursprung,Ett annat år
"""

# Budget in tkr a month; a part of a row after its code.
BUDGET = {
    "10": {"I01": 400, "I02": 300, "K01": -2500, "K02": -600, "K03": -100},
    "20": {"I01": 1500, "K01": -1200, "K02": -200},
    "30": {"I02": 100, "K01/stab": -900, "K01/budgetreglering": 150, "K05/stab": -100},
}
# Outcome in tkr, January to May.
OUTCOME = {
    "10": {
        "I01": [380, 410, 0, 820, 395],
        "I02": [0, 0, 1500, 0, 0],
        "K01": [-2480, -2510, -2470, -2530, -2560],
        "K02": [-640, -610, 55, -590, -1190],
        "K03": [-250, -250, 120, -60, -50],
    },
    "20": {
        "I01": [1480, 1530, 1490, 1510, 1475],
        "K01": [-1190, -1205, -1180, -1220, -1195],
        "K02": [-150, -240, -190, -210, -205],
        "K04": [-30, 95, -10, -5, -5],
    },
    "30": {
        "I02": [100, -400, 100, 100, 100],
        "K01/stab": [-880, -890, -900, -1700, -70],
        "K05/stab": [-90, -110, 520, -100, -100],
    },
}
PREDECESSORS = {"20": "21"}


def write_extracts(folder: Path) -> None:
    """The extracts of the region as comma-separated files."""
    outcome = ["enhet,kontogrupp,år,månad,utfall_kr,delpost"]
    budget = ["enhet,kontogrupp,år,månad,budget_kr,delpost"]
    forecast = ["enhet,kontogrupp,prognos_helår_kr,föregående_prognos_kr,budget_helår_kr"]
    for enhet, rows in BUDGET.items():
        years: dict[str, int] = {}
        for row, amount in rows.items():
            line, _, part = row.partition("/")
            years[line] = years.get(line, 0) + 12 * amount * 1000
            for month in range(1, 13):
                budget.append(f"{enhet},{line},2025,{month},{amount * 1000},{part}")
                if part != "budgetreglering":
                    before = PREDECESSORS.get(enhet, enhet)
                    amount_before = amount * 970 + month
                    outcome.append(f"{before},{line},2024,{month},{amount_before},{part}")
        for line, amount in years.items():
            # A large change that the forecast has no cause for yet.
            change = 600_000 if (enhet, line) == ("10", "K01") else 0
            forecast.append(f"{enhet},{line},{amount - change},{amount},{amount}")
    for enhet, months in OUTCOME.items():
        for row, amounts in months.items():
            line, _, part = row.partition("/")
            for month, amount in enumerate(amounts, 1):
                outcome.append(f"{enhet},{line},2025,{month},{amount * 1000},{part}")
    texts = {
        "enheter": ENHETER,
        "kontogrupper": KONTOGRUPPER,
        "budgetram": BUDGETRAM,
        "utfall_månad": "\n".join(outcome),
        "budget_månad": "\n".join(budget),
        "prognos": "\n".join(forecast),
    }
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def write_region(folder: Path, layouts: Layouts) -> Path:
    """The region's workbooks, as distributed."""
    write_extracts(folder / "utdrag")
    out = folder / "böcker"
    out.mkdir()
    distribute(folder / "utdrag", PERIOD, out, layouts, lambda *_: None)
    return out


Edit = Callable[[Path], None]
Value = int | float | str | None


@dataclass(frozen=True)
class Formula:
    """A formula with the value that the file says it has."""

    text: str
    cached: Value = None


def put(
    file: str, sheet: str, row: str | tuple[str, ...], heading: str, value: Value | Formula
) -> Edit:
    """Set the cell in the first row that has these texts, under the heading that is or begins so.

    Without a heading it is the cell after the label. The file's other cells keep their bytes,
    cached values too, as when a person types over one cell and the rest is not recalculated.
    """

    def edit(folder: Path) -> None:
        path = folder / f"{file}.xlsx"
        number, address = find(path, sheet, (row,) if isinstance(row, str) else row, heading)
        _rewrite(path, number, lambda xml: _with_cell(xml, address, value))

    return edit


def type_over(folder: Path, at: CellRef, value: Value) -> None:
    """Set one cell and let everything else stand as it was."""
    path = folder / at.file
    number = openpyxl.load_workbook(path, read_only=True).sheetnames.index(at.sheet) + 1
    _rewrite(path, number, lambda xml: _with_cell(xml, at.address, value))


def find(path: Path, sheet: str, texts: tuple[str, ...], heading: str) -> tuple[int, str]:
    """The sheet's number and the address of a cell, by what stands in its row and column."""
    book = _to_look_in(path.read_bytes())
    page = book[sheet]
    column = 0
    for cells in page.iter_rows():
        shown = [str(cell.value) if cell.value is not None else "" for cell in cells]
        if heading and not column:
            starts = [cell for cell in cells if str(cell.value or "").startswith(heading)]
            starts.sort(key=lambda cell: cell.value != heading)
            is_header = sum(map(bool, shown)) > 2
            column = starts[0].column or 0 if is_header and starts else 0
            continue
        if all(text in shown for text in texts):
            at = column or shown.index(texts[-1]) + 2
            row = cells[0].row or 0
            return book.sheetnames.index(sheet) + 1, str(page.cell(row, at).coordinate)
    raise LookupError(f"{path.name} {sheet}: {texts} {heading}")


@lru_cache(maxsize=32)
def _to_look_in(data: bytes) -> Workbook:
    """A workbook that nobody changes: the same one is looked in for many cells."""
    return openpyxl.load_workbook(BytesIO(data))


def _with_cell(xml: str, address: str, value: Value | Formula) -> str:
    found = re.search(rf'<c r="{address}"([^>]*?)(/>|>.*?</c>)', xml)
    assert found is not None, address
    style = re.sub(r' t="\w+"', "", found[1])
    formula = f"<f>{escape(value.text)}</f>" if isinstance(value, Formula) else ""
    content = value.cached if isinstance(value, Formula) else value
    kind = ""
    if isinstance(content, str):
        kind = ' t="str"'
    shown = "" if content is None else f"<v>{escape(str(content))}</v>"
    cell = f'<c r="{address}"{style}{kind}>{formula}{shown}</c>'
    return xml[: found.start()] + cell + xml[found.end() :]


def change(file: str, sheet: str, what: Callable[[Worksheet], None]) -> Edit:
    """Change a sheet's layout. Formulas lose their cached values by this."""

    def edit(folder: Path) -> None:
        path = folder / f"{file}.xlsx"
        book: Workbook = openpyxl.load_workbook(path)
        what(book[sheet])
        book.save(path)

    return edit


def submit(file: str, name: str = "Eva Ek", day: str = "2025-06-10") -> Edit:
    """Give a workbook the status Inlämnad with an attest."""
    edits = (
        put(file, "Start", "Status", "", "Inlämnad"),
        put(file, "Start", "Attesteras av (namn)", "", name),
        put(file, "Start", "Attest: datum", "", day),
    )

    def edit(folder: Path) -> None:
        for each in edits:
            each(folder)

    return edit


def copy(file: str, to: str) -> Edit:
    """A second workbook like the first."""

    def edit(folder: Path) -> None:
        shutil.copyfile(folder / f"{file}.xlsx", folder / f"{to}.xlsx")

    return edit


def remove(file: str) -> Edit:
    """A workbook that is not there."""
    return lambda folder: (folder / f"{file}.xlsx").unlink()


def swap_rows(file: str, sheet: str, one: tuple[str, ...], other: tuple[str, ...]) -> Edit:
    """Let two rows change places, formulas and values as they stood."""

    def edit(folder: Path) -> None:
        path = folder / f"{file}.xlsx"
        number, first = find(path, sheet, one, "")
        _, second = find(path, sheet, other, "")
        rows = [re.sub(r"\D", "", address) for address in (first, second)]
        _rewrite(path, number, lambda xml: _swapped(xml, *rows))

    return edit


def _swapped(xml: str, one: str, other: str) -> str:
    rows = {at: re.search(rf'<row r="{at}".*?</row>', xml) for at in (one, other)}
    texts = {at: found[0] for at, found in rows.items() if found is not None}
    renumbered = {
        to: re.sub(rf'( r="[A-Z]*){at}"', rf'\g<1>{to}"', texts[at])
        for at, to in ((one, other), (other, one))
    }
    for at in (one, other):
        xml = xml.replace(texts[at], f"<!--{at}-->")
    for at in (one, other):
        xml = xml.replace(f"<!--{at}-->", renumbered[at])
    return xml


def _rewrite(path: Path, sheet: int, change_xml: Callable[[str], str]) -> None:
    """Change one sheet's XML and leave every other part as it was."""
    part = f"xl/worksheets/sheet{sheet}.xml"
    with ZipFile(path) as zipped:
        parts = [(info, zipped.read(info)) for info in zipped.infolist()]
    with ZipFile(path, "w") as zipped:
        for info, data in parts:
            if info.filename == part:
                data = change_xml(data.decode()).encode()
            zipped.writestr(info, data)
