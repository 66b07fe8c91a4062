"""Other programs' recalculation of our workbooks, and how their values compare with ours."""

import os
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import ironcalc

from ramkoll.excel.scan import scan
from ramkoll.model.cells import CellKind
from ramkoll.model.workbook import Submission

RECALCULATE_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item></oor:items>
"""
Shown = dict[tuple[str, str], object]


def formula_cells(workbook: Submission) -> Shown:
    """The cached value of every formula cell, by sheet and address."""
    return {
        (sheet.name, f"{row},{column}"): cell.value if cell.kind is not CellKind.BLANK else ""
        for sheet in workbook.sheets
        for (row, column), cell in sheet.cells.items()
        if cell.formula is not None
    }


def by_libreoffice(files: list[Path], work: Path) -> list[Shown]:
    """Every formula's value after LibreOffice has recalculated the whole workbook."""
    profile = work / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(RECALCULATE_ALWAYS, encoding="utf-8")
    out = work / "recalculated"
    program = shutil.which("soffice") or shutil.which("libreoffice") or "soffice"
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={profile.parent.as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(out),
            *map(str, files),
        ],
        check=True,
        capture_output=True,
        timeout=300,
        env={**os.environ, "HOME": str(work)},
    )
    return [formula_cells(scan(out / path.name)) for path in files]


def by_ironcalc(path: Path) -> Shown:
    """Every formula's value as ironcalc computes it."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    model.evaluate()
    workbook = scan(path)
    return {
        (sheet.name, f"{row},{column}"): model.get_cell_value(n, row, column)
        for n, sheet in enumerate(workbook.sheets)
        for (row, column), cell in sheet.cells.items()
        if cell.formula is not None
    }


def differences(ours: Shown, theirs: Shown) -> list[str]:
    """Cells that do not agree: 1e-9 of the value, or half an öre in the cell's own unit."""
    found = []
    for place, mine in ours.items():
        other = theirs.get(place)
        if isinstance(mine, Decimal) and isinstance(other, int | float | Decimal):
            close = abs(Decimal(str(other)) - mine) <= max(abs(mine) * Decimal("1e-9"), TINY)
        else:
            close = (mine or "") == (other or "")
        if not close:
            found.append(f"{place}: {mine!r} mot {other!r}")
    return found


TINY = Decimal("0.000005")  # 0.005 kr in tkr
