"""Every file of the corpus is read as it should be, or refused for what it is."""

from __future__ import annotations

import pytest
from tests.excel.corpus import CORPUS, TRAPS
from tests.excel.oracle import Verdict, compare

from ramkoll.excel.scan import scan, scan_bytes
from ramkoll.excel.unreadable import Unreadable
from ramkoll.model.cells import parse_a1

READ = [name for name, trap in TRAPS.items() if trap.refused is None]
REFUSED = [name for name, trap in TRAPS.items() if trap.refused is not None]
# Namespaces that it does not know: it sees no sheets at all.
NOT_FOR_OPENPYXL = frozenset({"strict.xlsx"})


def test_the_folder_holds_what_the_list_says_and_is_small() -> None:
    files = [path for path in CORPUS.iterdir() if path.name != "README.md"]
    assert {path.name for path in files} == set(TRAPS)
    assert sum(path.stat().st_size for path in files) < 500_000


@pytest.mark.parametrize("name", [name for name, trap in TRAPS.items() if trap.same])
def test_the_files_are_as_the_script_makes_them(name: str) -> None:
    assert (CORPUS / name).read_bytes() == TRAPS[name].make()


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@pytest.mark.filterwarnings("ignore:.*extension is not supported and will be removed")
@pytest.mark.parametrize("name", READ)
def test_the_cells_of_a_trap_are_those_that_stand_there(name: str) -> None:
    data = (CORPUS / name).read_bytes()
    found = scan_bytes(data, name)
    for place, (value, formula) in TRAPS[name].cells.items():
        title, _, address = place.rpartition("!")
        sheet = found.sheet(title)
        assert sheet is not None
        cell = sheet.cell(*parse_a1(address))
        expected = float(str(cell.value)) if isinstance(value, float) else cell.value
        assert (expected, cell.formula) == (value, formula), place
    verdict = compare(data).verdict
    assert verdict is (Verdict.ONLY_WE_READ if name in NOT_FOR_OPENPYXL else Verdict.EQUAL)


@pytest.mark.parametrize("name", REFUSED)
def test_a_trap_that_is_no_safe_workbook_is_refused_with_what_to_do(name: str) -> None:
    refused = TRAPS[name].refused
    assert refused is not None
    with pytest.raises(Unreadable) as caught:
        scan(CORPUS / name)
    code, word = refused
    assert caught.value.code == code
    assert word in caught.value.what
    assert str(caught.value).startswith(name)
    assert caught.value.todo
