"""The demo page's workbooks, what is typed in them, and what they are saved as."""

import io
import json
from dataclasses import replace

import pytest
from tests.server.conftest import LIMITS, running

from ramkoll.excel.graft.cell_edit import CellError
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.cells import CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.server import demo_work
from ramkoll.server.demo_book import book_json
from ramkoll.server.demo_typed import Content, read_typed
from ramkoll.store.resources import resource

EXAMPLES = resource("workbooks/2024-08")
BOOK = EXAMPLES / "616.xlsx"
AT = CellRef("616.xlsx", "Prognos", 8, 4)


@pytest.mark.parametrize(
    ("typed", "content"),
    [
        ("1 234,5", Content(1234.5)),
        ("1\u00a0234,5", Content(1234.5)),
        ("\u22125", Content(-5.0)),
        ("-5", Content(-5.0)),
        ("0012", Content(12.0)),
        ("2024-08-31", Content(45535.0, number_format="yyyy-mm-dd")),
        ("12 %", Content(0.12, number_format="0%")),
        ("=SUM(A1,A2)", Content(None, "=SUM(A1,A2)")),
        ("'=A1", Content("=A1")),
        ("sant", Content(True)),
        ("#SAKNAS!", Content(CellError("#N/A"))),
        ("1.5", Content("1.5")),
        ("12 34", Content("12 34")),
        ("", Content(None)),
        ("1E999", Content("1E999")),
    ],
)
def test_what_is_typed_is_read_as_a_swedish_excel_reads_it(typed, content):
    assert read_typed(typed, AT) == content


def test_a_text_cell_keeps_what_is_typed():
    assert read_typed("0012", AT, "@") == Content("0012")


@pytest.mark.parametrize("typed", ["=SUMMA(A1:A3)", "=IF(A1;1;2)", "2024-02-31"])
def test_what_cannot_be_meant_is_refused_with_the_cell_and_what_to_do(typed):
    with pytest.raises(RamkollError) as refused:
        read_typed(typed, AT)
    assert refused.value.where == "Prognos!D8"
    assert refused.value.todo


def test_the_grid_gets_the_same_values_and_formulas_as_the_scanner_reads():
    data = BOOK.read_bytes()
    book = book_json(data, BOOK.name)
    scanned = scan_bytes(data, BOOK.name)
    for sheet, theirs in zip(book["sheets"], scanned.sheets, strict=True):
        cells = {
            (row, column): (value, formula) for row, column, value, formula, _ in sheet["cells"]
        }
        for place, cell in theirs.cells.items():
            value, formula = cells[place]
            assert formula == (None if cell.formula is None else f"={cell.formula}")
            assert value is not None or cell.value is None
    assert book["sheets"][1]["freeze"] == [5, 2]
    assert book["sheets"][1]["protected"]
    assert book["sheets"][1]["allow"]["allowFormatCells"]
    assert json.loads(json.dumps(book)) is not None


def test_formulas_follow_what_is_typed_and_nothing_else_changes():
    edits = [["Prognos", "E8", {"typed": "1 000"}]]
    answer = demo_work.recalculated(BOOK, 1, edits)
    changed = {(sheet, address): value for sheet, address, value in answer["cells"]}
    assert answer["typed"][0]["value"] == 1000
    assert changed["Prognos", "F8"] == 1000
    assert not any(sheet in ("Utfall", "Texter") for sheet, _ in changed)
    assert demo_work.recalculated(BOOK, 1, [])["cells"] == []


def test_a_saved_workbook_holds_the_edits_and_the_values_that_follow_from_them():
    edits = [["Prognos", "E8", {"typed": "1 000"}], ["Texter", "B7", {"value": "=inte formel"}]]
    saved = scan_bytes(demo_work.saved(BOOK, 1, edits), BOOK.name)
    sheets = {sheet.name: sheet for sheet in saved.sheets}
    assert sheets["Prognos"].cell(8, 5).value == 1000
    assert sheets["Prognos"].cell(8, 6).value == 1000
    assert sheets["Texter"].cell(7, 2).value == "=inte formel"
    assert sheets["Texter"].cell(7, 2).formula is None


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    with running(folder, demo=True, submissions=EXAMPLES) as made:
        yield made


def posted(client, route, edits):
    body = json.dumps({"workbook": "616.xlsx", "edits": edits}).encode()
    return client.ask("POST", f"/demo/api/{route}", body)


def test_a_sheet_that_a_command_has_added_is_calculated_and_saved():
    edits = [
        ("Granskning", "A1", {"value": "Granskning av arbetsboken"}),
        ("Granskning", "D8", {"formula": '=HYPERLINK("#Utfall!I7","I7")'}),
    ]
    found = demo_work.recalculated(BOOK, BOOK.stat().st_mtime_ns, edits)
    assert ["Granskning", "D8", "I7"] in found["cells"]
    book = scan_bytes(demo_work.saved(BOOK, BOOK.stat().st_mtime_ns, edits), "616.xlsx")
    assert book.sheets[-1].name == "Granskning"
    assert book.sheets[-1].cell(1, 1).value == "Granskning av arbetsboken"
    assert book.sheets[-1].cell(8, 4).value == "I7"


