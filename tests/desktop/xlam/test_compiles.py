"""The VBA judged as a compiler would, with Excel's and Office's own members, by pyvbaanalysis.

Excel compiles on the user's machine, and there is none here.
"""

import pytest
from pyvbaanalysis import analyze_office_file
from tests.desktop.xlam.made import modules
from tests.desktop.xlam.test_project import in_package

from ramkoll.desktop.xlam.project import Module, vba_project


def problems(folder, made):
    path = folder / "prov.xlam"
    path.write_bytes(in_package(vba_project("Ramkoll", made)))
    found = analyze_office_file(path)
    assert found.keys() == {each.name for each in made}
    return {f"{name}: {each.message}" for name, said in found.items() for each in said}


def test_it_finds_nothing_to_say_of_the_add_in(tmp_path):
    assert problems(tmp_path, modules()) == set()


@pytest.mark.slow
def test_it_would_have_said_so(tmp_path):
    # In each module a fault of another kind: what is to be told, and the change that makes it.
    broken = {
        "sheet": ("RamkollBook", "    Dim sheet As Object\r\n", ""),
        "Exit Sub": ("RamkollDesk", "Exit Function\r\nFailed:", "Exit Sub\r\nFailed:"),
        "Bolean": ("RamkollEvents", "ByVal Success As Boolean", "ByVal Success As Bolean"),
        "KindFor": ("RamkollCommand", "KindsFor(command)", "KindFor(command)"),
        "initializer": (
            "RamkollPython",
            "Dim starter As Object",
            "Dim starter As Object = Nothing",
        ),
        "AskDesk": ("RamkollRibbon", 'AskDesk("DELETE", DESK_CALLS, "")', 'AskDesk("DELETE")'),
    }
    texts = {each.name: each.text for each in modules()}
    for name, old, new in broken.values():
        assert old in texts[name]
        texts[name] = texts[name].replace(old, new, 1)
    found = problems(tmp_path, [Module(m.name, m.kind, texts[m.name]) for m in modules()])
    for says, (name, _, _) in broken.items():
        assert any(each.startswith(f"{name}: ") and says in each for each in found), (says, found)
