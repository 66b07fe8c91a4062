"""What of the extension is plain Python, and the .oxt itself: without LibreOffice."""

from __future__ import annotations

import ast
import importlib
import io
import json
import os
import stat
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from tests.libreoffice_host.office import ADDIN

from ramkoll.desktop.oxt.build import build_oxt
from ramkoll.store.ribbon import load_ribbon

OOR = "{http://openoffice.org/2001/registry}"
SOURCES = sorted(ADDIN.rglob("*.py"))


@pytest.fixture(scope="module")
def part():
    """Modules of the extension that need no LibreOffice."""
    sys.path.insert(0, str(ADDIN / "pythonpath"))

    def load(name: str) -> ModuleType:
        return importlib.import_module(f"ramkoll_lo.{name}")

    yield load
    sys.path.remove(str(ADDIN / "pythonpath"))


@pytest.fixture(scope="module")
def package() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(build_oxt()))


def test_it_is_written_in_the_python_of_libreoffice_7_4() -> None:
    for path in SOURCES:
        ast.parse(path.read_text("utf-8"), feature_version=(3, 8))


def test_the_package_is_the_same_each_time() -> None:
    assert build_oxt() == build_oxt()


def test_its_licence_is_the_projects(package: zipfile.ZipFile) -> None:
    assert package.read("LICENSE") == (Path(__file__).parents[2] / "LICENSE").read_bytes()


def test_everything_that_the_package_names_is_in_it(package: zipfile.ZipFile) -> None:
    names = set(package.namelist())
    for name in names:
        if name.endswith((".xml", ".xcu")):
            ElementTree.fromstring(package.read(name))
    listed = ElementTree.fromstring(package.read("META-INF/manifest.xml"))
    paths = {each.get("{http://openoffice.org/2001/manifest}full-path") for each in listed}
    assert paths <= names
    assert {name for name in names if name.endswith(".xcu")} < paths
    addons = package.read("Addons.xcu").decode()
    for icon in load_ribbon().icons:
        assert f"icons/{icon}-16.png" in names
    assert addons.count("%origin%/icons/") == 2 * len(load_ribbon().buttons)


def test_toolbar_and_menu_have_the_buttons_of_the_ribbon_in_calc_only(
    package: zipfile.ZipFile,
) -> None:
    tree = ElementTree.fromstring(package.read("Addons.xcu"))
    bar, menu = (_titles(tree, kind) for kind in ("OfficeToolBar", "OfficeMenuBar"))
    tab = load_ribbon()
    assert bar == [button.label for button in tab.buttons]
    wanted = [tab.label]
    for group in tab.groups:
        wanted += [group.label, *(button.label for button in group.buttons)]
    assert menu == wanted
    contexts = {v.text for p in tree.iter("prop") if p.get(f"{OOR}name") == "Context" for v in p}
    assert contexts == {"com.sun.star.sheet.SpreadsheetDocument"}


def _titles(tree: ElementTree.Element, kind: str) -> list[str | None]:
    (top,) = (node for node in tree.iter("node") if node.get(f"{OOR}name") == kind)
    titles = (prop for prop in top.iter("prop") if prop.get(f"{OOR}name") == "Title")
    return [prop[0].text for prop in titles]


def test_the_words_of_the_buttons_come_with_it(package: zipfile.ZipFile) -> None:
    groups = json.loads(package.read("ribbon.json"))["groups"]
    buttons = [button for group in groups for button in group["buttons"]]
    assert [b["supertip"] for b in buttons] == [b.supertip for b in load_ribbon().buttons]


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [
        ("SUM('Blad 1':'Ö''hlund'!A1:B2)", "SUM('Blad 1:Ö''hlund'!A1:B2)"),
        ("SUM(Mars:Maj!A1)", "SUM(Mars:Maj!A1)"),
        ("SUM(A1:A2~B1:B2)", "SUM(A1:A2,B1:B2)"),
        ("\"~\"&'A~B'!A1", "\"~\"&'A~B'!A1"),
    ],
)
def test_what_libreoffice_prints_becomes_what_excel_writes(part, printed, wanted) -> None:
    assert part("formula_text").in_excel(printed) == wanted


def test_a_broken_formula_keeps_its_error(part) -> None:
    told = part("formula_text").in_excel("SUM($'Blad 1'.A1;#REF!;\";\")", broken=True)
    assert told == "SUM('Blad 1'!A1,#REF!,\";\")"