@pytest.mark.parametrize("name", ["utfall", "a/b", "", "x" * 32])
def test_a_sheet_that_cannot_be_added_is_said_not_to_be_there(name):
    with pytest.raises(RamkollError, match="Bladet finns inte"):
        demo_work.recalculated(BOOK, BOOK.stat().st_mtime_ns, [(name, "A1", {"value": 1})])


def test_the_largest_unit_comes_first_and_the_consolidated_workbook_is_among_them(client):
    listed = client.get("/demo/api/workbooks").json["workbooks"]
    names = [each["name"] for each in listed]
    assert names[:2] == ["616.xlsx", "regionstyrelsen-2024-08.xlsx"]
    titles = [each["title"] for each in listed]
    assert titles[0] == "Regionservice · Regionstaben"
    assert len(names) == len(list(EXAMPLES.glob("*.xlsx"))) + 1


def test_nothing_is_told_without_the_secret(client):
    for path in ("workbooks", "workbooks/616.xlsx"):
        assert client.get(f"/demo/api/{path}", Authorization=None).status == 401


def test_a_date_that_does_not_exist_is_refused_in_swedish_through_the_child_process(client):
    answer = posted(client, "recalculate", [["Prognos", "E8", {"typed": "2024-02-31"}]])
    assert 400 <= answer.status < 500
    assert answer.error["what"] == "Datumet 2024-02-31 finns inte."
    assert client.get("/demo/api/workbooks/616.xlsx").status == 200


@pytest.mark.parametrize("name", ["..%2Fbudgetram.xlsx", "%2e%2e", "x.xlsx", "616.xlsx%00"])
def test_only_the_examples_can_be_opened(client, name):
    assert client.get(f"/demo/api/workbooks/{name}").status == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"workbook": "616.xlsx"}',
        b'{"workbook": "616.xlsx", "edits": [1]}',
        b'{"workbook": "616.xlsx", "edits": [["Prognos", "E8", "x"]]}',
        b"[" * 50_000,
        b'{"workbook": "616.xlsx", "edits": [["Finns/ej", "E8", {"typed": "1"}]]}',
        b'{"workbook": "616.xlsx", "edits": [["Prognos", "XXXX9", {"typed": "1"}]]}',
        b'{"workbook": "616.xlsx", "edits": [["Prognos", "E8", {"formula": 7}]]}',
        b'{"workbook": "616.xlsx", "edits": [["Prognos", "E8", {"typed": "=SUM("}]]}',
        b'{"workbook": "616.xlsx", "edits": [["Prognos", "E8", {"typed": "=E8"}]]}',
    ],
)
def test_hostile_edits_are_refused_with_an_error_body(client, body):
    for route in ("recalculate", "save"):
        answer = client.ask("POST", f"/demo/api/{route}", body)
        assert 400 <= answer.status < 500, answer.body
        assert answer.error["todo"]


def test_the_examples_themselves_are_never_written(client):
    before = BOOK.read_bytes()
    assert posted(client, "save", [["Prognos", "E8", {"typed": "1"}]]).body[:2] == b"PK"
    assert BOOK.read_bytes() == before


def test_charts_keep_their_names_and_where_their_figures_are():
    xlsxwriter = pytest.importorskip("xlsxwriter")
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    sheet = book.add_worksheet("Utfall")
    sheet.write_column("A1", [1, 2, 3])
    chart = book.add_chart({"type": "column", "name": "Diagram_utfall"})
    chart.add_series({"values": "=Utfall!$A$1:$A$3"})
    sheet.insert_chart("C2", chart)
    book.close()
    (found,) = book_json(data.getvalue(), "diagram.xlsx")["sheets"][0]["charts"]
    assert found["name"] == "Diagram_utfall"
    assert found["series"][0]["values"] == "Utfall!$A$1:$A$3"


@pytest.mark.parametrize(
    "content",
    [
        b'{"value": NaN}',
        b'{"value": 1e999}',
        b'{"value": %s}' % (b"9" * 400),
        b'{"value": "\\ud800"}',
        b'{"typed": "=\\ud800"}',
        b'{"value": {"error": "\\ud800"}}',
        b'{"typed": "%s"}' % (b"x" * 40_000),
        b'{"typed": "=EDATE(1,1e300)"}',
        b'{"typed": "=%s1%s"}' % (b"(" * 5000, b")" * 5000),
    ],
)
def test_what_no_cell_holds_and_what_the_calculator_cannot_bear_is_refused(client, content):
    body = b'{"workbook": "616.xlsx", "edits": [["Prognos", "E8", %s]]}' % content
    answer = client.ask("POST", "/demo/api/recalculate", body)
    assert answer.status in (400, 409), answer.body
    assert answer.error["todo"]
    assert posted(client, "recalculate", []).status == 200


def test_a_formula_that_wants_all_the_memory_there_is_is_refused(tmp_path):
    limits = replace(LIMITS, memory=600 * 1024 * 1024)
    with running(tmp_path, demo=True, submissions=EXAMPLES, limits=limits) as small:
        large = '=LEN(SUBSTITUTE(REPT("a",32767),"a",REPT("b",32767)))'
        answer = posted(small, "recalculate", [["Prognos", "E8", {"typed": large}]])
        assert (answer.status, answer.error["todo"][:5]) == (409, "Ångra")
        assert posted(small, "recalculate", []).status == 200
