"""Whole sheets come into a workbook, take the place of others and go: nothing else moves."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import EXAMPLES
from tests.excel.broken import content_types, package, sheet_xml, workbook_relationships
from tests.excel.corpus import CORPUS
from tests.excel.edited import FILE, entries, part, prefixed, rich_workbook, with_parts
from tests.excel.grafted import check_graft
from tests.excel.rich_plan import rich_plan
from tests.excel.test_scan_oracle import by_openpyxl

from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.what import Graft, SheetGraft
from ramkoll.excel.looks import read_looks
from ramkoll.excel.scan import scan, scan_bytes
from ramkoll.excel.write import workbook_bytes
from ramkoll.model.cells import Area, decimal_from_double
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import PlannedCell, SheetPlan, Style, TablePlan
from ramkoll.model.workbook import Visibility

PLAN = rich_plan()
ALL = Graft((), tuple(SheetGraft(sheet) for sheet in PLAN.sheets), names=PLAN.names)
NONE = Graft(
    removed=tuple(sheet.name for sheet in PLAN.sheets), names=dict.fromkeys(PLAN.names, None)
)
ONE = SheetPlan("Nytt", (PlannedCell(1, 1, "Rubrik", style=Style(bold=True)),
                         PlannedCell(2, 1, Decimal("12.5"), "SUM(B1:B9)", Style("#,##0"))))  # fmt: skip
REFUSED = {"bomb", "cut-off", "binary", "doctype", "empty", "no-sheet", "old",
           "opendocument", "outside", "page", "password", "text", "twice",
           "two-workbooks", "zipped", "label", "same-cell-twice"}  # fmt: skip


def hosts() -> dict[str, bytes]:
    rich = rich_workbook()
    names = ("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml")
    return {
        "rikt": rich,
        "prefix": with_parts(rich, {name: prefixed(part(rich, name)) for name in names}),
        "strikt": package(strict=True),
        "utan format": without_styles(),
        "openpyxl": by_openpyxl(),
        "exempel": (EXAMPLES / "605.xlsx").read_bytes(),
        "nytt": workbook_bytes(replace(PLAN, sheets=PLAN.sheets[:1], names={})),
    }


def without_styles(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>') -> bytes:
    rels = workbook_relationships(("worksheet", "worksheets/sheet1.xml"))
    return package(
        rows,
        changes={
            "xl/_rels/workbook.xml.rels": rels,
            "xl/styles.xml": None,
            "xl/sharedStrings.xml": None,
        },
    )


def one(*cells: PlannedCell, name: str = "Nytt", **changes) -> Graft:
    return Graft(sheets=(SheetGraft(SheetPlan(name, cells, **changes)),))


@pytest.mark.parametrize("name", [name for name in hosts() if name != "nytt"])
def test_sheets_with_all_that_a_plan_can_hold_read_and_look_as_in_a_new_workbook(name: str) -> None:
    data = hosts()[name]
    done = check_graft(data, ALL)
    book, before = scan_bytes(done.data, FILE), scan_bytes(data, FILE)
    assert [s.name for s in book.sheets] == [s.name for s in (*before.sheets, *PLAN.sheets)]
    assert book.names == {**before.names, **PLAN.names}


@pytest.mark.parametrize("name", ["rikt", "prefix", "openpyxl", "exempel"])
def test_what_came_can_go_and_leaves_only_styles_behind(name: str) -> None:
    data = hosts()[name]
    came = graft(data, FILE, ALL, dependents=False).data
    gone = check_graft(came, NONE).data
    old, new = entries(data), entries(gone)
    with zipfile.ZipFile(io.BytesIO(data)) as a, zipfile.ZipFile(io.BytesIO(gone)) as b:
        left = {name for name in old if name not in new or a.read(name) != b.read(name)}
    assert left <= {
        "xl/styles.xml",
        "xl/calcChain.xml",
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
    }
    if "xl/calcChain.xml" not in old:
        assert left == {"xl/styles.xml"}
    assert new.keys() <= old.keys()


def test_a_sheet_in_place_of_another_keeps_its_place_its_number_and_that_it_is_hidden() -> None:
    data = rich_workbook()
    before = scan_bytes(data, FILE)
    name = before.sheets[0].name
    tab = f'<sheet name="{name}"'
    xml = part(data, "xl/workbook.xml").replace(tab, f'{tab} state="hidden"')
    hidden = with_parts(data, {"xl/workbook.xml": xml})
    done = check_graft(hidden, one(*ONE.cells, name=name.upper()))
    book = scan_bytes(done.data, FILE)
    assert [s.name for s in book.sheets] == [s.name for s in before.sheets]
    assert book.sheets[0].visibility is Visibility.HIDDEN
    assert book.sheets[0].cells.keys() == {(1, 1), (2, 1)}
    # The workbook's own part is not even touched, but for names of the old sheet.
    assert {e.part for e in done.edits} >= {"xl/worksheets/sheet1.xml", "xl/styles.xml"}


def test_what_hung_on_the_old_sheet_goes_with_it() -> None:
    host = graft(rich_workbook(), FILE, ALL, dependents=False).data
    done = check_graft(host, one(*ONE.cells, name="Ekonomisk analys"))
    left = [name for name in entries(done.data) if "/charts/" in name]
    assert left == [name for name in entries(rich_workbook()) if "/charts/" in name]


def test_a_part_that_another_sheet_uses_too_is_not_taken_away() -> None:
    host = graft(rich_workbook(), FILE, ALL, dependents=False).data
    rels = [n for n in entries(host) if "worksheets/_rels" in n and "drawing" in part(host, n)][-1]
    drawing = part(host, rels)
    other = "xl/worksheets/_rels/sheet99.xml.rels"
    host = with_new_part(host, other, drawing)
    done = graft(host, FILE, one(*ONE.cells, name=PLAN.sheets[0].name), dependents=False)
    assert [n for n in entries(done.data) if "/charts/" in n] == [
        n for n in entries(host) if "/charts/" in n
    ]


def with_new_part(data: bytes, name: str, content: str) -> bytes:
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def test_positions_follow_when_a_sheet_before_them_goes() -> None:
    plans = [
        SheetPlan(f"Blad {n}", (PlannedCell(1, 1, Decimal(n)),), print_area=Area(1, 1, n, n))
        for n in range(1, 5)
    ]
    data = workbook_bytes(replace(PLAN, sheets=tuple(plans), names={}))
    xml = part(data, "xl/workbook.xml").replace(
        "<workbookView ", '<workbookView firstSheet="3" activeTab="2" '
    )
    data = with_parts(data, {"xl/workbook.xml": xml})
    done = check_graft(data, Graft(removed=("blad 2",)))
    after = part(done.data, "xl/workbook.xml")
    assert 'firstSheet="2" activeTab="1"' in after
    assert [(n.sheet, n.text) for n in scan_bytes(done.data, FILE).beside.names] == [
        (f"Blad {n}", f"'Blad {n}'!$A$1:${'ABCD'[n - 1]}${n}" if n > 1 else "'Blad 1'!$A$1")
        for n in (1, 3, 4)
    ]
    assert "Blad 2" not in part(done.data, "docProps/app.xml")
    assert "<vt:i4>3</vt:i4>" in part(done.data, "docProps/app.xml")


def test_the_sheet_that_was_open_gives_way_to_the_next_that_can_be_seen() -> None:
    plans = [SheetPlan(f"Blad {n}", ()) for n in range(1, 4)]
    data = workbook_bytes(replace(PLAN, sheets=tuple(plans), names={}))
    xml = part(data, "xl/workbook.xml").replace("<workbookView ", '<workbookView activeTab="1" ')
    xml = xml.replace('name="Blad 3"', 'name="Blad 3" state="veryHidden"')
    data = with_parts(data, {"xl/workbook.xml": xml})
    assert 'activeTab="0"' in part(
        check_graft(data, Graft(removed=("Blad 2",))).data, "xl/workbook.xml"
    )


def test_a_removed_sheet_that_is_not_there_is_not_missed() -> None:
    data = rich_workbook()
    assert graft(data, FILE, Graft(removed=("Granskning",))).data is data


def test_nothing_to_do_gives_the_same_bytes() -> None:
    data = rich_workbook()
    assert graft(data, FILE, Graft()).data is data


def test_equal_looks_are_found_again() -> None:
    data = rich_workbook()
    once = graft(data, FILE, one(*ONE.cells), dependents=False).data
    twice = graft(once, FILE, one(*ONE.cells, name="Ett till"), dependents=False).data
    assert part(once, "xl/styles.xml") == part(twice, "xl/styles.xml")


def test_names_are_put_in_by_the_alphabet_and_others_left_as_they_stand() -> None:
    data = rich_workbook()
    names = {"AAA_x": "Nytt!$A$1", "zzz_x": "Nytt!$A$2"}
    what = replace(one(*ONE.cells), names=names)
    done = check_graft(data, what).data
    defined = [name.name for name in scan_bytes(done, FILE).beside.names]
    others = [name.name for name in scan_bytes(data, FILE).beside.names]
    assert [name for name in defined if name not in names] == others
    assert defined.index("AAA_x") < defined.index("Belopp")
    assert defined.index("zzz_x") == len(defined) - 1
    moved = check_graft(done, Graft(names={"AAA_x": "Nytt!$A$2", "zzz_x": None})).data
    assert scan_bytes(moved, FILE).names == {**scan_bytes(data, FILE).names, "AAA_x": "Nytt!$A$2"}


def test_tables_get_numbers_that_are_free_and_keep_them() -> None:
    table = TablePlan("Tabell_a", Area(1, 1, 2, 1), ("Rubrik",))
    cells = (PlannedCell(1, 1, "Rubrik"), PlannedCell(2, 1, Decimal(1)))
    first = check_graft(rich_workbook(), one(*cells, tables=(table,))).data
    second = check_graft(
        first, one(*cells, name="Fler", tables=(replace(table, name="Tabell_b"),))
    ).data
    ids = [
        part(second, n).split(' id="')[1].split('"')[0] for n in entries(second) if "/tables/" in n
    ]
    assert len(set(ids)) == len(ids) >= 2


PIVOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="../pivotTables/pivotTable1.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/pivotTable"/>'
    "</Relationships>"
)
REFUSALS = {
    "en tabell med samma namn": (
        lambda: graft(rich_workbook(), FILE, one(PlannedCell(1, 1, "A"), tables=(TablePlan("Tabell_x", Area(1, 1, 2, 1), ("A",)),)), dependents=False).data,
        one(PlannedCell(1, 1, "A"), name="Annat", tables=(TablePlan("tabell_X", Area(1, 1, 2, 1), ("A",)),)),
        "Namnet «tabell_x» finns redan",
    ),
    "skyddad struktur": (
        lambda: with_protection(rich_workbook()),
        one(*ONE.cells),
        "strukturen? är skyddad|struktur är skyddad",
    ),
    "signerad": (
        lambda: with_new_part(rich_workbook(), "_xmlsignatures/sig1.xml", "<Signature/>"),
        one(*ONE.cells),
        "digitalt signerad",
    ),
    "en pivottabell på bladet": (
        lambda: with_new_part(rich_workbook(), "xl/worksheets/_rels/sheet3.xml.rels", PIVOT),
        one(*ONE.cells, name="Tomt"),
        "Bladet har en pivottabell, som skulle försvinna",
    ),
    "ett utsnitt på annat håll": (
        lambda: with_new_part(rich_workbook(), "xl/slicerCaches/slicerCache1.xml", '<x tableId="1"/>'),
        one(*ONE.cells, name="Tabell"),
        "Bladet har en tabell som ett utsnitt styr",
    ),
    "ett datum före kalendern": (
        lambda: (CORPUS / "xlsxwriter-1904.xlsx").read_bytes(),
        one(PlannedCell(1, 1, date(1903, 5, 1))),
        "före arbetsbokens kalender",
    ),
    "sista bladet": (
        lambda: workbook_bytes(replace(PLAN, sheets=(ONE,), names={})),
        Graft(removed=("Nytt",)),
        "Inget synligt blad",
    ),
    "en formel på annat håll": (
        lambda: graft(rich_workbook(), FILE, ALL, dependents=False).data,
        Graft(removed=("Ekonomisk analys",), names={"Analys": None}),
        "används av formler: bladet «Formler»",
    ),
    "ett namn på annat håll": (
        lambda: graft(rich_workbook(), FILE, ALL, dependents=False).data,
        Graft(removed=("Underlag",)),
        "används av formler: namnet u_",
    ),
}  # fmt: skip


def with_protection(data: bytes) -> bytes:
    xml = part(data, "xl/workbook.xml")
    place = xml.index("<bookViews>")
    return with_parts(
        data,
        {"xl/workbook.xml": xml[:place] + '<workbookProtection lockStructure="1"/>' + xml[place:]},
    )


@pytest.mark.parametrize("name", REFUSALS)
def test_is_refused_in_swedish(name: str) -> None:
    make, what, message = REFUSALS[name]
    with pytest.raises(RamkollError, match=message):
        graft(make(), FILE, what, dependents=False)


def test_a_protected_structure_still_lets_a_sheet_be_rewritten() -> None:
    data = with_protection(rich_workbook())
    check_graft(data, one(*ONE.cells, name=scan_bytes(data, FILE).sheets[0].name))


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.xlsx")), ids=lambda path: path.stem)
def test_every_workbook_of_the_corpus_gets_its_sheets_or_is_refused(path: Path) -> None:
    data = path.read_bytes()
    try:
        done = check_graft(data, one(*ONE.cells))
    except RamkollError as refusal:
        fault: RamkollError | None = refusal
    else:
        fault = None
        check_graft(done.data, Graft(removed=("Nytt",)))
    assert (fault is not None) == (path.stem in REFUSED), fault
    assert fault is None or fault.todo


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
VALUES = st.one_of(
    st.none(), st.booleans(), TEXTS, st.dates(min_value=date(1904, 1, 2)),
    # Of more digits XlsxWriter, which is compared with, keeps sixteen, rounded twice when read.
    st.floats(-1e12, 1e12).map(decimal_from_double),
)  # fmt: skip
STYLES = st.builds(
    Style,
    number_format=st.sampled_from(
        ["General", "#,##0", "0.0%", "yyyy-mm-dd", '0.0" mnkr";[Red]-0.0']
    ),
    bold=st.booleans(),
    size=st.integers(8, 14),
    fill=st.sampled_from([None, "FFF2CC", "1F4E79"]),
    top=st.sampled_from([None, "thin", "C00000"]),
    locked=st.booleans(),
)
CELLS = st.dictionaries(
    st.tuples(st.integers(1, 12), st.integers(1, 30)), st.tuples(VALUES, STYLES), max_size=12
).map(
    lambda found: tuple(
        PlannedCell(*at, value, style=style) for at, (value, style) in found.items()
    )
)


@settings(max_examples=25, deadline=None)
@given(CELLS, CELLS)
def test_any_cells_read_and_look_as_in_a_new_workbook(
    first: tuple[PlannedCell, ...], then: tuple[PlannedCell, ...]
) -> None:
    done = check_graft(package(), one(*first))
    check_graft(done.data, one(*then))


def test_openpyxl_opens_it_with_its_charts_and_tables() -> None:
    data = graft((EXAMPLES / "605.xlsx").read_bytes(), FILE, ALL, dependents=False).data
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(book["Ekonomisk analys"]._charts) == 2  # type: ignore[attr-defined]
    assert list(book["Underlag"].tables) == ["Underlagstabell"]
    assert book["Ekonomisk analys"].print_area == "'Ekonomisk analys'!$A$1:$H$52"


@pytest.mark.libreoffice
def test_libreoffice_opens_it_and_shows_the_values(tmp_path: Path) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program is not None, "install LibreOffice: this test proves nothing without it"
    names = ("rikt", "strikt", "prefix")
    for name in names:
        data = graft(hosts()[name], FILE, ALL, dependents=False).data
        (tmp_path / f"{name}.xlsx").write_bytes(data)
    subprocess.run(
        [program, f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(tmp_path / "ut"),
         *(str(tmp_path / f"{name}.xlsx") for name in names)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    for name in names:
        theirs, ours = scan(tmp_path / "ut" / f"{name}.xlsx"), scan(tmp_path / f"{name}.xlsx")
        for plan in PLAN.sheets:
            mine, other = ours.sheet(plan.name), theirs.sheet(plan.name)
            assert mine is not None
            assert other is not None
            for cell in plan.cells:
                if cell.formula is None:
                    shown, meant = (
                        each.cell(cell.row, cell.column).value for each in (other, mine)
                    )
                    # LibreOffice itself makes every line end a plain one.
                    assert shown == (
                        meant.replace("\r\n", "\n") if isinstance(meant, str) else meant
                    )
            assert len(other.beside.tables) == len(mine.beside.tables)
            assert other.beside.drawings == mine.beside.drawings


def test_cells_that_ask_for_looks_in_a_workbook_without_any_do_not_get_ours() -> None:
    data = without_styles('<row r="1"><c r="A1" s="2"><v>1</v></c></row>')
    done = check_graft(data, one(*ONE.cells))
    looks = read_looks(done.data, FILE)
    plain, ours = (
        looks.styles[looks.sheets[name].styles.get((1, 1), 0)] for name in ("Blad1", "Nytt")
    )
    assert ours.bold
    assert not plain.bold
    assert plain.size == 11


def with_chain(data: bytes, sheet_id: int) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    rels = part(data, "xl/_rels/workbook.xml.rels").replace(
        "</Relationships>",
        f'<Relationship Id="rIdK" Type="{kind}" Target="calcChain.xml"/></Relationships>',
    )
    data = with_parts(data, {"xl/_rels/workbook.xml.rels": rels})
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    chain = f'<calcChain xmlns="{main}"><c r="D2" i="{sheet_id}"/><c r="D3"/></calcChain>'
    return with_new_part(data, "xl/calcChain.xml", chain)


def test_the_calculation_chain_stays_until_a_formula_in_it_goes() -> None:
    data = with_chain(rich_workbook(), 1)
    added = check_graft(data, one(*ONE.cells)).data
    assert "xl/calcChain.xml" in entries(added)
    assert "xl/calcChain.xml" in entries(check_graft(added, Graft(removed=("Nytt",))).data)
    rewritten = check_graft(added, one(*ONE.cells, name=scan_bytes(data, FILE).sheets[0].name)).data
    assert "xl/calcChain.xml" not in entries(rewritten)
    assert "calcChain" not in part(rewritten, "xl/_rels/workbook.xml.rels")


def test_cells_that_name_styles_of_a_workbook_without_any_do_not_take_on_ours() -> None:
    sheet = '<cols><col min="3" max="3" width="9" style="7"/></cols>'
    data = package(
        sheet=sheet_xml(
            '<row r="1" s="3" customFormat="1"><c r="A1" s="1"><v>1</v></c>'
            "<c r='B1' s='2'><v>2</v></c><c r=\"C1\" s=\"4\"><v>3</v></c></row>",
            before=sheet,
        ),
        changes={
            "xl/styles.xml": None,
            "xl/_rels/workbook.xml.rels": workbook_relationships(
                ("worksheet", "worksheets/sheet1.xml")
            ),
            "[Content_Types].xml": content_types().replace(
                '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats'
                '-officedocument.spreadsheetml.styles+xml"/>',
                "",
            ),
        },
    )
    done = check_graft(data, ALL)
    assert part(done.data, "xl/styles.xml").count("<xf ") > 8
    assert [
        cell.number_format for cell in scan_bytes(done.data, FILE).sheets[0].cells.values()
    ] == ["General"] * 3


def test_styles_that_are_listed_but_not_pointed_at_are_those_that_grow() -> None:
    links = workbook_relationships(("worksheet", "worksheets/sheet1.xml"))
    rows = '<row r="1"><c r="A1" s="1"><v>45000</v></c></row>'
    data = package(rows, formats={170: "yyyy-mm-dd"}, changes={"xl/_rels/workbook.xml.rels": links})
    done = check_graft(data, one(*ONE.cells))
    assert "xl/styles1.xml" not in entries(done.data)
    assert 'Target="styles.xml"' in part(done.data, "xl/_rels/workbook.xml.rels")
    assert scan_bytes(done.data, FILE).sheets[0].cell(1, 1).number_format == "yyyy-mm-dd"