@pytest.mark.parametrize(
    ("code", "own", "wanted"),
    [
        ("YYYY/MM/DD", "ÅÅÅÅ-MM-DD", "yyyy-mm-dd"),
        ("HH:MM", "TT:MM", "hh:mm"),
        ('D/M "kl" HH', 'D/M "kl" TT', 'd/m "kl" hh'),
        ("[$-41D]D MMMM YYYY", "[$-41D]D MMMM ÅÅÅÅ", "[$-41D]d mmmm yyyy"),
    ],
)
def test_a_date_format_is_excels(part, code, own, wanted) -> None:
    assert part("format_text").excel_date(code, own) == wanted


def test_addresses_are_read_and_written(part) -> None:
    a1 = part("a1")
    assert a1.box_of("$AB$12:B3") == (3, 2, 12, 28)
    assert a1.box_of("AA1").address == "AA1"
    assert a1.reference("'Ö''hlund 1'!$A$1:$B$2", "x") == ("Ö'hlund 1", (1, 1, 2, 2))
    assert a1.reference("A1", "Eget") == ("Eget", (1, 1, 1, 1))
    with pytest.raises(ValueError, match="no A1 address"):
        a1.box_of("A0")


def test_settings_are_for_their_owner_alone(part, tmp_path: Path) -> None:
    settings = part("settings")
    path = str(tmp_path / "ramkoll.json")
    assert settings.load(path) == ("", "", "")
    wanted = settings.Settings("http://localhost:8443", "hemlig kod", "")
    settings.save(path, wanted)
    assert settings.load(path) == wanted
    if os.name == "posix":
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    Path(path).write_text("[]", "utf-8")
    assert settings.load(path) == ("", "", "")


def test_the_address_file_lies_where_the_desk_writes_it(part) -> None:
    from ramkoll.server.settings import data_folder

    finding = part("finding")
    for platform in ("win32", "darwin", "linux"):
        here = {"LOCALAPPDATA": "/lokalt", "XDG_DATA_HOME": "/data"}
        file = Path(finding.address_file(here, platform))
        assert file.parent == data_folder(here, platform)
        assert file.name == "skrivbord.txt"


def test_an_engine_on_another_machine_is_refused(part) -> None:
    engine = part("engine")
    for url in ("http://ramkoll.example:8443", "ftp://localhost:1", "http://localhost:x"):
        with pytest.raises(part("problem").Problem, match="går inte att använda"):
            engine.Engine(engine.Address(url, "kod"))


def test_a_text_is_wrapped_and_a_long_word_is_cut(part, monkeypatch) -> None:
    layout = _layout(part, monkeypatch)
    assert layout.wrap("ett två tre\nfyra", 7, len) == ["ett två", "tre", "fyra"]
    assert layout.wrap("abcdefghij kl", 4, len) == ["abcd", "efgh", "ij", "kl"]


def test_nothing_of_the_panel_lies_on_something_else_or_outside(part, monkeypatch) -> None:
    layout, state = _layout(part, monkeypatch), part("state")
    lines = json.loads(
        (Path(__file__).parents[1] / "goldens" / "live" / "check-616.json").read_text("utf-8")
    )
    findings = lines["view"]["findings"] if "view" in lines else lines["result"]["view"]["findings"]
    shown = tuple(
        {
            "level": 1,
            "kind": one["severity"],
            "words": one["message"],
            "note": one["tip"],
            "at": one["at"],
            "does": {
                "label": "Kvittera",
                "command": "acknowledge",
                "arguments": {},
                "asks": "reason",
            },
        }
        for one in findings
    )
    for width in (160, 330):
        full = state.State(
            "Klart", shown, trouble=part("problem").locked("Utfall", "I7"), again=len
        )
        parts, height = layout.laid_out(full, width, 14, lambda text, bold: 7 * len(text), 150)
        assert all(one.x >= 0 and one.x + one.width <= width for one in parts)
        assert max(one.y + one.height for one in parts) < height
        for n, one in enumerate(parts):
            for other in parts[n + 1 :]:
                beside = one.x + one.width <= other.x or other.x + other.width <= one.x
                below = one.y + one.height <= other.y or other.y + other.height <= one.y
                assert beside or below, (one, other)
        texts = " ".join(one.text for one in parts)
        assert "Varning" in texts
        assert "Upplysning" in texts


def test_a_panel_can_be_stopped_only_while_something_runs(part, monkeypatch) -> None:
    layout, state = _layout(part, monkeypatch), part("state")
    for progress, wanted in ((None, False), (state.Progress(1, 2, "läser"), True)):
        parts, _ = layout.laid_out(
            state.State("x", (), progress), 300, 14, lambda text, bold: 6 * len(text), 60
        )
        assert any(one.act == ("cancel",) for one in parts) == wanted


def _layout(part, monkeypatch) -> ModuleType:
    """The layout, with the ribbon's words beside it as in the package."""
    import types

    words = types.ModuleType("ramkoll_lo.ribbon")
    words.GROUPS = []  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ramkoll_lo.ribbon", words)
    return part("layout")
