"""One cell of any workbook explained, as the command line says it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.excel.books import book, saved

from ramkoll.cli import main
from ramkoll.model.errors import RamkollError
from ramkoll.pipeline.explain import explain
from ramkoll.pipeline.explain_text import explain_json, explain_text

EXAMPLE = Path(__file__).parents[2] / "workbooks" / "2024-08" / "605.xlsx"
SHEETS: dict[str, dict[str, object]] = {
    "Indata Å": {"A1": "Hyra", "B1": 100, "A2": "El", "B2": 45},
    "Blad1": {
        "B1": "Belopp",
        "A2": "Hyra och el", "B2": saved("SUM('Indata Å'!B1:B2)", 140),
        "A3": "I tkr", "B3": saved("B2/1000", 0.14),
        "B4": saved("B5", 0), "B5": saved("B4", 0), "B6": saved("[1]Blad!A1", 3),
        "B7": saved("GEOMEAN(2,8)", 5), "B8": saved("1+1", None), "B9": saved("1+1", 2),
        "D1": 7,
    },
}  # fmt: skip


def said(place: str, depth: int = 1) -> str:
    return explain_text(explain(book(SHEETS), place, depth))


def test_a_stale_cell_is_explained_with_what_it_should_be_and_where_it_began() -> None:
    assert said("Blad1!B3", 2) == (
        "bok.xlsx Blad1!B3  (I tkr, Belopp)\n"
        "\n"
        "Det sparade värdet är inaktuellt: det ska vara 0,145, sedan 'Indata Å'!B1 eller"
        " 'Indata Å'!B2 ändrades. Räkna om filen i Excel (Ctrl+Alt+F9) och spara den.\n"
        "\n"
        "Formel: =B2/1000\n"
        "\n"
        "Blad1!B2  Hyra och el, Belopp: 140   = SUM('Indata Å'!B1:B2)\n"
        "  'Indata Å'!B1:B2: 2 ifyllda celler\n"
        "    'Indata Å'!B1  Hyra: 100\n"
        "    'Indata Å'!B2  El: 45\n"
        "\n"
        "Vad cellen är enligt\n"
        "  filen: 0,14\n"
        "  ironcalc: 0,14\n"
        "  ramkoll: 0,14\n"
        "  formulas: 0,14"
    )


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("Blad1!B4", "Formeln bygger på sig själv: Blad1!B4 → Blad1!B5 → Blad1!B4."),
        ("Blad1!B6", "eftersom formeln hämtar från en annan arbetsbok. Räkna om cellen i Excel"),
        ("blad1!b8", "Filen har inget sparat värde för formeln; formeln ger 2."),
        ("Blad1!B9", "Det sparade värdet stämmer med formeln."),
        ("'Indata Å'!B1", "Cellen har ett inskrivet tal och ingen formel."),
        ("'Indata Å'!A1", "Cellen har en inskriven text och ingen formel. Ingen formel använder"),
        ("Blad1!Z99", "Cellen är tom."),
    ],
)
def test_one_sentence_says_whether_the_value_holds(place: str, sentence: str) -> None:
    assert sentence in said(place)


def test_a_typed_cell_says_which_cells_use_it() -> None:
    text = said("'Indata Å'!B2")
    assert "Används av 1 cell:\n  Blad1!B2  Hyra och el, Belopp: 140" in text


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("B3", "I «B3» saknas bladets namn."),
        ("Blad9!B3", "Bladet «Blad9» finns inte."),
        ("Blad1!3B", "«3B» är ingen cell."),
        ("Blad1!XFE1", "«XFE1» är ingen cell."),
    ],
)
def test_a_place_that_is_none_is_refused_in_swedish(place: str, what: str) -> None:
    with pytest.raises(RamkollError) as fault:
        said(place)
    assert what in str(fault.value)


def test_the_json_says_the_same() -> None:
    found = json.loads(json.dumps(explain_json(explain(book(SHEETS), "Blad1!B2"))))
    assert (found["värde"], found["ska_vara"], found["bedömning"]) == (140, 145, "inaktuellt")
    assert [each["cell"] for each in found["består_av"][0]["celler"]] == [
        "'Indata Å'!B1",
        "'Indata Å'!B2",
    ]


def test_a_cell_of_an_example_is_explained_on_the_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", str(EXAMPLE), "Utfall!C20"]) == 0
    assert "Det sparade värdet stämmer med formeln." in capsys.readouterr().out


def test_checking_a_form_as_it_was_handed_out_loads_no_engine() -> None:
    script = (
        "import sys; from ramkoll.cli import main; "
        f"main(['check', {str(EXAMPLE)!r}]); "
        "sys.exit('ironcalc' in sys.modules or 'formulas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
